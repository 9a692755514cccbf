"""What an agency needs and has not is listed by parameter and day, and nothing that is there."""

import ast
import datetime as dt
from argparse import Namespace
from pathlib import Path

import pytest

import yigui
from yigui.config.cli import COMMANDS
from yigui.law.gaps import MAY_LACK, Gap, _unfound, difference_not_found, gaps, rounding_not_found, tables_of_the_law
from yigui.law.parameter_table import ParameterMissing, areas_of, table
from yigui.law.province import province_of

DAY = dt.date(2026, 11, 26)


def test_a_gap_is_what_reading_would_refuse() -> None:
    found = {(gap.parameter, gap.when): gap for gap in gaps("340000", DAY)}
    assert "各地规定" in found["resident/basic", "2026-11-26"].text
    missing_years = {int(when) for name, when in found if name == "pension/average_wage"}
    for year in range(1992, 2027):
        try:
            is_whole = not province_of("340000").wage_of(year)[1]
        except ParameterMissing:
            is_whole = False
        assert is_whole == (year not in missing_years)


def test_a_base_that_is_not_published_is_a_gap_until_it_is() -> None:
    assert "按 2024 年预发" in next(
        g.text for g in gaps("610000", dt.date(2025, 11, 1)) if g.parameter == "pension/calculation_base"
    )
    assert not [g for g in gaps("310000", dt.date(2026, 9, 1)) if g.parameter == "pension/calculation_base"]


def test_what_stands_on_no_verified_source_is_listed_apart() -> None:
    found = next(g for g in gaps("510000", DAY) if g.parameter == "survivor/disposable_income")
    assert (found.is_missing, "无文件，暂定" in found.text) == (False, True)


def test_a_place_without_rules_is_one_gap() -> None:
    found = [g for g in gaps("710000", DAY) if g.parameter.startswith("pension/provinces")]
    assert len(found) == 1
    assert found[0].is_missing


FOUR = ("510000", "610000", "340000", "330000", "511102", "330106")
DAYS = (dt.date(2024, 1, 1), dt.date(2024, 6, 1), dt.date(2024, 12, 31), dt.date(2025, 6, 1), dt.date(2026, 6, 1), DAY)


@pytest.mark.parametrize("area", FOUR)
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_four_provinces_have_what_public_documents_give_and_say_what_none_gives(area: str, day: dt.date) -> None:
    missing = [gap for gap in gaps(area, day, as_of=DAY) if gap.is_missing]
    assert [(gap.parameter, gap.when) for gap in missing if not gap.found_nowhere(area)] == []
    assert all("2026-11-26 查公开文件" in gap.found_nowhere(area) for gap in missing)


def test_every_row_of_what_no_document_gives_stands_beside_a_gap() -> None:
    """A parameter that has been entered since takes its row with it."""
    days = [dt.date(year, month, 1) for year in (2024, 2025, 2026) for month in (1, 7)] + [DAY]
    for row in _unfound():
        named = [
            gap for day in days for gap in gaps(row["area"], day, as_of=DAY)
            if gap.parameter.startswith(row["parameter"]) and row["from"] <= int(gap.when[:4]) <= row["to"]
        ]  # fmt: skip
        assert named, row


@pytest.mark.parametrize(
    ("area", "is_said"), [("210100", True), ("210102", True), ("210200", False), ("320500", True), ("510100", False)]
)
def test_a_rounding_that_no_document_gives_is_said_and_never_guessed(area: str, is_said: bool) -> None:
    found = [gap for gap in gaps(area, DAY) if gap.parameter == "pension/total_rounding"]
    assert [gap.found_nowhere(area) != "" for gap in found] == [True] * is_said
    assert ("按分计发" in rounding_not_found(area, DAY)) is is_said
    assert province_of(area).version_at(DAY, area).total_rounding == "fen"


