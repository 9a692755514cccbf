"""Checks of enrolment, resumption, stop and transfer of employees."""

import datetime as dt
from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.catalogue.windows import lead_days
from yigui.common.identifiers import mask_name
from yigui.common.months import add_months, format_period, period_of
from yigui.entitlement.enums import BenefitKind
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.law.retirement_age import age_on, earliest_retirement_month, latest_retirement_month
from yigui.levy.declare import Verdict, missing_staff
from yigui.registry.enums import INSURANCE_SLOT, Insurance, StopReason
from yigui.registry.models import Coverage

#: Source: 劳动法 (2018) 第十五条.
WORKING_AGE_MIN = 16


def _chosen(facts: Facts) -> list[Insurance]:
    return [Insurance(i) for i in facts["insurances"] or []]


def _same_slot(facts: Facts, insurance: Insurance) -> list[Coverage]:
    slot = INSURANCE_SLOT[insurance]
    return [c for c in facts.open_coverages if c.slot == slot]


def _describe(coverage: Coverage) -> str:
    where = coverage.employer.name if coverage.employer else coverage.area.name
    return f"{coverage.get_insurance_display()}自 {format_period(coverage.start_period)} 起在 {where} 参保"


@check("employment_registered")
def employment_registered(facts: Facts) -> Iterator[Finding]:
    """Employment registration exists and its date is at least one day before today."""
    days = lead_days(facts.item, facts.today)
    source = "公共就业服务中心"
    if facts.registration is None:
        unit = facts.employer.name if facts.employer else facts["unit_no"]
        yield facts.lacking(
            "employment_registered",
            "employment_registration",
            f"请 {unit} 先到就业服务中心办理就业备案，次日起可以增员。",
            field="id_number",
            source=source,
        )
    elif facts.registration.registered_on > facts.today - dt.timedelta(days=days):
        day = facts.registration.registered_on
        yield facts.refuse(
            "employment_registered",
            f"就业备案日期为 {day}，自 {day + dt.timedelta(days=days)} 起可以办理。",
            field="id_number",
            source=source,
        )


@check("no_active_relation")
def no_active_relation(facts: Facts) -> Iterator[Finding]:
    """The person has no active relation of the same insurance here, nor of one that excludes it."""
    for insurance in _chosen(facts):
        for coverage in _same_slot(facts, insurance):
            yield facts.refuse(
                "no_active_relation", f"{_describe(coverage)}，请先办理停保，或办理单位间调动（CHG-006）。", field="insurances"
            )
            return


@check("has_history")
def has_history(facts: Facts) -> Iterator[Finding]:
    """The person has an earlier relation here; otherwise use new enrolment."""
    if not facts.coverages:
        yield facts.refuse("has_history", "新参保事项编码：REG-004。", field="id_number")


@check("not_pensioner")
def not_pensioner(facts: Facts) -> Iterator[Finding]:
    """The person does not yet receive a pension of this kind; what is left of an account is inherited once the pension has ended."""
    if facts.item.code == "ACC-002" and facts["change_reason"] == "01":
        if facts.benefit is not None and facts.benefit.kind == BenefitKind.PENSION:
            detail = "养老金尚未终止，请先办理丧葬补助金和抚恤金申领（PEN-005）。"
            yield facts.refuse("not_pensioner", detail, field="id_number")
    elif facts.person is not None and facts.person.is_retired:
        yield facts.refuse("not_pensioner", f"退休日期：{facts.person.retired_on}。", field="id_number")


@check("wage_positive")
def wage_positive(facts: Facts) -> Iterator[Finding]:
    """The declared wage is more than zero; the form has already taken care of its decimals. Of a list every row is judged."""
    if facts["declared_wage"] is not None and facts["declared_wage"] <= 0:
        yield facts.refuse("wage_positive", field="declared_wage")
    wrong = [v for v in facts.verdicts if not v.is_good and "申报工资" in v.sentence]
    if wrong:
        yield facts.refuse("wage_positive", _rows_in_words(wrong), field="base_rows")


def _rows_in_words(verdicts: list[Verdict]) -> str:
    shown = "；".join(f"第 {v.row_no} 行 {v.name}：{v.sentence}" for v in verdicts[:10])
    return shown + (f"；共 {len(verdicts)} 行" if len(verdicts) > 10 else "") + "。"


@check("all_staff_listed")
def all_staff_listed(facts: Facts) -> Iterator[Finding]:
    """No row names somebody else; who has no row yet is listed, and can be declared in another list of the season."""
    if facts.employer is None:
        return
    wrong = [v for v in facts.verdicts if not v.is_good and "申报工资" not in v.sentence]
    if wrong:
        yield facts.refuse("all_staff_listed", _rows_in_words(wrong), field="base_rows")
    missing = missing_staff(facts.verdicts, employer=facts.employer, year=facts["year"]) if facts.verdicts else []
    if missing:
        names = "、".join(mask_name(e.person.name) for e in missing[:10])
        yield facts.remind("all_staff_listed", f"在职人员中有 {len(missing)} 人不在本次名册内：{names}。", field="base_rows")


@check("base_capped")
def base_capped(facts: Facts) -> Iterator[Finding]:
    """A wage outside the limits is accepted, the base is capped and shown, and the unit confirms."""
    capped = [v for v in facts.verdicts if v.state == "capped"]
    if capped:
        yield facts.remind("base_capped", _rows_in_words(capped), field="base_rows")


