"""Whoever loses work again draws the months left of the claim before, too; each month at the standard of its own date."""

import datetime as dt
from typing import Any

import pytest
from django.db import connections, transaction

from tests.city import TODAY, application
from tests.entitlement.people import done
from tests.payment.test_reemployed import claimant
from yigui.casework.application import examine
from yigui.common.months import add_months, first_day, period_of
from yigui.entitlement.enums import AmountSource
from yigui.entitlement.models import Award, Benefit
from yigui.items.unemployment.unemployment_benefit import months_left
from yigui.law import unemployment
from yigui.law.parameter_table import ParameterMissing
from yigui.law.unemployment import benefit_months
from yigui.registry.enums import INSURANCE_SLOT, Insurance
from yigui.registry.models import Coverage, Employer, Employment, Person
from yigui.runs.models import Run
from yigui.runs.opening_warrant import opening_warrant

PAPERS = ("id_card", "termination_proof", "unemployment_registration", "bank_card")
#: Drawn from January to May 2025, at work from June 2025 to September 2026.
SINCE, WORKED, LEFT_WORK = 202501, 202506, 202609


def out_of_work_again(months: int | None) -> Benefit:
    """Somebody who drew a benefit of so many months (None: nobody knows how many), worked and is out of work again."""
    benefit = claimant(SINCE)
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        warrant = opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
        unit = Employer.objects.using("owner").order_by("id")[0]
        of = {"person_id": benefit.person_id, "employer": unit, "start_period": WORKED, "end_period": LEFT_WORK}
        Employment.objects.using("owner").create(declared_wage_fen=5000_00, employment_form="01", **of)
        Coverage.objects.using("owner").create(
            insurance=Insurance.UNEMPLOYMENT, slot=INSURANCE_SLOT[Insurance.UNEMPLOYMENT], area_id="511102", **of
        )
        if months is not None:
            Award.objects.using("owner").create(
                warrant_id=warrant, benefit=benefit, version=1, start_period=SINCE, is_provisional=False, total_fen=1864_00,
                inputs={"paid_months": 120, "months": months}, lines=[["basic", "失业保险金", "", 1864_00, ""]], source=AmountSource.AWARD,
                source_id=0, assessed_on=first_day(SINCE),
            )  # fmt: skip
    return Benefit.objects.get(pk=benefit.pk)


def form_of(person: Person, months: int) -> dict[str, Any]:
    return {
        "id_number": person.id_number, "person_name": person.name, "unemployed_date": "2026-09-25", "unemployed_reason": "01",
        "unemployment_reg_date": "2026-11-02", "paid_months": "16", "entitled_months": str(months), "benefit_start": "2026-12",
        "mobile": "13812345678", "account_name": person.name, "account_no": f"62284811{person.pk:011d}",
    }  # fmt: skip


def test_months_left_of_the_claim_before_are_drawn_with_those_of_the_new_one() -> None:
    earlier = out_of_work_again(12)
    own = benefit_months(16, "511102", dt.date(2026, 9, 25))
    assert months_left(earlier.person) == 12 - 5
    found = examine(application("UNE-001", form_of(earlier.person, own), username="special", materials=PAPERS)).findings
    assert [f.message for f in found if f.is_refusal] == [f"按缴费月数可领取 {own + 7} 个月，含前次失业应领未领的 7 个月。"]
    case = done("UNE-001", form_of(earlier.person, own + 7), PAPERS)
    before, benefit = Benefit.objects.filter(person=earlier.person).order_by("start_period")
    # The claim before ends with the month before work began.
    assert (before.status, before.end_period) == ("ended", add_months(WORKED, -1))
    assert (benefit.start_period, benefit.end_period) == (202612, add_months(202612, own + 7 - 1))
    assert benefit.awards.get().inputs == {"paid_months": 16, "months": own + 7, "left_months": 7}
    assert case.document is not None
    assert any("前次失业应领未领的 7 个月" in note for note in case.document.content["notes"])


def test_no_more_than_the_months_of_the_law_together() -> None:
    earlier = out_of_work_again(24)
    done("UNE-001", form_of(earlier.person, min(24, benefit_months(16, "511102", TODAY) + 19)), PAPERS)
    assert Benefit.objects.get(person=earlier.person, start_period=202612).awards.get().inputs["months"] <= 24


def test_what_nobody_knows_of_a_claim_that_was_taken_over_is_answered_in_writing() -> None:
    earlier = out_of_work_again(None)
    assert months_left(earlier.person) is None
    form = form_of(earlier.person, benefit_months(16, "511102", dt.date(2026, 9, 25)))
    found = examine(application("UNE-001", form, username="special", materials=PAPERS)).findings
    assert [(f.key, f.needs_reason) for f in found if f.field] == [("entitled_months.entitled_months", True)]


def test_a_raise_of_the_standard_comes_with_its_month(monkeypatch: pytest.MonkeyPatch) -> None:
    earlier = out_of_work_again(12)
    months = benefit_months(16, "511102", dt.date(2026, 9, 25)) + 7

    def amount(area: str, day: dt.date, month: int, *, paid_months: int) -> int:
        assert paid_months == 16
        if period_of(day) >= 202706:
            raise ParameterMissing("没有配置")
        return 2000_00 if period_of(day) >= 202702 else 1864_00 if day > TODAY else 1800_00

    monkeypatch.setattr(unemployment, "monthly_amount", amount)
    done("UNE-001", form_of(earlier.person, months), PAPERS)
    benefit = Benefit.objects.get(person=earlier.person, start_period=202612)
    steps = list(benefit.amounts.order_by("start_period").values_list("start_period", "total_fen"))
    # From June 2027 nothing is published yet: what holds on the day of the award stands.
    assert steps == [(202612, 1864_00), (202702, 2000_00), (202706, 1800_00)]
