"""What a signed parameter touches becomes work: what was computed before is never changed by itself (重新核定任务)."""

import datetime as dt
from typing import Any

from django.db import connection

from yigui.common.months import add_months, format_period, period_of
from yigui.common.sqlfiles import named_sql
from yigui.entitlement.enums import BenefitKind
from yigui.law.pension_adjustment import PLAN_TABLE
from yigui.parameters.models import ParameterChange, Trial
from yigui.payment.raise_run import months_of_itself
from yigui.staff.models import User
from yigui.tasks.models import Task
from yigui.tasks.open_task import open_task
from yigui.tasks.references import Reference

_SQL = named_sql("parameters", "touched")
#: Kind of the origin of its task.
ORIGIN = "parameter_change"


def open_work(change: ParameterChange, trial: Trial, *, actor: User, today: dt.date) -> Task | None:
    """The task of who looks after what a signed change touches; None where it touches nobody. Provisional awards wait for the recalculation,
    which finds them by itself; what months already levied were charged too little or too much waits for supplement and credit, which make
    themselves."""
    parts = trial.summary["kinds"]
    if is_levied_alone(change, trial):
        # The month the sum is of has its plan: it is the difference that supplement and credit make good, and nothing besides.
        parts = {kind: part for kind, part in parts.items() if kind != "levy"}
    said = [
        f"{_words(change, kind, today)} {parts[kind]['touched']} 人" for kind in _WORDS if kind in parts and parts[kind]["touched"]
    ]
    months = [row for row in trial.summary.get("levied", ()) if row["supplement"]["people"] or row["credit"]["people"]]
    if months:
        said.append(f"已征的 {len(months)} 个月的差额（由“征缴补收”“征缴冲减”批次办理，次月自动生成）")
    if count := computed_by(change)[0] if change.revokes_id is not None else 0:
        said.append(f"该参数签署以来核定、调整的待遇 {count} 笔（名单见该变更的页面，逐笔核对是否须重核）")
    if not said:
        return None
    fen = sum(part["after_fen"] - part["before_fen"] for part in parts.values())
    what = (
        f"{change.valid_from} 起生效"
        if change.revokes_id is None
        else f"撤销参数变更 {change.revokes_id} 号（{change.valid_from} 起）"
    )
    note = f"参数变更 {change.pk} 号“{change.label}”{what}，试算涉及：{'；'.join(said)}。名单见该变更的试算。"
    return open_task(
        kind="parameter_touched", origin=Reference(ORIGIN, change.pk, f"参数变更 {change.pk} 号"), note=note, agency=change.proposed_by.agency,
        area_code=change.proposed_by.agency.area_id, today=today, amount_fen=abs(fen) or None, actor=actor,
    )  # fmt: skip


#: Kinds of benefits that are computed by the tables of a group, for those a trial does not make again from what their awards keep.
_COMPUTED = {
    "pension": (BenefitKind.PENSION, BenefitKind.DISABILITY), "account": (BenefitKind.PENSION, BenefitKind.DISABILITY, BenefitKind.RESIDENT),
    "retirement": (BenefitKind.PENSION, BenefitKind.DISABILITY), "resident": (BenefitKind.RESIDENT, BenefitKind.FUNERAL),
    "unemployment": (BenefitKind.UNEMPLOYMENT, BenefitKind.FUNERAL, BenefitKind.SURVIVOR, BenefitKind.RURAL_GRANT),
    "survivor": (BenefitKind.FUNERAL, BenefitKind.SURVIVOR),
}  # fmt: skip
#: Benefits of a list.
_LISTED = 200


def computed_by(change: ParameterChange) -> tuple[int, list[dict[str, Any]]]:
    """What was awarded or raised while a signed row was read (签署以来核定的待遇): benefits of the kinds its group computes, of its area, that begin while it
    holds and were decided since it was signed. Of a revocation, those of the row it revokes.

    Returns: how many, and the first of them, newest first: benefit, person, kind, month from which, monthly or single sum (fen), day.
    """
    of = change if change.revokes is None else change.revokes
    kinds = _COMPUTED.get(of.table_name.partition("/")[0], ())
    if of.signed_at is None or of.trial is None or not kinds:
        return 0, []
    last = 999912 if of.valid_to is None else add_months(period_of(of.valid_to), 1)
    given = {
        "area": of.area_code, "kinds": [kind.value for kind in kinds], "first": period_of(of.valid_from), "last": last,
        "signed_on": of.signed_at, "award": of.trial.facts["award"], "most": _LISTED,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SQL["computed"], given)
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return (rows[0]["found"] if rows else 0), rows


def is_levied_alone(change: ParameterChange, trial: Trial) -> bool:
    """Whether a change of contributions holds for no month without a levy plan: it ends with the month the trial is of, which is levied wherever it
    touches somebody. What the trial sums up then is due by supplement and credit alone."""
    if change.valid_to is None or "period" not in trial.facts or period_of(change.valid_to) != trial.facts["period"]:
        return False
    levied = {area for row in trial.summary.get("levied", ()) if row["period"] == trial.facts["period"] for area in row["areas"]}
    part = trial.summary["kinds"].get("levy", {})
    # A trial from before its areas were kept lists some of those it touches: it says nothing for certain.
    return bool(part.get("areas")) and set(part["areas"]) <= levied


_WORDS = {
    "raise": "在领待遇", "run": "预发待遇（由“预发重算”批次重算）", "task": "已定待遇（逐人以 PEN-009 重核）",
    "levy": "当月应缴（未生成征缴计划的月份按新参数）",
}  # fmt: skip


def _words(change: ParameterChange, kind: str, today: dt.date) -> str:
    """Whom a part of a trial is of, and by what they get it: nothing is said to come by itself that somebody has to make."""
    if kind != "raise":
        return _WORDS[kind]
    if change.table_name == PLAN_TABLE:
        return "在发待遇（由“年度调待”批次调整，不会自动生成，请由经办科室负责人生成）"
    return f"在领待遇（由“待遇标准调整”批次调整，{how_it_comes(change.valid_from, today)}；降低的逐笔核对）"


def how_it_comes(valid_from: dt.date, today: dt.date) -> str:
    """When the batch of a standard that begins on a day is made by itself, or that it is not, in words."""
    since = add_months(period_of(valid_from), valid_from.day > 1)
    earliest, latest = months_of_itself(today)
    if since > latest:
        return f"{format_period(add_months(since, -1))} 起自动生成"
    if since < earliest:
        return f"{format_period(earliest)} 以前开始执行的不会自动生成，请由经办科室负责人按月份生成"
    return "签署次日自动生成"
