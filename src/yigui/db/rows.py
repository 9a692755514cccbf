"""Reading and writing rows by plain statements, for what every page and every acceptance does.

The ORM builds its SQL anew each time, which costs more than the database needs to answer (measured: 1.2 ms against 0.3 ms for a read),
and `Model.objects.raw` works out the columns anew (0.3 ms against 0.1 ms). Here both are worked out once.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, models

from yigui.db.presence import asked

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class _Select:
    """A statement, the attributes its columns go to, and what turns a column's value into an attribute's."""

    sql: str
    names: tuple[str, ...]
    converters: tuple[tuple[int, Callable[..., Any]], ...]


@cache
def _select(model: type[models.Model], tail: str) -> _Select:
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{f.column}"' for f in fields)
    return _Select(
        f'SELECT {columns} FROM "{model._meta.db_table}" WHERE {tail}',
        tuple(f.attname for f in fields),
        tuple((n, f.from_db_value) for n, f in enumerate(fields) if hasattr(f, "from_db_value")),
    )


def rows_where(model: type[Row], tail: str, *parameters: Any) -> list[Row]:
    """Rows of a model where `tail` (condition, order and limit; a constant of the code) holds."""
    select = _select(model, tail)
    return _made(model, select, _read(select, parameters))


def row_where(model: type[Row], tail: str, *parameters: Any) -> Row | None:
    """The first such row, or None; within `looking_ahead` what `look_ahead` has read."""
    select = _select(model, tail)
    known = _known.get()
    # Only of statements that were looked ahead for: of others the values need not be hashable.
    found = known[select.sql].get(parameters) if known and select.sql in known else None
    return next(iter(_made(model, select, _read(select, parameters) if found is None else found)), None)


def _read(select: _Select, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(select.sql, parameters)
        return list(cursor.fetchall())


def _made(model: type[Row], select: _Select, found: Sequence[Sequence[Any]]) -> list[Row]:
    rows = [_converted(row, select) for row in found] if select.converters else found
    return [model.from_db(DEFAULT_DB_ALIAS, select.names, row) for row in rows]


#: What was looked ahead for, by statement and values, and what is asked once.
_known: ContextVar[dict[str, dict[tuple[Any, ...], Any]] | None] = ContextVar("rows looked ahead for", default=None)


@contextmanager
def looking_ahead() -> Iterator[None]:
    """Within it `look_ahead` reads many rows at once. For judging a list: what was looked ahead for is not read again, whatever is written meanwhile."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def look_ahead(model: type[models.Model], tail: str, many: Iterable[tuple[str | int, ...]]) -> None:
    """Read by one statement what `row_where(model, tail, *parameters)` will be asked for each of many parameters; nothing outside `looking_ahead`.

    Raises:
        ValueError: `tail` gives more than one row for one of them: nobody would know in which order.
    """
    known, wanted = _known.get(), list(dict.fromkeys(many))
    if known is None or not wanted:
        return
    sql = _select(model, tail).sql
    types = ["bigint" if isinstance(value, int) else "text" for value in wanted[0]]
    names = [f"k.p{place}" for place in range(len(types))]
    places = iter(names)
    each = re.sub("%s", lambda _: next(places), sql)
    arrays = ", ".join(f"%s::{kind}[]" for kind in types)
    answers = known.setdefault(sql, {})
    answers.update({parameters: [] for parameters in wanted})
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT k.n, found.* FROM unnest({arrays}) WITH ORDINALITY AS k ({', '.join(n[2:] for n in names)}, n) CROSS JOIN LATERAL ({each}) AS found",
            [list(values) for values in zip(*wanted, strict=True)],
        )
        for number, *row in cursor.fetchall():
            answer = answers[wanted[number - 1]]
            if answer:
                del known[sql]
                raise ValueError(f"looked ahead for one row, and there are more: {model.__name__}, {tail}")
            answer.append(tuple(row))


def asked_once(statement: str, *parameters: Any) -> Any:
    """The one row a statement answers; within `looking_ahead` the same question is asked once."""
    known = _known.get()
    if known is not None and parameters in known.get(statement, ()):
        return known[statement][parameters]
    found = asked(statement, *parameters)
    if known is not None:
        known.setdefault(statement, {})[parameters] = found
    return found


def _converted(row: Sequence[Any], select: _Select) -> list[Any]:
    values = list(row)
    for place, convert in select.converters:
        values[place] = convert(values[place], None, connection)
    return values


@cache
def _insert(model: type[models.Model]) -> tuple[str, tuple[Any, ...]]:
    """The statement that writes a row of a model with its own number, and the fields it takes."""
    fields = tuple(f for f in model._meta.concrete_fields if f is not model._meta.auto_field)
    columns = ", ".join(f'"{f.column}"' for f in fields)
    return (
        f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({", ".join(["%s"] * len(fields))}) '
        f'RETURNING "{model._meta.pk.column}"',
        fields,
    )


