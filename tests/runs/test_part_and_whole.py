"""A batch over a part and another over the whole: of what both hold one is executed, whatever its kind, and both pages say so; what is left is
prepared, signed and executed without the part."""

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import money
from tests.city import user
from tests.conftest import TODAY
from tests.entitlement.people import decided
from tests.pages import page_of, signed_in
from tests.parameters.test_signed_while_levied import at_once, being_closed
from tests.payment.test_runs import plan_of_2025
from yigui.accounts.interest import INTEREST
from yigui.accounts.verify import account_faults
from yigui.common.errors import YiguiError
from yigui.law.pension_adjustment import AdjustmentPlan
from yigui.payment.adjust_run import ADJUST
from yigui.runs import batches as runs_batches
from yigui.runs import in_the_way as way
from yigui.runs import signing, staged
from yigui.runs.batches import approve_batch, batch_of
from yigui.runs.errors import BatchRefused, ContentChanged
from yigui.runs.in_the_way import OVERLAP
from yigui.runs.inbox import waiting_for
from yigui.runs.kinds import Once, RunKind, Unit, kind_of, run_kinds
from yigui.runs.models import Batch
from yigui.runs.staged import execute, prepare, void
from yigui.runs.verify import executed_twice

__all__ = ["plan_of_2025"]

PART, WHOLE = "511102", money.CITY
#: The kinds of the house; those of tests stand in no room.
KINDS = sorted(kind.code for kind in run_kinds() if kind.code != money.MACHINE.code)
AREAS = ["511102", "511111", "511112", "511181"]


def _put(cursor: Any, kind: RunKind, areas: list[str], period: int, subject: str, status: str) -> int:
    """A batch as if it had come so far, past the guards."""
    cursor.execute(
        "INSERT INTO runs_batch (kind, area_code, period, subject, status, row_count, total_fen, digest, summary, checks, areas, is_automatic, "
        "needs_check, taken_out, created_at, prepared_by_id) VALUES (%s, %s, %s, %s, %s, 0, 0, '', '{}', '[]', %s::varchar[], false, %s, '[]', now(), %s) "
        "RETURNING id", [kind.code, areas[0], period, subject, status, areas, kind.needs_check, user("head").pk],
    )  # fmt: skip
    (number,) = cursor.fetchone()
    return int(number)


def _is_second(kind: RunKind, one: tuple[int, str], other: tuple[int, str]) -> bool:
    """Whether two batches of a kind with an area in common do the same, by what the kind says of itself."""
    return {
        Once.NEVER: False, Once.MONTH: one[0] == other[0], Once.YEAR: one[0] // 100 == other[0] // 100, Once.SUBJECT: one[1] == other[1],
    }[kind.once]  # fmt: skip


ABOUT = st.tuples(st.sampled_from([202401, 202412, 202501]), st.sampled_from(["", "第2批", "冲回-7"]))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    code=st.sampled_from(KINDS), first=st.sets(st.sampled_from(AREAS), min_size=1), second=st.sets(st.sampled_from(AREAS), min_size=1),
    about=ABOUT, again=ABOUT, status=st.sampled_from(["executed", "approved", "prepared", "void"]),
)  # fmt: skip
def test_of_every_kind_what_is_executed_in_an_area_is_executed_once(
    code: str, first: set[str], second: set[str], about: tuple[int, str], again: tuple[int, str], status: str
) -> None:
    kind = kind_of(code)
    collides = bool(first & second) and _is_second(kind, about, again)
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("DROP INDEX batch_executed_once, batch_one_open")
        # Of these two only: the town's own batches stand in nobody's way here.
        cursor.execute("UPDATE runs_batch SET status = 'void'")
        stands = _put(cursor, kind, sorted(first), *about, status)
        comes = _put(cursor, kind, sorted(second), *again, "approved")
        cursor.execute(
            "SELECT batch, is_executed FROM runs_in_the_way_v1(%s, %s::text[], %s, %s, %s)", [code, sorted(second), *again, comes]
        )
        found = [row for row in cursor.fetchall() if row[0] == stands]
        assert found == ([(stands, status == "executed")] if collides and status != "void" else [])
        said = ""
        try:
            with transaction.atomic(using="super"):
                cursor.execute("SELECT runs_issue_warrant_v1(%s)", [comes])
        except DatabaseError as refused:
            said = str(refused)
        assert (f"已执行的第 {stands} 号批次" in said) is (collides and status == "executed"), said
        transaction.set_rollback(True, using="super")


