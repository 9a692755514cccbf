"""Merging a double record (重复档案合并): everything that hangs on it moves or is carried over, refuses the merge by its name, or stays.

What becomes of a table's rows is declared in its room (`Table.merged`). Runs inside the caller's transaction, under the caller's warrant.
"""

from collections.abc import Mapping

from django.db import connection

from yigui.common.rooms import MOVED, Merged, tables
from yigui.registry.errors import RecordsHeld
from yigui.registry.models import Person
from yigui.registry.persons import doubled_months, sentences


def _declared(*fates: str) -> Mapping[str, Merged]:
    return {
        name: table.merged for name, table in sorted(tables().items()) if table.merged is not None and table.merged.fate in fates
    }


def held_by(person: Person) -> list[str]:
    """What a record holds that cannot move with it, in words; empty when it can be merged into another one."""
    refused = {name: merged for name, merged in _declared("refused", "carried").items() if merged.where != "false"}
    # Names and conditions are the rooms' own declarations, the person is bound.
    asked = " UNION ALL ".join(
        f"SELECT %s WHERE EXISTS (SELECT 1 FROM {name} WHERE person_id = %s AND ({merged.where}))"
        for name, merged in refused.items()
    )
    values = [value for merged in refused.values() for value in (merged.words, person.pk)]
    with connection.cursor() as cursor:
        cursor.execute(asked, values)
        return list(dict.fromkeys(words for (words,) in cursor.fetchall()))


def merge_persons(*, kept: Person, doubled: Person) -> int:
    """Merge a double record: what its rooms declare as moving goes over to `kept`; gives how many rows moved.

    Raises:
        CoverageOverlaps: both records are covered in the same month; the doubled months must be cleared first.
        RecordsHeld: it holds what cannot move, by name.
    """
    if held := held_by(doubled):
        raise RecordsHeld(
            f"要并入的档案（{doubled.person_no}）有{'、'.join(held)}，合并不移转这些记录。", person=doubled.person_no, held=held
        )
    overlap = doubled_months(kept, doubled)
    moved = 0
    with sentences({"coverage_no_overlap": overlap, "employment_one_at_a_time": overlap}), connection.cursor() as cursor:
        # What is carried first: it looks at the relations as they were.
        for function in dict.fromkeys(merged.carry for merged in _declared("carried").values()):
            cursor.execute(f"SELECT {function}(%s, %s)", [kept.pk, doubled.pk])
            moved += cursor.fetchone()[0]
        for name in _declared(MOVED.fate):
            cursor.execute(f"UPDATE {name} SET person_id = %s WHERE person_id = %s", [kept.pk, doubled.pk])
            moved += cursor.rowcount
    Person.objects.filter(pk=doubled.pk).update(merged_into=kept)
    return moved
