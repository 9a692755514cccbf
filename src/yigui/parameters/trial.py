"""The trial of a change (试算): what the law would give with it and without it, for everybody it may touch; computed by the law itself, writing nothing.

Pensions are made again from what their newest awards keep, as the recalculation does; the month's contributions are what the levy plan would
stage. Where a table is read by neither, it is said which business reads it from then on.
"""

import datetime as dt
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from yigui.common import clock
from yigui.common.cache import forget_kept
from yigui.common.errors import YiguiError
from yigui.common.months import add_months, first_day, format_period, period_of
from yigui.common.sqlfiles import named_sql
from yigui.db.presence import act_as, asked
from yigui.entitlement.assess_person import reassess
from yigui.entitlement.enums import BenefitKind
from yigui.law.parameter_table import table
from yigui.law.pension_adjustment import PLAN_TABLE, Pensioner, plan_of
from yigui.law.resident_pension import resident_basic
from yigui.law.signed_rows import Signed, reading, signed
from yigui.law.unemployment import monthly_amount
from yigui.levy.rates import as_json, levy_rates
from yigui.parameters.above import why_not_kept
from yigui.parameters.change_parameter import TURNS, may_propose
from yigui.parameters.errors import ParameterMoved
from yigui.parameters.laid_kinds import OF_AWARDS, OF_LEVY, OF_STANDARDS
from yigui.parameters.models import OPEN, ParameterChange, Trial
from yigui.parameters.rows import law_row
from yigui.parameters.touched import how_it_comes
from yigui.runs.errors import RunIsBusy
from yigui.runs.run_job import Progress, run_job
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User

logger = logging.getLogger(__name__)

#: The job that a page defers.
TRY = "parameters.try"
_CHUNK, _PARTS = 2_000, 20
_SQL = named_sql("parameters", "trial")


@dataclass
class Part:
    """What some awards come to, for the database: benefits, before, after, and why one cannot be computed."""

    benefits: list[int] = field(default_factory=list)
    before: list[int | None] = field(default_factory=list)
    after: list[int | None] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def add(self, benefit_id: int, before: int | None, after: int | None, refused: str = "") -> None:
        """One award."""
        self.benefits.append(benefit_id)
        self.before.append(before)
        self.after.append(after)
        self.refused.append(refused)


def may_try(change: ParameterChange, person: User) -> bool:
    """Whether somebody may have a change tried: the proposer's post, internal control and leaders of an agency that keeps the area."""
    return (may_propose(person) or person.role in TURNS.values()) and not why_not_kept(person, change.area_code)


def why_stale(trial: Trial) -> str:
    """Why a trial may not be signed upon any more; "" when it may."""
    return str(asked("SELECT parameters_stale_v1(%s)", trial.pk)[0])


def order_trial(*, change_id: int, person: User) -> Trial:
    """Order a trial, which a background job makes; gives its record.

    Raises:
        NotAuthorised: not theirs. ParameterMoved: no such change, or over.
    """
    change = ParameterChange.objects.filter(pk=change_id).first()
    if change is None or change.status not in OPEN:
        raise ParameterMoved("该项参数变更已办结或不存在，不能再试算。", change_id=change_id)
    if not may_try(change, person):
        raise NotAuthorised("参数变更由管理该地区参数的机构的科室负责人、稽核人员或分管领导试算。")
    with transaction.atomic():
        act_as(person)
        return Trial.objects.create(change=change, ordered_by=person)


def try_change(trial_id: int) -> None:
    """The job of a trial: computes it and closes its record; a refusal stands there as its sentence. Whatever keeps it from beginning stands on its run,
    so that whoever waits for it sees that it is over."""
    trial = Trial.objects.select_related("change", "ordered_by").get(pk=trial_id)
    if trial.ended_at is not None:
        return
    change = trial.change
    try:
        with run_job(
            kind="parameter-try", area_code=change.area_code[:6], period=str(change.pk), total_steps=1, user=trial.ordered_by
        ) as progress:
            Trial.objects.filter(pk=trial.pk).update(run=progress.run)
            _begin(trial)
            notes = stage(trial, change, progress)
            asked("SELECT parameters_close_trial_v1(%s, %s)", trial.pk, notes)
    except RunIsBusy as busy:
        # It has no run of its own to be seen by.
        _begin(trial)
        _give_up(trial, busy)
    except YiguiError as refused:
        if not Trial.objects.filter(pk=trial.pk, ended_at=None).exclude(content="").exists():
            raise
        _give_up(trial, refused)


def _begin(trial: Trial) -> None:
    asked("SELECT parameters_begin_trial_v2(%s, %s)", trial.pk, clock.today())


