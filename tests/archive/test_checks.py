"""The four properties: at filing, once a year, on demand; what is wrong is a task and ends when it is right."""

import datetime as dt
import json
import struct
import zlib

import pytest
from django.db import connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests import city
from tests.archive.papers import filed, lost, paper_of, with_paper
from yigui.archive.check_volumes import check_now, check_yearly
from yigui.archive.file_cases import file_due, file_with_note
from yigui.archive.models import Check, Piece, Volume
from yigui.archive.page_counts import pages_of
from yigui.common import clock
from yigui.db.presence import Moved, signed
from yigui.documents.render import render_content
from yigui.documents.store import path_of
from yigui.tasks.end_task import finish
from yigui.tasks.models import Task
from yigui.tasks.work_on import take

pytestmark = pytest.mark.usefixtures("fresh_city")


def results(check: Check) -> dict[str, str]:
    return {row["check"]: row["result"] for row in check.results}


def aged(volume: Volume) -> Volume:
    """As if it had been filed last year."""
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE archive_volume SET filed_at = filed_at - interval '1 year' WHERE id = %s", [volume.pk])
        cursor.execute("UPDATE archive_check SET at = at - interval '1 year' WHERE volume_id = %s", [volume.pk])
    return volume


def test_a_sound_volume_passes_every_check_that_is_made() -> None:
    volume = filed(with_paper("sound"))
    check = check_now(volume=volume, actor=city.user("auditor"))
    assert (check.stage, check.by, check.is_sound) == ("demand", city.user("auditor"), True)
    assert {name for name, result in results(check).items() if result != "pass"} == {"virus"}


def test_a_file_that_is_gone_fails_and_its_task_ends_when_it_is_back() -> None:
    case = with_paper("gone")
    volume = filed(case)
    put_back = lost(case)
    check = check_now(volume=volume, actor=city.user("auditor"))
    assert results(check)["files"] == "fail"
    task = Task.objects.get(kind="archive_fault", origin_id=volume.pk)
    assert volume.number in task.note
    put_back()
    assert check_now(volume=volume, actor=city.user("auditor")).is_sound
    task.refresh_from_db()
    assert (task.state, task.outcome) == ("done", "sound")
    put_back = lost(case)
    check_now(volume=volume, actor=city.user("auditor"))
    assert Task.objects.filter(kind="archive_fault", origin_id=volume.pk, ended_on=None).count() == 1
    put_back()


@pytest.mark.parametrize(
    ("content", "failed"),
    [
        (b"%PDF-1.7 x <</JavaScript (a)>>\n%%EOF", "content"),
        (b"", "content"),
    ],
)
def test_a_file_that_was_exchanged_fails(content: bytes, failed: str) -> None:
    case = with_paper(f"exchanged {len(content)}")
    volume = filed(case)
    path = path_of(paper_of(case).file_id)
    kept = path.read_bytes()
    path.write_bytes(content)
    assert results(check_now(volume=volume, actor=city.user("auditor")))[failed] == "fail"
    path.write_bytes(kept)


def test_a_list_that_differs_from_the_case_fails() -> None:
    volume = filed(with_paper("differs"))
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Piece.objects.using("super").filter(volume=volume, kind="form").delete()
    assert results(check_now(volume=volume, actor=city.user("auditor")))["list"] == "fail"


def test_every_volume_of_before_is_tested_once_a_year() -> None:
    volume, fresh = aged(filed(with_paper("yearly"))), filed(with_paper("of this year"))
    assert check_yearly() >= 1
    assert volume.checks.order_by("-id").values_list("stage", flat=True)[0] == "yearly"
    assert volume.checks.count() == 2
    assert fresh.checks.count() == 1
    assert check_yearly() == 0
    later = aged(filed(with_paper("yearly too")))
    assert check_yearly() == 1
    assert later.checks.filter(at__gte=dt.datetime(clock.now().year, 1, 1, tzinfo=clock.CHINA)).count() == 1