@check("season_open")
def season_open(facts: Facts) -> Iterator[Finding]:
    """The declaration season of the year is open, and the year is the one that can be declared now."""
    if not facts.window.is_open:
        yield facts.refuse("season_open", f"今天是 {facts.today}。", field="year")
    elif facts["year"] != facts.today.year:
        yield facts.refuse("season_open", f"现在可申报的是 {facts.today.year} 年度。", field="year")


@check("working_age")
def working_age(facts: Facts) -> Iterator[Finding]:
    """The person is 16 or older and below the legal retirement age."""
    born_on: dt.date = facts["birth_date"]
    if age_on(born_on, facts.today) < WORKING_AGE_MIN:
        yield facts.refuse("working_age", f"{born_on} 出生，未满 {WORKING_AGE_MIN} 周岁。", field="birth_date")
        return
    month = latest_retirement_month(facts["gender"], born_on)
    if period_of(facts.today) > month:
        yield facts.refuse("working_age", f"法定退休年月为 {format_period(month)}，已达到退休年龄。", field="birth_date")


@check("active_relation")
def active_relation(facts: Facts) -> Iterator[Finding]:
    """The person has an active relation of each chosen insurance, under the stated unit where the item names one.

    A stop, which has a settlement period, also needs a relation that began before it.
    """
    if facts.person is None:
        yield facts.refuse("active_relation", f"未查询到社会保障号码 {facts['id_number']}。", field="id_number")
        return
    is_of_unit = any(f.name == "unit_no" for f in facts.item.input_fields)
    if is_of_unit and facts.employer is None:
        yield facts.refuse("active_relation", f"未查询到单位编号 {facts['unit_no']}。", field="unit_no")
        return
    if facts.person.name != facts["person_name"]:
        yield facts.refuse("active_relation", "姓名与参保登记不一致，请核对社会保障号码。", field="person_name")
    payer = facts.employer.pk if facts.employer else None
    where = facts.employer.name if facts.employer else "个人身份"
    own = [c for c in facts.open_coverages if c.employer_id == payer]
    has_choice = any(f.name == "insurances" for f in facts.item.input_fields)
    chosen = _chosen(facts) if has_choice else [Insurance(i) for i in facts.item.insurances]
    if not has_choice and not any(c.insurance in chosen for c in own):
        yield facts.refuse("active_relation", f"{where} 名下没有该人员的正常参保关系。", field="id_number")
        return
    stop = facts["settle_period"] and (facts.period if is_of_unit else facts["settle_period"])
    for insurance in chosen if has_choice else ():
        found = [c for c in own if c.insurance == insurance]
        if not found:
            yield facts.refuse("active_relation", f"{where} 名下没有该人员的{insurance.label}。", field="insurances")
        elif stop and found[0].start_period >= stop:
            start = found[0].start_period
            yield facts.refuse(
                "active_relation",
                f"{insurance.label}自 {format_period(start)} 起参保，最早可自 {format_period(add_months(start, 1))} 起停保。",
                field="insurances",
            )


@check("stop_reason_age")
def stop_reason_age(facts: Facts) -> Iterator[Finding]:
    """A stop for retirement needs the retirement age or a retirement case."""
    person = facts.person
    if person is None or facts["change_reason"] != StopReason.RETIRED or person.is_retired:
        return
    month = earliest_retirement_month(person.gender, person.born_on)
    if period_of(facts.today) < month:
        yield facts.refuse("stop_reason_age", f"最早法定退休年月为 {format_period(month)}。", field="change_reason")


@check("no_open_benefit")
def no_open_benefit(facts: Facts) -> Iterator[Finding]:
    """No sickness, injury or maternity benefit of this person is under work: a reminder, the unit decides."""
    if facts.open_benefit_case_no:
        yield facts.remind("no_open_benefit", f"在办的办件编号：{facts.open_benefit_case_no}。")


@check("one_month_one_unit")
def one_month_one_unit(facts: Facts) -> Iterator[Finding]:
    """Only one unit pays for the same month: the old unit's relation began before the period, and is the one named."""
    person = facts.person
    if person is None:
        yield Finding("one_month_one_unit", f"未查询到社会保障号码 {facts['id_number']} 的参保人。", field="id_number")
        return
    if person.name != facts["person_name"]:
        yield Finding("one_month_one_unit", "姓名与参保登记不一致，请核对社会保障号码。", field="person_name")
    if facts.from_employer is None:
        yield Finding("one_month_one_unit", f"未查询到调出单位编号 {facts['from_unit_no']}。", field="from_unit_no")
        return
    if facts.from_employer == facts.employer:
        yield Finding("one_month_one_unit", "调入单位与调出单位相同，无需调动。", field="from_unit_no")
        return
    if not any(c.employer_id == facts.from_employer.pk for c in facts.coverages):
        yield Finding(
            "one_month_one_unit", f"该人员未在调出单位 {facts.from_employer.name} 参保，请核对调出单位编号。", field="from_unit_no"
        )
    for coverage in facts.open_coverages:
        if coverage.employer_id != facts.from_employer.pk:
            yield facts.refuse("one_month_one_unit", f"{_describe(coverage)}。", field="from_unit_no")
            return
        if coverage.start_period >= facts.period:
            yield facts.refuse("one_month_one_unit", f"{_describe(coverage)}，本期已由调出单位申报。", field="settle_period")
            return
