"""Gaps of the parameters (参数缺口): what an agency of an area needs for a date and has not, and what it has without a verified source."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from yigui.common.yaml_files import Mapping, load_yaml
from yigui.law.parameter_kinds import STATUS_WORDS
from yigui.law.parameter_table import NATIONAL, ROOT, Entry, ParameterMissing, areas_of, begins_anew, table
from yigui.law.pension_adjustment import adjustment_plan
from yigui.law.pension_special import FOR_EVERYBODY
from yigui.law.province import province_of
from yigui.law.signed_rows import signed

#: Every table of the law is asked for, each by the keys anybody has a row for. Of tables read by the highest step reached only the first step is:
#: further ones are a place's own.
_FIRST_STEP = {"unemployment/months": ("12",), "unemployment/amount": ("1", "0")}
#: Keys that no formula reads: the nation's rate as a whole, beside its shares.
_NOT_READ = frozenset({("contribution/rates", ("unemployment", "total"))})
#: Tables a place may have nothing in, or that are asked for otherwise below, with why.
MAY_LACK = {
    "resident/age_supplement": "a place adds nothing at an age unless it says so",
    "survivor/part_year_decimals": "years are reckoned as they are unless a place rounds them",
    "resident/basic": "asked for as the area's own, which the nation's least sum does not replace",
    "account/interest_rate": "asked for by year",
    "contribution/base_bounds": "asked for by year",
    "pension/allowance_adjustment": "asked for with the plan of its year",
    "pension/local_items": "what a place adds beside the nation's parts; a place that adds nothing has nothing",
    "unemployment/medical": "no public document seen gives it; the case of UNE-001 says where it is missing",
    "pension/adjustment_plan": "signed plans, asked for with those of the files",
    "pension/years_sum": "asked for where the province's rule reads it",
    "pension/average_pension": "asked for where the province's rule reads it",
}
#: Since when contributions are credited as they are now, and with them the years that are paid back (国发〔2005〕38号).
_BOUNDS_SINCE = 2006
#: Since when the nation sets one rate of interest for the accounts (人社部发〔2017〕31号).
_INTEREST_SINCE = dt.date(2016, 1, 1)
#: The rounding of a whole pension, where a place has its own.
_ROUNDING = "pension/total_rounding"
#: What a later method gives those who had retired before it, in steps, where no public document seen says how much.
_STEPS = "pension/difference_in_steps"
#: The year before which no contribution is indexed.
_FIRST_WAGE = 1992


@dataclass(frozen=True)
class Gap:
    """Something that is missing, or that stands on no verified source: the parameter, for when, and the sentence about it."""

    parameter: str
    when: str
    text: str
    is_missing: bool
    #: A signed row and one of a later release say different things of the same days: somebody has to sign which is meant.
    is_contested: bool = False

    def found_nowhere(self, area: str) -> str:
        """What no public document seen gives of it, in one sentence with the day it was looked for; "" where that was not looked for."""
        year = int(self.when[:4])
        for row in _unfound():
            if row["area"] in areas_of(area) and self.parameter.startswith(row["parameter"]) and row["from"] <= year <= row["to"]:
                return f"{row['text']}（{_searched_on()} 查公开文件）；请按本地文件录入"
        return ""


@cache
def _declared() -> Mapping:
    declared = load_yaml(Path(__file__).parent / "unfound.yaml")
    declared.check_keys(("searched_on", "rows"))
    for row in declared["rows"]:
        row.check_keys(("area", "parameter", "from", "to", "text"))
    return declared  # type: ignore[no-any-return]


def _unfound() -> tuple[Mapping, ...]:
    return tuple(_declared()["rows"])


def _searched_on() -> dt.date:
    return _declared()["searched_on"]  # type: ignore[no-any-return]


def gaps(area: str, day: dt.date, *, as_of: dt.date | None = None) -> Iterator[Gap]:
    """What an agency of an area needs for a day and has not, the missing first named where it is looked for; then what is not verified.

    Args:
        as_of: the day on which it is asked (the day itself, where none is said): what has been published until then is known.
    """
    for name in sorted(tables_of_the_law() - MAY_LACK.keys()):
        yield from _of_table(name, area, day)
    yield from _of_the_bounds(area, day)
    yield from _of("resident/basic", str(day), partial(table("resident/basic").of_the_area, area=area, day=day))
    for insurance in ("employee_pension", "resident_pension"):
        for year in range(_INTEREST_SINCE.year, day.year):
            read = partial(table("account/interest_rate").at, insurance, area=area, day=dt.date(year, 1, 1))
            yield from _of(f"account/interest_rate/{insurance}", str(year), read)
    yield from _of_the_pension(area, day, day if as_of is None else max(day, as_of))
    yield from _of_the_adjustment(area, day)
    yield from _beside_the_signed(area)


@cache
def tables_of_the_law() -> frozenset[str]:
    """The names of all tables of parameters; ages by month of birth, plans of adjustment and rules of provinces have a shape of their own."""
    names = {path.relative_to(ROOT).with_suffix("").as_posix() for path in ROOT.glob("*/*.yaml")}
    return frozenset(names - {"retirement/statutory_age"})


def _of_table(name: str, area: str, day: dt.date) -> Iterator[Gap]:
    """What of a table an area has not, by every key that somebody has a row for, then or later: a rule that has ended everywhere is no gap."""
    rows = table(name)
    if day < rows.first_day:
        return  # brought in later, whichever the place
    in_force = {row.keys for row in rows.entries() if row.last_day >= day and (name, row.keys) not in _NOT_READ}
    said = set[tuple[str, str]]()
    for keys in [_FIRST_STEP[name]] if name in _FIRST_STEP else sorted(in_force):
        found = rows.find(*keys, area=area, day=day)
        # One line says of a document that nobody has read it.
        if found is None or (found.source, found.status) not in said:
            yield from _of("/".join((name, *keys)), str(day), partial(rows.at, *keys, area=area, day=day))
        if found is not None:
            said.add((found.source, found.status))


def _of_the_bounds(area: str, day: dt.date) -> Iterator[Gap]:
    """Floor and ceiling of the day, and of every year before that is paid back: by its first month and its seventh, where places begin anew."""
    bounds = table("contribution/base_bounds")
    for year in range(_BOUNDS_SINCE, day.year):
        for month in (1, 7):
            if bounds.find(area=area, day=dt.date(year, month, 1)) is None:
                read = partial(bounds.at, area=area, day=dt.date(year, month, 1))
                yield from _of("contribution/base_bounds", str(year), read)
                break
    yield from _of("contribution/base_bounds", str(day), partial(bounds.at, area=area, day=day))


def _of_the_adjustment(area: str, day: dt.date) -> Iterator[Gap]:
    """The plans of the year and of the year before, which is carried out, or made up for, in this one; and the nation's percentage beside each."""
    for year in (day.year - 1, day.year):
        try:
            plan = adjustment_plan(area, year)
        except ParameterMissing as missing:
            yield Gap("pension/adjustments", str(year), missing.message, is_missing=True)
            continue
        if plan.unread:
            text = f"{plan.source}：{'、'.join(plan.unread)}未见原文，有关人员不调整。"
            yield Gap("pension/adjustments", str(year), text, is_missing=False)
        elif plan.status != "verified":
            yield Gap(
                "pension/adjustments", str(year), f"{plan.label}（{STATUS_WORDS[plan.status]}）：{plan.source}", is_missing=False
            )
        allowances = table("pension/allowance_adjustment")
        if plan.effective >= allowances.first_day:
            read = partial(allowances.at, area=NATIONAL, day=plan.effective)
            yield from _of("pension/allowance_adjustment", str(year), read)


