"""A base that self-payers (灵活就业人员) choose for themselves, at the doors without staff."""

import datetime as dt

import pytest

from tests import city
from tests.items import money_forms
from yigui.casework.accept_case import accept_case
from yigui.casework.errors import CaseRefused
from yigui.charges.case_bills import base_in_force
from yigui.levy.models import ContributionBase
from yigui.registry.models import Person


@pytest.mark.parametrize("channel", ["online", "kiosk", "mobile"])
def test_who_pays_for_themselves_chooses_another_base_at_every_door(channel: str) -> None:
    person = money_forms.new_flexible()
    form = money_forms.pay_form(person, contribution_base="5600")
    case = accept_case(
        city.application("LVY-007", form, username=f"channel-{channel}", channel=channel, materials=["id_card"], applicant=person)
    )
    assert (case.status, case.effect_error) == ("finished", "")
    bases = (
        ContributionBase.objects.filter(person=person, employer=None)
        .order_by("id")
        .values_list("declared_fen", "start_period", "end_period")
    )
    assert list(bases) == [(5_000_00, 202611, None), (5_600_00, 202611, None)]


def test_a_base_for_an_earlier_month_leaves_the_later_ones_as_they_were() -> None:
    person = money_forms.new_flexible()
    form = money_forms.pay_form(person, contribution_base="5600")
    case = accept_case(city.application("LVY-007", form, materials=["id_card"], today=dt.date(2026, 12, 2)))
    assert (case.status, case.effect_error) == ("finished", "")
    assert [base_in_force(person=person, employer=None, period=p) for p in (202611, 202612)] == [5_600_00, 5_000_00]


def test_a_new_base_for_months_before_the_base_year_is_refused_before_it_is_taken() -> None:
    person = money_forms.new_flexible()
    form = money_forms.pay_form(person, contribution_base="5600", start_month="2025-11")
    with pytest.raises(CaseRefused) as refused:
        accept_case(
            city.application("LVY-007", form, username="channel-mobile", channel="mobile", materials=["id_card"], applicant=person)
        )
    assert any("经办窗口" in f.detail + f.message for f in refused.value.findings)


def test_a_person_enrols_as_self_payer_on_the_phone() -> None:
    person = Person.objects.get(id_number=city.next_stopped().id_number)
    known = {
        "id_number": person.id_number,
        "person_name": person.name,
        "gender": person.gender,
        "birth_date": person.born_on.isoformat(),
    }
    form = money_forms.flexible_form() | known
    case = accept_case(
        city.application(
            "REG-007",
            form,
            username="channel-mobile",
            channel="mobile",
            materials=["id_card", "application_form"],
            applicant=person,
        )
    )
    assert (case.status, case.effect_error) == ("finished", "")
