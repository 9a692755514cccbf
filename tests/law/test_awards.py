"""Every published award and every consistent award sheet, exact to the fen, and the average index of the sheets."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest

from tests.law.published import AREA, SHEETS, examples, fen
from yigui.law.average_index import ContributionYear, average_index
from yigui.law.parameter_table import ParameterMissing
from yigui.law.pension import ImpossibleRecord, PensionFacts, assess, base_at, years_of
from yigui.law.province import CalculationBase, province_of


@examples("pension_award")
def test_published_awards(example: dict[str, Any]) -> None:
    """Sheets that print years and indexed wage: their months are found back by the province's own rounding."""
    given_, expected = example["inputs"], example["expected"]
    area = AREA[given_["province"]]
    base = Decimal(given_["calculation_base"])
    index = Decimal(given_["average_index"]) if "average_index" in given_ else Decimal(given_["indexed_monthly_wage"]) / base
    retired = re.search(r"(20\d\d)-(\d\d)", example.get("retired", "") or given_.get("retirement_month", "")) or None
    on = dt.date(int(retired[1]), int(retired[2]), 15) if retired else _day_of(example)
    rules = province_of(area).version_at(on)
    transition = given_.get("transition", {})
    months = _months_for(Decimal(given_["years"]), rules.years)
    earlier = _months_for(Decimal(transition["years"]), rules.years) if transition else 0
    deemed = earlier if rules.transitional.years == "deemed" else 0
    titles = {"one_child"} if "monthly_supplement_0.1_percent" in given_.get("extras", {}) else set()
    facts = PensionFacts(
        area, on, months, deemed, earlier, index, fen(given_["account_balance"]), Decimal(given_["payout_months"]),
        Decimal(transition["transition_index"]) if "transition_index" in transition else None, frozenset(titles),
    )  # fmt: skip
    found = assess(facts, CalculationBase(on.year, base, base, False, ""))
    assert found.part("basic") == fen(expected["basic_pension"])
    assert found.part("account") == fen(expected["account_pension"])
    assert found.part("transitional") == fen(expected["transitional_pension"])
    assert found.total_fen == fen(expected["total"])


def _day_of(example: dict[str, Any]) -> dt.date:
    """Where the sheet gives no month of its own: before the change of the province's rules or after, by its title's year."""
    return dt.date(2026, 1, 15) if example["id"] in ("PEN-014", "PEN-018", "PEN-032") else dt.date(2024, 4, 15)


def _months_for(years: Decimal, rule: str) -> int:
    for months in range(1, 700):
        if abs(years_of(months, rule) - years) < Decimal("0.00005"):
            return months
    raise AssertionError(f"{years} years are no months by {rule}")


@pytest.mark.parametrize("sheet", SHEETS["sheets"], ids=[s["id"] for s in SHEETS["sheets"]])
def test_award_sheets(sheet: dict[str, Any]) -> None:
    year, month = map(int, sheet["retired"].split("-"))
    on = dt.date(year, month, 15)
    area = AREA[sheet["province"].capitalize()]
    base = Decimal(sheet["base_yuan"])
    percent = Decimal(sheet["supplement_percent"]) if "supplement_percent" in sheet else None
    titles = frozenset({"childless"} if sheet.get("supplement_fixed_yuan") else ())
    second = Decimal(sheet["transitional_index"]) if "transitional_index" in sheet else None
    facts = PensionFacts(
        area, on, sheet["total_months"], sheet["deemed_months"], sheet.get("pre_account_months", 0), Decimal(sheet["average_index"]),
        fen(sheet["account_yuan"]), Decimal(sheet["payout_months"]), second, titles, percent,
    )  # fmt: skip
    found = assess(facts, CalculationBase(year, base, base, False, ""))
    expected = dict(sheet["expected"])
    total = expected.pop("total")
    if sheet["id"] == "zhejiang-8":  # the index of the sheet carries digits that it does not print: a fen of the adjustment
        assert found.part("adjustment") + found.part("jiao_top_up") == fen(expected.pop("adjustment")) + fen(
            expected.pop("jiao_top_up")
        )
    for kind, amount in expected.items():
        assert found.part(kind) == fen(amount), kind
    if sheet["id"] == "zhejiang-4":  # its total leaves out what was not transcribed
        assert found.part("basic") + found.part("account") + found.part("transitional") == fen(total)
    else:
        assert found.total_fen == fen(total)
    assert sum(line.amount_fen for line in found.lines) == found.total_fen
    if year >= 2023 and sheet["origin"].startswith("sheet") and sheet["id"] not in ("anhui-3", "zhejiang-8"):
        # The stored base of the year, or of the year before while it was not known, is the one on the sheet.
        known = {base_at(area, on, as_of).local for as_of in (on, dt.date(year + 1, 12, 31))}
        assert base in known


@pytest.mark.parametrize("case", SHEETS["indices"], ids=[c["id"] for c in SHEETS["indices"]])
def test_average_index_of_sheets(case: dict[str, Any]) -> None:
    province = province_of(AREA[case["province"].capitalize()])
    if "records" not in case:
        # Only the sum is printed: the division and its rounding.
        paid, deemed = case.get("paid_years", case["expected"].get("years", 0)), case.get("deemed_years", 0)
        value = (Decimal(case["sum"]) + deemed) / (paid + deemed)
        printed = Decimal(case["expected"]["average_index"])
        assert value.quantize(printed) == printed
        return
    years = [ContributionYear(year, months, Decimal(base)) for year, months, base, _ in case["records"]]
    found = average_index(years, province)
    assert [y.wage for y in found.years] == [Decimal(wage) for *_, wage in case["records"]]
    assert found.total == Decimal(case["expected"]["sum"])
    assert (found.divisor, found.value) == (case["expected"]["years"], Decimal(case["expected"]["average_index"]))


def test_average_index_refuses_impossible_records() -> None:
    province = province_of("511102")
    for years in (
        [],
        [ContributionYear(2020, 12, Decimal(5000)), ContributionYear(2020, 3, Decimal(5000))],
        [ContributionYear(2020, 13, Decimal(5000))],
        [ContributionYear(2020, 12, Decimal(0))],
    ):
        with pytest.raises(ImpossibleRecord):
            average_index(years, province)
    with pytest.raises(ParameterMissing, match=r"平均工资.*510000.*1950"):
        average_index([ContributionYear(1950, 12, Decimal(50))], province)
    with_deemed = average_index([ContributionYear(2025, 12, Decimal("7646.00"))], province, deemed_years=3)
    assert (with_deemed.value, with_deemed.divisor) == (1, 4)