def _beside_the_signed(area: str) -> Iterator[Gap]:
    """Rows of a later release that begin within what people have signed: which of the two holds, so that somebody signs what is meant."""
    for name, rows in signed().rows.items():
        # What is set by year has no row that begins within another one's year.
        if rows and (ROOT / f"{name}.yaml").is_file():
            for held, row in table(name).after_signed(areas_of(area)):
                known = f"{held.where}（{held.source}，{held.first_day} 起）之后，程序所带参数另有 {row.first_day} 起的{row.source}（{_values(row)}）"
                said = (
                    f"自该日起按后公布的 {_values(row)} 执行；所签署的仍应执行的，请重新提出参数变更。"
                    if begins_anew(row, held)
                    else f"现仍按所签署的 {_values(held)} 执行；应按新文件执行的，请提出参数变更。"
                )
                yield Gap(name, str(row.first_day), f"{known}，{said}", is_missing=False, is_contested=True)


def _values(entry: Entry) -> str:
    return "、".join(f"{value.normalize():f}" for value in entry.columns.values())


def rounding_not_found(area: str, day: dt.date) -> str:
    """What is said of an area whose own rounding of the whole pension real sheets show and no public document seen gives; "" elsewhere.

    It is awarded to the fen, as its province's rule says, and the sheet of the award says so.
    """
    for row in _unfound():
        if row["parameter"] == _ROUNDING and row["area"] in areas_of(area) and row["from"] <= day.year <= row["to"]:
            return f"{row['text']}；按分计发。"
    return ""


