"""Assessing a person's pension: facts from the record, the account and the law; the same for an award, a what-if and a recalculation."""

import datetime as dt
import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from yigui.accounts.queries import open_years
from yigui.common.months import add_months, first_day, months_after, months_between, period_of, plain_months
from yigui.entitlement.disability import allowance_of, paid_as
from yigui.entitlement.dossier import Answers
from yigui.entitlement.errors import AwardRefused
from yigui.entitlement.plausible import judge_answers, months_of_age
from yigui.law.account_interest import OpenYears
from yigui.law.average_index import AverageIndex, ContributionYear, average_index
from yigui.law.calculation import plain, round_half_up
from yigui.law.needs import DEEMED, PRE_ACCOUNT, refusal_of
from yigui.law.parameter_table import table
from yigui.law.payout_months import payout_months
from yigui.law.pension import Assessment, ImpossibleRecord, PensionFacts, assess, base_at
from yigui.law.province import CalculationBase, Province, province_of
from yigui.law.retirement_age import RetirementGroup, RetirementSpan, minimum_contribution_months, retirement_span
from yigui.levy.record import ContributionRecord, record_of, rows_of
from yigui.registry.enums import AAE140, Insurance
from yigui.registry.models import Person

PENSION = Insurance.EMPLOYEE_PENSION.value
#: What becomes another when an award is made again; everything else it keeps stays.
_RENEWED = frozenset({"average_index", "years", "account_fen", "base_year", "base_yuan", "account_since"})


@dataclass(frozen=True)
class PersonAssessment:
    """An assessment with all it was made from: what a sheet, a page and a later recalculation need."""

    assessment: Assessment
    facts: PensionFacts
    base: CalculationBase
    index: AverageIndex
    record: ContributionRecord
    account_fen: int
    is_account_incomplete: bool
    #: The account's open years, where a year's interest is still missing: the award keeps them and is made again from them.
    open_account: OpenYears | None = None
    #: Whether it is the amount of a disability allowance taken over (`after_allowance`), and what adjustments gave that, fen.
    is_taken_over: bool = False
    adjusted_fen: int = 0

    @property
    def pays_fen(self) -> int:
        """What a month comes to, fen."""
        return self.assessment.total_fen + self.adjusted_fen

    @property
    def is_provisional(self) -> bool:
        """Whether a base, a wage or an interest rate of the year is still missing (预发)."""
        return self.base.is_provisional or self.index.is_provisional or self.is_account_incomplete

    @property
    def inputs(self) -> dict[str, Any]:
        """What the award keeps; `reassess` makes the same again from it."""
        f = self.facts
        return {
            "area": f.area, "retired_on": f.retired_on.isoformat(), "total_months": _plain(f.total_months), "deemed_months": _plain(f.deemed_months),
            "pre_account_months": _plain(f.pre_account_months), "average_index": str(f.average_index),
            "transitional_index": None if f.transitional_index is None else str(f.transitional_index), "account_fen": f.account_fen,
            "payout_months": str(f.payout_months), "titles": None if f.titles is None else sorted(f.titles),
            "supplement_percent": None if f.supplement_percent is None else str(f.supplement_percent),
            "notional_account_fen": f.notional_account_fen, "old_method_fen": f.old_method_fen,
            "weighted_years": None if f.weighted_years is None else str(f.weighted_years),
            "local_months": None if f.local_months is None else _plain(f.local_months),
            "city_factor": None if f.city_factor is None else str(f.city_factor), "old_indexed_wage_fen": f.old_indexed_wage_fen,
            "transition_percent": None if f.transition_percent is None else str(f.transition_percent), "base_year": self.base.year,
            "base_yuan": str(self.base.local), "deemed_years": self.index.deemed_years,
            "years": [[y.year, y.months, str(y.base), str(y.wage), str(y.index)] for y in self.index.years],
        } | ({} if self.open_account is None else {"account_since": kept_account(self.open_account)})  # fmt: skip


def span_of(person: Person, group: RetirementGroup) -> RetirementSpan:
    """When the person may retire in a group."""
    return retirement_span(group, period_of(person.born_on))