def test_every_kind_says_of_what_it_is_executed_once_and_the_database_knows() -> None:
    with connections["super"].cursor() as cursor:
        cursor.execute("SELECT code, about FROM warrants_scope WHERE kind = 'run' AND table_name = '' AND code = ANY (%s)", [KINDS])
        laid = {code: (json.loads(about) if isinstance(about, str) else about) for code, about in cursor.fetchall()}
    assert laid == {code: {"once": str(kind_of(code).once)} for code in KINDS}
    assert {code for code in KINDS if kind_of(code).once is Once.NEVER} == {
        "levy-supplement", "levy-credit", "pay-supplement", "refunds", "recalculate", "raise",
    }  # fmt: skip


def _approved(batch: Batch) -> Batch:
    return approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))


@contextmanager
def nothing_in_the_way(monkeypatch: pytest.MonkeyPatch, *, in_the_database: bool = False) -> Iterator[None]:
    """Meanwhile the program does not ask about other batches; and the database neither, so that what is written speaks for itself."""
    with monkeypatch.context() as patched, connections["super"].cursor() as cursor:
        for module in (signing, runs_batches):
            patched.setattr(module, "executed_before", lambda batch: None)
        patched.setattr(runs_batches, "in_the_way", lambda *given, **more: [])
        patched.setattr(way, "executed_areas", lambda *given, **more: {})
        cursor.execute("SELECT pg_get_functiondef('runs_refuse_second_v1'::regproc)")
        (text,) = cursor.fetchone()
        if in_the_database:
            cursor.execute(text.replace("IF other IS NOT NULL THEN", "IF false THEN"))
        try:
            yield
        finally:
            cursor.execute(text)


def test_a_county_and_its_city_levy_a_month_once_and_both_pages_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    part = money.plan(202612, PART)
    assert OVERLAP not in [row["id"] for row in part.checks]
    whole = money.plan(202612, WHOLE)
    (warned,) = [row for row in whole.warnings if row["id"] == OVERLAP]
    assert f"第 {part.pk} 号批次" in warned["detail"]
    director, head = signed_in("director"), signed_in("head")
    for shown, other in ((part, whole), (whole, part)):
        page = page_of(director.get(f"/finance/batches/{shown.pk}/"))
        assert f'<a href="/finance/batches/{other.pk}/">第 {other.pk} 号批次</a>' in page
        assert "请核对后只执行其中一批" in page
    assert f"第 {part.pk} 号批次" in page_of(head.get("/finance/batches/progress/"))
    _approved(part), _approved(whole)
    assert execute(batch_id=part.pk).status == "executed"
    lines = money.one("SELECT count(*) FROM contributions_line WHERE owed_period = 202612")
    # The program refuses, and where it does not ask, the database.
    with pytest.raises(BatchRefused, match=f"第 {part.pk} 号批次"):
        staged.do(batch_id=whole.pk, user=user("director"), deed=signing.Deed.EXECUTE)
    with nothing_in_the_way(monkeypatch), pytest.raises(DatabaseError, match=f"已执行的第 {part.pk} 号批次"):
        execute(batch_id=whole.pk)
    posted = page_of(director.post(f"/finance/batches/{whole.pk}/execute/", follow=True))
    assert f"已执行的第 {part.pk} 号批次" in posted
    assert "本批次不能再签署和执行" in posted
    assert 'data-key="x"' not in posted
    assert money.one("SELECT count(*) FROM contributions_line WHERE owed_period = 202612") == lines
    # Whoever may throw it away is told, and it goes; what is left is prepared without the county.
    (waits,) = [entry for entry in waiting_for(user("head")) if entry.batch_id == whole.pk]
    assert waits.deed == signing.Deed.VOID
    assert "待作废" in page_of(head.get("/inbox/"))
    void(batch_id=whole.pk, user=user("head"), reason="县区已先行执行，其余地区重新生成")
    rest = money.plan(202612, WHOLE)
    assert set(rest.areas) == set(whole.areas) - {PART}
    assert f"（第 {part.pk} 号批次）" in page_of(director.get(f"/finance/batches/{rest.pk}/"))
    # The county is asked for no second time, by whatever way.
    with pytest.raises(BatchRefused, match=f"第 {part.pk} 号批次.*不能重复生成"):
        money.plan(202612, PART)
    void(batch_id=rest.pk, user=user("head"), reason="其余地区无人参保，不再需要")
    ours = [f"id={batch.pk}：" for batch in (part, whole, rest)]
    assert [line for line in executed_twice("default") if any(one in line for one in ours)] == []


