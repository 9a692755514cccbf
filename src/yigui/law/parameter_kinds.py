"""What parameters there are (参数种类): every table of the law, and of the provinces what is set by year, each with its words.

A kind says what a row of it looks like: by which keys it is read and which columns it has, in the words a person reads.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

from yigui.common.yaml_files import load_yaml
from yigui.law.key_words import COLUMNS, KEYS, NUMBERS, UNITS, words_of
from yigui.law.parameter_table import ROOT, STATUSES, Entry, ParameterMissing, Table, areas_of, table, table_of_files
from yigui.law.pension_adjustment import PART_CODES, PERCENT_DECIMALS, PLAN_TABLE, ROUNDING_CODES
from yigui.law.province import BASE_TABLE, WAGE_TABLE, Province, province_of, provinces, provinces_of_files
from yigui.law.signed_rows import NONE, reading, signed

#: How sure a value is, in words.
STATUS_WORDS = {
    "verified": "已核对原文", "recalled": "凭记忆", "sample": "公开数据所见", "provisional": "暂按上年", "assumed": "无文件，暂定",
}  # fmt: skip
assert set(STATUS_WORDS) == STATUSES
#: Columns of the calendar, with the whole numbers they lie between; month 0 is every month.
_BOUNDS = {
    "paid_by": (0, 3),
    "part_year": (1, 12),
    "rounding_fen": (0, 100),
    "first_years": (0, 99),
    "month": (0, 12),
    "day": (1, 31),
    "offset": (-12, 12),
    "first_month": (1, 12),
    "due_day": (1, 31),
}
#: Columns that hold one of some numbers.
_CODES = {"part_year": PART_CODES, "rounding_fen": ROUNDING_CODES}
#: Decimals of a value at most; fewer where what is computed by it goes no further: sums of a plan are whole fen, percentages are reckoned in millionths.
_DECIMALS = 8
_FEWER = {PLAN_TABLE: 2, "pension/allowance_adjustment": PERCENT_DECIMALS}
#: Groups of tables by the first part of their name, in the order of the page.
GROUPS = {
    "pension": "养老金计发", "account": "个人账户", "contribution": "缴费", "retirement": "退休条件", "resident": "城乡居民养老保险", "survivor": "遗属待遇",
    "unemployment": "失业保险", "injury": "工伤保险", "maternity": "生育保险", "transfer": "关系转移", "business": "业务条件", "runs": "批次日程",
}  # fmt: skip
#: Tables without rows of files: what stands in them was signed. Nothing of it is a divisor.
_SIGNED_ALONE = frozenset({PLAN_TABLE})
_OF_PROVINCES = {BASE_TABLE: "养老金计发基数", WAGE_TABLE: "指数化所用平均工资"}


@dataclass(frozen=True)
class ParameterKind:
    """One kind of parameter: its table's name, what it is called, its unit, keys and columns."""

    name: str
    label: str
    unit: str
    key_names: tuple[str, ...]
    column_names: tuple[str, ...]

    @property
    def group(self) -> str:
        """The part of the law it belongs to, in words."""
        return GROUPS[self.name.partition("/")[0]]

    @property
    def is_by_year(self) -> bool:
        """Whether its rows are a year's each, of a province."""
        return self.name in _OF_PROVINCES

    def keys_in_words(self, keys: tuple[str, ...]) -> str:
        """The keys of a row: 工伤保险、单位缴费; "" where there are none."""
        return words_of(self.key_names, keys)

    def key_in_words(self, name: str, key: str) -> str:
        """One key in words."""
        return words_of([name], [key])

    def key_labels(self) -> list[tuple[str, str]]:
        """Name and word of each key."""
        return [(name, KEYS[name]) for name in self.key_names]

    def column_labels(self) -> list[tuple[str, str]]:
        """Name and word of each column."""
        return [(name, COLUMNS[name]) for name in self.column_names]

    def values_of(self, entry: Entry) -> list[tuple[str, str]]:
        """The columns of a row with their words: ("下限", "4588"); a single one without."""
        found = [(COLUMNS[name], plain_value(entry, name)) for name in self.column_names]
        return [("", found[0][1])] if len(found) == 1 else found

    def entries(self) -> Iterator[Entry]:
        """All rows of it as they stand now, of files and signed ones; of one area's own, what goes before comes first."""
        if self.name == BASE_TABLE:
            return chain.from_iterable(_bases(province) for province in provinces())
        if self.name == WAGE_TABLE:
            return chain.from_iterable(_wages(province) for province in provinces())
        return table(self.name).entries()

    def filed(self) -> list[Entry]:
        """The rows of it as the files alone have them."""
        with reading(NONE):
            return list(self.entries())

    def rows_of(self, area: str) -> list[Entry]:
        """The rows that hold in an area, its own and those of the areas that contain it: by key, narrowest area first, newest first."""
        order = {wider: place for place, wider in enumerate(areas_of(area))}
        found = [entry for entry in self.entries() if entry.area in order]
        return sorted(found, key=lambda e: (_in_order(e.keys), order[e.area], -e.first_day.toordinal(), -e.number))

    def knows(self, keys: tuple[str, ...]) -> bool:
        """Whether a row may be read by these keys: a year, or what some row of the files is read by; a number where numbers are."""
        known = {entry.keys for entry in self.filed()}
        if self.is_by_year:
            return _is_plain(keys[0]) and min(int(year) for (year,) in known) <= int(keys[0]) <= dt.date.max.year
        places = zip(self.key_names, keys, strict=True)
        unknown = [
            key
            for place, (name, key) in enumerate(places)
            if not any(key == other[place] for other in known) and not _is_number(name, key)
        ]
        return not unknown

    def may_be_negative(self, column: str) -> bool:
        """Whether a column counts from another month or year, before it too."""
        return column == "offset"

    def bounds(self, column: str) -> tuple[int, int] | None:
        """Between which whole numbers a column of the calendar lies (a day, a month, months counted from another one); None for any other."""
        return _BOUNDS.get(column)

    def codes(self, column: str) -> tuple[int, ...] | None:
        """The numbers one of which a column holds; None where it is no code."""
        return _CODES.get(column)

    def decimals(self, column: str) -> int:
        """Decimals a value of a column has at most."""
        if (self.name, column) == (PLAN_TABLE, "level_percent"):
            return PERCENT_DECIMALS
        if self.name in _FEWER:
            return _FEWER[self.name]
        return _DECIMALS

    def may_be_zero(self, column: str) -> bool:
        """Whether a column stands at zero somewhere in the files (no floor, nothing paid); a divisor, wage or rate that never does may not."""
        return self.name in _SIGNED_ALONE or any(entry.columns[column] == 0 for entry in self.filed())

    def at(self, keys: tuple[str, ...], area: str, day: dt.date) -> Entry | None:
        """The row stored for an area and a day, as the table is read by its keys; None where nothing is."""
        return self._held(area, day).get(keys)

    def in_force(self, area: str, day: dt.date) -> list[Entry]:
        """What the law takes in an area on a day, one row per key; of what is set by year the row of the year that counts on the day."""
        if self.is_by_year:
            found = self._of_the_day(area, day)
            return [] if found is None else [found]
        held = self._held(area, day)
        return [held[keys] for keys in sorted(held, key=_in_order)]

    def _held(self, area: str, day: dt.date) -> dict[tuple[str, ...], Entry]:
        """By key what goes before all others: of the narrowest area, and there the first as `entries` gives them."""
        order = {wider: place for place, wider in enumerate(areas_of(area))}
        found: dict[tuple[str, ...], Entry] = {}
        for entry in self.entries():
            if entry.area in order and entry.first_day <= day <= entry.last_day:
                known = found.get(entry.keys)
                if known is None or order[entry.area] < order[known.area]:
                    found[entry.keys] = entry
        return found

    def _of_the_day(self, area: str, day: dt.date) -> Entry | None:
        """The stored row of the year that an award of the day takes; a base of an earlier year until the new one is published (预发)."""
        try:
            province = province_of(area)
            if self.name == BASE_TABLE:
                row = province.base_row(area, day, day)
                place = None if row is None else (row.area, row.year)
            else:
                _, is_earlier = province.wage_of(day.year)
                place = province.area, day.year - is_earlier
        except ParameterMissing:
            return None
        return next((e for e in self.entries() if place == (e.area, int(e.keys[0]))), None)


