"""Published examples of unemployment benefits and survivors' grants through the items: accepted, reviewed and awarded by people, not by the formula alone."""

import datetime as dt
import itertools
from collections import Counter
from typing import Any

import pytest
from django.db import connections, transaction

from tests.entitlement.people import done
from tests.entitlement.sheet_people import _number
from tests.items.benefit_forms import HEIR
from tests.law.published import AREA, EXAMPLES, fen
from yigui.common.months import add_months, first_day
from yigui.entitlement.enums import BenefitKind
from yigui.entitlement.models import Benefit
from yigui.law import unemployment
from yigui.law.parameter_table import ParameterMissing
from yigui.levy.models import ContributionYear
from yigui.registry.enums import AAE140, INSURANCE_SLOT, Insurance
from yigui.registry.models import Area, Coverage, Employer, Employment, Person
from yigui.runs.models import Run
from yigui.runs.opening_warrant import opening_warrant

PAPERS = ("id_card", "termination_proof", "unemployment_registration", "bank_card")
DEATH_PAPERS = ("application_form", "id_card", "death_certificate", "kinship_proof", "bank_card")
LAST = 202609
#: What the tests' city has of the year before the death, a year.
INCOME_FEN = 47336_00
_NUMBERS = itertools.count(1)
#: Area, months paid, months of benefit: published examples, the areas' own steps and the public cases N19.
MONTHS = [
    (e["id"], AREA[e["inputs"]["region"]], e["inputs"]["contribution_months"], e["expected"]["benefit_months"])
    for e in EXAMPLES
    if e["kind"].startswith("unemployment_months_") and "region" in e["inputs"]
] + [
    ("N19 Ningxia", "640000", 36, 9), ("N19 Datong", "140200", 36, 6), ("Sichuan 36", "511102", 36, 12), ("Sichuan 95", "511102", 95, 15),
    ("Zhejiang 64", "330102", 64, 11),
]  # fmt: skip


def insured(insurance: Insurance, area: str, months: int, born: dt.date = dt.date(1975, 3, 1)) -> Person:
    """Somebody who has paid so many months of an insurance in an area, up to September 2026, and is out of work since."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        Area.objects.using("owner").get_or_create(code=area, defaults={"name": area, "level": "city"})
        warrant = opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
        unit = Employer.objects.using("owner").order_by("id")[0]
        person = Person.objects.using("owner").create(
            person_no=f"7{next(_NUMBERS):09d}", id_type="01", id_number=_number(born, "1"), name="单小林", gender="1", born_on=born,
            work_started_on=first_day(add_months(LAST, 1 - months)), area_id=area,
        )  # fmt: skip
        of = {"person": person, "employer": unit, "start_period": add_months(LAST, 1 - months), "end_period": LAST}
        Employment.objects.using("owner").create(declared_wage_fen=5000_00, employment_form="01", **of)
        Coverage.objects.using("owner").create(insurance=insurance, slot=INSURANCE_SLOT[insurance], area_id=area, **of)
        if insurance == Insurance.EMPLOYEE_PENSION:
            years = Counter(add_months(LAST, -ago) // 100 for ago in range(months))
            ContributionYear.objects.using("owner").bulk_create(
                ContributionYear(
                    person_id=person.pk, insurance=AAE140[insurance], warrant_id=warrant, year=year, months=count, base_sum_fen=count * 5000_00
                )
                for year, count in years.items()
            )  # fmt: skip
    return Person.objects.get(pk=person.pk)


def claimed(person: Person, months: int, given: int) -> Benefit:
    form = {
        "id_number": person.id_number, "person_name": person.name, "unemployed_date": "2026-09-25", "unemployed_reason": "01",
        "unemployment_reg_date": "2026-11-02", "paid_months": str(months), "entitled_months": str(given), "benefit_start": "2026-12",
        "mobile": "13812345678", "account_name": person.name, "account_no": f"62284811{person.pk:011d}",
    }  # fmt: skip
    reasons = {"unread_parameter": "按当地文件核对"}
    case = done("UNE-001", form, PAPERS, confirmed=tuple(reasons), reasons=reasons)
    assert case.document is not None
    assert any("个人不缴" in note and "尚未录入" in note for note in case.document.content["notes"])
    return Benefit.objects.get(person=person)


@pytest.mark.parametrize(("area", "paid", "months"), [row[1:] for row in MONTHS], ids=[row[0] for row in MONTHS])
def test_the_months_of_an_example_are_awarded(area: str, paid: int, months: int, monkeypatch: pytest.MonkeyPatch) -> None:
    real = unemployment.monthly_amount

    def standard(area: str, day: dt.date, month: int, **more: Any) -> int:
        """The standard of the place; a sum where none is on file, which the example does not ask."""
        try:
            return real(area, day, month, **more)
        except ParameterMissing:
            return 1500_00

    monkeypatch.setattr(unemployment, "monthly_amount", standard)
    benefit = claimed(insured(Insurance.UNEMPLOYMENT, area, paid), paid, months)
    assert (benefit.start_period, benefit.end_period) == (202612, add_months(202612, months - 1))
    assert benefit.awards.get().inputs["months"] == months


def test_the_standards_of_shanghai_and_of_beijing_are_awarded_month_by_month() -> None:
    (example,) = [e for e in EXAMPLES if e["kind"] == "unemployment_amount_shanghai"]
    benefit = claimed(insured(Insurance.UNEMPLOYMENT, "310000", 120), 120, 20)
    steps = list(benefit.amounts.order_by("start_period").values_list("start_period", "total_fen"))
    assert steps == [(202612, fen(example["expected"]["months_1_to_12"])), (202712, fen(example["expected"]["months_13_to_24"]))]


@pytest.mark.parametrize("example", [e for e in EXAMPLES if e["kind"] == "survivor_months"], ids=lambda e: e["id"])
def test_the_survivors_months_of_an_example_are_awarded(example: dict[str, Any]) -> None:
    years, months = example["inputs"]["contribution_years"], example["expected"]["survivor_months"]
    person = insured(Insurance.EMPLOYEE_PENSION, "511102", years * 12, born=dt.date(1970, 3, 1))
    form = {"id_number": person.id_number, "person_name": person.name, "death_date": "2026-10-03", "mobile": "13812345678"} | HEIR
    done("PEN-005", form, DEATH_PAPERS, confirmed=("unread_parameter",), reasons={"unread_parameter": "按统计公报核对"})
    grants = {b.kind: b.amounts.get().total_fen for b in Benefit.objects.filter(person=person)}
    if years < 5:
        # Below five years no more than the person has paid into the account: 8 percent of 5,000 a month (人社部发〔2021〕18号).
        assert sum(grants.values()) == years * 12 * 400_00
    else:
        assert grants[BenefitKind.SURVIVOR] == round(INCOME_FEN * months / 12)
    assert grants[BenefitKind.FUNERAL] == round(INCOME_FEN * 2 / 12)
