"""Annual adjustment of pensions (基本养老金调整): a dated plan of ordered steps, each rounded by itself.

The same plan speaks twice: `adjust` for one person with its lines, `as_sql` for a whole province in one statement. A test holds the
two against each other. What the document of a plan was not read for stands in the plan (`unread`): nobody's pension is raised by it.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any, cast

from yigui.common.money import format_fen
from yigui.common.months import period_of
from yigui.common.yaml_files import Mapping, YamlError, load_yaml
from yigui.law.calculation import CalculationLine, plain
from yigui.law.key_words import COLUMNS
from yigui.law.parameter_table import ROOT, STATUSES, Entry, ParameterMissing, areas_of, table
from yigui.law.retirement_age import age_on

_HEAD = ("label", "area", "year", "effective", "retired_by", "source", "status", "verified_on", "unread", "steps")
#: How a part year counts (不满一年的月数): as a year, by months, by half years (1 to 6 months a half), or the document was not read for it.
PARTS = {"up": 1, "months": 12, "half": 2, "unread": 1}
#: Plans that people have signed, by year.
PLAN_TABLE = "pension/adjustment_plan"
#: Decimals of a percentage, as the statement of everybody reckons with it.
PERCENT_DECIMALS = 4
_UNREAD_PART, _UNREAD_ROUNDING = "不满一年的缴费月数如何计算", "按养老金水平增加的部分如何取整"
_STEP = {
    "fixed": ("yuan",),
    "brackets": ("brackets", "first", "least_yuan", "least_years", "below", "part"),
    "years": ("flat_years", "flat_yuan", "per_year", "round_months"),
    "years_or_flat": ("from_years", "per_year", "otherwise", "round_months"),
    "level": ("percent", "rounding"),
    "tiers": ("bands", "no_leapfrog"),
    "born": ("bands",),
    "age": ("age_on", "bands"),
    "reached": ("age_on", "bands"),
    "age_and_years": ("age_on", "age", "years", "yuan"),
}


@dataclass(frozen=True)
class Pensioner:
    """What the steps look at: contribution months, pension before (fen a month), day of birth, sex (`1` man, `2` woman)."""

    contribution_months: int
    pension_fen: int
    born_on: dt.date
    gender: str


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
        """The step's amount as an expression over `months`, `pension_fen`, `born_on` and `gender`; integer fen."""
        return getattr(self, f"_sql_{self.kind}")()  # type: ignore[no-any-return]

    @property
    def unread(self) -> tuple[str, ...]:
        """What the plan's document was not read for, in words."""
        found = []
        if self.kind == "brackets" and self.given["part"] == "unread":
            found.append(_UNREAD_PART)
        if self.kind == "level" and self.given["rounding"] == "unread":
            found.append(_UNREAD_ROUNDING)
        return tuple(found)

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

    def _brackets(self, p: Pensioner) -> tuple[str, int]:
        unit, below = PARTS[self.given["part"]], self.given["below"]
        if self.given["part"] == "unread" and p.contribution_months % 12:
            raise _not_read(_UNREAD_PART)
        units = _units(p.contribution_months, self.given["part"])
        if below is not None and units < below["years"] * unit:
            return f"不满 {below['years']} 年：{plain(Decimal(below['yuan']))}", _fen(Decimal(below["yuan"]))
        units = max(units, self.given["least_years"] * unit)
        first = self.given["first"]
        fen = 0 if first is None else _fen(Decimal(first["yuan"]))
        words = [] if first is None else [f"前 {first['years']} 年共 {plain(Decimal(first['yuan']))}"]
        for low, high, of_unit in self._parts():
            inside = max(0, (units if high is None else min(units, high)) - low)
            if inside:
                fen += inside * of_unit
                words.append(f"{plain(Decimal(inside) / unit)} 年 × {plain(Decimal(of_unit * unit) / 100)}")
        least = _fen(self._yuan("least_yuan"))
        text = f"{plain(Decimal(units) / unit)} 年：{' + '.join(words)}"
        return (text, fen) if fen >= least else (f"{text}，不足 {plain(Decimal(least) / 100)} 的按此计", least)

    def _parts(self) -> list[tuple[int, int | None, int]]:
        """Brackets in units of the part of a year that counts: above, up to, fen of a unit."""
        unit, found = PARTS[self.given["part"]], []
        low = 0 if self.given["first"] is None else self.given["first"]["years"] * unit
        for band in self.given["brackets"]:
            high = None if band["to_years"] is None else band["to_years"] * unit
            found.append((low, high, _fen(Decimal(band["yuan"])) // unit))
            low = low if high is None else high
        return found

    def _sql_brackets(self) -> str:
        unit, below = PARTS[self.given["part"]], self.given["below"]
        units = f"((months * {unit} + 11) / 12)"
        counted = f"greatest({units}, {self.given['least_years'] * unit})"
        first = 0 if self.given["first"] is None else _fen(Decimal(self.given["first"]["yuan"]))
        sums = [
            f"greatest(0, {counted if high is None else f'least({counted}, {high})'} - {low}) * {of_unit}"
            for low, high, of_unit in self._parts()
        ]
        fen = f"greatest({first} + {' + '.join(sums)}, {_fen(self._yuan('least_yuan'))})"
        if below is None:
            return fen
        return f"(CASE WHEN {units} < {below['years'] * unit} THEN {_fen(Decimal(below['yuan']))} ELSE {fen} END)"

    def _level(self, p: Pensioner) -> tuple[str, int]:
        exact, rounding = Decimal(p.pension_fen) * self._yuan("percent") / 100, self.given["rounding"]
        if rounding == "unread" and exact != int(exact):
            raise _not_read(_UNREAD_ROUNDING)
        if rounding in _UP_TO:
            fen = int((exact / _UP_TO[rounding]).quantize(Decimal(1), ROUND_CEILING)) * _UP_TO[rounding]
        else:
            fen = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
        return f"{format_fen(p.pension_fen)} × {plain(self._yuan('percent'))}%", fen

    def _sql_level(self) -> str:
        # Percent with four decimals, in integers: halves go up.
        exact = self._yuan("percent") * 10**PERCENT_DECIMALS
        part = int(exact)
        assert part == exact, f"{self._yuan('percent')}% 多于 {PERCENT_DECIMALS} 位小数"
        if self.given["rounding"] in _UP_TO:
            up_to = _UP_TO[self.given["rounding"]]
            whole = 1_000_000 * up_to
            return f"((pension_fen * {part} + {whole - 1}) / {whole} * {up_to})"
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
            if age >= band["from"] and ("gender" not in band or band["gender"] == p.gender):
                return f"{self.given['age_on']} 年满 {band['from']} 岁", _fen(Decimal(band["yuan"]))
        return "不符合", 0

    def _sql_age(self) -> str:
        on = self.given["age_on"]
        cases = []
        for band in self.given["bands"]:
            of_sex = f" AND gender = '{band['gender']}'" if "gender" in band else ""
            born = on.replace(year=on.year - band["from"])
            cases.append(f"WHEN born_on <= DATE '{born}'{of_sex} THEN {_fen(Decimal(band['yuan']))}")
        return f"(CASE {' '.join(cases)} ELSE 0 END)"

    def _reached(self, p: Pensioner) -> tuple[str, int]:
        for band in self.given["bands"]:
            if p.born_on.year == self.given["age_on"].year - band["age"]:
                return f"{self.given['age_on'].year} 年内年满 {band['age']} 岁", _fen(Decimal(band["yuan"]))
        return "不符合", 0

    def _sql_reached(self) -> str:
        year = self.given["age_on"].year
        cases = " ".join(
            f"WHEN extract(year FROM born_on) = {year - b['age']} THEN {_fen(Decimal(b['yuan']))}" for b in self.given["bands"]
        )
        return f"(CASE {cases} ELSE 0 END)"

    def _age_and_years(self, p: Pensioner) -> tuple[str, int]:
        if age_on(p.born_on, self.given["age_on"]) < self.given["age"] or p.contribution_months < self.given["years"] * 12:
            return "不符合", 0
        return f"{self.given['age_on']} 年满 {self.given['age']} 岁且缴费满 {self.given['years']} 年", _fen(self._yuan("yuan"))

    def _sql_age_and_years(self) -> str:
        on = self.given["age_on"]
        born = on.replace(year=on.year - self.given["age"])
        return f"(CASE WHEN born_on <= DATE '{born}' AND months >= {self.given['years'] * 12} THEN {_fen(self._yuan('yuan'))} ELSE 0 END)"


#: Up to the next of so many fen.
_UP_TO = {"fen_up": 1, "jiao_up": 10, "yuan_up": 100}


def _fen(yuan: Decimal) -> int:
    fen = yuan * 100
    # A figure is what its document says: cut, it would be another.
    assert fen == int(fen), f"{yuan} 元不是整分"
    return int(fen)


def _units(months: int, part: str) -> int:
    """Contribution months in years, half years or months, as a plan counts them: a part that has begun is whole."""
    return -(-months * PARTS[part] // 12)


def _not_read(what: str) -> ParameterMissing:
    return ParameterMissing(
        f"调整方案未录入“{what}”，不能计算。请按正式文件补充方案。", parameter="pension/adjustments", area="", day=""
    )


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
    #: What its document was not read for, in words; with anything here nobody is raised by it.
    unread: tuple[str, ...] = ()
    #: The signed row it was read from; None of a plan of the files.
    row: Entry | None = None

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
    if kind == "brackets":
        if row["part"] not in PARTS:
            raise YamlError(f"{row.where('part')}: 不满一年的算法应为 {'、'.join(PARTS)} 之一")
        for band in row["brackets"]:
            if _fen(Decimal(band["yuan"])) % PARTS[row["part"]]:
                raise YamlError(f"{row.where('brackets')}: 每年 {band['yuan']} 元按 {row['part']} 计算不是整分")
    if kind == "level" and row["rounding"] not in (*_UP_TO, "fen", "unread"):
        raise YamlError(f"{row.where('rounding')}: 未知的取整 {row['rounding']!r}")
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
                declared["source"], declared["status"], steps := tuple(_step(row) for row in declared["steps"]),
                (*(what for step in steps for what in step.unread), *declared["unread"]),
            )
        )  # fmt: skip
    return tuple(found)


#: Codes of a signed plan: how a part year counts, and to what the part of the level is rounded.
_PART_OF = {1: "up", 2: "half", 12: "months"}
_ROUNDING_OF = {0: "fen", 1: "fen_up", 10: "jiao_up", 100: "yuan_up"}
_WHOLE = ("first_years", "part_year", "rounding_fen")
PART_CODES, ROUNDING_CODES = tuple(_PART_OF), tuple(_ROUNDING_OF)
#: Ages the columns of the table name.
_AGES = (100, 95, 90, 85, 80, 75, 70)


def plan_of(row: Entry) -> AdjustmentPlan:
    """A signed row as a plan: from 1 January of its year, for whoever had retired by the day before.

    Raises:
        ParameterMissing: a code that is none, a figure beyond the decimals it is reckoned with, or yuan a year that are no whole fen a month or half year.
    """
    year, given = int(row.keys[0]), row.columns
    for name, value in given.items():
        most = PERCENT_DECIMALS if name == "level_percent" else 0 if name in _WHOLE else 2
        if value != round(value, most):
            raise _wrong(row, f"{COLUMNS[name]} {plain(value)} 至多 {most} 位小数")
    day, first = dt.date(year - 1, 12, 31), int(given["first_years"])
    part, rounding = _PART_OF.get(int(given["part_year"])), _ROUNDING_OF.get(int(given["rounding_fen"]))
    if part is None or rounding is None:
        raise _wrong(row, "不满一年的算法应为 1、2、12，进位应为 0、1、10、100")
    yearly = [given["first_yuan_per_year"], given["further_yuan_per_year"]]
    if any(yuan * 100 % PARTS[part] for yuan in yearly):
        raise _wrong(row, "每缴费一年的金额按所选的算法不是整分")
    bands: list[dict[str, Any]] = [{"to_years": None, "yuan": str(yearly[1])}]
    if first:
        bands.insert(0, {"to_years": first, "yuan": str(yearly[0])})
    ages = [{"from": age, "yuan": str(given[f"age_{age}"])} for age in _AGES if given[f"age_{age}"]]
    by_years = {
        "brackets": bands,
        "first": None,
        "least_yuan": str(given["least_yuan"]),
        "least_years": 0,
        "below": None,
        "part": part,
    }
    steps: list[tuple[str, str, str, dict[str, Any]]] = [
        ("fixed", "fixed", "定额调整", {"yuan": str(given["fixed_yuan"])}),
        ("brackets", "years", "与缴费年限挂钩", by_years),
        ("level", "level", "与养老金水平挂钩", {"percent": str(given["level_percent"]), "rounding": rounding}),
        ("age", "tilt", "高龄倾斜", {"age_on": day, "bands": ages}),
    ]
    found = tuple(
        Step(kind, name, label, cast(Mapping, values)) for kind, name, label, values in steps if values.get("bands") != []
    )
    return AdjustmentPlan(
        f"{year} 年调整退休人员基本养老金", row.area, year, dt.date(year, 1, 1), day, row.source, row.status, found, row=row
    )


def year_entry(year: int, area: str, columns: dict[str, Decimal], source: str, status: str, *, number: int = 0) -> Entry:
    """The row of a plan, of its year."""
    return Entry((str(year),), area, dt.date(year, 1, 1), dt.date(year, 12, 31), columns, source, status, "", number=number)


def _wrong(row: Entry, what: str) -> ParameterMissing:
    return ParameterMissing(
        f"养老金调整方案（{row.source}）有误：{what}，请按文件核对。", parameter=PLAN_TABLE, area=row.area, day=str(row.first_day)
    )


def _signed_plan(area: str, year: int) -> AdjustmentPlan | None:
    """The plan people have signed for an area itself and a year, the newest; None where nobody has."""
    rows = (row for row in table("pension/adjustment_plan").entries() if row.area == area and row.keys == (str(year),))
    return next((plan_of(row) for row in rows), None)


def adjustment_plan(area: str, year: int) -> AdjustmentPlan:
    """The plan of an area for a year; one that was signed before one of the files.

    Raises:
        ParameterMissing: none stored.
    """
    for wider in areas_of(area):
        if (signed := _signed_plan(wider, year)) is not None:
            return signed
        if (filed := _filed_plan(wider, year)) is not None:
            return filed
    raise _no_plan(area, year)


def plan_of_files(area: str, year: int) -> AdjustmentPlan:
    """The plan of the files alone.

    Raises:
        ParameterMissing: none stored.
    """
    found = next((plan for wider in areas_of(area) if (plan := _filed_plan(wider, year)) is not None), None)
    if found is None:
        raise _no_plan(area, year)
    return found


def _filed_plan(area: str, year: int) -> AdjustmentPlan | None:
    return next((plan for plan in _plans() if (plan.area, plan.year) == (area, year)), None)


def _no_plan(area: str, year: int) -> ParameterMissing:
    return ParameterMissing(
        f"参数“养老金调整方案”在 {area} 地区 {year} 年没有配置，请联系系统管理员核实政策文件并补充参数。",
        parameter="pension/adjustments", area=area, day=f"{year}-01-01",
    )  # fmt: skip