@pytest.mark.parametrize(
    ("area", "year", "is_said"), [("320500", 2022, True), ("320500", 2023, True), ("320500", 2024, False), ("510100", 2023, False)]
)
def test_a_difference_in_steps_that_no_document_quantifies_is_said_and_never_guessed(area: str, year: int, is_said: bool) -> None:
    assert ("差额未计入本次核定" in difference_not_found(area, dt.date(year, 10, 1))) is is_said
    found = [gap for gap in gaps(area, DAY) if gap.parameter == "pension/difference_in_steps"]
    assert [gap.found_nowhere(area) != "" for gap in found] == [True] * area.startswith("32")


def test_what_one_provinces_rule_reads_is_asked_of_that_province_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yigui.law.gaps._of", lambda parameter, when, read: iter([Gap(parameter, when, "", is_missing=True)]))
    asked = {area: {gap.parameter for gap in gaps(area, DAY)} for area in ("440100", "440300", "510100")}
    assert {area for area, names in asked.items() if "pension/years_sum" in names} == {"440100", "440300"}


def tables_read() -> set[str]:
    """Every table that is read by name, anywhere in the product; what no call names is looked for by a variable and must be named here."""
    found = set[str]()
    for path in Path(yigui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("table", "_highest"):
                found |= {arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)}
    return found


def test_every_table_that_is_read_is_asked_for_or_says_why_not() -> None:
    assert tables_read() <= tables_of_the_law()
    assert tables_of_the_law() - tables_read() == set(), "asked for and read by nobody"
    assert MAY_LACK.keys() <= tables_of_the_law()
    asked = {gap.parameter for gap in gaps("630000", DAY, as_of=DAY)}
    for name in tables_of_the_law() - MAY_LACK.keys():
        rows = [row for row in table(name).entries() if row.first_day <= DAY <= row.last_day]
        if rows and not any(row.area in areas_of("630000") for row in rows):
            assert any(parameter.startswith(name) for parameter in asked), name


@pytest.mark.parametrize(
    ("area", "parameter", "when"),
    [
        ("510000", "pension/adjustments", "2024"), ("610000", "unemployment/death", "2024-06-01"), ("610000", "unemployment/extended", "2026-11-26"),
        ("340000", "contribution/rates/employee_medical/flexible", "2026-11-26"), ("510000", "injury/termination/5", "2026-11-26"),
        ("510000", "contribution/base_bounds", "2010"), ("530000", "pension/average_pension", "2023-06-01"), ("510000", "pension/allowance_adjustment", "2026"),
    ],
)  # fmt: skip
def test_what_was_never_asked_for_is_a_gap(area: str, parameter: str, when: str) -> None:
    days = (dt.date(2023, 6, 1), dt.date(2024, 6, 1), dt.date(2025, 6, 1), DAY)
    found = {(gap.parameter, gap.when) for day in days for gap in gaps(area, day, as_of=DAY) if gap.is_missing}
    assert (parameter, when) in found


def test_a_plan_that_was_not_read_to_its_end_stands_on_no_verified_source() -> None:
    found = next(gap for gap in gaps("510000", DAY, as_of=DAY) if (gap.parameter, gap.when) == ("pension/adjustments", "2025"))
    assert (found.is_missing, "未见原文" in found.text) == (False, True)


def test_what_begins_later_is_no_gap_before() -> None:
    assert "pension/disability" not in {gap.parameter for gap in gaps("610000", dt.date(2024, 12, 31), as_of=DAY)}


def test_a_base_published_since_is_no_gap_of_its_year() -> None:
    found = {gap.parameter for gap in gaps("610000", dt.date(2025, 6, 1), as_of=DAY)}
    assert "pension/calculation_base" not in found
    assert "pension/calculation_base" in {gap.parameter for gap in gaps("610000", dt.date(2025, 6, 1))}


def test_the_command_tells_what_is_missing_from_what_no_document_gives(capsys: pytest.CaptureFixture[str]) -> None:
    assert COMMANDS["parameters"](Namespace(area="610000", on=dt.date(2025, 6, 1))) == 0
    said = capsys.readouterr().out
    assert "公开文件未载  unemployment/months/12  2025-06-01" in said
    assert "610000：缺 0 项" in said
    assert COMMANDS["parameters"](Namespace(area="620000", on=dt.date(2025, 6, 1))) == 1
    assert "缺  resident/basic" in capsys.readouterr().out
