"""Business items register with casework; they have no tables."""

from collections.abc import Iterator
from pathlib import Path

from yigui.catalogue.declarations import declared
from yigui.common.rooms import Room, Scope
from yigui.common.strict_yaml import load_yaml


def scopes() -> Iterator[Scope]:
    """What the warrant of each item opens, as `writes.yaml` has it; an item that is not named there opens nothing."""
    writes = load_yaml(Path(__file__).parent / "writes.yaml")
    for code in declared().versions:
        yield Scope("case", code, tuple(writes.get(code, ())))


ROOM = Room("items", floor=8, scopes=scopes)
