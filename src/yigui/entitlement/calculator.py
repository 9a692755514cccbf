"""A person's benefits and a look ahead, put together for a page: what is paid and why; the pension by month of retirement."""

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from yigui.common.errors import YiguiError
from yigui.common.money import chart_yuan
from yigui.common.months import first_day, format_period, is_half_months, is_period, parse_period, period_of, plain_months
from yigui.common.texts import int_or_none
from yigui.entitlement.assess_person import PENSION, assess_person, grown_base, span_of, what_if, words_of
from yigui.entitlement.dossier import Answers, Dossier, dossier_of
from yigui.entitlement.errors import AwardRefused
from yigui.entitlement.queries import monthly_benefit
from yigui.law.calculation import plain
from yigui.law.pension import base_at
from yigui.law.retirement_age import RetirementGroup
from yigui.levy.record import record_of
from yigui.registry.models import Person

GROUPS = {"M60": "男职工（原 60 周岁）", "F55": "女职工（原 55 周岁）", "F50": "女职工（原 50 周岁）"}


#: Forty years: nobody worked longer without contributions.
_DEEMED_MAX = 480
#: Percent a year: beyond it an assumption is a slip of the hand.
_GROWTH_MAX = 15
#: Said to somebody whose record cannot be estimated because the benefit is in payment already.
_DRAWS = "已自 {since} 起按月领取待遇，退休测算只用于尚未领取的人员；每月金额和明细请在待遇页查看。"


