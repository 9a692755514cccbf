"""Satisfaction of a month is summed up when it is over, by agency, hall and desk; no sum tells a single rating (R175, R176)."""

import datetime as dt
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests import city
from tests.conftest import TODAY
from tests.pages import page_of, signed_in
from tests.rating.services import Window, new_window, served_at, service_of
from yigui.db.presence import asked
from yigui.rating.given import Given
from yigui.rating.models import MonthSum
from yigui.rating.rate import rate_at_window

NEXT = dt.date(2026, 12, 1)


def rate(window: Window, *levels: int) -> None:
    """A visitor each, who has been served without a case."""
    for level in levels:
        ticket, _ = served_at(window, cases=0, is_done=True)
        rate_at_window(secret=window.secret, service=service_of(ticket).pk, given=Given(level, (), "写几个字"), today=TODAY)


def closed(on: dt.date = NEXT) -> None:
    asked("SELECT rating_close_months_v1(%s)", on)


def anew() -> None:
    """As if no month had been summed up, nor anything rated."""
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM rating_month; DELETE FROM rating_rating; DELETE FROM rating_service")


def sum_of(window: Window) -> MonthSum:
    return MonthSum.objects.get(scope="desk", desk=window.desk)


def test_the_month_by_window_hall_and_agency_on_the_page_for_everybody_and_on_the_list_of_the_staff() -> None:
    anew()
    window = new_window()
    rate(window, 5, 4, 3, 2, 1, 5)
    served_at(window, cases=0, is_done=True)
    closed(TODAY)
    assert not MonthSum.objects.exists(), "the month is not over"
    closed()
    found = sum_of(window)
    assert (found.ended, found.unrated, found.rated) == (7, 1, 6)
    assert (found.very_content, found.content, found.almost, found.bad, found.very_bad) == (2, 1, 1, 1, 1)
    assert found.good_share == "66.7%"
    whole = MonthSum.objects.get(scope="agency")
    assert (whole.ended, whole.rated, whole.due, whole.in_time) == (7, 6, 2, 0)
    page = page_of(Client().get("/ratings/published/"))
    assert window.desk.location is not None
    assert f"{window.desk.location.name} {window.desk.number}号窗口" in page
    assert "66.7%" in page
    assert "2026-11" in page
    for username in ("head2", window.teller.username):
        assert "66.7%" in page_of(signed_in(username).get("/ratings/months/"))
    rate(window, 1)
    closed()
    assert sum_of(window).rated == 6, "what was published stays"


def test_a_window_with_few_ratings_tells_nothing_nor_does_the_one_beside_it_by_which_it_could_be_told() -> None:
    anew()
    window = new_window()
    beside = new_window(window.desk.location)
    rate(window, 5, 5, 5, 5, 5, 5)
    rate(beside, 1)
    closed()
    hall = MonthSum.objects.get(scope="hall", hall=window.desk.location)
    assert (hall.rated, hall.very_bad) == (7, 1)
    assert sum_of(beside).rated is None
    assert sum_of(window).rated is None, "seven without six is one"
    assert (sum_of(beside).ended, sum_of(beside).unrated) == (1, None)
    assert "评价太少，不公布" in page_of(Client().get("/ratings/published/"))


@settings(max_examples=12, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=4), min_size=1, max_size=3))
def test_whatever_the_numbers_no_difference_of_sums_is_of_fewer_than_the_bound(halls: list[list[int]]) -> None:
    """Rated services of desks of halls, laid into the tables as they stand; then what is hidden under anything shown is nothing or enough."""
    anew()
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        number = 0
        for hall, desks in enumerate(halls, start=900_001):
            for desk, rated in enumerate(desks, start=hall * 10):
                for _ in range(rated):
                    number += 1
                    cursor.execute(
                        "INSERT INTO rating_service (id, ticket_id, what, site, agency_id, hall_id, desk_id, ended_on) OVERRIDING SYSTEM VALUE "
                        "VALUES (%s, %s, 'x', 'hall', '51110001', %s, %s, '2026-11-03')",
                        [900_000 + number, 900_000 + number, hall, desk],
                    )
                    cursor.execute(
                        "INSERT INTO rating_rating (service_id, level, tags, words, wants_call, phone, door, holder, receipt, rated_on, at) "
                        "VALUES (%s, 5, '{}', '', false, '', 'window', '', %s, '2026-11-03', now())",
                        [900_000 + number, f"x{number}"],
                    )
        cursor.execute("SELECT rating_close_months_v1('2026-12-01')")
        cursor.execute("SELECT scope, hall_id, desk_id, rated FROM rating_month")
        rows = cursor.fetchall()
        transaction.set_rollback(True, using="super")
    shown = {(scope, hall, desk): rated for scope, hall, desk, rated in rows}
    if not shown:
        assert not any(any(desks) for desks in halls)
        return
    assert not [rated for rated in shown.values() if rated is not None and 0 < rated < 5]
    whole = shown["agency", None, None]
    if whole is not None:
        seen = sum(rated or 0 for (scope, _, _), rated in shown.items() if scope == "hall")
        assert whole == seen or whole - seen >= 5
    for (scope, hall, _), rated in shown.items():
        if scope == "hall" and rated is not None:
            seen = sum(part or 0 for (kind, of, _), part in shown.items() if kind == "desk" and of == hall)
            assert rated == seen or rated - seen >= 5


