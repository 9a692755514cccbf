"""The business day of what is signed is the database's own, except where the owner has said that days move."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, connections

from tests import city
from yigui.casework.accept_case import accept_case
from yigui.casework.models import Case
from yigui.common.clock import CHINA
from yigui.db.presence import Moved
from yigui.identity.models import Days


def let_days_move(moves: bool) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT identity_let_days_move_v1(%s)", [moves])


@pytest.fixture
def real_days() -> Iterator[None]:
    """As in an installation."""
    let_days_move(False)
    yield
    let_days_move(True)


def accepted(on: dt.date) -> Case:
    person = city.next_person()
    form = city.basic_change_form(person)
    return accept_case(city.application("CHG-003", form, materials=["id_card"], today=on))


def test_nothing_is_signed_on_another_day_than_todays(real_days: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YIGUI_TODAY")
    today = dt.datetime.now(CHINA).date()
    for day in (today - dt.timedelta(days=2), today + dt.timedelta(days=2)):
        with pytest.raises(Moved, match="业务日期"):
            accepted(day)
    case = accepted(today)
    assert (case.status, case.effect_error) == ("finished", "")


def test_in_a_demonstration_days_move() -> None:
    assert accepted(city.TODAY).status == "finished"


def test_who_let_days_move_is_kept_and_only_the_owner_says_it(real_days: None) -> None:
    assert list(Days.objects.order_by("id").values_list("moves", flat=True))[-2:] == [True, False]
    count = Days.objects.count()
    let_days_move(False)
    assert Days.objects.count() == count, "the same answer again is none"
    for statement in ("SELECT identity_let_days_move_v1(true)", "INSERT INTO identity_days (moves, said_at) VALUES (true, now())"):
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute(statement)
