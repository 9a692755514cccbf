"""A kind of run that no room of the house has: declaring it is all it takes to have a page, a command, a job and people who sign."""

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

from tests import city, money
from yigui.common.errors import Forbidden, NotFound
from yigui.law import signed_rows
from yigui.ledger.close import CLOSE
from yigui.ledger.models import Voucher
from yigui.ledger.posting import post
from yigui.registry.queries import areas_under
from yigui.runs.batches import approve_batch, batch_of, check_batch
from yigui.runs.checks import bar
from yigui.runs.errors import BatchRefused
from yigui.runs.jobs import prepare_for
from yigui.runs.kinds import (
    Content,
    FileContent,
    FileLink,
    Listing,
    Opening,
    RunKind,
    SignStep,
    Work,
    Written,
    forget_kind,
    kind_of,
    register_kinds,
    run_kinds,
    three_people,
)
from yigui.runs.models import Batch, Run
from yigui.runs.staged import execute, prepare, void
from yigui.warrants.scopes import lay_out, of_run

ROOT = Path(__file__).resolve().parents[2]


class Parcels(RunKind):
    """Three parts side by side, a voucher at the end."""

    code, name, help = "parcels", "测试包裹", "a kind of the tests"
    writes = ("ledger_voucher", "ledger_entry")
    signers = three_people("包裹已清点。", "包裹已复核。", "同意发出。")
    steps = ("清点", "分拣", "完成")
    parts = ("runs/differences.html",)
    dropped: list[int] = []
    stopped_by: Exception | None = None

    def opening(self, *, area_code: str, period: int, today: dt.date, **more: Any) -> Opening:
        return Opening(area_code, period, tuple(areas_under(area_code)))

    def begin(self, work: Work) -> None:
        work.step()

    def bounds(self, work: Work) -> list[int]:
        return [0, 10, 20, 30]

    def stage(self, work: Work, part: int) -> tuple[int, int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (backend,) = cursor.fetchone()
        return backend, work.bounds[part + 1] - work.bounds[part]

    def content(self, work: Work, staged: Sequence[Any]) -> Content:
        if self.stopped_by is not None:
            raise self.stopped_by
        rows = sum(count for _, count in staged)
        summary = {"backends": len({backend for backend, _ in staged}), "differences": [], "before": 0}
        return Content(rows, rows * 100, "d", summary, [bar("some", "有包裹", passed=rows > 0)])

    def write(self, batch: Batch) -> Written | None:
        post(
            event="income_to_fiscal", fund="unemployment", area_code=batch.area_code, on=city.TODAY, amounts={"total": 100},
            source_kind="batch", source_id=batch.pk,
        )  # fmt: skip
        return Written(batch.row_count - 1, batch.total_fen - 100)

    def drop(self, batch_id: int) -> None:
        self.dropped.append(batch_id)

    def listing(self, batch: Batch, name: str) -> Listing | None:
        return Listing("runs/differences.html", {}) if name == "heavy" else None

    def files(self, batch: Batch) -> list[FileLink]:
        return [FileLink("list.txt", "包裹清单")]

    def file(self, batch: Batch, name: str) -> FileContent:
        return FileContent(iter(["甲", "乙"]), "text/plain", "list.txt", "gb18030")


@pytest.fixture
def parcels() -> Iterator[Parcels]:
    kind = Parcels()
    register_kinds(kind)
    # No function of the database writes for it: what it posts it posts by hand.
    lay_out("super", [replace(of_run(kind), by_functions=())])
    yield kind
    forget_kind("parcels")


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(city.user(username), backend="yigui.identity.staff_backend.StaffBackend")
    return client


def test_a_kind_that_is_declared_has_its_page_its_job_and_its_three_people(parcels: Parcels) -> None:
    page = signed_in("head").get("/finance/batches/").content.decode()
    assert "测试包裹" in page
    number = prepare_for("parcels", "511133", 202611, city.user("head").pk)
    batch = batch_of(number)
    assert (batch.row_count, batch.total_fen, batch.needs_check, batch.state_label) == (30, 30_00, True, "待复核")
    assert batch.summary["backends"] == 3
    run = Run.objects.get(batch=batch)
    assert (run.kind, run.status, run.done_steps) == ("parcels-plan", "done", 3)
    assert str(os.getpid()) in run.process
    with pytest.raises(BatchRefused, match="尚未复核"):
        approve_batch(batch_id=number, user=city.user("director"))
    assert "包裹已复核。" in signed_in("accountant").get(f"/finance/batches/{number}/").content.decode()
    check_batch(batch_id=number, user=city.user("accountant"))
    approve_batch(batch_id=number, user=city.user("director"))
    executed = execute(batch_id=number)
    assert (executed.status, executed.written_count, executed.written_fen) == ("executed", 29, 29_00)
    assert Voucher.objects.filter(source_kind="batch", source_id=number).count() == 1
    assert execute(batch_id=number).status == "executed"
    assert Voucher.objects.filter(source_kind="batch", source_id=number).count() == 1
    shown = signed_in("head").get(f"/finance/batches/{number}/").content.decode()
    assert "包裹清单" in shown
    assert "实际执行 29 行" in shown
    sent = signed_in("head").post(f"/finance/batches/{number}/files/list.txt")
    assert b"".join(sent.streaming_content) == "甲乙".encode("gb18030")  # type: ignore[attr-defined]
    assert signed_in("head").get(f"/finance/batches/{number}/differences/light/").status_code == 404


def test_a_preparation_that_fails_leaves_no_draft_and_its_sentence_stands_on_the_run(parcels: Parcels) -> None:
    parcels.stopped_by = NotFound("包裹库关门了。")
    with pytest.raises(NotFound):
        prepare(parcels, area_code="511133", period=202610, user=city.user("head"))
    batch = Batch.objects.get(kind="parcels", period=202610)
    assert batch.status == "void"
    assert parcels.dropped[-1] == batch.pk
    run = Run.objects.get(batch=batch)
    assert (run.status, run.error) == ("failed", "包裹库关门了。")


def test_everybody_of_a_batch_is_computed_by_the_parameters_it_began_with(
    parcels: Parcels, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[signed_rows.Signed] = []
    stage = parcels.stage

    def signing(work: Work, part: int) -> tuple[int, int]:
        seen.append(signed_rows.signed())
        # Each look at the source finds that something else has been signed.
        return stage(work, part)

    monkeypatch.setattr(parcels, "stage", signing)
    monkeypatch.setattr(signed_rows, "_source", [signed_rows.Signed])
    assert signed_rows.signed() is not signed_rows.signed()
    prepare(
        parcels, area_code="511133", period=202606, user=city.user("head"), on_step=lambda *_: seen.append(signed_rows.signed())
    )
    assert len(seen) == 3 + len(parcels.steps)
    assert len({id(rows) for rows in seen}) == 1


def test_a_void_batch_is_thrown_away_by_its_kind(parcels: Parcels) -> None:
    batch = prepare(parcels, area_code="511133", period=202609, user=city.user("head"))
    void(batch_id=batch.pk, user=city.user("accountant"), reason="试验结束，不再需要")
    assert parcels.dropped[-1] == batch.pk
    with pytest.raises(BatchRefused):
        void(batch_id=batch.pk, user=city.user("accountant"), reason="试验结束，不再需要")


def test_the_period_is_a_month_and_the_post_one_that_prepares(parcels: Parcels) -> None:
    with pytest.raises(BatchRefused, match="不是年月"):
        prepare(parcels, area_code="511133", period=2026, user=city.user("head"))
    with pytest.raises(Forbidden):
        prepare(parcels, area_code="511133", period=202608, user=city.user("cashier"))


def test_a_kind_nobody_declares_any_more_still_shows_its_batches(parcels: Parcels) -> None:
    batch = prepare(parcels, area_code="511133", period=202607, user=city.user("head"))
    forget_kind("parcels")
    with pytest.raises(NotFound):
        kind_of("parcels")
    client = signed_in("head")
    assert client.get("/finance/batches/").status_code == client.get(f"/finance/batches/{batch.pk}/").status_code == 200


def test_every_kind_of_the_house_says_who_signs_what_and_has_a_command_where_it_is_asked_for() -> None:
    kinds = {kind.code: kind for kind in run_kinds()}
    assert len(kinds) == len(run_kinds())
    for kind in kinds.values():
        assert [s.step for s in kind.signers] in (
            [SignStep.PREPARE, SignStep.APPROVE],
            [SignStep.PREPARE, SignStep.CHECK, SignStep.APPROVE],
        )
        assert all(s.says and s.roles for s in kind.signers)
        assert kind.name
        assert kind.help or not kind.is_asked_for
    done = subprocess.run(
        [sys.executable, "-m", "yigui.config", "--help"], env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert all(kind.code in done.stdout for kind in kinds.values() if kind.is_asked_for)


def test_a_reader_that_stops_reading_ends_the_command_quietly() -> None:
    batch = prepare(CLOSE, area_code="511133", period=202610, user=city.user("head"))
    command = f"{sys.executable} -m yigui.config close approve --batch {batch.pk} --user director"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command} | true; echo ${{PIPESTATUS[0]}}"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.split() in (["141"], ["0"])
    assert done.stderr == ""


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT benefits_look_again_v1(1)", "SELECT benefits_claim_dead_v1(1)", "SELECT ledger_close_v1('injury', '511133', 202610, 1)",
        "SELECT ledger_carry_over_v1('injury', '511133', 202612, '2026-01-01', 1)",
    ],
)  # fmt: skip
def test_what_an_execution_does_inside_cannot_be_called_by_itself(statement: str) -> None:
    with pytest.raises(Exception, match="permission denied"), connections["default"].cursor() as cursor:
        cursor.execute(statement)
    assert money.one("SELECT 1") == 1
