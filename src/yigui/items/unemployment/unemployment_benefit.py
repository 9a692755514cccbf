"""Claim for unemployment benefit (失业保险金申领)."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.money import format_fen
from yigui.common.months import add_months, first_day, format_period, months_after, period_of
from yigui.entitlement.award import add_step, open_benefit, work_since
from yigui.entitlement.enums import BenefitKind
from yigui.entitlement.models import Benefit
from yigui.items.common.award import component_preview, payee_of, sheet_section
from yigui.items.common.base import item, needed_person
from yigui.items.common.benefit_facts import BenefitFacts
from yigui.items.common.benefit_item import BenefitItem
from yigui.items.common.checks import check
from yigui.items.common.coverage_facts import CoverageFacts
from yigui.items.common.facts import Facts
from yigui.items.common.known import Known
from yigui.law.calculation import CalculationLine, plain
from yigui.law.parameter_table import ParameterMissing
from yigui.law.pension import Component
from yigui.law.unemployment import benefit_months, medical_contribution, national_cap_months, standard_in
from yigui.levy.record import months_covered
from yigui.registry.enums import AAE140, Insurance
from yigui.registry.models import Person
from yigui.registry.queries import bare_coverages_of

_INSURANCE = Insurance.UNEMPLOYMENT.value


@item("UNE-001")
class UnemploymentBenefit(BenefitItem[BenefitFacts]):
    """Awards months and standard by paid months and opens a monthly benefit that ends by itself."""

    needs_living = True
    writes = ("benefits_amount", "benefits_award", "benefits_benefit")
    opens = BenefitKind.UNEMPLOYMENT

    def prefill(self, known: Known) -> dict[str, Any]:
        """Months since the last claim and what they give, by the newest relation's end."""
        values = super().prefill(known)
        coverages = bare_coverages_of(known.person) if known.person else []
        ended = [c.end_period for c in coverages if c.insurance == _INSURANCE and c.end_period]
        if known.person is None or not ended:
            return values
        day = first_day(add_months(max(ended), 1)) - dt.timedelta(days=1)
        months = months_covered(coverages, _INSURANCE, period_of(day))
        return values | {
            "unemployed_date": day.isoformat(), "paid_months": months, "benefit_start": format_period(add_months(period_of(known.today), 1)),
            "entitled_months": benefit_months(months, known.person.area_id, day, unused_months=months_left(known.person) or 0),
        }  # fmt: skip

    @staticmethod
    def _months(facts: BenefitFacts) -> int:
        """Months by what was paid since the last claim, with those left of it. Where nobody knows the latter a question asks for them."""
        left = months_left(needed_person(facts))
        return benefit_months(
            unemployment_months(facts), facts.area_code, facts["unemployed_date"], unused_months=0 if left is None else left
        )

    @staticmethod
    def _standard(facts: BenefitFacts, month: int) -> int:
        """The standard of a month of receipt."""
        period = add_months(facts["benefit_start"], month - 1)
        return standard_in(facts.area_code, period, month, paid_months=unemployment_months(facts), today=facts.today)

    def check(self, facts: BenefitFacts) -> list[Finding]:
        findings = super().check(facts)
        if facts.person is not None and not any(f.is_refusal for f in findings):
            months = self._months(facts)
            if facts["entitled_months"] != months:
                left = months_left(facts.person)
                words = f"，含前次失业应领未领的 {left} 个月" if left else ""
                findings.append(Finding("entitled_months", f"按缴费月数可领取 {months} 个月{words}。", field="entitled_months"))
            if months_left(facts.person) is None:
                words = "前次失业保险金由原系统转入，应领未领的月数不在系统内，按 0 个月计；请查原档案，写明应领、已领的月数。"
                findings.append(Finding.question("entitled_months", words, field="entitled_months"))
            ahead = months_after(period_of(facts["unemployed_date"]), facts["benefit_start"])
            most = facts.condition("unemployment_start_ahead_months")
            if not ahead >= 0 or months_after(period_of(facts.today), facts["benefit_start"]) > most:
                words = f"起发年月须在失业之后，且不晚于本月后 {most} 个月。"
                findings.append(Finding("benefit_start", words, field="benefit_start"))
        return findings

    def _component(self, facts: BenefitFacts) -> Component:
        fen = self._standard(facts, 1)
        line = CalculationLine("失业保险金月标准", fen, facts["benefit_start"], "社会保险法 第四十七条及地方标准")
        return Component("basic", "失业保险金", line)

    def amount_fen(self, facts: BenefitFacts) -> int | None:
        """The benefit of all its months, each at the standard it has then."""
        if not facts.person or not facts["benefit_start"]:
            return None
        return sum(self._standard(facts, month) for month in range(1, self._months(facts) + 1))

    def preview(self, facts: BenefitFacts) -> list[PreviewLine]:
        if facts.person is None or facts["benefit_start"] is None:
            return []
        return [PreviewLine("领取期限", f"累计缴费 {unemployment_months(facts)} 个月{_left_words(facts.person)}", f"{self._months(facts)} 个月"),
                *component_preview([self._component(facts)])]  # fmt: skip

    def apply(self, facts: BenefitFacts, case: Case) -> Outcome:
        person = needed_person(facts)
        months, start = self._months(facts), facts["benefit_start"]
        # Before it is opened: afterwards the newest claim is this one.
        component, left, left_words = self._component(facts), months_left(person), _left_words(person)
        standards = [self._standard(facts, month) for month in range(1, months + 1)]
        benefit = open_benefit(
            person=person, kind=BenefitKind.UNEMPLOYMENT, insurance=AAE140[_INSURANCE], area=person.area_id, start=start,
            end=add_months(start, months - 1), payee=payee_of(facts, person), components=[component],
            inputs={"paid_months": unemployment_months(facts), "months": months, "left_months": left}, case_id=case.pk, today=facts.today,
            contribution_months=unemployment_months(facts),
        )  # fmt: skip
        before = component.amount_fen
        steps: list[tuple[str, str]] = []
        for month, fen in enumerate(standards[1:], 2):
            if fen != before:
                add_step(benefit, start=add_months(start, month - 1), fen=fen, case_id=case.pk)
                steps.append((f"自 {format_period(add_months(start, month - 1))} 起（元）", format_fen(fen)))
                before = fen
        return Outcome(
            summary=f"{person.name} 的失业保险金已核定，每月 {format_fen(component.amount_fen)} 元，共 {months} 个月。",
            lines=[("个人编号", person.person_no), ("起发年月", format_period(start)),
                   ("终止年月", format_period(add_months(start, months - 1))), ("月标准（元）", format_fen(component.amount_fen)),
                   *steps],
            sections=[sheet_section([component])],
            notes=[*([f"领取期限{left_words}，合并计算最长二十四个月（社会保险法第四十六条）。"] if left_words else []),
                   _medical_words(facts.area_code, first_day(start)),
                   "重新就业、应征服兵役、移居境外、享受养老待遇的停止领取，请及时告知。"],
        )  # fmt: skip


