"""What the levy plan of a month did not know (征缴补收、冲减): joiners, leavers and changed bases since it was made.

A plan may be executed while relations of its month still change. Whoever joined after it owes the month all the same, whoever left owes
nothing, and a base may have become another: one batch bills what is still to be charged, another gives back what was charged too much. Both
are made by themselves as soon as the month is over; people look and sign.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection

from yigui.common.months import add_months, format_period, period_of
from yigui.law.conditions import condition
from yigui.law.late_surcharge import due_day_of
from yigui.levy.enums import BillKind
from yigui.levy.errors import PlanRefused
from yigui.levy.levy_run import LevyKind, shown_sum, sums_page
from yigui.levy.models import LevyRate
from yigui.levy.verify import PlanSum, bill_sums, line_sums, plan_sums, totals_of
from yigui.registry.queries import areas_under
from yigui.runs.checks import bar
from yigui.runs.kinds import Content, Opening, RunKind, Work, Written, two_people
from yigui.runs.models import Batch, BatchStatus

#: Months back whose plans are looked at by themselves; what changes later goes by cases (LVY-003, LVY-004, LVY-011).
MONTHS_BACK = 6


def _call(function: str, *arguments: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}({', '.join(['%s'] * len(arguments))})", list(arguments))
        (answer,) = cursor.fetchone()
    return answer


def executed_plans(areas: Sequence[str], period: int) -> list[Batch]:
    """The executed levy plans of a month that hold some of these areas."""
    rows = Batch.objects.filter(kind=LevyKind.code, status=BatchStatus.EXECUTED, period=period, areas__overlap=list(areas))
    return list(rows.order_by("id").defer("summary", "checks"))


class SupplementKind(RunKind):
    """What relations and bases of a month come to by now beside what was charged, in one direction: to be charged, or to be given back."""

    writes = ("contributions_line", "contributions_bill")
    signers = two_people("变动人员和差额已核对。", "同意按本计划补收或冲减。")
    steps = ("变动人员的应缴与已缴", "校验", "完成")
    wide_parts = ("levy/runs/sums.html",)
    is_repeated = True

    def __init__(self, code: str, name: str, help_text: str, sign: int, bill: BillKind) -> None:
        self.code, self.name, self.help, self.sign, self.bill = code, name, help_text, sign, bill
        self.hint = (
            f"{name}只列当月征缴计划生成后参保关系、用工或基数有变动的人员；次月起自动生成，当月也可以随时生成。"
            "生成后又有变动的，作废后重新生成。"
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
        if not self._lines(areas, period):
            raise PlanRefused(f"{format_period(period)} 的征缴计划生成后没有需要{self.name[2:4]}的变动人员。")
        days = condition("case_bill_due_days", area=area_code, day=today)
        facts = {
            "plans": [plan.pk for plan in plans], "due": max(due_day_of(area_code, period), today + dt.timedelta(days=days)),
            "booked": max(period, period_of(today)),
        }  # fmt: skip
        return Opening(area_code, period, tuple(areas), self._subject(areas, period), facts=facts)

    def _subject(self, areas: Sequence[str], period: int) -> str:
        """What tells a month's supplements apart: their number."""
        rows = Batch.objects.filter(kind=self.code, period=period, areas__overlap=list(areas), status=BatchStatus.EXECUTED)
        return f"第{rows.count() + 1}批"

    def _lines(self, areas: Sequence[str], period: int) -> int:
        return int(_call("contributions_supplement_v1", period, list(areas), self.sign))

    def arrivals(self, *, area_code: str, today: dt.date) -> list[int]:
        """Months that are over, whose plan is executed and no longer all that is due, and for which no batch waits for signatures."""
        areas, now = areas_under(area_code), period_of(today)
        waiting = Batch.objects.filter(kind=self.code, areas__overlap=list(areas)).exclude(
            status__in=(BatchStatus.EXECUTED, BatchStatus.VOID)
        )
        held = set(waiting.values_list("period", flat=True))
        months = [add_months(now, -back) for back in range(MONTHS_BACK, 0, -1)]
        return [m for m in months if m not in held and executed_plans(areas, m) and self._lines(areas, m)]

    def begin(self, work: Work) -> None:
        """The rates are those of the plan: kept once more, because they are printed on every bill of a batch."""
        rates = list(LevyRate.objects.filter(batch_id__in=work.opening.facts["plans"]).order_by("id"))
        for rate in rates:
            rate.pk, rate.batch_id = None, work.batch.pk
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
            "sums": [shown_sum(row) for row in sums],
        }  # fmt: skip
        return Content(lines, fen, digest, summary, _checks(sums))

    def write(self, batch: Batch) -> Written | None:
        """The second look is the stored function's own."""
        _call("contributions_execute_supplement_v1", batch.pk)
        return None

    def drop(self, batch_id: int) -> None:
        _call("contributions_drop_stage_v1", batch_id)

    def page(self, batch: Batch) -> dict[str, Any]:
        return sums_page(batch)


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
