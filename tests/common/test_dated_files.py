"""Declarations by date: one rule for all of them."""

import datetime as dt
from pathlib import Path

import pytest

from yigui.common.dated_files import in_force, merged
from yigui.common.yaml_files import YamlError

FILES = [Path("chart-2026-01-01.yaml"), Path("chart-2018-01-01.yaml"), Path("chart-2099-01-01.yaml")]


def stems(day: dt.date) -> list[str]:
    return [path.stem for path in in_force(FILES, day, prefix="chart-")]


def test_a_file_is_in_force_from_its_day_and_the_oldest_comes_first() -> None:
    assert stems(dt.date(2017, 12, 31)) == []
    assert stems(dt.date(2025, 12, 31)) == ["chart-2018-01-01"]
    assert stems(dt.date(2026, 1, 1)) == ["chart-2018-01-01", "chart-2026-01-01"]
    assert stems(dt.date(2098, 12, 31)) == ["chart-2018-01-01", "chart-2026-01-01"]


def test_a_name_that_is_no_date_is_refused_whatever_the_day() -> None:
    with pytest.raises(YamlError, match="chart-soon"):
        in_force([Path("chart-soon.yaml")], dt.date(2000, 1, 1), prefix="chart-")


def test_a_later_layer_replaces_what_it_names_and_keeps_the_rest() -> None:
    assert merged([{"a": 1, "b": 2}, {"b": 3, "c": 4}]) == {"a": 1, "b": 3, "c": 4}
