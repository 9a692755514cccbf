"""Items and doors write other rooms' tables only through those rooms' use cases: what the import contract sees, and whom it holds."""

import inspect
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLResolver, get_resolver
from tools.use_cases import UseCases, held_modules, writes_of

import yigui
from yigui.common.rooms import rooms

SOURCE = Path(yigui.__file__).parent
CONTRACT = next(
    contract
    for contract in tomllib.loads((SOURCE.parent.parent / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    if contract["type"] == UseCases.type_name
)
#: No rooms, or below all: the law and common things, what makes a database, and the workshop.
NO_ROOMS = {"common", "config", "dev", "law", "synthetic"}


def held() -> set[Path]:
    return set(held_modules(SOURCE, set(CONTRACT["keepers"])))


def page_modules(resolver: Any) -> Iterator[Path]:
    """The modules of the house that hold a page, as the addresses lead to them."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from page_modules(pattern)
        elif (module := inspect.getmodule(inspect.unwrap(pattern.callback))) is not None and module.__name__.startswith("yigui."):
            yield Path(str(module.__file__))


def test_only_rooms_below_the_doors_that_own_tables_keep_what_they_write_with() -> None:
    owning = {room.name for room in rooms() if room.floor < 10 and room.tables}
    assert set(CONTRACT["keepers"]) == owning | NO_ROOMS


def test_every_page_is_held_whatever_room_it_lies_in() -> None:
    pages = set(page_modules(get_resolver()))
    assert SOURCE / "identity" / "views.py" in pages
    assert pages <= held()


def test_every_module_of_items_and_doors_is_held() -> None:
    for room in (
        "items",
        "applying",
        "shell",
        "ui",
        "api",
        "backoffice",
        "counter",
        "finance",
        "kiosk",
        "mobile",
        "portal",
        "public",
    ):
        assert set((SOURCE / room).rglob("*.py")) - set((SOURCE / room).rglob("migrations/*")) <= held(), room


@pytest.mark.parametrize(
    "statement",
    [
        "Recovery.objects.create(amount_fen=1)",
        "Recovery.objects.filter(pk=1).select_related('benefit').update(amount_fen=1)",
        "Recovery.objects.using('x').bulk_create([])",
        "await Recovery.objects.acreate(amount_fen=1)",
        "claim = Recovery(amount_fen=1)\n    claim.save()",
        "claim = Recovery.objects.filter(pk=1).first()\n    claim.delete()",
        "claim = found()\n    claim.save(update_fields=['ground'])",
        "given.save()",
        "given.save(True)",
        "facts.person.save()",
        "benefit.recoveries.get(pk=1).save()",
        "benefit.recoveries.create(amount_fen=1)",
        "benefit.recoveries.add(given)",
        "benefit.recoveries.clear()",
        "rows = Recovery.objects.all()\n    rows.update(amount_fen=1)",
        "for row in Recovery.objects.all():\n        row.save()",
        "own = HelpCall.objects.get()\n    own.applicant.save()",
        "HelpCall.objects.get().applicant.save()",
        "own = HelpCall()\n    own = given\n    own.save()",
        "store = given.save\n    store()",
        "list(map(Recovery.save, [given]))",
        "Recovery._base_manager.filter(pk=1)",
        "getattr(given, 'save')()",
        "getattr(given, facts)()",
        "keep = getattr(given, 'delete')",
        "connection.cursor()",
        "Recovery.objects.raw('SELECT 1')",
        "Recovery.objects.extra(where=['true'])",
        "exec('given.save()')",
        "from django.db import connection",
        "from django.db import connections as c",
        "from django.db.backends.utils import CursorWrapper",
        "import django.db",
        "from django.db import *",
        "import psycopg",
        "from psycopg import connect",
        "from django.db.models.expressions import RawSQL",
        "from operator import methodcaller",
        "from yigui.db.rows import update_where",
        "from yigui.db import rows",
        "from yigui.db.presence import signed",
    ],
)
def test_each_way_of_writing_past_a_room_is_seen(statement: str) -> None:
    source = (
        "from yigui.entitlement.models import Recovery\nfrom yigui.kiosk.models import HelpCall\n\n\n"
        f"def found() -> Recovery | None: ...\n\n\nasync def deed(given: Recovery, facts, benefit) -> None:\n    {statement}\n"
    ).replace("    from django.db import *", "    pass\n\n\nfrom django.db import *")
    assert writes_of(source, "kiosk")


def test_a_room_writes_its_own_tables_and_values_of_python_are_no_rows() -> None:
    source = (
        "from django.db import transaction\nfrom yigui.kiosk.models import HelpCall\n\n\ndef deed(form, row, known: set[str]) -> None:\n"
        "    call = HelpCall.objects.create()\n    call.save()\n    HelpCall.objects.filter(pk=1).update(note='')\n    form.save(commit=False)\n"
        "    known.add('x')\n    seen: dict[str, int] = {}\n    seen.update(x=1)\n    print(row.raw)\n"
    )
    assert writes_of(source, "kiosk") == []
    assert {word for _, _, word in writes_of(source, "counter")} == {"create", "save", "update"}


def test_an_exception_that_nothing_needs_and_a_keeper_that_is_gone_break_the_contract() -> None:
    def broken(**more: Any) -> list[str]:
        options = {"name": "n", "type": "use_cases", "keepers": CONTRACT["keepers"], "exceptions": CONTRACT["exceptions"]} | more
        contract = UseCases("n", {"root_packages": ["yigui"]}, options)
        return contract.check(None, verbose=False).metadata["found"]  # type: ignore[arg-type]

    assert broken() == []
    assert broken(exceptions=[*CONTRACT["exceptions"], "yigui.kiosk.calls: cursor"]) == [
        "yigui.kiosk.calls: cursor: an exception nothing needs"
    ]
    assert broken(keepers=[*CONTRACT["keepers"], "attic"]) == ["attic: no such room"]
    assert broken(exceptions=[])[0].startswith("ui/unavailable.py:")
