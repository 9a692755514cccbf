"""Lists leave the house numbered, for a purpose; a long one waits for a head; each expires and says on itself who took it."""

import datetime as dt
import io
from collections.abc import Mapping
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from tests import city
from tests.pages import page_of, signed_in, text_of
from yigui.common.errors import Forbidden, NotFound, YiguiError
from yigui.staff.full_views import record_full_view
from yigui.staff.models import DataExport, User
from yigui.synthetic.demo_staff import PASSWORD
from yigui.tasks import exports
from yigui.tasks.end_task import finish
from yigui.tasks.errors import TaskRefused
from yigui.tasks.exports import ROWS_FREE, ROWS_MAX, ExportKind, Listing, ask_export, register_export, take_export, why_not_take
from yigui.tasks.models import Task
from yigui.tasks.work_on import take

REASON = "季度检查留存"
rows_now = [ROWS_FREE]


def _read(user: User, parameters: Mapping[str, str]) -> Listing:
    return Listing("试验", ("名", "数"), [(f"=人{k}", k) for k in range(rows_now[0])])


@pytest.fixture(autouse=True)
def kind() -> Any:
    register_export(ExportKind("test", "试验清单", _read))
    rows_now[0] = ROWS_FREE
    yield
    del exports._KINDS["test"]


@pytest.fixture(autouse=True)
def another_day() -> None:
    """What others have taken today counts for them: each test begins with nothing taken."""
    DataExport.objects.using("super").update(asked_at=timezone.now() - dt.timedelta(days=2))


def asked(rows: int, user: str = "auditor") -> DataExport:
    rows_now[0] = rows
    return ask_export(user=city.user(user), kind="test", parameters={}, reason=REASON)


def cells(content: bytes) -> list[list[Any]]:
    return [[c.value for c in row] for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows()]


def approval_of(export: DataExport) -> Task:
    return Task.objects.get(kind="export_approval", origin_id=export.pk)


def decided(export: DataExport, outcome: str, by: str = "head") -> None:
    task = approval_of(export)
    take(task_id=task.pk, actor=city.user(by))
    finish(task_id=task.pk, actor=city.user(by), outcome=outcome, note="已核实用途", today=city.TODAY)


def test_a_short_list_is_good_at_once_and_bears_its_number() -> None:
    made = asked(ROWS_FREE)
    name, content = take_export(user=city.user("auditor"), number=made.pk)
    found = cells(content)
    assert name == f"export-{made.pk}.xlsx"
    assert f"导出编号 {made.pk}" in found[0][0]
    assert city.user("auditor").full_name in found[0][0]
    assert found[1] == ["名", "数"]
    assert found[2] == ["=人0", 0]
    assert len(found) == ROWS_FREE + 2
    made.refresh_from_db()
    assert (made.taken, made.reason) == (1, REASON)


def test_a_long_list_waits_for_the_head() -> None:
    made, user = asked(ROWS_FREE + 1), city.user("auditor")
    with pytest.raises(Forbidden, match="待科室负责人批准"):
        take_export(user=user, number=made.pk)
    decided(made, "allowed")
    assert len(cells(take_export(user=user, number=made.pk)[1])) == ROWS_FREE + 3


def test_a_list_in_pieces_is_one_list() -> None:
    assert why_not_take(asked(ROWS_FREE - 50), city.user("auditor")) == ""
    piece = asked(60)
    assert "待科室负责人批准" in why_not_take(piece, city.user("auditor"))
    assert f"当日未经批准已导出 {ROWS_FREE - 50} 行" in approval_of(piece).note
    # What waits for a word counts for nobody, and what is left of the day's rows is free.
    assert why_not_take(asked(50), city.user("auditor")) == ""
    assert "待科室负责人批准" in why_not_take(asked(1), city.user("auditor"))
    assert why_not_take(asked(1, user="head"), city.user("head")) == ""


def test_what_the_head_refuses_is_not_taken() -> None:
    made = asked(ROWS_FREE + 1)
    decided(made, "refused")
    with pytest.raises(Forbidden, match="未获批准：已核实用途"):
        take_export(user=city.user("auditor"), number=made.pk)


def test_nobody_approves_their_own() -> None:
    made = asked(ROWS_FREE + 1, user="head")
    task = approval_of(made)
    take(task_id=task.pk, actor=city.user("head"))
    with pytest.raises(TaskRefused, match="不能批准自己"):
        finish(task_id=task.pk, actor=city.user("head"), outcome="allowed", note="同意", today=city.TODAY)


def test_it_is_ones_own_and_expires() -> None:
    made = asked(5)
    assert "本人申请" in why_not_take(made, city.user("cashier"))
    made.valid_until = timezone.now() - dt.timedelta(seconds=1)
    made.save()
    with pytest.raises(Forbidden, match="已过有效期"):
        take_export(user=city.user("auditor"), number=made.pk)
    with pytest.raises(NotFound):
        take_export(user=city.user("auditor"), number=0)


def test_a_list_that_grew_gives_no_more_than_was_asked_for() -> None:
    made = asked(5)
    rows_now[0] = ROWS_FREE + 50
    assert len(cells(take_export(user=city.user("auditor"), number=made.pk)[1])) == 5 + 2


@pytest.mark.parametrize(
    ("rows", "reason", "words"), [(5, "查", "用途"), (0, REASON, "没有可以导出"), (ROWS_MAX + 1, REASON, "缩小范围")]
)
def test_without_purpose_or_content_or_without_end_there_is_none(rows: int, reason: str, words: str) -> None:
    rows_now[0] = rows
    with pytest.raises(YiguiError, match=words):
        ask_export(user=city.user("auditor"), kind="test", parameters={}, reason=reason)


def test_the_log_of_views_is_taken_along_as_it_is_filtered() -> None:
    person = city.next_person()
    record_full_view(user=city.user("teller"), subject=person, reason="投诉：=HYPERLINK(1)", ground="complaint")
    auditor = signed_in("auditor")
    answer = auditor.post("/lists/views/export/", {"query": f"about={person.person_no}", "reason": REASON})
    assert answer["Location"] == "/exports/"
    made = DataExport.objects.latest("id")
    assert made.rows == 1
    assert f"{made.pk}" in text_of(auditor.get("/exports/"))
    file = auditor.post(f"/exports/{made.pk}/")
    assert file["Content-Disposition"].startswith("attachment")
    found = cells(file.content)
    assert found[2][4] == "投诉：=HYPERLINK(1)"
    assert f"（{person.person_no}）" in found[2][3]
    assert person.name not in str(found)


def test_others_see_and_take_nothing() -> None:
    made = asked(5)
    assert signed_in("cashier").post(f"/exports/{made.pk}/").status_code == 403
    assert signed_in("teller").get("/exports/").status_code == 403
    assert signed_in("teller").post("/lists/views/export/", {"reason": REASON}).status_code == 403
    assert REASON not in page_of(signed_in("cashier").get("/exports/?all=1"))
    assert REASON in text_of(signed_in("logadmin").get("/exports/?all=1"))


def test_whoever_lost_the_right_takes_no_more() -> None:
    user = city.new_user("auditor", username="export-1", password=PASSWORD, full_name="前稽核")
    record_full_view(user=user, subject=city.next_person(), reason="x")
    made = ask_export(user=user, kind="list-views", parameters={}, reason=REASON)
    user.role = "teller"
    client = Client()
    client.force_login(user, backend="yigui.identity.staff_backend.StaffBackend")
    with pytest.raises(Forbidden, match="“查看记录”由"):
        take_export(user=user, number=made.pk)
