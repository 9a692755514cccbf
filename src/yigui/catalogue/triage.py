"""Triage (分流): the nearest way that fits a visitor, by who they are, what they come for, and what papers it needs."""

import datetime as dt
from dataclasses import dataclass
from functools import cache

from yigui.catalogue.declarations import DECLARATIONS, Item, Material, catalogue
from yigui.catalogue.windows import WindowAnswer, answer_of
from yigui.common.strict_yaml import YamlError, load_yaml


@dataclass(frozen=True)
class Visitor:
    """A kind of visitor (服务人群): as whom they apply, the channels nearest first, the items they come for most."""

    code: str
    name: str
    applicant: str
    channels: tuple[str, ...]
    items: tuple[str, ...]


@dataclass(frozen=True)
class Way:
    """A channel that takes the item from this visitor.

    `window` says whether it does so today and for which month; `papers` are those to bring or to photograph there.
    """

    channel: str
    name: str
    window: WindowAnswer
    papers: tuple[Material, ...]
    outlet_classes: tuple[str, ...]


@cache
def visitors() -> dict[str, Visitor]:
    """The declared kinds, by code, in their order.

    Raises:
        YamlError: a key, channel or item that is declared nowhere; begins with file and line.
    """
    found = {}
    for raw in load_yaml(DECLARATIONS / "visitors.yaml")["visitors"]:
        raw.check_keys(("code", "name", "applicant", "channels", "items"))
        for key, known in (("channels", catalogue().channels), ("items", catalogue().versions)):
            for value in raw[key]:
                if value not in known:
                    raise YamlError(f"{raw.where(key)}: {key} 的值 {value!r} 未声明（unknown value）")
        found[raw["code"]] = Visitor(raw["code"], raw["name"], raw["applicant"], tuple(raw["channels"]), tuple(raw["items"]))
    return found


def items_for(visitor: Visitor, on: dt.date) -> list[Item]:
    """Items this visitor may apply for: those they come for most first, then the others by code."""
    rank = {code: place for place, code in enumerate(visitor.items)}
    fitting = [i for i in catalogue().items(on) if visitor.applicant in (i.applicant, *i.also_applicant)]
    return sorted(fitting, key=lambda i: (rank.get(i.code, len(rank)), i.code))


def ways_of(visitor: Visitor, item: Item, on: dt.date) -> list[Way]:
    """The channels that take the item, those open today first, then the nearest to this visitor first.

    A paper another department shares (共享材料) need not be brought; one asked for in a special case only is left to the form.
    """
    materials = [catalogue().materials[m.code] for m in item.materials if not m.when]
    ways = []
    for channel in visitor.channels:
        if channel not in item.channels:
            continue
        papers = tuple(m for m in materials if not m.is_shareable and m.code != "application_form")
        if channel in ("counter", "bank_outlet"):
            papers = (*(m for m in materials if m.code == "id_card"), *papers)
        classes = item.outlet_classes if channel == "bank_outlet" else ()
        ways.append(Way(channel, catalogue().channels[channel], answer_of(item, channel, on), papers, classes))
    return sorted(ways, key=lambda w: not w.window.is_open)
