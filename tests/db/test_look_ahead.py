"""Rows read at once for a list that is judged: the same answers as one by one, and no statement more for each."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from yigui.common.identifiers import widen_citizen_number
from yigui.db.rows import look_ahead, looking_ahead, row_where
from yigui.exchange.queries import employment_registration, identity_record, look_ahead_for_records
from yigui.registry.models import Coverage, FormerIdentity, Person
from yigui.registry.queries import look_ahead_for_persons, person_by_number


def test_what_was_looked_ahead_for_is_what_is_found_one_by_one() -> None:
    seekers = [city.next_seeker() for _ in range(3)]
    persons = [p.id_number for p in Person.objects.order_by("id")[:5]]
    former = list(FormerIdentity.objects.values_list("id_number", flat=True)[:2])
    numbers = [*persons, *former, *(s.id_number for s in seekers), "511102190001010000", persons[0]]
    code = seekers[0].credit_code
    alone = [(person_by_number(n), employment_registration(n, code), identity_record(n)) for n in numbers]
    assert any(person is None for person, _, _ in alone)
    assert sum(known is not None for _, known, _ in alone) >= 1
    with looking_ahead():
        look_ahead_for_persons(numbers)
        look_ahead_for_records(numbers, code)
        with CaptureQueriesContext(connection) as sent:
            ahead = [(person_by_number(n), employment_registration(n, code), identity_record(n)) for n in numbers]
        assert len(sent) == 0
        # Each asker has a row of its own: what one changes on it no other finds.
        first, second = person_by_number(persons[0]), person_by_number(persons[0])
        assert first is not second
        # What nobody looked ahead for is read.
        other = Person.objects.order_by("-id")[0]
        assert person_by_number(other.id_number) == other
    assert ahead == alone
    assert widen_citizen_number(numbers[0]) == numbers[0]


def test_outside_nothing_is_kept() -> None:
    number = Person.objects.order_by("id")[0].id_number
    look_ahead_for_persons([number])
    with looking_ahead():
        look_ahead_for_persons([number])
    with CaptureQueriesContext(connection) as sent:
        person_by_number(number)
    assert len(sent) == 1


def test_what_gives_more_than_one_row_is_not_looked_ahead_for() -> None:
    person = city.next_employee().person
    many = "person_id = %s ORDER BY insurance"
    with looking_ahead():
        with pytest.raises(ValueError, match="there are more"):
            look_ahead(Coverage, many, [(person.pk,)])
        # Nothing of it is kept.
        with CaptureQueriesContext(connection) as sent:
            assert row_where(Coverage, many, person.pk) is not None
        assert len(sent) == 1
