"""What is due to an heir goes into the heir's account: the dead person's own is refused by the items, held by the runs, and put right by PEN-008."""

import datetime as dt

import pytest
from django.db import connection, connections

from tests.city import TODAY, application
from tests.entitlement.people import decided, done, next_month, paid, planned
from tests.payment.test_skipped_months import drawing
from yigui.casework.application import examine
from yigui.casework.handlers import handler_of
from yigui.catalogue.declarations import catalogue
from yigui.common.months import first_day
from yigui.entitlement.models import Benefit
from yigui.payment.enums import Hold
from yigui.payment.held_lines import held_of, waiting_of
from yigui.payment.models import HeldLine, PayLine, Payment
from yigui.registry.models import Person
from yigui.runs.staged import execute

HEIR = {
    "payee_name": "王小明",
    "payee_id": "110101199003071938",
    "kin_relation": "02",
    "account_name": "王小明",
    "mobile": "13812345678",
}
MATERIALS = ("application_form", "id_card", "death_certificate", "kinship_proof", "bank_card")
OWN, OTHER = "6228480012345678921", "6228480012345678939"


def death_of(benefit: Benefit, died: dt.date, account: str, **changed: str) -> dict[str, str]:
    person = benefit.person
    form = {"id_number": person.id_number, "person_name": person.name, "death_date": died.isoformat(), "account_no": account}
    return form | HEIR | changed


def refusals(form: dict[str, str]) -> dict[str, str]:
    found = examine(application("PEN-005", form, username="special", materials=MATERIALS)).findings
    return {f.field: f.message + f.detail for f in found if f.is_refusal}


def by_hand(statement: str, *given: object) -> None:
    with connections["super"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, list(given))
        cursor.execute("SET session_replication_role = origin")


def new_account(benefit: Benefit, account: str, name: str = HEIR["account_name"]) -> dict[str, str]:
    person = benefit.person
    return {
        "id_number": person.id_number, "person_name": person.name, "bank_code": "102665100001", "account_name": name, "account_no": account,
        "mobile": "13812345678",
    }  # fmt: skip


def owed_to_the_dead_account() -> Benefit:
    """A death of before this was asked: the grants and the last months are to go to the heir, by the account the pension went to."""
    benefit = drawing()
    account = benefit.account_no
    done("PEN-005", death_of(benefit, first_day(next_month()), OWN), MATERIALS)
    by_hand("UPDATE benefits_benefit SET account_no = %s WHERE person_id = %s", account, benefit.person_id)
    return Benefit.objects.get(pk=benefit.pk)


def test_the_dead_persons_account_and_former_number_are_refused_where_the_heir_names_them() -> None:
    benefit = drawing()
    died = first_day(next_month())
    assert refusals(death_of(benefit, died, OWN)) == {}
    assert "死亡人员本人的账户" in refusals(death_of(benefit, died, benefit.account_no))["account_no"]
    by_hand(
        "INSERT INTO registry_former_identity (person_id, id_number, name) VALUES (%s, '510000197001010037', '曾用名')",
        benefit.person_id,
    )
    assert "死亡人员本人" in refusals(death_of(benefit, died, OWN, payee_id="510000197001010037"))["payee_id"]


def test_a_run_holds_it_and_pays_the_heir_once_the_account_is_the_heirs() -> None:
    benefit = owed_to_the_dead_account()
    run = paid()
    of_person = Benefit.objects.filter(person_id=benefit.person_id)
    held = HeldLine.objects.filter(batch_id=run.pk, benefit_id__in=of_person.values("pk"))
    assert {row.hold for row in held} == {Hold.DEAD_ACCOUNT}
    assert not Payment.objects.filter(batch_id=run.pk, benefit_id__in=of_person.values("pk")).exists()
    assert any("继承人" in one.next_step for one in waiting_of(benefit, held_of(benefit)))
    owed = sum(row.amount_fen for row in held)
    form = new_account(benefit, OTHER)
    found = examine(application("PEN-008", form, username="special", materials=("id_card", "bank_card")))
    assert any("亲属关系" in f.message for f in found.findings if f.is_refusal)
    found = examine(
        application("PEN-008", new_account(benefit, benefit.account_no), materials=("id_card", "bank_card", "kinship_proof"))
    )
    assert any("死亡人员本人的账户" in f.message for f in found.findings if f.is_refusal)
    found = examine(
        application(
            "PEN-008", new_account(benefit, OTHER, benefit.person.name), materials=("id_card", "bank_card", "kinship_proof")
        )
    )
    assert any("王小明" in f.detail + f.message for f in found.findings if f.is_refusal)
    found = examine(application("PEN-008", form, channel="mobile", materials=("id_card", "bank_card", "kinship_proof")))
    assert any(f.check == "alive" for f in found.findings if f.is_refusal)
    asked = examine(application("PEN-008", form, materials=("id_card", "bank_card", "kinship_proof")))
    handler = handler_of(catalogue().item("PEN-008", TODAY))
    # The grants begin with the month of the case, which no run has reached here.
    grants = sum(grant.amounts.get().total_fen for grant in of_person.filter(kind__gte=11))
    assert grants > 0
    assert handler.amount_fen(asked.facts) == owed + grants
    case = done("PEN-008", form, ("id_card", "bank_card", "kinship_proof"), confirmed=("freeze_before_pay",))
    assert case.risk_class == 1
    after = paid()
    sent = Payment.objects.filter(batch_id=after.pk, benefit_id__in=of_person.values("pk"))
    assert {row.account_no for row in sent} == {OTHER}
    assert sum(row.amount_fen for row in sent) == owed
    assert set(of_person.values_list("account_no", flat=True)) == {OTHER}


