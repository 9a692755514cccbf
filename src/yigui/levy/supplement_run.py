"""What the levy plan of a month did not know (征缴补收、冲减): joiners, leavers, changed bases, and rates and bounds that were set after it was made.

A plan may be executed while relations of its month still change. Whoever joined after it owes the month all the same, whoever left owes
nothing, and a base may have become another; a rate or a bound of the base may be set with a validity that begins in months already levied. One batch
bills what is still to be charged, another gives back what was charged too much, both by the rates and bounds that hold for the month by law. They
are made by themselves as soon as the month is over; people look and sign.
"""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from yigui.common.digests import sm3
from yigui.common.months import add_months, format_period, period_of
from yigui.common.sqlfiles import named_sql
from yigui.law.conditions import condition
from yigui.law.late_surcharge import due_day_of, term_end
from yigui.law.parameter_table import ParameterMissing
from yigui.levy.enums import BillKind
from yigui.levy.errors import PlanRefused
from yigui.levy.levy_run import PAYERS, LevyKind, refuse_moved, shown_sum, sums_page
from yigui.levy.models import LevyRate, MovedLook
from yigui.levy.rates import MovedRate, as_json, levy_rates, moved_rates
from yigui.levy.verify import PlanSum, bill_sums, line_sums, plan_sums, totals_of
from yigui.registry.enums import insurance_label
from yigui.registry.queries import area_name, areas_under
from yigui.runs.checks import bar
from yigui.runs.kinds import Content, Opening, RunKind, Work, Written, two_people
from yigui.runs.models import Batch, BatchStatus

#: Months back whose plans are looked at by themselves; who joins or leaves later goes by cases (LVY-003, LVY-004, LVY-011). Months whose rates or
#: bounds have moved are looked at however long ago they are.
MONTHS_BACK = 6
_SUPPLEMENT = named_sql("levy", "rates")["supplement"]
#: Months with an executed plan that are looked at for moved rates: more than a house of this program has levied.
_PLANS_MAX = 600
#: Kinds of batches that charge a month or give back of it.
_CHARGING = (LevyKind.code, "levy-supplement", "levy-credit")


def _call(function: str, *arguments: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}({', '.join(['%s'] * len(arguments))})", list(arguments))
        (answer,) = cursor.fetchone()
    return answer


def executed_plans(areas: Sequence[str], period: int) -> list[Batch]:
    """The executed levy plans of a month that hold some of these areas."""
    rows = Batch.objects.filter(kind=LevyKind.code, status=BatchStatus.EXECUTED, period=period, areas__overlap=list(areas))
    return list(rows.order_by("id").defer("summary", "checks"))


def levied_areas(plans: Sequence[Batch], areas: Sequence[str]) -> list[str]:
    """Those of some areas that plans hold."""
    held = {area for plan in plans for area in plan.areas}
    return [area for area in areas if area in held]


def levied_months(areas: Sequence[str], *, until: int) -> list[int]:
    """Months with an executed plan that holds some of these areas, up to one (YYYYMM), oldest first."""
    rows = Batch.objects.filter(kind=LevyKind.code, status=BatchStatus.EXECUTED, period__lte=until, areas__overlap=list(areas))
    return sorted(rows.order_by("-period").values_list("period", flat=True).distinct()[:_PLANS_MAX])


@dataclass(frozen=True)
class SupplementSum:
    """What of a month is to be charged, or given back, beside what was charged: lines, people, fen (below zero where given back)."""

    lines: int
    people: int
    fen: int


def supplement_sum(areas: Sequence[str], period: int, sign: int, rates: Sequence[LevyRate]) -> SupplementSum:
    """What a month comes to by these rates beside what was charged, in one direction; writes nothing."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SUPPLEMENT, {"areas": list(areas), "period": period, "sign": sign, "rates": as_json(rates)})
        return SupplementSum(*cursor.fetchone())


def shown_moves(moves: Sequence[MovedRate]) -> list[dict[str, Any]]:
    """Rates and bounds that have moved as the batch's summary keeps them, those of equal areas together: what is signed with it."""
    found: dict[tuple[Any, ...], list[str]] = {}
    for move in moves:
        old, new = move.old, move.new
        for label, before, after in move.terms():
            is_bound = label in ("下限", "上限")
            rules = (old.bounds_rule, new.bounds_rule) if is_bound else (old.rule, new.rule)
            # The bounds of the base are those of every insurance alike.
            what = ("", "", "") if is_bound else (insurance_label(new.aae140), PAYERS[new.payer], new.risk_class)
            areas = found.setdefault((*what, label, before, after, *rules), [])
            if move.area_code not in areas:
                areas.append(move.area_code)
    names = ("insurance", "payer", "risk_class", "term", "before", "after", "before_rule", "after_rule")
    return [dict(zip(names, key, strict=True)) | {"areas": areas} for key, areas in sorted(found.items())]


