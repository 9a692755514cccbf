"""A meeting is one of people at work, held after the case was accepted: the form refuses others, and so does the database."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests import city
from tests.conftest import TODAY
from tests.pages import signed_in, text_of
from tests.staff.test_accounts import number
from tests.staff.test_same_person import one_person
from yigui.casework.errors import NoMeeting
from yigui.casework.findings import Finding
from yigui.casework.handlers import handler_of
from yigui.casework.meetings import record_meeting
from yigui.casework.models import Case, Meeting
from yigui.casework.signatures import hold_meeting
from yigui.catalogue.declarations import catalogue
from yigui.db.presence import Moved
from yigui.staff.models import FullView, User
from yigui.synthetic.demo_staff import PASSWORD

MINUTES = "会议听取了汇报，查阅了档案，一致同意办理。"


def at_its_meeting() -> Case:
    case = city.accept_class1()
    for name in ("reviewer", "rechecker", "head"):
        city.decide(case, name, opinion="同意，附书面请示")
    return Case.objects.get(pk=case.pk)


def inactive() -> User:
    return city.new_user("reviewer", is_active=False)


#: Who is no attendee.
STRANGERS: dict[str, Callable[[], User]] = {
    "a door": lambda: city.user("channel-mobile"),
    "a partner's program": lambda: city.user("api-demo"),
    "somebody who is not active": inactive,
    "somebody without a post": lambda: city.new_user(""),
    "somebody of another agency": lambda: city.user("reviewer-511111"),
}


@pytest.mark.parametrize("who", STRANGERS)
def test_only_people_at_work_in_the_agency_attend(who: str) -> None:
    case, stranger = at_its_meeting(), STRANGERS[who]()
    people = [city.user("head"), city.user("reviewer2"), stranger]
    with pytest.raises(NoMeeting, match="在岗人员"):
        record_meeting(
            chair=city.user("director"),
            held_on=TODAY,
            minutes=MINUTES,
            attendees=people,
            verdicts={case.pk: ("passed", "")},
            today=TODAY,
        )
    with pytest.raises(Moved, match="渠道账号不能参会"):
        hold_meeting(city.user("director"), TODAY, MINUTES, [p.pk for p in people], {case.pk: ("passed", "")}, {})
    assert not Meeting.objects.filter(decisions__case=case).exists()


@pytest.mark.parametrize("held_on", [dt.date(2026, 1, 5), TODAY - dt.timedelta(days=1), dt.date(2099, 1, 1)])
def test_it_is_held_after_the_case_was_accepted_and_not_in_the_future(held_on: dt.date) -> None:
    case = at_its_meeting()
    people = [city.user("head"), city.user("reviewer2")]
    with pytest.raises(NoMeeting, match="会议日期"):
        record_meeting(
            chair=city.user("director"),
            held_on=held_on,
            minutes=MINUTES,
            attendees=people,
            verdicts={case.pk: ("passed", "")},
            today=TODAY,
        )
    with pytest.raises(Moved, match="会议日期"):
        hold_meeting(city.user("director"), held_on, MINUTES, [p.pk for p in people], {case.pk: ("passed", "")}, {})


def test_three_accounts_of_two_people_are_no_meeting() -> None:
    case = at_its_meeting()
    with one_person("head", "reviewer2", number_of_both=number(17088)):
        people = [city.user("head"), city.user("reviewer2")]
        with pytest.raises(NoMeeting, match="现为 2 人"):
            record_meeting(
                chair=city.user("director"),
                held_on=TODAY,
                minutes=MINUTES,
                attendees=people,
                verdicts={case.pk: ("passed", "")},
                today=TODAY,
            )
        with pytest.raises(Moved, match="不同人员"):
            hold_meeting(city.user("director"), TODAY, MINUTES, [p.pk for p in people], {case.pk: ("passed", "")}, {})


def against(case: Case, finding: Finding) -> Callable[[Any, Callable[[], Any]], list[Finding]]:
    """What stands against one case now, though nothing did when it was accepted."""
    return lambda handler, facts: [finding] if facts().get("id_number") == case.person.id_number else []


def test_a_case_that_cannot_be_passed_is_named_before_anything_of_the_meeting_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = at_its_meeting(), at_its_meeting()
    handler = type(handler_of(catalogue().item(bad.item_code, TODAY)))
    refusal = Finding("bank_says", "银行对该笔款项的答复前后不一。")
    monkeypatch.setattr(handler, "before_signing", against(bad, refusal))
    people = [city.user("head"), city.user("reviewer2")]

    def held(**verdicts: tuple[str, str]) -> Meeting:
        return record_meeting(
            chair=city.user("director"), held_on=TODAY, minutes=MINUTES, attendees=people, today=TODAY,
            verdicts={{"good": good, "bad": bad}[name].pk: verdict for name, verdict in verdicts.items()},
        )  # fmt: skip

    page = Client()
    page.post("/sign-in/", {"username": "director", "password": PASSWORD})
    assert "目前不能同意：银行对该笔款项的答复前后不一。" in page.get("/meetings/").content.decode()
    with pytest.raises(
        NoMeeting, match=f"办件 {bad.case_no}.*目前不能同意：银行对该笔款项的答复前后不一。请将该办件改为"
    ) as refused:
        held(good=("passed", ""), bad=("passed", ""))
    assert refused.value.data["case_no"] == bad.case_no
    assert not Meeting.objects.filter(decisions__case__in=(good, bad)).exists()
    assert held(good=("passed", ""), bad=("declined", "与银行核对后再报")).decisions.count() == 2


def test_what_came_up_since_the_acceptance_and_was_passed_with_stands_in_the_event_of_the_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = city.accept_class1()
    handler = type(handler_of(catalogue().item(case.item_code, TODAY)))
    question = Finding.question("under_review", "该待遇正在复核（任务 7 号）。", field="")
    monkeypatch.setattr(handler, "before_signing", against(case, question))
    city.decide(case, "reviewer")
    passed = case.events.filter(verb="pass").latest("seq")
    assert passed.payload["standing"] == ["该待遇正在复核（任务 7 号）。"]
    monkeypatch.setattr(handler, "before_signing", lambda handler, facts: [])
    city.decide(case, "rechecker")
    assert "standing" not in case.events.filter(verb="pass").latest("seq").payload


def test_who_holds_the_meeting_sees_the_papers_of_its_cases_and_the_look_is_recorded() -> None:
    case = at_its_meeting()
    director = signed_in("director")
    address = f"/cases/{case.case_no}/"
    assert "领取后可见" in text_of(director.get(address)) or "查看事由" in text_of(director.get(address))
    assert f"{address}meeting/" in director.get("/meetings/").content.decode()
    assert director.get(f"{address}meeting/").status_code == 405
    assert not FullView.objects.filter(user=city.user("director"), case_no=case.case_no).exists()
    page = text_of(director.post(f"{address}meeting/", follow=True))
    assert case.subject_name in page
    assert "查看事由" not in page
    seen = FullView.objects.filter(user=city.user("director"), case_no=case.case_no)
    assert {view.reason for view in seen} == {f"集体研究 {case.item_name}"}


def test_nobody_else_opens_a_case_by_its_meeting() -> None:
    case, other = at_its_meeting(), city.accept_class1()
    assert signed_in("reviewer").post(f"/cases/{case.case_no}/meeting/").status_code == 403
    assert (
        signed_in(city.new_user("director", agency="51110201").username).post(f"/cases/{case.case_no}/meeting/").status_code == 403
    )
    assert signed_in("director").post(f"/cases/{other.case_no}/meeting/").status_code == 409
    assert not FullView.objects.filter(reason__startswith="集体研究", case_no__in=(case.case_no, other.case_no)).exists()
