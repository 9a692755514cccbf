"""How a province assesses the pension of employees (企业职工基本养老金计发办法): one file a province, versions by date.

A new province is one file in `parameters/pension/provinces`; where its structure differs, one function in `pension_special.py`.
"""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache

from yigui.common.yaml_files import Mapping, YamlError, load_yaml
from yigui.law.parameter_table import NATIONAL, ROOT, STATUSES, ParameterMissing, areas_of
from yigui.law.signed_rows import Signed, SignedRow, signed
from yigui.law.source_names import named
from yigui.law.unread import is_collecting, note

_HEAD = ("label", "area", "account_start", "source", "verified_on", "calculation_base", "average_wage", "index", "versions")
_TRANSITIONAL = ("base", "index_floor", "coefficient_above_20_paid_years", "coefficient_of_intellectuals")
_VERSION = ("from", "to", "years", "part_rounding", "total_rounding", "basic", "transitional", "extras")
#: Titles (待遇加发身份) that somebody answers for the person: a supplement hangs on each.
TITLES = {
    "one_child": "独生子女父母", "childless": "无子女", "xining": "西宁（增发地区）", "outside_xining": "西宁以外（增发地区）",
    "heating": "发放取暖费地区", "plateau": "高原工作", "second_class_area": "二类地区", "intellectual": "知识分子",
}  # fmt: skip
#: Conditions that the months themselves answer.
_BY_MONTHS = ("", "deemed_15_years")
_EXTRA = {
    "fixed": ("yuan",),
    "linear": ("yuan", "per_index_year"),
    "indexed_percent": ("percent",),
    "percent_of_parts": ("percent",),
    "percent_of_average": ("percent",),
    "long_service": (),
    "plateau": (),
    "city_factor": ("yuan",),
    "local_supplement": ("yuan", "per_index_year"),
}
YEARS_RULES = ("unrounded", "half_up_1", "half_up_2", "half_up_4", "half_up_5", "up_1", "up_2", "down_2", "full_and_0.083")
ROUNDINGS = ("fen", "jiao_up", "jiao_half_up")
DIVISORS = ("contributed_years", "span_years", "contributed_months")


#: What of a province is changed row by row like a table, by year: the calculation base and the average wage, yuan a month.
BASE_TABLE, WAGE_TABLE = "pension/calculation_base", "pension/average_wage"


@dataclass(frozen=True)
class WageEntry:
    """An average wage by which the bases of a year of contribution are divided, yuan a month, as its file has it."""

    year: int
    yuan: Decimal
    status: str
    source: str


@dataclass(frozen=True)
class BaseEntry:
    """A pension calculation base (计发基数), yuan a month, and the day from which awards use it."""

    year: int
    area: str
    yuan: Decimal
    published: dt.date | None
    status: str
    source: str

    @property
    def usable_from(self) -> dt.date:
        """The day of publication; the end of the year where it is not known."""
        return dt.date(self.year, 12, 31) if self.published is None else self.published


@dataclass(frozen=True)
class CalculationBase:
    """The base an award is made with: the place's and the province's (the same where the place has none of its own)."""

    year: int
    local: Decimal
    provincial: Decimal
    is_provisional: bool
    source: str


@dataclass(frozen=True)
class Extra:
    """A component beside the three parts, paid when the person has the title `when` (always, when empty), in `areas` (all, when empty).

    `conflict`: what a document says against it, where sources differ: whoever decides by it is asked (`unread`).
    """

    kind: str
    name: str
    label: str
    when: str
    yuan: Decimal
    percent: Decimal
    per_index_year: Decimal
    areas: tuple[str, ...]
    conflict: str = ""

    def holds_in(self, area: str) -> bool:
        """Whether the place has it."""
        return not self.areas or any(a in self.areas for a in areas_of(area))


@dataclass(frozen=True)
class Transitional:
    """The transitional part (过渡性养老金): method, coefficient, which index, which years, which base."""

    method: str
    coefficient_percent: Decimal
    index: str
    years: str
    base: str
    index_floor: Decimal | None
    coefficient_above_20_paid_years: Decimal | None
    coefficient_of_intellectuals: Decimal | None


