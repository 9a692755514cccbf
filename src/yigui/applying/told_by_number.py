"""What a number that was typed into a form tells (免填): birth and gender, the name, what the house has on record of whom it is. At doors of the staff."""

from collections.abc import Mapping
from typing import Any

from yigui.applying.door import Door
from yigui.casework.application import filled_by_number
from yigui.casework.drafts import keep_told, told_in
from yigui.casework.models import Draft
from yigui.catalogue.declarations import Item
from yigui.common import clock
from yigui.common.identifiers import read_citizen_number, widen_citizen_number
from yigui.exchange.queries import employment_registration, identity_record
from yigui.items.prefill import initial_values
from yigui.registry.models import Person
from yigui.registry.queries import person_by_number

_EMPTY: tuple[Any, ...] = ("", None, [])
#: What it tells of somebody who is not registered yet.
_OF_NUMBER = ("birth_date", "gender", "person_name")


def filled_in(door: Door, draft: Draft, item: Item, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that change by the number just typed. What somebody typed stays: only what is empty, or was told by the number before, is filled.

    A number tells once: what somebody has emptied since stays empty.
    """
    number = plain_number(values.get("id_number"))
    if door.told_of is None or draft.person is not None or not number:
        return {}
    before = plain_number(draft.form.get("id_number"))
    found = person_by_number(number)
    whose = str(found.pk) if found is not None else number
    if number == before and (values.get("person_name") not in _EMPTY or whose in told_in(draft)):
        return {}
    if found is not None and not door.told_of(draft, item, found):
        return {}
    keep_told(draft, whose)
    told = _told(door, draft, item, number, found)
    old = _told(door, draft, item, before, person_by_number(before) if before else None)
    names = {f.name for f in item.input_fields} - {"id_number", "id_type"}
    filled = {n: told[n] for n in names & told.keys() if values.get(n) in (*_EMPTY, old.get(n)) and values.get(n) != told[n]}
    # What the number before told of somebody else, and this one does not tell.
    gone = {n: "" for n in names & old.keys() if number != before and n not in told and values.get(n) == old[n]}
    return filled | gone


def plain_number(raw: Any) -> str:
    """A number as records have it; "" where it is not a whole one yet."""
    number = widen_citizen_number(raw) if isinstance(raw, str) else ""
    return number if read_citizen_number(number) is not None or (number and person_by_number(number) is not None) else ""


def _told(door: Door, draft: Draft, item: Item, number: str, found: Person | None) -> dict[str, Any]:
    """What a form begins with for whom a number names; of somebody new what the number says and other departments have sent."""
    today = clock.today()
    values = initial_values(item, channel=door.channel, today=today, person=found, employer=draft.employer)
    if found is not None or not number:
        return values
    said = filled_by_number(item, {"id_number": number})
    registered = employment_registration(number, draft.employer.credit_code) if draft.employer else None
    known = registered or identity_record(number)
    if known is not None:
        said["person_name"] = known.name
    return values | {name: said[name] for name in _OF_NUMBER if name in said}
