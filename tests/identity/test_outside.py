"""Row-level security: whatever the statement, an employer sees its own rows, a person their own, nobody writes."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import Q

from tests.city import next_employee
from tests.seen import open_session
from yigui.charges.queries import bills_of_payer
from yigui.identity.outside_connection import Outsider, as_outsider, end_session
from yigui.registry.models import Employer, Employment, Person
from yigui.warrants.row_security import OUTSIDE_LOGIN, PERSON_ROLE, UNIT_ROLE, owned, public


def rows(statement: str, *parameters: Any, using: str = "") -> list[tuple[Any, ...]]:
    with (connections[using] if using else connection).cursor() as cursor:
        cursor.execute(statement, list(parameters))
        return list(cursor.fetchall())


@pytest.fixture(scope="module")
def two() -> tuple[Employment, Employment]:
    """Two people of two employers."""
    first = next_employee()
    other = next_employee()
    while other.employer_id == first.employer_id:
        other = next_employee()
    return first, other


def two_years_ago() -> int:
    """The month before which a unit does not see who left it."""
    ((month,),) = rows("SELECT to_char(now() - interval '2 years', 'YYYYMM')::integer", using="super")
    return int(month)


def test_who_left_a_unit_long_ago_is_none_of_its_business() -> None:
    ((employer, person),) = rows(
        "SELECT employer_id, person_id FROM registry_employment GROUP BY 1, 2 HAVING max(coalesce(end_period, 999912)) < %s LIMIT 1",
        two_years_ago(),
    )
    with as_outsider(unit_of(Employer.objects.get(pk=employer))):
        assert not rows("SELECT 1 FROM registry_employment WHERE person_id = %s", person)
        assert not Person.objects.filter(pk=person).exists()


def unit_of(employer: Employer) -> Outsider:
    return open_session(employer=employer, channel="online")


def person_of(person: Person) -> Outsider:
    return open_session(person=person, channel="mobile")


def test_each_role_reads_what_is_listed_and_writes_nothing() -> None:
    found = rows(
        "SELECT c.relname, r.rolname, has_any_column_privilege(r.oid, c.oid, 'SELECT'), "
        "has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'), c.relrowsecurity "
        "FROM pg_class c CROSS JOIN pg_roles r WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') "
        "AND r.rolname = ANY(%s)",
        [UNIT_ROLE, PERSON_ROLE, OUTSIDE_LOGIN],
        using="super",
    )
    assert not [row for row in found if row[3]]
    readable = {(table, role) for table, role, reads, _, _ in found if reads}
    listed = {(table, role) for table in public() for role in (UNIT_ROLE, PERSON_ROLE)}
    listed |= {(table, UNIT_ROLE) for table, own in owned().items() if own.unit}
    listed |= {(table, PERSON_ROLE) for table, own in owned().items() if own.person}
    assert readable == listed
    assert {row[0] for row in found if row[4]} == set(owned())


def test_of_functions_with_the_owners_rights_only_those_declared_for_persons_are_open_to_outsiders() -> None:
    found = rows(
        "SELECT p.proname, r.rolname FROM pg_proc p CROSS JOIN pg_roles r WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef "
        "AND p.prorettype <> 'trigger'::regtype AND r.rolname = ANY(%s) AND has_function_privilege(r.oid, p.oid, 'EXECUTE')",
        [UNIT_ROLE, PERSON_ROLE, OUTSIDE_LOGIN],
        using="super",
    )
    assert sorted(found) == [("contributions_own_unsettled_v1", PERSON_ROLE), ("identity_outside_records_v1", PERSON_ROLE)]


@pytest.mark.parametrize(
    "table", sorted(t for t, own in owned().items() if "employer_id =" in own.unit and "EXISTS" not in own.unit)
)
def test_a_unit_sees_exactly_its_own_rows(table: str, two: tuple[Employment, Employment]) -> None:
    employer = two[0].employer
    late = f" AND (end_period IS NULL OR end_period >= {two_years_ago()})" if table == "registry_employment" else ""
    expected = rows(f"SELECT count(*) FROM {table} WHERE employer_id = %s{late}", employer.pk)
    with as_outsider(unit_of(employer)):
        assert rows(f"SELECT count(*) FROM {table}") == expected
        assert not rows(f"SELECT 1 FROM {table} WHERE employer_id IS DISTINCT FROM %s", employer.pk)


@pytest.mark.parametrize("table", sorted(t for t, own in owned().items() if own.person.startswith("person_id =")))
def test_a_person_sees_exactly_their_own_rows(table: str, two: tuple[Employment, Employment]) -> None:
    person = two[0].person
    expected = rows(f"SELECT count(*) FROM {table} WHERE person_id = %s", person.pk)
    with as_outsider(person_of(person)):
        assert rows(f"SELECT count(*) FROM {table}") == expected
        assert not rows(f"SELECT 1 FROM {table} WHERE person_id IS DISTINCT FROM %s", person.pk)


def test_people_and_employers_of_others_do_not_exist(two: tuple[Employment, Employment]) -> None:
    (mine, other), late = two, Q(employments__end_period=None) | Q(employments__end_period__gte=two_years_ago())
    insured = Person.objects.filter(late, employments__employer=two[0].employer).distinct().count()
    with as_outsider(unit_of(mine.employer)):
        assert list(Employer.objects.all()) == [mine.employer]
        assert Person.objects.count() == insured
        assert not Person.objects.filter(pk=other.person_id).exists()
        assert bills_of_payer(employer=other.employer) == []
    with as_outsider(person_of(mine.person)):
        assert list(Person.objects.all()) == [mine.person]
        assert not Employment.objects.filter(person=other.person).exists()
    assert Person.objects.filter(pk=other.person_id).exists()


@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE yigui_app",
        "RESET ROLE; SET ROLE yigui_app",
        "SET SESSION AUTHORIZATION yigui_app",
        "SELECT * FROM staff_outside_session",
        "SELECT * FROM staff_user",
        "SELECT password FROM staff_unit_login",
        "SELECT * FROM django_session",
        "SELECT * FROM ledger_entry",
        "SET row_security = off; SELECT * FROM registry_person",
        "UPDATE registry_person SET name = 'x'",
        "SELECT warrants_open_v1()",
        "SELECT casework_issue_warrant_v1(1)",
        "COPY registry_person TO PROGRAM 'cat'",
        "CREATE TABLE mine (n int)",
        "ALTER TABLE registry_person DISABLE ROW LEVEL SECURITY",
        "DROP POLICY registry_person_unit ON registry_person",
    ],
)
def test_hostile_statements_are_refused(statement: str, two: tuple[Employment, Employment]) -> None:
    with pytest.raises(DatabaseError), as_outsider(unit_of(two[0].employer)):
        for part in statement.split("; "):
            rows(part)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT set_config('yigui.session', 'guessed', true)",
        "SELECT set_config('yigui.session', '', true)",
        "SELECT set_config('role', 'none', true)",
        f"SELECT set_config('role', '{PERSON_ROLE}', true)",
    ],
)
def test_another_session_or_role_shows_nothing(statement: str, two: tuple[Employment, Employment]) -> None:
    with as_outsider(unit_of(two[0].employer)):
        rows(statement)
        if "'none'" in statement:
            with pytest.raises(DatabaseError, match="permission denied"):
                rows("SELECT id FROM registry_person")
            transaction.set_rollback(True)
        else:
            assert rows("SELECT id FROM registry_person") == []


def test_an_ended_session_sees_nothing_and_nothing_stays_on_the_connection(two: tuple[Employment, Employment]) -> None:
    unit = unit_of(two[0].employer)
    with as_outsider(unit):
        assert Employer.objects.count() == 1
    assert Employer.objects.count() > 1
    with pytest.raises(DatabaseError):
        rows("SELECT count(*) FROM registry_employer", using="outside")
    end_session(unit)
    with as_outsider(unit):
        assert Employer.objects.count() == 0
        assert Person.objects.count() == 0
    with as_outsider(unit_of(two[1].employer)):
        assert list(Employer.objects.all()) == [two[1].employer]


def test_an_error_inside_gives_the_applications_connection_back(two: tuple[Employment, Employment]) -> None:
    with pytest.raises(ZeroDivisionError), as_outsider(unit_of(two[0].employer)):
        raise ZeroDivisionError
    assert Employer.objects.count() > 1
    with transaction.atomic(), pytest.raises(RuntimeError), as_outsider(unit_of(two[0].employer)):
        pass


def test_threads_do_not_see_each_other(two: tuple[Employment, Employment]) -> None:
    units = [unit_of(e.employer) for e in two]

    def look(n: int) -> set[int]:
        try:
            with as_outsider(units[n % 2]):
                return set(Employer.objects.values_list("pk", flat=True))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(look, range(40)))
    assert seen == [{two[n % 2].employer_id} for n in range(40)]


def test_of_the_sessions_only_the_own_one_is_seen_and_a_guessed_name_opens_nothing(two: tuple[Employment, Employment]) -> None:
    mine, other = (unit_of(e.employer) for e in two)
    with as_outsider(mine):
        assert rows("SELECT employer_id FROM staff_outside_session") == [(two[0].employer_id,)]
        # Whatever is set without the other's secret: nothing; with it, one would be the other.
        rows("SELECT set_config('yigui.session', %s, true)", "guessed")
        assert rows("SELECT count(*) FROM staff_outside_session") == [(0,)]
        assert Employer.objects.count() == 0
    end_session(other)