def calculator(
    person: Person, *, group: str, deemed: str, month: str, today: dt.date, growth: str = "", pause: str = ""
) -> dict[str, Any]:  # fmt: skip
    """The record of years, the pension by month of retirement, and one month line by line; "" where nothing was asked.

    Args:
        growth: percent a year by which wages are to grow. pause: months to come in which nothing is to be paid.

    Where the pension cannot be estimated, `refused` says why.
    """
    dossier = dossier_of(person)
    pre = dossier.pre_review if dossier else None
    groups = [RetirementGroup.MEN] if person.gender != "2" else [RetirementGroup.WOMEN_50, RetirementGroup.WOMEN_55]
    asked = group or (pre.group if pre else "")
    wanted = next((g for g in groups if g == asked), groups[0])
    span = span_of(person, wanted)
    context: dict[str, Any] = {
        "person": person, "pre": pre, "groups": [(g.value, GROUPS[g]) for g in groups], "group": wanted.value, "group_label": GROUPS[wanted],
        "deemed": deemed, "span": span, "record": record_of(person, PENSION), "refused": "", "assumed": "",
        "options": [], "chosen": None, "found": None, "words": [], "chart": "", "ages": "", "growth": growth, "pause": pause,
    }  # fmt: skip
    try:
        deemed_months = _deemed(deemed, dossier)
        answers, assumed = _answers(dossier, deemed_months)
        context |= {"deemed": deemed_months, "assumed": assumed}
        growth_percent, pause_months = _growth(growth), _pause(pause)
        context |= {
            "growth": plain(growth_percent),
            "pause": pause_months,
            "assumed": assumed + _to_come(growth_percent, pause_months),
        }
        options = what_if(
            person,
            area=person.area_id,
            group=wanted,
            answers=answers,
            as_of=today,
            growth_percent=growth_percent,
            pause_months=pause_months,
        )
        period = _month(month, span.statutory)
        chosen = next((o for o in options if o.period == period), options[0])
        found = assess_person(
            person, area=person.area_id, retired_on=first_day(chosen.period), answers=answers, as_of=today,
            ahead_months=max(0, int(chosen.total_months - context["record"].months - deemed_months)),
            base=None
            if chosen.period <= period_of(today)
            else grown_base(base_at(person.area_id, today, today), chosen.period // 100, growth_percent),
            growth_percent=growth_percent,
        )  # fmt: skip
        context |= {
            "options": options, "chosen": chosen, "found": found, "words": words_of(found), "chart": _chart(options),
            "ages": f"{chosen.age_months // 12} 岁 {chosen.age_months % 12} 个月",
        }  # fmt: skip
    except YiguiError as refused:
        drawn = monthly_benefit(person)
        context["refused"] = _DRAWS.format(since=format_period(drawn.start_period)) if drawn is not None else refused.message
    return context


def _deemed(text: str, dossier: Dossier | None) -> Decimal | int:
    """The deemed months of an estimate: as typed, the dossier's where nothing is typed.

    Raises:
        AwardRefused: what is typed is no number of months.
    """
    if not text:
        return dossier.answers.deemed_months if dossier else 0
    try:
        typed = Decimal(text)
    except InvalidOperation:
        typed = Decimal("NaN")
    if not typed.is_finite() or not 0 <= typed <= _DEEMED_MAX or not is_half_months(typed):
        raise AwardRefused(f"视同缴费月数“{text[:20]}”不是 0 至 {_DEEMED_MAX} 之间的整月或半月数，请更正。")
    return plain_months(typed)


def _growth(text: str) -> Decimal:
    """Percent a year, as typed; none where nothing is typed.

    Raises:
        AwardRefused: no such percentage.
    """
    try:
        typed = Decimal(text.strip() or "0")
    except InvalidOperation:
        typed = Decimal("NaN")
    if not typed.is_finite() or not 0 <= typed <= _GROWTH_MAX:
        raise AwardRefused(f"工资增长率“{text[:20]}”不是 0 至 {_GROWTH_MAX} 之间的百分数，请更正。")
    return typed


def _pause(text: str) -> int:
    """Months to come without contributions, as typed; none where nothing is typed.

    Raises:
        AwardRefused: no number of months.
    """
    months = int_or_none(text.strip() or "0")
    if months is None or not 0 <= months <= _DEEMED_MAX:
        raise AwardRefused(f"今后中断缴费月数“{text[:20]}”不是 0 至 {_DEEMED_MAX} 之间的整数，请更正。")
    return months


def _to_come(growth_percent: Decimal, pause_months: int) -> str:
    """What an estimate assumes of the time to come, in words; "" where it assumes today's figures."""
    grown = f"今后工资、缴费基数和计发基数每年增长 {plain(growth_percent)}%。" if growth_percent else ""
    return grown + (f"今后中断缴费 {pause_months} 个月。" if pause_months else "")


def _answers(dossier: Dossier | None, deemed_months: Decimal | int) -> tuple[Answers, str]:
    """What the estimate is made from, and in words what it assumes: the dossier, with the deemed months asked for; without one the
    person is taken to have none of the titles that add to a pension, and any other fact the place needs is refused by its name."""
    if dossier is None:
        return Answers(
            deemed_months=deemed_months, titles=frozenset()
        ), f"尚无退休档案：按视同缴费 {deemed_months} 个月、不享受加发身份试算。"
    own = dossier.answers
    if own.deemed_months == deemed_months:
        return own, ""
    return replace(
        own, deemed_months=deemed_months
    ), f"退休档案所载视同缴费 {own.deemed_months} 个月，此处按 {deemed_months} 个月试算。"


def _month(text: str, otherwise: int) -> int:
    try:
        month = parse_period(text)
    except ValueError:
        return otherwise
    return month if is_period(month) else otherwise


def _chart(options: list[Any]) -> str:
    """Pension by month of retirement, a series for each kind, in yuan."""
    kinds = {"flexible_early": "弹性提前", "statutory": "法定", "flexible_late": "弹性延迟"}
    return json.dumps({
        "line": True, "months": [format_period(o.period) for o in options],
        "series": [
            {"name": label, "values": [chart_yuan(o.total_fen) if o.kind == kind else None for o in options]} for kind, label in kinds.items()
        ],
    })  # fmt: skip
