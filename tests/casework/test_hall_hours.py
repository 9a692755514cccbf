"""Acceptance outside the hours of the hall: served, told, and written into the chain (R019)."""

import datetime as dt
from typing import Any

import pytest

from tests import city
from tests.conftest import TODAY
from tests.pages import signed_in, submitted, text_of
from yigui.casework.hall_hours import outside_hours
from yigui.casework.models import Case, Event
from yigui.common import clock
from yigui.registry.models import Person
from yigui.staff.locations import Host, Location, OpeningException


@pytest.fixture(autouse=True)
def hall() -> Location:
    place = city.user("teller").desk.location  # type: ignore[union-attr]
    assert place is not None
    week = ["09:00-12:00 13:30-17:00"] * 5 + ["", ""]
    Location.objects.using("owner").filter(pk=place.pk).update(hours=week)
    if place.host_id:
        Host.objects.using("owner").filter(pk=place.host_id).update(hours=week)
    OpeningException.objects.using("owner").all().delete()
    return place


def at(monkeypatch: pytest.MonkeyPatch, hour: int, minute: int = 0) -> None:
    monkeypatch.setattr(clock, "now", lambda: dt.datetime.combine(TODAY, dt.time(hour, minute), clock.CHINA))


def handed_in(person: Person) -> tuple[str, Case]:
    """The text of the form's page, and the case."""
    client = signed_in("teller")
    url = client.post("/counter/drafts/", {"item": "CHG-003", "person_no": person.person_no}).headers["Location"]
    page = text_of(client.get(url))
    client.post(f"{url}live/", city.basic_change_form(person))
    client.post(f"{url}materials/", {"code": "id_card", "source": "seen"})
    assert ("开放时间以外受理" in text_of(client.get(f"{url}answers/"))) == ("开放时间以外受理" in page)
    assert submitted(client, url).status_code == 302
    return page, Case.objects.get(person=person)


def accepted(case: Case) -> Any:
    return Event.objects.get(case=case, seq=1)


def test_within_the_hours_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 9)
    page, case = handed_in(city.next_person())
    assert "开放时间以外受理" not in page
    assert "outside_hours" not in accepted(case).payload
    assert accepted(case).note == ""


@pytest.mark.parametrize(("hour", "minute"), [(8, 59), (12, 0), (17, 0), (23, 30)])
def test_outside_them_the_teller_is_told_and_the_chain_says_so(
    monkeypatch: pytest.MonkeyPatch, hall: Location, hour: int, minute: int
) -> None:
    at(monkeypatch, hour, minute)
    page, case = handed_in(city.next_person())
    sentence = f"{hour:02}:{minute:02} 在“{hall.name}”开放时间以外受理（当日开放时间为 09:00-12:00 13:30-17:00）。"
    assert sentence in page
    event = accepted(case)
    assert event.note == sentence
    assert event.payload["outside_hours"] == {
        "place": hall.name,
        "at": f"{hour:02}:{minute:02}",
        "hours": "09:00-12:00 13:30-17:00",
    }
    assert sentence in text_of(signed_in("teller").get(f"/cases/{case.case_no}/"))


def test_a_day_on_which_the_hall_is_closed_is_named_with_its_reason(monkeypatch: pytest.MonkeyPatch, hall: Location) -> None:
    OpeningException.objects.using("owner").create(location_id=hall.pk, day=TODAY, hours="", reason="设备检修")
    at(monkeypatch, 10)
    found = outside_hours(city.user("teller"), "counter")
    assert found is not None
    assert found.sentence == f"10:00 在“{hall.name}”开放时间以外受理（当日不开放，设备检修）。"


def test_other_channels_and_a_hall_whose_hours_are_not_published_are_never_closed(
    monkeypatch: pytest.MonkeyPatch, hall: Location
) -> None:
    at(monkeypatch, 3)
    assert outside_hours(city.user("teller"), "online") is None
    assert outside_hours(city.user("teller"), "counter") is not None
    Location.objects.using("owner").filter(pk=hall.pk).update(hours=[""] * 7, host=None)
    assert outside_hours(city.user("teller"), "counter") is None
    Location.objects.using("owner").filter(pk=hall.pk).update(host=hall.host_id)


def test_what_is_corrected_outside_the_hours_says_so_too(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 10)
    case = city.accept_class2(username="teller")
    city.decide(case, "reviewer", verdict="returned", opinion="材料不清")
    at(monkeypatch, 18)
    client = signed_in("teller")
    url = client.post(f"/cases/{case.case_no}/correct/").headers["Location"]
    form = dict(Case.objects.get(pk=case.pk).form) | {"phone": "13900002222"}
    client.post(f"{url}live/", form)
    assert submitted(client, url, confirmed=["unchanged"]).status_code == 302
    last = Event.objects.filter(case=case, verb="resubmit").get()
    assert last.payload["outside_hours"]["at"] == "18:00"
    assert last.note.startswith("18:00 在")
