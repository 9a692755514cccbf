"""The monthly levy plan (征缴计划): prepared by set-based SQL into fresh tables, checked, approved, attached under a warrant.

Prepared anew it starts clean; a crash leaves nothing behind but tables nobody reads, which the next preparation drops.
"""

import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from django.db import close_old_connections, connection, connections, transaction

from yigui.common.money import format_fen
from yigui.common.months import is_period
from yigui.law.late_surcharge import due_day_of
from yigui.levy.errors import PlanRefused
from yigui.levy.models import LevyRate
from yigui.levy.rates import levy_rates
from yigui.levy.verify import PlanSum, bill_sums, line_sums, plan_sums, stored_sums, totals_of
from yigui.registry.enums import insurance_label
from yigui.registry.models import Area
from yigui.registry.queries import areas_under
from yigui.runs.batches import batch_of, check, issue_warrant, lock_approved, mark_executed, open_batch, seal_content, void_batch
from yigui.runs.models import Batch, BatchStatus
from yigui.runs.run_job import run_job
from yigui.staff.models import User

KIND = "levy"
#: Connections that fill a plan side by side, each a part of the people.
CONNECTIONS = int(os.environ.get("YIGUI_RUN_CONNECTIONS", "2"))
STEPS = 5
#: Lines kept of each reason why a plan differs from the month before.
SAMPLES = 200

OnStep = Callable[[int, int, str], Any]
DIFFERENCES = {"new": "新增", "gone": "减少", "employer": "单位变更", "base": "基数变更", "rate": "费率或比例变更"}


def _call(function: str, *arguments: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}({', '.join(['%s'] * len(arguments))})", list(arguments))
        (answer,) = cursor.fetchone()
    return answer


def _side_by_side(work: Callable[[int], Any], count: int) -> list[Any]:
    """Run `work(k)` for every part, each on a connection of its own."""
    if count == 1:
        return [work(0)]

    def alone(k: int) -> Any:
        try:
            return work(k)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(alone, range(count)))


def plan_levy(*, area_code: str, period: int, user: User, on_step: OnStep | None = None) -> Batch:
    """Prepare the plan of an area (with its counties) for a month; gives the batch, ready for approval.

    Raises:
        PlanRefused: not a month.
        UnknownArea: no such area.
        ParameterMissing: the law has no rate or bound for the month.
        BatchRefused: executed already, or approved and waiting.
        RunIsBusy: the same plan is being made in another session.
    """
    with run_job(kind="levy-plan", area_code=area_code[:6], period=str(period)[:10], total_steps=STEPS, user=user) as progress:
        # Within the run's record, so that a refusal stands where the page looks for it.
        if not is_period(period):
            raise PlanRefused(f"{period} 不是年月，应为 202611 的形式。")
        areas = areas_under(area_code)
        done = 0

        def step(name: str) -> None:
            nonlocal done
            done += 1
            progress.step()
            if on_step is not None:
                on_step(done, STEPS, name)

        with transaction.atomic():
            batch = open_batch(kind=KIND, area_code=area_code, period=period, areas=areas, user=user)
            LevyRate.objects.bulk_create(levy_rates(batch.pk, areas, period))
        # Voiding the drafts before has waited for whoever still wrote for them: what they left can go.
        for old in Batch.objects.filter(kind=KIND, area_code=area_code, period=period, status=BatchStatus.VOID):
            _call("contributions_drop_stage_v1", old.pk)
        step("费率与基数上下限")
        due = due_day_of(area_code, period)
        before = last_plans(areas, period)
        bounds = _call("contributions_person_bounds_v1", CONNECTIONS, _bounds_of(before))
        if not bounds or len(bounds) < 2:
            raise PlanRefused("没有参保关系，不能生成征缴计划。")
        parts = len(bounds) - 1
        # A plan of everything there is need not look at where each person is insured.
        wanted = ["*"] if len(areas) == Area.objects.count() else areas

        def fill(k: int) -> list[tuple[Any, ...]]:
            # One transaction: pages read by the one that wrote them need not be marked as committed, which would log them all.
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "SELECT contributions_stage_lines_v1(%s, %s, %s, %s, %s::text[], %s)",
                    [batch.pk, k, bounds[k], bounds[k + 1], wanted, period],
                )
                if not before:
                    return []
                cursor.execute(
                    "SELECT * FROM contributions_part_differences_v1(%s, %s, %s, %s, %s::bigint[], %s::text[], %s)",
                    [batch.pk, k, bounds[k], bounds[k + 1], before, wanted, SAMPLES],
                )
                return cursor.fetchall()

        differences = _differences(_side_by_side(fill, parts))
        step("征缴明细，与上期比较")

        _call("contributions_stage_bills_v1", batch.pk, parts, period, due)
        step("缴费单")
        sums = plan_sums([line_sums(batch.pk, k) for k in range(parts)], bill_sums(batch.pk))
        step("校验")
        lines, fen, digest = totals_of(sums)
        summary = {
            "bounds": bounds, "due_on": due.isoformat(), "before": before, "differences": differences,
            "sums": [_shown(row) for row in sums],
        }  # fmt: skip
        checks = _checks(sums, areas, period)
        _call("contributions_drop_parts_v1", batch.pk, parts)
        batch = seal_content(batch, row_count=lines, total_fen=fen, digest=digest, summary=summary, checks=checks)
        step("完成")
    return batch