def group_by_month(person: Person, period: int) -> RetirementGroup:
    """The group of the retirement age by the month of retirement (YYYYMM): for forms that did not ask a woman's.

    Hers is that of 50 up to the last month it allows, and that of 55 after it: how such forms were examined when they were accepted.
    """
    if person.gender != "2":
        return RetirementGroup.MEN
    return RetirementGroup.WOMEN_50 if period <= span_of(person, RetirementGroup.WOMEN_50).latest else RetirementGroup.WOMEN_55


def months_needed(span: RetirementSpan, retired_period: int) -> int:
    """Contribution months needed: of the chosen month when early, of the statutory month when late."""
    return minimum_contribution_months(min(retired_period, span.statutory))


def judge_record(
    person: Person,
    record: ContributionRecord,
    retired_on: dt.date,
    deemed_months: Decimal | int,
    work_started_on: dt.date | None = None,
) -> None:
    """Refuse a record that cannot be. Deemed months are months of work that nobody paid for: with the paid ones they fit between the start
    of work, where it is known, and the retirement.

    Raises:
        ImpossibleRecord: months before the working age, retirement before birth, more months than there were.
    """
    if retired_on <= person.born_on:
        raise ImpossibleRecord(f"退休日期 {retired_on} 不晚于出生日期 {person.born_on}，请核对。")
    since, youngest = months_of_age(person, retired_on)
    sixteen = person.born_on.year + youngest
    early = [y.year for y in record.years if y.year < sixteen]
    if early:
        raise ImpossibleRecord(f"{early[0]} 年的缴费早于年满 {youngest} 周岁（{sixteen} 年），请先核对缴费记录。")
    if record.months + deemed_months > since:
        raise ImpossibleRecord(
            f"实缴 {record.months} 个月与视同 {deemed_months} 个月之和超过年满 {youngest} 周岁至退休的 {since} 个月，请核对是否重复。",
            need=DEEMED.name,
        )
    if deemed_months and work_started_on is not None:
        worked = months_between(period_of(work_started_on), period_of(retired_on))
        # Where the paid months alone go beyond it the day is wrong, and says nothing of the deemed ones: the pre-review asks.
        if record.months <= worked < record.months + deemed_months:
            raise ImpossibleRecord(
                f"实缴 {record.months} 个月与视同 {plain_months(deemed_months)} 个月之和超过参加工作（{work_started_on}）至退休的 {worked} 个月，"
                "请核对参加工作日期和视同缴费月数。",
                need=DEEMED.name,
            )


def assess_person(
    person: Person, *, area: str, retired_on: dt.date, answers: Answers, as_of: dt.date, ahead_months: int = 0,
    base: CalculationBase | None = None, record: ContributionRecord | None = None, account: tuple[int, bool] | None = None,
    growth_percent: Decimal = Decimal(0), back_months: int = 0, ahead_base_fen: int | None = None,
) -> PersonAssessment:  # fmt: skip
    """The pension of a person who retires on a day, as known on `as_of`.

    Args:
        answers: what the dossier knows beside record and account.
        ahead_months: months still to be paid until then (a what-if): taken as paid on the last base, the index kept.
        growth_percent: by how much the last base grows every twelve of those months.
        back_months: months that are missing and were to be paid now, on the last base (补缴).
        ahead_base_fen: the base of the months ahead, fen, where it is not to be the last one; the index then counts them with it.
        base: the calculation base, where it is not to be that of the year of retirement.
        record, account: the record until that month, and the account's balance (fen) in that year and whether a rate is still
            missing, where the caller has read them.

    Raises:
        ImpossibleRecord, ParameterMissing, FactMissing: as the law says.
        AwardRefused: nothing was ever paid.
    """
    province = province_of(area)
    if record is None:
        record = record_of(person, PENSION, until=period_of(retired_on))
    deemed = answers.deemed_months
    if not record.years and not deemed:
        raise AwardRefused("没有查询到养老保险缴费记录，也没有视同缴费月数，请先核对缴费或办理转移接续。")
    judge_answers(answers, person=person, area=area, retired_on=retired_on)
    judge_record(person, record, retired_on, deemed, answers.work_started_on)
    index = index_of(record, province, answers)
    balance, is_incomplete, still_open = account_in(person, area, retired_on.year) if account is None else (*account, None)
    if ahead_months or back_months:
        last = record.years[-1]
        percent = table("account/credit").at(PENSION, "employee", area=area, day=retired_on).value
        of_last = Decimal(last.base_sum_fen) / last.months
        of_ahead = of_last if ahead_base_fen is None else Decimal(ahead_base_fen)
        credited = of_ahead * _grown_months(ahead_months, growth_percent) + of_last * back_months
        balance += round_half_up(credited * percent / 100)
    average = index.value
    if ahead_months and ahead_base_fen is not None:
        average = index_with(index.value, record.months + back_months, ahead_months, ahead_base_fen, province)
    facts = PensionFacts(
        area=area, retired_on=retired_on, total_months=record.months + deemed + ahead_months + back_months,
        # Converted months count for the transitional part and never for the basic part.
        deemed_months=deemed if answers.converted_months is None else deemed + answers.converted_months,
        pre_account_months=_pre_account(record, province, answers), average_index=average, account_fen=balance,
        payout_months=payout_months(months_after(period_of(person.born_on), period_of(retired_on)), retired_on),
        transitional_index=answers.transitional_index, titles=answers.titles, supplement_percent=answers.supplement_percent,
        notional_account_fen=answers.notional_account, old_method_fen=answers.old_method_amount, weighted_years=answers.weighted_years,
        local_months=answers.local_months, city_factor=answers.city_factor, old_indexed_wage_fen=answers.old_indexed_wage,
        transition_percent=answers.transition_percent,
    )  # fmt: skip
    base = base_at(area, retired_on, as_of) if base is None else base
    return PersonAssessment(assess(facts, base), facts, base, index, record, balance, is_incomplete, still_open)


