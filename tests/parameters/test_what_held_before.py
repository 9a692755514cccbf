"""What held before a change is one answer, the law's and the database's, over signed rows and rows of the files that begin after them."""

import datetime as dt
import random
from typing import Any

import pytest
from django.db import connections

from tests.parameters.test_change_parameter import BOUNDS, as_the_files_say, proposed, signed
from tests.parameters.test_trials_are_closed_by_the_database import before_of, said
from yigui.common.cache import forget_kept
from yigui.law.parameter_kinds import parameter_kinds
from yigui.parameters.models import ParameterRow

__all__ = ["as_the_files_say"]
ONE = dt.timedelta(days=1)


@pytest.fixture
def one() -> ParameterRow:
    """A signed row without an end."""
    return ParameterRow.objects.get(change=signed(proposed(valid_to=None)))


def moved(row: ParameterRow, **given: Any) -> None:
    """The same row as if another value had been signed, at another time."""
    given = {"valid_to": None} | given
    row.__dict__.update(given)
    with connections["super"].cursor() as cursor:
        cursor.execute("ALTER TABLE parameters_row DISABLE TRIGGER USER")
        ParameterRow.objects.using("super").filter(pk=row.pk).update(**given)
        cursor.execute("ALTER TABLE parameters_row ENABLE TRIGGER USER")
    forget_kept()


def test_a_row_of_the_files_read_since_ends_a_signed_one_without_an_end_for_both(one: ParameterRow) -> None:
    moved(one, valid_from=dt.date(2024, 1, 1), published_on=dt.date(2024, 1, 5))
    kind = parameter_kinds()[BOUNDS]
    days = [dt.date(2024, 1, 1), dt.date(2024, 12, 31), dt.date(2025, 1, 1), dt.date(2025, 6, 1)]
    found = [before_of(BOUNDS, "", "511102", day) for day in days]
    assert found == [said(kind.at((), "511102", day)) for day in days]
    assert [(f["number"] > 0, f["columns"]["floor"], f["to"]) for f in found] == [
        (True, "4700", "2024-12-31"), (True, "4700", "2024-12-31"), (False, "4588", "2025-12-31"), (False, "4588", "2025-12-31"),
    ]  # fmt: skip


def test_a_proposal_goes_before_the_row_of_the_files_and_not_before_the_signed_one_it_has_ended(one: ParameterRow) -> None:
    moved(one, valid_from=dt.date(2024, 1, 1), published_on=dt.date(2024, 1, 5))
    again = proposed(valid_from=dt.date(2026, 1, 1), late_reason="所签署的仍应执行")
    assert (again.before["number"], again.before["columns"]["floor"]) == (0, "4588")


def test_what_held_before_is_what_the_law_reads_of_every_kind_over_signed_rows(one: ParameterRow) -> None:
    chance = random.Random(53)
    ended = stood = 0
    for kind in parameter_kinds().values():
        rows = kind.filed()
        dated = [row for row in rows if row.first_day > dt.date(1990, 1, 1)]
        for row in chance.sample(dated, min(len(dated), 6)):
            published = (row.verified_on or dt.date(2026, 11, 1)) + chance.choice([-400, -1, 0, 1]) * ONE
            last = chance.choice([None, None, dt.date(9999, 12, 31), row.first_day + 40 * ONE])
            moved(
                one, table_name=kind.name, keys="|".join(row.keys), area_code=row.area, valid_from=row.first_day - 30 * ONE, valid_to=last,
                columns={name: f"{value:f}" for name, value in row.columns.items()}, published_on=published,
            )  # fmt: skip
            for area in {row.area, "511102"}:
                for day in (row.first_day - 30 * ONE, row.first_day - ONE, row.first_day, row.first_day + 41 * ONE):
                    read = kind.at(row.keys, area, day)
                    assert before_of(kind.name, "|".join(row.keys), area, day) == said(read), (
                        kind.name,
                        row,
                        area,
                        day,
                        published,
                        last,
                    )
                    if area == row.area and day == row.first_day and last is None:
                        ended += not read.number
                        stood += bool(read.number)
    assert ended > 20, "rows of the files that end the signed one"
    assert stood > 20, "and those that do not"