@dataclass(frozen=True)
class Version:
    """The rules of a province, or of some of its cities (`areas`), from a day on. `earlier_years`: how the years of the transitional
    part are rounded; those of the basic part by `years`."""

    first_day: dt.date
    last_day: dt.date
    years: str
    earlier_years: str
    part_rounding: str
    total_rounding: str
    first_term: str
    second_term: str
    scaled_below_index: Decimal | None
    transitional: Transitional
    extras: tuple[Extra, ...]
    areas: tuple[str, ...]

    @property
    def reads_provincial_base(self) -> bool:
        """Whether a part of the pension takes the province's base beside the place's own."""
        parts = (self.first_term, self.second_term, self.transitional.base)
        return "provincial" in parts or any(extra.kind == "long_service" for extra in self.extras)

    def titles_at(self, area: str) -> tuple[str, ...]:
        """Titles that an extra of the place, or the coefficient, hangs on; somebody must answer for each."""
        found = [e.when for e in self.extras if e.when not in _BY_MONTHS and e.holds_in(area)]
        if self.transitional.coefficient_of_intellectuals is not None:
            found.append("intellectual")
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class IndexRule:
    """How the average index is made: decimals (None: as they come) and the divisor."""

    decimals: int | None
    year_decimals: int | None
    divisor: str


@dataclass(frozen=True)
class Province:
    """All a province sets for the pension of employees."""

    area: str
    label: str
    source: str
    account_start: int
    bases: tuple[BaseEntry, ...]
    wages: dict[int, Decimal]
    index: IndexRule
    versions: tuple[Version, ...]
    have_cities_own_bases: bool
    wage_rows: tuple[WageEntry, ...] = ()

    def with_signed(self, bases: tuple[SignedRow, ...], wages: tuple[SignedRow, ...]) -> "Province":
        """The same with signed bases and wages, newest first, in the place of those of the same year and area."""
        newest: dict[tuple[int, str], BaseEntry] = {}
        for row in reversed(bases):
            year = int(row.keys[0])
            newest[year, row.area] = BaseEntry(year, row.area, row.columns["value"], row.published, row.status, row.source)
        kept = tuple(entry for entry in self.bases if (entry.year, entry.area) not in newest)
        signed_wages = {int(row.keys[0]): row.columns["value"] for row in reversed(wages)}
        return replace(self, bases=(*newest.values(), *kept), wages=self.wages | signed_wages)

    def version_at(self, day: dt.date, area: str | None = None) -> Version:
        """The rules that hold in a place of the province on a day of retirement, a city's own before the province's.

        Raises:
            ParameterMissing: none stored for the day; rules of later years are not taken for earlier ones.
        """
        held = [v for v in self.versions if v.first_day <= day <= v.last_day]
        for wider in areas_of(self.area if area is None else area):
            for version in held:
                if wider in version.areas:
                    return version
        for version in held:
            if not version.areas:
                return version
        raise ParameterMissing(
            f"参数“{self.label}”在 {self.area} 地区 {day} 没有配置，请联系系统管理员核实政策文件并补充参数。",
            parameter="pension/provinces", area=self.area, day=day.isoformat(),
        )  # fmt: skip

    def base_at(self, area: str, retired_on: dt.date, as_of: dt.date) -> CalculationBase:
        """The base for a retirement, as known on the day of the decision; that of an earlier year is provisional (预发).

        The newest base that has been published is taken, at most two years back. A city with bases of its own never takes the
        province's.

        Raises:
            ParameterMissing: none is known; names the place.
        """
        local = self.base_row(area, retired_on, as_of)
        year = retired_on.year
        if local is not None:
            provincial = self._provincial(local, retired_on, as_of)
            for row in (local, provincial):
                note(BASE_TABLE, row.status, f"{row.year} 年养老金计发基数", f"{row.yuan.normalize():f} 元", row.source)
            is_provisional = local.year != year or provincial.year != local.year
            source = f"{self.label}：{local.year} 年计发基数（{local.source}）"
            if provincial.year != local.year:
                source += f"，全省暂按 {provincial.year} 年（{provincial.source}）"
            return CalculationBase(local.year, local.yuan, provincial.yuan, is_provisional, source)
        raise ParameterMissing(
            f"参数“养老金计发基数”在 {area} 地区 {year} 年（含前两年）没有配置，请联系系统管理员核实政策文件并补充参数。",
            parameter="pension/calculation_base", area=area, day=retired_on.isoformat(),
        )  # fmt: skip

    def _provincial(self, local: BaseEntry, retired_on: dt.date, as_of: dt.date) -> BaseEntry:
        """The province's base beside that of a place: of the same year, else the newest published one before it; the place's own where no rule
        of the day reads the province's.

        Raises:
            ParameterMissing: the rules read it, and none is known.
        """
        if local.area == self.area or not self.version_at(retired_on, local.area).reads_provincial_base:
            return local
        for year in range(local.year, local.year - 3, -1):
            found = self._entry(self.area, year)
            if found is not None and (year == local.year or found.usable_from <= as_of):
                return found
        raise ParameterMissing(
            f"参数“养老金计发基数”在 {self.area} 地区（全省）{local.year} 年（含前两年）没有配置，当地计发办法用到全省基数，"
            "请联系系统管理员核实政策文件并补充参数。",
            parameter="pension/calculation_base", area=self.area, day=retired_on.isoformat(),
        )  # fmt: skip

    def base_row(self, area: str, retired_on: dt.date, as_of: dt.date) -> BaseEntry | None:
        """The row that `base_at` takes, as it is stored; None where none is known."""
        own = self._area_of_bases(area)
        for year in range(retired_on.year, retired_on.year - 3, -1):
            found = self._entry(own, year)
            if found is not None and found.usable_from <= as_of:
                return found
        return None

    def _area_of_bases(self, area: str) -> str:
        """Whose bases a place takes: those of the narrowest area that has any; where every city has its own, its city's."""
        known = {entry.area for entry in self.bases}
        if self.have_cities_own_bases and area != self.area:
            # A county directly under the province is its own city (省直辖县级).
            return area if area in known else area[:4] + "00"
        found = next((wider for wider in areas_of(area) if wider in known), None)
        return self.area if found is None else found

    def _entry(self, area: str, year: int) -> BaseEntry | None:
        return next((entry for entry in self.bases if entry.area == area and entry.year == year), None)

    def wage_of(self, year: int) -> tuple[Decimal, bool]:
        """The average wage (yuan a month) by which the base of a year of contribution is divided, and whether it is an earlier
        year's because the newest is not published yet.

        Raises:
            ParameterMissing: not stored; only after the newest one stored does the newest one stand in, for one year.
        """
        if year in self.wages:
            if is_collecting():
                for row in self.wage_rows:
                    if (row.year, row.yuan) == (year, self.wages[year]):
                        note(WAGE_TABLE, row.status, f"{year} 年指数化所用平均工资", f"{row.yuan.normalize():f} 元", row.source)
            return self.wages[year], False
        if year - 1 in self.wages and year - 1 == max(self.wages):
            return self.wages[year - 1], True
        raise ParameterMissing(
            f"参数“指数化所用平均工资”在 {self.area} 地区 {year} 年没有配置，请联系系统管理员核实政策文件并补充参数，"
            "或按纸质账册在退休预审（PEN-001）录入官方平均缴费指数。",
            parameter="pension/average_wage", area=self.area, day=f"{year}-01-01",
        )  # fmt: skip


