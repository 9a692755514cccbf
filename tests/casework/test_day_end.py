"""The end of a teller's day (日终轧账, R315): a paper that is not bound is a difference, a difference is explained, and no next day before."""

import datetime as dt
import os
from threading import Thread
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from tests import city
from tests.conftest import TODAY
from tests.identity.test_days import let_days_move
from tests.pages import page_of, signed_in, text_of
from tests.pdf import pdf
from tests.staff.test_accounts import number
from tests.staff.test_rights import applied, granted
from yigui.casework import accept_case as accept_case_module
from yigui.casework import day_end as day_end_module
from yigui.casework.accept_case import accept_case
from yigui.casework.application import GivenMaterial
from yigui.casework.day_end import (
    Day,
    DayRefused,
    check_sheet,
    close_day,
    day_of,
    open_day,
    sheets_for,
    sheets_to_check,
    why_closed,
    without_sheet,
)  # fmt: skip
from yigui.casework.day_inbox import DAY_SHEETS
from yigui.casework.day_sheets import DaySheet
from yigui.casework.decide_step import claim_step, release_step
from yigui.casework.drafts import open_draft
from yigui.casework.enums import MaterialSource
from yigui.casework.models import Case, Draft
from yigui.casework.queries import current_step
from yigui.common import clock
from yigui.common.locks import Lock
from yigui.db.presence import act_as
from yigui.documents.store import keep_paper
from yigui.registry.models import Person
from yigui.shell.inbox import inbox_page
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User

TOMORROW = TODAY + dt.timedelta(days=1)


def new_teller(password: str = "Ein-Passwort-9") -> User:
    """A teller of their own, who accepts changes of basic data."""
    teller = city.new_user("teller", full_name="轧账柜员", password=password)
    granted(applied(teller, steps=("accept",), item_groups=["CHG-003"]))
    return city.user(teller.username)


def accepted(teller: User, person: Person | None = None, *, today: dt.date = TODAY, scanned: bool = False) -> Case:
    """A case at the counter, the identity card seen or taken as a paper."""
    paper = None
    if scanned:
        content = pdf(teller.username.encode())
        paper = keep_paper(content, "id.pdf", material_code="id_card", taken_by=teller, taken_on=today)
    asked = city.application("CHG-003", city.basic_change_form(person or city.next_person()), username=teller.username, today=today)
    asked.materials.append(GivenMaterial("id_card", MaterialSource.SCANNED if scanned else MaterialSource.SEEN, paper))
    return accept_case(asked)


def closed(teller: User, day: dt.date = TODAY, today: dt.date = TODAY, **more: Any) -> DaySheet:
    return close_day(actor=teller, day=day, today=today, **({"bound": (), "explanation": ""} | more))


def test_a_paper_taken_and_not_bound_is_a_difference_until_it_is_bound_or_explained() -> None:
    teller = new_teller()
    seen, taken = accepted(teller), accepted(teller, scanned=True)
    day = day_of(teller, TODAY)
    assert [row.case.pk for row in day.cases] == [seen.pk, taken.pk]
    assert len(day.differences) == 1
    assert taken.case_no in day.differences[0]
    assert "未装订" in day.differences[0]
    assert day_of(teller, TODAY, [taken.case_no]).differences == ()
    with pytest.raises(DayRefused, match="1 项差异"):
        closed(teller)
    sheet = closed(teller, explanation="扫描仪占用，明早装订")
    assert sheet.content["differences"] == list(day.differences)
    assert (sheet.differences, sheet.content["cases"][1]["is_bound"]) == (1, False)
    assert dict(sheet.content["counts"])["收取纸质材料（份）"] == 1


def test_forms_left_open_are_named() -> None:
    teller = new_teller()
    person = city.next_person()
    draft = open_draft(user=teller, item_code="CHG-003", form=city.basic_change_form(person), person=person)
    assert "CHG-003" in day_of(teller, TODAY).differences[0]
    Draft.objects.filter(pk=draft.pk).delete()
    assert day_of(teller, TODAY).differences == ()


def test_steps_taken_and_not_decided_are_named() -> None:
    case = city.accept_class2()
    city.decide(case, "reviewer")
    checker = city.user("teller2")
    before = day_of(checker, TODAY).differences
    step = current_step(case)
    assert step is not None
    claim_step(case_id=case.pk, step_id=step.pk, actor=checker)
    assert [said for said in day_of(checker, TODAY).differences if said not in before] == [
        f"办件 {case.case_no} 的复核环节已领取，尚未处理或放回。"
    ]
    release_step(case_id=case.pk, step_id=step.pk, actor=checker)


