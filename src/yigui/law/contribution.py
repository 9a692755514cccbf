"""Contributions (社会保险费): base within the published bounds, amounts of employer, employee and flexible worker.

Amounts are in fen, months are YYYYMM; every rule is chosen by the month owed (所属期). Sources stand in the parameters.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from yigui.common.errors import YiguiError
from yigui.common.money import format_fen
from yigui.common.months import add_months, first_day, format_period
from yigui.law.calculation import CalculationLine, plain, round_half_up
from yigui.law.conditions import condition
from yigui.law.parameter_table import Entry, ParameterMissing, table

#: A fraction is handed to SQL as an integer of this unit: percent with six decimals.
RATE_UNIT = 100_000_000


class Payer(StrEnum):
    """Who is insured, and so who pays: an employee with the employer, or a flexible worker (灵活就业人员) alone."""

    EMPLOYEE = "employee"
    FLEXIBLE = "flexible"


class NotLevied(YiguiError):
    """This insurance is not levied from this kind of payer."""

    code = "law.not_levied"


@dataclass(frozen=True)
class Rates:
    """The rates that make the amounts of one insurance in one month, percent of the base; `rule`: the sources with their dates."""

    insurance: str
    payer: Payer
    employer: Decimal
    person: Decimal
    account: Decimal
    source: str
    rule: str


@dataclass(frozen=True)
class Bounds:
    """Floor and ceiling of the base, fen a month, as published."""

    floor_fen: int
    ceiling_fen: int
    source: str
    is_provisional: bool
    rule: str


@dataclass(frozen=True)
class Contribution:
    """What is due for one insurance, person and month, and what of it goes to the personal account; fen."""

    base_fen: int
    employer_fen: int
    person_fen: int
    account_fen: int
    lines: tuple[CalculationLine, ...]

    @property
    def total_fen(self) -> int:
        return self.employer_fen + self.person_fen


def base_bounds(area: str, period: int) -> Bounds:
    """Floor and ceiling of an area for a month owed.

    Raises:
        ParameterMissing: none published for that area and year.
    """
    found = table("contribution/base_bounds").at(area=area, day=first_day(period))
    return Bounds(int(found["floor"] * 100), int(found["ceiling"] * 100), found.source, found.status == "provisional", found.rule)


def capped_base(declared_fen: int, bounds: Bounds) -> int:
    """The base of a declared wage: lifted to the floor, lowered to the ceiling (保底封顶). Source: 国办发〔2019〕13号."""
    return min(max(declared_fen, bounds.floor_fen), bounds.ceiling_fen)


class Odd(StrEnum):
    """What is odd about a wage beside the bounds of the base."""

    NOT = ""
    LOW = "low"
    HIGH = "high"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True)
class WageSpan:
    """Between which wages one is taken unasked, and from where it is none: a misplaced point, an account number. Fen a month."""

    low_fen: int
    high_fen: int
    impossible_fen: int

    def how_odd(self, wage_fen: int) -> Odd:
        """Whether a wage is too far from the bounds to be taken as an ordinary one outside them."""
        if wage_fen > self.impossible_fen:
            return Odd.IMPOSSIBLE
        if wage_fen > self.high_fen:
            return Odd.HIGH
        return Odd.LOW if wage_fen < self.low_fen else Odd.NOT


def wage_span(area: str, period: int) -> WageSpan:
    """What can be true of a wage in an area for a month (申报工资的合理区间): so many times beside the bounds of the base as the agency says.

    Raises:
        ParameterMissing: no bounds published, or nobody has said how far beside them.
    """
    bounds, day = base_bounds(area, period), first_day(period)
    asked, most = (condition(name, area=area, day=day) for name in ("wage_asked_times", "wage_impossible_times"))
    return WageSpan(-(-bounds.floor_fen // asked), bounds.ceiling_fen * asked, bounds.ceiling_fen * most)


def injury_rate(area: str, period: int, risk_class: str, floating_percent: Decimal = Decimal(100)) -> Decimal:
    """The employer's work-injury rate in percent: the benchmark of the class times its floating step."""
    return _injury_rate(area, period, risk_class).value * floating_percent / 100


def _injury_rate(area: str, period: int, risk_class: str) -> Entry:
    return table("contribution/injury_rates").at(risk_class, area=area, day=first_day(period))


def floating_steps(area: str, period: int, risk_class: str) -> list[Decimal]:
    """The floating steps a risk class may have, percent of the benchmark, lowest first."""
    found = (table("contribution/injury_floating").find(risk_class, str(k), area=area, day=first_day(period)) for k in range(1, 6))
    return sorted(entry.value for entry in found if entry is not None)


