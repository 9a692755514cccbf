"""A meeting is one of people at work, held after the case was accepted: the form refuses others, and so does the database."""

import datetime as dt
from collections.abc import Callable

import pytest

from tests import city
from tests.conftest import TODAY
from tests.staff.test_accounts import number
from tests.staff.test_same_person import one_person
from yigui.casework.errors import NoMeeting
from yigui.casework.meetings import record_meeting
from yigui.casework.models import Case, Meeting
from yigui.casework.signatures import hold_meeting
from yigui.db.presence import Moved
from yigui.staff.models import User

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
