"""Kinds of parameters laid out for the guards (参数种类): which tables there are, by which keys they are read and what their columns may hold."""

from typing import Any

from yigui.law.key_words import NUMBERS
from yigui.law.parameter_kinds import ParameterKind, parameter_kinds
from yigui.parameters.models import LaidKind

#: Digits before the point of a value.
_MOST = 999_999_999


def declared() -> dict[str, dict[str, Any]]:
    """What the files say of every kind, by its table's name: the columns of `LaidKind`."""
    return {kind.name: _laid(kind) for kind in parameter_kinds().values()}


def lay_out_kinds(using: str = "owner") -> None:
    """Put the kinds where the guards look; by the owner."""
    kinds = declared()
    LaidKind.objects.using(using).exclude(name__in=kinds).delete()
    for name, columns in kinds.items():
        LaidKind.objects.using(using).update_or_create(name=name, defaults=columns)


def _laid(kind: ParameterKind) -> dict[str, Any]:
    known = [entry.keys for entry in kind.filed()]
    return {
        "label": kind.label,
        "is_by_year": kind.is_by_year,
        "keys": [
            {"is_number": name in NUMBERS, "known": sorted({keys[place] for keys in known})}
            for place, name in enumerate(kind.key_names)
        ],
        "columns": {name: _column(kind, name) for name in kind.column_names},
    }


def _column(kind: ParameterKind, name: str) -> dict[str, Any]:
    bounds = kind.bounds(name)
    least, most = bounds or (-_MOST if kind.may_be_negative(name) else 0, _MOST)
    return {"zero": kind.may_be_zero(name) or kind.may_be_negative(name), "least": least, "most": most, "whole": bounds is not None}
