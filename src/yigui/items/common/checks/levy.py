"""Checks of declarations, corrections and back payments."""

import datetime as dt
from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.common.identifiers import read_citizen_number
from yigui.common.money import format_fen, parse_yuan
from yigui.common.months import add_months, first_day, format_period, months_between, period_of
from yigui.items.common.checks import check
from yigui.items.common.checks.enrolment import WORKING_AGE_MIN
from yigui.items.common.facts import Facts
from yigui.law.contribution import base_bounds, base_year_months, base_year_of, floating_steps, injury_rate
from yigui.law.late_surcharge import due_day_of
from yigui.law.parameter_table import ParameterMissing
from yigui.law.retirement_age import age_on, latest_retirement_month
from yigui.levy.enums import BillKind
from yigui.registry.enums import AAE140, INSURANCE_OF, EmployerStatus
from yigui.registry.queries import due_after

#: Back payment of more months than this needs a legal document. Source: 人社部规〔2016〕5号.
BACK_MONTHS_MAX = 36
OBJECTION_WORKING_DAYS = 5
LEGAL_DOCUMENTS = ("back_pay_evidence",)
RELATION_PROOFS = ("employment_contract", "personnel_file", "labour_relation_proof")


def chosen_base(facts: Facts) -> tuple[str, int | None]:
    """The form's base: field name and fen; None where it is not an amount."""
    if facts["contribution_base"] is not None:
        return "contribution_base", facts["contribution_base"]
    if facts["declared_wage"] is not None:
        return "declared_wage", facts["declared_wage"]
    try:
        return "new_value", parse_yuan(facts["new_value"] or "")
    except ValueError:
        return "new_value", None


@check("base_range")
def base_range(facts: Facts) -> Iterator[Finding]:
    """The base lies between floor and ceiling of every month; a declared wage outside them is capped, and only said."""
    field, fen = chosen_base(facts)
    if fen is None:
        yield facts.refuse("base_range", f"“{facts['new_value']}”不是金额，请填写元，最多两位小数。", field=field)
        return
    if fen <= 0:
        yield facts.refuse("base_range", "基数须大于零。", field=field)
        return
    for period in facts.months or [facts.period]:
        try:
            bounds = base_bounds(facts.area_code, period)
        except ParameterMissing as missing:
            yield facts.refuse("base_range", missing.message, field=field)
            return
        if not bounds.floor_fen <= fen <= bounds.ceiling_fen:
            words = f"{format_period(period)} 下限 {format_fen(bounds.floor_fen)} 元，上限 {format_fen(bounds.ceiling_fen)} 元"
            if field == "declared_wage":
                yield facts.remind("base_range", f"{words}，将按上下限核定基数。", field=field)
            else:
                yield facts.refuse("base_range", f"{words}。", field=field)
            return


@check("month_order")
def month_order(facts: Facts) -> Iterator[Finding]:
    """The start month is not later than the end month and neither is in the future."""
    start, end = facts["start_month"], facts["end_month"]
    if start and end and (start > end or end > period_of(facts.today)):
        yield facts.refuse("month_order", f"填写的是 {format_period(start)} 至 {format_period(end)}。", field="end_month")


@check("same_year")
def same_year(facts: Facts) -> Iterator[Finding]:
    """All months are in the current base year."""
    if not facts.months:
        return
    year = base_year_of(facts.area_code, period_of(facts.today))
    first, last = base_year_months(facts.area_code, year)
    if facts.months[0] < first or facts.months[-1] > last:
        yield facts.refuse("same_year", f"本缴费年度为 {format_period(first)} 至 {format_period(last)}。", field="start_month")


@check("current_year_only")
def current_year_only(facts: Facts) -> Iterator[Finding]:
    """All months are in the current year."""
    if facts.months and facts.months[0] // 100 != facts.today.year:
        yield facts.refuse(
            "current_year_only", f"{format_period(facts.months[0])} 不在 {facts.today.year} 年。", field="start_month"
        )


@check("hire_month")
def hire_month(facts: Facts) -> Iterator[Finding]:
    """No month is earlier than the registered month of hire."""
    if not facts.months:
        return
    if facts.registration is None:
        yield facts.lacking(
            "hire_month",
            "employment_registration",
            "未查询到该人员与本单位的就业备案，请先办理备案。",
            field="id_number",
            source="公共就业服务中心",
        )
    elif facts.months[0] < period_of(facts.registration.registered_on):
        yield facts.refuse("hire_month", f"就业备案日期为 {facts.registration.registered_on}。", field="start_month")


