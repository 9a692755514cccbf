"""Upper office over lower (上级设定，下级不得变更, R267): whose parameters an agency keeps, and what of an upper office stands in its way."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from yigui.db.presence import asked
from yigui.law.parameter_kinds import ParameterKind
from yigui.law.parameter_table import NATIONAL, Entry, areas_of
from yigui.parameters.errors import ParameterRefused
from yigui.staff.models import User

#: Tables of which an area sets its own beside the nation's, which is the least it may set (`Table.of_the_area`).
SET_BY_AREAS = frozenset({"resident/basic", "resident/age_supplement", "runs/plan_day"})

#: Of these, the columns whose national figure is the least.
_LEAST = {"resident/basic": ("value",)}


def lies_in(inner: str, outer: str) -> bool:
    """Whether an area lies in another one, or is it."""
    return outer in areas_of(inner)


def why_not_kept(user: User, area: str) -> str:
    """Why the person's agency does not keep the parameters of an area; "" when it does. Asked of the database, as its guards do."""
    return str(asked("SELECT parameters_kept_by_v1(%s, %s)", user.agency.area_id, area)[0])


def refuse_not_kept(user: User, area: str) -> None:
    """Refuse an area whose parameters the person's agency does not keep.

    Raises:
        ParameterRefused: names the office that does.
    """
    if sentence := why_not_kept(user, area):
        raise ParameterRefused(sentence, area=area)


def in_the_way(kind: ParameterKind, keys: tuple[str, ...], area: str, first: dt.date, last: dt.date) -> Entry | None:
    """The row of the files an upper office has set, that a row of this area and these days would change; None where there is none.

    A row of a wider area is in the way of any row below it, except where the area has rows of its own in the files
    already, or where each area sets its own. What is set by year is one series: a year of its own would part the area from all the others.
    """
    rows = [entry for entry in kind.entries() if (kind.is_by_year or entry.keys == keys) and not entry.number]
    has_own = any(entry.area == area for entry in rows)
    for entry in rows:
        is_of_these_days = kind.is_by_year or (entry.first_day <= last and entry.last_day >= first)
        if not is_of_these_days or not lies_in(area, entry.area):
            continue
        if entry.area != area and not has_own and kind.name not in SET_BY_AREAS:
            return entry
    return None


def refuse_above(user: User, kind: ParameterKind, keys: tuple[str, ...], area: str, first: dt.date, last: dt.date) -> None:
    """Refuse a row that would change what an upper office has set.

    Raises:
        ParameterRefused: names the row, its document and whose it is.
    """
    found = in_the_way(kind, keys, area, first, last)
    if found is None and not lies_in(area, user.agency.area_id):
        found = next((e for e in kind.entries() if _is_read(e, keys, area, first, last)), None)
    if found is not None:
        whose = "全国" if found.area == NATIONAL else f"{found.area} 地区"
        raise ParameterRefused(
            f"“{kind.label}”在 {found.first_day} 起已由上级（{whose}）设定，文件为{found.source}，下级机构不得变更；确有错误的，请报上级机构更正。",
            area=found.area, parameter=kind.name,
        )  # fmt: skip


def refuse_below_least(kind: ParameterKind, keys: tuple[str, ...], area: str, first: dt.date, values: Mapping[str, str]) -> None:
    """Refuse what lies below the nation's least on its first day; with it nothing of the area could be computed.

    Raises:
        ParameterRefused: names the least and its document.
    """
    least = None if area == NATIONAL else kind.at(keys, NATIONAL, first)
    for name in _LEAST.get(kind.name, ()):
        if least is not None and Decimal(values[name]) < least.columns[name]:
            raise ParameterRefused(
                f"“{kind.label}” {values[name]} 低于国家最低标准 {least.columns[name]:f}（{least.source}），请核对文件后填写。", parameter=kind.name,
            )  # fmt: skip


def _is_read(entry: Entry, keys: tuple[str, ...], area: str, first: dt.date, last: dt.date) -> bool:
    """Whether it is a file's row of the area itself, in these days, whose document has been read."""
    is_there = entry.keys == keys and entry.area == area and entry.first_day <= last and entry.last_day >= first
    return is_there and not entry.number and entry.status == "verified"
