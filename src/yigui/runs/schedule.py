"""Plans that make themselves (自动生成计划): on the day that is configured for kind and area, once, and waiting for those who sign.

The days are dated data per area (`law/parameters/runs/plan_day.yaml`). A day that was missed is made up for; a plan that could not be
made is tried again the next day, and whoever would have prepared it is told why.
"""

import datetime as dt
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from yigui.common import clock
from yigui.common.errors import NotFound, YiguiError
from yigui.common.months import add_months, first_day, period_of
from yigui.common.reasons import reason_of
from yigui.db.each import each
from yigui.db.presence import act_as
from yigui.law.parameter_table import table
from yigui.registry.models import Area
from yigui.registry.queries import areas_named
from yigui.runs.batches import require_preparer
from yigui.runs.errors import BatchRefused
from yigui.runs.kinds import RunKind, Unit, kind_of, run_kinds
from yigui.runs.models import Batch, BatchStatus, PlannedRun
from yigui.runs.staged import prepare
from yigui.staff.models import User

logger = logging.getLogger(__name__)
#: Plans without a batch, and batches of one plan, looked at in one go.
ROWS_MAX = 500
#: Plans of one kind and area that are made up for at once: two years of months.
MISSED_MAX = 24


@dataclass(frozen=True)
class DuePlan:
    """A plan whose day has come: kind, area, what it is for (YYYYMM or a year), and the day."""

    kind: str
    area_code: str
    period: int
    due_on: dt.date


def due_plan(kind: RunKind, area_code: str, today: dt.date) -> DuePlan | None:
    """The newest plan of a kind and area whose day is not after today; None where none makes itself."""
    entry = table("runs/plan_day").find(kind.code, area=area_code, day=today)
    if entry is None or kind.unit == Unit.NONE:
        return None
    month, day, offset = int(entry["month"]), int(entry["day"]), int(entry["offset"])
    if kind.unit == Unit.MONTH:
        due_on = _day_of(period_of(today), day)
        if due_on > today:
            due_on = _day_of(add_months(period_of(today), -1), day)
        return DuePlan(kind.code, area_code, add_months(period_of(due_on), offset), due_on)
    due_on = _day_of(today.year * 100 + month, day)
    if due_on > today:
        due_on = _day_of((today.year - 1) * 100 + month, day)
    return DuePlan(kind.code, area_code, due_on.year + offset, due_on)


def _day_of(period: int, day: int) -> dt.date:
    """A day of a month, or its last one where the month is shorter."""
    last = first_day(add_months(period, 1)) - dt.timedelta(days=1)
    return min(first_day(period) + dt.timedelta(days=day - 1), last)


def due_plans(today: dt.date) -> list[DuePlan]:
    """The plans whose day has come, for every pooling area (统筹区): an area that belongs to no other of this house."""
    areas = list(Area.objects.filter(parent=None).order_by("code").values_list("code", flat=True))
    found = (due_plan(kind, area, today) for kind in run_kinds() for area in areas)
    return [plan for plan in found if plan is not None]


def _remember(plan: DuePlan) -> bool:
    """Keep a plan whose day has come; gives whether it is new."""
    return PlannedRun.objects.get_or_create(
        kind=plan.kind, area_code=plan.area_code, period=plan.period, defaults={"due_on": plan.due_on}
    )[1]


def _missed_before(plan: DuePlan) -> Iterator[DuePlan]:
    """Plans between this one and the last that was made, dismissed or tried: their days went by while nobody looked. None before the
    first of a kind and area, for then the plans begin; nor of a kind that takes whatever is due, which the newest plan does."""
    if kind_of(plan.kind).is_repeated:
        return
    rows = PlannedRun.objects.filter(kind=plan.kind, area_code=plan.area_code, period__lt=plan.period)
    last = rows.order_by("-period").values_list("period", flat=True).first()
    newer = plan
    for _ in range(MISSED_MAX if last is not None else 0):
        missed = due_plan(kind_of(plan.kind), plan.area_code, newer.due_on - dt.timedelta(days=1))
        if missed is None or last is None or missed.period <= last:
            return
        yield missed
        newer = missed


def prepare_due(today: dt.date) -> list[PlannedRun]:
    """Make every plan whose day has come and that nobody has made yet; gives those that were tried now.

    One that fails does not stop the others: it keeps its sentence and is tried again the next day.
    """
    plans = due_plans(today)
    newest = {(plan.kind, plan.area_code): plan.period for plan in plans}
    for plan in plans:
        if _remember(plan):
            for missed in _missed_before(plan):
                _remember(missed)
    tried = []
    for row in PlannedRun.objects.filter(batch=None, dismissed_by=None).order_by("due_on", "id")[:ROWS_MAX]:
        known = _made_by_hand(row)
        if known is not None:
            PlannedRun.objects.filter(pk=row.pk).update(batch=known, error="")
        elif row.tried_on != today and row.kind in {kind.code for kind in run_kinds()} and not _had_none(row, newest):
            _try(row, today)
            tried.append(row)
    return tried


