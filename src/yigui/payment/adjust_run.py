"""The annual adjustment (养老金调整): a dated plan worked out for everybody as a set, looked at, decided by three people, executed once.

The increase begins with the plan's month; the next pay run pays what the months since then were short of.
"""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from yigui.common.money import format_fen
from yigui.common.months import add_months, period_of
from yigui.entitlement.enums import BenefitKind
from yigui.law.parameter_table import ParameterMissing
from yigui.law.pension_adjustment import AdjustmentPlan, adjustment_plan
from yigui.payment.errors import PayRefused
from yigui.payment.models import Adjustment
from yigui.payment.pay_run import benefit_listing
from yigui.registry.queries import area_name, areas_under
from yigui.runs.checks import bar, warn
from yigui.runs.kinds import Content, Listing, Opening, RunKind, Unit, Work, Written, three_people
from yigui.runs.models import Batch
from yigui.runs.staged import CONNECTIONS

SAMPLES = 100

# The steps are expressions over these columns; they stand in numbers of the declared plan, never in anybody's input.
_FILL = """
INSERT INTO {stage} (batch_id, benefit_id, person_id, area, months, before_fen, increase_fen, steps)
SELECT %(batch)s, benefit_id, person_id, area, months, pension_fen, {total}, ARRAY[{steps}]::bigint[]
FROM (
    SELECT b.id AS benefit_id, b.person_id, b.area_id::integer AS area, b.contribution_months AS months, a.total_fen AS pension_fen, p.born_on,
        p.gender
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


class AdjustKind(RunKind):
    """The annual adjustment of an area's pensions by a dated plan."""

    code, name, unit, help = "adjust", "年度调待", Unit.YEAR, "annual adjustment of pensions"
    writes = ("benefits_amount", "benefits_adjustment", "benefits_back_due")
    signers = three_people("调整方案和合计已核对。", "分档、抽样已核对。", "同意按本方案调整。")
    steps = ("准备", "逐人计算", "汇总")
    wide_parts = ("payment/runs/adjust.html",)
    hint = "调待填该年任一月份；须由第三人复核。"

    def opening(self, *, area_code: str, period: int, today: dt.date, **more: Any) -> Opening:
        """As `RunKind.opening`.

        Raises:
            ParameterMissing: no plan is stored for the area and year, or something that it says is not.
            UnknownArea: no such area.
        """
        areas = areas_under(area_code)
        plan = adjustment_plan(area_code, period)
        if plan.unread:
            raise ParameterMissing(
                f"“{plan.label}”（{plan.source}）尚有未录入的内容：{'；'.join(plan.unread)}。请按正式文件补全方案后再生成。",
                parameter="pension/adjustments", area=plan.area, day=plan.effective.isoformat(),
            )  # fmt: skip
        return Opening(area_code, period_of(plan.effective), tuple(areas), facts={"plan": plan})

    def bounds(self, work: Work) -> list[int]:
        ((bounds,),) = _call("benefits_bounds_v1", CONNECTIONS)
        if not bounds:
            raise PayRefused("没有可调整的待遇。")
        work.step()
        return list(bounds)

    def stage(self, work: Work, part: int) -> None:
        with transaction.atomic():
            _call("benefits_open_adjust_v1", work.batch.pk, part)
            _fill(work, part)

    def content(self, work: Work, staged: Sequence[Any]) -> Content:
        plan: AdjustmentPlan = work.opening.facts["plan"]
        # From here on nobody can add to what is added up now.
        _call("benefits_seal_adjust_v1", work.batch.pk, work.parts)
        rows = _call("benefits_adjust_sums_v1", work.batch.pk, work.parts)
        summary, digest, people, increase = _summary(plan, rows)
        summary |= {"bounds": work.bounds, "samples": _samples(work.batch.pk, work.parts)}
        is_official = plan.status == "verified"
        checks = [
            bar("not_empty", "有可调整的人员", passed=people > 0, detail=f"{people} 人"),
            bar("positive", "人均增加大于零", passed=increase > 0, detail=f"每月增加 {format_fen(increase)} 元"),
            bar("plan", "调整方案有正式文件（演示环境可用试算方案）", passed=is_official or settings.IS_DEMO, detail=plan.source),
            warn("assumed", "方案已按正式文件核对", passed=is_official, detail=plan.source),
        ]
        return Content(people, increase, f"{digest:016x}", summary, checks)

    def write(self, batch: Batch) -> Written | None:
        _call("benefits_execute_adjust_v2", batch.pk)
        return None

    def drop(self, batch_id: int) -> None:
        _call("benefits_drop_stage_v1", batch_id)

    def page(self, batch: Batch) -> dict[str, Any]:
        rows = [r | {"area_name": area_name(r["area"])} for r in batch.summary.get("adjust", [])]
        return {"bands": json.dumps({"bands": batch.summary.get("bands", [])}), "adjust_rows": rows}

    def listing(self, batch: Batch, name: str) -> Listing | None:
        return benefit_listing("逐人差额", batch.summary.get("samples", [])) if name == "people" else None


ADJUST = AdjustKind()


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


def _fill(work: Work, part: int) -> None:
    plan: AdjustmentPlan = work.opening.facts["plan"]
    expressions = [sql for _, sql in plan.as_sql()]
    statement = _FILL.format(
        stage=f"benefits_adjust_{int(work.batch.pk)}_{int(part)}", total=" + ".join(expressions), steps=", ".join(expressions),
        area="" if work.is_everywhere else "AND b.area_id = ANY(%(areas)s)",
    )  # fmt: skip
    effective = period_of(plan.effective)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute(
            statement,
            {
                "batch": work.batch.pk, "low": work.bounds[part], "high": work.bounds[part + 1], "before": add_months(effective, -1),
                "kind": BenefitKind.PENSION.value, "latest": add_months(period_of(plan.retired_by), 1), "effective": effective,
                "areas": list(work.opening.areas),
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


def adjustments_of(benefit_id: int) -> list[Adjustment]:
    """What adjustments gave a benefit, newest first."""
    return list(Adjustment.objects.filter(benefit_id=benefit_id).order_by("-batch_id")[:50])
