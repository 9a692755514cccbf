"""A row of a later release under a signed one without an end: what is published later begins a new validity, and where the two part is told."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from yigui.common.yaml_files import Mapping, load_yaml
from yigui.law import parameter_table
from yigui.law.gaps import gaps
from yigui.law.parameter_kinds import parameter_kinds
from yigui.law.parameter_table import ROOT, Table, table
from yigui.law.signed_rows import SignedRow, reading, signed

NAME, AREA = "contribution/base_bounds", "510000"
FIRST, NEXT = dt.date(2026, 12, 1), dt.date(2027, 7, 1)


def row(
    number: int, first: dt.date = FIRST, last: dt.date = dt.date.max, floor: str = "5000", published: dt.date = dt.date(2026, 11, 9)
) -> SignedRow:
    columns = {"floor": Decimal(floor), "ceiling": Decimal(30000)}
    return SignedRow(number, NAME, (), AREA, first, last, columns, f"川人社发〔2026〕{number}号", "verified", published)


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A later release of the program: the table with one more row."""

    def brought(**more: str) -> None:
        declared = load_yaml(ROOT / f"{NAME}.yaml")
        values: dict[str, Any] = {"floor": "6000", "ceiling": "31000", "area": AREA, "from": NEXT, "to": dt.date(2028, 6, 30),
                                  "status": "verified", "source": "川人社发〔2027〕1号", "verified_on": dt.date(2027, 6, 20)} | more  # fmt: skip
        new = Mapping(values)
        new.path, new.line, new.lines = "release.yaml", 1, {}
        declared["values"] = [*declared["values"], new]
        made = Table(NAME, declared)
        files = parameter_table.table_of_files
        monkeypatch.setattr(parameter_table, "table_of_files", lambda name: made if name == NAME else files(name))

    parameter_table._table.cache_clear()
    yield brought
    parameter_table._table.cache_clear()


def floor(day: dt.date) -> Decimal:
    return table(NAME).at(area="511102", day=day)["floor"]


def contested() -> list[str]:
    return [gap.text for gap in gaps("511102", FIRST) if gap.is_contested]


def test_a_row_that_was_published_later_begins_a_new_validity_and_is_told(release: Any) -> None:
    release()
    with reading(signed().with_row(row(1))):
        assert [floor(day) for day in (FIRST, NEXT - dt.timedelta(days=1), NEXT)] == [5000, 5000, 6000]
        assert parameter_kinds()[NAME].at((), "511102", NEXT).source == "川人社发〔2027〕1号"  # type: ignore[union-attr]
        (told,) = contested()
        assert "参数变更 1 号" in told
        assert "2027-07-01 起的川人社发〔2027〕1号（6000、31000）" in told
        assert "自该日起按后公布的" in told


def test_a_row_that_was_known_before_what_was_signed_stays_under_it_and_is_told(release: Any) -> None:
    release(verified_on=dt.date(2026, 11, 1))
    with reading(signed().with_row(row(1, published=dt.date(2026, 11, 9)))):
        assert floor(NEXT) == 5000
        assert "现仍按所签署的 5000、30000 执行" in contested()[0]


@pytest.mark.parametrize("status", ["provisional", "assumed", "sample", "recalled"])
def test_a_figure_that_stands_for_one_not_published_yet_ends_nothing(release: Any, status: str) -> None:
    release(status=status)
    with reading(signed().with_row(row(1))):
        assert floor(NEXT) == 5000
        assert len(contested()) == 1


def test_a_row_with_an_end_holds_to_it_whatever_a_release_brings(release: Any) -> None:
    release()
    with reading(signed().with_row(row(1, last=dt.date(2027, 12, 31)))):
        assert [floor(day) for day in (NEXT, dt.date(2028, 1, 1))] == [5000, 6000]
        assert len(contested()) == 1


def test_what_was_signed_since_goes_before_both_and_ends_the_question(release: Any) -> None:
    release()
    again = row(2, first=NEXT, floor="6100", published=dt.date(2027, 6, 1))
    with reading(signed().with_row(row(1)).with_row(again)):
        assert [floor(day) for day in (FIRST, NEXT)] == [5000, 6100]
        assert contested() == []


def test_the_same_figures_are_no_question(release: Any) -> None:
    release(floor="5000", ceiling="30000")
    with reading(signed().with_row(row(1))):
        assert floor(NEXT) == 5000
        assert contested() == []
