"""What only the owner's functions write under a kind of warrant, the application cannot write by its own statements: table by table."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connections, transaction

from yigui.common.rooms import Scope
from yigui.warrants.scopes import declared


def computed() -> Iterator[tuple[Scope, str]]:
    """Every table that a scope opens to functions alone."""
    for scope in declared():
        for table in scope.by_functions:
            yield scope, table


CASES = list(computed())


def codes(scope: Scope, table: str) -> dict[str, str]:
    """How the database answers the application's own statements on a table under a warrant of the scope; "" when they go through."""
    found = {}
    with connections["super"].cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped", [table]
        )
        first = cursor.fetchall()[0][0]
    for verb, sql in {
        "insert": f"INSERT INTO {table} SELECT * FROM {table} LIMIT 0",
        "update": f"UPDATE {table} SET {first} = {first} WHERE false",
    }.items():
        with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
            cursor.execute(
                "SELECT warrants_issue_v1(%s, 9000000001, %s, %s, %s::smallint, '511100', NULL, '{}', '{}', '{}')",
                [scope.kind, f"{scope.code} 1", scope.code if scope.kind == "case" else "", scope.risk_class or 1],
            )
            cursor.execute("SET LOCAL ROLE yigui_app")
            try:
                with transaction.atomic(using="super"):
                    cursor.execute(sql)
                found[verb] = ""
            except DatabaseError as error:
                found[verb] = str(error.__cause__.sqlstate)  # type: ignore[union-attr]
            transaction.set_rollback(True, using="super")
    return found


def test_there_are_such_tables() -> None:
    assert len({table for _, table in CASES}) > 10


@pytest.mark.parametrize(("scope", "table"), CASES, ids=[f"{s.kind}-{s.code}-{t}" for s, t in CASES])
def test_the_application_cannot_write_it(scope: Scope, table: str) -> None:
    answered = codes(scope, table)
    # No right to (42501), not under this warrant (YG011), never changed at all (YG003).
    assert answered["insert"] in ("42501", "YG011"), answered
    assert answered["update"] in ("42501", "YG011", "YG003"), answered
