"""The login of people outside is held by the server itself: it reads, for a while, in bounded space; and asking how a statement goes tells nothing."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection, connections, transaction

from tests import city, seen
from tests.integrity.test_every_row_and_column import ask
from yigui.db.presence import OUTSIDE


@contextmanager
def limit(name: str, shorter: str, usual: str) -> Iterator[None]:
    """A limit of the login cut short for one test; it counts for whoever connects now."""
    ask(f"ALTER ROLE yigui_outside SET {name} = '{shorter}'")
    try:
        yield
    finally:
        ask(f"ALTER ROLE yigui_outside SET {name} = '{usual}'")


def refused(*statements: str) -> str:
    """The code with which whoever signs in with the login alone, past the program, is refused at the last of these statements."""
    *allowed, last = statements
    with psycopg.connect(os.environ["DATABASE_OUTSIDE_URL"], autocommit=True) as outside:
        for statement in allowed:
            outside.execute(statement.encode())
        with pytest.raises(psycopg.DatabaseError) as error:
            outside.execute(last.encode())
    return str(error.value.sqlstate)


def test_it_writes_nothing_even_where_somebody_has_granted_it() -> None:
    ask("CREATE TABLE scratch (n integer)")
    ask("GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON scratch TO yigui_outside")
    try:
        for statement in ("INSERT INTO scratch VALUES (1)", "UPDATE scratch SET n = 2", "DELETE FROM scratch", "TRUNCATE scratch"):
            assert refused(statement) == "25006", statement
        with connections["outside"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM scratch")
            assert cursor.fetchone() == (0,)
    finally:
        ask("DROP TABLE scratch")


def test_a_statement_of_it_is_stopped_when_its_time_is_up() -> None:
    with limit("statement_timeout", "200ms", "30s"):
        begun = time.monotonic()
        assert refused("SELECT pg_sleep(20)") == "57014"
        assert time.monotonic() - begun < 10


def test_a_transaction_it_leaves_open_is_ended() -> None:
    with (
        limit("idle_in_transaction_session_timeout", "200ms", "2min"),
        psycopg.connect(os.environ["DATABASE_OUTSIDE_URL"]) as outside,
    ):
        outside.execute("SELECT 1")
        time.sleep(1)
        with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
            outside.execute("SELECT 1")


def test_it_fills_no_disk_with_what_it_sorts() -> None:
    big = "SELECT count(*) FROM (SELECT repeat(n::text, 20) AS t FROM generate_series(1, 400000) AS n ORDER BY 1) AS s WHERE t > ''"
    with limit("temp_file_limit", "1MB", "256MB"):
        assert refused("SET work_mem = '64kB'", big) == "53400"


def plans(secret: str, statement: str, values: list[str]) -> list[str]:
    """How a statement goes for somebody outside, each with another value in the place of {}; the value itself taken out."""
    found = []
    for value in values:
        with transaction.atomic(using="outside"), connections["outside"].cursor() as cursor:
            cursor.execute("SELECT set_config('role', 'yigui_person', true), set_config('yigui.session', %s, true)", [secret])
            for way in ("enable_seqscan", "enable_bitmapscan"):
                cursor.execute(f"SET LOCAL {way} = off")
            cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) {statement.replace('{}', value)}")
            found.append("\n".join(line for (line,) in cursor.fetchall()).replace(value, "…"))
    return found


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1 FROM registry_person WHERE id_number = '{}'",
        "SELECT 1 FROM registry_person WHERE id_number >= '{}' AND id_number <= '{}'",
        "SELECT 1 FROM registry_person WHERE id_number IN ('{}', 'x')",
        "SELECT 1 FROM registry_person WHERE starts_with(id_number, '{}')",
        "SELECT count(*) FROM generate_series(1, 2) AS g JOIN registry_person p ON p.id_number = '{}' || left(g::text, 0)",
    ],
)
def test_how_a_statement_goes_does_not_tell_whether_there_is_a_number(statement: str) -> None:
    me, other = city.next_person(), city.next_person()
    secret = seen.session_of(me, "mobile").removeprefix(OUTSIDE)
    there_is, there_is_none = plans(secret, statement, [other.id_number, "110101190001010000"])
    assert there_is == there_is_none


def test_the_application_still_finds_a_person_by_the_index_of_numbers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN SELECT 1 FROM registry_person WHERE id_number = '110101190001010000'")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "person_one_number" in plan
    assert "Index Cond" in plan