#: What a row tells of ratings. Each is told, or none: the levels, their number, the bad ones and what came of them.
_OF_RATINGS = {f.name for f in MonthSum._meta.fields} - {"id", "month", "scope", "agency", "hall", "desk", "ended", "unrated"}
#: Of a month: its good and its bad ratings; how many of the bad ones fall due in the month after, and were answered.
_MONTH = st.tuples(st.integers(0, 6), st.integers(0, 3), st.integers(0, 3), st.integers(0, 3))


def _laid(cursor: Any, number: int, day: str, level: int, due: str | None, *, is_done: bool) -> None:
    """A rating at a desk, with its task where it has a term; laid into the tables as they stand."""
    cursor.execute(
        "INSERT INTO rating_service (id, ticket_id, what, site, agency_id, hall_id, desk_id, ended_on) OVERRIDING SYSTEM VALUE "
        "VALUES (%s, %s, 'x', 'hall', '51110001', 900001, 9000010, %s)",
        [number, number, day],
    )
    cursor.execute(
        "INSERT INTO rating_rating (service_id, level, tags, words, wants_call, phone, door, holder, receipt, rated_on, at) "
        "VALUES (%s, %s, '{}', '', false, '', 'window', '', %s, %s, now())",
        [number, level, f"y{number}", day],
    )
    if due is not None:
        cursor.execute(
            "INSERT INTO tasks_task (kind, kind_version, state, origin_kind, origin_id, origin_no, part, subject_name, area_id, note, form, opened_at, "
            "opened_on, agency_id, posts, due_on, is_due_provisional, ended_on, outcome, said, link_key, case_kind, case_no) "
            "VALUES ('bad_rating', '2026-01-01', %s, 'rating', %s, '', '1', '', '511100', '', '{}', now(), %s, '51110001', '{director}', %s, false, "
            "%s, %s, '', '', '', '')",
            ["done" if is_done else "open", number, day, due, due if is_done else None, "answered" if is_done else ""],
        )


@settings(max_examples=25, deadline=None)
@given(_MONTH, _MONTH)
@example((0, 1, 1, 1), (6, 0, 0, 0))  # One bad rating in a month that is not told; its term ends in one that is.
@example((0, 1, 0, 1), (0, 0, 0, 0))
def test_nothing_of_a_bad_rating_is_told_in_any_column_where_its_levels_are_not(
    first: tuple[int, int, int, int], second: tuple[int, int, int, int]
) -> None:
    anew()
    number, due = 910_000, [0, 0]
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM tasks_task WHERE origin_kind = 'rating'")
        told = [good + bad == 0 or good + bad >= 5 for good, bad, _, _ in (first, second)]
        for at, (good, bad, later, answered) in enumerate((first, second)):
            for k in range(good + bad):
                number += 1
                is_bad, is_later = k < bad, k < later
                falls = at + 1 if is_later else at
                _laid(
                    cursor, number, f"2026-{10 + at}-05", 1 if is_bad else 5, f"2026-{10 + falls}-20" if is_bad else None,
                    is_done=k < answered,
                )  # fmt: skip
                if is_bad and falls < 2 and told[at] and told[falls]:
                    due[falls] += 1
        cursor.execute("SELECT rating_close_months_v1('2026-12-01')")
        cursor.execute("SELECT * FROM rating_month ORDER BY month, scope")
        assert cursor.description is not None
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        transaction.set_rollback(True, using="super")
    for row in rows:
        at = row["month"] - 202610
        shown = {name for name in _OF_RATINGS if row[name] is not None}
        if row["scope"] != "agency":
            assert shown in (set(), _OF_RATINGS - {"due", "in_time"})
            continue
        assert shown == (_OF_RATINGS if told[at] else set())
        if told[at]:
            assert row["due"] == due[at]
            assert row["in_time"] <= row["due"]


@pytest.mark.parametrize("username", ["cashier", "sysadmin"])
def test_who_has_no_part_in_the_business_has_no_list(username: str) -> None:
    assert signed_in(username).get("/ratings/months/").status_code == 403
    assert city.user(username).role