def test_nobody_signs_what_has_been_executed_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    part, whole = money.plan(202611, PART), money.plan(202611, WHOLE)
    execute(batch_id=_approved(part).pk)
    with pytest.raises(BatchRefused, match=f"第 {part.pk} 号批次"):
        _approved(whole)
    with nothing_in_the_way(monkeypatch), pytest.raises(YiguiError, match=f"已执行的第 {part.pk} 号批次"):
        _approved(whole)
    assert batch_of(whole.pk).status == "prepared"
    void(batch_id=whole.pk, user=user("head"), reason="县区已先行执行，不再需要")


def test_a_name_of_its_own_makes_no_second_plan_of_a_month(monkeypatch: pytest.MonkeyPatch) -> None:
    first = money.levied(202610, PART)
    kind, real = type(kind_of("levy")), type(kind_of("levy")).opening
    monkeypatch.setattr(kind, "opening", lambda self, **more: replace(real(self, **more), subject="第2批"))
    with pytest.raises(BatchRefused, match=f"第 {first.pk} 号批次"):
        money.plan(202610, PART)
    with nothing_in_the_way(monkeypatch):
        again = money.plan(202610, PART)
        with pytest.raises((YiguiError, DatabaseError), match=f"已执行的第 {first.pk} 号批次"):
            execute(batch_id=_approved(again).pk)
    assert batch_of(again.pk).status == "prepared"
    void(batch_id=again.pk, user=user("head"), reason="试验完毕，不再需要")


def test_of_two_executed_at_the_same_moment_the_second_waits_and_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    part, whole = _approved(money.plan(202609, PART)), _approved(money.plan(202609, WHOLE))
    with being_closed(part, monkeypatch) as end:
        second, said = at_once(lambda: staged.execute(batch_id=whole.pk).status)
        second.join(4)
        assert second.is_alive(), said
        assert end() == ["executed"]
        second.join(60)
    (refused,) = said
    assert f"已执行的第 {part.pk} 号批次" in str(refused), refused
    assert batch_of(whole.pk).status == "approved"
    void(batch_id=whole.pk, user=user("head"), reason="县区已先行执行，不再需要")


def _warrant(using: str, number: int) -> None:
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        cursor.execute("SELECT runs_issue_warrant_v1(%s)", [number])


def test_whoever_executes_holds_the_areas_and_no_others() -> None:
    kind = kind_of("levy")
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        places = ((["511111"], ""), (["511112"], ""), (["511111", "511112"], "第2批"))
        first, beside, over = (_put(cursor, kind, areas, 202401, subject, "approved") for areas, subject in places)
        numbers = [first, beside, over]
        cursor.execute("UPDATE runs_batch SET approved_by_id = %s, prepared_at = now(), approved_at = now() WHERE id = ANY (%s)",
            [user("director").pk, numbers])  # fmt: skip
    try:
        with transaction.atomic(using="owner"), transaction.atomic(using="super"):
            _warrant("owner", first)
            with pytest.raises(DatabaseError) as refused:
                _warrant("super", over)
            assert refused.value.__cause__.sqlstate == "55P03"  # type: ignore[union-attr]
            _warrant("super", beside)
            for using in ("owner", "super"):
                transaction.set_rollback(True, using=using)
    finally:
        with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("DELETE FROM runs_batch WHERE id = ANY (%s)", [numbers])