def plan_arrivals(today: dt.date) -> list[PlannedRun]:
    """Put down the plans that have become due because something arrived (a published base, wage or rate); `prepare_due` makes them.

    A plan that was made and executed before is opened again, and of a kind that is taken up again one that was voided before today; one
    that waits for signatures, or that somebody decided not to make, stays as it is. Gives those put down now.
    """
    found = []
    areas = list(Area.objects.filter(parent=None).order_by("code").values_list("code", flat=True))
    for kind in run_kinds():
        for area in areas:
            for period in _arrived(kind, area, today):
                key = {"kind": kind.code, "area_code": area, "period": period}
                row, is_new = PlannedRun.objects.get_or_create(**key, defaults={"due_on": today})
                if not is_new and row.batch is not None and _is_over(kind, row.batch, today):
                    row.batch, row.due_on, row.tried_on, row.error = None, today, None, ""
                    row.save(update_fields=["batch", "due_on", "tried_on", "error"])
                    is_new = True
                if is_new:
                    found.append(row)
    return found


def _arrived(kind: RunKind, area: str, today: dt.date) -> Sequence[int]:
    """What a kind says has arrived; one that cannot say keeps nobody else's plans back, and its job ends as failed when the others are put down."""
    found: list[int] = []

    @transaction.atomic
    def look(_: str) -> bool:
        found.extend(kind.arrivals(area_code=area, today=today))
        return True

    each([f"{kind.code} {area}"], look, job="runs.plan_arrivals")
    return found


def _is_over(kind: RunKind, batch: Batch, today: dt.date) -> bool:
    """Whether a plan's batch leaves room for another: executed, or thrown away on an earlier day."""
    if batch.status == BatchStatus.VOID and kind.is_taken_up_again:
        return batch.voided_at is not None and clock.local(batch.voided_at).date() < today
    return batch.status == BatchStatus.EXECUTED


def _made_by_hand(row: PlannedRun) -> Batch | None:
    """The newest of the batches that stand for the plan already, when together they hold all its areas."""
    if row.kind in {kind.code for kind in run_kinds() if kind.is_repeated}:
        return None
    is_monthly = row.period > 9999
    periods = [row.period] if is_monthly else list(range(row.period * 100, row.period * 100 + 13))
    areas = {row.area_code, *Area.objects.filter(parent_id=row.area_code).values_list("code", flat=True)}
    batches = Batch.objects.filter(kind=row.kind, period__in=periods, areas__overlap=list(areas)).defer("summary", "checks")
    rows = list(batches.exclude(status__in=(BatchStatus.VOID, BatchStatus.DRAFT)).order_by("-id")[:ROWS_MAX])
    return rows[0] if rows and areas <= {area for batch in rows for area in batch.areas} else None


def _had_none(row: PlannedRun, newest: Mapping[tuple[str, str], int]) -> bool:
    """Whether there was nothing to do for the plan and the next has come: what comes up now belongs to that one."""
    return row.tried_on is not None and not row.error and row.period < newest.get((row.kind, row.area_code), row.period)


def _try(row: PlannedRun, today: dt.date) -> None:
    kind, row.tried_on = kind_of(row.kind), today
    try:
        row.error = ""
        # What was put down because something arrived may be done by now, by a later plan.
        is_due = not kind.is_taken_up_again or row.period in kind.arrivals(area_code=row.area_code, today=today)
        if is_due and kind.has_work(area_code=row.area_code, today=today):
            row.batch = prepare(kind, area_code=row.area_code, period=row.period, user=None)
    except YiguiError as refused:
        row.error = areas_named(refused.message)[:2000]
    except Exception as fault:
        # One plan must not stop the others; the record of the run and the log have the rest.
        logger.exception("plan %s could not be made", row)
        row.error = f"自动生成时发生错误（{type(fault).__name__}），请联系系统管理员查看日志后手工生成。"
    row.save(update_fields=["batch", "error", "tried_on"])


@transaction.atomic
def dismiss_plan(*, planned_id: int, user: User, reason: str) -> PlannedRun:
    """Decide that a plan which could not be made is not to be made; it is not tried again and nobody is told any more.

    Raises:
        Forbidden: the person's post may not prepare batches of the kind.
        BatchRefused: made or dismissed meanwhile, or no reason.
    """
    row = PlannedRun.objects.select_for_update().filter(pk=planned_id).first()
    if row is None:
        raise NotFound("没有该自动生成计划，请刷新页面。")
    require_preparer(user, kind_of(row.kind), row.area_code)
    if row.batch_id is not None or row.dismissed_by_id is not None:
        raise BatchRefused("该计划已生成或已决定不生成，请刷新页面。")
    said = reason_of(reason, "请写明不生成的理由，如“该月数据在旧系统中已办理”", BatchRefused)
    act_as(user)
    row.dismissed_by, row.dismissed_at, row.dismissed_reason = user, clock.now(), said
    row.save(update_fields=["dismissed_by", "dismissed_at", "dismissed_reason"])
    return row