def _decimal(row: Mapping, key: str) -> Decimal:
    if not isinstance(row[key], str):
        raise YamlError(f"{row.where(key)}: 数值须加引号，以便按十进制精确读取")
    return Decimal(row[key])


def _decimals(row: Mapping, key: str) -> int | None:
    return None if row[key] == "unrounded" else int(row[key])


def _one_of(row: Mapping, key: str, allowed: tuple[str, ...]) -> str:
    if row[key] not in allowed:
        raise YamlError(f"{row.where(key)}: 未知的取值 {row[key]!r}，应为 {'、'.join(allowed)} 之一")
    return str(row[key])


def _extra(row: Mapping) -> Extra:
    kind = _one_of(row, "kind", tuple(_EXTRA))
    row.check_keys(("kind", "name", "label", "when", *_EXTRA[kind]), ("areas", "conflict"))
    _one_of(row, "when", (*_BY_MONTHS, *TITLES))
    amounts = {key: _decimal(row, key) if key in row else Decimal(0) for key in ("yuan", "percent", "per_index_year")}
    return Extra(
        kind,
        row["name"],
        row["label"],
        row["when"],
        **amounts,
        areas=_areas(row),
        conflict=str(row["conflict"]) if "conflict" in row else "",
    )


def _areas(row: Mapping) -> tuple[str, ...]:
    return tuple(row["areas"]) if "areas" in row else ()


def _transitional(row: Mapping) -> Transitional:
    row.check_keys(("method", "coefficient_percent", "index", "years"), _TRANSITIONAL)
    return Transitional(
        row["method"], _decimal(row, "coefficient_percent"), _one_of(row, "index", ("average", "transitional")),
        _one_of(row, "years", ("deemed", "pre_account")), _base_of(row),
        *(_decimal(row, key) if key in row else None for key in _TRANSITIONAL[1:]),
    )  # fmt: skip


def _base_of(row: Mapping) -> str:
    """Whose base the transitional part takes; a file that does not say means the place's."""
    return _one_of(row, "base", ("local", "provincial")) if "base" in row else "local"


