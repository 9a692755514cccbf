"""A death report taken back because the person lives: a class-1 case, held months paid, claims lifted, nothing deleted."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from tests import city
from tests.city import TODAY
from tests.entitlement.people import carry, decided, done, paid, pensioner, planned
from tests.exchange.test_deaths import reported, row
from yigui.casework.accept_case import accept_case
from yigui.casework.application import Examination, examine
from yigui.casework.errors import CaseRefused
from yigui.casework.models import Case
from yigui.db.presence import act_as
from yigui.entitlement.models import Benefit
from yigui.entitlement.queries import death_of
from yigui.exchange.models import DeathRecord, DeathWithdrawal
from yigui.payment.models import HeldLine, PayLine
from yigui.registry.models import Person
from yigui.runs.staged import execute
from yigui.tasks.death_conflicts import reports_of

MATERIALS = ("application_form", "id_card", "identity_change_proof")


def form(person: Person, died_on: str = "2026-10-05") -> dict[str, str]:
    return {
        "id_number": person.id_number, "person_name": person.name, "change_item": "07", "old_value": f"{died_on} 死亡", "new_value": "生存",
        "change_reason": "03",
    }  # fmt: skip


def taken_back(person: Person, died_on: str = "2026-10-05") -> Case:
    case = carry(accept_case(city.application("CHG-004", form(person, died_on), username="special", materials=MATERIALS)))
    assert case.status == "finished", case.effect_error
    return case


def certified(person: Person) -> Examination:
    asked = {
        "id_number": person.id_number, "person_name": person.name, "survival_status": "01", "certify_way": "05",
        "apply_date": TODAY.isoformat(),
    }  # fmt: skip
    return examine(city.application("CRT-001", asked, materials=["id_card"]))


def a_paid_pensioner() -> Benefit:
    """Somebody in payment, whom the last run has paid."""
    batch = city.of_city("first run", paid)
    while True:
        benefit = pensioner()
        if PayLine.objects.filter(batch_id=batch.pk, benefit_id=benefit.pk, amount_fen__gt=0).exists():
            return benefit


def test_who_lives_is_paid_on_with_the_held_months_and_may_certify_again() -> None:
    benefit = a_paid_pensioner()
    person = benefit.person
    run = planned()
    month = dt.date(run.period // 100, run.period % 100, 1)
    reported(row(person, day=str(month - dt.timedelta(days=5))))
    held = execute(batch_id=decided(planned(run.period)).pk)
    assert HeldLine.objects.filter(batch_id=held.pk, benefit_id=benefit.pk, hold=1).exists()
    assert any("死亡" in f.message + f.detail for f in certified(person).refusals)
    day = str(month - dt.timedelta(days=5))
    case = taken_back(person, day)
    assert case.amount_fen is not None
    assert case.amount_fen >= HeldLine.objects.get(batch_id=held.pk, benefit_id=benefit.pk).amount_fen
    assert death_of(person) is None
    assert [r.standing for r in reports_of(person)] == ["withdrawn"]
    assert DeathWithdrawal.objects.get(person=person).case_id == case.pk
    assert DeathRecord.objects.filter(id_number=person.id_number).exists(), "what was reported stays"
    assert not certified(person).refusals
    after = execute(batch_id=decided(planned()).pk)
    months = set(PayLine.objects.filter(batch_id=after.pk, benefit_id=benefit.pk).values_list("pay_period", flat=True))
    assert {run.period, after.period} <= months


def test_it_needs_the_proof_of_the_police_and_a_report_in_force() -> None:
    person = pensioner().person
    reported(row(person, day="2026-10-05"))
    with pytest.raises(CaseRefused, match="材料"):
        accept_case(city.application("CHG-004", form(person), username="special", materials=MATERIALS[:2]))
    living = pensioner().person
    with pytest.raises(CaseRefused, match="变更前信息应为登记内容“健在”"):
        accept_case(city.application("CHG-004", form(living), username="special", materials=MATERIALS))
    wrong = form(person) | {"new_value": "死亡"}
    with pytest.raises(CaseRefused, match="变更后信息无法识别"):
        accept_case(city.application("CHG-004", wrong, username="special", materials=MATERIALS))


@pytest.mark.parametrize("word", ["健在", "生存", " 健 在 "])
def test_alive_is_said_as_pages_say_it_or_as_the_form_did(word: str) -> None:
    person = pensioner().person
    reported(row(person, day="2026-10-05"))
    told = form(person) | {"new_value": word}
    assert examine(city.application("CHG-004", told, username="special", materials=list(MATERIALS))).refusals == []


def test_a_case_on_its_way_takes_nothing_back() -> None:
    person = pensioner().person
    reported(row(person, day="2026-10-05"))
    case = accept_case(city.application("CHG-004", form(person), username="special", materials=MATERIALS))
    assert case.risk_class == 1
    assert death_of(person) is not None
    assert carry(case).status == "finished"
    assert death_of(person) is None


def test_the_same_report_again_stays_taken_back_and_another_day_counts() -> None:
    person = pensioner().person
    reported(row(person, day="2026-10-05"))
    taken_back(person)
    assert reported(row(person, day="2026-10-05")).known_count == 1
    assert death_of(person) is None
    reported(row(person, day="2026-11-08"))
    death = death_of(person)
    assert death is not None
    assert death.died_on == dt.date(2026, 11, 8)


def test_who_was_ended_and_paid_out_waits_for_the_account_and_the_grants_are_claimed() -> None:
    benefit = a_paid_pensioner()
    person = benefit.person
    reported(row(person, day="2026-09-20"))
    heirs = {
        "id_number": person.id_number, "person_name": person.name, "death_date": "2026-09-20", "mobile": "13812345678",
        "payee_name": "某某", "payee_id": "360426199101010071", "kin_relation": "02", "account_name": "某某", "account_no": "6228480012345678912",
    }  # fmt: skip
    done("PEN-005", heirs, ("application_form", "id_card", "death_certificate", "kinship_proof", "bank_card"))
    person.refresh_from_db()
    assert person.life_status == "02"
    case = taken_back(person, "2026-09-20")
    person.refresh_from_db()
    benefit.refresh_from_db()
    assert person.life_status == "01"
    assert (benefit.status, benefit.payee_number, benefit.end_period) == ("suspended", person.id_number, None)
    assert case.document is not None
    assert any("PEN-007" in note for note in case.document.content["notes"])
    grants = Benefit.objects.filter(person=person, kind__gte=11)
    assert grants.exists()
    assert set(grants.values_list("status", flat=True)) == {"ended"}


def test_nobody_takes_a_report_back_without_a_case() -> None:
    person = pensioner().person
    reported(row(person, day="2026-10-05"))
    record = reports_of(person)[0].record
    with pytest.raises(DatabaseError, match="授权凭据"), transaction.atomic():
        act_as(city.user("director"))
        DeathWithdrawal.objects.create(person=person, record=record, case_id=1)
