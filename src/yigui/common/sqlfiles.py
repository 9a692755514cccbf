"""SQL as source: statements live in `<app>/sql/*.sql` and are read once."""

from functools import cache
from importlib import import_module
from pathlib import Path


@cache
def sql_text(app: str, name: str) -> str:
    """The text of `yigui/<app>/sql/<name>.sql`."""
    package = import_module(f"yigui.{app}")
    assert package.__file__ is not None
    return (Path(package.__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")
