"""Kinds of parameters laid out for the guards (参数种类): which tables there are, by which keys they are read, what their columns may hold, what a trial
of them looks at, and the rows that the files have.
"""

import datetime as dt
from typing import Any

from yigui.law.key_words import NUMBERS
from yigui.law.parameter_kinds import ParameterKind, parameter_kinds
from yigui.law.pension_adjustment import PLAN_TABLE
from yigui.parameters.models import FiledRow, LaidKind
from yigui.payment.raise_run import STANDARDS

#: Tables that the newest awards of pensions are made again with, and those that the month's contributions are made of.
OF_AWARDS = frozenset({"pension/calculation_base", "pension/average_wage", "pension/average_pension", "account/interest_rate"})
OF_LEVY = frozenset({"contribution/base_bounds", "contribution/rates", "contribution/injury_rates"})
#: Those that benefits in payment follow.
OF_STANDARDS = frozenset({*STANDARDS, PLAN_TABLE})
#: Digits before the point of a value.
_MOST = 999_999_999
_TRIED_BY = {"award": OF_AWARDS, "levy": OF_LEVY, "raise": OF_STANDARDS}
_FILED = ("table_name", "place", "keys", "area_code", "valid_from", "valid_to", "columns", "source", "status", "verified_on")


def declared() -> dict[str, dict[str, Any]]:
    """What the files say of every kind, by its table's name: the columns of `LaidKind`."""
    return {kind.name: _laid(kind) for kind in parameter_kinds().values()}


def lay_out_kinds(using: str = "owner") -> None:
    """Put the kinds where the guards look; by the owner."""
    kinds = declared()
    LaidKind.objects.using(using).exclude(name__in=kinds).delete()
    for name, columns in kinds.items():
        LaidKind.objects.using(using).update_or_create(name=name, defaults=columns)
    rows = filed_rows()
    if rows != standing_rows(using):
        FiledRow.objects.using(using).all().delete()
        FiledRow.objects.using(using).bulk_create([FiledRow(**row) for row in rows], batch_size=1_000)


def filed_rows() -> list[dict[str, Any]]:
    """Every row of the files, by table in the order in which the law reads them: the columns of `FiledRow`."""
    return [
        {
            "table_name": kind.name, "place": place, "keys": "|".join(row.keys), "area_code": row.area, "valid_from": row.first_day,
            "valid_to": None if row.last_day == dt.date.max else row.last_day,
            "columns": {name: f"{value:f}" for name, value in row.columns.items()}, "source": row.source,
            "status": row.status, "verified_on": row.verified_on,
        }
        for kind in sorted(parameter_kinds().values(), key=lambda kind: kind.name)
        for place, row in enumerate(kind.filed())
    ]  # fmt: skip


def standing_rows(using: str) -> list[dict[str, Any]]:
    """The rows that were laid out, as `filed_rows` gives them."""
    return list(FiledRow.objects.using(using).order_by("table_name", "place").values(*_FILED))


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
        "tried_by": next((what for what, names in _TRIED_BY.items() if kind.name in names), ""),
    }


def _column(kind: ParameterKind, name: str) -> dict[str, Any]:
    bounds = kind.bounds(name)
    least, most = bounds or (-_MOST if kind.may_be_negative(name) else 0, _MOST)
    found = {
        "zero": kind.may_be_zero(name) or kind.may_be_negative(name),
        "least": least,
        "most": most,
        "whole": bounds is not None,
    }
    codes = kind.codes(name)
    return found | {"decimals": kind.decimals(name)} | ({} if codes is None else {"codes": list(codes)})
