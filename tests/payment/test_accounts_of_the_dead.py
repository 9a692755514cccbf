"""A returned payment that was to go to the dead person's own account waits, under whatever name or writing of it the account stands."""

import pytest
from django.db import connection, connections

from tests.exchange.test_deaths import reported, row
from tests.payment.test_supplement_run import corrected, nothing_open, of
from yigui.payment.models import Reissue
from yigui.registry.models import Person

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
        "UPDATE benefits_benefit SET payee_number = '510000197001010011', account_name = '继承人', account_no = '1' WHERE id = %s",
        benefit.pk,
    )
    assert hold_of(again) == 5
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
    assert hold_of(again) == 5
    by_hand("UPDATE benefits_reissue SET account_name = '继承人', account_no = '1' WHERE id = %s", again.pk)
    assert hold_of(again) == 0
    by_hand("UPDATE registry_person SET name = %s WHERE id = %s", name, benefit.person_id)
