"""Dated parameters of the law (政策参数): YAML tables with unit, area, validity and source.

A value is read for a date and an area; the narrowest area that has one wins (county, city, province, nation). There is no
default: reading where nothing is stored is an error that names parameter, area and date, never zero.

Rows that people have signed (`signed_rows.py`) lie over those of the files: of an area's own rows the newest signed one that covers the day. One without
an end ends where a later release brings a row of the same area that begins after it: what is published later begins a new validity (`begins_anew`).
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from copy import copy
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from pathlib import Path

from yigui.common.errors import YiguiError
from yigui.common.rooms import further_folders
from yigui.common.yaml_files import Mapping, YamlError, load_yaml
from yigui.law.key_words import words_of
from yigui.law.signed_rows import Signed, SignedRow, signed
from yigui.law.source_names import named
from yigui.law.unread import is_collecting, note

ROOT = Path(__file__).parent / "parameters"
NATIONAL = "national"

_HEAD = ("label", "unit", "keys", "columns", "values")
_ENTRY = ("area", "from", "to", "source", "status", "verified_on")
#: verified: read in the source; recalled: remembered only; sample: a local figure seen in public data; provisional: the
#: figure of the year before stands until the new one is published; assumed: chosen where no source decides.
STATUSES = frozenset({"verified", "recalled", "sample", "provisional", "assumed"})


class ParameterMissing(YiguiError):
    """No value is stored for this parameter, area and date."""

    code = "law.parameter_missing"


@dataclass(frozen=True)
class Entry:
    """One stored value: its columns, where and when it holds, and where it was read."""

    keys: tuple[str, ...]
    area: str
    first_day: dt.date
    last_day: dt.date
    columns: AnyMapping[str, Decimal]
    source: str
    status: str
    where: str
    #: The day its document was published, where that is known; a file's row says when it was looked at last.
    published: dt.date | None = None
    verified_on: dt.date | None = None
    note: str = ""
    #: Of the signed change it stands in; 0 for a row of a file.
    number: int = 0
    #: The last day as it was signed, where a row of the files has taken its place from an earlier one; of a signed row alone.
    signed_until: dt.date = dt.date.max

    def __getitem__(self, column: str) -> Decimal:
        return self.columns[column]

    @property
    def value(self) -> Decimal:
        """The value of a table with one column."""
        return self.columns["value"]

    @property
    def rule(self) -> str:
        """The rule this stands in and since when it holds, for papers: 国办发〔2019〕13号（2019-05-01 起）."""
        return f"{self.source}（{self.first_day} 起）"


@cache
def areas_of(area_code: str) -> tuple[str, ...]:
    """The area and those that contain it, narrowest first: county, city, province, nation (GB/T 2260)."""
    wider = (area_code, area_code[:4] + "00", area_code[:2] + "0000", NATIONAL)
    return tuple(dict.fromkeys(wider))


def begins_anew(row: Entry, after: Entry) -> bool:
    """Whether a row of the files ends a signed one without an end: it begins later, was read in its document, and that was looked at no earlier than
    the signed one's was published. A row that stands for one not published yet ends nothing; nor does one known before what was signed."""
    is_later = row.first_day > after.first_day and after.signed_until == dt.date.max
    if not is_later or row.status != "verified" or row.verified_on is None or after.published is None:
        return False
    return row.verified_on >= after.published


def _until_the_next(entry: Entry, files: Sequence[Entry]) -> Entry:
    """A signed row, until the day before the first row of the files that begins a new validity after it."""
    following = [row.first_day for row in files if begins_anew(row, entry)]
    return replace(entry, last_day=min(following) - dt.timedelta(days=1)) if following else entry