def _give_up(trial: Trial, why: YiguiError) -> None:
    asked("SELECT parameters_give_up_trial_v1(%s, %s)", trial.pk, why.message)


def stage(trial: Trial, change: ParameterChange, progress: Progress) -> list[str]:
    """Compute what a change comes to for everybody it may touch, and stage it with the database, which counts and sums. Gives sentences for whoever
    reads it."""
    forget_kept()
    before = signed()
    after = before.with_row(law_row(change, 0)) if change.revokes_id is None else before.without(change.revokes_id)
    today = clock.today()
    notes = []
    if change.table_name in OF_AWARDS:
        _awards(trial, change.area_code, before, after, today, progress)
    elif change.table_name in OF_LEVY:
        notes = _levy(trial, before, after, change, progress) + _levied(trial, after, change, progress)
    elif change.table_name == PLAN_TABLE:
        _plan(trial, change, after, progress)
        notes = [
            "以在领的职工基本养老金现行标准逐人试算每月增加额，签署后由“年度调待”批次办理，批次中可看分档、抽样和分布。"
            "病残津贴按该年全国比例或本方案，在批次中计算。"
        ]
    elif change.table_name in OF_STANDARDS:
        _standards(trial, change, before, after, progress)
        how = how_it_comes(change.valid_from, today)
        notes = [f"以执行首月在领的待遇逐笔试算。提高的由“待遇标准调整”批次调整，{how}；降低的不自动下调，由人逐笔核对。"]
    else:
        notes = [
            "本项参数未作存量试算。生效后受理、核定和生成的业务按新值办理；已核定的待遇不随本项参数自动调整，应当调整的请另行办理。"
        ]
    progress.step()
    return notes


def _awards(trial: Trial, area: str, before: Signed, after: Signed, today: dt.date, progress: Progress) -> None:
    for rows in _by_benefit(_SQL["awards"], {"area": area}, progress):
        part = Part()
        for benefit_id, inputs in rows:
            kept = json.loads(inputs) if isinstance(inputs, str) else inputs
            try:
                part.add(benefit_id, _total(before, kept, today), _total(after, kept, today))
            except YiguiError as refused:
                part.add(benefit_id, None, None, refused.message)
            except (ArithmeticError, LookupError, TypeError, ValueError):
                logger.warning("inputs of benefit %s cannot be computed with", benefit_id, exc_info=True)
                part.add(benefit_id, None, None, f"第 {benefit_id} 号待遇所存的核定依据不能重算，请核对。")
        if part.benefits:
            given = (trial.pk, part.benefits, part.before, part.after, part.refused)
            asked("SELECT parameters_stage_awards_v1(%s, %s::bigint[], %s::bigint[], %s::bigint[], %s::text[])", *given)


def _standards(trial: Trial, change: ParameterChange, before: Signed, after: Signed, progress: Progress) -> None:
    """What a standard adds to the benefits in payment that follow it: what stands of each in the month the change begins to hold, and that with what the law
    gives more, or less, with the change than without it."""
    period = _period(trial)
    kinds = [BenefitKind.UNEMPLOYMENT if change.table_name.startswith("unemployment/") else BenefitKind.RESIDENT]
    known: dict[tuple[Any, ...], int | str] = {}
    given = {"area": change.area_code, "kinds": [kind.value for kind in kinds], "period": period}
    for rows in _by_benefit(_SQL["standing"], given, progress):
        part = Part()
        for benefit_id, held, *facts in rows:
            key = tuple(facts)
            if key not in known:
                known[key] = _more(before, after, kinds[0], key, period)
            more = known[key]
            if isinstance(more, str):
                part.add(benefit_id, None, None, more)
            else:
                part.add(benefit_id, held, max(0, held + more))
        staged = (trial.pk, part.benefits, part.before, part.after, part.refused)
        asked("SELECT parameters_stage_standards_v1(%s, %s::bigint[], %s::bigint[], %s::bigint[], %s::text[])", *staged)