def _medical_words(area: str, day: dt.date) -> str:
    """What becomes of the medical contributions while the benefit is drawn: the sum a month where the place has signed base and rate; else that it has not.
    The agency pays them by its list either way: no run of this house does."""
    try:
        fen, row = medical_contribution(area, day)
        known = f"每月 {format_fen(fen)} 元（基数 {plain(row['base_yuan'])} 元 × {plain(row['rate_percent'])}%，{row.source}）"
    except ParameterMissing:
        known = "缴费基数和费率当地尚未录入本系统，数额以经办机构的缴费名单为准"
    return f"领取期间参加职工基本医疗保险，保费由失业保险基金支付，个人不缴（社会保险法第四十八条）；{known}，由经办机构按名单缴纳，不随失业保险金发放。"


def months_left(person: Person) -> int | None:
    """Months of the newest claim that were to be drawn and were not (前次失业应当领取而尚未领取, 社会保险法 第四十六条): it ended with the month before
    work began again, or was suspended. None where nobody here knows how many they were (taken over)."""
    last = Benefit.objects.filter(person=person, kind=BenefitKind.UNEMPLOYMENT).order_by("-start_period", "-id").first()
    if last is None:
        return 0
    award = last.awards.order_by("-version").first()
    if award is None or last.end_period is None or "months" not in award.inputs:
        return None
    ends = [last.end_period]
    if last.suspended_from is not None:
        ends.append(add_months(last.suspended_from, -1))
    if (worked := work_since(last)) is not None:
        ends.append(add_months(worked, -1))
    drawn = months_after(last.start_period, min(ends)) + 1 - int(award.inputs.get("gap_months", 0))
    return max(0, int(award.inputs["months"]) - max(0, drawn))


def _left_words(person: Person) -> str:
    """What is left of an earlier claim, in words; "" where nothing is."""
    left = months_left(person)
    return f"，另含前次失业应领未领的 {left} 个月" if left else ""


def unemployment_months(facts: CoverageFacts) -> int:
    """Months of unemployment insurance since the last claim, up to the day of leaving."""
    if facts.person is None:
        return 0
    until = period_of(facts["unemployed_date"] or facts.today)
    last = Benefit.objects.filter(person=facts.person, kind=BenefitKind.UNEMPLOYMENT).order_by("-start_period").first()
    rows = [c for c in facts.coverages if last is None or c.start_period >= last.start_period]
    return months_covered(rows, Insurance.UNEMPLOYMENT.value, until)


@check("paid_one_year")
def paid_one_year(facts: BenefitFacts) -> Iterator[Finding]:
    """The months paid since the last claim give a benefit by national law, and the months typed are those on record."""
    months = unemployment_months(facts)
    if not national_cap_months(months, facts["unemployed_date"] or facts.today):
        yield facts.refuse("paid_one_year", f"累计缴费 {months} 个月。", field="paid_months")
    elif facts["paid_months"] != months:
        yield Finding("paid_one_year", f"失业保险累计缴费应为 {months} 个月。", field="paid_months")


@check("involuntary")
def involuntary(facts: Facts) -> Iterator[Finding]:
    """The person did not leave by choice."""
    if facts["unemployed_reason"] == "05":
        yield facts.refuse("involuntary", field="unemployed_reason")


@check("registered_unemployed")
def registered_unemployed(facts: Facts) -> Iterator[Finding]:
    """An unemployment registration exists, after the work ended."""
    if "unemployment_registration" not in facts.given:
        yield facts.refuse("registered_unemployed", field="unemployment_reg_date")
    elif facts["unemployment_reg_date"] and facts["unemployment_reg_date"] < facts["unemployed_date"]:
        yield Finding("registered_unemployed", "失业登记日期早于失业日期，请核对。", field="unemployment_reg_date")


@check("not_reemployed")
def not_reemployed(facts: CoverageFacts) -> Iterator[Finding]:
    """The person has no relation with a unit any more."""
    open_ = [c for c in facts.running_coverages if c.insurance == Insurance.UNEMPLOYMENT]
    if open_ or facts.employment is not None:
        yield facts.refuse("not_reemployed", field="id_number")
