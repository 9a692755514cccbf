"""Linked items (关联事项): what somebody with this business may need as well, and whether it can be begun where they are (R036)."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from yigui.casework.handlers import About, handler_of, is_open
from yigui.catalogue.declarations import Item, catalogue
from yigui.catalogue.intake import intake_of
from yigui.registry.enums import LifeStatus
from yigui.registry.models import Employer, Person
from yigui.registry.queries import bare_coverages_of, stated_dead

#: Whether a door takes an item from whoever stands there.
Offers = Callable[[Item], bool]


@dataclass(frozen=True)
class Linked:
    """A linked item; whether it can be begun at this door today; whom its form would be about ("" where it is not about one)."""

    item: Item
    can_begin: bool
    person_no: str = ""
    unit_no: str = ""


def linked_items(
    item: Item,
    *,
    channel: str,
    offers: Offers | None,
    today: dt.date,
    person: Person | None = None,
    employer: Employer | None = None,
) -> list[Linked]:
    """The items the catalogue links to one, in its order; those not in force are left out, and for whom an employer or the record has as dead
    those for the living.

    Args:
        offers: what can be begun at the door; None where nothing can (a helper beside a machine, an officer who does not accept).
        person: whom the business is about; the form of a linked item begins with them where it names a person. `employer` likewise.
    """
    known, found = catalogue(), []
    of_living = [code for code in item.related if is_open(code) and handler_of(known.versions[code][0]).needs_living]
    is_dead = bool(of_living) and person is not None and _is_dead(person)
    for code in item.related:
        if is_dead and code in of_living:
            continue
        if known.versions[code][0].valid_from > today:
            continue
        other = known.item(code, today)
        about = handler_of(other).about(other) if is_open(code) else frozenset()
        can_begin = offers is not None and is_open(code) and offers(other) and intake_of(other, channel, today).is_open
        found.append(
            Linked(
                other,
                can_begin,
                person.person_no if person is not None and About.PERSON in about else "",
                employer.unit_no if employer is not None and About.EMPLOYER in about else "",
            )
        )
    return found


def _is_dead(person: Person) -> bool:
    """Whether the record has somebody as dead, or an employer has stopped them for a death."""
    return person.life_status == LifeStatus.DEAD or stated_dead(bare_coverages_of(person)) is not None
