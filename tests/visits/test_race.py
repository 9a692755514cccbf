"""Forty desks call at once: no ticket twice, none lost, also where a desk dies in the middle."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import connection, connections

from tests import seen
from tests.conftest import TODAY
from tests.visits.halls import new_desk, new_hall, ticket
from yigui.common.errors import YiguiError
from yigui.staff.models import User
from yigui.visits.desk_work import call_next, move_ticket
from yigui.visits.models import Ticket, TicketEvent
from yigui.visits.queries import day_of


def _works(teller: User, start: threading.Barrier) -> list[int]:
    """Calls, serves and finishes until nobody waits; gives the tickets."""
    had: list[int] = []
    try:
        start.wait(30)
        while (called := call_next(teller=teller, today=TODAY)) is not None:
            had.append(called.pk)
            move_ticket(teller=teller, move="start")
            move_ticket(teller=teller, move="finish")
    finally:
        connection.close()
    return had


@pytest.mark.parametrize("many", [(12, 120)])
def test_desks_that_call_at_once_never_get_the_same_ticket(many: tuple[int, int]) -> None:
    desks, tickets = many
    hall = new_hall()
    tellers = [new_desk(hall)[0] for _ in range(desks)]
    for teller in tellers:
        seen.token_of(teller)
    given = {ticket(hall, priority=("none", "elderly")[number % 2]).pk for number in range(tickets)}
    start = threading.Barrier(desks)
    with ThreadPoolExecutor(desks) as pool:
        had = [number for part in pool.map(lambda teller: _works(teller, start), tellers) for number in part]
    assert sorted(had) == sorted(given)
    calls = Counter(TicketEvent.objects.filter(hall=hall, verb="call").values_list("ticket", flat=True))
    assert set(calls.values()) == {1}
    assert set(Ticket.objects.filter(hall=hall).values_list("state", flat=True)) == {"done"}


def test_people_who_come_one_by_one_are_spread_over_free_desks() -> None:
    """The busiest general desk has less than 1.3 times the tickets of the least busy (R016)."""
    hall = new_hall()
    tellers = [new_desk(hall)[0] for _ in range(5)]
    for teller in tellers:
        assert call_next(teller=teller, today=TODAY) is None
    by_desk = {teller.desk_id: teller for teller in tellers}
    for _ in range(60):
        given = Ticket.objects.get(pk=ticket(hall).pk)
        assert given.state == "called"
        assert given.desk_id is not None
        teller = by_desk[given.desk_id]
        move_ticket(teller=teller, move="start")
        move_ticket(teller=teller, move="finish")
        call_next(teller=teller, today=TODAY)
    spread = day_of(hall, TODAY).spread
    assert spread is not None
    assert spread < 1.3


def test_a_desk_that_dies_while_it_calls_takes_no_ticket_with_it() -> None:
    hall = new_hall()
    teller, _ = new_desk(hall)
    other, _ = new_desk(hall)
    first, second = ticket(hall), ticket(hall)
    address = connections["default"].get_connection_params()
    dying = psycopg.connect(**{name: address[name] for name in ("dbname", "user", "password", "host", "port") if address.get(name)})
    (called,) = dying.execute("SELECT visits_call_next_v1(%s, %s)", [seen.token_of(teller), TODAY]).fetchone() or (None,)
    assert called == first.pk
    # While it is on its way nobody waits for it and nobody gets it.
    assert call_next(teller=other, today=TODAY) == second
    with connections["super"].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [dying.info.backend_pid])
    with pytest.raises(psycopg.OperationalError):
        dying.execute("SELECT 1")
    assert Ticket.objects.get(pk=first.pk).state == "waiting"
    move_ticket(teller=other, move="start")
    move_ticket(teller=other, move="finish")
    assert call_next(teller=other, today=TODAY) == first
    # The one that died has nothing in hand.
    with pytest.raises(YiguiError, match="没有号票"):
        move_ticket(teller=teller, move="start")