def _shown(row: PlanSum) -> dict[str, Any]:
    return {
        "area": str(row.area), "insurance": row.insurance, "label": insurance_label(row.insurance), "people": row.people,
        "base_fen": row.base_fen, "employer_fen": row.employer_fen, "person_fen": row.person_fen, "account_fen": row.account_fen,
        "bills": row.bills,
    }  # fmt: skip


# Self-payers with an open relation and no base in the month: they would silently be left out of the plan.
_WITHOUT_BASE = """
SELECT count(DISTINCT c.person_id) FROM registry_coverage c
WHERE c.employer_id IS NULL AND c.insurance IN ('employee_pension', 'employee_medical') AND c.area_id = ANY(%(areas)s)
  AND c.start_period <= %(period)s AND (c.end_period IS NULL OR c.end_period >= %(period)s)
  AND NOT EXISTS (SELECT 1 FROM contributions_base b WHERE b.person_id = c.person_id AND b.employer_id IS NULL
      AND b.start_period <= %(period)s AND (b.end_period IS NULL OR b.end_period >= %(period)s))
"""


def _checks(sums: Sequence[PlanSum], areas: Sequence[str], period: int) -> list[dict[str, Any]]:
    lines, payers, billed = sum(r.people for r in sums), sum(r.payers for r in sums), sum(r.bill_people for r in sums)
    fen, bill_fen = sum(r.employer_fen + r.person_fen for r in sums), sum(r.bill_fen for r in sums)
    account, bill_account = sum(r.account_fen for r in sums), sum(r.bill_account_fen for r in sums)
    negative = sum(r.negative for r in sums)
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_BASE, {"areas": list(areas), "period": period})
        (without_base,) = cursor.fetchone()
    return [
        check("not_empty", "计划不为空", passed=lines > 0, detail=f"明细 {lines} 行"),
        check("people", "缴费单人数等于应缴明细行数", passed=payers == billed, detail=f"{billed} / {payers}"),
        check("amount", "缴费单金额等于明细金额", passed=fen == bill_fen, detail=f"{format_fen(bill_fen)} / {format_fen(fen)} 元"),
        check(
            "account",
            "记入个人账户金额相符",
            passed=account == bill_account,
            detail=f"{format_fen(bill_account)} / {format_fen(account)} 元",
        ),
        check("negative", "没有负数金额", passed=negative == 0, detail=f"{negative} 行"),
        check("flexible_base", "灵活就业人员均有缴费基数", passed=without_base == 0, detail=f"缺基数 {without_base} 人"),
    ]


