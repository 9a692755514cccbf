"""The recalculation (重算) of provisional awards once the base of their year is published; the next pay run pays the difference.

Awards are made again by the law itself, from the inputs they keep, on as many processes as there are connections for runs.
"""

import datetime as dt
import json
import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from typing import Any

import django
from django.db import close_old_connections, connection, transaction

from yigui.common import clock
from yigui.common.money import format_fen
from yigui.entitlement.assess_person import reassess
from yigui.entitlement.award import lines_of, parts_of
from yigui.payment.errors import PayRefused
from yigui.payment.pay_run import CONNECTIONS, OnStep
from yigui.registry.queries import areas_under
from yigui.runs.batches import batch_of, check, issue_warrant, lock_approved, mark_executed, open_batch, seal_content, void_batch
from yigui.runs.models import Batch
from yigui.runs.run_job import run_job
from yigui.staff.models import User

KIND = "recalculate"
_CHUNK = 1_000
#: Below this many awards one process is as quick.
_ALONE = 4_000
#: The newest award of each benefit, where it is provisional and its benefit goes on.
_AWARDS = """
SELECT a.benefit_id, a.start_period, a.inputs, a.total_fen FROM (
    SELECT DISTINCT ON (benefit_id) * FROM benefits_award WHERE benefit_id IN (
        SELECT benefit_id FROM benefits_award WHERE is_provisional AND base_year < %(year)s)
    ORDER BY benefit_id, version DESC) AS a
JOIN benefits_benefit b ON b.id = a.benefit_id
WHERE a.is_provisional AND b.area_id = ANY(%(areas)s) AND (a.inputs ->> 'retired_on') LIKE %(retired)s
ORDER BY a.benefit_id
"""
_COPY = (
    "COPY benefits_recalculation (batch_id, benefit_id, start_period, base_year, is_provisional, before_fen, basic_fen, account_fen, "
    "transitional_fen, extra_fen, inputs, lines) FROM STDIN"
)
Award = tuple[int, int, dict[str, Any], int]


def recalculate(awards: Sequence[Award], as_of: dt.date) -> list[tuple[Any, ...]]:
    """Awards (benefit, start, inputs, total) made again, as rows of the recalculation; needs no database."""
    rows = []
    for benefit_id, start, inputs, before in awards:
        assessment, made_from, is_provisional = reassess(inputs, as_of)
        parts = parts_of(assessment.components)
        rows.append(
            (
                benefit_id, start, made_from["base_year"], is_provisional, before, parts["basic_fen"], parts["account_fen"],
                parts["transitional_fen"], parts["extra_fen"], json.dumps(made_from, ensure_ascii=False),
                json.dumps(lines_of(assessment.components), ensure_ascii=False),
            )
        )  # fmt: skip
    return rows


def _chunks(awards: Iterator[Award]) -> Iterator[list[Award]]:
    while chunk := list(islice(awards, _CHUNK)):
        yield chunk


def plan_recalculation(*, area_code: str, year: int, user: User, on_step: OnStep | None = None) -> Batch:
    """Make the provisional awards of people who retired in `year` again; gives the batch with old and new sums.

    Raises:
        PayRefused: none is provisional, or the year's base is still not known.
        BatchRefused: as every batch.
    """
    today = clock.today()
    with run_job(kind="recalculate-plan", area_code=area_code[:6], period=str(year), total_steps=2, user=user) as progress:
        areas = areas_under(area_code)
        with transaction.atomic():
            batch = open_batch(
                kind=KIND, area_code=area_code, period=year * 100 + 1, areas=areas, user=user, needs_check=True,
                subject=today.isoformat(),
            )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(_AWARDS, {"year": year, "areas": areas, "retired": f"{year}-%"})
            awards: list[Award] = [
                (b, start, inputs if isinstance(inputs, dict) else json.loads(inputs), total)
                for b, start, inputs, total in cursor.fetchall()
            ]
        if not awards:
            raise PayRefused(f"没有 {year} 年退休、按预发标准核定的待遇。")
        progress.step()
        if on_step is not None:
            on_step(1, 2, f"{len(awards)} 人重算")
        with transaction.atomic(), connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            for rows in _made(awards, today):
                for row in rows:
                    copy.write_row((batch.pk, *row))
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM benefits_recalculation_sums_v1(%s)", [batch.pk])
            count, total, difference, lower, digest = cursor.fetchone()
            cursor.execute("SELECT count(*) FROM benefits_recalculation WHERE batch_id = %s AND base_year < %s", [batch.pk, year])
            (still,) = cursor.fetchone()
            cursor.execute(
                "SELECT benefit_id, before_fen, basic_fen + account_fen + transitional_fen + extra_fen FROM benefits_recalculation "
                "WHERE batch_id = %s ORDER BY benefit_id LIMIT 200",
                [batch.pk],
            )
            samples = [list(row) for row in cursor.fetchall()]
        summary = {"year": year, "difference_fen": difference, "lower": lower, "samples": samples}
        checks = [
            check("all", "全部预发待遇均已重算", passed=count == len(awards), detail=f"{count} / {len(awards)}"),
            check("base", f"{year} 年计发基数已公布", passed=still == 0, detail=f"仍按上年基数 {still} 人"),
            check("lower", "没有重算后降低的待遇", passed=lower == 0, detail=f"{lower} 人，月差额合计 {format_fen(difference)} 元"),
        ]
        batch = seal_content(
            batch, row_count=count, total_fen=total, digest=f"{digest & 0xFFFFFFFFFFFFFFFF:016x}", summary=summary, checks=checks
        )
        progress.step()
    return batch


def _made(awards: list[Award], today: dt.date) -> Iterator[list[tuple[Any, ...]]]:
    if len(awards) < _ALONE or CONNECTIONS == 1:
        for chunk in _chunks(iter(awards)):
            yield recalculate(chunk, today)
        return
    chunks = list(_chunks(iter(awards)))
    # Fresh processes: no connection of this one may be shared with them.
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(CONNECTIONS, mp_context=context, initializer=django.setup) as pool:
        yield from pool.map(recalculate, chunks, [today] * len(chunks))


def execute_recalculation(*, batch_id: int) -> Batch:
    """Write the awards and amounts of an approved recalculation, under its warrant; running it again changes nothing."""
    close_old_connections()
    with transaction.atomic():
        batch = lock_approved(batch_id, KIND)
        if batch is None:
            return batch_of(batch_id)
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM benefits_recalculation_sums_v1(%s)", [batch.pk])
            count, total, _, _, digest = cursor.fetchone()
            if (count, total, f"{digest & 0xFFFFFFFFFFFFFFFF:016x}") != (batch.row_count, batch.total_fen, batch.digest):
                raise PayRefused(f"第 {batch.pk} 号重算批次与审批时不一致，请作废后重新生成。", batch=batch.pk)
            issue_warrant(batch)
            cursor.execute("SELECT benefits_execute_recalculation_v1(%s)", [batch.pk])
        return mark_executed(batch)


__all__ = ["KIND", "execute_recalculation", "plan_recalculation", "recalculate", "void_batch"]
