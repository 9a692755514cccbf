"""Correction of a declared contribution base (基数更正)."""

from collections.abc import Iterator
from typing import Any

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.charges.case_bills import MonthDue, base_in_force, charge_months, month_due, record_base
from yigui.common.money import format_fen, parse_yuan, plain_fen
from yigui.common.months import format_period, period_of
from yigui.items.common.base import ItemHandler, item, needed_employer, needed_person
from yigui.items.common.bill_facts import BillFacts
from yigui.items.common.checks import check
from yigui.items.common.checks.months import chosen_base
from yigui.items.common.facts import Facts
from yigui.items.common.known import Known
from yigui.items.common.order import bill_table
from yigui.items.levy.facts import LevyFacts
from yigui.law.contribution import Contribution, base_bounds, base_year_months, base_year_of, capped_base
from yigui.levy.enums import BillKind
from yigui.levy.models import LevyLine
from yigui.registry.enums import INSURANCE_OF


def differences(facts: BillFacts, declared_fen: int) -> list[MonthDue]:
    """What the months levied so far lack, or have too much, at the right base."""
    employer, person = needed_employer(facts), needed_person(facts)
    levied: dict[tuple[int, int], list[LevyLine]] = {}
    for line in facts.lines:
        if line.employer_id == employer.pk:
            levied.setdefault((line.owed_period, line.insurance), []).append(line)
    found = []
    for (period, number), lines in sorted(levied.items()):
        insurance = INSURANCE_OF[number].value
        due = month_due(
            insurance=insurance, declared_fen=declared_fen, period=period, area=str(lines[0].area), employer=employer
        )  # fmt: skip
        more = Contribution(
            due.base_fen - sum(r.base_fen for r in lines), due.employer_fen - sum(r.employer_fen for r in lines),
            due.person_fen - sum(r.person_fen for r in lines), due.account_fen - sum(r.account_fen for r in lines), due.lines,
        )  # fmt: skip
        if more.base_fen:
            found.append(MonthDue(person.pk, insurance, period, more))
    return found


def levied_area(facts: BillFacts) -> str:
    """The place of insurance the months were levied for, so that a credit can be set off against bills of the same fund."""
    return str(facts.lines[0].area) if facts.lines else facts.area_code


@item("LVY-002")
class BaseCorrection(ItemHandler[LevyFacts]):
    """Replaces the base of named months, keeps both values, and bills (or credits) the difference of levied months."""

    writes = ("contributions_base", "contributions_bill", "contributions_line")

    def prefill(self, known: Known) -> dict[str, Any]:
        values, employment = super().prefill(known), known.employment
        if employment is not None and known.person is not None:
            base = base_in_force(person=known.person, employer=employment.employer, period=known.period)
            bounds = base_bounds(employment.employer.area_id, known.period)
            values["old_value"] = plain_fen(capped_base(base or employment.declared_wage_fen, bounds))
        return values

    def preview(self, facts: LevyFacts) -> list[PreviewLine]:
        _, fen = chosen_base(facts)
        dues = differences(facts, fen or 0)
        total = sum(d.due.total_fen for d in dues)
        return [
            PreviewLine("月缴费基数（元）", _in_yuan(facts["old_value"]), format_fen(fen)),
            PreviewLine("已征月份的差额", "", f"{'补缴' if total >= 0 else '抵缴'} {format_fen(abs(total))} 元（{len(dues)} 项）"),
        ]

    def amount_fen(self, facts: LevyFacts) -> int | None:
        _, fen = chosen_base(facts)
        return abs(sum(d.due.total_fen for d in differences(facts, fen or 0)))

    def apply(self, facts: LevyFacts, case: Case) -> Outcome:
        person, employer = needed_person(facts), needed_employer(facts)
        _, fen = chosen_base(facts)
        assert fen is not None
        year = base_year_of(employer.area_id, facts.months[-1])
        # A correction up to now also holds for the months of the base year that are still to come.
        end = base_year_months(employer.area_id, year)[1] if facts.months[-1] >= period_of(facts.today) else facts.months[-1]
        record_base(
            person=person, employer=employer, declared_fen=fen, start=facts.months[0], end=end, reason="corrected", year=year
        )
        dues = differences(facts, fen)
        bills = (
            charge_months(
                case_id=case.pk, dues=dues, employer=employer, area=levied_area(facts), kind=BillKind.DIFFERENCE, today=facts.today
            )
            if dues
            else []
        )
        total = sum(b.total_fen for b in bills)
        words = "无已征月份，不产生差额" if not bills else f"{'补缴' if total >= 0 else '抵缴'}差额 {format_fen(abs(total))} 元"
        return Outcome(
            summary=f"{person.name} 自 {format_period(facts.months[0])} 起的缴费基数更正为 {format_fen(fen)} 元，{words}。",
            lines=[("单位名称", employer.name), ("原缴费基数（元）", _in_yuan(facts["old_value"])), ("更正后（元）", format_fen(fen))],
            sections=[bill_table("差额缴费单", [(b, b.total_fen) for b in bills])] if bills else [],
            notes=["少缴部分随下期费用一并缴纳，多缴部分在缴纳以后的费用时抵缴。"] if bills else [],
        )  # fmt: skip


def _in_yuan(typed: str) -> str:
    """An amount as it stands on the form, written as amounts are; what is none stays as it was typed."""
    try:
        return format_fen(parse_yuan(typed))
    except ValueError:
        return typed


@check("same_year")
def same_year(facts: Facts) -> Iterator[Finding]:
    """All months are in the current base year."""
    if not facts.months:
        return
    year = base_year_of(facts.area_code, period_of(facts.today))
    first, last = base_year_months(facts.area_code, year)
    if facts.months[0] < first or facts.months[-1] > last:
        yield facts.refuse("same_year", f"本缴费年度为 {format_period(first)} 至 {format_period(last)}。", field="start_month")