def insert_row(row: models.Model) -> None:
    """Write a new row whose every value is set or has a default in the program, and give it its number. No signals are sent."""
    sql, fields = _insert(type(row))
    with connection.cursor() as cursor:
        cursor.execute(sql, [f.get_db_prep_save(f.pre_save(row, True), connection) for f in fields])
        (row.pk,) = cursor.fetchone()
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


@cache
def _insert_many(model: type[models.Model]) -> tuple[str, tuple[Any, ...]]:
    """As `_insert`, for any number of rows: each field is an array, so that the statement is the same for one row and for fifty."""
    _, fields = _insert(model)
    columns = ", ".join(f'"{f.column}"' for f in fields)
    arrays = ", ".join(f"%s::{f.rel_db_type(connection) if f.is_relation else f.db_type(connection)}[]" for f in fields)
    table, key = model._meta.db_table, model._meta.pk.column
    return f'INSERT INTO "{table}" ({columns}) SELECT * FROM unnest({arrays}) RETURNING "{key}"', fields


def insert_rows(rows: Sequence[models.Model]) -> None:
    """As `insert_row` for several new rows of one model, by one statement; they get their numbers in their order."""
    if not rows:
        return
    sql, fields = _insert_many(type(rows[0]))
    with connection.cursor() as cursor:
        cursor.execute(sql, [[f.get_db_prep_save(f.pre_save(row, True), connection) for row in rows] for f in fields])
        numbers = cursor.fetchall()
    for row, (number,) in zip(rows, numbers, strict=True):
        row.pk = number
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


@cache
def _update(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    known = {f.name: f for f in model._meta.concrete_fields}
    fields = tuple(known[name] for name in names)
    columns = ", ".join(f'"{f.column}" = %s' for f in fields)
    return f'UPDATE "{model._meta.db_table}" SET {columns} WHERE "{model._meta.pk.column}" = %s', fields


def update_row(row: models.Model, names: Iterable[str]) -> None:
    """Write some fields of a row that is there. No signals are sent.

    Raises:
        DatabaseError: there is no such row.
    """
    sql, fields = _update(type(row), tuple(names))
    with connection.cursor() as cursor:
        cursor.execute(sql, [*(f.get_db_prep_save(f.pre_save(row, False), connection) for f in fields), row.pk])
        if cursor.rowcount != 1:
            raise DatabaseError(f"no row {row.pk} in {row._meta.db_table}")


@cache
def _together(
    model: type[models.Model], names: tuple[str, ...], added: tuple[type[models.Model], ...], refers: tuple[tuple[str, int], ...]
) -> str:
    """The statement of `update_together`: rows are added in common table expressions, the row that is there refers to their numbers."""
    made, own = dict(refers), {f.name: f for f in model._meta.concrete_fields}
    parts = [f"new{n} AS ({_insert(each)[0]})" for n, each in enumerate(added)]
    columns = ", ".join(
        f'"{own[name].column}" = ' + (f"(SELECT * FROM new{made[name]})" if name in made else "%s") for name in names
    )
    numbers = ", ".join(f"(SELECT * FROM new{n})" for n in range(len(added)))
    return f'WITH {", ".join(parts)} UPDATE "{model._meta.db_table}" SET {columns} WHERE "{model._meta.pk.column}" = %s RETURNING {numbers}'


def update_together(row: models.Model, names: Iterable[str], added: Sequence[models.Model]) -> None:
    """As `update_row`, and `insert_row` for each of `added`, by one statement; fields of the row that name one of them get its number.

    Raises:
        DatabaseError: there is no such row.
    """
    own = {f.name: f for f in row._meta.concrete_fields}
    names = tuple(names)
    refers = tuple(
        (name, n) for name in names for n, new in enumerate(added) if own[name].is_relation and getattr(row, name) is new
    )
    sql = _together(type(row), names, tuple(type(new) for new in added), refers)
    values = [f.get_db_prep_save(f.pre_save(new, True), connection) for new in added for f in _insert(type(new))[1]]
    known = [own[name] for name in names if name not in dict(refers)]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *(f.get_db_prep_save(f.pre_save(row, False), connection) for f in known), row.pk])
        numbers = cursor.fetchone()
    if numbers is None:
        raise DatabaseError(f"no row {row.pk} in {row._meta.db_table}")
    for new, number in zip(added, numbers, strict=True):
        new.pk = number
        new._state.adding, new._state.db = False, DEFAULT_DB_ALIAS
    for name, n in refers:
        setattr(row, name, added[n])


def one_of(column: str, values: Sequence[Any]) -> str:
    """The condition that a column has one of some values, at least one: a parameter each. Of an array the server would make a new plan each time."""
    return f"{column} IN ({', '.join(['%s'] * len(values))})"


def update_where(model: type[models.Model], changes: str, tail: str, *parameters: Any) -> int:
    """Write rows of a model where `tail` holds; `changes` (both constants of the code) are the columns. Gives how many. No signals are sent."""
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{model._meta.db_table}" SET {changes} WHERE {tail}', parameters)
        return int(cursor.rowcount)