def rates_of(
    insurance: str, payer: Payer, area: str, period: int, *, risk_class: str = "", floating_percent: Decimal = Decimal(100)
) -> Rates:
    """The rates of an insurance for a month owed.

    Raises:
        ParameterMissing: a rate is not stored for that area and month.
        NotLevied: flexible workers do not take part in this insurance.
    """
    day = first_day(period)
    rates = table("contribution/rates")
    credit = table("account/credit").find(insurance, payer.value, area=area, day=day)
    account = credit.value if credit else Decimal(0)
    if payer == Payer.FLEXIBLE:
        if insurance not in ("employee_pension", "employee_medical"):
            raise NotLevied("灵活就业人员只参加职工基本养老保险和职工基本医疗保险。", insurance=insurance)
        own = rates.at(insurance, "flexible", area=area, day=day)
        return Rates(insurance, payer, Decimal(0), own.value, account, own.source, own.rule)
    if insurance == "injury":
        percent = injury_rate(area, period, risk_class, floating_percent)
        benchmark = _injury_rate(area, period, risk_class)
        return Rates(insurance, payer, percent, Decimal(0), account, "人社部发〔2015〕71号", benchmark.rule)
    employer = rates.at(insurance, "employer", area=area, day=day)
    if insurance == "maternity":
        return Rates(insurance, payer, employer.value, Decimal(0), account, employer.source, employer.rule)
    person = rates.at(insurance, "individual", area=area, day=day)
    sources = employer.source if employer.source == person.source else f"{employer.source}；{person.source}"
    rule = employer.rule if employer.rule == person.rule else f"{employer.rule}；{person.rule}"
    return Rates(insurance, payer, employer.value, person.value, account, sources, rule)


def amount_of(base_fen: int, percent: Decimal) -> int:
    """Base times rate, rounded half up to the fen."""
    return round_half_up(Decimal(base_fen) * percent / 100)


def contribution(declared_fen: int, rates: Rates, bounds: Bounds, period: int) -> Contribution:
    """What is due for one insurance in one month.

    The account receives its percent of the base, and never more than was due.

    Args:
        declared_fen: declared wage, or the base chosen by a flexible worker; fen a month, above zero.
        rates, bounds: of the month owed.
        period: month owed, YYYYMM.
    """
    base = capped_base(declared_fen, bounds)
    employer, person = amount_of(base, rates.employer), amount_of(base, rates.person)
    account = min(amount_of(base, rates.account), employer + person)
    lines = []
    if base != declared_fen:
        what = "下限" if base > declared_fen else "上限"
        lines.append(CalculationLine(f"申报 {format_fen(declared_fen)} 元，按{what}核定基数", base, period, bounds.source))
    for label, percent, amount in (("单位缴费", rates.employer, employer), ("个人缴费", rates.person, person)):
        if percent:
            text = f"{label}：基数 {format_fen(base)} × {plain(percent)}%"
            lines.append(CalculationLine(text, amount, period, rates.source))
    if account:
        lines.append(CalculationLine(f"其中记入个人账户：基数 × {plain(rates.account)}%", account, period, rates.source))
    return Contribution(base, employer, person, account, tuple(lines))


def estimated_amount(last_fen: int, area: str, period: int) -> int:
    """What is due when the employer did not declare: 110 percent of the month before. Source: 社会保险法 第六十二条."""
    return amount_of(last_fen, table("contribution/estimated_levy").at(area=area, day=first_day(period)).value)


def base_year_months(area: str, year: int) -> tuple[int, int]:
    """First and last month (YYYYMM) for which the bases declared for `year` hold."""
    first = table("contribution/calendar").at(area=area, day=first_day(year * 100 + 1))["first_month"]
    start = year * 100 + int(first)
    return start, add_months(start, 11)


def base_year_of(area: str, period: int) -> int:
    """The base year a month belongs to."""
    year = period // 100
    return year if period >= base_year_months(area, year)[0] else year - 1


def resident_subsidy(area: str, year: int, paid_fen: int) -> int:
    """The government's subsidy to a resident's yearly contribution, fen. Source: 国发〔2014〕8号 (the least; areas may add)."""
    row = table("contribution/resident_subsidy").at(area=area, day=first_day(year * 100 + 12))
    if paid_fen < row["grade_from"] * 100:
        return 0
    return int(row["from_500" if paid_fen >= 500_00 else "lowest"] * 100)


def describe_period(start: int, end: int) -> str:
    """A month or a range of months in words."""
    return format_period(start) if start == end else f"{format_period(start)} 至 {format_period(end)}"


__all__ = [
    "RATE_UNIT", "Bounds", "Contribution", "NotLevied", "ParameterMissing", "Payer", "Rates", "amount_of", "base_bounds",
    "base_year_months", "base_year_of", "capped_base", "contribution", "describe_period", "estimated_amount",
    "floating_steps", "injury_rate", "rates_of", "resident_subsidy",
]  # fmt: skip
