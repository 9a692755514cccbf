"""Who has died is not their own heir: under a number they had, or with their own account, nothing that came back is sent again."""

import pytest
from django.db import connections

from tests.entitlement.people import paid
from tests.payment.test_returned_after_death import heard_of, overpaid, returned
from yigui.payment.models import Reissue


@pytest.mark.parametrize("payee", ["a number of before", "the account of the dead"])
def test_the_dead_under_another_number_or_the_dead_persons_account_is_no_heir(payee: str) -> None:
    benefit, payment, run = overpaid()
    heard_of(benefit, run)
    paid()
    with connections["super"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        if payee == "a number of before":
            cursor.execute(
                "INSERT INTO registry_former_identity (person_id, id_number, name) VALUES (%s, '510000197001010029', '曾用名')",
                [benefit.person_id],
            )
            cursor.execute("UPDATE benefits_benefit SET payee_number = '510000197001010029' WHERE id = %s", [benefit.pk])
        else:
            cursor.execute("UPDATE benefits_benefit SET account_name = %s WHERE id = %s", [benefit.person.name, benefit.pk])
        cursor.execute("SET session_replication_role = origin")
    returned(payment)
    paid()
    assert not Reissue.objects.filter(benefit=benefit).exists()
