"""The names of fields that the type checker knows are made from the catalogue."""

import pytest

from tests.conftest import ROOT
from yigui.catalogue.declarations import declared
from yigui.catalogue.field_kinds import FieldKind, kind_of
from yigui.dev import field_names


def test_the_names_of_fields_are_current() -> None:
    path = ROOT / "src" / "yigui" / "items" / "common" / "field_names.py"
    assert path.read_text(encoding="utf-8") == field_names.field_names(), "./yigui docs fields --write"


def test_one_name_is_one_type_in_all_items(monkeypatch: pytest.MonkeyPatch) -> None:
    class Counted(FieldKind):
        value_type = int

    odd = next(f for f in declared().versions["PEN-007"][-1].fields if f.name == "id_number")
    monkeypatch.setattr(field_names, "kind_of", lambda field: Counted() if field is odd else kind_of(field))
    with pytest.raises(ValueError, match="id_number is"):
        field_names.field_names()