def _digest(moves: Sequence[MovedRate], areas: Sequence[str], period: int) -> str:
    """The SM3 digest of what has moved in a month, and of the batches that charged it before."""
    batches = Batch.objects.filter(kind__in=_CHARGING, status=BatchStatus.EXECUTED, period=period, areas__overlap=list(areas))
    terms = [[m.area_code, m.new.insurance, m.new.payer, m.new.risk_class, m.terms()] for m in moves]
    return sm3(json.dumps([sorted(batches.values_list("pk", flat=True)), terms], ensure_ascii=False))


class SupplementKind(RunKind):
    """What relations, bases, rates and bounds of a month come to by now beside what was charged, in one direction: to be charged, or to be given back."""

    writes = ("contributions_line", "contributions_bill")
    signers = two_people("变动人员和差额已核对。", "同意按本计划补收或冲减。")
    steps = ("应缴与已缴", "校验", "完成")
    wide_parts = ("levy/runs/moved.html", "levy/runs/sums.html")
    is_repeated = True

    def __init__(self, code: str, name: str, help_text: str, sign: int, bill: BillKind) -> None:
        self.code, self.name, self.help, self.sign, self.bill = code, name, help_text, sign, bill
        self.hint = (
            f"{name}列当月征缴计划生成后参保关系、用工或基数有变动的人员；费率或缴费基数上下限自已征收的月份起变更的，列差额不为零的全部人员，"
            "按该月现行规定计算。次月起自动生成，当月也可以随时生成；生成后又有变动的，作废后重新生成。"
        )

    def opening(self, *, area_code: str, period: int, today: dt.date, **more: Any) -> Opening:
        """As `RunKind.opening`.

        Raises:
            PlanRefused: the month's plan is not executed, or nothing has changed since.
            UnknownArea: no such area.
        """
        areas = areas_under(area_code)
        plans = executed_plans(areas, period)
        if not plans:
            raise PlanRefused(f"{format_period(period)} 的征缴计划尚未执行，变动人员由该计划征收，不需{self.name}。")
        rates = levy_rates(levied_areas(plans, areas), period)
        if not self._lines(areas, period, rates):
            raise PlanRefused(
                f"{format_period(period)} 的征缴计划生成后没有需要{self.name[2:4]}的变动人员，费率和上下限也没有需要{self.name[2:4]}的变更。"
            )
        days = condition("case_bill_due_days", area=area_code, day=today)
        facts = {
            "plans": [plan.pk for plan in plans], "due": max(due_day_of(area_code, period), term_end(area_code, today + dt.timedelta(days=days))),
            "booked": max(period, period_of(today)), "rates": rates, "moved": moved_rates(rates, period=period, areas=areas, sign=self.sign),
        }  # fmt: skip
        return Opening(area_code, period, tuple(areas), self._subject(areas, period), facts=facts)

    def _subject(self, areas: Sequence[str], period: int) -> str:
        """What tells a month's supplements apart: their number."""
        rows = Batch.objects.filter(kind=self.code, period=period, areas__overlap=list(areas), status=BatchStatus.EXECUTED)
        return f"第{rows.count() + 1}批"

    def _lines(self, areas: Sequence[str], period: int, rates: Sequence[LevyRate]) -> int:
        return supplement_sum(areas, period, self.sign, rates).lines

    def arrivals(self, *, area_code: str, today: dt.date) -> list[int]:
        """Months that are over, whose plan is executed and no longer all that is due, and for which no batch waits for signatures. A month the law
        has no rate for any more is none: it is refused by name to whoever asks for it. A month whose moved rates touch nobody is worked out once
        (`MovedLook`)."""
        areas, now = areas_under(area_code), period_of(today)
        waiting = Batch.objects.filter(kind=self.code, areas__overlap=list(areas)).exclude(
            status__in=(BatchStatus.EXECUTED, BatchStatus.VOID)
        )
        held = set(waiting.values_list("period", flat=True))
        newest = add_months(now, -MONTHS_BACK)
        return [
            m
            for m in levied_months(areas, until=add_months(now, -1))
            if m not in held and (self._is_due(areas, m) if m >= newest else self._is_moved(area_code, areas, m, today))
        ]

    def _is_due(self, areas: Sequence[str], period: int) -> bool:
        try:
            rates = levy_rates(levied_areas(executed_plans(areas, period), areas), period)
        except ParameterMissing:
            return False
        return self._lines(areas, period, rates) > 0

    def _is_moved(self, area_code: str, areas: Sequence[str], period: int, today: dt.date) -> bool:
        """Whether rates or bounds of a month have moved and touch somebody; that they touch nobody is put down."""
        try:
            rates = levy_rates(levied_areas(executed_plans(areas, period), areas), period)
        except ParameterMissing:
            return False
        moves = moved_rates(rates, period=period, areas=areas, sign=self.sign)
        if not moves:
            return False
        moved = _digest(moves, areas, period)
        look = MovedLook.objects.filter(kind=self.code, area_code=area_code, period=period)
        if look.filter(moved=moved).exists():
            return False
        if self._lines(areas, period, rates) > 0:
            return True
        look.update_or_create(
            kind=self.code, area_code=area_code, period=period, defaults={"moved": moved, "looked_on": today},
        )  # fmt: skip
        return False

    def begin(self, work: Work) -> None:
        """The rates that hold for the month by law, frozen with what they charge and printed on every bill of the batch."""
        rates: list[LevyRate] = work.opening.facts["rates"]
        for rate in rates:
            rate.batch_id = work.batch.pk
        LevyRate.objects.bulk_create(rates)

    def bounds(self, work: Work) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT min(person_id), max(person_id) + 1 FROM registry_coverage")
            return list(cursor.fetchone())

    def stage(self, work: Work, part: int) -> None:
        facts = work.opening.facts
        _call(
            "contributions_stage_supplement_v1", work.batch.pk, *work.bounds, self.sign, facts["booked"], facts["due"], int(self.bill)
        )  # fmt: skip

    def content(self, work: Work, staged: Sequence[Any]) -> Content:
        facts, batch = work.opening.facts, work.batch
        sums = plan_sums([line_sums(batch.pk, 0)], bill_sums(batch.pk))
        work.step()
        lines, fen, digest = totals_of(sums)
        summary = {
            "bounds": work.bounds, "due_on": facts["due"].isoformat(), "plans": facts["plans"], "booked": facts["booked"],
            "sums": [shown_sum(row) for row in sums], "moved": shown_moves(facts["moved"]),
        }  # fmt: skip
        return Content(lines, fen, digest, summary, _checks(sums))

    def look_again(self, batch: Batch) -> None:
        """The rates and bounds of the month are still those it was made with."""
        refuse_moved(batch)

    def write(self, batch: Batch) -> Written | None:
        """The second look is the stored function's own."""
        _call("contributions_execute_supplement_v1", batch.pk)
        return None

    def drop(self, batch_id: int) -> None:
        _call("contributions_drop_stage_v1", batch_id)

    def page(self, batch: Batch) -> dict[str, Any]:
        moved = [row | {"areas": [area_name(code) for code in row["areas"]]} for row in batch.summary.get("moved", [])]
        return sums_page(batch) | {"moved": moved}

    def lines(self, batch: Batch) -> list[str]:
        return [
            f"{row['insurance'] or '缴费基数'}{row['payer']}{row['term']} {row['before']} → {row['after']}（{row['after_rule']}）"
            for row in batch.summary.get("moved", [])
        ]


