"""Business items register with casework; they have no tables."""

from collections.abc import Iterator

from yigui.casework.handlers import writes_of
from yigui.casework.subjects import about
from yigui.catalogue.declarations import declared
from yigui.common.rooms import Room, Scope


def scopes() -> Iterator[Scope]:
    """What the warrant of each item opens, as its class has it (`writes`); an item without code opens nothing. Items of a room beside the
    house are registered like those of the house and need no scope of their own."""
    known = declared()
    for code, versions in known.versions.items():
        columns = known.on(versions[-1].valid_from).table_columns
        yield Scope("case", code, writes_of(code), about=about(versions, columns))


ROOM = Room("items", floor=8, scopes=scopes)
