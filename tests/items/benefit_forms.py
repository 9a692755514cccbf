"""Ordinary forms of the items about benefits, each about somebody of the generated city."""

import itertools
from collections.abc import Callable
from typing import Any

from tests import city
from tests.city import TODAY
from tests.entitlement.people import (
    RETIREMENT_MATERIALS,
    awarded,
    done,
    next_retiring,
    pensioner,
    prereviewed,
    retirement_form,
    settle_unit,
)
from yigui.accounts.queries import balance_of
from yigui.casework.accept_case import accept_case
from yigui.charges.models import PaymentOrder
from yigui.common.identifiers import citizen_check_character
from yigui.common.money import plain_fen
from yigui.common.months import first_day, format_period, period_of
from yigui.entitlement.assess_person import span_of
from yigui.entitlement.queries import certified_until
from yigui.law.retirement_age import RetirementGroup
from yigui.law.unemployment import benefit_months
from yigui.levy.models import ContributionYear
from yigui.levy.record import months_covered, record_of
from yigui.registry.models import Employment, Person
from yigui.registry.queries import bare_coverages_of

Ordinary = tuple[dict[str, Any], list[str], dict[str, Any]]
_numbers = itertools.count(11)
HEIR = {
    "payee_name": "王小明", "payee_id": "110101199003071938", "kin_relation": "02", "account_name": "王小明", "account_no": "6228480012345678901",
}  # fmt: skip


def older_number(born: str = "19660512") -> str:
    """A citizen number of a man born on a day, not used in the city."""
    first = f"511102{born}{next(_numbers):02d}1"
    return first + citizen_check_character(first)


def _of(person: Person, **more: Any) -> dict[str, Any]:
    return {"id_number": person.id_number, "person_name": person.name} | more


def _own(person: Person) -> dict[str, str]:
    return {"account_name": person.name, "account_no": f"62284811{person.pk:011d}"}


def not_yet_retiring() -> Person:
    """A woman at work with a record, whose statutory month of the group of 50 is still to come."""
    ids = ContributionYear.objects.values_list("person_id", flat=True).distinct()
    at_work = Employment.objects.filter(end_period=None).values("person_id")
    rows = Person.objects.filter(pk__in=ids, retired_on=None, benefits=None).filter(pk__in=at_work).order_by("id")
    later = (p for p in rows if span_of(p, RetirementGroup.WOMEN_50).statutory > 202702)
    # Other tests of the file may have ended the employment of one who was at work when the list was made.
    person = next(p for p in city.of_city("not yet retiring", lambda: later) if p.employments.filter(end_period=None).exists())
    settle_unit(person)
    return person


def _prereview() -> Ordinary:
    person, _ = next_retiring()
    employment = person.employments.get(end_period=None)
    form = _of(
        person, unit_no=employment.employer.unit_no, birth_date=person.born_on.isoformat(),
        work_start_date=person.work_started_on.isoformat() if person.work_started_on else "", retire_type="06", retire_date="2026-12-20",
        retirement_group="F50", deemed_months="0", benefit_titles=["none"],
    )  # fmt: skip
    return form, ["personnel_file", "id_card"], {}


def _retirement() -> Ordinary:
    person, month = next_retiring()
    return retirement_form(person, month), list(RETIREMENT_MATERIALS), {}


def _early() -> Ordinary:
    person = not_yet_retiring()
    form = retirement_form(person, 202609, retire_type="02", special_years="10")
    form["unit_no"] = person.employments.get(end_period=None).employer.unit_no
    for name in ("benefit_start", "account_name", "mobile"):
        del form[name]
    return form, ["retirement_form", "id_card", "personnel_file", "special_work_record", "bank_card"], {}


def _disability() -> Ordinary:
    return disabled(202611)


def disabled(start: int) -> Ordinary:
    """A claim for the allowance from a month on, its dossier built before."""
    person = not_yet_retiring()
    prereviewed(person, first_day(start).isoformat(), retire_type="03")
    form = _of(
        person,
        appraisal_no="乐劳鉴〔2026〕7号",
        appraisal_date="2026-10-08",
        actual_months=str(record_of(person, "employee_pension", until=start).months),
        benefit_start=format_period(start),
        deemed_months="0",
        benefit_titles=["none"],
        retirement_group="F50",
        **_own(person),
    )
    return form, ["application_form", "id_card", "labour_capacity_conclusion", "bank_card"], {}