def test_from_the_first_sheet_on_no_next_day_before_the_day_before_is_closed() -> None:
    teller = new_teller()
    accepted(teller)
    # Nobody closes days here yet: the next day is as any other.
    assert why_closed(teller, TOMORROW) == ""
    closed(teller)
    with pytest.raises(NotAuthorised, match="当日不能再受理"):
        accepted(teller)
    accepted(teller, today=TOMORROW)
    later = TOMORROW + dt.timedelta(days=1)
    assert open_day(teller, later) == TOMORROW
    with pytest.raises(NotAuthorised, match=f"{TOMORROW} 的业务尚未轧账"):
        accepted(teller, today=later)
    with pytest.raises(DayRefused, match=f"请先对 {TOMORROW} 轧账"):
        closed(teller, day=later, today=later)
    closed(teller, day=TOMORROW, today=later)
    assert accepted(teller, today=later).status == "finished"


def test_the_database_accepts_nothing_on_a_day_that_is_closed_nor_before_the_day_before_is(monkeypatch: pytest.MonkeyPatch) -> None:
    # A door that forgot to ask.
    monkeypatch.setattr(accept_case_module, "why_not_today", lambda *_: None)
    teller = new_teller()
    accepted(teller)
    closed(teller)
    with pytest.raises(DatabaseError, match=f"不能受理：您已对 {TODAY} 的业务轧账"):
        accepted(teller)
    accepted(teller, today=TOMORROW)
    later = TOMORROW + dt.timedelta(days=1)
    with pytest.raises(DatabaseError, match=f"{TOMORROW} 的业务尚未轧账"):
        accepted(teller, today=later)
    assert Case.objects.filter(accepted_by=teller).count() == 2


