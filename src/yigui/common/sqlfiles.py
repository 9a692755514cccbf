"""SQL as source: statements live in `<room>/sql/*.sql` and are read once."""

import re
from functools import cache
from importlib import import_module
from pathlib import Path


def sql_text(room: str, name: str) -> str:
    """The text of `yigui/<room>/sql/<name>.sql`."""
    return package_sql(f"yigui.{room}", name)


@cache
def package_sql(package: str, name: str) -> str:
    """The text of `sql/<name>.sql` in a package, which may be a room outside the house."""
    found = import_module(package)
    assert found.__file__ is not None
    return (Path(found.__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")


@cache
def named_sql(room: str, name: str) -> dict[str, str]:
    """The statements of a file of named ones (`-- name: deaths`), by name, without the words before each: those are for readers."""
    return {key: re.sub(r"\A(--[^\n]*\n)*", "", text) for key, text in named_parts(sql_text(room, name))}


def named_parts(text: str) -> list[tuple[str, str]]:
    """Names and texts of a file of named statements, each with the words before it."""
    parts = re.split(r"^-- name: (\w+)\n", text, flags=re.M)
    return list(zip(parts[1::2], parts[2::2], strict=True))
