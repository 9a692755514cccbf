"""Parameters of the law (政策参数): what holds in an area on a day, with its document; where it comes from; what lacks; the history of each."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yigui.common import clock
from yigui.common.errors import NotFound
from yigui.common.normalise import plain_text, read_day
from yigui.law.gaps import Gap, gaps
from yigui.law.parameter_kinds import GROUPS, STATUS_WORDS, ParameterKind, parameter_kinds
from yigui.law.parameter_table import NATIONAL, Entry, areas_of
from yigui.parameters.areas import area_names
from yigui.parameters.change_parameter import may_propose
from yigui.payment.local_items import paid_items
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.staff.scope import agencies_of, own_areas

PAGE = 60
GAPS_MAX = 100
AREAS_MAX = 100


@dataclass(frozen=True)
class Asked:
    """What is asked for: the area, the day, words of name, document or value, and a group of tables."""

    area: str
    day: dt.date
    words: str
    group: str

    @property
    def query(self) -> str:
        """The same as parameters of an address."""
        return urlencode({"area": self.area, "day": self.day.isoformat(), "words": self.words, "group": self.group})


@dataclass(frozen=True)
class Row:
    """A value as the page has it: its kind, its keys in words, columns in words, and whose area's it is."""

    kind: ParameterKind
    entry: Entry
    keys: str
    values: list[tuple[str, str]]
    area: str
    is_from_above: bool
    #: A row of an earlier year that still counts on the day asked for, because that of the year is not published yet.
    is_carried: bool = False

    @property
    def status(self) -> str:
        """How sure it is, in words; of a signed row, that people have signed it."""
        return "已签署" if self.entry.number else STATUS_WORDS[self.entry.status]

    @property
    def last_day(self) -> dt.date | None:
        """The last day it holds; None without end."""
        return None if self.entry.last_day == dt.date.max else self.entry.last_day

    @property
    def text(self) -> str:
        """All that a search looks in."""
        values = " ".join(value for _, value in self.values)
        return f"{self.kind.label} {self.kind.group} {self.keys} {values} {self.entry.source} {self.area} {self.status}"


def areas_for(user: User) -> dict[str, str]:
    """The areas whose parameters somebody is shown, with their names: those of the agencies they administer, and those that contain them."""
    own = list(agencies_of(user).values_list("area_id", flat=True)[:AREAS_MAX])
    return area_names(dict.fromkeys((*own, *areas_of(user.agency.area_id))))


def asked_of(request: OfficerRequest, known: dict[str, str]) -> Asked:
    """What the address asks for; the person's own area and today where it says nothing.

    Raises:
        NotFound: an area that is none of those they are shown (`known`), or no day.
    """
    given = request.GET
    area = given.get("area", "") or request.user.agency.area_id
    if area not in known:
        raise NotFound(f"没有可查看的地区 {area[:12]}，请从列表中选择。")
    try:
        day = read_day(given["day"]) if given.get("day") else clock.today()
    except ValueError as error:
        raise NotFound(f"日期“{given['day'][:20]}”无法识别，请按 2026-01-31 的格式填写。") from error
    return Asked(area, day, plain_text(given.get("words", ""))[:40], given.get("group", "") if given.get("group") in GROUPS else "")


@require_GET
@page_right("parameters")
def parameters(request: OfficerRequest) -> HttpResponse:
    """What holds in an area on a day, one row per table and key, with search; what lacks."""
    names = areas_for(request.user)
    asked = asked_of(request, names)
    rows = [
        row
        for kind in parameter_kinds().values()
        if not asked.group or kind.name.startswith(f"{asked.group}/")
        for row in rows_for(kind, kind.in_force(asked.area, asked.day), asked.area, names, asked.day)
        if all(word in row.text for word in asked.words.split())
    ]
    missing = [] if asked.area == NATIONAL else _gaps(asked)
    context = {
        "asked": asked, "areas": list(names.items()), "groups": list(GROUPS.items()), "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "gaps": missing[:GAPS_MAX], "gaps_more": max(0, len(missing) - GAPS_MAX),
    }  # fmt: skip
    return render(request, "backoffice/parameters.html", context)


def _gaps(asked: Asked) -> list[tuple[Gap, str]]:
    """What lacks in the area on the day, with what is known of why: the missing first."""
    found = sorted(gaps(asked.area, asked.day, as_of=clock.today()), key=lambda gap: not gap.is_missing)
    return [(gap, gap.found_nowhere(asked.area) if gap.is_missing else "") for gap in found]


@require_GET
@page_right("parameters")
def local_items(request: OfficerRequest) -> HttpResponse:
    """Items outside the national list (清单外项目) that are paid in one's own areas: document, term, who pays, people and yuan a year."""
    rows, people, fen = paid_items(own_areas(request.user), clock.today())
    names = area_names({row.area for row in rows})
    shown = [
        {"row": row, "area": names[row.area], "until": _until(row.row), "paid_by": _paid_by(row.row), "is_signed": bool(row.row and row.row.number)}
        for row in rows
    ]  # fmt: skip
    context = {"rows": shown, "people": people, "fen": fen, "total": sum(row.year_fen for row in rows) + fen * 12}
    return render(request, "backoffice/local_items.html", context)


#: Who pays an item, by the code of its column.
_PAID_BY = ("文件未写明", "基金", "财政", "单位")


def _paid_by(row: Entry | None) -> str:
    return "" if row is None else _PAID_BY[int(row.columns["paid_by"])]


def _until(row: Entry | None) -> str:
    if row is None:
        return "未登记或已过期"
    return "长期" if row.last_day == dt.date.max else row.last_day.isoformat()


@require_GET
@page_right("parameters")
def parameter(request: OfficerRequest, name: str) -> HttpResponse:
    """One table: every value of an area and of those that contain it, with its history."""
    kind = kind_named(name)
    names = areas_for(request.user)
    asked = asked_of(request, names)
    entries = kind.rows_of(asked.area)
    chosen = request.GET.get("keys", "")
    choices = list(dict.fromkeys(entry.keys for entry in entries))
    if chosen:
        entries = [entry for entry in entries if "|".join(entry.keys) == chosen]
    page = Paginator(entries, PAGE).get_page(request.GET.get("page"))
    held = kind.in_force(asked.area, asked.day)
    context = {
        "kind": kind, "asked": asked, "areas": list(names.items()), "page": page, "chosen": chosen, "may_propose": may_propose(request.user),
        "page_query": f"{asked.query}&{urlencode({'keys': chosen})}",
        "choices": [("|".join(keys), kind.keys_in_words(keys)) for keys in choices if keys],
        "rows": [
            (row, row.entry in held) for row in rows_for(kind, list(page.object_list), asked.area, names)
        ],
    }  # fmt: skip
    return render(request, "backoffice/parameter.html", context)


def kind_named(name: str) -> ParameterKind:
    """A kind by its table's name.

    Raises:
        NotFound: there is none.
    """
    found = parameter_kinds().get(name)
    if found is None:
        raise NotFound(f"没有参数表 {name[:60]}，请从参数目录中选择。")
    return found


def rows_for(
    kind: ParameterKind, entries: Iterable[Entry], area: str, names: dict[str, str], in_force_on: dt.date | None = None
) -> list[Row]:
    """Values as a page has them; `in_force_on`: the day, where they are those in force."""

    def is_carried(entry: Entry) -> bool:
        return in_force_on is not None and kind.is_by_year and entry.last_day < in_force_on

    return [
        Row(kind, e, kind.keys_in_words(e.keys), kind.values_of(e), names[e.area], e.area != area, is_carried(e)) for e in entries
    ]