def _tiff(pictures: int) -> bytes:
    out, place = b"II*\x00" + struct.pack("<I", 8), 8
    for number in range(pictures):
        place += 6
        out += struct.pack("<H", 0) + struct.pack("<I", place if number < pictures - 1 else 0)
    return out


@given(st.integers(1, 50))
def test_pages_of_a_tiff_are_its_pictures(pictures: int) -> None:
    assert pages_of(_tiff(pictures), "image/tiff") == pictures


@given(st.binary(max_size=300), st.sampled_from(["image/tiff", "application/pdf"]))
def test_whatever_is_read_gives_a_number_or_none(content: bytes, media_type: str) -> None:
    for start in (b"", b"II*\x00", b"MM\x00*", b"%PDF-1.7 /Type /Pages /Count "):
        assert pages_of(start + content, media_type) is None or pages_of(start + content, media_type) > 0  # type: ignore[operator]


def test_a_tiff_that_leads_in_a_circle_has_no_pages_one_can_tell() -> None:
    assert pages_of(b"II*\x00" + struct.pack("<I", 8) + struct.pack("<H", 0) + struct.pack("<I", 8), "image/tiff") is None


def test_pages_of_a_pdf() -> None:
    facts = [(f"事项 {n}", "内容") for n in range(200)]
    made = render_content({
        "title": "长文书", "case_no": "1", "issued_on": dt.date(2026, 11, 10), "agency": "社保局", "facts": facts, "sections": [], "notes": [], "path": "",
    })  # fmt: skip
    pages = pages_of(made, "application/pdf")
    assert pages is not None
    assert pages > 2
    packed = zlib.compress(b"1 0 <</Type/Pages/Count 7/Kids[]>>")
    assert pages_of(b"%PDF-1.5 1 0 obj<</Type/ObjStm/N 1>>stream\n" + packed + b"endstream %%EOF", "application/pdf") == 7
    assert pages_of(b"%PDF-1.4 <</Type/Pages/Count 7>> %%EOF <</Type/Pages/Count 8>> %%EOF", "application/pdf") is None
    assert pages_of(b"%PDF-1.4 nothing %%EOF", "application/pdf") is None


def test_what_stands_in_the_note_is_no_fault_of_later_tests_and_a_new_one_beside_it_is() -> None:
    case = with_paper("noted for good")
    lost(case)
    file_due()
    volume = file_with_note(actor=city.user("head"), case=case, note="扫描件损坏，原件已退还本人")
    check = check_now(volume=volume, actor=city.user("auditor"))
    assert check.is_sound
    assert results(check)["files"] == "noted"
    assert not Task.objects.filter(kind="archive_fault", origin_id=volume.pk).exists()
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Piece.objects.using("super").filter(volume=volume, kind="form").delete()
    check = check_now(volume=volume, actor=city.user("auditor"))
    assert (results(check)["list"], results(check)["files"]) == ("fail", "noted")


def test_a_fault_nobody_answered_for_is_not_noted() -> None:
    volume = filed(with_paper("answered by nobody"))
    rows = [row | {"result": "noted"} if row["check"] == "files" else row for row in volume.checks.get().results]
    with pytest.raises(Moved, match="没有登记过"):
        signed("SELECT archive_keep_check_v1('', %s, 'x', %s)", volume.pk, json.dumps(rows))


def test_a_fault_registered_as_past_mending_is_no_task_of_the_next_year() -> None:
    case = with_paper("past mending")
    volume = filed(case)
    lost(case)
    check_now(volume=volume, actor=city.user("auditor"))
    task = Task.objects.get(kind="archive_fault", origin_id=volume.pk)
    take(task_id=task.pk, actor=city.user("head"))
    finish(task_id=task.pk, actor=city.user("head"), outcome="known", note="备份中也没有", today=city.TODAY)
    for _ in range(2):
        assert results(check_now(volume=volume, actor=city.user("auditor")))["files"] == "noted"
    assert Task.objects.filter(kind="archive_fault", origin_id=volume.pk).count() == 1
