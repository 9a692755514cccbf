"""Rooms declare themselves: what may be declared, and in which order stored functions are made."""

import sys
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.conftest import ROOT
from yigui.common import rooms
from yigui.common.rooms import APPEND, CHANGE, Functions, Kind, Own, Room, Table


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for further rooms; what was collected is forgotten before and after."""
    monkeypatch.syspath_prepend(str(tmp_path))
    rooms.forget()
    yield tmp_path
    monkeypatch.undo()
    rooms.forget()


def add(house: Path, monkeypatch: pytest.MonkeyPatch, **sources: str) -> None:
    for name, source in sources.items():
        (house / name).mkdir()
        (house / name / "__init__.py").touch()
        (house / name / "room.py").write_text(f"from yigui.common.rooms import *\nROOM = Room({name!r}, floor=11, {source})\n")
        for known in (name, f"{name}.room"):
            sys.modules.pop(known, None)
    monkeypatch.setenv("YIGUI_ROOMS", ", ".join(sources))


def test_a_kind_says_the_most_a_table_may_give() -> None:
    assert Table(Kind.EVIDENCE).granted == CHANGE
    assert Table(Kind.EVIDENCE, APPEND).granted == APPEND
    assert Table(Kind.EVIDENCE, ()).granted == ()
    with pytest.raises(AssertionError):
        Table(Kind.APPEND_ONLY, CHANGE)
    with pytest.raises(AssertionError):
        Table(Kind.EVIDENCE, ("DELETE",))
    with pytest.raises(AssertionError):
        Table(Kind.WORKING, own=Own("true"), is_public=True)


def test_further_rooms_stand_beside_those_of_the_house(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(house, monkeypatch, lending="tables={'lending_book': Table(Kind.WORKING)}")
    assert rooms.packages()[-1] == "lending"
    assert rooms.tables()["lending_book"].kind is Kind.WORKING
    assert "casework_case" in rooms.tables()


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        ("tables={'casework_case': Table(Kind.WORKING)}", "table casework_case is declared by casework and by lending"),
        ("rights={'counter': ()}", "page right counter is declared by counter and by lending"),
        ("doors=(Door('portal', 'online', ''),)", "door portal is declared by lending and by portal"),
        ("jobs=(Job('casework.seal_day', print),)", "job casework.seal_day is declared by integrity and by lending"),
    ],
)
def test_nothing_is_declared_twice(house: Path, monkeypatch: pytest.MonkeyPatch, declared: str, sentence: str) -> None:
    add(house, monkeypatch, lending=declared)
    with pytest.raises(ValueError, match=sentence):
        rooms.rooms()


def test_functions_are_made_after_those_they_build_on() -> None:
    order = [room.name for room in rooms.with_functions()]
    for room in rooms.with_functions():
        assert room.functions is not None
        assert all(order.index(other) < order.index(room.name) for other in room.functions.after), room.name


def test_functions_cannot_build_on_each_other_in_a_circle(monkeypatch: pytest.MonkeyPatch) -> None:
    circle = (Room("a", 1, functions=Functions(after=("b",))), Room("b", 1, functions=Functions(after=("a",))))
    monkeypatch.setattr(rooms, "rooms", lambda: circle)
    with pytest.raises(ValueError, match="in a circle: a, b"):
        rooms.with_functions()
    monkeypatch.setattr(rooms, "rooms", lambda: (Room("a", 1, functions=Functions(after=("nobody",))),))
    with pytest.raises(ValueError, match="functions of nobody"):
        rooms.with_functions()


def test_the_floors_of_the_rooms_are_those_the_import_contract_holds() -> None:
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"][0]["layers"]
    place = {name.strip(): len(layers) - at for at, layer in enumerate(layers) for name in layer.split(":")}
    declared = {room.package: room.floor for room in rooms.rooms()}
    assert set(declared) <= set(place), "every room stands in the contract"
    for below, above in pairwise(sorted(declared, key=lambda package: place[package])):
        assert declared[below] <= declared[above], (below, above)


def test_every_package_of_the_house_stands_in_the_import_contract() -> None:
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"][0]["layers"]
    named = {name.strip() for layer in layers for name in layer.split(":")}
    found = {f"yigui.{folder.parent.name}" for folder in (ROOT / "src" / "yigui").glob("*/__init__.py")}
    assert found - named <= {"yigui.dev"}, "the workshop has a contract of its own"
