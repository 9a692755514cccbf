"""A person's counted months are the same whoever looks: the counter, the person on the phone and at the machine, and the award.

People outside read with a login that hides their employer's bills: what it hides they must not take for paid.
"""

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client

from tests import city, money
from tests.entitlement.people import RETIREMENT_MATERIALS, done, next_retiring, retirement_form
from tests.identity.test_outside import rows
from tests.kiosk.test_kiosk import as_person, registered
from tests.mobile.test_phone import on_the_phone
from tests.pages import page_of, signed_in
from tests.seen import open_session
from yigui.common.months import add_months
from yigui.entitlement.assess_person import PENSION
from yigui.entitlement.models import Award
from yigui.identity.outside_connection import as_outsider
from yigui.levy.record import ContributionRecord, record_of
from yigui.registry.enums import AAE140
from yigui.registry.models import Employer, Person

_SOURCES = itertools.count(990_000)


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    """What these tests put in past the guards is taken out again."""
    first = next(_SOURCES)
    yield
    for statement in (
        "DELETE FROM contributions_open_bill WHERE source_id <= %s", "DELETE FROM contributions_line_case WHERE source_id <= %s",
        "DELETE FROM registry_coverage WHERE id >= -%s AND id < 0",
    ):  # fmt: skip
        past_the_guards(statement, -first)


def past_the_guards(statement: str, *parameters: Any) -> None:
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, list(parameters))


def worked_for(person: Person, employer: Employer, *, paid: tuple[int, ...] = (), unpaid: tuple[int, ...] = ()) -> None:
    """The person was with an employer, which has paid some months and not others: a line and a bill a month."""
    past_the_guards(
        "INSERT INTO registry_coverage (id, person_id, insurance, slot, employer_id, area_id, start_period, end_period, stop_reason, warrant_id) "
        "SELECT %s, person_id, insurance, slot, %s, area_id, %s, %s, stop_reason, warrant_id FROM registry_coverage WHERE person_id = %s AND insurance = %s LIMIT 1",
        -next(_SOURCES), employer.pk, min(paid + unpaid), max(paid + unpaid), person.pk, PENSION,
    )  # fmt: skip
    for month in paid + unpaid:
        source = -next(_SOURCES)
        past_the_guards(
            "INSERT INTO contributions_line_case (source_id, person_id, employer_id, area, period, owed_period, base_fen, employer_fen, person_fen, "
            "account_fen, insurance, warrant_id) VALUES (%s, %s, %s, 511102, %s, %s, 500000, 80000, 40000, 40000, 110, (SELECT max(id) FROM warrants_warrant))",
            source, person.pk, employer.pk, month, month,
        )  # fmt: skip
        if month in unpaid:
            past_the_guards(
                "INSERT INTO contributions_open_bill (bill_id, source_id, employer_id, person_id, area, insurance, kind, start_period, due_on, "
                "total_fen, left_fen) VALUES (%s, %s, %s, 0, 511102, 110, 1, %s, '2026-01-31', 9876543, 9876543)",
                source, source, employer.pk, month,
            )  # fmt: skip


def other_than(person: Person) -> list[Employer]:
    known = set(person.coverages.exclude(employer=None).values_list("employer_id", flat=True))
    return list(Employer.objects.exclude(pk__in=known).order_by("id")[:3])


def seen_outside(person: Person, *, until: int = 999912) -> ContributionRecord:
    with as_outsider(open_session(person=person, channel="mobile")):
        return record_of(Person.objects.get(pk=person.pk), PENSION, until=until)


def shown(client: Client, url: str) -> tuple[str, str]:
    """What a page says of the months: how many count, and how many are not paid."""
    page = page_of(client.get(url))
    counted, unpaid = (
        re.search(r'累计缴费 <strong class="num fs-2">([\d.]+)</strong>', page),
        re.search(r"另有 (\d+) 个月应缴未到账", page),
    )
    assert counted is not None, url
    return counted[1], unpaid[1] if unpaid else "0"


