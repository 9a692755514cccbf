"""The trial of a change (试算): what the law would give with it and without it, for everybody it may touch; computed by the law itself, writing nothing.

Pensions are made again from what their newest awards keep, as the recalculation does; the month's contributions are what the levy plan would
stage. Where a table is read by neither, it is said which business reads it from then on.
"""

import datetime as dt
import hashlib
import heapq
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from yigui.common import clock
from yigui.common.cache import forget_kept
from yigui.common.errors import YiguiError
from yigui.common.months import first_day, period_of
from yigui.common.sqlfiles import named_sql
from yigui.db.presence import act_as, asked
from yigui.entitlement.assess_person import reassess
from yigui.entitlement.enums import BenefitKind
from yigui.law.signed_rows import Signed, reading, signed
from yigui.levy.rates import as_json, levy_rates
from yigui.levy.supplement_run import CREDIT, SUPPLEMENT, executed_plans, levied_areas, levied_months, supplement_sum
from yigui.parameters.above import lies_in, why_not_kept
from yigui.parameters.change_parameter import TURNS, may_propose
from yigui.parameters.errors import ParameterMoved
from yigui.parameters.models import OPEN, ParameterChange, Trial, TrialLine
from yigui.parameters.rows import law_row
from yigui.registry.models import Area
from yigui.runs.run_job import Progress, run_job
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User

#: The job that a page defers.
TRY = "parameters.try"
#: Touched people that are listed, the biggest changes first; all are counted.
LISTED = 20_000
#: Months already levied whose difference is tried, the newest ones.
LEVIED_MAX = 24
#: Sentences of refusals that are told.
TOLD = 10
_AWARD_KINDS = [BenefitKind.PENSION.value, BenefitKind.DISABILITY.value]
#: Tables that the newest awards of pensions are made again with, and those that the month's contributions are made of.
OF_AWARDS = frozenset({"pension/calculation_base", "pension/average_wage", "pension/average_pension", "account/interest_rate"})
OF_LEVY = frozenset({"contribution/base_bounds", "contribution/rates", "contribution/injury_rates"})
_CHUNK, _PARTS = 2_000, 20
_SQL = named_sql("parameters", "trial")
#: kind, person, employer (None), area, before, after
Line = tuple[str, int, int | None, str, int, int]


@dataclass
class Found:
    """What a trial has come to so far."""

    looked_at: int = 0
    kinds: dict[str, dict[str, int]] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    biggest: list[tuple[int, int, Line]] = field(default_factory=list)
    #: Of each month already levied what supplement and credit would come to: {"period", "supplement", "credit"}, oldest first.
    levied: list[dict[str, Any]] = field(default_factory=list)
    lines: int = 0
    hash: Any = field(default_factory=lambda: hashlib.new("sm3"))

    def add(self, line: Line) -> None:
        """One touched person: counted, summed, in the digest; listed while it is among the biggest."""
        kind, *_, before, after = line
        sums = self.kinds.setdefault(kind, {"touched": 0, "before_fen": 0, "after_fen": 0, "lower": 0})
        sums["touched"] += 1
        sums["before_fen"] += before
        sums["after_fen"] += after
        sums["lower"] += after < before
        self.hash.update(json.dumps(line).encode())
        self.lines += 1
        entry = (abs(after - before), -self.lines, line)
        if len(self.biggest) < LISTED:
            heapq.heappush(self.biggest, entry)
        else:
            heapq.heappushpop(self.biggest, entry)

    def refuse(self, sentence: str) -> None:
        """Somebody who cannot be computed, with or without the change."""
        self.refused[sentence] = self.refused.get(sentence, 0) + 1

    def total(self, column: str) -> int:
        """A sum over all kinds."""
        return sum(sums[column] for sums in self.kinds.values())


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
    """The job of a trial: computes it and closes its record; a refusal stands there as its sentence."""
    trial = Trial.objects.select_related("change", "ordered_by").get(pk=trial_id)
    if trial.ended_at is not None:
        return
    change = trial.change
    try:
        with run_job(
            kind="parameter-try", area_code=change.area_code[:6], period=str(change.pk), total_steps=1, user=trial.ordered_by
        ) as progress:
            Trial.objects.filter(pk=trial.pk).update(run=progress.run)
            _close(trial, *computed(change, progress))
    except YiguiError as refused:
        Trial.objects.filter(pk=trial.pk, ended_at=None).update(error=refused.message[:400], ended_at=clock.now())


def computed(change: ParameterChange, progress: Progress) -> tuple[Found, dict[str, Any], str, list[str]]:
    """What a change comes to, with the facts it rests on, the digest of its content, and sentences for whoever reads it."""
    forget_kept()
    facts, content = asked("SELECT parameters_facts_v1(), parameters_content_v1(%s)", change.pk)
    facts = json.loads(facts) if isinstance(facts, str) else facts
    before = signed()
    after = before.with_row(law_row(change, 0))
    areas = [code for code in Area.objects.order_by("code").values_list("code", flat=True) if lies_in(code, change.area_code)]
    found, notes = Found(), []
    today = clock.today()
    if change.table_name in OF_AWARDS:
        _awards(found, before, after, areas, today, progress)
    if change.table_name in OF_LEVY:
        notes += _levy(found, before, after, areas, change, today, progress)
        notes += _levied(found, after, areas, change, today, progress)
    if change.table_name not in OF_AWARDS | OF_LEVY:
        notes.append("已核定的待遇和当月应缴不由这项参数计算，没有可试算的存量；生效后受理、核定和生成的业务按新值办理。")
    progress.step()
    return found, facts, content, notes


