"""Annual adjustment of pensions (基本养老金调整): a dated plan of ordered steps, each rounded by itself.

The same plan speaks twice: `adjust` for one person with its lines, `as_sql` for a whole province in one statement. A test holds the
two against each other.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from yigui.common.money import format_fen
from yigui.common.months import period_of
from yigui.common.strict_yaml import Mapping, YamlError, load_yaml
from yigui.law.calculation import CalculationLine, plain
from yigui.law.parameter_table import ROOT, STATUSES, ParameterMissing, areas_of
from yigui.law.retirement_age import age_on

_HEAD = ("label", "area", "year", "effective", "retired_by", "source", "status", "verified_on", "steps")
_STEP = {
    "fixed": ("yuan",),
    "years": ("flat_years", "flat_yuan", "per_year", "round_months"),
    "years_or_flat": ("from_years", "per_year", "otherwise", "round_months"),
    "level": ("percent", "rounding"),
    "tiers": ("bands", "no_leapfrog"),
    "born": ("bands",),
    "age": ("age_on", "bands"),
}


@dataclass(frozen=True)
class Pensioner:
    """What the steps look at: contribution months, pension before (fen a month), day of birth."""

    contribution_months: int
    pension_fen: int
    born_on: dt.date


@dataclass(frozen=True)
class Step:
    """A step of a plan; `given` are its figures as declared."""

    kind: str
    name: str
    label: str
    given: Mapping

    def fen(self, p: Pensioner) -> tuple[str, int]:
        """The step's words and amount for a person."""
        return getattr(self, f"_{self.kind}")(p)  # type: ignore[no-any-return]

    def sql(self) -> str:
        """The step's amount as an expression over `months`, `pension_fen` and `born_on`; integer fen."""
        return getattr(self, f"_sql_{self.kind}")()  # type: ignore[no-any-return]

    def _yuan(self, key: str) -> Decimal:
        return Decimal(self.given[key])

    def _fixed(self, p: Pensioner) -> tuple[str, int]:
        return f"定额 {plain(self._yuan('yuan'))}", _fen(self._yuan("yuan"))

    def _sql_fixed(self) -> str:
        return str(_fen(self._yuan("yuan")))

    def _full_years(self, p: Pensioner) -> int:
        return -(-p.contribution_months // 12) if self.given["round_months"] == "up" else p.contribution_months // 12

    def _sql_full_years(self) -> str:
        return "((months + 11) / 12)" if self.given["round_months"] == "up" else "(months / 12)"

    def _years(self, p: Pensioner) -> tuple[str, int]:
        years, flat = self._full_years(p), self.given["flat_years"]
        more = max(0, years - flat)
        text = f"{years} 年：前 {flat} 年共 {plain(self._yuan('flat_yuan'))}，其余 {more} 年 × {plain(self._yuan('per_year'))}"
        return text, _fen(self._yuan("flat_yuan")) + more * _fen(self._yuan("per_year"))

    def _sql_years(self) -> str:
        more = f"greatest(0, {self._sql_full_years()} - {self.given['flat_years']})"
        return f"({_fen(self._yuan('flat_yuan'))} + {more} * {_fen(self._yuan('per_year'))})"

    def _years_or_flat(self, p: Pensioner) -> tuple[str, int]:
        years = self._full_years(p)
        if years < self.given["from_years"]:
            return f"不满 {self.given['from_years']} 年：{plain(self._yuan('otherwise'))}", _fen(self._yuan("otherwise"))
        return f"{years} 年 × {plain(self._yuan('per_year'))}", years * _fen(self._yuan("per_year"))

    def _sql_years_or_flat(self) -> str:
        years = self._sql_full_years()
        return (
            f"(CASE WHEN {years} < {self.given['from_years']} THEN {_fen(self._yuan('otherwise'))} "
            f"ELSE {years} * {_fen(self._yuan('per_year'))} END)"
        )

    def _level(self, p: Pensioner) -> tuple[str, int]:
        exact = Decimal(p.pension_fen) * self._yuan("percent") / 100
        if self.given["rounding"] == "yuan_up":
            fen = int((exact / 100).quantize(Decimal(1), ROUND_CEILING)) * 100
        else:
            fen = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
        return f"{format_fen(p.pension_fen)} × {plain(self._yuan('percent'))}%", fen

    def _sql_level(self) -> str:
        # Percent with four decimals, in integers: halves go up.
        part = int(self._yuan("percent") * 10_000)
        if self.given["rounding"] == "yuan_up":
            return f"((pension_fen * {part} + 99999999) / 100000000 * 100)"
        return f"((pension_fen * {part} + 500000) / 1000000)"

    def _tiers(self, p: Pensioner) -> tuple[str, int]:
        floor = 0
        for band in self.given["bands"]:
            below = None if band["below"] is None else _fen(Decimal(band["below"]))
            own = _fen(Decimal(band["yuan"]))
            if below is None or p.pension_fen < below:
                fen = max(own, floor - p.pension_fen) if self.given["no_leapfrog"] else own
                return f"{format_fen(p.pension_fen)} 对应 {plain(Decimal(band['yuan']))}", fen
            floor = max(floor, below + own)
        return "", 0

    def _sql_tiers(self) -> str:
        cases, floor = [], 0
        for band in self.given["bands"]:
            below = None if band["below"] is None else _fen(Decimal(band["below"]))
            own = _fen(Decimal(band["yuan"]))
            fen = f"greatest({own}, {floor} - pension_fen)" if self.given["no_leapfrog"] else str(own)
            cases.append(f"ELSE {fen}" if below is None else f"WHEN pension_fen < {below} THEN {fen}")
            floor = max(floor, (0 if below is None else below) + own)
        return f"(CASE {' '.join(cases)} END)"

    def _born(self, p: Pensioner) -> tuple[str, int]:
        for band in self.given["bands"]:
            if p.born_on <= band["to"]:
                return f"{band['to']} 及以前出生", _fen(Decimal(band["yuan"]))
        return "不符合", 0

    def _sql_born(self) -> str:
        cases = " ".join(f"WHEN born_on <= DATE '{b['to']}' THEN {_fen(Decimal(b['yuan']))}" for b in self.given["bands"])
        return f"(CASE {cases} ELSE 0 END)"

    def _age(self, p: Pensioner) -> tuple[str, int]:
        age = age_on(p.born_on, self.given["age_on"])
        for band in self.given["bands"]:
            if age >= band["from"]:
                return f"{self.given['age_on']} 年满 {band['from']} 岁", _fen(Decimal(band["yuan"]))
        return "不符合", 0

    def _sql_age(self) -> str:
        on = self.given["age_on"]
        cases = " ".join(
            f"WHEN born_on <= DATE '{on.replace(year=on.year - b['from'])}' THEN {_fen(Decimal(b['yuan']))}"
            for b in self.given["bands"]
        )
        return f"(CASE {cases} ELSE 0 END)"


def _fen(yuan: Decimal) -> int:
    return int(yuan * 100)


@dataclass(frozen=True)
class AdjustmentPlan:
    """A plan: where, for which year, since when, for whom, by which steps."""

    label: str
    area: str
    year: int
    effective: dt.date
    retired_by: dt.date
    source: str
    status: str
    steps: tuple[Step, ...]

    def adjust(self, p: Pensioner) -> tuple[int, tuple[CalculationLine, ...]]:
        """The monthly increase, fen, and a line for each step that gives something."""
        period, lines, total = period_of(self.effective), [], 0
        for step in self.steps:
            text, fen = step.fen(p)
            total += fen
            if fen:
                lines.append(CalculationLine(f"{step.label}：{text}", fen, period, self.source))
        return total, tuple(lines)

    def as_sql(self) -> list[tuple[str, str]]:
        """Name and expression of each step."""
        return [(step.name, step.sql()) for step in self.steps]


def _step(row: Mapping) -> Step:
    kind = row.get("kind")
    if kind not in _STEP:
        raise YamlError(f"{row.where('kind')}: 未知的调整步骤 {kind!r}，应为 {'、'.join(_STEP)} 之一")
    row.check_keys(("kind", "name", "label", *_STEP[kind]))
    return Step(kind, row["name"], row["label"], row)


@cache
def _plans() -> tuple[AdjustmentPlan, ...]:
    found = []
    for path in sorted((ROOT / "pension" / "adjustments").glob("*.yaml")):
        declared: Any = load_yaml(path)
        declared.check_keys(_HEAD)
        if declared["status"] not in STATUSES:
            raise YamlError(f"{declared.where('status')}: 未知的状态 {declared['status']!r}")
        found.append(
            AdjustmentPlan(
                declared["label"], declared["area"], declared["year"], declared["effective"], declared["retired_by"],
                declared["source"], declared["status"], tuple(_step(row) for row in declared["steps"]),
            )
        )  # fmt: skip
    return tuple(found)


def adjustment_plan(area: str, year: int) -> AdjustmentPlan:
    """The plan of an area for a year.

    Raises:
        ParameterMissing: none stored.
    """
    for wider in areas_of(area):
        for plan in _plans():
            if plan.area == wider and plan.year == year:
                return plan
    raise ParameterMissing(
        f"参数“养老金调整方案”在 {area} 地区 {year} 年没有配置，请联系系统管理员核实政策文件并补充参数。",
        parameter="pension/adjustments", area=area, day=f"{year}-01-01",
    )  # fmt: skip
