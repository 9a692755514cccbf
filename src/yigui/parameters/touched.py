"""What a signed parameter touches becomes work: what was computed before is never changed by itself (重新核定任务)."""

import datetime as dt

from yigui.common.months import period_of
from yigui.parameters.models import ParameterChange, Trial
from yigui.staff.models import User
from yigui.tasks.models import Task
from yigui.tasks.open_task import open_task
from yigui.tasks.references import Reference

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
    said = [f"{words} {parts[kind]['touched']} 人" for kind, words in _WORDS if kind in parts and parts[kind]["touched"]]
    months = [row for row in trial.summary.get("levied", ()) if row["supplement"]["people"] or row["credit"]["people"]]
    if months:
        said.append(f"已征的 {len(months)} 个月的差额（由“征缴补收”“征缴冲减”批次办理，次月自动生成）")
    if not said:
        return None
    fen = sum(part["after_fen"] - part["before_fen"] for part in parts.values())
    note = f"参数变更 {change.pk} 号“{change.label}”{change.valid_from} 起生效，试算涉及：{'；'.join(said)}。名单见该变更的试算。"
    return open_task(
        kind="parameter_touched", origin=Reference(ORIGIN, change.pk, f"参数变更 {change.pk} 号"), note=note, agency=change.proposed_by.agency,
        area_code=change.proposed_by.agency.area_id, today=today, amount_fen=abs(fen) or None, actor=actor,
    )  # fmt: skip


def is_levied_alone(change: ParameterChange, trial: Trial) -> bool:
    """Whether a change of contributions holds for no month without a levy plan: it ends with the month the trial is of, which is levied wherever it
    touches somebody. What the trial sums up then is due by supplement and credit alone."""
    if change.valid_to is None or "period" not in trial.facts or period_of(change.valid_to) != trial.facts["period"]:
        return False
    levied = {area for row in trial.summary.get("levied", ()) if row["period"] == trial.facts["period"] for area in row["areas"]}
    part = trial.summary["kinds"].get("levy", {})
    # A trial from before its areas were kept lists some of those it touches: it says nothing for certain.
    return bool(part.get("areas")) and set(part["areas"]) <= levied


_WORDS = (
    ("run", "预发待遇（由“预发重算”批次重算）"), ("task", "已定待遇（逐人以 PEN-009 重核）"), ("levy", "当月应缴（未生成征缴计划的月份按新参数）"),
)  # fmt: skip