class Table:
    """All values of one parameter."""

    def __init__(self, name: str, declared: Mapping) -> None:
        declared.check_keys(_HEAD)
        self.name, self.label, self.unit = name, str(declared["label"]), str(declared["unit"])
        self.key_names: tuple[str, ...] = tuple(declared["keys"])
        self.column_names: tuple[str, ...] = tuple(declared["columns"])
        self._entries: dict[tuple[tuple[str, ...], str], list[Entry]] = {}
        for row in declared["values"]:
            self._add(self._read(row))

    def add(self, declared: Mapping) -> None:
        """Rows of another file of the same table.

        Raises:
            YamlError: another kind of table, or a row for what has one already.
        """
        declared.check_keys(("values",))
        for row in declared["values"]:
            self._add(self._read(row))

    def _read(self, row: Mapping) -> Entry:
        row.check_keys((*_ENTRY, *self.key_names, *self.column_names), ("note",))
        if row["status"] not in STATUSES:
            raise YamlError(f"{row.where('status')}: 未知的状态 {row['status']!r}，应为 {'、'.join(sorted(STATUSES))} 之一")
        columns = {}
        for name in self.column_names:
            if not isinstance(row[name], str):
                raise YamlError(f"{row.where(name)}: 数值须加引号，以便按十进制精确读取")
            try:
                columns[name] = Decimal(row[name])
            except InvalidOperation as error:
                raise YamlError(f"{row.where(name)}: {row[name]!r} 不是数值") from error
        first, last = row["from"], dt.date.max if row["to"] is None else row["to"]
        if not isinstance(first, dt.date) or not isinstance(last, dt.date) or last < first:
            raise YamlError(f"{row.where('from')}: 起止日期有误")
        keys = tuple(str(row[k]) for k in self.key_names)
        return Entry(
            keys, str(row["area"]), first, last, columns, named(str(row["source"])), row["status"], row.where(), verified_on=row["verified_on"],
            note=str(row["note"]) if "note" in row else "",
        )  # fmt: skip

    def _add(self, entry: Entry) -> None:
        entries = self._entries.setdefault((entry.keys, entry.area), [])
        for other in entries:
            if entry.first_day <= other.last_day and other.first_day <= entry.last_day:
                raise YamlError(f"{entry.where}: 与 {other.where} 的有效期重叠")
        entries.append(entry)

    def with_signed(self, rows: tuple[SignedRow, ...]) -> "Table":
        """The same table with signed rows, newest first, before the rows of the files."""
        found = copy(self)
        found._entries = dict(self._entries)
        laid: dict[tuple[tuple[str, ...], str], list[Entry]] = {}
        for row in rows:
            laid.setdefault((row.keys, row.area), []).append(
                Entry(row.keys, row.area, row.first_day, row.last_day, row.columns, row.source, row.status, row.where, row.published,
                      number=row.number, signed_until=row.last_day)
            )  # fmt: skip
        for place, entries in laid.items():
            files = self._entries.get(place, ())
            found._entries[place] = [*(_until_the_next(entry, files) for entry in entries), *files]
        return found

    def after_signed(self, areas: tuple[str, ...]) -> Iterator[tuple[Entry, Entry]]:
        """Signed rows of some areas, each beside a row of the files that begins within what was signed and says something else; without those over
        which something newer was signed."""
        for (keys, area), rows in self._entries.items():
            if area not in areas:
                continue
            for held in (row for row in rows if row.number):
                for row in (row for row in rows if not row.number and held.first_day < row.first_day <= held.signed_until):
                    if self.at(*keys, area=area, day=row.first_day) in (held, row) and held.columns != row.columns:
                        yield held, row

    def entries(self) -> Iterator[Entry]:
        """All rows, of files and signed ones; of a place's own the one that goes before comes first."""
        for rows in self._entries.values():
            yield from rows

    @property
    def first_day(self) -> dt.date:
        """The first day anything of it holds, wherever."""
        return min((entry.first_day for entries in self._entries.values() for entry in entries), default=dt.date.max)

    def at(self, *keys: str, area: str, day: dt.date) -> Entry:
        """The value that holds in an area on a day.

        Raises:
            ParameterMissing: nothing stored; the sentence names parameter, area and date.
        """
        found = self.find(*keys, area=area, day=day)
        if found is None:
            named = words_of(self.key_names, keys)
            raise ParameterMissing(
                f"参数“{self.label}”{f'（{named}）' if named else ''}在{_place(area)} {day} 没有配置，"
                f"请联系系统管理员核实政策文件并补充参数。",
                parameter=self.name, keys=list(keys), area=area, day=day.isoformat(),
            )  # fmt: skip
        return found

    def of_the_area(self, *keys: str, area: str, day: dt.date) -> Entry:
        """As `at`, but never the nation's: for what each area sets itself, where the national figure is only the least it may set.

        Raises:
            ParameterMissing: the area, and what contains it below the nation, has none.
        """
        found = self.at(*keys, area=area, day=day)
        if found.area == NATIONAL:
            raise ParameterMissing(
                f"参数“{self.label}”由各地规定，{area} 地区 {day} 没有配置（国家最低标准为 {found.columns[self.column_names[0]]}），"
                "请联系系统管理员核实当地文件并补充参数。",
                parameter=self.name, keys=list(keys), area=area, day=day.isoformat(),
            )  # fmt: skip
        return found

    def find(self, *keys: str, area: str, day: dt.date) -> Entry | None:
        """As `at`, but None where nothing is stored."""
        for wider in areas_of(area):
            for entry in self._entries.get((keys, wider), ()):
                if entry.first_day <= day <= entry.last_day:
                    if is_collecting():
                        note(self.name, entry.status, self.label, _in_words(entry), entry.source)
                    return entry
        return None


def _place(area: str) -> str:
    return "全国" if area == NATIONAL else f" {area} 地区"


def _in_words(entry: Entry) -> str:
    return "、".join(f"{value.normalize():f}" for value in entry.columns.values())


def table(name: str) -> Table:
    """A parameter table by its name, e.g. `contribution/rates`, as it holds now: rows of the files, of rooms beside the house, and signed ones.

    Raises:
        YamlError: the file has an unknown, missing or duplicate key; names file and line.
    """
    return _table(name, signed())


@lru_cache(maxsize=1_000)
def _table(name: str, rows: Signed) -> Table:
    of_it = rows.rows.get(name)
    return table_of_files(name) if of_it is None else table_of_files(name).with_signed(of_it)


@cache
def table_of_files(name: str) -> Table:
    """A table as the files have it, with what rooms beside the house add in `parameters/` of their own.

    A room adds rows under keys of its own: a row for a key, area and day that has one already is refused.

    Raises:
        YamlError: as `table`.
    """
    found = Table(name, load_yaml(ROOT / f"{name}.yaml"))
    for folder in further_folders():
        path = folder / "parameters" / f"{name}.yaml"
        if path.is_file():
            found.add(load_yaml(path))
    return found