def difference_not_found(area: str, day: dt.date) -> str:
    """What is said of an area and a day of retirement for which a later method gives a difference in steps that no public document seen quantifies; it is not
    reckoned, and the sheet of the award says so. "" elsewhere."""
    for row in _unfound():
        if row["parameter"] == _STEPS and row["area"] in areas_of(area) and row["from"] <= day.year <= row["to"]:
            return f"{row['text']}；差额未计入本次核定，请按当地文件另行办理。"
    return ""


def _of_the_pension(area: str, day: dt.date, as_of: dt.date) -> Iterator[Gap]:
    try:
        province = province_of(area)
        province.version_at(day, area)
    except ParameterMissing as missing:
        yield Gap("pension/provinces", str(day), missing.message, is_missing=True)
        return
    if any(extra.kind == "percent_of_average" for extra in province.version_at(day, area).extras):
        yield from _of("pension/average_pension", str(day), partial(table("pension/average_pension").at, area=area, day=day))
    if province.version_at(day, area).transitional.method in FOR_EVERYBODY:
        yield from _of("pension/years_sum", str(day), partial(table("pension/years_sum").at, area=area, day=day))
    if text := rounding_not_found(area, day):
        yield Gap(_ROUNDING, str(day), text, is_missing=True)
    for row in _unfound():
        if row["parameter"] == _STEPS and row["area"] in areas_of(area):
            yield Gap(_STEPS, str(row["to"]), row["text"], is_missing=True)
    try:
        base = province.base_at(area, day, as_of)
    except ParameterMissing as missing:
        yield Gap("pension/calculation_base", str(day.year), missing.message, is_missing=True)
    else:
        if base.is_provisional:
            text = f"{day.year} 年计发基数尚未公布，按 {base.year} 年预发。"
            yield Gap("pension/calculation_base", str(day.year), text, is_missing=True)
    for year in range(_FIRST_WAGE, day.year + 1):
        try:
            _, is_provisional = province.wage_of(year)
        except ParameterMissing as missing:
            yield Gap("pension/average_wage", str(year), missing.message, is_missing=True)
        else:
            if is_provisional:
                yield Gap("pension/average_wage", str(year), f"{year} 年缴费指数的除数尚未公布，按上一年暂算。", is_missing=True)


def _of(parameter: str, when: str, read: Callable[[], Entry]) -> Iterator[Gap]:
    try:
        found = read()
    except ParameterMissing as missing:
        yield Gap(parameter, when, missing.message, is_missing=True)
        return
    if found.status != "verified":
        yield Gap(parameter, when, f"{_values(found)}（{STATUS_WORDS[found.status]}）：{found.source}", is_missing=False)
