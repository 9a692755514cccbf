"""The annual adjustment (养老金调整): a dated plan worked out for everybody as a set, looked at, decided by three people, executed once.

The increase begins with the plan's month; the next pay run pays what the months since then were short of.
"""

import datetime as dt
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from yigui.common.money import format_fen
from yigui.common.months import add_months, period_of
from yigui.entitlement.enums import BenefitKind
from yigui.law.disability import own_basic_percent, own_basic_sql
from yigui.law.parameter_table import ParameterMissing
from yigui.law.pension_adjustment import AdjustmentPlan, adjustment_plan, plan_of, plan_of_files, year_entry
from yigui.payment.errors import PayRefused
from yigui.payment.models import Adjustment
from yigui.payment.run_listings import SAMPLES, benefit_listing
from yigui.registry.queries import area_name
from yigui.runs.checks import bar, warn
from yigui.runs.in_the_way import areas_left
from yigui.runs.kinds import Content, Listing, Opening, RunKind, Unit, Work, Written, three_people
from yigui.runs.models import Batch
from yigui.runs.staged import CONNECTIONS

# The steps are expressions over these columns; they stand in numbers of the declared plan, never in anybody's input.
# Disability allowances by the full formula go by the plan, those by the own basic part by the nation's percentage; a pension that goes on
# from a full allowance belongs to the plan by the allowance's start (人社部发〔2024〕72号 第三至五条). `made_by`: null for a pension.
# Whoever was raised for the year already, by a batch of another area before they moved, is left out.
_FILL = """
WITH allowances AS MATERIALIZED (
    SELECT o.id, o.person_id, o.start_period, o.end_period, w.inputs ->> 'kind' AS made_by, (w.inputs ->> 'statutory_month')::integer AS age_month,
        (SELECT m.total_fen FROM benefits_amount m WHERE m.benefit_id = o.id AND m.start_period <= %(before)s
            ORDER BY m.start_period DESC, m.id DESC LIMIT 1) AS before_fen
    FROM benefits_benefit o
    JOIN LATERAL (SELECT inputs FROM benefits_award w WHERE w.benefit_id = o.id ORDER BY w.version DESC LIMIT 1) AS w ON true
    WHERE o.kind = %(allowance)s AND o.start_period <= %(latest_allowance)s AND w.inputs ->> 'kind' IS NOT NULL
)
INSERT INTO {stage} (batch_id, benefit_id, person_id, area, months, before_fen, increase_fen, steps)
SELECT %(batch)s, benefit_id, person_id, area, months, pension_fen, {total}, ARRAY[{steps}]::bigint[]
FROM (
    SELECT b.id AS benefit_id, b.person_id, b.area_id::integer AS area, b.contribution_months AS months,
        coalesce(a.total_fen, t.before_fen) AS pension_fen, p.born_on, p.gender, coalesce(o.made_by <> 'full', false) AS is_own_basic
    FROM benefits_benefit b
    LEFT JOIN allowances o ON o.id = b.id
    LEFT JOIN allowances t ON b.kind = %(kind)s AND b.start_period > %(latest)s AND t.person_id = b.person_id AND t.made_by = 'full'
        AND t.end_period >= t.age_month AND t.end_period < b.start_period
    LEFT JOIN (SELECT DISTINCT ON (benefit_id) benefit_id, total_fen FROM benefits_amount
        WHERE benefit_id >= %(low)s AND benefit_id < %(high)s AND start_period <= %(before)s
        ORDER BY benefit_id, start_period DESC, id DESC) AS a ON a.benefit_id = b.id
    JOIN registry_person p ON p.id = b.person_id
    WHERE b.id >= %(low)s AND b.id < %(high)s AND coalesce(a.total_fen, t.before_fen) IS NOT NULL
      AND (b.kind = %(kind)s AND (b.start_period <= %(latest)s OR t.id IS NOT NULL) OR o.id IS NOT NULL)
      AND (b.end_period IS NULL OR b.end_period >= %(effective)s) AND b.status <> 'pending' {area}
      AND NOT EXISTS (SELECT 1 FROM benefits_adjustment j JOIN runs_batch r ON r.id = j.batch_id
        WHERE j.benefit_id = b.id AND r.period / 100 = %(effective)s / 100)
) AS who
ORDER BY benefit_id
"""

#: Allowances the adjustment comes to: by the own basic part, and without an award that says by what.
_ALLOWANCES = """
SELECT count(*) FILTER (WHERE w.inputs ->> 'kind' <> 'full'), count(*) FILTER (WHERE w.inputs ->> 'kind' IS NULL)
FROM benefits_benefit o
LEFT JOIN LATERAL (SELECT inputs FROM benefits_award w WHERE w.benefit_id = o.id ORDER BY w.version DESC LIMIT 1) AS w ON true
WHERE o.kind = %(allowance)s AND o.area_id = ANY(%(areas)s) AND o.start_period <= %(latest_allowance)s
    AND coalesce(o.end_period, 999912) >= %(effective)s AND o.status <> 'pending'
"""


