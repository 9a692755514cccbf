"""Typed references: where a task came from and what settles it, without knowing the room it lies in.

A room registers a look-up for its kind when Django starts. A task trusts nobody's word about a case: it asks the look-up.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from yigui.tasks.errors import TaskRefused


@dataclass(frozen=True)
class Reference:
    """Something in another room: its kind (`case`, `death_record` …), its id there, and the number people know it by."""

    kind: str
    id: int
    number: str = ""


@dataclass(frozen=True)
class LinkedCase:
    """What a task must know of a case: whose it is, which item, since when, and what became of it.

    `is_final` and not `is_finished`: declined or withdrawn. `key` is the idempotency key it was handed in under.
    """

    reference: Reference
    item_code: str
    item_name: str
    accepted_at: dt.datetime
    is_finished: bool
    is_final: bool
    person_id: int | None
    employer_id: int | None
    status_label: str
    key: str


@dataclass(frozen=True)
class CaseLookUp:
    """How the room of the cases answers."""

    by_number: Callable[[str], LinkedCase | None]
    by_key: Callable[[str], LinkedCase | None]


_CASES: list[CaseLookUp] = []


def register_cases(look_up: CaseLookUp) -> None:
    """Register how cases are looked up; called once by the room of the cases."""
    _CASES[:] = [look_up]


def case_by_number(case_no: str) -> LinkedCase:
    """The case with a number.

    Raises:
        TaskRefused: there is none.
    """
    found = _CASES[0].by_number(case_no.strip())
    if found is None:
        raise TaskRefused(f"没有编号为 {case_no.strip() or '（空）'} 的办件，请核对办件编号。", case_no=case_no)
    return found


def case_by_key(key: str) -> LinkedCase | None:
    """The case handed in under a key, None while the form is still a draft."""
    return _CASES[0].by_key(key) if key else None