def _dead_pensioner() -> Ordinary:
    person = pensioner().person
    form = _of(person, death_date="2026-10-03", mobile="13812345678", **HEIR)
    return form, ["application_form", "id_card", "death_certificate", "kinship_proof", "bank_card"], {}


def _suspension() -> Ordinary:
    # Of somebody whose certification has run out it is asked whether they have been told.
    person = next(b.person for b in (pensioner() for _ in range(200)) if certified_until(b.person_id) >= period_of(TODAY))
    form = _of(person, insurance="employee_pension", change_reason="06", start_month="2026-11", note="公安机关协查，身份待核实")
    return form, ["id_card"], {}


def _resumption() -> Ordinary:
    person = pensioner().person
    return _of(person, insurance="employee_pension", change_reason="04", start_month="2026-11"), ["id_card"], {}


def _account_change() -> Ordinary:
    person = pensioner().person
    form = _of(person, bank_code="103100000026", mobile="13812345678", **_own(person)) | {"account_no": f"62284899{person.pk:011d}"}
    return form, ["id_card", "bank_card"], {}


def _recalculation() -> Ordinary:
    person, benefit = awarded()
    award = benefit.awards.get()
    index = award.inputs["average_index"]
    form = _of(
        person, change_item="03", old_value=index, new_value="1.2345", reason="历史缴费基数更正", benefit_start=format_period(benefit.start_period),
    )  # fmt: skip
    return form, ["application_form", "id_card", "payment_receipt"], {"index": index}


def _first_payment() -> Ordinary:
    person, benefit = awarded()
    form = _of(
        person, benefit_start=format_period(benefit.start_period), amount=plain_fen(benefit.awards.get().total_fen), pay_method="01", **_own(person)
    )  # fmt: skip
    return form, ["id_card", "bank_card"], {}


def _certification() -> Ordinary:
    """Somebody whose certification runs out soon."""
    person = next(p for p in (pensioner().person for _ in range(300)) if 0 < certified_until(p.pk) <= 202612)
    return _of(person, survival_status="01", certify_way="05", apply_date=TODAY.isoformat()), ["id_card"], {}


def _assisted() -> Ordinary:
    form = _of(
        pensioner().person, group_kind="05", assist_way="01", address="苏稽镇某村", contact_name="李某", phone="13812345678",
        apply_date=TODAY.isoformat(),
    )  # fmt: skip
    return form, ["id_card"], {}


def _account_lump() -> Ordinary:
    person = next(
        p for p in (city.next_employee().person for _ in range(200)) if balance_of(p.pk, 110) > 0 and p.born_on.year > 1980
    )
    form = _of(person, change_reason="01", death_date="2026-10-03", account_balance=plain_fen(balance_of(person.pk, 110)), **HEIR)
    return form, ["application_form", "id_card", "death_certificate", "kinship_proof", "bank_card"], {}


def _multiple() -> Ordinary:
    person = city.next_employee().person
    form = _of(
        person,
        keep_relation="511111",
        clear_relation="511102",
        start_month="2026-01",
        end_month="2026-02",
        amount="800.00",
        **_own(person),
    )
    return form, ["application_form", "id_card", "transfer_certificate", "bank_card"], {}


def _unemployed() -> Ordinary:
    person = Person.objects.get(id_number=city.next_stopped().id_number)
    last = max(c.end_period for c in bare_coverages_of(person) if c.end_period)
    day = first_day(last).replace(day=25)
    months = months_covered(bare_coverages_of(person), "unemployment", period_of(day))
    form = _of(
        person, unemployed_date=day.isoformat(), unemployed_reason="01", unemployment_reg_date="2026-11-02", paid_months=str(months),
        entitled_months=str(benefit_months(months, person.area_id, day)), benefit_start="2026-12", mobile="13812345678", **_own(person),
    )  # fmt: skip
    return form, ["id_card", "termination_proof", "unemployment_registration", "bank_card"], {}


def _rural() -> Ordinary:
    while True:
        person = Person.objects.get(id_number=city.next_stopped().id_number)
        if person.is_migrant:
            break
    employment = person.employments.order_by("-start_period")[0]
    form = _of(
        person,
        unit_no=employment.employer.unit_no,
        migrant_flag="on",
        unemployed_date="2026-06-30",
        continuous_months="26",
        **_own(person),
    )
    return form, ["id_card", "termination_proof", "bank_card"], {}


