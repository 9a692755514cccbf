"""Money in fen and months as YYYYMM."""

import ast
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yigui.common import months
from yigui.common.money import format_fen, parse_yuan, plain_fen

periods = st.builds(lambda y, m: y * 100 + m, st.integers(1950, 2200), st.integers(1, 12))


@given(st.integers(-(10**14), 10**14))
def test_what_is_shown_is_read_back_to_the_fen(fen: int) -> None:
    assert parse_yuan(format_fen(fen)) == fen
    assert parse_yuan(plain_fen(fen)) == fen
    assert plain_fen(fen) == format_fen(fen).replace(",", "")


def test_a_sum_of_the_database_is_shown_and_part_of_a_fen_is_refused() -> None:
    assert (format_fen(Decimal(1234567)), plain_fen(Decimal(-5))) == ("12,345.67", "-0.05")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="not whole fen"):
        plain_fen(Decimal("0.5"))  # type: ignore[arg-type]


SOURCES = sorted((Path(__file__).resolve().parents[2] / "src" / "yigui").rglob("*.py"))


#: An amount that is written out in the place where it is shown, and the fen of one; the year of a month (`period // 100`) is neither.
YUAN_BY_HAND = re.compile(r"\{[^{}]*/ 100:|:,\.2f\}|_fen % 100")


def test_nobody_makes_yuan_of_fen_by_hand() -> None:
    """A division of an amount by a hundred, or the two decimals of one, stands in common/money only; a float loses fen above 10^15."""
    found = []
    for path in SOURCES:
        if path.match("common/money.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.FloorDiv)):
                continue
            name = getattr(node.left, "id", getattr(node.left, "attr", ""))
            if name.endswith("_fen") and isinstance(node.right, ast.Constant) and node.right.value == 100:
                found.append(f"{path}:{node.lineno}")
        found += [f"{path}: {line}" for line in path.read_text().splitlines() if YUAN_BY_HAND.search(line)]
    assert found == []
    assert all(
        YUAN_BY_HAND.search(line)
        for line in ('f"{fen / 100:.2f} 元"', 'f"{total // 100:,}"', 'f"{yuan:,.2f}"', "rest = a_fen % 100")
    )
    assert not YUAN_BY_HAND.search("if row.year <= period // 100:")


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("5200", 520000),
        ("5,200.5", 520050),
        ("0.01", 1),
        (" 12.30 ", 1230),
        ("-3.07", -307),
        ("１２３.４５", 12345),
        ("¥1，234.56元", 123456),
        ('="5.00"', 500),
    ],
)
def test_amounts_people_type_are_read(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12.345",
        "1e5",
        "十元",
        "12.",
        "1.2.3",
        "NaN",
        "１２３.４５６",
        "526,40",
        "12,34",
        "1,23,456",
        "1234,56",
        "1,234,56",
        "(5.00)",
        "5.00-",
        "5.00CR",
    ],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        parse_yuan(text)


@given(periods, st.integers(-600, 600))
def test_adding_months_and_taking_them_away_comes_back(period: int, n: int) -> None:
    moved = months.add_months(period, n)
    assert months.is_period(moved)
    assert months.add_months(moved, -n) == period


@given(periods, st.integers(0, 500))
def test_a_range_counts_both_ends(period: int, n: int) -> None:
    assert months.months_between(period, months.add_months(period, n)) == n + 1


def test_a_range_that_ends_before_it_begins_is_empty() -> None:
    assert months.months_between(202401, 202312) == 0


@pytest.mark.parametrize(
    "text",
    [
        "202401", "2024-01", "2024-1", "2024/01", "2024年1月", "2024.01", "20240101", "2024-01-01至2024-01-31",
        "202401-202401", "2024年1月-2024年1月", "202401至202401", "2024.01.01-2024.01.31",
    ],
)  # fmt: skip
def test_months_people_type_are_read(text: str) -> None:
    assert months.parse_period(text) == 202401


@pytest.mark.parametrize(
    "text",
    [
        "202413",
        "2024",
        "2024-00",
        "abc",
        "",
        "2024-01-01至2024-02-29",
        "2024-01-32",
        "20241",
        "202401-202402",
        "2024年1月-2024年2月",
    ],
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a month"):
        months.parse_period(text)
