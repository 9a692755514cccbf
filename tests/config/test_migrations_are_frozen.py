"""A migration says the same for ever: it reads no file that could be edited after it."""

import ast
from pathlib import Path

import pytest

import yigui

ROOT = Path(yigui.__file__).parent
MIGRATIONS = sorted(p for p in ROOT.glob("*/migrations/*.py"))
#: Names by which a file outside is reached.
READERS = {"open", "read_text", "read_bytes", "Path", "sql_text", "package_sql", "named_sql", "load_yaml", "files", "resources"}


def readers_in(source: str) -> set[str]:
    """Names in a migration that read a file."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom | ast.Import):
            found |= {name.name.split(".")[-1] for name in node.names}
        elif isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
    return found & READERS


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda p: f"{p.parts[-3]}/{p.stem}")
def test_no_migration_reads_a_file_outside_migrations(path: Path) -> None:
    assert not readers_in(path.read_text())


def test_a_migration_that_reads_one_would_be_found() -> None:
    assert readers_in('from yigui.common.sqlfiles import sql_text\nx = sql_text("levy", "tables")') == {"sql_text"}
    assert readers_in('from pathlib import Path\nx = Path("a.sql").read_text()') == {"Path", "read_text"}
    assert len(MIGRATIONS) > 40