@contextmanager
def half_of_them_elsewhere() -> Iterator[None]:
    """Meanwhile half of the city's people belong to another county: the generated city has them all in one."""
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE registry_person SET area_id = '511111' WHERE area_id = %s AND id %% 2 = 0", [PART])
    try:
        yield
    finally:
        with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("UPDATE registry_person SET area_id = %s WHERE area_id = '511111' AND id %% 2 = 0", [PART])


def test_an_account_has_one_interest_of_a_year(monkeypatch: pytest.MonkeyPatch) -> None:
    with half_of_them_elsewhere():
        _one_interest(monkeypatch)


def _one_interest(monkeypatch: pytest.MonkeyPatch) -> None:
    part = prepare(INTEREST, area_code=PART, period=2025, user=user("accountant"))
    whole = prepare(INTEREST, area_code=WHOLE, period=2025, user=user("accountant"))
    execute(batch_id=_approved(part).pk)
    with nothing_in_the_way(monkeypatch), pytest.raises(YiguiError, match=f"已执行的第 {part.pk} 号批次"):
        _approved(whole)
    with nothing_in_the_way(monkeypatch, in_the_database=True):
        _approved(whole)
        with pytest.raises(ContentChanged, match=f"第 {part.pk} 号批次计过"):
            execute(batch_id=whole.pk)
        void(batch_id=whole.pk, user=user("head"), reason="县区已先行计息，重新生成")
        # Whoever has his interest already is left out.
        rest = prepare(INTEREST, area_code=WHOLE, period=2025, user=user("accountant"))
        assert rest.row_count == whole.row_count - part.row_count > 0
        execute(batch_id=_approved(rest).pk)
    assert (
        money.one(
            "SELECT count(*) FROM (SELECT 1 FROM accounts_year WHERE year = 2025 GROUP BY person_id, insurance HAVING count(*) > 1) AS t"
        )
        == 0
    )
    assert money.one("SELECT count(*) FROM accounts_year WHERE year = 2025 AND batch_id > 0") == whole.row_count
    # That it came about by somebody who is past all guards is named: the batches.
    assert [line for line in executed_twice("default") if f"id={rest.pk}：" in line and f"第 {part.pk} 号批次" in line]


def test_an_account_year_that_stands_twice_is_named() -> None:
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("CREATE TABLE accounts_year_twice PARTITION OF accounts_year FOR VALUES IN (999999)")
        cursor.execute(
            "INSERT INTO accounts_year (batch_id, person_id, insurance, year, opening_fen, credits_fen, interest_fen, closing_fen) "
            "SELECT 999999, person_id, insurance, year, opening_fen, credits_fen, interest_fen, closing_fen FROM accounts_year LIMIT 1 "
            "RETURNING person_id, year"
        )
        person, year = cursor.fetchone()
        named = [
            line
            for line in account_faults("super")
            if f"个人 id={person}，" in line and f"{year} 年）：同一年度计息、结转了两次" in line
        ]
        transaction.set_rollback(True, using="super")
    assert len(named) == 1
    assert "第 999999 号" in named[0]
    assert not [line for line in account_faults("default") if "两次" in line]


def _made_anew_where_an_amount_is_another_by_now() -> None:
    batch = decided(prepare(ADJUST, area_code=PART, period=2025, user=user("head")))
    one = money.one(f"SELECT min(benefit_id) FROM benefits_adjust_{batch.pk}_0")
    stands = "(SELECT id FROM benefits_amount WHERE benefit_id = %s AND start_period < 202501 ORDER BY start_period DESC, id DESC LIMIT 1)"

    def by(fen: int) -> None:
        with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(
                f"UPDATE benefits_amount SET basic_fen = basic_fen + %s, total_fen = total_fen + %s WHERE id = {stands}",
                [fen, fen, one],
            )

    by(100)
    try:
        with pytest.raises(ContentChanged, match="有 1 人的调整前待遇已变动"):
            execute(batch_id=batch.pk)
    finally:
        by(-100)
    void(batch_id=batch.pk, user=user("head"), reason="试验完毕，不再需要")


