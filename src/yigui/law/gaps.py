"""Gaps of the parameters (参数缺口): what an agency of an area needs for a date and has not, and what it has without a verified source."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from yigui.common.yaml_files import Mapping, load_yaml
from yigui.law.parameter_kinds import STATUS_WORDS
from yigui.law.parameter_table import ROOT, Entry, ParameterMissing, areas_of, begins_anew, table
from yigui.law.province import province_of
from yigui.law.signed_rows import signed

#: Tables an agency reads for its area on any day, with the keys it reads them by.
_READ: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("contribution/base_bounds", ()), ("contribution/rates", ("employee_pension", "employer")),
    ("contribution/rates", ("employee_pension", "individual")), ("contribution/rates", ("unemployment", "employer")),
    ("survivor/disposable_income", ()), ("unemployment/months", ("12",)), ("unemployment/amount", ("1", "0")), ("pension/disability", ()),
)  # fmt: skip
#: What the nation brought in on a day and what is no gap before it.
_BROUGHT_IN = ("pension/disability",)
#: Since when the nation sets one rate of interest for the accounts (人社部发〔2017〕31号).
_INTEREST_SINCE = dt.date(2016, 1, 1)
#: The rounding of a whole pension, where a place has its own.
_ROUNDING = "pension/total_rounding"
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
    for name, keys in _READ:
        if name in _BROUGHT_IN and day < table(name).first_day:
            continue
        yield from _of("/".join((name, *keys)), str(day), partial(table(name).at, *keys, area=area, day=day))
    yield from _of("resident/basic", str(day), partial(table("resident/basic").of_the_area, area=area, day=day))
    for insurance in ("employee_pension", "resident_pension"):
        for year in range(_INTEREST_SINCE.year, day.year):
            read = partial(table("account/interest_rate").at, insurance, area=area, day=dt.date(year, 1, 1))
            yield from _of(f"account/interest_rate/{insurance}", str(year), read)
    yield from _of_the_pension(area, day, day if as_of is None else max(day, as_of))
    yield from _beside_the_signed(area)


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


def _of_the_pension(area: str, day: dt.date, as_of: dt.date) -> Iterator[Gap]:
    try:
        province = province_of(area)
        province.version_at(day, area)
    except ParameterMissing as missing:
        yield Gap("pension/provinces", str(day), missing.message, is_missing=True)
        return
    if text := rounding_not_found(area, day):
        yield Gap(_ROUNDING, str(day), text, is_missing=True)
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
