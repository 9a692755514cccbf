"""A correction of earlier years brings the interest each year's law gives, and takes it away again; a year without a rate is refused by name."""

import datetime as dt
import random
from decimal import Decimal
from typing import Any

import pytest

from tests import city
from tests.items.test_money_flows import through_class1
from yigui.accounts.correct import net_by_month
from yigui.accounts.models import AccountEntry, EntryKind
from yigui.accounts.queries import balance_of, open_years
from yigui.casework.application import examine
from yigui.casework.handlers import handler_of
from yigui.law.account_interest import interest_by_year, interest_rate, year_end_by_month
from yigui.law.parameter_table import ParameterMissing
from yigui.levy.record import rows_of
from yigui.registry.models import Person

PENSION = "employee_pension"
MATERIALS = ["application_form", "payment_receipt", "id_card"]


def form_of(person: Person, start: str, end: str, base: str) -> dict[str, Any]:
    return {
        "id_number": person.id_number, "person_name": person.name, "start_month": start, "end_month": end, "old_value": "0", "new_value": base,
        "reason": "漏记",
    }  # fmt: skip


def entered(person: Person, case_id: int) -> dict[tuple[int, int, int], int]:
    rows = AccountEntry.objects.filter(person_id=person.pk, insurance=110, source_id=-case_id)
    return {(e.kind, e.owed_period, e.period): e.amount_fen for e in rows}


def test_a_missed_month_of_earlier_years_is_entered_with_the_interest_of_each_and_bears_on_the_whole_year() -> None:
    person = city.next_employee().person
    before = balance_of(person.pk, 110)
    case = through_class1("ACC-001", form_of(person, "2023-11", "2023-11", "5000"), MATERIALS)
    # 400 yuan from November 2023: 2 of 12 months at 3.97 %, then 2.62 %, then 1.50 %.
    assert entered(person, case.pk) == {
        (EntryKind.REENTRY, 202311, 202601): 400_00, (EntryKind.INTEREST, 202312, 202601): 2_65,
        (EntryKind.INTEREST, 202412, 202601): 10_55, (EntryKind.INTEREST, 202512, 202601): 6_20,
    }  # fmt: skip
    assert balance_of(person.pk, 110) - before == 419_40
    assert (case.amount_fen, "补计以前年度利息 19.40 元" in case.outcome["summary"]) == (419_40, True)
    assert case.document is not None
    assert ["2024 年", "10.55"] in next(s["rows"] for s in case.document.content["sections"] if "利息" in s["title"])
    # December 2023 itself has nothing of the interest: it is corrected as a month without money.
    assert net_by_month(person.pk, 110, 202311, 202312) == {202311: (5000_00, 400_00)}
    # Read for a year in between, the account has the interest of the years before it and no more.
    moved = {year: sum(fen for _, _, fen in open_years(person.pk, 110, year=year).moves) for year in (2024, 2025, 2026)}
    assert (moved[2025] - moved[2024], moved[2026] - moved[2025]) == (10_55, 6_20)


def test_a_month_of_a_year_that_was_taken_over_as_a_sum_is_said_to_be_taken_as_empty() -> None:
    person = next(
        e.person
        for e in (city.next_employee() for _ in range(200))
        if any(y.year == 2023 for y in rows_of(e.person, PENSION).taken_over)
    )
    months = next(y.months for y in rows_of(person, PENSION).taken_over if y.year == 2023)
    form = form_of(person, "2023-11", "2023-11", "5000")
    found = examine(city.application("ACC-001", form, username="special", materials=MATERIALS))
    shown = {line.label: (line.before, line.after) for line in handler_of(found.item).preview(found.facts)}
    assert shown["2023 年"][0] == f"历年结转 {months} 个月，没有逐月记账"
    assert "已含在结转余额内的不能再记" in shown["2023 年"][1]
    case = through_class1("ACC-001", form, MATERIALS)
    assert case.document is not None
    assert f"2023 年历年结转 {months} 个月，没有逐月记账" in "".join(case.document.content["notes"])
    # What has an entry is known: nothing is said of it.
    again = examine(city.application("ACC-001", form | {"new_value": "6000"}, username="special", materials=MATERIALS))
    assert "2023 年" not in {line.label for line in handler_of(again.item).preview(again.facts)}


def test_what_was_too_much_is_taken_out_with_its_interest_and_nothing_is_left() -> None:
    person = city.next_employee().person
    before = balance_of(person.pk, 110)
    first = through_class1("ACC-001", form_of(person, "2021-03", "2021-04", "5000"), MATERIALS)
    second = through_class1("ACC-001", form_of(person, "2021-03", "2021-04", "0"), MATERIALS)
    assert balance_of(person.pk, 110) == before
    assert first.amount_fen == second.amount_fen
    kinds = {kind for kind, _, _ in entered(person, second.pk)}
    assert kinds == {EntryKind.REVERSAL, EntryKind.INTEREST_BACK}


def test_months_of_this_year_bear_from_their_own_month_and_no_interest_is_entered() -> None:
    person = city.next_employee().person
    case = through_class1("ACC-001", form_of(person, "2026-03", "2026-03", "5000"), MATERIALS)
    assert entered(person, case.pk) == {(EntryKind.REENTRY, 202603, 202603): 400_00}


def test_a_year_without_a_published_rate_is_refused_at_the_door_by_its_name() -> None:
    person = city.next_employee().person
    found = examine(
        city.application("ACC-001", form_of(person, "2015-12", "2015-12", "5000"), username="special", materials=MATERIALS)
    )
    said = {f.check: f.message for f in found.refusals}
    assert "记账利率" in said["interest_known"]
    assert "2015" in said["interest_known"]


def test_the_interest_of_a_difference_is_what_the_whole_account_would_have_had_more() -> None:
    """The month method is linear: only the rounding of each year, half a fen twice, may lie between."""
    rows = random.Random(12)
    for _ in range(200):
        moves = [
            (rows.randrange(2016, 2026), rows.randrange(1, 13), rows.randrange(-60_000, 90_000))
            for _ in range(rows.randrange(1, 9))
        ]
        opening = rows.randrange(10_000_00)
        plain = corrected = opening
        for year in range(2016, 2026):
            rate = interest_rate(PENSION, year, "511100")
            usual = [(month, 40_000) for month in range(1, 13)]
            more = [(month, fen) for moved, month, fen in moves if moved == year]
            plain = year_end_by_month(plain, usual, rate, year).closing_fen
            corrected = year_end_by_month(corrected, usual + more, rate, year).closing_fen
        found = interest_by_year(moves, PENSION, "511100", 2025)
        assert list(found) == list(range(min(year for year, _, _ in moves), 2026))
        difference = sum(fen for _, _, fen in moves) + sum(found.values())
        assert abs(corrected - plain - difference) <= Decimal("1.5") * len(found) * (1 + Decimal("0.1")) ** len(found)


def test_the_formula_refuses_a_year_without_a_rate_and_leaves_the_present_year_alone() -> None:
    with pytest.raises(ParameterMissing):
        interest_by_year([(2015, 6, 100_00)], PENSION, "511100", 2025)
    assert interest_by_year([(2026, 6, 100_00)], PENSION, "511100", 2025) == {}
    assert interest_by_year([], PENSION, "511100", dt.date(2026, 1, 1).year) == {}
