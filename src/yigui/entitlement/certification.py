"""Certification of pensioners (领取资格认证): by data first, then by the person; who is due, overdue, or helped."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from yigui.common import clock
from yigui.common.digests import digest_of
from yigui.common.months import period_of
from yigui.common.sqlfiles import named_sql
from yigui.entitlement.enums import CERTIFIED_KINDS
from yigui.entitlement.models import AssistedTask
from yigui.law.conditions import condition
from yigui.law.parameter_table import NATIONAL
from yigui.registry.models import Person
from yigui.runs.checks import bar
from yigui.runs.in_the_way import areas_left
from yigui.runs.kinds import Content, Opening, RunKind, TakenOut, Unit, Work, Written, two_people
from yigui.runs.models import Batch

LIST_MAX = 60
_KINDS = [int(k) for k in CERTIFIED_KINDS]

_MATCH = named_sql("entitlement", "certification")["match"]


class CertifyKind(RunKind):
    """Certifies the pensioners whom shared data show alive (数据比对认证)."""

    code, name, unit, verb = "certify", "数据比对认证", Unit.NONE, "match"
    writes = ("benefits_certification", "benefits_assisted_task")
    help = "certification of pensioners by shared data"
    signers = two_people("比对结果已核对。", "同意据此认证。")
    parts = ("entitlement/runs/certify.html",)
    hint = "数据比对认证以当日共享数据比对，不填所属期。"

    def opening(self, *, area_code: str, period: int, today: dt.date, **more: Any) -> Opening:
        """As `RunKind.opening`.

        Raises:
            BatchRefused: executed already for all its areas.
            UnknownArea: no such area.
        """
        areas = areas_left(self.code, area_code, period_of(today), today.isoformat())
        return Opening(area_code, period_of(today), tuple(areas), today.isoformat())

    def content(self, work: Work, staged: Sequence[Any]) -> Content:
        areas = list(work.opening.areas)
        # A trace of life that is older proves nothing about today.
        days = condition("trace_of_life_days", area=work.batch.area_code, day=work.today)
        with connection.cursor() as cursor:
            cursor.execute(_MATCH, {"kinds": _KINDS, "areas": areas, "since": work.today - dt.timedelta(days=days)})
            rows = [[person, seen.isoformat()] for person, seen in cursor.fetchall()]
        checks = [bar("not_empty", "有可认证的人员", passed=bool(rows), detail=f"{len(rows)} 人")]
        months = condition("certification_months", area=NATIONAL, day=work.today)
        summary = {"certify": rows, "months": months, "overdue": overdue_count(areas, work.batch.period)}
        return Content(len(rows), 0, digest_of(rows), summary, checks)

    def write(self, batch: Batch) -> Written | None:
        """Certifications of those who are still alive by everything known now; the others are left out and counted."""
        rows = batch.summary["certify"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT benefits_execute_certify_v1(%s, %s)", [batch.pk, clock.today()])
            (dead,) = cursor.fetchone()
        taken = (TakenOut("dead", "已登记死亡", dead, 0),) if dead else ()
        return Written(len(rows) - dead, 0, taken)


CERTIFY = CertifyKind()


@dataclass(frozen=True)
class DueRow:
    """A pensioner whose certification runs out or has run out, for the work list; on how many days they were told, and whether that is enough."""

    person_id: int
    person_no: str
    name: str
    id_number: str
    mobile: str
    area: str
    valid_until: int
    is_assisted: bool
    days_told: int
    is_told: bool


_DUE = named_sql("entitlement", "certification")["due"]


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


def open_assisted_task(
    *, person: Person, group_kind: str, assist_way: str, address: str, contact: str, opened_on: dt.date, due_on: dt.date, case_id: int
) -> AssistedTask:  # fmt: skip
    """Open the task (协助认证) of reaching somebody who cannot come, under the warrant of its case; a certification closes it."""
    return AssistedTask.objects.create(
        person=person, group_kind=group_kind, assist_way=assist_way, address=address, contact=contact[:100], opened_on=opened_on,
        due_on=due_on, case_id=case_id,
    )  # fmt: skip


def open_tasks(areas: list[str]) -> list[AssistedTask]:
    """Open assisted certifications, the most urgent first."""
    rows = AssistedTask.objects.filter(closed_on=None, person__area_id__in=areas).select_related("person")
    return list(rows.order_by("due_on", "id")[:LIST_MAX])
