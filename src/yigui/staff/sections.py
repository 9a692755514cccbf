"""Which section a step of a case belongs to (复杂业务推送至对应科室), and the tree of sections. The one rule for inbox and suggestion.

A section wins a step when it is made for the step's stage. Where several are, the one made for the item's zone goes before one
made for all zones, then the one deeper in the tree, then the older. An agency without such a section leaves the step to the
agency above it, the one of the parent area.
"""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from yigui.registry.models import Agency
from yigui.staff.enums import STAGE_OF_STEP, Stage
from yigui.staff.organisation import Section

#: Sections one installation has at most; a province's cities and counties have some two thousand.
SECTIONS_MAX = 10_000


class HasZone(Protocol):
    """What the rule must know of a business item."""

    @property
    def zone(self) -> str: ...


@dataclass(frozen=True)
class Share:
    """Steps of one kind that lie in a section: of these agencies' cases, of items in these zones."""

    step_code: str
    agency_ids: tuple[str, ...]
    zones: tuple[str, ...]


@dataclass(frozen=True)
class Node:
    """A section in its tree, with its depth; the root of an agency has depth 0."""

    section: Section
    depth: int


class Chart:
    """The organisation on a day (组织机构图), read once: every question about it is then answered without the database."""

    def __init__(self, sections: Collection[Section], above: dict[str, str]) -> None:
        self.sections = {s.pk: s for s in sections}
        self.above = above

    @cached_property
    def _of_agency(self) -> dict[str, list[Section]]:
        found: dict[str, list[Section]] = {}
        for section in self.sections.values():
            found.setdefault(section.agency_id, []).append(section)
        return found

    @cached_property
    def _children(self) -> dict[int | None, list[Section]]:
        found: dict[int | None, list[Section]] = {}
        for section in sorted(self.sections.values(), key=lambda s: s.pk):
            # A section whose parent is closed stands at the top.
            found.setdefault(section.parent_id if section.parent_id in self.sections else None, []).append(section)
        return found

    def depth_of(self, section: Section) -> int:
        """How many sections lie above a section."""
        depth, parent = 0, section.parent_id
        while parent is not None and parent in self.sections:
            depth, parent = depth + 1, self.sections[parent].parent_id
        return depth

    def section_for(self, *, step_code: str, zone: str, agency_id: str) -> Section | None:
        """The section a step of an agency's case lies in; None where nobody is made for its stage."""
        return self.section_of_stage(STAGE_OF_STEP[step_code], zone=zone, agency_id=agency_id)

    def section_of_stage(self, stage: Stage, *, zone: str, agency_id: str) -> Section | None:
        """The section made for a stage of the work, in an agency or the nearest above it; None where nobody is."""
        at = agency_id
        while at:
            found = self._winner(at, stage, zone)
            if found is not None:
                return found
            at = self.above.get(at, "")
        return None

    def _winner(self, agency_id: str, stage: Stage, zone: str) -> Section | None:
        fitting = [s for s in self._of_agency.get(agency_id, ()) if stage in s.stages and (not s.zones or zone in s.zones)]
        return min(fitting, key=lambda s: (not s.zones, -self.depth_of(s), s.pk), default=None)

    def shares_of(self, section: Section, *, zones: Collection[str]) -> list[Share]:
        """The steps that lie in a section, as what a query can filter by; `zones` are all zones of the catalogue."""
        shares = []
        for step_code, stage in STAGE_OF_STEP.items():
            if stage not in section.stages:
                continue
            by_zones: dict[tuple[str, ...], list[str]] = {}
            for agency_id in self._under(section.agency_id):
                won = tuple(z for z in zones if self.section_for(step_code=step_code, zone=z, agency_id=agency_id) == section)
                by_zones.setdefault(won, []).append(agency_id)
            shares += [Share(step_code, tuple(ids), won) for won, ids in by_zones.items() if won]
        return shares

    def _under(self, agency_id: str) -> Iterator[str]:
        yield agency_id
        for below, above in self.above.items():
            if above == agency_id:
                yield from self._under(below)

    def subtree_of(self, section: Section) -> list[Section]:
        """A section and all below it."""
        return [section, *(below for child in self._children.get(section.pk, ()) for below in self.subtree_of(child))]

    def tree_of(self, agency_id: str) -> list[Node]:
        """An agency's sections from the top, each followed by those below it."""

        def walk(parent: int | None, depth: int) -> Iterator[Node]:
            for section in self._children.get(parent, ()):
                if section.agency_id == agency_id:
                    yield Node(section, depth)
                    yield from walk(section.pk, depth + 1)

        return list(walk(None, 0))

    def gaps_of(self, agency_id: str, *, zones: Collection[str]) -> list[tuple[Stage, str]]:
        """Stage and zone of case work for which neither the agency nor one above it has a section."""
        stages = dict.fromkeys(STAGE_OF_STEP.values())
        steps = {stage: code for code, stage in STAGE_OF_STEP.items()}
        return [
            (stage, zone)
            for stage in stages
            for zone in zones
            if self.section_for(step_code=steps[stage], zone=zone, agency_id=agency_id) is None
        ]


def chart_on(on: dt.date) -> Chart:
    """The organisation on a day."""
    sections = list(Section.objects.in_force(on).select_related("agency", "head").order_by("pk")[:SECTIONS_MAX])
    return Chart(sections, agencies_above())


def agencies_above() -> dict[str, str]:
    """For each agency the one above it: the first of the parent area; the city's own have none. Above a merged one is its successor."""
    rows = list(Agency.objects.select_related("area").order_by("code")[:SECTIONS_MAX])
    first: dict[str, str] = {}
    for agency in rows:
        first.setdefault(agency.area_id, agency.code)
    above = {a.code: a.successor_id or first.get(a.area.parent_id or "") for a in rows}
    return {code: at for code, at in above.items() if at}


def section_for(*, step_code: str, item: HasZone, agency_id: str, on: dt.date) -> Section | None:
    """The section whose stage a step is, for an item's zone, in the agency of the case or the one above it (R027, R038).

    Steps that are done on the floor belong to no section: whoever asks leaves those out by the step's site.
    """
    return chart_on(on).section_for(step_code=step_code, zone=item.zone, agency_id=agency_id)
