"""Certification of pensioners (领取资格认证): by data first, then by the person; who is due, overdue, or helped."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from yigui.common import clock
from yigui.common.months import period_of
from yigui.entitlement.enums import CERTIFIED_KINDS
from yigui.entitlement.models import AssistedTask
from yigui.registry.queries import areas_under
from yigui.runs.batches import batch_of, check, issue_warrant, lock_approved, mark_executed, open_batch, seal_content
from yigui.runs.models import Batch
from yigui.runs.run_job import run_job
from yigui.staff.models import User

KIND = "certify"
LIST_MAX = 60
#: A trace of life counts for this many days: older ones prove nothing about today.
TRACE_DAYS = 180
_KINDS = [int(k) for k in CERTIFIED_KINDS]

# Pensioners in payment, their latest certification, and the newest trace of life that would prolong it.
_MATCH = """
SELECT b.person_id, max(s.seen_on) FROM benefits_benefit b
JOIN registry_person p ON p.id = b.person_id
JOIN exchange_life_sign s ON s.id_number = p.id_number AND s.name = p.name
WHERE b.kind = ANY(%(kinds)s) AND b.status <> 'ended' AND b.area_id = ANY(%(areas)s) AND s.seen_on >= %(since)s AND p.life_status = '01'
  AND NOT EXISTS (SELECT 1 FROM exchange_death_record d WHERE d.id_number = p.id_number)
  AND NOT EXISTS (SELECT 1 FROM benefits_certification c WHERE c.person_id = b.person_id AND c.certified_on >= s.seen_on)
GROUP BY b.person_id
"""


def plan_match(*, area_code: str, user: User, today: dt.date) -> Batch:
    """Find the pensioners whom shared data show alive (数据比对认证); two people decide, as of every batch.

    Raises:
        BatchRefused: approved and waiting already.
    """
    areas = areas_under(area_code)
    with run_job(kind="certify-plan", area_code=area_code[:6], period=str(period_of(today)), total_steps=1, user=user) as progress:
        batch = open_batch(
            kind=KIND, area_code=area_code, period=period_of(today), areas=areas, user=user, subject=today.isoformat()
        )
        with connection.cursor() as cursor:
            cursor.execute(_MATCH, {"kinds": _KINDS, "areas": areas, "since": today - dt.timedelta(days=TRACE_DAYS)})
            found = cursor.fetchall()
        rows = [[person, seen.isoformat()] for person, seen in found]
        summary: dict[str, Any] = {"certify": rows, "overdue": overdue_count(areas, period_of(today))}
        checks = [check("not_empty", "有可认证的人员", passed=bool(rows), detail=f"{len(rows)} 人")]
        batch = seal_content(batch, row_count=len(rows), total_fen=0, digest="", summary=summary, checks=checks)
        progress.step()
    return batch


def execute_match(*, batch_id: int) -> Batch:
    """Record the certifications of an approved match, under its warrant; running it again changes nothing."""
    with transaction.atomic():
        batch = lock_approved(batch_id, KIND)
        if batch is None:
            return batch_of(batch_id)
        warrant = issue_warrant(batch)
        rows = batch.summary["certify"]
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO benefits_certification (warrant_id, person_id, certified_on, valid_until, way, source_id) "
                "SELECT %s, person, day, (extract(year FROM day)::integer + 1) * 100 + extract(month FROM day)::integer, 'data', %s "
                "FROM unnest(%s::bigint[], %s::date[]) AS r (person, day) ON CONFLICT DO NOTHING",
                [warrant, batch.pk, [r[0] for r in rows], [r[1] for r in rows]],
            )
        AssistedTask.objects.filter(person_id__in=[r[0] for r in rows], closed_on=None).update(closed_on=clock.today())
        return mark_executed(batch)


@dataclass(frozen=True)
class DueRow:
    """A pensioner whose certification runs out or has run out, for the work list."""

    person_id: int
    person_no: str
    name: str
    id_number: str
    mobile: str
    area: str
    valid_until: int
    is_assisted: bool


_DUE = """
SELECT p.id, p.person_no, p.name, p.id_number, p.mobile, b.area_id, coalesce(c.until, 0),
    EXISTS (SELECT 1 FROM benefits_assisted_task t WHERE t.person_id = p.id AND t.closed_on IS NULL)
FROM benefits_benefit b JOIN registry_person p ON p.id = b.person_id
LEFT JOIN LATERAL (SELECT max(valid_until) AS until FROM benefits_certification c WHERE c.person_id = b.person_id) AS c ON true
WHERE b.kind = ANY(%(kinds)s) AND b.status = 'active' AND b.area_id = ANY(%(areas)s) AND coalesce(c.until, 0) BETWEEN %(low)s AND %(high)s
ORDER BY coalesce(c.until, 0), p.id LIMIT %(most)s
"""


def due_list(areas: list[str], *, low: int, high: int) -> list[DueRow]:
    """Pensioners whose certification is good to a month between two (YYYYMM), at most `LIST_MAX`, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"kinds": _KINDS, "areas": areas, "low": low, "high": high, "most": LIST_MAX})
        return [DueRow(*row) for row in cursor.fetchall()]


def overdue_count(areas: list[str], period: int) -> int:
    """Pensioners in payment whose certification ended before a month."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM benefits_benefit b LEFT JOIN (SELECT person_id, max(valid_until) AS until FROM benefits_certification "
            "GROUP BY person_id) c USING (person_id) WHERE b.kind = ANY(%s) AND b.status = 'active' AND b.area_id = ANY(%s) "
            "AND coalesce(c.until, 0) < %s",
            [_KINDS, areas, period],
        )
        (count,) = cursor.fetchone()
    return int(count)


def open_tasks(areas: list[str]) -> list[AssistedTask]:
    """Open assisted certifications, the most urgent first."""
    rows = AssistedTask.objects.filter(closed_on=None, person__area_id__in=areas).select_related("person")
    return list(rows.order_by("due_on", "id")[:LIST_MAX])
