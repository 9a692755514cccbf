"""Business items and doors write another room's tables only through that room's use cases; they hold no SQL of their own.

A door has forms, views and templates; an item has checks and says what is to happen. What a table demands of whoever writes it (its
warrant, its lock, the rows that go with it) is known by the room that owns it. The source is read, not run, so that a branch no test
reaches is held too.
"""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLResolver, get_resolver

import yigui
from yigui.common.rooms import rooms

SOURCE = Path(yigui.__file__).parent
#: Rooms that own no table and may say what they write with: how rows are sought by a condition, and locks.
NO_DOORS = {"db"}

#: Writing methods of managers, query sets and rows.
ON_MANY = {"create", "create_user", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "update", "delete"}
ON_ROW = {"save", "delete", "save_base"}
#: Ways past the models.
SQL = {"cursor", "execute", "executemany", "raw", "extra"}

#: Module and callee that may stay, with the reason.
EXCEPTIONS: dict[tuple[str, str], str] = {
    ("ui/unavailable.py", "connection.cursor()"): "asks the database whether it is there",
    ("ui/unavailable.py", "cursor.execute()"): "asks the database whether it is there",
}


class Writes(ast.NodeVisitor):
    """The writes of one module to tables of other rooms, and its own SQL: (line, words)."""

    def __init__(self, tree: ast.Module, room: str) -> None:
        self.room = room
        self.found: list[tuple[int, str]] = []
        self.models: dict[str, str] = {}
        self.modules: set[str] = set()
        self.returns: dict[str, str] = {}
        self.types: dict[str, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("yigui."):
                parts = str(node.module).split(".")
                for name in node.names:
                    if name.name[0].isupper():
                        self.models[name.asname or name.name] = parts[1]
            elif isinstance(node, ast.ClassDef) and any("Model" in ast.unparse(b) for b in node.bases):
                self.models.setdefault(node.name, "a form" if "ModelForm" in ast.unparse(node.bases[0]) else room)
            elif isinstance(node, ast.FunctionDef) and node.returns is not None:
                self.returns[node.name] = ast.unparse(node.returns).removesuffix(" | None")
        self.visit(tree)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        before, self.types = self.types, dict(self.types)
        for argument in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]:
            if argument.annotation is not None:
                self.types[argument.arg] = ast.unparse(argument.annotation).removesuffix(" | None")
        for inner in ast.walk(node):
            if isinstance(inner, ast.Assign) and len(inner.targets) == 1 and isinstance(inner.targets[0], ast.Name):
                self.types[inner.targets[0].id] = self._type_of(inner.value)
        self.generic_visit(node)
        self.types = before

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        if not isinstance(node.func, ast.Attribute):
            return
        name, of = node.func.attr, node.func.value
        words = f"{ast.unparse(of)[:60]}.{name}()"
        if name in SQL:
            self.found.append((node.lineno, words))
        elif name in ON_MANY and "objects" in ast.unparse(of):
            self._judge(node, words, self._root(of))
        elif name in ON_ROW:
            kept_unsaved = any(k.arg == "commit" and ast.unparse(k.value) == "False" for k in node.keywords)
            if not kept_unsaved and not (name == "save" and node.args):  # A workbook is saved to somewhere.
                self._judge(node, words, self._type_of(of))

    def _judge(self, node: ast.Call, words: str, model: str) -> None:
        if self.models.get(model) != self.room:
            self.found.append((node.lineno, f"{words} of {model or 'something unknown'}"))

    def _type_of(self, value: ast.expr) -> str:
        """The class of a row, as far as the module says it; "" for what is not known."""
        if isinstance(value, ast.Name):
            return self.types.get(value.id, "")
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
            called = value.func.id
            return called if called in self.models else self.returns.get(called, "")
        return self._root(value) if "objects" in ast.unparse(value) else ""

    @staticmethod
    def _root(value: ast.expr) -> str:
        """The name a chain of attributes and calls begins with."""
        while not isinstance(value, ast.Name):
            inner = getattr(value, "func", None) or getattr(value, "value", None)
            if not isinstance(inner, ast.expr):
                return ""
            value = inner
        return value.id


def writes_of(path: Path, source: str | None = None) -> list[tuple[int, str]]:
    room = path.relative_to(SOURCE).parts[0]
    return Writes(ast.parse(source if source is not None else path.read_text()), room).found


def held_rooms() -> set[str]:
    """Rooms that have no use cases of their own: all from the doors' floor on, and those below that own no table."""
    return {room.name for room in rooms() if room.floor >= 10 or not room.tables} - NO_DOORS


def view_modules(resolver: Any) -> Iterator[Path]:
    """The modules of the house that hold a page, whatever room they lie in."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from view_modules(pattern)
        elif (module := inspect.getmodule(inspect.unwrap(pattern.callback))) is not None and module.__name__.startswith("yigui."):
            yield Path(str(module.__file__))


def modules() -> set[Path]:
    files = {p for room in held_rooms() for p in (SOURCE / room).rglob("*.py") if "migrations" not in p.parts}
    return files | set(view_modules(get_resolver()))


def test_every_room_with_pages_is_held() -> None:
    held = {path.relative_to(SOURCE).parts[0] for path in modules()}
    assert held >= {room.name for room in rooms() if room.mounts or room.doors} | {"items", "applying", "shell"}
    assert SOURCE / "identity" / "views.py" in modules()


def test_items_and_doors_write_only_through_use_cases() -> None:
    found = [
        f"{path.relative_to(SOURCE)}:{line}: {words}"
        for path in sorted(modules())
        for line, words in writes_of(path)
        if (str(path.relative_to(SOURCE)), words.split(" ")[0]) not in EXCEPTIONS
    ]
    assert not found, "move these into a use case of the room that owns the table:\n" + "\n".join(found)


@pytest.mark.parametrize(
    "statement",
    [
        "Recovery.objects.create(amount_fen=1)",
        "Recovery.objects.filter(pk=1).select_related('benefit').update(amount_fen=1)",
        "Recovery.objects.using('x').bulk_create([])",
        "claim = Recovery(amount_fen=1)\n    claim.save()",
        "claim = Recovery.objects.filter(pk=1).first()\n    claim.delete()",
        "claim = found()\n    claim.save(update_fields=['ground'])",
        "given.save()",
        "facts.person.save()",
        "benefit.recoveries.get(pk=1).save()",
        "connection.cursor()",
        "Recovery.objects.raw('SELECT 1')",
    ],
)
def test_each_way_of_writing_past_a_room_is_seen(statement: str) -> None:
    source = (
        "from django.db import connection\nfrom yigui.entitlement.models import Recovery\n\n\n"
        f"def found() -> Recovery | None: ...\n\n\ndef deed(given: Recovery, facts, benefit) -> None:\n    {statement}\n"
    )
    assert writes_of(SOURCE / "items" / "fund" / "example.py", source)


def test_a_room_writes_its_own_tables_and_a_workbook_is_no_row() -> None:
    source = (
        "from yigui.kiosk.models import HelpCall\n\n\ndef deed(out, book) -> None:\n"
        "    call = HelpCall.objects.create()\n    call.save()\n    book.save(out)\n    form.save(commit=False)\n"
    )
    assert writes_of(SOURCE / "kiosk" / "example.py", source) == []
    assert len(writes_of(SOURCE / "counter" / "example.py", source)) == 2
