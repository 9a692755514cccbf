"""SQL as source: statements live in `<room>/sql/*.sql` and are read once."""

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
