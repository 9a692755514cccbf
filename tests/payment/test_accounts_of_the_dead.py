"""What was to go to a dead person's own account waits, under whatever name or writing of it the account stands: returned payments, refunds."""

import pytest
from django.db import connection, connections

from tests.exchange.test_deaths import reported, row
from tests.payment.test_refund_batches import decided, planned, refunded, reported_dead
from tests.payment.test_supplement_run import corrected, nothing_open, of
from yigui.payment.enums import Hold
from yigui.payment.models import RefundPayment, Reissue
from yigui.payment.refunds import standings
from yigui.receipts.models import Refund
from yigui.registry.models import Person
from yigui.runs.staged import execute

__all__ = ["nothing_open"]


def hold_of(again: Reissue) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT hold FROM benefits_waiting_reissues_v1(ARRAY[%s]) WHERE reissue_id = %s", [of(again).area_id, again.pk]
        )
        return int(cursor.fetchone()[0])


def by_hand(statement: str, *given: object) -> None:
    with connections["super"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, list(given))
        cursor.execute("SET session_replication_role = origin")


@pytest.mark.parametrize("change", ["a corrected name", "blanks", "brackets and width"])
def test_it_is_the_dead_persons_own_under_a_name_of_before_and_in_any_writing(change: str) -> None:
    (again,) = corrected(1)
    benefit = of(again)
    reported(row(benefit.person, day="2026-10-20"))
    assert hold_of(again) == 1
    by_hand(
        "UPDATE benefits_benefit SET payee_number = '510000197001010011', payee_name = '继承人', account_name = '继承人', account_no = '1' "
        "WHERE id = %s",
        benefit.pk,
    )
    assert hold_of(again) == Hold.DEAD_ACCOUNT
    name = Person.objects.get(pk=benefit.person_id).name
    if change == "a corrected name":
        by_hand(
            "INSERT INTO registry_former_identity (person_id, id_number, name) SELECT id, id_number, name FROM registry_person WHERE id = %s",
            benefit.person_id,
        )
        by_hand("UPDATE registry_person SET name = '新名字' WHERE id = %s", benefit.person_id)
    else:
        written = {"blanks": f"{name[0]} {name[1:]}　", "brackets and width": f"{name}（）"}[change]
        by_hand("UPDATE benefits_reissue SET account_name = %s WHERE id = %s", written, again.pk)
    assert hold_of(again) == Hold.DEAD_ACCOUNT
    by_hand("UPDATE benefits_reissue SET account_name = '继承人', account_no = '1' WHERE id = %s", again.pk)
    assert hold_of(again) == 0
    by_hand("UPDATE registry_person SET name = %s WHERE id = %s", name, benefit.person_id)


def renamed(person_id: int) -> None:
    """A name corrected after a death, as a case of CHG-004 leaves it."""
    by_hand(
        "INSERT INTO registry_former_identity (person_id, id_number, name) SELECT id, id_number, name FROM registry_person WHERE id = %s",
        person_id,
    )
    by_hand("UPDATE registry_person SET name = '新名字' WHERE id = %s", person_id)


def is_dead(refund: Refund) -> bool:
    (said,) = {row.is_dead for row in standings([d.area_code for d in refund.dues.all()], refund_ids=[refund.pk])}
    return said


def test_a_refund_is_not_paid_to_the_dead_under_a_name_of_before() -> None:
    refund = refunded()
    assert refund.person is not None
    batch = decided(planned())
    reported_dead(refund)
    assert is_dead(refund)
    renamed(refund.person.pk)
    assert is_dead(refund)
    execute(batch_id=batch.pk)
    held = RefundPayment.objects.filter(batch_id=batch.pk, due_id__in=refund.dues.values("pk"))
    assert set(held.values_list("hold", flat=True)) == {1}


@pytest.mark.parametrize(
    ("name", "account", "theirs"),
    [
        ("{0} {1}", "6228480033333333333", True),
        ("{0}{1}（）", "6228480033333333333", True),
        ("继承人", "", True),
        ("继承人", "6228480033333333333", False),
    ],
    ids=["blanks", "brackets", "the same account under another name", "an heir"],
)
def test_a_refund_to_another_writing_or_to_the_account_itself_is_the_dead_persons(name: str, account: str, theirs: bool) -> None:
    refund = refunded()
    person = refund.person
    assert person is not None
    reported_dead(refund)
    by_hand(
        "INSERT INTO contributions_refund_payee (warrant_id, refund_id, bank_code, account_name, account_no, batch_id) "
        "SELECT warrant_id, id, '103100000026', %s, %s, 1 FROM contributions_refund WHERE id = %s",
        name.format(person.name[0], person.name[1:]), account or refund.account_no, refund.pk,
    )  # fmt: skip
    assert is_dead(refund) is theirs
