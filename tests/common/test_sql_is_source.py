"""SQL is source: a statement of more than a few lines stands in `<room>/sql/*.sql`, by name, where editors colour it and tools read it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import yigui
from yigui.common.sqlfiles import named_parts, named_sql

SOURCE = Path(yigui.__file__).parent
LINES_MAX = 6
_STATEMENT = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\b")

#: Modules whose statements are made of parts, so that a file could hold them only in pieces. This list only shrinks: its length stands in
#: `MADE_OF_PARTS_MAX`, which goes down with it and never up.
MADE_OF_PARTS = {
    "payment/adjust_run.py": "steps of a declared plan become columns of the statement",
    "registry/models.py": "the body of a trigger, made for each table by its key",
    "tasks/models.py": "how a log goes on, made from the table of a task's states",
    "staff/verify.py": "the same comparison for each recorded table",
    "warrants/bulk_seals.py": "the digest of a block of any table",
}
MADE_OF_PARTS_MAX = 5


def long_statements(source: str) -> Iterator[int]:
    """Lines at which a string of SQL longer than `LINES_MAX` begins."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            text = ast.unparse(node) if isinstance(node, ast.JoinedStr) else str(node.value)
            if _STATEMENT.search(text) and (node.end_lineno or 0) - node.lineno + 1 > LINES_MAX:
                yield node.lineno


def test_long_statements_stand_in_files_of_their_own() -> None:
    modules = [p for p in SOURCE.rglob("*.py") if "migrations" not in p.parts]
    found = {str(p.relative_to(SOURCE)) for p in modules if any(long_statements(p.read_text()))}
    assert found - MADE_OF_PARTS.keys() == set(), "move these to <room>/sql/<module>.sql and read them with named_sql"
    assert MADE_OF_PARTS.keys() - found == set(), "these hold none any more: take them off the list"


def test_statements_made_of_parts_only_become_fewer() -> None:
    assert len(MADE_OF_PARTS) == MADE_OF_PARTS_MAX, "write it as source instead; when the list has shrunk, lower the number"


def test_a_long_statement_is_seen_however_it_is_written() -> None:
    lines = "\n".join(["SELECT 1", *["-- and so on"] * LINES_MAX])
    assert list(long_statements(f'X = """{lines}"""'))
    assert list(long_statements("X = (" + "\n".join(f'"SELECT {n} "' for n in range(LINES_MAX + 1)) + ")"))
    assert not list(long_statements('X = """\nSELECT 1\nFROM t\n"""'))


@pytest.mark.parametrize("path", sorted(SOURCE.glob("*/sql/*.sql")), ids=lambda p: f"{p.parent.parent.name}/{p.stem}")
def test_every_named_statement_is_used_and_says_what_it_gives(path: Path) -> None:
    room, text = path.parent.parent.name, path.read_text()
    if "-- name: " not in text:
        return
    sources = "".join(p.read_text() for p in (SOURCE / room).rglob("*.py"))
    for name, statement in named_parts(text):
        assert not named_sql(room, path.stem)[name].startswith("--")
        is_read_whole = f'named_sql("{room}", "{path.stem}").items()' in sources
        assert is_read_whole or re.search(rf"[\"']{name}[\"']", sources), f"{name} is read by nobody"
        assert statement.lstrip().startswith("--"), f"{name} has no sentence that says what it gives"