def index_with(index: Decimal, months: int, ahead_months: int, ahead_base_fen: int, province: Province) -> Decimal:
    """An estimate of the average index once months to come have been paid on a base of one's own: each month counts alike, those to come with
    their base over the newest wage there is. Four decimals."""
    wage = province.wages[max(province.wages)]
    trial = Decimal(ahead_base_fen) / 100 / wage
    return ((index * months + trial * ahead_months) / (months + ahead_months)).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def _grown_months(months: int, growth_percent: Decimal) -> Decimal:
    """So many months on a base that grows every twelve, as months on the first base."""
    factor = 1 + growth_percent / 100
    years, rest = divmod(months, 12)
    return sum((12 * factor**year for year in range(years)), Decimal(0)) + rest * factor**years


def grown_base(base: CalculationBase, year: int, growth_percent: Decimal) -> CalculationBase:
    """A calculation base as it would be in a later year, were it to grow by so many percent a year; the same without growth."""
    years = max(0, year - base.year)
    if not years or not growth_percent:
        return base
    factor = (1 + growth_percent / 100) ** years
    return replace(
        base, local=(base.local * factor).quantize(Decimal("0.01")), provincial=(base.provincial * factor).quantize(Decimal("0.01")),
        source=f"{base.source}，按每年增长 {plain(growth_percent)}% 推算至 {year} 年",
    )  # fmt: skip


def index_of(record: ContributionRecord, province: Province, answers: Answers) -> AverageIndex:
    """The average index: as the paper account book prints it, else of all years of the record.

    Raises:
        ParameterMissing: no average wage is known for a year of it.
    """
    if answers.average_index is not None:
        return AverageIndex.as_printed(answers.average_index)
    paid = record.paid_years()
    return average_index(paid, province, deemed_years=deemed_calendar_years(answers, {y.year for y in paid}))


