"""Nobody is held for want of a certification who was not told three times (停发前告知); who is certified is paid everything with the next run."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import Error, transaction

from tests import city
from tests.city import TODAY, application, user
from tests.entitlement.people import overdue, paid, pensioner, planned, tell
from tests.identity.test_days import let_days_move
from tests.money import answers
from tests.pages import page_of, signed_in, text_of
from yigui.casework.accept_case import accept_case
from yigui.casework.application import examine
from yigui.casework.questions import questions_of
from yigui.common import clock
from yigui.common.money import format_fen
from yigui.common.months import add_months
from yigui.db.presence import act_as
from yigui.entitlement.enums import BenefitStatus
from yigui.entitlement.errors import NoticeRefused
from yigui.entitlement.models import Benefit, SuspensionNotice
from yigui.entitlement.notices import record_notice, told
from yigui.entitlement.queries import amount_at, certified_until
from yigui.payment.enums import Hold
from yigui.payment.models import HeldLine, PayLine
from yigui.registry.models import Person
from yigui.runs.batches import BatchRefused, check_batch
from yigui.runs.models import Batch
from yigui.runs.staged import void


def benefit_of(person: Person) -> Benefit:
    return Benefit.objects.get(person=person, status=BenefitStatus.ACTIVE)


def holds(batch: Batch, person: Person) -> set[int]:
    return set(HeldLine.objects.filter(batch_id=batch.pk, benefit_id=benefit_of(person).pk).values_list("hold", flat=True))


def months_paid(person: Person) -> set[int]:
    return set(PayLine.objects.filter(benefit_id=benefit_of(person).pk).values_list("pay_period", flat=True))


def test_forty_overdue_are_paid_but_those_who_were_told_three_times_and_the_certified_are_paid_in_full() -> None:
    first = paid()
    month = add_months(first.period, 1)
    late = overdue(month)[:40]
    enough, twice, one_way, nobody_near = late[:4]
    tell(enough)
    tell(twice, "call", "family")
    tell(one_way, "family", "family", "family")
    tell(nobody_near, "call", "message", "letter")
    batch = planned(month)
    flag = next(f for f in batch.summary["flags"] if f["flag"] == "untold")
    assert flag["found"] >= len(late) - 1
    assert benefit_of(enough).pk not in flag["benefits"]
    # The list says how much and how far each of them was told, and leads to where a notice is put down.
    shown = page_of(signed_in("head").get(f"/finance/batches/{batch.pk}/differences/untold/"))
    rows = {row.split("/benefits/")[0]: row for row in shown.split('<td data-label="人员">')[1:]}
    assert len(rows) == len(flag["benefits"])
    for row, pk in zip(rows.values(), flag["benefits"], strict=True):
        benefit = Benefit.objects.select_related("person").get(pk=pk)
        holding = amount_at(benefit, month)
        assert holding is not None
        assert benefit.person.person_no in row
        assert format_fen(holding.total_fen) in row
        assert told(benefit.person_id, benefit.area_id).on_record in row
        assert f"/persons/{benefit.person.person_no}/benefits/#notices" in row
    # Who signs says in writing why they are paid all the same.
    asked = next(check for check in batch.checks if check["id"] == "untold")
    assert (asked["passed"], asked["level"]) == (False, "warning")
    with pytest.raises(BatchRefused, match="逾期未认证"):
        check_batch(batch_id=batch.pk, user=user("accountant"), answers={k: v for k, v in answers(batch).items() if k != "untold"})
    void(batch_id=batch.pk, user=user("head"), reason="试验结束，不再需要")
    batch = paid()
    assert batch.period == month
    assert holds(batch, enough) == {Hold.UNCERTIFIED}
    for person in late[1:]:
        assert Hold.UNCERTIFIED not in holds(batch, person)
    assert month in months_paid(twice) & months_paid(one_way) & months_paid(nobody_near)
    assert month not in months_paid(enough)
    # The line is open as soon as the person is certified; what was held follows with the next run.
    form = {"id_number": enough.id_number, "person_name": enough.name, "survival_status": "01", "certify_way": "05",
            "apply_date": TODAY.isoformat()}  # fmt: skip
    case = accept_case(application("CRT-001", form, materials=["id_card"]))
    assert (case.status, case.effect_error) == ("finished", "")
    following = paid()
    assert {month, following.period} <= months_paid(enough)
    # The notices were about the certification that ended: a new one begins with none.
    assert told(enough.pk, enough.area_id).days == 0


def test_who_is_held_stays_held_until_certified() -> None:
    person = overdue(202612)[0]
    tell(person)
    first = paid()
    while not holds(first, person):
        first = paid()
    second = paid()
    assert holds(second, person) == {Hold.UNCERTIFIED}


def test_a_notice_is_about_a_certification_that_ends_and_is_put_down_once() -> None:
    person = overdue(202612)[0]
    asked = {
        "user": user("teller"),
        "person": person,
        "way": "call",
        "result": "本人接听，答应本周认证",
        "today": TODAY,
    }
    for changed, words in (
        ({"way": "telegram"}, "从列表中选择告知方式"), ({"result": "无"}, "请写明告知情况"),
        ({"person": certified()}, "届满前一个月起登记告知"), ({"person": city.next_employee().person}, "没有须资格认证的在发待遇"),
    ):  # fmt: skip
        with pytest.raises(NoticeRefused, match=words):
            record_notice(**(asked | changed))
    made = record_notice(**asked)
    assert (made.told_by_id, made.valid_until, made.told_on) == (user("teller").pk, certified_until(person.pk), TODAY)
    with pytest.raises(NoticeRefused, match="不重复登记"):
        record_notice(**asked)
    with pytest.raises(Error, match="permission denied"), transaction.atomic():
        SuspensionNotice.objects.filter(pk=made.pk).update(result="改过")


@pytest.fixture
def real_days(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("YIGUI_TODAY")
    let_days_move(False)
    yield
    let_days_move(True)


def test_a_notice_is_put_down_on_the_day_it_was_given(real_days: None) -> None:
    """In an installation, where days do not move, the database takes none of another day, whatever the program says is today."""
    person = overdue(202612)[0]
    today = clock.today()
    asked = {"user": user("teller"), "person": person, "result": "本人接听，答应本周认证"}
    for k in (1, 2, -1):
        with pytest.raises(Error, match="不是数据库的当日"), transaction.atomic():
            record_notice(**asked, way="call", today=today - dt.timedelta(days=k))
    for way in ("call", "message", "family"):
        record_notice(**asked, way=way, today=today)
    state = told(person.pk, person.area_id)
    assert (state.days, state.ways, state.is_told) == (1, 3, False)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"valid_until": 209912}, "即将届满或已届满"),
        ({"way": "telegram"}, "写明方式"),
        ({"result": " "}, "写明方式"),
        ({"told_by": "accountant"}, "经办或复核人员"),
        ({"of": "employee"}, "在发待遇"),
    ],
)
def test_what_a_notice_says_is_asked_by_the_database_too(given: dict[str, str | int], said: str) -> None:
    person = city.next_employee().person if given.get("of") else overdue(202612)[0]
    who = user(str(given.get("told_by", "teller")))
    written = {
        "person_id": person.pk, "valid_until": given.get("valid_until", certified_until(person.pk)), "told_on": TODAY,
        "way": given.get("way", "call"), "result": given.get("result", "本人接听"), "told_by_id": who.pk,
    }  # fmt: skip
    with pytest.raises(Error, match=said), transaction.atomic():
        act_as(who)
        SuspensionNotice.objects.create(**written)


def certified() -> Person:
    """A pensioner whose certification is good for long."""
    return next(b.person for b in (pensioner() for _ in range(200)) if certified_until(b.person_id) > 202701)


def test_nobody_signs_a_notice_in_the_name_of_another() -> None:
    person = overdue(202612)[0]
    with pytest.raises(Error), transaction.atomic():
        SuspensionNotice.objects.create(
            person_id=person.pk,
            valid_until=certified_until(person.pk),
            told_on=TODAY,
            way="call",
            result="没有打过",
            told_by_id=user("teller").pk,
        )


def test_a_suspension_for_want_of_a_certification_asks_for_the_notices_too() -> None:
    person = overdue(202612)[0]
    form = {
        "id_number": person.id_number, "person_name": person.name, "insurance": "employee_pension", "change_reason": "03",
        "start_month": "2026-11", "note": "未按期认证",
    }  # fmt: skip

    def said() -> list[str]:
        return [
            f.message for f in examine(application("PEN-006", form, materials=["id_card"])).findings if f.check == "reason_listed"
        ]

    assert any("三个不同日期" in words for words in said())
    tell(person)
    assert not [words for words in said() if "日期" in words]
    good = certified()
    form |= {"id_number": good.id_number, "person_name": good.name}
    assert any("不能以未按期认证暂停" in words for words in said())


def test_the_page_of_a_pensioner_shows_the_notices_and_takes_one() -> None:
    person = overdue(202612)[0]
    teller = signed_in("teller")
    url = f"/persons/{person.person_no}/"
    page = teller.get(f"{url}benefits/").content.decode()
    assert "停发前告知" in page
    assert "已告知 0 次" in page
    sent = {"way": "family", "result": "儿子接听，答应转告"}
    page = teller.post(f"{url}notices/", sent, follow=True).content.decode()
    assert "已登记告知" in page
    assert "儿子接听，答应转告" in page
    assert "已告知 1 次" in page
    # Who put it down, and when, stands beside it; a day of one's own does not count.
    assert user("teller").full_name in page
    again = teller.post(f"{url}notices/", sent | {"told_on": "2026-11-01"}, follow=True).content.decode()
    assert "今天已登记过亲属告知" in again
    assert SuspensionNotice.objects.get(person_id=person.pk).told_on == TODAY
    # Who may not put one down reads them.
    other = signed_in("accountant")
    assert "登记告知</button>" not in other.get(f"{url}benefits/").content.decode()
    assert other.post(f"{url}notices/", sent).status_code == 403
    listed = other.get("/finance/certification/").content.decode()
    assert "1 次" in listed


@pytest.mark.parametrize("reason", ["05", "06"])
def test_another_reason_is_written_down_and_is_no_way_around_the_notices(reason: str) -> None:
    person = overdue(202612)[1]
    form = {
        "id_number": person.id_number, "person_name": person.name, "insurance": "employee_pension", "change_reason": reason,
        "start_month": "2026-11",
    }  # fmt: skip

    def said(**more: str) -> list[tuple[str, str, str]]:
        asked = examine(application("PEN-006", form | more, materials=["id_card"]))
        return [(str(f.level), f.field, f.message) for f in asked.findings if f.check == "reason_listed"]

    assert [field for level, field, words in said() if "请在备注中写明" in words and level == "refuse"] == ["note"]
    assert not [words for level, _, words in said(note="邻居反映已去世，正在核实") if level == "refuse"]
    reminded = [words for level, _, words in said(note="邻居反映已去世，正在核实") if level == "remind"]
    assert len(reminded) == 1
    assert "停发前告知没有完成（已告知 0 次" in reminded[0]
    # It is accepted when somebody has read it, and the reviewer reads it too.
    case = accept_case(application("PEN-006", form | {"note": "邻居反映"}, materials=["id_card"], confirmed=("reason_listed",)))
    assert "停发前告知没有完成" in questions_of(case)[0].asked
    assert "提交时的核查提示 1 项" in text_of(signed_in("reviewer").get(f"/cases/{case.case_no}/"))
    tell(person)
    assert not [words for level, _, words in said(note="邻居反映") if level == "remind"]