def _is_number(name: str, key: str) -> bool:
    """Whether a key is told as a number, and is one."""
    return name in NUMBERS and _is_plain(key)


def _is_plain(key: str) -> bool:
    """Whether a key is a number as the files write it: another way to write it would be another key, beside what an upper office has set."""
    return key.isascii() and key.isdecimal() and str(int(key)) == key


def plain_value(entry: Entry, column: str) -> str:
    """A value as it is written, without zeros behind the point."""
    return f"{entry.columns[column].normalize():f}"


def _in_order(keys: tuple[str, ...]) -> tuple[tuple[int, int, str], ...]:
    """Numbers by size (1 before 10), words by letter."""
    return tuple((0, int(key), "") if key.isdigit() else (1, 0, key) for key in keys)


@cache
def parameter_kinds() -> dict[str, ParameterKind]:
    """Every kind by its table's name, in the order of the page."""
    found = [ParameterKind(name, label, UNITS["yuan a month"], ("year",), ("value",)) for name, label in _OF_PROVINCES.items()]
    for path in ROOT.rglob("*.yaml"):
        name = str(path.relative_to(ROOT).with_suffix(""))
        if not name.startswith(("pension/provinces/", "pension/adjustments/")) and "keys" in load_yaml(path):
            found.append(_kind_of(table_of_files(name)))
    groups = list(GROUPS)
    found.sort(key=lambda kind: (groups.index(kind.name.partition("/")[0]), not kind.is_by_year, kind.label))
    return {kind.name: kind for kind in found}


def _kind_of(found: Table) -> ParameterKind:
    return ParameterKind(found.name, found.label, UNITS[found.unit], found.key_names, found.column_names)


def _signed_entries(name: str, province: Province) -> list[Entry]:
    return [
        Entry(
            row.keys,
            row.area,
            row.first_day,
            row.last_day,
            row.columns,
            row.source,
            row.status,
            row.where,
            row.published,
            number=row.number,
        )
        for row in signed().rows.get(name, ())
        if row.area[:2] == province.area[:2]
    ]


def year_days(year: int) -> tuple[dt.date, dt.date]:
    """The first and the last day of what is set for a year."""
    return dt.date(year, 1, 1), dt.date(year, 12, 31)


def _bases(province: Province) -> list[Entry]:
    rows = [
        Entry((str(b.year),), b.area, *year_days(b.year), {"value": b.yuan}, b.source, b.status, province.label, b.published)
        for b in provinces_of_files()[province.area].bases
    ]
    return [*_signed_entries(BASE_TABLE, province), *rows]


def _wages(province: Province) -> list[Entry]:
    rows = [
        Entry((str(w.year),), province.area, *year_days(w.year), {"value": w.yuan}, w.source, w.status, province.label)
        for w in province.wage_rows
    ]
    return [*_signed_entries(WAGE_TABLE, province), *rows]