def _close(trial: Trial, found: Found, facts: dict[str, Any], content: str, notes: list[str]) -> None:
    listed = [line for _, _, line in sorted(found.biggest, reverse=True)]
    summary = {
        "kinds": found.kinds, "refused": sorted(found.refused.items(), key=lambda e: -e[1])[:TOLD], "refused_count": sum(found.refused.values()),
        "notes": notes, "listed": len(listed), "levied": found.levied,
    }  # fmt: skip
    head = [content, facts, found.looked_at, found.lines, summary]
    found.hash.update(json.dumps(head, sort_keys=True, ensure_ascii=False).encode())
    with transaction.atomic():
        TrialLine.objects.bulk_create(
            [TrialLine(trial=trial, place=n, kind=kind, person_id=person, employer_id=employer, area_code=area, before_fen=old, after_fen=new)
             for n, (kind, person, employer, area, old, new) in enumerate(listed, 1)],
            batch_size=_CHUNK,
        )  # fmt: skip
        Trial.objects.filter(pk=trial.pk, ended_at=None).update(
            ended_at=clock.now(), content=content, facts=facts, looked_at=found.looked_at, touched=found.lines,
            before_fen=found.total("before_fen"), after_fen=found.total("after_fen"), summary=summary, digest=found.hash.hexdigest(),
        )  # fmt: skip


def _awards(found: Found, before: Signed, after: Signed, areas: list[str], today: dt.date, progress: Progress) -> None:
    for benefit_id, person_id, area, is_provisional, inputs in _newest_awards(areas, progress):
        found.looked_at += 1
        kept = json.loads(inputs) if isinstance(inputs, str) else inputs
        try:
            old, new = _total(before, kept, today), _total(after, kept, today)
        except YiguiError as refused:
            found.refuse(refused.message)
            continue
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            found.refuse(f"第 {benefit_id} 号待遇所存的核定依据不能重算（{type(error).__name__}），请核对。")
            continue
        if old != new:
            found.add(("run" if is_provisional else "task", person_id, None, area, old, new))


def _total(rows: Signed, inputs: dict[str, Any], today: dt.date) -> int:
    with reading(rows):
        return reassess(inputs, today)[0].total_fen


def _newest_awards(areas: list[str], progress: Progress) -> Iterator[tuple[int, int, str, bool, Any]]:
    given: dict[str, Any] = {"kinds": _AWARD_KINDS, "areas": areas}
    with connection.cursor() as cursor:
        cursor.execute(_SQL["range"], given)
        low, high, _ = cursor.fetchone()
    if low is None:
        return
    starts = range(low, high + 1, _CHUNK)
    progress.run.total_steps += len(starts)
    for start in starts:
        with connection.cursor() as cursor:
            cursor.execute(_SQL["awards"], given | {"low": start, "high": start + _CHUNK})
            rows = cursor.fetchall()
        yield from rows
        progress.step()


def _levy(
    found: Found, before: Signed, after: Signed, areas: list[str], change: ParameterChange, today: dt.date, progress: Progress
) -> list[str]:
    """The month's contributions of everybody insured, by both rates. Gives sentences; where the month has no rates yet, only that."""
    first = max(change.valid_from, today) if change.valid_to is None else min(max(change.valid_from, today), change.valid_to)
    period = period_of(first)
    try:
        rates = [_rates(rows, areas, period) for rows in (before, after)]
    except YiguiError as missing:
        return [f"{period} 的应缴不能试算：{missing.message}"]
    with connection.cursor() as cursor:
        cursor.execute(_SQL["payers"], {"areas": areas})
        low, high = cursor.fetchone()
    if low is None:
        return ["该地区没有参保关系。"]
    size = max(1, -(-(high + 1 - low) // _PARTS))
    starts = range(low, high + 1, size)
    progress.run.total_steps += len(starts)
    for start in starts:
        given: dict[str, Any] = {
            "before": rates[0],
            "after": rates[1],
            "areas": areas,
            "period": period,
            "low": start,
            "high": start + size,
        }
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_SQL["levy"], given)
            rows = cursor.fetchall()
        for person, employer, area, old, new, looked_at in rows:
            if person is None:
                found.looked_at += looked_at
            else:
                found.add(("levy", person, employer or None, f"{area:06}", old, new))
        progress.step()
    return [f"应缴按 {period} 的参保关系和基数试算，为单位和个人缴费的合计。"]


def _levied(
    found: Found, after: Signed, areas: list[str], change: ParameterChange, today: dt.date, progress: Progress
) -> list[str]:
    """What supplement and credit of the months already levied would come to with the change, the newest months. Gives sentences."""
    last = today if change.valid_to is None else min(today, change.valid_to)
    months = [m for m in levied_months(areas, until=period_of(last)) if change.valid_from <= first_day(m) <= last]
    progress.run.total_steps += min(len(months), LEVIED_MAX)
    for period in months[-LEVIED_MAX:]:
        held = levied_areas(executed_plans(areas, period), areas)
        try:
            with reading(after):
                rates = levy_rates(held, period)
        except YiguiError as missing:
            return [f"{period} 已征的差额不能试算：{missing.message}"]
        sums = {kind.code: supplement_sum(held, period, kind.sign, rates) for kind in (SUPPLEMENT, CREDIT)}
        found.levied.append({
            "period": period, "supplement": vars(sums[SUPPLEMENT.code]), "credit": vars(sums[CREDIT.code]),
        })  # fmt: skip
        progress.step()
    return [f"更早的 {len(months) - LEVIED_MAX} 个已征月份未试算，签署后同样办理补收、冲减。"] if len(months) > LEVIED_MAX else []


def _rates(rows: Signed, areas: list[str], period: int) -> str:
    with reading(rows):
        return as_json(levy_rates(areas, period))
