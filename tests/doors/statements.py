"""The statements a page sends to the database, in a form that a reader compares."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db.backends.utils import CursorWrapper


@contextmanager
def statements() -> Iterator[list[str]]:
    """What goes to the database inside, over whichever connection, as `shown` writes it."""
    sent: list[str] = []
    plain = CursorWrapper.execute

    def execute(cursor, sql, params=None):  # type: ignore[no-untyped-def]
        line = shown(sql)
        # That somebody is at work is noted once a minute, whichever page they open then.
        if '"seen_at"' not in line and " seen_at " not in line:
            sent.append(line)
        return plain(cursor, sql, params)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CursorWrapper, "execute", execute)
        yield sent


def shown(sql: object) -> str:
    """On one line; columns read whole (`…`), lists of values and the names of savepoints left out: what may change without harm."""
    line = " ".join(str(sql).split())
    line = re.sub(r'SELECT (?:DISTINCT )?(?:(?:"?\w+"?\.)?"\w+"(?: AS "\w+")?(?:, )?){2,}', "SELECT … ", line)
    line = re.sub(r"\((?:%s, )+%s\)", "(%s, …)", line)
    return re.sub(r'"s\d+_x\d+"', '"…"', line)


def counted(sent: list[str]) -> list[str]:
    """Statements in their order; one that is sent again is not repeated but counted: ×2."""
    times: dict[str, int] = {}
    for line in sent:
        times[line] = times.get(line, 0) + 1
    return [line if n == 1 else f"{line}  ×{n}" for line, n in times.items()]