@check("no_overlap")
def no_overlap(facts: Facts) -> Iterator[Finding]:
    """The months were not levied before (self-payers: not paid before); refunded months are free again."""
    wanted = {AAE140[i] for i in facts["insurances"] or []}
    if facts.item.code == "LVY-007":
        for state in facts.bills:
            if (
                state.bill.insurance in wanted
                and state.bill.start_period in facts.months
                and state.paid_fen > 0
                and state.bill.kind != BillKind.REFUND
            ):
                yield facts.refuse(
                    "no_overlap", f"{state.label} {format_period(state.bill.start_period)} 已缴费。", field="start_month"
                )
                return
        return
    net: dict[tuple[int, int], int] = {}
    for line in facts.lines:
        key = (line.owed_period, line.insurance)
        net[key] = net.get(key, 0) + (1 if line.base_fen > 0 else -1 if line.base_fen < 0 else 0)
    for (period, insurance), count in sorted(net.items()):
        if insurance in wanted and count > 0:
            yield facts.refuse(
                "no_overlap", f"{INSURANCE_OF[insurance].label} {format_period(period)} 已列入征缴。", field="start_month"
            )
            return
    for period in facts.months:
        # Months the coverage holds and the levy will still take are not missed months.
        if period == period_of(facts.today) and facts["insurances"]:
            held = [c for c in facts.open_coverages if c.insurance in facts["insurances"] and c.start_period <= period]
            if held:
                yield facts.refuse("no_overlap", f"{format_period(period)} 由当期征缴计划征收，不需补收。", field="end_month")
                return


@check("evidence_valid")
def evidence_valid(facts: Facts) -> Iterator[Finding]:
    """The document number of the ground is given and its file is attached."""
    if len((facts["evidence_no"] or "").strip()) < 4:
        yield facts.refuse("evidence_valid", "请填写文书文号，如：某劳人仲案〔2025〕12号。", field="evidence_no")
    elif not any(code in facts.given for code in LEGAL_DOCUMENTS):
        yield facts.refuse("evidence_valid", "请上传该文书。")


@check("labour_relation_proved")
def labour_relation_proved(facts: Facts) -> Iterator[Finding]:
    """The employment relation in those months is proved by a contract, the personnel file or a proof of the relation."""
    if not any(code in facts.given for code in RELATION_PROOFS):
        yield facts.refuse("labour_relation_proved", "请收取劳动合同或人事档案。")


@check("over_three_years")
def over_three_years(facts: Facts) -> Iterator[Finding]:
    """More than three years needs a legal document: an award, a judgment, an order of inspection or audit."""
    if len(facts.months) <= BACK_MONTHS_MAX:
        return
    words = ("裁", "判", "监", "审", "调解")
    if not any(w in (facts["evidence_no"] or "") for w in words):
        yield facts.refuse(
            "over_three_years", f"共 {len(facts.months)} 个月，依据须为仲裁裁决、判决、监察或审计文书。", field="evidence_no"
        )


@check("flexible_age")
def flexible_age(facts: Facts) -> Iterator[Finding]:
    """Age is from 16 up to the legal retirement age."""
    born_on: dt.date = facts["birth_date"]
    month = latest_retirement_month(facts["gender"], born_on)
    if age_on(born_on, facts.today) < WORKING_AGE_MIN or period_of(facts.today) > month:
        yield facts.refuse("flexible_age", f"{born_on} 出生，法定退休年月 {format_period(month)}。", field="birth_date")


@check("paid_until")
def paid_until(facts: Facts) -> Iterator[Finding]:
    """No unpaid bill is left for a month before the suspension; it begins this month or the next."""
    stop = facts["settle_period"]
    now = period_of(facts.today)
    if stop not in (now, add_months(now, 1)):
        yield facts.refuse(
            "paid_until", f"暂停年月只能是 {format_period(now)} 或 {format_period(add_months(now, 1))}。", field="settle_period"
        )
        return
    wanted = {AAE140[i] for i in facts["insurances"] or []}
    for state in facts.bills:
        if state.bill.insurance in wanted and state.left_fen > 0 and state.bill.start_period < stop:
            yield facts.refuse(
                "paid_until", f"{state.label} {format_period(state.bill.start_period)} 欠 {format_fen(state.left_fen)} 元。",
                field="settle_period",
            )  # fmt: skip
            return


