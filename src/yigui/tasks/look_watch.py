"""The log of full views is read (查看记录监看, R309): who looks at many, by night, at a colleague or at kin becomes somebody's work in audit."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection, transaction

from yigui.common import clock
from yigui.common.sqlfiles import named_sql
from yigui.db.each import each_past
from yigui.staff.models import User
from yigui.tasks import origins
from yigui.tasks.open_task import open_task
from yigui.tasks.references import Reference

logger = logging.getLogger(__name__)
ROWS_MAX = 500
#: So many in a day, whatever for; and so many without a case.
MANY = 150
MANY_FREE = 20
#: Hours (Chinese time) between which people are at work; a look without a case at another hour is one by night.
WORK_BEGINS, WORK_ENDS = 6, 21


def _each(name: str, do: Callable[[dict[str, Any]], object], **parameters: Any) -> int:
    return each_past(lambda skip: _rows(name, skip, parameters), do, job="tasks.watch_looks").done


def _rows(name: str, skip: int, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(named_sql("tasks", "looks")[name], {"most": ROWS_MAX, "skip": skip, **parameters})
        columns = [c[0] for c in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


@transaction.atomic
def _ask(row: dict[str, Any], part: str, words: str) -> bool:
    user = User.objects.select_related("agency__area").get(pk=row["user_id"])
    open_task(
        kind="unusual_looks", origin=Reference(origins.LOOKS, user.pk, str(row["day"])), part=part, agency=user.agency, area_code=user.agency.area_id,
        today=clock.today(), note=f"{user}（{user.agency.name}）{row['day']} {words}。请在“查看记录”中逐条核对事由，询问本人和科室负责人。",
    )  # fmt: skip
    return True


def _many(row: dict[str, Any]) -> bool:
    return _ask(row, "many", f"查看 {row['subjects']} 人（户）完整信息，其中无办件 {row['free']} 人（户）")


def _night(row: dict[str, Any]) -> bool:
    return _ask(row, "night", f"在工作时间以外无办件查看 {row['subjects']} 人（户）")


def _colleague(row: dict[str, Any]) -> bool:
    whom = "本人" if row["user_id"] == row["colleague_id"] else f"工作人员 {row['full_name']} "
    return _ask(row, f"colleague-{row['colleague_id']}", f"查看{whom}的完整信息 {row['looks']} 次")


def _kin(row: dict[str, Any]) -> bool:
    return _ask(row, f"kin-{row['person_id']}", f"查看亲属（个人编号 {row['person_no']}）的完整信息 {row['looks']} 次")


def watch_looks() -> int:
    """Open a task for each unusual day of somebody, once; gives how many."""
    done = _each("many", _many, many=MANY, free=MANY_FREE) + _each("night", _night, first=WORK_BEGINS, last=WORK_ENDS)
    return done + _each("kin", _kin) + _each("colleagues", _colleague)
