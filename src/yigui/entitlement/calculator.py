"""A person's benefits and a look ahead, put together for a page: what is paid and why; the pension by month of retirement."""

import datetime as dt
import json
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from yigui.charges.case_bills import month_due
from yigui.common.errors import YiguiError
from yigui.common.money import chart_yuan, format_fen, parse_yuan, plain_fen
from yigui.common.months import first_day, format_period, is_half_months, parse_period, period_of, plain_months
from yigui.common.texts import int_or_none
from yigui.entitlement.assess_person import (
    PENSION,
    PersonAssessment,
    WhatIf,
    assess_person,
    grown_base,
    is_last_month_known,
    span_of,
    what_if,
    words_of,
)
from yigui.entitlement.dossier import Answers, Dossier, dossier_of
from yigui.entitlement.enums import BenefitKind, BenefitStatus
from yigui.entitlement.errors import AwardRefused
from yigui.entitlement.plausible import months_of_age
from yigui.entitlement.queries import monthly_benefit
from yigui.law.calculation import plain
from yigui.law.contribution import NotLevied, base_bounds
from yigui.law.parameter_table import ParameterMissing
from yigui.law.pension import base_at
from yigui.law.retirement_age import RetirementGroup
from yigui.levy.record import ContributionRecord, record_of
from yigui.registry.models import Person

GROUPS = {"M60": "男职工（原 60 周岁）", "F55": "女职工（原 55 周岁）", "F50": "女职工（原 50 周岁）"}


#: Forty years: nobody worked longer without contributions.
_DEEMED_MAX = 480
#: Percent a year: beyond it an assumption is a slip of the hand.
_GROWTH_MAX = 15
#: Asked of a woman without a dossier.
_WHICH_GROUP = "请先选择退休年龄类别，再测算：原 50 周岁还是原 55 周岁，由岗位和档案认定，系统不代为假定。"
#: Said to somebody whose record cannot be estimated because the benefit is in payment already.
_AWARDED = "待遇已核定，自 {since} 起计发，须先办理首次拨付，办理后按月发放；退休测算只用于尚未核定的人员。"
_DRAWS = "已自 {since} 起按月领取待遇，退休测算只用于尚未领取的人员；每月金额和明细请在待遇页查看。"


_NO_MONTH = "不是可选的退休年月，下面按法定退休年月测算；请按 2026-11 的样式填写表中的年月。"
#: Benefits of whose holders there is nothing to estimate.
_DRAWN = (BenefitKind.PENSION, BenefitKind.RESIDENT)


@dataclass(frozen=True)
class ToCome:
    """What an estimate assumes: percent a year by which wages grow, months to come without contributions, missing months paid now (补缴), and the
    monthly base of the months to come (fen; None: as the last one)."""

    growth_percent: Decimal
    pause_months: int
    back_months: int
    base_fen: int | None = None

    @property
    def words(self) -> str:
        """The assumptions in words; "" where there are none."""
        found = f"今后工资、缴费基数和计发基数每年增长 {plain(self.growth_percent)}%。" if self.growth_percent else ""
        found += f"今后按月缴费基数 {format_fen(self.base_fen)} 元缴费。" if self.base_fen is not None else ""
        found += f"今后中断缴费 {self.pause_months} 个月。" if self.pause_months else ""
        return found + (f"补缴 {self.back_months} 个月（能否补缴以政策规定为准）。" if self.back_months else "")


