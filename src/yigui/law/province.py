"""How a province assesses the pension of employees (企业职工基本养老金计发办法): one file a province, versions by date.

A new province is one file in `parameters/pension/provinces`; where its structure differs, one function in `pension_special.py`.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from yigui.common.strict_yaml import Mapping, YamlError, load_yaml
from yigui.law.parameter_table import NATIONAL, ROOT, STATUSES, ParameterMissing, areas_of

_HEAD = ("label", "area", "account_start", "source", "verified_on", "calculation_base", "average_wage", "index", "versions")
_VERSION = ("from", "to", "years", "part_rounding", "total_rounding", "basic", "transitional", "extras")
_EXTRA = {
    "fixed": ("yuan",),
    "linear": ("yuan", "per_index_year"),
    "indexed_percent": ("percent",),
    "percent_of_parts": ("percent",),
    "percent_of_yuan": ("percent", "yuan"),
    "long_service": (),
    "plateau": (),
}
YEARS_RULES = ("unrounded", "half_up_2", "half_up_4", "half_up_5", "up_1", "up_2", "down_2", "full_and_0.083")
ROUNDINGS = ("fen", "jiao_up", "jiao_half_up")
DIVISORS = ("contributed_years", "span_years", "contributed_months")


@dataclass(frozen=True)
class BaseEntry:
    """A pension calculation base (计发基数), yuan a month, and the day from which awards use it."""

    year: int
    area: str
    yuan: Decimal
    published: dt.date | None
    status: str

    @property
    def usable_from(self) -> dt.date:
        """The day of publication; the end of the year where it is not known."""
        return self.published or dt.date(self.year, 12, 31)


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
    """A component beside the three parts, paid when the person has the title `when` (always, when empty)."""

    kind: str
    name: str
    label: str
    when: str
    yuan: Decimal
    percent: Decimal
    per_index_year: Decimal


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


@dataclass(frozen=True)
class Version:
    """The rules of a province from a day on."""

    first_day: dt.date
    last_day: dt.date
    years: str
    part_rounding: str
    total_rounding: str
    first_term: str
    second_term: str
    scaled_below_index: Decimal | None
    transitional: Transitional
    extras: tuple[Extra, ...]


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

    def version_at(self, day: dt.date) -> Version:
        """The rules that hold on a day of retirement.

        Raises:
            ParameterMissing: none stored for the day.
        """
        for version in self.versions:
            if version.first_day <= day <= version.last_day:
                return version
        raise ParameterMissing(
            f"参数“{self.label}”在 {self.area} 地区 {day} 没有配置，请联系系统管理员核实政策文件并补充参数。",
            parameter="pension/provinces", area=self.area, day=day.isoformat(),
        )  # fmt: skip

    def base_at(self, area: str, retired_on: dt.date, as_of: dt.date) -> CalculationBase:
        """The base for a retirement, as known on the day of the decision; that of the year before is provisional (预发).

        Raises:
            ParameterMissing: neither the year's nor the year before's is known.
        """
        year = retired_on.year
        for candidate, is_provisional in ((year, False), (year - 1, True)):
            local, provincial = self._entry(area, candidate), self._entry(self.area, candidate)
            known = local or provincial
            if known is not None and known.usable_from <= as_of:
                own, province = known.yuan, (provincial or known).yuan
                return CalculationBase(candidate, own, province, is_provisional, f"{self.label}：{candidate} 年计发基数")
        raise ParameterMissing(
            f"参数“养老金计发基数”在 {area} 地区 {year} 年（含上年）没有配置，请联系系统管理员核实政策文件并补充参数。",
            parameter="pension/calculation_base", area=area, day=retired_on.isoformat(),
        )  # fmt: skip

    def _entry(self, area: str, year: int) -> BaseEntry | None:
        for wider in areas_of(area):
            for entry in self.bases:
                if entry.area == wider and entry.year == year:
                    return entry
        return None

    def wage_of(self, year: int) -> tuple[Decimal, bool]:
        """The average wage (yuan a month) by which the base of a contribution year is divided, and whether it is the year before's
        because the year's own is not published yet.

        Raises:
            ParameterMissing: stored for neither.
        """
        for candidate in (year, year - 1):
            if candidate in self.wages:
                return self.wages[candidate], candidate != year
        raise ParameterMissing(
            f"参数“指数化所用平均工资”在 {self.area} 地区 {year} 年没有配置，请联系系统管理员核实政策文件并补充参数。",
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
    row.check_keys(("kind", "name", "label", "when", *_EXTRA[kind]))
    amounts = {key: _decimal(row, key) if key in row else Decimal(0) for key in ("yuan", "percent", "per_index_year")}
    return Extra(kind, row["name"], row["label"], row["when"], **amounts)


def _transitional(row: Mapping) -> Transitional:
    row.check_keys(("method", "coefficient_percent", "index", "years"), ("base", "index_floor", "coefficient_above_20_paid_years"))
    return Transitional(
        row["method"], _decimal(row, "coefficient_percent"), _one_of(row, "index", ("average", "transitional")),
        _one_of(row, "years", ("deemed", "pre_account")), row.get("base", "local"),
        _decimal(row, "index_floor") if "index_floor" in row else None,
        _decimal(row, "coefficient_above_20_paid_years") if "coefficient_above_20_paid_years" in row else None,
    )  # fmt: skip


def _version(row: Mapping) -> Version:
    row.check_keys(_VERSION)
    basic = row["basic"]
    basic.check_keys(("first", "second"), ("scaled_below_index",))
    return Version(
        row["from"], row["to"] or dt.date.max, _one_of(row, "years", YEARS_RULES), _one_of(row, "part_rounding", ROUNDINGS),
        _one_of(row, "total_rounding", ROUNDINGS), _one_of(basic, "first", ("local", "provincial")),
        _one_of(basic, "second", ("local", "provincial")),
        _decimal(basic, "scaled_below_index") if "scaled_below_index" in basic else None, _transitional(row["transitional"]),
        tuple(_extra(extra) for extra in row["extras"]),
    )  # fmt: skip


def _base(row: Mapping) -> BaseEntry:
    row.check_keys(("year", "area", "yuan", "published", "status"))
    _one_of(row, "status", tuple(sorted(STATUSES)))
    return BaseEntry(row["year"], row["area"], _decimal(row, "yuan"), row["published"], row["status"])


@cache
def _all() -> dict[str, Province]:
    found: dict[str, Province] = {}
    for path in sorted((ROOT / "pension" / "provinces").glob("*.yaml")):
        declared = load_yaml(path)
        declared.check_keys(_HEAD)
        index = declared["index"]
        index.check_keys(("decimals", "year_decimals", "divisor"))
        rule = IndexRule(_decimals(index, "decimals"), _decimals(index, "year_decimals"), _one_of(index, "divisor", DIVISORS))
        bases = [_base(row) for row in declared["calculation_base"]]
        if len({(b.year, b.area) for b in bases}) < len(bases):
            raise YamlError(f"{declared.where('calculation_base')}: 同一年度和地区有两个计发基数")
        wages = {}
        for row in declared["average_wage"]:
            row.check_keys(("year", "yuan", "status"))
            wages[row["year"]] = _decimal(row, "yuan")
        if declared["area"] in found:
            raise YamlError(f"{declared.where('area')}: 重复的地区 {declared['area']}")
        found[declared["area"]] = Province(
            declared["area"], declared["label"], declared["source"], declared["account_start"], tuple(bases), wages, rule,
            tuple(_version(row) for row in declared["versions"]),
        )  # fmt: skip
    return found


def province_of(area: str) -> Province:
    """The rules of the province an area belongs to.

    Raises:
        ParameterMissing: no file for the province.
    """
    for wider in areas_of(area):
        if wider != NATIONAL and wider in _all():
            return _all()[wider]
    raise ParameterMissing(
        f"参数“企业职工基本养老金计发办法”在 {area} 地区没有配置，请联系系统管理员核实政策文件并补充参数。",
        parameter="pension/provinces", area=area, day="",
    )  # fmt: skip


def provinces() -> list[Province]:
    """All provinces that have rules."""
    return list(_all().values())