@pytest.mark.parametrize("known", ["a former name", "another benefit"])
def test_the_second_look_holds_what_has_become_known_as_the_dead_persons_account(known: str) -> None:
    benefit = drawing()
    month = next_month()
    done("PEN-005", death_of(benefit, first_day(month), OWN), MATERIALS)
    batch = decided(planned())
    if known == "a former name":
        former = "INSERT INTO registry_former_identity (person_id, id_number, name) VALUES (%s, '510000197001010045', %s)"
        by_hand(former, benefit.person_id, HEIR["account_name"])
        # The heir bears another name: of one who bears the same the number tells.
        by_hand("UPDATE benefits_benefit SET payee_name = '李明' WHERE person_id = %s", benefit.person_id)
    else:
        by_hand(
            "UPDATE benefits_benefit SET account_name = %s WHERE person_id = %s AND kind = 11",
            benefit.person.name,
            benefit.person_id,
        )
    execute(batch_id=batch.pk)
    (held,) = HeldLine.objects.filter(batch_id=batch.pk, benefit_id=benefit.pk)
    assert (held.hold, held.at_execution) == (Hold.DEAD_ACCOUNT, True)
    assert not PayLine.objects.filter(benefit_id=benefit.pk, pay_period=month).exists()


def namesake(benefit: Benefit) -> dict[str, str]:
    """An heir, by number somebody else, who bears the name of the dead."""
    return {"payee_name": benefit.person.name, "account_name": benefit.person.name}


#: What whoever accepts it writes of the card of an heir of the same name.
OWN_CARD = {"kin_confirmed.account_no": "已核对领取人的身份证和银行卡，开户证件号码为领取人本人。"}


def test_an_heir_of_the_same_name_is_known_by_the_number_and_paid_once_it_is_written_whose_card_it_is() -> None:
    benefit = drawing()
    died, same = first_day(next_month()), namesake(benefit)
    assert "死亡人员本人的账户" in refusals(death_of(benefit, died, benefit.account_no, **same))["account_no"]
    form = death_of(benefit, died, OTHER, **same)
    found = examine(application("PEN-005", form, username="special", materials=MATERIALS)).findings
    (asked,) = [f for f in found if f.check == "kin_confirmed"]
    assert (asked.is_refusal, asked.needs_reason, asked.field) == (False, True, "account_no")
    # The dead person's own number is nobody else's, whatever the name.
    assert "payee_id" in refusals(form | {"payee_id": benefit.person.id_number})
    done("PEN-005", form, MATERIALS, confirmed=("kin_confirmed",), reasons=OWN_CARD)
    run = paid()
    of_person = Benefit.objects.filter(person_id=benefit.person_id)
    assert not HeldLine.objects.filter(batch_id=run.pk, benefit_id__in=of_person.values("pk")).exists()
    sent = Payment.objects.filter(batch_id=run.pk, benefit_id__in=of_person.values("pk"))
    assert {row.account_no for row in sent} == {OTHER}


def test_what_is_due_to_a_namesake_and_names_the_dead_persons_account_is_held_until_another_is_named() -> None:
    benefit = drawing()
    account, same = benefit.account_no, namesake(benefit)
    done(
        "PEN-005",
        death_of(benefit, first_day(next_month()), OTHER, **same),
        MATERIALS,
        confirmed=("kin_confirmed",),
        reasons=OWN_CARD,
    )
    # As an account that nobody asked about would stand there; the field history knows whose it was.
    by_hand("UPDATE benefits_benefit SET account_no = %s WHERE person_id = %s", account, benefit.person_id)
    of_person = Benefit.objects.filter(person_id=benefit.person_id)
    run = paid()
    assert {row.hold for row in HeldLine.objects.filter(batch_id=run.pk, benefit_id__in=of_person.values("pk"))} == {
        Hold.DEAD_ACCOUNT
    }
    form = new_account(benefit, OWN, benefit.person.name)
    done(
        "PEN-008", form, ("id_card", "bank_card", "kinship_proof"), confirmed=("freeze_before_pay", "alive"),
        reasons={"alive.account_no": OWN_CARD["kin_confirmed.account_no"]},
    )  # fmt: skip
    after = paid()
    assert {row.account_no for row in Payment.objects.filter(batch_id=after.pk, benefit_id__in=of_person.values("pk"))} == {OWN}


def test_a_number_that_is_somebody_elses_of_another_name_makes_no_namesake() -> None:
    """Whose number stands there is asked of the registry: two typed fields open no road to a card of the dead."""
    benefit = drawing()
    dead = benefit.person
    other = (
        Person.objects.exclude(name=dead.name).exclude(pk=dead.pk).filter(id_number__regex="^[0-9]{17}[0-9X]$").order_by("id")[0]
    )

    def is_one(number: str) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT benefits_namesake_v1(%s, %s, %s)", [dead.pk, number, dead.name])
            return bool(cursor.fetchone()[0])

    assert not is_one(other.id_number)
    # The dead person's own number in another writing.
    assert not is_one(dead.id_number[:6] + dead.id_number[8:17])
    assert not is_one(dead.id_number[:17] + "x")
    assert is_one("110101199003070134")