def test_a_day_is_not_closed_while_its_teller_accepts() -> None:
    teller = new_teller()
    accepted(teller)
    with psycopg.connect(os.environ["YIGUI_TEST_SUPER_URL"]) as beside:
        beside.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [Lock.DAY, teller.pk])
        with pytest.raises(DatabaseError, match="lock timeout"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
            closed(teller)
        beside.rollback()
    assert closed(teller).differences == 0


def test_a_case_accepted_while_the_day_is_counted_is_on_its_sheet_or_not_of_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    teller = new_teller()
    first = accepted(teller)
    second, count = city.next_person(), day_end_module.day_of
    seen: list[str] = []

    def in_another_tab() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '500ms'")
                seen.append(accepted(teller, second).case_no)
        except DatabaseError as refused:
            seen.append(str(refused))
        finally:
            connection.close()

    def counted_slowly(*asked: Any) -> Day:
        day = count(*asked)
        other = Thread(target=in_another_tab)
        other.start()
        other.join(30)
        return day

    monkeypatch.setattr(day_end_module, "day_of", counted_slowly)
    sheet = closed(teller)
    assert "lock timeout" in seen[0]
    assert [row["case_no"] for row in sheet.content["cases"]] == [first.case_no]
    assert list(Case.objects.filter(accepted_by=teller).values_list("case_no", flat=True)) == [first.case_no]


def test_the_database_takes_no_sheet_without_a_case_of_its_day() -> None:
    teller = new_teller()
    accepted(teller)
    for content in ({"differences": []}, {"differences": [], "cases": []}, {"differences": [], "cases": [{"case_no": "x"}]}):
        with pytest.raises(DatabaseError, match="受理的办件不一致"), transaction.atomic():
            act_as(teller)
            DaySheet.objects.create(user=teller, day=TODAY, content=content, differences=0, closed_at=clock.now())
    assert not DaySheet.objects.filter(user=teller).exists()


def test_a_sheet_of_a_day_to_come_is_refused_where_days_do_not_move() -> None:
    teller = new_teller()
    let_days_move(False)
    try:
        with pytest.raises(DatabaseError, match="2099-01-01 还没有到"), transaction.atomic():
            act_as(teller)
            content = {"differences": [], "cases": []}
            DaySheet.objects.create(user=teller, day=dt.date(2099, 1, 1), content=content, differences=0, closed_at=clock.now())
    finally:
        let_days_move(True)


def test_a_sheet_waits_in_the_inbox_of_those_who_look_it_through() -> None:
    teller = new_teller()
    accepted(teller, scanned=True)
    sheet = closed(teller, explanation="档案袋用完，明早装订")
    waiting = [row for row in inbox_page(city.user("head"), TODAY, code="day_sheet").rows if row.row.key == str(sheet.pk)]
    assert [row.url for row in waiting] == [f"/counter/days/{sheet.pk}/"]
    assert "1 项差异：档案袋用完，明早装订" in waiting[0].row.more
    assert ("说明", "档案袋用完，明早装订") in (DAY_SHEETS.lines(city.user("head"), TODAY, str(sheet.pk)) or [])
    assert DAY_SHEETS.lines(city.user("head"), TODAY, "0") is None
    # Who cannot check it does not see it wait: another post, another place, the same person under another account.
    for nobody in ("reviewer", "teller2", "hall-rechecker-511111"):
        assert sheet not in sheets_to_check(city.user(nobody))
    mine = city.new_user("section_head", full_name="轧账科长", password="Ein-Passwort-9", id_number=number(18801))
    own = city.new_user("teller", full_name="轧账本人", password="Ein-Passwort-9", id_number=number(18801))
    of_mine = closed(own)
    assert of_mine in sheets_to_check(city.user("head"))
    assert of_mine not in sheets_to_check(mine)
    check_sheet(actor=city.user("head"), sheet_id=sheet.pk, note="已见材料，次日补装")
    assert sheet not in sheets_to_check(city.user("head"))


def test_somebody_else_looks_it_through_once_and_says_a_word_to_differences() -> None:
    teller = new_teller()
    accepted(teller, scanned=True)
    sheet = closed(teller, explanation="档案袋用完，明早装订")
    for nobody in (teller, city.user("teller2"), city.user("hall-rechecker-511111"), city.user("reviewer")):
        with pytest.raises(NotAuthorised, match="复核员、科室负责人"):
            check_sheet(actor=nobody, sheet_id=sheet.pk, note="已核对无误")
    head = city.user("head")
    with pytest.raises(DayRefused, match="写明核实情况"):
        check_sheet(actor=head, sheet_id=sheet.pk, note="")
    waiting = closed(new_teller())
    checked = check_sheet(actor=head, sheet_id=sheet.pk, note="已见材料，次日补装")
    listed = [found.pk for found in sheets_for(head)]
    assert listed.index(waiting.pk) < listed.index(sheet.pk)
    assert checked.checked_by == head
    with pytest.raises(DayRefused, match="已经复核"):
        check_sheet(actor=head, sheet_id=sheet.pk, note="已核对无误")


def test_tellers_without_a_sheet_are_named() -> None:
    teller = new_teller()
    assert teller.pk not in {user.pk for user, _ in without_sheet(city.user("head"), TODAY)}
    accepted(teller)
    assert (teller.pk, TODAY) in {(user.pk, day) for user, day in without_sheet(city.user("head"), TODAY)}
    closed(teller)
    assert teller.pk not in {user.pk for user, _ in without_sheet(city.user("head"), TODAY)}


def test_the_database_keeps_a_sheet() -> None:
    teller = new_teller()
    accepted(teller, scanned=True)
    sheet = closed(teller, explanation="档案袋用完，明早装订")
    refused = {
        "DELETE FROM casework_day_sheet WHERE id = %(id)s": "permission denied|不能删除",
        "UPDATE casework_day_sheet SET explanation = 'x' WHERE id = %(id)s": "permission denied|不能修改",
        "UPDATE casework_day_sheet SET checked_by_id = user_id, checked_at = now() WHERE id = %(id)s": "之外的复核员",
    }
    for statement, words in refused.items():
        with pytest.raises(DatabaseError, match=words), transaction.atomic(), connection.cursor() as cursor:
            act_as(teller)
            cursor.execute(statement, {"id": sheet.pk})
    with pytest.raises(DatabaseError, match="说明原因"), transaction.atomic():
        act_as(teller)
        DaySheet.objects.create(user=teller, day=TOMORROW, content={"differences": ["x"]}, differences=1, closed_at=sheet.closed_at)


def test_a_day_is_closed_on_the_page_and_looked_through_on_another() -> None:
    teller = new_teller()
    case = accepted(teller, scanned=True)
    desk = signed_in(teller.username)
    assert "未装订" in page_of(desk.get("/counter/day/"))
    answer = desk.post("/counter/day/", {"day": TODAY.isoformat(), "explanation": ""})
    assert "1 项差异" in text_of(answer)
    answer = desk.post("/counter/day/", {"day": TODAY.isoformat(), "bound": [case.case_no], "explanation": ""}, follow=True)
    assert "没有差异" in page_of(answer)
    sheet = DaySheet.objects.get(user=teller)
    assert "已轧账" in page_of(desk.get("/counter/day/"))
    head = signed_in("head")
    assert "轧账柜员" in page_of(head.get("/counter/days/"))
    answer = head.post(f"/counter/days/{sheet.pk}/", {"note": ""}, follow=True)
    assert "已复核" in page_of(answer)
    assert signed_in("teller").get(f"/counter/days/{sheet.pk}/").status_code == 403
    assert head.get("/counter/days/99999999/").status_code == 404
    assert signed_in("cashier").get("/counter/days/").status_code == 403