def everywhere(person: Person) -> set[tuple[str, str]]:
    phone, machine = on_the_phone(person), as_person(registered()[0], person)
    return {
        shown(signed_in("reviewer"), f"/persons/{person.person_no}/record/"),
        *(shown(phone, f"/m/{page}/") for page in ("months", "record")),
        *(shown(machine, f"/kiosk/me/{page}/") for page in ("months", "record")),
    }


def test_what_the_unit_has_not_paid_counts_nowhere() -> None:
    employment = city.next_employee()
    person = employment.person
    money.levied(202609)
    money.levied(202610)
    due = next(b for b in money.bills(employment.employer, period=202609) if b.bill.insurance == AAE140[PENSION])
    money.receive(money.row(due.left_fen, AAZ288=due.bill.id))
    record = record_of(person, PENSION)
    assert (202609 in record.unpaid, 202610 in record.unpaid) == (False, True)
    assert seen_outside(person) == record
    assert everywhere(person) == {(str(record.months), str(len(record.unpaid)))}


def test_each_of_several_employers_has_paid_for_itself() -> None:
    person = city.next_employee().person
    first, second, third = other_than(person)
    before = record_of(person, PENSION)
    worked_for(person, first, paid=(202401, 202402), unpaid=(202403,))
    worked_for(person, second, unpaid=(202404, 202405))
    worked_for(person, third, paid=(202406,))
    record = record_of(person, PENSION)
    assert record.months == before.months + 3
    assert set(record.unpaid) == {*before.unpaid, 202403, 202404, 202405}
    assert seen_outside(person) == record
    assert everywhere(person) == {(str(record.months), str(len(record.unpaid)))}


def test_the_award_counts_what_everybody_sees_also_with_months_a_former_employer_owes() -> None:
    person, month = next_retiring()
    since = min(c.start_period for c in person.coverages.filter(insurance=PENSION))
    paid, *unpaid = (add_months(since, -ago) for ago in (3, 2, 1))
    worked_for(person, other_than(person)[0], paid=(paid,), unpaid=tuple(unpaid))
    inside = record_of(person, PENSION, until=month)
    assert set(unpaid) <= set(inside.unpaid)
    assert seen_outside(person, until=month) == inside
    done("PEN-002", retirement_form(person, month), RETIREMENT_MATERIALS, confirmed=("min_years",))
    award = Award.objects.get(benefit__person=person)
    assert everywhere(Person.objects.get(pk=person.pk)) == {(str(award.inputs["total_months"]), str(len(inside.unpaid)))}


def test_a_person_is_told_that_a_bill_is_open_and_nothing_else() -> None:
    mine, other = city.next_employee().person, city.next_employee().person
    first, second, _ = other_than(mine)
    worked_for(mine, first, unpaid=(202403,))
    worked_for(other, first, unpaid=(202404,))
    worked_for(other, second, unpaid=(202405,))
    asked = "SELECT source_id, employer_id FROM contributions_own_unsettled_v1(110::smallint) WHERE employer_id IN (%s, %s)"
    with as_outsider(open_session(person=mine, channel="mobile")):
        own = rows(asked, first.pk, second.pk)
        assert rows("SELECT source_id FROM contributions_open_bill WHERE employer_id <> 0") == []
        # Whatever is asked for, the bills of others are not read.
        assert (
            rows("SELECT * FROM contributions_unsettled_v1(%s, %s, 110::smallint)", [first.pk, second.pk], [mine.pk, other.pk])
            == []
        )
    assert [employer for _, employer in own] == [first.pk]
    assert rows("SELECT owed_period FROM contributions_line WHERE source_id = %s", own[0][0]) == [(202403,)]
    # Nobody's session, nobody's months; a unit may not ask.
    assert rows(asked, first.pk, second.pk) == []
    with as_outsider(open_session(employer=first, channel="online")), pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(asked, [first.pk, second.pk])
