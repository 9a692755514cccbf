"""What a declaration may say is read by something: a key nobody reads is a promise to the domain expert that nobody keeps."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import yigui
from yigui.casework.models import Case

SOURCE = Path(yigui.__file__).parent
SHAPES = SOURCE / "catalogue" / "shapes.py"

#: Keys that no program reads yet, each with what will read it; docs/items.md shows those of an item. This list only shrinks: its length
#: stands in `UNREAD_MAX`, which goes down with it and never up.
UNREAD = {
    "name_en": "said in docs/items.md",
    "applies": "says in words when a common check is made; for the reader of the file",
    "may": "R190: what a class of outlets may do, in words, for the page of an outlet",
    "minutes": "R122: the time within which the machine answers is measured against it (performance)",
}


UNREAD_MAX = 4

#: What modules read by the same name of something else.
OF_OTHERS = {("integrity/upkeep.py", "minutes"): "how long a drill of the backups took"}

#: Columns of cases that are kept and that no program reads yet.
UNREAD_COLUMNS = {
    "visits": "visits are counted by `visits_case`; web servers of release 0.1 ask for the column with every case, so it goes with the release after"
}
UNREAD_COLUMNS_MAX = 1


def declared_keys() -> Iterator[tuple[str, str]]:
    """Shape and key of everything a file may say."""
    for node in ast.parse(SHAPES.read_text()).body:
        if isinstance(node, ast.ClassDef):
            for line in node.body:
                if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                    yield node.name, line.target.id


def read_names() -> set[str]:
    """Names that some module of the product reads of an object; the shapes themselves where they hold one key against another."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        if "dev" in path.relative_to(SOURCE).parts:
            continue
        names = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
        found |= {name for name in names if (path.relative_to(SOURCE).as_posix(), name) not in OF_OTHERS}
    return found


def test_every_key_is_read_or_named_with_what_will_read_it() -> None:
    keys = {key for _, key in declared_keys()}
    assert len(keys) > 60
    unread = keys - read_names()
    assert unread - UNREAD.keys() == set(), "nobody reads these: read them, or take them out of the shapes"
    assert UNREAD.keys() - unread == set(), "these are read now: take them off the list"


def test_what_is_not_read_only_becomes_less() -> None:
    assert (len(UNREAD), len(UNREAD_COLUMNS)) == (UNREAD_MAX, UNREAD_COLUMNS_MAX), (
        "read it instead; when it has shrunk, lower the number"
    )


@pytest.mark.parametrize("key", sorted(UNREAD))
def test_a_key_that_is_not_read_says_why(key: str) -> None:
    assert len(UNREAD[key]) > 15


def test_a_column_of_cases_that_nobody_reads_is_named_with_what_will_read_it() -> None:
    assert {field.name for field in Case._meta.get_fields()} >= UNREAD_COLUMNS.keys()
    assert UNREAD_COLUMNS.keys() & read_names() == set(), "these are read now: take them off the list"
