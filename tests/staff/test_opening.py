"""Opening hours: what is written on the door, holidays, days that are different, hosts, and what nobody has said."""

import datetime as dt

import pytest

from tests import city
from tests.conftest import TODAY
from yigui.common.workdays import holiday_name
from yigui.registry.models import Agency
from yigui.staff.edit_location import save_host, save_location, say_exception, take_exception_back
from yigui.staff.errors import OrganisationRefused
from yigui.staff.locations import Host, Location, OpeningException
from yigui.staff.opening import HoursUnreadable, SpecialDay, opening_on, read_hours, written
from yigui.staff.opening_hours import open_places, openings

DAY = "09:00-12:00 13:30-17:00"
WEEK = [DAY] * 5 + ["09:00-12:00", ""]
_names = iter(range(1000))


def on(day: str, **more: object) -> tuple[str, str]:
    values: dict[str, object] = {"week": WEEK, "special_days": {}, "own_days": {}} | more
    found = opening_on(dt.date.fromisoformat(day), **values)  # type: ignore[arg-type]
    return found.text, found.note


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-11-10", (DAY, "")),  # An ordinary Tuesday.
        ("2026-11-14", ("09:00-12:00", "")),  # A Saturday on which this place opens.
        ("2026-11-15", ("", "")),  # A Sunday.
        ("2026-10-01", ("", "国庆节")),
        ("2026-10-03", ("", "国庆节")),  # A Saturday inside the holiday.
        ("2026-02-17", ("", "春节")),
    ],
)
def test_a_place_opens_as_its_week_says_and_not_on_public_holidays(day: str, expected: tuple[str, str]) -> None:
    assert on(day) == expected


def test_on_a_working_weekend_a_place_closed_on_weekends_opens_as_on_a_working_day() -> None:
    week = [DAY] * 5 + ["", ""]
    assert on("2026-10-10", week=week) == (DAY, "调休工作日")
    assert on("2026-11-14", week=week) == ("", "")


def test_the_agencys_own_list_of_days_closes_and_opens() -> None:
    assert on("2026-11-11", own_days={dt.date(2026, 11, 11): False}) == ("", "休息日")
    assert on("2026-11-14", own_days={dt.date(2026, 11, 14): False}) == ("", "休息日")
    assert on("2026-11-15", own_days={dt.date(2026, 11, 15): True}) == (DAY, "调休工作日")


def test_what_was_said_about_a_day_goes_before_everything() -> None:
    day = dt.date(2026, 10, 1)
    assert on("2026-10-01", special_days={day: SpecialDay("10:00-12:00", "节日值班")}) == ("10:00-12:00", "节日值班")
    day = dt.date(2026, 11, 10)
    assert on("2026-11-10", special_days={day: SpecialDay("", "系统升级")}) == ("", "系统升级")


def test_a_self_service_area_that_never_closes_is_open_on_a_holiday() -> None:
    assert on("2026-10-01", week=["00:00-24:00"] * 7, stays_open_on_holidays=True) == ("00:00-24:00", "")
    assert opening_on(
        dt.date(2026, 10, 1), week=["00:00-24:00"] * 7, special_days={}, own_days={}, stays_open_on_holidays=True
    ).is_open_at(dt.time(23, 59))


def test_where_nobody_has_said_when_it_opens_the_answer_is_not_known() -> None:
    found = opening_on(TODAY, week=[""] * 7, special_days={}, own_days={})
    assert not found.is_known
    assert found.spans == ()


@pytest.mark.parametrize("text", ["", "09:00-12:00", DAY, "00:00-24:00", "08:30-11:45 12:00-13:00 14:00-20:00"])
def test_hours_come_back_as_they_were_written(text: str) -> None:
    assert written(read_hours(text)) == text


def test_hours_are_read_as_people_write_them() -> None:
    assert written(read_hours("9：00—12：00、13：30至17：00")) == DAY