def _dead_claimant() -> Ordinary:
    person = pensioner().person
    return _of(person, death_date="2026-10-03", **HEIR), ["id_card", "death_certificate", "kinship_proof", "bank_card"], {}


def resident_enrolment(number: str = "") -> dict[str, Any]:
    """Enrolment of a man of sixty in the residents' pension."""
    return {
        "id_number": number or older_number(), "person_name": "杨建国", "gender": "1", "birth_date": "1966-05-12",
        "household_address": "苏稽镇", "region": "511102", "mobile": "13812345678", "grade_amount": "500",
    }  # fmt: skip


def _resident_enrolment() -> Ordinary:
    return resident_enrolment(), ["id_card", "household_register"], {}


def resident() -> Person:
    """A younger resident of the generated city."""
    rows = Person.objects.filter(coverages__insurance="resident_pension", coverages__end_period=None).order_by("id").distinct()
    return next(city.of_city("residents with a relation", lambda: iter(rows)))


def resident_of_sixty() -> tuple[Person, dict[str, Any], PaymentOrder]:
    """A resident enrolled at sixty, the claim they may make, and the notice of the fifteen years to be paid before it."""
    number = older_number()
    case = accept_case(
        city.application(
            "REG-009", resident_enrolment(number), materials=["id_card", "household_register"], confirmed=["identity_unshared"]
        )
    )
    assert (case.status, case.effect_error) == ("finished", "")
    person = Person.objects.get(id_number=number)
    back = _of(person, start_month="2011-01", end_month="2025-12", grade_amount="500", reason="补足十五年")
    case = done("LVY-009", back, ("id_card", "household_register", "application_form"))
    order = PaymentOrder.objects.get(case_id=case.pk)
    assert order.amount_fen == 15 * 500_00
    claim = _of(
        person, birth_date="1966-05-12", actual_months="180", benefit_start="2026-06", account_name=person.name,
        account_no=f"62284812{person.pk:011d}",
    )  # fmt: skip
    return person, claim, order


def _resident_claim() -> Ordinary:
    person = resident()
    form = _of(person, birth_date=person.born_on.isoformat(), actual_months="0", benefit_start="2026-11", **_own(person))
    return form, ["id_card", "bank_card"], {}


def _resident_cancellation() -> Ordinary:
    person = resident()
    form = _of(
        person, change_reason="02", payee_name=person.name, payee_id=person.id_number, account_balance="0.00", **_own(person)
    )
    return form, ["id_card", "emigration_proof", "bank_card"], {}


def _resident_back() -> Ordinary:
    person = resident()
    form = _of(person, start_month="2020-01", end_month="2022-12", grade_amount="500", reason="补足年限")
    return form, ["id_card", "household_register", "application_form"], {}


def _reissue() -> Ordinary:
    person = pensioner().person
    form = _of(person, batch_no="999999", amount="1000.00", return_reason="04", bank_code="103100000026", **_own(person))
    return form, ["bank_return_notice", "bank_card"], {}


def _recovery() -> Ordinary:
    person = pensioner().person
    form = _of(
        person,
        insurance="employee_pension",
        benefit_item="01",
        start_month="2025-01",
        end_month="2025-03",
        amount="6000.00",
        paid_back="0",
    )
    return form, ["overpayment_notice", "id_card"], {}


def _payment_query() -> Ordinary:
    return _of(pensioner().person), ["id_card"], {}


FORMS: dict[str, Callable[[], Ordinary]] = {
    "prereview": _prereview, "retirement": _retirement, "early retirement": _early, "disability": _disability, "dead pensioner": _dead_pensioner,
    "suspension": _suspension, "resumption": _resumption, "payment account": _account_change, "recalculation": _recalculation,
    "first payment": _first_payment, "certification": _certification, "assisted": _assisted, "account lump": _account_lump,
    "multiple": _multiple, "unemployed": _unemployed, "rural": _rural, "dead claimant": _dead_claimant,
    "resident enrolment": _resident_enrolment, "resident claim": _resident_claim, "resident cancellation": _resident_cancellation,
    "resident back payment": _resident_back, "reissue": _reissue, "recovery": _recovery, "payment query": _payment_query,
}  # fmt: skip