def last_plans(areas: Sequence[str], period: int) -> list[int]:
    """The executed plans of the newest month before `period` that hold these areas."""
    rows = Batch.objects.filter(kind=KIND, status=BatchStatus.EXECUTED, period__lt=period, areas__overlap=list(areas))
    newest = rows.order_by("-period").values_list("period", flat=True).first()
    return list(rows.filter(period=newest).order_by("id").values_list("id", flat=True)) if newest else []


def _bounds_of(before: Sequence[int]) -> list[int]:
    """Where the parts of the plan before begin, when it was one."""
    return list(batch_of(before[0]).summary["bounds"]) if len(before) == 1 else []


def _differences(parts: Sequence[Sequence[tuple[Any, ...]]]) -> list[dict[str, Any]]:
    """What the parts found, added up by reason."""
    found: dict[str, dict[str, Any]] = {}
    for reason, lines, before_fen, after_fen, samples in (row for part in parts for row in part):
        total = found.setdefault(
            reason, {"reason": reason, "label": DIFFERENCES[reason], "lines": 0, "before_fen": 0, "after_fen": 0, "samples": []}
        )
        total["lines"] += lines
        total["before_fen"] += before_fen
        total["after_fen"] += after_fen
        total["samples"] = (total["samples"] + json.loads(samples))[:SAMPLES]
    return [found[reason] for reason in DIFFERENCES if reason in found]


@dataclass(frozen=True)
class Difference:
    """A line beside the same person's and insurance's line of the month before; fen, None on the side where there is none."""

    person_id: int
    insurance: int
    old_employer: int | None
    old_base: int | None
    old_fen: int | None
    new_employer: int | None
    new_base: int | None
    new_fen: int | None


def difference_rows(batch: Batch, reason: str) -> list[Difference]:
    """The first lines of the plan that differ from the month before for one reason, at most `SAMPLES`, by person."""
    return [
        Difference(*row) for found in batch.summary.get("differences", []) if found["reason"] == reason for row in found["samples"]
    ]


def _stage_names(batch_id: int, parts: int) -> list[str]:
    return [f"contributions_line_{batch_id}_{k}" for k in range(parts)]


def execute_levy(*, batch_id: int, on_step: OnStep | None = None) -> Batch:
    """Attach an approved plan, under its warrant; running it again changes nothing.

    Raises:
        BatchRefused: not approved.
        PlanRefused: the staged tables are gone or no longer what was approved.
    """
    close_old_connections()
    with transaction.atomic():
        batch = lock_approved(batch_id, KIND)
        if batch is None:
            return batch_of(batch_id)
        bounds = batch.summary["bounds"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_class WHERE relname = ANY(%s)", [_stage_names(batch.pk, len(bounds) - 1)])
            (found,) = cursor.fetchone()
        if found != len(bounds) - 1 or totals_of(stored_sums(batch.pk, found)) != (batch.row_count, batch.total_fen, batch.digest):
            raise PlanRefused(f"第 {batch.pk} 号征缴计划与审批时不一致，请作废后重新生成。", batch=batch.pk)
        if on_step is not None:
            on_step(1, 2, "核对")
        issue_warrant(batch)
        with connection.cursor() as cursor:
            cursor.execute("SELECT contributions_execute_levy_v1(%s, %s::bigint[])", [batch.pk, bounds])
        batch = mark_executed(batch)
    if on_step is not None:
        on_step(2, 2, "执行")
    return batch


@transaction.atomic
def void_plan(*, batch_id: int, user: User) -> Batch:
    """Void a plan that has not been executed, and throw its staged tables away."""
    batch = void_batch(batch_id=batch_id, user=user)
    _call("contributions_drop_stage_v1", batch_id)
    return batch