@pytest.mark.parametrize("text", ["上午", "9-12", "12:00-09:00", "09:00-12:00 11:00-13:00", "09:60-10:00", "09:00-24:01"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(HoursUnreadable):
        read_hours(text)


def test_the_end_of_a_span_is_closed_its_beginning_open() -> None:
    found = opening_on(TODAY, week=WEEK, special_days={}, own_days={})
    assert [found.is_open_at(dt.time(*t)) for t in ((8, 59), (9, 0), (12, 0), (13, 30), (17, 0))] == [
        False,
        True,
        False,
        True,
        False,
    ]


def test_holidays_are_named_and_weekends_are_not() -> None:
    assert holiday_name(dt.date(2026, 10, 1)) == "国庆节"
    assert holiday_name(dt.date(2026, 10, 10)) == ""
    assert holiday_name(dt.date(2026, 11, 14)) == ""
    assert holiday_name(dt.date(2099, 10, 1)) == ""


def place(**more: object) -> Location:
    values: dict[str, object] = {
        "actor": city.user("head2"), "agency": Agency.objects.get(pk="51110001"), "kind": "hall", "name": f"大厅{next(_names)}",
        "address": "", "phone": "", "host": None, "week": WEEK, "stays_open_on_holidays": False, "reason": "新大厅启用",
    } | more  # fmt: skip
    return save_location(**values)  # type: ignore[arg-type]


def test_a_hall_follows_the_calendar_of_its_host_and_what_was_said_of_itself_goes_first() -> None:
    host = save_host(actor=city.user("head2"), name="某政务中心", address="", week=[DAY] * 7, reason="进驻")
    guest, own = place(host=host, week=[""] * 7), place()
    sunday = dt.date(2026, 11, 15)
    assert {p.name: openings([p], sunday)[p.pk].text for p in (guest, own)} == {guest.name: DAY, own.name: ""}
    say_exception(actor=city.user("head2"), owner=host, day=sunday, hours="", reason="停电检修", today=TODAY)
    assert openings([guest], sunday)[guest.pk].note == "停电检修"
    said = say_exception(actor=city.user("head2"), owner=guest, day=sunday, hours="9:00-10:00", reason="社保专场", today=TODAY)
    assert openings([guest], sunday)[guest.pk].text == "09:00-10:00"
    take_exception_back(actor=city.user("head2"), exception=said, reason="取消")
    assert openings([guest], sunday)[guest.pk].note == "停电检修"
    # Said again, it is replaced.
    for hours in ("9:00-10:00", "9:00-11:00"):
        say_exception(actor=city.user("head2"), owner=guest, day=sunday, hours=hours, reason="专场", today=TODAY)
    assert OpeningException.objects.get(location=guest, day=sunday).hours == "09:00-11:00"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"name": " "}, "填写名称"),
        ({"kind": "palace"}, "场所类别"),
        ({"reason": ""}, "依据"),
        ({"week": ["上午", *[""] * 6]}, "星期一：“上午”不是开放时间"),
        ({"name": "市政务服务中心社保大厅"}, "已有名为"),
    ],
)
def test_a_place_that_does_not_fit_is_refused_with_a_sentence(more: dict[str, object], sentence: str) -> None:
    with pytest.raises(OrganisationRefused, match=sentence):
        place(**more)


def test_a_guest_has_no_hours_of_its_own_and_the_past_is_not_said_again() -> None:
    with pytest.raises(OrganisationRefused, match="随其日历"):
        place(host=Host.objects.get(name="乐山市政务服务中心"))
    with pytest.raises(OrganisationRefused, match="已过"):
        say_exception(actor=city.user("head2"), owner=place(), day=dt.date(2026, 11, 9), hours="", reason="x", today=TODAY)


def test_open_places_stand_first_and_the_number_of_statements_does_not_grow() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    place(week=[""] * 7)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            rows = open_places(TODAY, dt.time(10, 0), kinds=("hall",))
        counts.append(len(asked))
        for _ in range(5):
            place()
    assert counts[0] == counts[1]
    known = [r.opening.is_known for r in rows]
    assert known == sorted(known, reverse=True)
    assert rows[0].is_open_now
    assert len(open_places(TODAY, dt.time(10, 0), kinds=("hall",), area_code="511102")) == 1
    assert len(open_places(TODAY, dt.time(10, 0), limit=3)) == 3