def deemed_calendar_years(answers: Answers, paid_years: Collection[int]) -> int:
    """Calendar years of work without contributions, each once: from the start of work, those with paid months left out.

    Without the day on which work began the months are counted as whole years begun.
    """
    if not answers.deemed_months:
        return 0
    if answers.work_started_on is None:
        return math.ceil(answers.deemed_months / Decimal(12))
    first = period_of(answers.work_started_on)
    last = add_months(first, math.ceil(answers.deemed_months) - 1)
    return len(set(range(first // 100, last // 100 + 1)) - set(paid_years))


def _pre_account(record: ContributionRecord, province: Province, answers: Answers) -> Decimal | int:
    """Months before the accounts began, deemed ones included: as the paper says, else of the record by month."""
    converted = 0 if answers.converted_months is None else answers.converted_months
    if answers.pre_account_months is not None:
        return answers.pre_account_months + converted
    before = record.months_before(province.account_start)
    if before is None:
        raise refusal_of([PRE_ACCOUNT], province.area)
    return before + answers.deemed_months + converted


def account_in(person: Person, area: str, year: int) -> tuple[int, bool, OpenYears | None]:
    """The balance of the pension account with the interest until a year, fen, whether a year's rate is still missing, and then its open years."""
    held = open_years(person.pk, AAE140[PENSION], year=year)
    balance, is_incomplete = held.balance_in(PENSION, area, year)
    return balance, is_incomplete, held if is_incomplete else None


def kept_account(account: OpenYears) -> dict[str, Any]:
    """An account's open years as an award keeps them."""
    return {"closing_fen": account.closing_fen, "first_year": account.first_year, "moves": [list(move) for move in account.moves]}


def open_account(inputs: dict[str, Any]) -> OpenYears | None:
    """An account's open years as `kept_account` has written them; None where the account is final."""
    kept = inputs.get("account_since")
    if kept is None:
        return None
    return OpenYears(kept["closing_fen"], kept["first_year"], tuple((year, month, fen) for year, month, fen in kept["moves"]))


def _with_interest(inputs: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """The inputs with the interest published since, and whether a rate is still missing; final accounts stay as they are."""
    account = open_account(inputs)
    if account is None:
        return inputs, False
    balance, is_incomplete = account.balance_in(PENSION, inputs["area"], dt.date.fromisoformat(inputs["retired_on"]).year)
    final = inputs if is_incomplete else {key: value for key, value in inputs.items() if key != "account_since"}
    return final | {"account_fen": balance}, is_incomplete


def _plain(months: Decimal | int) -> int | str:
    """Months as JSON keeps them: half months as text."""
    plain = plain_months(months)
    return plain if isinstance(plain, int) else str(plain)


def facts_from(inputs: dict[str, Any]) -> PensionFacts:
    """The facts an award was made with, from what it keeps. Awards of earlier releases do not have every key."""

    def decimal(key: str) -> Decimal | None:
        return None if inputs.get(key) is None else Decimal(inputs[key])

    def months(key: str) -> Decimal | int:
        return inputs[key] if isinstance(inputs[key], int) else Decimal(inputs[key])

    return PensionFacts(
        area=inputs["area"], retired_on=dt.date.fromisoformat(inputs["retired_on"]), total_months=months("total_months"),
        deemed_months=months("deemed_months"), pre_account_months=months("pre_account_months"),
        average_index=Decimal(inputs["average_index"]), account_fen=inputs["account_fen"],
        payout_months=Decimal(inputs["payout_months"]), transitional_index=decimal("transitional_index"),
        titles=None if inputs["titles"] is None else frozenset(inputs["titles"]), supplement_percent=decimal("supplement_percent"),
        notional_account_fen=inputs["notional_account_fen"], old_method_fen=inputs["old_method_fen"],
        weighted_years=decimal("weighted_years"), city_factor=decimal("city_factor"),
        local_months=None if inputs.get("local_months") is None else months("local_months"),
        old_indexed_wage_fen=inputs.get("old_indexed_wage_fen"), transition_percent=decimal("transition_percent"),
    )  # fmt: skip


def assessment_from(inputs: dict[str, Any], as_of: dt.date, record: ContributionRecord) -> PersonAssessment:
    """An award made again from the inputs it keeps with what is known now: the year's base, its wages and the account's interest.

    `record`: what the person's months are, for a page; the assessment reads the inputs alone.
    """
    inputs, is_incomplete = _with_interest(inputs)
    facts = facts_from(inputs)
    index = AverageIndex.as_printed(facts.average_index)
    if inputs.get("years"):
        years = [ContributionYear(year, months, Decimal(base)) for year, months, base, *_ in inputs["years"]]
        index = average_index(years, province_of(facts.area), deemed_years=inputs["deemed_years"])
        facts = replace(facts, average_index=index.value)
    base = base_at(facts.area, facts.retired_on, as_of)
    still_open = open_account(inputs)
    return PersonAssessment(assess(facts, base), facts, base, index, record, facts.account_fen, is_incomplete, still_open)


def reassess(inputs: dict[str, Any], as_of: dt.date) -> tuple[Assessment, dict[str, Any], bool]:
    """As `assessment_from`, paid as the award is: gives it, its inputs, and whether it is still provisional."""
    made = assessment_from(inputs, as_of, ContributionRecord((), ()))
    kept = {key: value for key, value in inputs.items() if key != "account_since"}
    renewed = {key: value for key, value in made.inputs.items() if key in _RENEWED}
    found = made.assessment
    if "statutory_month" in inputs:  # a disability allowance
        found = paid_as(found, allowance_of(found, made.facts, inputs["statutory_month"]))
    return found, kept | renewed, made.is_provisional


@dataclass(frozen=True)
class WhatIf:
    """The pension a person would have by retiring in a month: early, statutory or late."""

    period: int
    kind: str
    age_months: int
    total_months: Decimal | int
    payout: Decimal
    total_fen: int
    is_enough: bool


def last_month_of(record: ContributionRecord) -> int:
    """The last month (YYYYMM) of a record that has years. Of a year taken over only the number of months is known: they are taken to be its
    first, which an estimate says (`is_last_month_known`)."""
    last = record.years[-1]
    return last.periods[-1] if last.periods else last.year * 100 + last.months


def is_last_month_known(record: ContributionRecord) -> bool:
    """Whether the last month of a record is on file, or follows from a year paid in full."""
    last = record.years[-1]
    return bool(last.periods) or last.months == 12


def what_if(
    person: Person, *, area: str, group: RetirementGroup, answers: Answers, as_of: dt.date, growth_percent: Decimal = Decimal(0),
    pause_months: int = 0, back_months: int = 0, ahead_base_fen: int | None = None,
) -> list[WhatIf]:  # fmt: skip
    """The pension by month of retirement over the whole span, at today's base and last base paid on (an estimate).

    Args:
        growth_percent: by how much wages, and with them base and contributions, grow a year.
        pause_months: months to come in which nothing is paid. back_months: missing months that are paid now.
        ahead_base_fen: the base of the months to come, fen, where it is not to be the last one.

    Raises:
        as `assess_person`.
    """
    span = span_of(person, group)
    base = base_at(area, as_of, as_of)
    rows = rows_of(person, PENSION)
    record = rows.until(999912)
    if not record.years:
        raise AwardRefused("没有查询到养老保险缴费记录，请先核对缴费或办理转移接续。")
    paid_until = last_month_of(record)
    found = []
    accounts: dict[int, tuple[int, bool]] = {}
    for ahead in range(months_after(span.earliest, span.latest) + 1):
        period = add_months(span.earliest, ahead)
        if period // 100 not in accounts:
            accounts[period // 100] = account_in(person, area, period // 100)[:2]
        one = assess_person(
            person, area=area, retired_on=first_day(period), answers=answers, as_of=as_of, base=grown_base(base, period // 100, growth_percent),
            ahead_months=max(0, months_after(paid_until, period) - pause_months) if period > paid_until else 0,
            record=rows.until(period), account=accounts[period // 100], growth_percent=growth_percent,
            back_months=back_months, ahead_base_fen=ahead_base_fen,
        )  # fmt: skip
        age = months_after(period_of(person.born_on), period)
        found.append(
            WhatIf(
                period, span.kind_of(period), age, one.facts.total_months, one.facts.payout_months, one.assessment.total_fen,
                one.facts.total_months >= months_needed(span, period),
            )
        )  # fmt: skip
    return found


def words_of(found: PersonAssessment) -> list[tuple[str, str]]:
    """The basis of an assessment in words, for sheet and page."""
    f = found.facts
    return [
        ("计发基数", f"{plain(found.base.local)} 元（{found.base.year} 年{'，预发' if found.base.is_provisional else ''}）"),
        ("计发基数依据", found.base.source),
        ("平均缴费指数", found.index.text),
        *([("含今后缴费的指数（估算）", plain(f.average_index))] if f.average_index != found.index.value else []),
        ("累计缴费月数", f"{f.total_months}（其中视同 {f.deemed_months}，建账前 {f.pre_account_months}）"),
        ("计发月数", plain(f.payout_months)),
    ]