def calculator(
    person: Person, *, group: str, deemed: str, month: str, today: dt.date, growth: str = "", pause: str = "", back: str = "",
    base: str = "",
) -> dict[str, Any]:  # fmt: skip
    """The record of years, the pension by month of retirement, and one month line by line; "" where nothing was asked.

    Args:
        growth: percent a year by which wages are to grow. pause: months to come in which nothing is to be paid. back: months paid now. base: yuan a month on which
            the months to come are to be paid.

    Where the pension cannot be estimated, `refused` says why. Of a woman without a dossier the group is asked first, none is taken for hers
    (`group` is "", `span` None); of somebody who draws a pension there is nothing to estimate (`is_drawing`).
    """
    dossier = dossier_of(person)
    pre = dossier.pre_review if dossier else None
    groups = [RetirementGroup.MEN] if person.gender != "2" else [RetirementGroup.WOMEN_50, RetirementGroup.WOMEN_55]
    asked = group or (pre.group if pre else "")
    wanted = groups[0] if len(groups) == 1 else next((g for g in groups if g == asked), None)
    context: dict[str, Any] = {
        "person": person, "pre": pre, "groups": [(g.value, GROUPS[g]) for g in groups], "group": wanted.value if wanted else "",
        "deemed": deemed, "span": span_of(person, wanted) if wanted else None, "record": record_of(person, PENSION), "refused": "", "assumed": "",
        "options": [], "chosen": None, "found": None, "words": [], "chart": "", "ages": "", "growth": growth, "pause": pause, "back": back,
        "base": base, "return": "", "cost": "", "is_drawing": False, "month_refused": "",
    }  # fmt: skip
    drawn = monthly_benefit(person, kinds=_DRAWN)
    if drawn is not None:
        # Whatever was typed: there is nothing to estimate.
        return context | {
            "refused": (_AWARDED if drawn.status == BenefitStatus.PENDING else _DRAWS).format(
                since=format_period(drawn.start_period)
            ),
            "is_drawing": True,
        }
    try:
        if wanted is None:
            raise AwardRefused(_WHICH_GROUP)
        deemed_months = _deemed(deemed, dossier)
        answers, assumed = _answers(dossier, deemed_months)
        to_come = ToCome(
            _growth(growth), _months(pause, "今后中断缴费月数"), _months(back, "补缴月数"), _base(base, person.area_id, today)
        )
        _refuse_more_than_lack(person, context["record"], deemed_months, to_come.back_months, today)
        assumed += _last_year(context["record"])
        context |= {
            "deemed": deemed_months, "assumed": assumed + to_come.words, "growth": plain(to_come.growth_percent), "pause": to_come.pause_months,
            "back": to_come.back_months, "base": "" if to_come.base_fen is None else plain_fen(to_come.base_fen),
        }  # fmt: skip
        context |= _look(person, context["record"], wanted, answers, to_come, month, today)
    except YiguiError as refused:
        context["refused"] = refused.message
    return context


def _refuse_more_than_lack(person: Person, record: ContributionRecord, deemed: Decimal | int, months: int, today: dt.date) -> None:
    """Nobody pays more months than are missing from the working age (法定就业年龄) to the present month.

    Raises:
        AwardRefused: more are typed.
    """
    since, youngest = months_of_age(person, today)
    lack = max(0, int(since - record.months - deemed))
    if months > lack:
        raise AwardRefused(f"补缴月数“{months}”超过自年满 {youngest} 周岁至本月没有缴费记录的 {lack} 个月，请更正。")


