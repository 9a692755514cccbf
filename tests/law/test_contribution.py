"""The contribution side of the law against published examples, exact to the fen, and around every date of change."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from yigui.common.money import parse_yuan
from yigui.law.account_interest import WrongMonth, interest_rate, year_end_by_month, year_end_by_year
from yigui.law.contribution import (
    Bounds,
    NotLevied,
    Payer,
    Rates,
    base_bounds,
    base_year_months,
    base_year_of,
    capped_base,
    contribution,
    estimated_amount,
    floating_steps,
    injury_rate,
    rates_of,
    resident_subsidy,
)
from yigui.law.late_surcharge import WrongDays, due_day_of, late_surcharge, surcharge_of_bill
from yigui.law.parameter_table import ROOT, ParameterMissing, table

EXAMPLES = yaml.safe_load((Path(__file__).parent / "cases" / "contribution.yaml").read_text(encoding="utf-8"))
PROVINCES = {
    "Shaanxi": "610000", "Anhui": "340000", "Sichuan": "510000", "Shandong": "370000", "Beijing": "110000",
    "Shanghai": "310000", "Zhejiang": "330000",
}  # fmt: skip
WIDE = Bounds(1, 10**9, "", is_provisional=False, rule="")


def _bounds(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    months = (inputs["year"] * 100 + 7, inputs["year"] * 100 + 12)
    for period in months:
        found = base_bounds(PROVINCES[inputs["region"]], period)
        assert (found.floor_fen, found.ceiling_fen) == (parse_yuan(expected["floor"]), parse_yuan(expected["ceiling"]))


def _surcharge(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    first = dt.date(2024, 3, 1)
    last = first + dt.timedelta(days=inputs["days"] - 1)
    found = late_surcharge(parse_yuan(inputs["arrears"]), first, last)
    assert found.amount_fen == parse_yuan(expected["surcharge"])
    assert found.amount_fen == sum(line.amount_fen for line in found.lines)
    if "published_wrong_value" in expected:
        assert found.amount_fen != parse_yuan(expected["published_wrong_value"])


def _surcharge_split(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    found = late_surcharge(
        parse_yuan(inputs["arrears"]), dt.date.fromisoformat(inputs["first_day"]), dt.date.fromisoformat(inputs["last_day"])
    )
    assert found.amount_fen == parse_yuan(expected["surcharge"])
    assert [f"× {expected[k]} 天" in line.text for k, line in zip(
        ("days_at_0_2_percent", "days_at_0_05_percent"), found.lines, strict=True)] == [True, True]  # fmt: skip


def _month_method(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    credits = [(month, parse_yuan(inputs["monthly_credit"])) for month in range(1, inputs["months"] + 1)]
    found = year_end_by_month(parse_yuan(inputs["opening"]), credits, Decimal(inputs["rate"]) * 100)
    assert found.closing_fen == parse_yuan(expected["closing"])
    assert interest_rate("employee_pension", inputs["year"], "510000") == Decimal(inputs["rate"]) * 100


def _annual_method(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    closing = year_end_by_year(parse_yuan(inputs["opening"]), parse_yuan(inputs["year_credit"]), Decimal(inputs["rate"]) * 100)
    assert closing == parse_yuan(expected["closing"])


def _estimated(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    assert estimated_amount(parse_yuan(inputs["last_month_amount"]), "510000", 202601) == parse_yuan(expected["estimated"])


def _split(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    base = parse_yuan(inputs["base"])
    for name in ("pension", "unemployment", "injury"):
        employer, person = (Decimal(inputs[k].get(name, "0")) for k in ("employer_rates", "individual_rates"))
        account = Decimal(8) if name == "pension" else Decimal(0)
        due = contribution(base, Rates(name, Payer.EMPLOYEE, employer, person, account, "例", "例"), WIDE, 202601)
        assert due.employer_fen == parse_yuan(expected["employer"][name])
        assert due.person_fen == parse_yuan(expected["individual"].get(name, "0"))
        if name == "pension":
            assert due.account_fen == parse_yuan(expected["account_credit"])
        assert sum(line.amount_fen for line in due.lines if "缴费：" in line.text) == due.total_fen


def _flexible(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    rates = rates_of("employee_pension", Payer.FLEXIBLE, "511102", 202601)
    assert (rates.person, rates.account) == (Decimal(inputs["rate"]), Decimal(inputs["account_rate"]))
    due = contribution(parse_yuan(inputs["base"]), rates, WIDE, 202601)
    assert (due.total_fen, due.account_fen) == (parse_yuan(expected["total"]), parse_yuan(expected["account_credit"]))
    assert due.total_fen - due.account_fen == parse_yuan(expected["pooled"])


JUDGES = {
    "contribution_base_bounds": _bounds, "late_surcharge": _surcharge, "late_surcharge_split": _surcharge_split,
    "account_year_end_balance_month_method": _month_method, "account_year_end_balance_annual_method": _annual_method,
    "estimated_levy_110_percent": _estimated, "levy_split": _split, "flexible_worker_levy": _flexible,
}  # fmt: skip


def test_there_are_as_many_examples_as_were_published() -> None:
    assert len(EXAMPLES) == 18


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e["id"])
def test_published_example(example: dict[str, Any]) -> None:
    JUDGES[example["kind"]](example["inputs"], example["expected"])


@pytest.mark.parametrize(
    ("insurance", "area", "before", "after", "employer"),
    [
        ("employee_pension", "610000", 201904, 201905, (Decimal(19), Decimal(16))),
        ("employee_pension", "610000", 201604, 201605, (Decimal(20), Decimal(19))),
        ("maternity", "510000", 201912, 202001, (Decimal("0.5"), Decimal(0))),
        ("employee_medical", "610100", 202511, 202512, (Decimal(8), Decimal(7))),
    ],
)  # fmt: skip
def test_a_rate_changes_in_its_month(insurance: str, area: str, before: int, after: int, employer: tuple[Decimal, Decimal]) -> None:
    found = tuple(rates_of(insurance, Payer.EMPLOYEE, area, p).employer for p in (before, after))
    assert found == employer


def test_injury_classes_changed_in_october_2015() -> None:
    assert injury_rate("510000", 201509, "2") == Decimal(1)
    assert injury_rate("510000", 201510, "2") == Decimal("0.4")
    assert injury_rate("440300", 202601, "3") == Decimal("0.6")
    assert injury_rate("510000", 202601, "3", Decimal(80)) == Decimal("0.56")
    with pytest.raises(ParameterMissing):
        injury_rate("510000", 201509, "4")
    assert floating_steps("511100", 202601, "1") == [100, 120, 150]
    assert floating_steps("511100", 202601, "8") == [50, 80, 100, 120, 150]


def test_bounds_change_with_the_year_and_are_the_areas_own() -> None:
    assert base_bounds("310000", 202606).floor_fen == 7460_00
    assert base_bounds("310000", 202607).floor_fen == 7546_00
    assert base_bounds("610302", 202512).ceiling_fen == 23250_00
    assert base_bounds("610302", 202601).ceiling_fen == 23685_00
    assert base_bounds("511102", 202601).is_provisional
    assert [base_bounds("110000", p).floor_fen for p in (202506, 202507, 202606, 202607)] == [6821_00, 7162_00, 7162_00, 7270_00]
    assert base_bounds("340100", 202601).ceiling_fen == 21772_00


@pytest.mark.parametrize(("area", "period"), [("330000", 202601), ("511102", 202012), ("511102", 202701), ("440000", 202607)])
def test_outside_validity_is_an_error_that_names_parameter_area_and_date(area: str, period: int) -> None:
    with pytest.raises(ParameterMissing) as refused:
        base_bounds(area, period)
    assert "缴费基数上下限" in refused.value.message
    assert area in refused.value.message
    assert f"{period // 100}-{period % 100:02d}-01" in refused.value.message


def test_flexible_workers_pay_two_insurances_only() -> None:
    with pytest.raises(NotLevied):
        rates_of("unemployment", Payer.FLEXIBLE, "511102", 202601)


def test_the_base_year_begins_in_july() -> None:
    assert base_year_months("511102", 2026) == (202607, 202706)
    assert [base_year_of("511102", p) for p in (202606, 202607, 202706, 202707)] == [2025, 2026, 2026, 2027]


def test_surcharge_runs_from_the_day_after_the_due_day() -> None:
    due = due_day_of("511102", 202610)
    assert due == dt.date(2026, 11, 15)
    assert surcharge_of_bill(10_000_00, due, due, area="511102").amount_fen == 0
    assert surcharge_of_bill(10_000_00, due, dt.date(2026, 11, 16), area="511102").amount_fen == 500
    assert surcharge_of_bill(10_000_00, due, dt.date(2026, 12, 15), area="511102").amount_fen == 150_00
    with pytest.raises(WrongDays):
        late_surcharge(1, dt.date(2026, 1, 2), dt.date(2026, 1, 1))
    with pytest.raises(ParameterMissing):
        late_surcharge(1, dt.date(1999, 1, 21), dt.date(1999, 2, 1))


def test_subsidy_of_residents() -> None:
    assert [resident_subsidy("511102", 2026, f) for f in (99_00, 100_00, 499_00, 500_00, 3000_00)] == [
        0, 30_00, 30_00, 60_00, 60_00]  # fmt: skip


def test_a_credit_outside_the_year_is_refused() -> None:
    with pytest.raises(WrongMonth):
        year_end_by_month(0, [(13, 100)], Decimal(1))


@given(st.integers(1, 10**8), st.integers(1, 10**7), st.integers(0, 10**7))
def test_the_base_lies_within_its_bounds(declared: int, floor: int, span: int) -> None:
    base = capped_base(declared, Bounds(floor, floor + span, "", is_provisional=False, rule=""))
    assert floor <= base <= floor + span
    assert base in (declared, floor, floor + span)


@given(st.integers(1, 10**7), st.sampled_from(["employee_pension", "unemployment", "employee_medical", "injury", "maternity"]))
def test_more_wage_never_costs_less_and_the_account_never_gets_more_than_was_paid(declared: int, insurance: str) -> None:
    rates = rates_of(insurance, Payer.EMPLOYEE, "511102", 202601, risk_class="3")
    bounds = base_bounds("511102", 202601)
    one, more = (contribution(d, rates, bounds, 202601) for d in (declared, declared + 100))
    assert more.total_fen >= one.total_fen
    assert 0 <= one.account_fen <= one.person_fen or insurance not in ("employee_pension", "employee_medical")


@given(st.integers(0, 10**9), st.integers(0, 3000), st.integers(0, 3000))
def test_surcharge_of_two_stretches_is_that_of_the_whole_within_a_fen(arrears: int, first: int, second: int) -> None:
    start = dt.date(2010, 1, 1)
    middle = start + dt.timedelta(days=first)
    end = middle + dt.timedelta(days=1 + second)
    whole = late_surcharge(arrears, start, end).amount_fen
    parts = late_surcharge(arrears, start, middle).amount_fen
    parts += late_surcharge(arrears, middle + dt.timedelta(days=1), end).amount_fen
    assert abs(whole - parts) <= 1


@pytest.mark.parametrize("path", sorted(p.relative_to(ROOT).with_suffix("").as_posix() for d in ("contribution", "account")
                                        for p in (ROOT / d).glob("*.yaml")))  # fmt: skip
def test_every_table_loads_and_every_value_has_a_source(path: str) -> None:
    found = table(path)
    assert found.label
    assert found.unit
    entries = [e for rows in found._entries.values() for e in rows]
    assert entries
    assert all(e.source for e in entries)


def test_bounds_of_earlier_years_are_there_for_back_payment() -> None:
    assert [base_bounds("511102", y * 100 + 12).floor_fen for y in (2021, 2022, 2023, 2024)] == [3726_00, 4071_00, 4246_00, 4511_00]
    assert (base_bounds("610302", 202403).ceiling_fen, base_bounds("340100", 202403).ceiling_fen) == (22795_00, 21133_00)