def _call(function: str, *arguments: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {function}({', '.join(['%s'] * len(arguments))})", list(arguments))
        return cursor.fetchall()


class AdjustKind(RunKind):
    """The annual adjustment of an area's pensions by a dated plan, and of its disability allowances by the plan or the nation's percentage."""

    code, name, unit, help = "adjust", "年度调待", Unit.YEAR, "annual adjustment of pensions"
    writes = ("benefits_amount", "benefits_adjustment", "benefits_back_due")
    signers = three_people("调整方案和合计已核对。", "分档、抽样已核对。", "同意按本方案调整。")
    steps = ("准备", "逐人计算", "汇总")
    wide_parts = ("payment/runs/adjust.html",)
    hint = "调待填该年任一月份；须由第三人复核。"

    def opening(self, *, area_code: str, period: int, today: dt.date, **more: Any) -> Opening:
        """As `RunKind.opening`.

        Raises:
            BatchRefused: executed already for all its areas.
            ParameterMissing: no plan is stored for the area and year, or something that it says is not.
            UnknownArea: no such area.
        """
        plan = adjustment_plan(area_code, period)
        if plan.unread:
            raise ParameterMissing(
                f"“{plan.label}”（{plan.source}）尚有未录入的内容：{'；'.join(plan.unread)}。请按正式文件补全方案后再生成。",
                parameter="pension/adjustments", area=plan.area, day=plan.effective.isoformat(),
            )  # fmt: skip
        areas = areas_left(self.code, area_code, period_of(plan.effective))
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
        summary |= {"signed_plan": kept_row(plan), "bounds": work.bounds, "samples": _samples(work.batch.pk, work.parts)}
        is_official = plan.status == "verified"
        checks = [
            bar("not_empty", "有可调整的人员", passed=people > 0, detail=f"{people} 人"),
            bar("positive", "人均增加大于零", passed=increase > 0, detail=f"每月增加 {format_fen(increase)} 元"),
            bar("plan", "调整方案有正式文件（演示环境可用试算方案）", passed=is_official or settings.IS_DEMO, detail=plan.source),
            *_allowance_checks(work, plan),
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
    percent = own_basic_percent(plan.effective)
    own = "0" if percent is None else own_basic_sql(percent.value)
    expressions = [f"(CASE WHEN is_own_basic THEN 0 ELSE {sql} END)" for _, sql in plan.as_sql()]
    expressions.append(f"(CASE WHEN is_own_basic THEN {own} ELSE 0 END)")
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
                "areas": list(work.opening.areas), "allowance": BenefitKind.DISABILITY.value, "latest_allowance": period_of(plan.retired_by),
            },
        )  # fmt: skip


def _allowance_checks(work: Work, plan: AdjustmentPlan) -> list[dict[str, Any]]:
    """Allowances of the own basic part are raised by a percentage that is known; of what was taken over nobody knows by what."""
    with connection.cursor() as cursor:
        cursor.execute(
            _ALLOWANCES,
            {
                "allowance": BenefitKind.DISABILITY.value, "areas": list(work.opening.areas), "effective": period_of(plan.effective),
                "latest_allowance": period_of(plan.retired_by),
            },
        )  # fmt: skip
        own_basic, unknown = cursor.fetchone()
    is_known = own_basic_percent(plan.effective) is not None
    return [
        bar(
            "allowance_percent", "病残津贴的全国调整比例已配置", passed=is_known or not own_basic,
            detail=f"按本人基础养老金计发的 {own_basic} 人"
            + ("" if is_known else f"，{plan.year} 年比例没有配置，请在参数变更中补充“病残津贴全国调整比例”"),
        ),
        warn(
            "allowances_known", "病残津贴均有核定记录", passed=not unknown,
            detail=f"{unknown} 人没有核定记录，不知按足额还是按本人基础养老金计发，未列入本批次",
        ),
    ]  # fmt: skip


def kept_row(plan: AdjustmentPlan) -> dict[str, Any]:
    """The signed row of a plan as its batch keeps it: number of the change, year, area, document and figures; empty of a plan of the files."""
    row = plan.row
    if row is None:
        return {}
    figures = {name: f"{value:f}" for name, value in row.columns.items()}
    return {
        "number": row.number,
        "year": plan.year,
        "area": row.area,
        "source": row.source,
        "status": row.status,
        "columns": figures,
    }


def plan_of_batch(batch: Batch) -> AdjustmentPlan:
    """The plan a batch was made by (本批次所用的调待方案), whatever has been signed since.

    Raises:
        ParameterMissing: the files have no plan for its area and year any more.
    """
    kept = batch.summary.get("signed_plan")
    if not kept:
        return plan_of_files(batch.area_code, batch.period // 100)
    columns = {name: Decimal(value) for name, value in kept["columns"].items()}
    return plan_of(year_entry(kept["year"], kept["area"], columns, kept["source"], kept["status"], number=kept["number"]))


def _summary(plan: AdjustmentPlan, rows: list[tuple[Any, ...]]) -> tuple[dict[str, Any], int, int, int]:
    areas: dict[int, dict[str, Any]] = {}
    bands: dict[int, int] = {}
    labels = [(s.name, s.label) for s in plan.steps] + [("allowance", "病残津贴（按全国比例）")]
    steps = [0] * len(labels)
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
            {"name": name, "label": label, "fen": fen} for (name, label), fen in zip(labels, steps, strict=True)
        ],
    }, digest & 0xFFFFFFFFFFFFFFFF, people, increase  # fmt: skip


def adjustments_of(benefit_id: int) -> list[Adjustment]:
    """What adjustments gave a benefit, newest first."""
    return list(Adjustment.objects.filter(benefit_id=benefit_id).order_by("-batch_id")[:50])
