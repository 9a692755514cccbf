"""How the items stand in the house: groups apart, each found by itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from yigui import items
from yigui.casework.handlers import handler_of, open_codes
from yigui.catalogue.declarations import declared

ITEMS = Path(items.__file__).parent
GROUPS = sorted(p.name for p in ITEMS.iterdir() if p.is_dir() and p.name not in ("common", "__pycache__"))


def imports_of(path: Path) -> Iterator[str]:
    """Modules a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


@pytest.mark.parametrize("group", [*GROUPS, "common"])
def test_a_group_knows_no_other_group(group: str) -> None:
    allowed = {"common", group}
    for path in (ITEMS / group).rglob("*.py"):
        for module in imports_of(path):
            parts = module.split(".")
            if parts[:2] == ["yigui", "items"] and len(parts) > 2:
                assert parts[2] in allowed, f"{path.relative_to(ITEMS)} imports {module}"


def test_every_module_of_a_group_that_is_no_item_says_so_by_its_name() -> None:
    slugs = {i.slug for i in declared().items(max(v[-1].valid_from for v in declared().versions.values()))}
    for group in GROUPS:
        names = {p.stem for p in (ITEMS / group).glob("*.py")} - {"__init__", "facts", "checks"}
        assert {n for n in names if not n.startswith("_")} <= slugs


def test_an_item_stands_in_the_folder_of_its_group_under_its_own_name() -> None:
    for code in open_codes():
        item = declared().versions[code][-1]
        assert type(handler_of(item)).__module__ == f"yigui.items.{item.group}.{item.slug}"