def _checks(sums: Sequence[PlanSum]) -> list[dict[str, Any]]:
    """That it is not empty and its bills agree with its lines; amounts of one that gives back are below zero."""
    lines, payers, billed = sum(r.people for r in sums), sum(r.payers for r in sums), sum(r.bill_people for r in sums)
    fen, bill_fen = sum(r.employer_fen + r.person_fen for r in sums), sum(r.bill_fen for r in sums)
    account, bill_account = sum(r.account_fen for r in sums), sum(r.bill_account_fen for r in sums)
    return [
        bar("not_empty", "计划不为空", passed=lines > 0, detail=f"明细 {lines} 行"),
        bar("people", "缴费单人数等于应缴明细行数", passed=payers == billed, detail=f"{billed} / {payers}"),
        bar("amount", "缴费单金额等于明细金额", passed=fen == bill_fen),
        bar("account", "记入个人账户金额相符", passed=account == bill_account),
    ]


SUPPLEMENT = SupplementKind(
    "levy-supplement", "征缴补收", "what joiners and higher bases owe beside the month's plan", 1, BillKind.CURRENT
)
CREDIT = SupplementKind(
    "levy-credit", "征缴冲减", "what leavers and lower bases were charged too much by the month's plan", -1, BillKind.DIFFERENCE
)