def _look(
    person: Person,
    record: ContributionRecord,
    group: RetirementGroup,
    answers: Answers,
    to_come: ToCome,
    month: str,
    today: dt.date,
) -> dict[str, Any]:
    """The pension by month of retirement, and the chosen month (the statutory one where it is none) line by line.

    Raises:
        as `assess_person`.
    """
    area, span = person.area_id, span_of(person, group)
    options = what_if(
        person, area=area, group=group, answers=answers, as_of=today, growth_percent=to_come.growth_percent,
        pause_months=to_come.pause_months, back_months=to_come.back_months, ahead_base_fen=to_come.base_fen,
    )  # fmt: skip
    chosen, wrong = _chosen(options, month, span.statutory)
    is_past = chosen.period <= period_of(today)
    base = None if is_past else grown_base(base_at(area, today, today), chosen.period // 100, to_come.growth_percent)

    ahead = max(0, int(chosen.total_months - record.months - answers.deemed_months - to_come.back_months))

    def assessed(back_months: int, ahead_base_fen: int | None) -> PersonAssessment:
        return assess_person(
            person, area=area, retired_on=first_day(chosen.period), answers=answers, as_of=today, base=base, ahead_months=ahead,
            growth_percent=to_come.growth_percent, back_months=back_months, ahead_base_fen=ahead_base_fen,
        )  # fmt: skip

    found = assessed(to_come.back_months, to_come.base_fen)
    more = found.assessment.total_fen - assessed(0, to_come.base_fen).assessment.total_fen if to_come.back_months else 0
    cost = ""
    if to_come.base_fen is not None:
        other = found.assessment.total_fen - assessed(to_come.back_months, None).assessment.total_fen
        cost = _cost_of(area, record, to_come, ahead, other, today)
    return {
        "options": options, "chosen": chosen, "month": wrong or format_period(chosen.period), "month_refused": _NO_MONTH if wrong else "",
        "found": found, "words": words_of(found), "chart": _chart(options),
        "ages": f"{chosen.age_months // 12} 岁 {chosen.age_months % 12} 个月",
        "return": _return_of(area, record, to_come.back_months, more, today) if to_come.back_months else "", "cost": cost,
    }  # fmt: skip


def _return_of(area: str, record: ContributionRecord, months: int, more_fen: int, today: dt.date) -> str:
    """What paying missing months costs by today's rates for somebody who pays alone, on the last base, and what it brings, in words."""
    last = record.years[-1]
    try:
        due = month_due(
            insurance=PENSION,
            declared_fen=last.base_sum_fen // last.months,
            period=period_of(today),
            area=area,
            employer=None,
        )
    except (NotLevied, ParameterMissing) as refused:
        return f"补缴 {months} 个月，月养老金约多 {format_fen(more_fen)} 元；费用无法估算：{refused.message}"
    cost = due.total_fen * months
    words = f"补缴 {months} 个月按现行个人缴费标准约需 {format_fen(cost)} 元（不含滞纳金），月养老金约多 {format_fen(more_fen)} 元"
    return words + (f"，约 {-(-cost // more_fen)} 个月收回。" if more_fen > 0 else "。")


def _cost_of(area: str, record: ContributionRecord, to_come: ToCome, ahead: int, more_fen: int, today: dt.date) -> str:
    """What the months to come cost on the base that is tried, by today's rates for somebody who pays alone, and what it changes, in words."""
    assert to_come.base_fen is not None
    last = record.years[-1]
    change = f"月养老金约{'多' if more_fen >= 0 else '少'} {format_fen(abs(more_fen))} 元"
    beside = f"与按最近缴费基数 {format_fen(last.base_sum_fen // last.months)} 元相比，{change}"
    if not ahead:
        return "到所选月份没有今后的缴费月数，缴费基数不影响测算结果。"
    try:
        due = month_due(insurance=PENSION, declared_fen=to_come.base_fen, period=period_of(today), area=area, employer=None)
    except (NotLevied, ParameterMissing) as refused:
        return f"{beside}；费用无法估算：{refused.message}"
    grows = "（不计逐年增长）" if to_come.growth_percent else ""
    return (
        f"今后 {ahead} 个月按 {format_fen(to_come.base_fen)} 元缴费，按现行个人缴费标准每月约 {format_fen(due.total_fen)} 元，"
        f"共约 {format_fen(due.total_fen * ahead)} 元{grows}；{beside}。"
    )


def _base(text: str, area: str, today: dt.date) -> int | None:
    """The base of months to come, as typed, fen; None where nothing is typed.

    Raises:
        AwardRefused: no amount, or beyond the bounds of the place. ParameterMissing: the bounds of the place are not stored.
    """
    if not text.strip():
        return None
    try:
        typed = parse_yuan(text.strip())
    except ValueError:
        raise AwardRefused(f"今后月缴费基数“{text[:20]}”不是金额，请填写元，如 5000。") from None
    bounds = base_bounds(area, period_of(today))
    if not bounds.floor_fen <= typed <= bounds.ceiling_fen:
        span = f"{format_fen(bounds.floor_fen)} 至 {format_fen(bounds.ceiling_fen)}"
        raise AwardRefused(f"今后月缴费基数“{text[:20]}”不在本地现行缴费基数上下限 {span} 元之间，请更正。")
    return typed


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


def _months(text: str, what: str) -> int:
    """A number of months, as typed; none where nothing is typed. Args: `what` names the field.

    Raises:
        AwardRefused: no number of months.
    """
    months = int_or_none(text.strip() or "0")
    if months is None or not 0 <= months <= _DEEMED_MAX:
        raise AwardRefused(f"{what}“{text[:20]}”不是 0 至 {_DEEMED_MAX} 之间的整数，请更正。")
    return months


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


def _last_year(record: ContributionRecord) -> str:
    """What is assumed of the last year of a record whose months are not on file."""
    if not record.years or is_last_month_known(record):
        return ""
    last = record.years[-1]
    return f"{last.year} 年只知缴费 {last.months} 个月而不知是哪些月，按 1 至 {last.months} 月试算。"


def _chosen(options: list[WhatIf], text: str, otherwise: int) -> tuple[WhatIf, str]:
    """The month asked for, the statutory one where none is; and what was typed where it is none of the months that can be chosen."""
    try:
        period = parse_period(text) if text.strip() else otherwise
    except ValueError:
        period = 0
    found = next((o for o in options if o.period == period), None)
    if found is not None:
        return found, ""
    statutory = next((o for o in options if o.period == otherwise), options[0])
    return statutory, text.strip()[:20]


def _chart(options: list[Any]) -> str:
    """Pension by month of retirement, a series for each kind, in yuan."""
    kinds = {"flexible_early": "弹性提前", "statutory": "法定", "flexible_late": "弹性延迟"}
    return json.dumps({
        "line": True, "months": [format_period(o.period) for o in options],
        "series": [
            {"name": label, "values": [chart_yuan(o.total_fen) if o.kind == kind else None for o in options]} for kind, label in kinds.items()
        ],
    })  # fmt: skip
