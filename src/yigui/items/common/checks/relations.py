"""Checks of relations: in force, and none that excludes another."""

import datetime as dt
from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.catalogue.intake import lead_days
from yigui.common.identifiers import mask_name
from yigui.common.months import add_months, format_period
from yigui.common.normalise import same_name
from yigui.items.common.checks import check
from yigui.items.common.coverage_facts import CoverageFacts
from yigui.items.common.facts import Facts
from yigui.registry.enums import INSURANCE_SLOT, Insurance
from yigui.registry.models import Coverage


def chosen_insurances(facts: Facts) -> list[Insurance]:
    return [Insurance(i) for i in facts.get("insurances") or []]


def same_slot(facts: CoverageFacts, insurance: Insurance) -> list[Coverage]:
    slot = INSURANCE_SLOT[insurance]
    return [c for c in facts.running_coverages if c.slot == slot]


def describe(facts: Facts, coverage: Coverage) -> str:
    """Where a relation runs and since when; an employer's operator is not told of others' than their own (个人信息保护法第六条)."""
    login = facts.application.login
    if login is not None and coverage.employer_id != login.employer_id:
        return f"该人员已在其他地方参加{coverage.get_insurance_display()}"
    where = coverage.employer.name if coverage.employer else coverage.area.name
    return f"{coverage.get_insurance_display()}自 {format_period(coverage.start_period)} 起在 {where} 参保"


@check("employment_registered")
def employment_registered(facts: Facts) -> Iterator[Finding]:
    """Employment registration exists and its date is at least one day before today.

    It is of the beginning of an employment: not asked where one with the employer of the form runs on.
    """
    if isinstance(facts, CoverageFacts) and facts.works_here is not None:
        return
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
    elif facts.identity is None and facts.registration.name and not same_name(facts.registration.name, facts["person_name"]):
        yield Finding(
            "employment_registered", f"姓名与就业备案登记的“{mask_name(facts.registration.name)}”不一致。",
            detail="请核对姓名用字；备案有误的，请单位先到就业服务中心更正。", field="person_name", source=source,
        )  # fmt: skip


@check("not_pensioner")
def not_pensioner(facts: Facts) -> Iterator[Finding]:
    """The person does not yet receive a pension of this kind."""
    if facts.person is not None and facts.person.is_retired:
        yield facts.refuse("not_pensioner", f"退休日期：{facts.person.retired_on}。", field="id_number")


@check("wage_positive")
def wage_positive(facts: Facts) -> Iterator[Finding]:
    """The declared wage is more than zero; the form has already taken care of its decimals."""
    wage = facts.get("declared_wage")
    if wage is not None and wage <= 0:
        yield facts.refuse("wage_positive", field="declared_wage")


@check("active_relation")
def active_relation(facts: CoverageFacts) -> Iterator[Finding]:
    """The person has an active relation of each chosen insurance, under the stated unit where the item names one.

    A stop, which has a settlement period, also needs a relation that began before it.
    """
    if facts.person is None:
        yield facts.refuse("active_relation", f"未查询到社会保障号码 {facts['id_number']}。", field="id_number")
        return
    is_of_unit = any(f.name == "unit_no" for f in facts.item.input_fields)
    if is_of_unit and facts.employer is None:
        yield facts.refuse("active_relation", f"未查询到单位编号 {facts.get('unit_no')}。", field="unit_no")
        return
    if not same_name(facts.person.name, facts["person_name"]):
        # Whether a relation is there is not asked: nobody knows yet whose.
        yield Finding("active_relation", "姓名与参保登记不一致。", detail="请核对姓名和社会保障号码。", field="person_name")
        return
    payer = facts.employer.pk if facts.employer else None
    where = facts.employer.name if facts.employer else "个人身份"
    own = [c for c in facts.running_coverages if c.employer_id == payer]
    has_choice = any(f.name == "insurances" for f in facts.item.input_fields)
    chosen = chosen_insurances(facts) if has_choice else [Insurance(i) for i in facts.item.insurances]
    if not has_choice and not any(c.insurance in chosen for c in own):
        yield facts.refuse("active_relation", f"{where} 名下没有该人员的正常参保关系。", field="id_number")
        return
    stop = facts.get("settle_period") and (facts.period if is_of_unit else facts.get("settle_period"))
    found = {c.insurance: c for c in reversed(own)}
    lacking = [i.label for i in chosen if has_choice and i not in found]
    if lacking:
        yield facts.refuse("active_relation", f"{where} 名下没有该人员的{'、'.join(lacking)}。", field="insurances")
    for insurance in chosen if has_choice else ():
        if stop and insurance in found and (start := found[insurance].start_period) >= stop:
            yield Finding(
                "active_relation",
                f"{insurance.label}自 {format_period(start)} 起参保，最早可自 {format_period(add_months(start, 1))} 起停保。",
                field="insurances",
            )
