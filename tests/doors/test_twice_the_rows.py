"""Twice the rows, the same number of statements: no page asks the database row by row.

Every page that a GET opens is opened in a city with a few rows of everything and in one with twice as many.
"""

import re

import pytest

from tests.doors.statements import counted, statements
from tests.doors.test_statements import name, pages
from tests.doors.world import World
from yigui.common.cache import forget_kept

#: What a page shows as a row of a list.
ROWS = (b"<tr", b"<li", b"card card-body mb-2", b'"case_no"')


def without_lengths(sent: list[str]) -> list[str]:
    """The statements, whatever many values or rows each asks for: a page of a list is cut to as many as there are."""
    return counted([re.sub(r"\(%s\)", "(%s, …)", re.sub(r"LIMIT \d+", "LIMIT …", line)) for line in sent])


class Opened:
    """A page as it was opened: its statements and how many rows it had."""

    def __init__(self, world: World, path: str) -> None:
        url = world.address(path)
        visitor = world.visitor(path, url)
        visitor.get(url)
        forget_kept()
        with statements() as sent:
            answer = visitor.get(url)
        self.status, self.sent, self.rows = (
            answer.status_code,
            sent,
            sum(answer.content.count(mark) for mark in ROWS) if not answer.streaming else 0,
        )


@pytest.fixture(scope="module")
def opened(fresh_city: None) -> dict[str, tuple[Opened, Opened]]:
    world = World()
    few = {path: Opened(world, path) for path in pages()}
    world.grow()
    return {path: (few[path], Opened(world, path)) for path in few}


@pytest.mark.parametrize("path", pages(), ids=name)
def test_a_page_sends_as_many_statements_for_twice_the_rows(path: str, opened: dict[str, tuple[Opened, Opened]]) -> None:
    few, many = opened[path]
    assert (few.status, many.status) == (200, 200)
    assert without_lengths(few.sent) == without_lengths(many.sent)


def test_the_lists_have_grown(opened: dict[str, tuple[Opened, Opened]]) -> None:
    grown = [path for path, (few, many) in opened.items() if many.rows > few.rows]
    assert len(grown) > 35, grown