def _plan(trial: Trial, change: ParameterChange, after: Signed, progress: Progress) -> None:
    """What a plan of the annual adjustment adds to each pension it takes in by its start, to what stands of it in the month of the trial; a revoked one that
    has not been carried out adds nothing."""
    period = _period(trial)
    with reading(after):
        row = next((e for e in table(PLAN_TABLE).entries() if e.area == change.area_code and e.keys == (change.keys,)), None)
        plan = None if row is None or change.revokes_id is not None else plan_of(row)
    given = {"area": change.area_code, "kinds": [BenefitKind.PENSION.value], "period": period}
    for rows in _by_benefit(_SQL["pensions"], given, progress):
        part = Part()
        for benefit_id, held, start, months, born_on, gender in rows:
            if plan is None or start > add_months(period_of(plan.retired_by), 1):
                part.add(benefit_id, held, held)
            else:
                part.add(benefit_id, held, held + plan.adjust(Pensioner(months, held, born_on, gender))[0])
        staged = (trial.pk, part.benefits, part.before, part.after, part.refused)
        asked("SELECT parameters_stage_standards_v1(%s, %s::bigint[], %s::bigint[], %s::bigint[], %s::text[])", *staged)


def _more(before: Signed, after: Signed, kind: BenefitKind, facts: tuple[Any, ...], period: int) -> int | str:
    """What the law gives more a month with a change than without it (fen), or why that cannot be said. Facts: area, years paid, age, months drawn before."""
    area, years, age, drawn = facts
    totals = []
    for rows in (before, after):
        try:
            with reading(rows):
                if kind == BenefitKind.RESIDENT:
                    totals.append(sum(part.amount_fen for part in resident_basic(area, first_day(period), years, age=age)))
                else:
                    totals.append(monthly_amount(area, first_day(period), drawn + 1, paid_months=years))
        except YiguiError as refused:
            return refused.message
    return totals[1] - totals[0]


def _total(rows: Signed, inputs: dict[str, Any], today: dt.date) -> int:
    with reading(rows):
        return reassess(inputs, today)[0].total_fen


def _by_benefit(statement: str, given: dict[str, Any], progress: Progress) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a statement about benefits from `low` to below `high`, some thousand benefits at a time; empty parts are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL["range"])
        low, high = cursor.fetchone()
    if low is None:
        return
    starts = range(low, high + 1, _CHUNK)
    progress.run.total_steps += len(starts)
    for start in starts:
        with connection.cursor() as cursor:
            cursor.execute(statement, given | {"low": start, "high": start + _CHUNK})
            rows = cursor.fetchall()
        if rows:
            yield rows
        progress.step()


def _levy(trial: Trial, before: Signed, after: Signed, change: ParameterChange, progress: Progress) -> list[str]:
    """The month's contributions of everybody insured, by both rates. Gives sentences; where the month has no rates yet, only that."""
    period = _period(trial)
    areas = asked("SELECT array_agg(DISTINCT area_code ORDER BY area_code) FROM parameters_insured_v1(%s)", change.area_code)[0]
    if areas is None:
        return ["该地区没有参保关系。"]
    try:
        rates = [_rates(rows, areas, period) for rows in (before, after)]
    except YiguiError as missing:
        return [f"{period} 的应缴不能试算：{missing.message}"]
    with connection.cursor() as cursor:
        cursor.execute(_SQL["payers"], {"areas": areas})
        low, high = cursor.fetchone()
    size = max(1, -(-(high + 1 - low) // _PARTS))
    progress.run.total_steps += len(range(low, high + 1, size))
    given = (trial.pk, *rates, period, size)
    while asked("SELECT parameters_stage_levy_v2(%s, %s::jsonb, %s::jsonb, %s, %s)", *given)[0] is not None:
        progress.step()
    progress.step()
    return [f"应缴按 {period} 的参保关系和基数试算，为单位和个人缴费的合计。"]


def _levied(trial: Trial, after: Signed, change: ParameterChange, progress: Progress) -> list[str]:
    """What supplement and credit of the months already levied would come to with the change, of those the database names. Gives sentences."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL["levied"], {"change": change.pk, "until": _period(trial)})
        months = cursor.fetchall()
    notes = []
    tried = [(period, held) for period, held, is_tried in months if is_tried]
    progress.run.total_steps += len(tried)
    for period, held in tried:
        try:
            rates = _rates(after, held, period)
        except YiguiError as missing:
            notes.append(f"{format_period(period)} 已征的差额不能试算：{missing.message}")
            continue
        asked("SELECT parameters_stage_levied_v2(%s, %s, %s::jsonb)", trial.pk, period, rates)
        progress.step()
    if len(months) > len(tried):
        notes.append(f"更早的 {len(months) - len(tried)} 个已征月份未试算，签署后同样办理补收、冲减。")
    return notes


def _period(trial: Trial) -> int:
    """The month a trial is made of, as the database has found it when the trial began."""
    return int(asked("SELECT facts -> 'period' FROM parameters_trial WHERE id = %s", trial.pk)[0])


def _rates(rows: Signed, areas: list[str], period: int) -> str:
    with reading(rows):
        return as_json(levy_rates(areas, period))