def _version(row: Mapping) -> Version:
    row.check_keys(_VERSION, ("areas", "earlier_years"))
    basic = row["basic"]
    basic.check_keys(("first", "second"), ("scaled_below_index",))
    years = _one_of(row, "years", YEARS_RULES)
    return Version(
        row["from"], dt.date.max if row["to"] is None else row["to"], years,
        _one_of(row, "earlier_years", YEARS_RULES) if "earlier_years" in row else years,
        _one_of(row, "part_rounding", ROUNDINGS), _one_of(row, "total_rounding", ROUNDINGS), _one_of(basic, "first", ("local", "provincial")),
        _one_of(basic, "second", ("local", "provincial")),
        _decimal(basic, "scaled_below_index") if "scaled_below_index" in basic else None, _transitional(row["transitional"]),
        tuple(_extra(extra) for extra in row["extras"]), _areas(row),
    )  # fmt: skip


def _base(row: Mapping) -> BaseEntry:
    row.check_keys(("year", "area", "yuan", "published", "status", "source"))
    _one_of(row, "status", tuple(sorted(STATUSES)))
    return BaseEntry(row["year"], row["area"], _decimal(row, "yuan"), row["published"], row["status"], named(row["source"]))


def _wage(row: Mapping) -> WageEntry:
    row.check_keys(("year", "yuan", "status", "source"))
    return WageEntry(row["year"], _decimal(row, "yuan"), _one_of(row, "status", tuple(sorted(STATUSES))), named(row["source"]))


@cache
def provinces_of_files() -> dict[str, Province]:
    """The provinces as the files have them, by area."""
    found: dict[str, Province] = {}
    for path in sorted((ROOT / "pension" / "provinces").glob("*.yaml")):
        declared = load_yaml(path)
        declared.check_keys(_HEAD, ("own_base",))
        index = declared["index"]
        index.check_keys(("decimals", "year_decimals", "divisor"))
        rule = IndexRule(_decimals(index, "decimals"), _decimals(index, "year_decimals"), _one_of(index, "divisor", DIVISORS))
        bases = [_base(row) for row in declared["calculation_base"]]
        if len({(b.year, b.area) for b in bases}) < len(bases):
            raise YamlError(f"{declared.where('calculation_base')}: 同一年度和地区有两个计发基数")
        rows = [_wage(row) for row in declared["average_wage"]]
        if declared["area"] in found:
            raise YamlError(f"{declared.where('area')}: 重复的地区 {declared['area']}")
        found[declared["area"]] = Province(
            declared["area"], declared["label"], declared["source"], declared["account_start"], tuple(bases), {row.year: row.yuan for row in rows}, rule,
            tuple(_version(row) for row in declared["versions"]), "own_base" in declared and _one_of(declared, "own_base", ("cities",)) == "cities",
            tuple(rows),
        )  # fmt: skip
    return found


def _now() -> dict[str, Province]:
    """The provinces as they hold now."""
    rows = signed()
    is_as_filed = BASE_TABLE not in rows.rows and WAGE_TABLE not in rows.rows
    return provinces_of_files() if is_as_filed else _with(rows)


@lru_cache(maxsize=64)
def _with(rows: Signed) -> dict[str, Province]:
    """The provinces of the files, with what was signed of each."""
    bases, wages = rows.rows.get(BASE_TABLE, ()), rows.rows.get(WAGE_TABLE, ())
    return {
        code: province.with_signed(tuple(r for r in bases if r.area[:2] == code[:2]), tuple(r for r in wages if r.area == code))
        for code, province in provinces_of_files().items()
    }


def province_of(area: str) -> Province:
    """The rules of the province an area belongs to.

    Raises:
        ParameterMissing: no file for the province.
    """
    known = _now()
    for wider in areas_of(area):
        if wider != NATIONAL and wider in known:
            return known[wider]
    raise ParameterMissing(
        f"参数“企业职工基本养老金计发办法”在 {area} 地区没有配置，请联系系统管理员核实政策文件并补充参数。",
        parameter="pension/provinces", area=area, day="",
    )  # fmt: skip


def rules_at(area: str, day: dt.date) -> tuple[Province, Version]:
    """The province of a place and the rules that hold there on a day of retirement: what every assessment asks first.

    Raises:
        ParameterMissing: no file for the province, or no rules for the day.
    """
    return _rules_at(area, day, signed())


@lru_cache(maxsize=10_000)
def _rules_at(area: str, day: dt.date, rows: Signed) -> tuple[Province, Version]:
    province = province_of(area)
    return province, province.version_at(day, area)


def provinces() -> list[Province]:
    """All provinces that have rules."""
    return list(_now().values())
