"""The annual adjustment (养老金调整): a dated plan worked out for everybody as a set, looked at, decided by three people, executed once.

The increase begins with the plan's month; the next pay run pays what the months since then were short of.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import close_old_connections, connection, transaction

from yigui.common.money import format_fen
from yigui.common.months import add_months, period_of
from yigui.entitlement.enums import BenefitKind
from yigui.law.pension_adjustment import AdjustmentPlan, adjustment_plan
from yigui.payment.errors import PayRefused
from yigui.payment.models import Adjustment
from yigui.payment.pay_run import CONNECTIONS, side_by_side
from yigui.registry.models import Area
from yigui.registry.queries import areas_under
from yigui.runs.batches import batch_of, check, issue_warrant, lock_approved, mark_executed, open_batch, seal_content, void_batch
from yigui.runs.models import Batch, BatchStatus
from yigui.runs.run_job import run_job
from yigui.staff.models import User

KIND = "adjust"
STEPS = 3
SAMPLES = 100
OnStep = Callable[[int, int, str], Any]

# The steps are expressions over these columns; they stand in numbers of the declared plan, never in anybody's input.
_FILL = """
INSERT INTO {stage} (batch_id, benefit_id, person_id, area, months, before_fen, increase_fen, steps)
SELECT %(batch)s, benefit_id, person_id, area, months, pension_fen, {total}, ARRAY[{steps}]::bigint[]
FROM (
    SELECT b.id AS benefit_id, b.person_id, b.area_id::integer AS area, b.contribution_months AS months, a.total_fen AS pension_fen, p.born_on
    FROM benefits_benefit b
    JOIN (SELECT DISTINCT ON (benefit_id) benefit_id, total_fen FROM benefits_amount
        WHERE benefit_id >= %(low)s AND benefit_id < %(high)s AND start_period <= %(before)s
        ORDER BY benefit_id, start_period DESC, id DESC) AS a ON a.benefit_id = b.id
    JOIN registry_person p ON p.id = b.person_id
    WHERE b.id >= %(low)s AND b.id < %(high)s AND b.kind = %(kind)s AND b.start_period <= %(latest)s
      AND (b.end_period IS NULL OR b.end_period >= %(effective)s) AND b.status <> 'pending' {area}
) AS who
ORDER BY benefit_id
"""


def _call(function: str, *arguments: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {function}({', '.join(['%s'] * len(arguments))})", list(arguments))
        return cursor.fetchall()


def plan_adjust(*, area_code: str, year: int, user: User, on_step: OnStep | None = None) -> Batch:
    """Work out the adjustment of an area (with its counties) for a year; gives the batch with cost and distribution.

    Raises:
        ParameterMissing: no plan is stored for the area and year.
        BatchRefused: executed already, or approved and waiting.
    """
    plan = adjustment_plan(area_code, year)
    period = period_of(plan.effective)
    with run_job(kind="adjust-plan", area_code=area_code[:6], period=str(period), total_steps=STEPS, user=user) as progress:
        areas = areas_under(area_code)
        done = 0

        def step(name: str) -> None:
            nonlocal done
            done += 1
            progress.step()
            if on_step is not None:
                on_step(done, STEPS, name)

        with transaction.atomic():
            batch = open_batch(kind=KIND, area_code=area_code, period=period, areas=areas, user=user, needs_check=True)
        for old in Batch.objects.filter(kind=KIND, area_code=area_code, period=period, status=BatchStatus.VOID):
            _call("benefits_drop_stage_v1", old.pk)
        ((bounds,),) = _call("benefits_bounds_v1", CONNECTIONS)
        if not bounds:
            raise PayRefused("没有可调整的待遇。")
        parts = len(bounds) - 1
        step("准备")

        def fill(k: int) -> None:
            with transaction.atomic():
                _call("benefits_open_adjust_v1", batch.pk, k)
                _fill(plan, batch.pk, k, bounds, areas)

        side_by_side(fill, parts)
        step("逐人计算")
        rows = _call("benefits_adjust_sums_v1", batch.pk, parts)
        summary, digest, people, increase = _summary(plan, rows)
        summary |= {"bounds": bounds, "samples": _samples(batch.pk, parts)}
        checks = [
            check("not_empty", "有可调整的人员", passed=people > 0, detail=f"{people} 人"),
            check("positive", "人均增加大于零", passed=increase > 0, detail=f"每月增加 {format_fen(increase)} 元"),
            check(
                "plan",
                "调整方案有正式文件（演示环境可用试算方案）",
                passed=plan.status != "assumed" or settings.IS_DEMO,
                detail=plan.source,
            ),
        ]
        batch = seal_content(batch, row_count=people, total_fen=increase, digest=f"{digest:016x}", summary=summary, checks=checks)
        step("汇总")
    return batch


def _samples(batch_id: int, parts: int) -> list[list[int]]:
    """The largest increases of each part: benefit, before, after (fen)."""
    found: list[list[int]] = []
    with connection.cursor() as cursor:
        for k in range(parts):
            cursor.execute(
                f"SELECT benefit_id, before_fen, before_fen + increase_fen FROM benefits_adjust_{int(batch_id)}_{k} "
                "ORDER BY increase_fen DESC, benefit_id LIMIT %s",
                [SAMPLES],
            )
            found += [list(row) for row in cursor.fetchall()]
    return sorted(found, key=lambda row: row[1] - row[2])[:SAMPLES]


def _fill(plan: AdjustmentPlan, batch_id: int, part: int, bounds: list[int], areas: list[str]) -> None:
    expressions = [sql for _, sql in plan.as_sql()]
    everywhere = len(areas) == Area.objects.count()
    statement = _FILL.format(
        stage=f"benefits_adjust_{int(batch_id)}_{int(part)}", total=" + ".join(expressions), steps=", ".join(expressions),
        area="" if everywhere else "AND b.area_id = ANY(%(areas)s)",
    )  # fmt: skip
    effective = period_of(plan.effective)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute(
            statement,
            {
                "batch": batch_id, "low": bounds[part], "high": bounds[part + 1], "before": add_months(effective, -1),
                "kind": BenefitKind.PENSION.value, "latest": add_months(period_of(plan.retired_by), 1), "effective": effective,
                "areas": areas,
            },
        )  # fmt: skip


def _summary(plan: AdjustmentPlan, rows: list[tuple[Any, ...]]) -> tuple[dict[str, Any], int, int, int]:
    areas: dict[int, dict[str, Any]] = {}
    bands: dict[int, int] = {}
    steps = [0] * len(plan.steps)
    digest = 0
    for area, band, people, before, increase, sums, part in rows:
        total = areas.setdefault(area, {"area": str(area), "people": 0, "before_fen": 0, "increase_fen": 0})
        total["people"] += people
        total["before_fen"] += before
        total["increase_fen"] += increase
        bands[band] = bands.get(band, 0) + people
        steps = [a + b for a, b in zip(steps, sums, strict=True)]
        digest ^= part
    people, increase = sum(a["people"] for a in areas.values()), sum(a["increase_fen"] for a in areas.values())
    before = sum(a["before_fen"] for a in areas.values())
    return {
        "plan": plan.label, "source": plan.source, "status": plan.status, "effective": plan.effective.isoformat(),
        "adjust": [areas[key] for key in sorted(areas)], "before_fen": before,
        "percent": f"{increase * 100 / before:.2f}" if before else "0",
        "bands": [[band * 10, bands[band]] for band in sorted(bands)],
        "steps": [
            {"name": s.name, "label": s.label, "fen": fen} for s, fen in zip(plan.steps, steps, strict=True)
        ],
    }, digest & 0xFFFFFFFFFFFFFFFF, people, increase  # fmt: skip


def execute_adjust(*, batch_id: int, on_step: OnStep | None = None) -> Batch:
    """Execute an approved adjustment under its warrant; running it again changes nothing.

    Raises:
        BatchRefused: not checked and approved.
        PayRefused: the staged rows are no longer what was approved.
    """
    close_old_connections()
    with transaction.atomic():
        batch = lock_approved(batch_id, KIND)
        if batch is None:
            return batch_of(batch_id)
        bounds = batch.summary["bounds"]
        rows = _call("benefits_adjust_sums_v1", batch.pk, len(bounds) - 1)
        people, increase, digest = sum(r[2] for r in rows), sum(r[4] for r in rows), 0
        for row in rows:
            digest ^= row[6]
        if (people, increase, f"{digest & 0xFFFFFFFFFFFFFFFF:016x}") != (batch.row_count, batch.total_fen, batch.digest):
            raise PayRefused(f"第 {batch.pk} 号调待批次与审批时不一致，请作废后重新生成。", batch=batch.pk)
        issue_warrant(batch)
        _call("benefits_execute_adjust_v1", batch.pk, bounds, batch.period)
        batch = mark_executed(batch)
    if on_step is not None:
        on_step(1, 1, "执行")
    return batch


@transaction.atomic
def void_adjust(*, batch_id: int, user: User) -> Batch:
    """Void an adjustment that has not been executed, and throw its staged tables away."""
    batch = void_batch(batch_id=batch_id, user=user)
    _call("benefits_drop_stage_v1", batch_id)
    return batch


def adjustments_of(benefit_id: int) -> list[Adjustment]:
    """What adjustments gave a benefit, newest first."""
    return list(Adjustment.objects.filter(benefit_id=benefit_id).order_by("-batch_id")[:50])
