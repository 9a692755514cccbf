"""Payment of residents' pension contributions (城乡居民养老保险缴费)."""

import datetime as dt
from collections.abc import Iterator

from yigui.accounts.open_accounts import open_accounts
from yigui.casework.findings import Finding
from yigui.casework.handlers import FollowUp, Offer, Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.charges.case_bills import MonthDue, charge_months
from yigui.common.identifiers import read_citizen_number
from yigui.common.money import format_fen
from yigui.common.months import period_of
from yigui.items.common.base import ItemHandler, item, needed_person
from yigui.items.common.bill_facts import BillFacts
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.items.common.order import ask_for, order_outcome
from yigui.items.levy.facts import LevyFacts
from yigui.law.calculation import CalculationLine
from yigui.law.contribution import Contribution, resident_subsidy
from yigui.law.resident_pension import resident_claim_age
from yigui.law.retirement_age import age_on
from yigui.levy.enums import BillKind
from yigui.levy.models import Bill
from yigui.levy.resident_grade import choose_grade, is_of_year
from yigui.registry.enums import Insurance
from yigui.registry.queries import area_name
from yigui.tasks.origins import SUBSIDY
from yigui.tasks.references import Reference

_INSURANCE = Insurance.RESIDENT_PENSION.value


def _grade_fen(facts: Facts) -> int:
    return int(facts["grade_amount"]) * 100


@item("LVY-008")
class ResidentPensionPayment(ItemHandler[LevyFacts]):
    """Bills the yearly contribution of the chosen grade; all of it goes to the personal account when paid."""

    writes = ("contributions_bill", "contributions_line", "contributions_resident_grade")
    offered_for = Offer.PAY_RESIDENT

    def preview(self, facts: LevyFacts) -> list[PreviewLine]:
        fen = _grade_fen(facts)
        return [
            PreviewLine(f"{facts['year']} 年度个人缴费", "", f"{format_fen(fen)} 元"),
            PreviewLine(
                "应享缴费补贴", "", f"{format_fen(resident_subsidy(facts.area_code, facts['year'], fen))} 元（财政到账后记入）"
            ),
        ]

    def apply(self, facts: LevyFacts, case: Case) -> Outcome:
        person = needed_person(facts)
        fen = _grade_fen(facts)
        open_accounts(person=person, insurances=[_INSURANCE], period=period_of(facts.today))
        choose_grade(person=person, grade_fen=fen, year=facts["year"])
        open_bills: list[tuple[Bill, int]] = []
        line = CalculationLine(f"{facts['year']} 年度档次", fen, facts["year"] * 100 + 1, "国发〔2014〕8号")
        waiting = [
            s for s in facts.bills
            if is_of_year(s.bill, facts["year"]) and s.left_fen
        ]  # fmt: skip
        before = sum(s.left_fen for s in waiting)
        open_bills += [(s.bill, s.left_fen) for s in waiting]
        if fen != before:
            # Another grade than the one asked for before and not paid: the difference is billed.
            due = MonthDue(
                person.pk, _INSURANCE, facts["year"] * 100 + 1, Contribution(fen - before, 0, fen - before, fen - before, (line,))
            )
            new = charge_months(
                case_id=case.pk, dues=[due], employer=None, area=person.area_id, kind=BillKind.RESIDENT, today=facts.today
            )
            open_bills += [(b, b.total_fen) for b in new]
        order = ask_for(facts=facts, case=case, bills=open_bills, pay_channel=facts["pay_channel"], employer=None, person=person)
        subsidy = resident_subsidy(person.area_id, facts["year"], fen)
        outcome = order_outcome(
            f"{person.name} {facts['year']} 年度城乡居民养老保险应缴 {format_fen(fen)} 元，请付款。", order, open_bills,
            [f"应享政府缴费补贴 {format_fen(subsidy)} 元，财政补贴到账后记入个人账户。"],
        )  # fmt: skip
        # One for all who pay in a year and area: the house asks the treasury once.
        outcome.follow_ups.append(
            FollowUp(
                "resident_subsidy", f"{area_name(person.area_id)} {facts['year']} 年度缴费居民的政府缴费补贴：汇总、申请拨付并记账。",
                due_on=dt.date(facts["year"] + 1, 1, 31), origin=Reference(SUBSIDY, facts["year"], person.area_id), is_about_subject=False,
            )
        )  # fmt: skip
        return outcome


@check("once_a_year")
def once_a_year(facts: BillFacts) -> Iterator[Finding]:
    """No contribution of the same year is on record; an unpaid notice of the year is replaced."""
    for state in facts.bills:
        if is_of_year(state.bill, facts["year"]) and state.paid_fen > 0:
            yield facts.refuse("once_a_year", f"{facts['year']} 年度已缴 {format_fen(state.paid_fen)} 元。", field="year")
            return
    if facts["year"] and facts["year"] > facts.today.year:
        yield facts.refuse("once_a_year", f"尚不能缴 {facts['year']} 年度。", field="year")
    elif facts["year"] and facts["grade_amount"]:
        # A year without a rule of the government's part cannot be paid: the sentence of the missing rule is the finding.
        resident_subsidy(facts.area_code, facts["year"], int(facts["grade_amount"]) * 100)


@check("below_60")
def below_60(facts: Facts) -> Iterator[Finding]:
    """The person is younger than the claim age; from then on only missing years are completed, which another item does."""
    citizen = read_citizen_number(facts["id_number"] or "")
    if citizen is not None and age_on(citizen.born_on, facts.today) >= resident_claim_age():
        yield facts.refuse("below_60", f"{citizen.born_on} 出生。", field="id_number")