def test_a_pension_is_raised_once_a_year_and_from_the_amount_that_stands(
    plan_of_2025: AdjustmentPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    _made_anew_where_an_amount_is_another_by_now()
    part = decided(prepare(ADJUST, area_code=PART, period=2025, user=user("head")))
    whole = decided(prepare(ADJUST, area_code=WHOLE, period=2025, user=user("head")))
    execute(batch_id=part.pk)
    with nothing_in_the_way(monkeypatch), pytest.raises(DatabaseError, match=f"已执行的第 {part.pk} 号批次"):
        execute(batch_id=whole.pk)
    # Another month of the year is the same adjustment.
    later = replace(plan_of_2025, effective=dt.date(2025, 2, 1))
    monkeypatch.setattr("yigui.payment.adjust_run.adjustment_plan", lambda *given: later)
    with pytest.raises(BatchRefused, match=f"第 {part.pk} 号批次"):
        prepare(ADJUST, area_code=PART, period=2025, user=user("head"))
    rest = prepare(ADJUST, area_code=WHOLE, period=2025, user=user("head"))
    assert (PART in rest.areas, rest.row_count) == (False, 0)
    void(batch_id=rest.pk, user=user("head"), reason="其余地区没有可调整的人员")
    monkeypatch.undo()
    with nothing_in_the_way(monkeypatch, in_the_database=True), pytest.raises(ContentChanged, match=f"第 {part.pk} 号批次调整过"):
        execute(batch_id=whole.pk)
    raised = "SELECT count(*) FROM (SELECT 1 FROM benefits_adjustment WHERE batch_id IN (%s, %s) GROUP BY benefit_id HAVING count(*) > 1) AS t"
    assert money.one(raised, part.pk, whole.pk) == 0
    void(batch_id=whole.pk, user=user("head"), reason="县区已先行调整，重新生成")


#: Those that are asked for with an area and may not repeat: what is left of it is whom a new one is for.
BY_AREA = sorted(kind.code for kind in run_kinds() if kind.is_asked_for and kind.once is not Once.NEVER and kind.code in KINDS)


def test_those_that_are_asked_for_with_an_area() -> None:
    assert set(BY_AREA) == {
        "levy", "resident-pension", "resident-medical", "pay", "adjust", "interest", "close", "transfer", "certify",
    }  # fmt: skip


@pytest.mark.parametrize("code", BY_AREA)
def test_every_kind_is_prepared_for_the_areas_that_are_left(
    code: str, plan_of_2025: AdjustmentPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = kind_of(code)
    # A year for which the sums are stored, and another one than what the other tests here execute.
    period = 202601 if kind.unit is not Unit.YEAR else 2026 if code.startswith("resident") else 2024
    plan = replace(plan_of_2025, year=2024, effective=dt.date(2024, 1, 1))
    monkeypatch.setattr("yigui.payment.adjust_run.adjustment_plan", lambda *given: plan)

    def asked(area: str) -> list[str]:
        return sorted(kind.opening(area_code=area, period=period, today=TODAY).areas)

    about = kind.opening(area_code=WHOLE, period=period, today=TODAY)
    numbers = []

    def executed(areas: list[str]) -> None:
        with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            numbers.append(_put(cursor, kind, areas, about.period, about.subject, "executed"))

    try:
        executed([PART])
        left = sorted(set(about.areas) - {PART})
        assert asked(WHOLE) == left
        assert asked("511181") == ["511181"]
        with pytest.raises(BatchRefused, match=f"第 {numbers[0]} 号批次.*不能重复生成"):
            asked(PART)
        executed(left)
        with pytest.raises(BatchRefused, match="不能重复生成"):
            asked(WHOLE)
    finally:
        with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("DELETE FROM runs_batch WHERE id = ANY (%s)", [numbers])