@check("before_due")
def before_due(facts: Facts) -> Iterator[Finding]:
    """The request is made before the payment term of the first month ends."""
    if facts["start_month"]:
        due = due_day_of(facts.area_code, facts["start_month"])
        if facts.today > due:
            yield facts.refuse("before_due", f"{format_period(facts['start_month'])} 的缴费期至 {due}。", field="start_month")


@check("deferral_term")
def deferral_term(facts: Facts) -> Iterator[Finding]:
    """The term is at most 12 months."""
    start, end = facts["start_month"], facts["end_month"]
    if start and end and (end < start or months_between(start, end) > 12):
        yield facts.refuse("deferral_term", f"填写的是 {format_period(start)} 至 {format_period(end)}。", field="end_month")


@check("guarantee_present")
def guarantee_present(facts: Facts) -> Iterator[Finding]:
    """A guarantee or mortgage agreement is attached."""
    if "guarantee_document" not in facts.given:
        yield facts.refuse("guarantee_present")


@check("rate_in_steps")
def rate_in_steps(facts: Facts) -> Iterator[Finding]:
    """The new rate is one of the allowed steps of the unit's risk class; the old one is the one in force."""
    employer = facts.employer
    if employer is None or employer.status != EmployerStatus.ACTIVE:
        yield facts.refuse("rate_in_steps", f"未查询到正常参保的单位编号 {facts['unit_no']}。", field="unit_no")
        return
    if employer.industry_risk != facts["industry_risk"]:
        yield facts.refuse("rate_in_steps", f"该单位登记的行业风险类别为 {employer.industry_risk} 类。", field="industry_risk")
        return
    start = facts["start_month"]
    allowed = [
        injury_rate(employer.area_id, start, employer.industry_risk, p)
        for p in floating_steps(employer.area_id, start, employer.industry_risk)
    ]
    if facts["new_rate"] not in allowed:
        words = "、".join(f"{rate.normalize():f}%" for rate in allowed)
        yield facts.refuse("rate_in_steps", f"{employer.industry_risk} 类行业可用：{words}。", field="new_rate")


@check("objection_passed")
def objection_passed(facts: Facts) -> Iterator[Finding]:
    """The objection term of five working days ends before the start month."""
    end = due_after(facts.today, OBJECTION_WORKING_DAYS).day
    start = facts["start_month"]
    if start and first_day(start) <= end:
        yield facts.refuse(
            "objection_passed",
            f"异议期至 {end}，最早自 {format_period(add_months(period_of(end), 1))} 起执行。",
            field="start_month",
        )


@check("once_a_year")
def once_a_year(facts: Facts) -> Iterator[Finding]:
    """No contribution of the same year is on record; an unpaid notice of the year is replaced."""
    for state in facts.bills:
        if state.bill.kind == BillKind.RESIDENT and state.bill.start_period // 100 == facts["year"] and state.paid_fen > 0:
            yield facts.refuse("once_a_year", f"{facts['year']} 年度已缴 {format_fen(state.paid_fen)} 元。", field="year")
            return
    if facts["year"] and facts["year"] > facts.today.year:
        yield facts.refuse("once_a_year", f"尚不能缴 {facts['year']} 年度。", field="year")


@check("below_60")
def below_60(facts: Facts) -> Iterator[Finding]:
    """The person is younger than 60; from then on only missing years are completed, which another item does."""
    citizen = read_citizen_number(facts["id_number"] or "")
    if citizen is not None and age_on(citizen.born_on, facts.today) >= 60:
        yield facts.refuse("below_60", f"{citizen.born_on} 出生。", field="id_number")


@check("retired_confirmed")
def retired_confirmed(facts: Facts) -> Iterator[Finding]:
    """The retirement has been approved."""
    if facts.person is None or not facts.person.is_retired:
        yield facts.refuse("retired_confirmed", "请先办理退休核定。", field="id_number")
