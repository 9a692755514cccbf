"""Triage (分流): the nearest way that fits a visitor, by who they are, what they come for, and what papers it needs."""

import datetime as dt
from dataclasses import dataclass

from yigui.catalogue.declarations import Item, Material, Visitor, catalogue
from yigui.catalogue.intake import IntakeAnswer, intake_of


@dataclass(frozen=True)
class Way:
    """A channel that takes the item from this visitor.

    `window` says whether it does so today and for which month; `papers` are those to bring or to photograph there.
    """

    channel: str
    name: str
    intake: IntakeAnswer
    papers: tuple[Material, ...]
    outlet_classes: tuple[str, ...]


def items_for(visitor: Visitor, on: dt.date) -> list[Item]:
    """Items this visitor may apply for: those they come for most first, then the others by code."""
    rank = {code: place for place, code in enumerate(visitor.items)}
    fitting = [i for i in catalogue().items(on) if visitor.applicant in (i.applicant, *i.also_applicant)]
    return sorted(fitting, key=lambda i: (rank.get(i.code, len(rank)), i.code))


def ways_of(visitor: Visitor, item: Item, on: dt.date) -> list[Way]:
    """The channels that take the item, those open today first, then the nearest to this visitor first.

    A paper another department shares (共享材料) need not be brought; one asked for in a special case only is left to the form.
    """
    tables = catalogue().on(on)
    materials = [tables.materials[m.code] for m in item.materials if not m.when]
    ways = []
    for channel in visitor.channels:
        if channel not in item.channels:
            continue
        papers = tuple(m for m in materials if not m.is_shareable and m.generated != "form")
        if channel in ("counter", "bank_outlet"):
            papers = (*(m for m in materials if m.code == "id_card"), *papers)
        classes = item.outlet_classes if channel == "bank_outlet" else ()
        ways.append(Way(channel, tables.channels[channel], intake_of(item, channel, on), papers, classes))
    return sorted(ways, key=lambda w: not w.intake.is_open)
