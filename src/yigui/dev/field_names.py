"""items/common/field_names.py: the names of all fields of all items by what their value is, for whoever reads facts. Made from the catalogue."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

from yigui.catalogue.declarations import declared
from yigui.catalogue.field_kinds import kind_of

#: The literal of each type of value; of those that are None where nothing was filled in, a second one for the fields some form leaves open.
_LITERALS: dict[type, str] = {
    str: "Text", bool: "Tick", list: "Listed", int: "Whole", Decimal: "Decimals", dt.date: "Day", dt.datetime: "Instant",
}  # fmt: skip
_HEAD = '''"""Names of the fields of all items, by what a cleaned value of theirs is: so that a misspelt name does not pass the type checker.

Made by `./yigui docs fields --write` from the catalogue; a test compares. Do not edit. `Open...` are fields that some form may leave empty.
"""

from typing import Literal
'''


def _by_type() -> dict[str, list[str]]:
    """Names of the house's fields by their literal, sorted.

    Raises:
        ValueError: one name is a value of two types in two items (but whole numbers and decimals); name one of them otherwise.
    """
    known: dict[str, type] = {}
    left_open: set[str] = set()
    for item in (item for versions in declared().versions.values() for item in versions):
        for field in item.input_fields:
            found = kind_of(field).value_type
            if {found, known.get(field.name, found)} == {int, Decimal}:
                # Asked for in whole numbers by one version and with halves by another: whoever reads it bears both.
                known[field.name] = found = Decimal
            if known.setdefault(field.name, found) is not found:
                raise ValueError(f"{item.code}: {field.name} is {found.__name__} here and {known[field.name].__name__} elsewhere")
            if not field.required and kind_of(field).empty is None:
                left_open.add(field.name)
    rows: dict[str, list[str]] = {}
    for name, found in sorted(known.items()):
        prefix = "Open" if name in left_open else ""
        rows.setdefault(prefix + _LITERALS[found], []).append(name)
    return rows


def field_names() -> str:
    """The module."""
    parts = []
    for literal, names in sorted(_by_type().items()):
        one_line = f'{literal} = Literal["{names[0]}"]'
        parts.append(
            one_line if len(names) == 1 else f"{literal} = Literal[\n" + "".join(f'    "{name}",\n' for name in names) + "]"
        )
    return _HEAD + "\n" + "\n".join(parts) + "\n"


def write(root: Path) -> list[Path]:
    """Write the file; gives its path."""
    path = root / "src" / "yigui" / "items" / "common" / "field_names.py"
    path.write_text(field_names(), encoding="utf-8")
    return [path]
