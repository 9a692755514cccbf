"""Versions of the items (事项版本): which stand when, since when each holds, and what two of them differ in."""

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yigui.catalogue.declarations import Item, catalogue
from yigui.catalogue.differences import Difference, differences
from yigui.catalogue.models import ItemVersion, Source
from yigui.common import clock
from yigui.common.errors import NotFound
from yigui.common.normalise import plain_code, plain_text, read_day
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right

#: Rows shown at most; the catalogue has some 130 items, and a few versions of each.
ROWS_MAX = 500
VERSIONS_MAX = 50
SHOWN = {"": "全部事项", "changed": "有多个版本", "coming": "即将变更"}


@dataclass(frozen=True)
class Version:
    """A version of an item: until when it holds (None: no end is known), whose record its class and steps are, and its state on a day."""

    item: Item
    until: dt.date | None
    source: str
    reason: str
    state: str

    @property
    def is_coming(self) -> bool:
        return self.state == "尚未生效"


@require_GET
@page_right("item_versions")
def item_versions(request: OfficerRequest) -> HttpResponse:
    """All items with their versions by date; narrowed by code or name, by those that have changed, by those that will."""
    asked = plain_text(request.GET.get("q", ""))[:40]
    which = request.GET.get("which", "") if request.GET.get("which", "") in SHOWN else ""
    rows, kept = [], _kept()
    for code in sorted(catalogue().versions):
        versions = _versions(code, kept)
        newest = versions[-1].item
        if asked and asked.upper() not in code and asked not in newest.name:
            continue
        if (which == "changed" and len(versions) < 2) or (which == "coming" and not any(v.is_coming for v in versions)):
            continue
        rows.append((newest, versions[-VERSIONS_MAX:]))
    context = {"rows": rows[:ROWS_MAX], "count": len(rows), "asked": asked, "which": which, "shown": list(SHOWN.items())}
    return render(request, "backoffice/item_versions.html", context)


@require_GET
@page_right("item_versions")
def item_version(request: OfficerRequest, code: str) -> HttpResponse:
    """The versions of one item, and what two of them differ in: those asked for, else each with the one before it."""
    code = plain_code(code)
    if code not in catalogue().versions:
        raise NotFound(f"没有事项 {code[:20]}，请从事项版本列表中选择。")
    versions = _versions(code, _kept(code))
    chosen = _chosen(request, versions)
    pairs = [chosen] if chosen is not None else list(pairwise(v.item for v in versions))[-VERSIONS_MAX:]
    context = {
        "code": code, "name": versions[-1].item.name, "versions": versions[-VERSIONS_MAX:],
        "compared": [(before, after, _differences(before, after)) for before, after in reversed(pairs)],
        "from_day": chosen[0].valid_from if chosen else None, "to_day": chosen[1].valid_from if chosen else None,
    }  # fmt: skip
    return render(request, "backoffice/item_version.html", context)


def _differences(before: Item, after: Item) -> list[Difference]:
    return differences(before, after, catalogue().shared)


def _chosen(request: OfficerRequest, versions: list[Version]) -> tuple[Item, Item] | None:
    """The two versions that are asked for, the earlier one first; None where none are, or one of them is no version."""
    known = {version.item.valid_from: version.item for version in versions}
    found = []
    for name in ("from", "to"):
        try:
            found.append(known[read_day(request.GET.get(name, ""))])
        except (ValueError, KeyError):
            return None
    found.sort(key=lambda item: item.valid_from)
    return (found[0], found[1]) if found[0] is not found[1] else None


def _kept(*codes: str) -> dict[tuple[str, dt.date], ItemVersion]:
    """The versions as the database has them, by item and day; of all items where none is named."""
    rows = ItemVersion.objects.filter(code__in=codes) if codes else ItemVersion.objects.all()
    return {(row.code, row.valid_from): row for row in rows.order_by("code", "valid_from")}


def _versions(code: str, kept: dict[tuple[str, dt.date], ItemVersion]) -> list[Version]:
    """The versions of an item by date. The database says whose record each one has; a version it does not know has its file's."""
    items = catalogue().versions[code]
    ends: list[dt.date | None] = [later.valid_from - dt.timedelta(days=1) for later in items[1:]]
    today = clock.today()
    found = []
    for item, until in zip(items, [*ends, None], strict=True):
        row = kept.get((code, item.valid_from))
        is_over = until is not None and until < today
        state = "尚未生效" if item.valid_from > today else "已被替代" if is_over else "现行"
        source = Source(row.source).label if row is not None else Source.FILE.label
        found.append(Version(item, until, str(source), row.reason if row is not None else "", state))
    return found
