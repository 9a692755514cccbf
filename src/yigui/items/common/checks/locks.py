"""Checks of what stands before a person's business: the lock after changed identities."""

import datetime as dt
from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.db.rows import rows_where
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.tasks.enums import UNFINISHED
from yigui.tasks.models import Task

#: Kind of the task that holds the lock, and the part of one after a merge.
IDENTITY_LOCK = "identity_lock"
MERGED = "merged"
#: After a merge of changed records nothing raises a payment for so many days.
MERGED_DAYS = 90
#: Groups of items that begin, raise or pay something out; and those of them that stop one.
_PAYING = frozenset({"PEN", "RES", "UNE", "INJ", "MAT", "ACC"})
_STOPPING = frozenset({"PEN-006"})
_LOCKS_OF = "person_id = %s AND kind = %s ORDER BY id DESC LIMIT 20"


@check("identity_lock")
def identity_lock(facts: Facts) -> Iterator[Finding]:
    """No class-1 deed for a person whose identity was changed twice, before audit has released it (R305); after a merge nothing that pays."""
    pays = facts.item.prefix in _PAYING and facts.item.code not in _STOPPING
    if facts.person is None or (facts.item.risk_class != 1 and not pays):
        return
    for task in rows_where(Task, _LOCKS_OF, facts.person.pk, IDENTITY_LOCK):
        until = task.opened_on + dt.timedelta(days=MERGED_DAYS)
        if task.part == MERGED and pays and facts.today < until:
            yield Finding(
                "identity_lock",
                f"该参保人档案合并前变更过关键信息，{until} 前不办理增加待遇的业务。",
                detail=f"任务 {task.pk} 号。",
            )
            return
        if facts.item.risk_class == 1 and (task.state in UNFINISHED or task.outcome != "released"):
            yield Finding(
                "identity_lock", "该参保人姓名和证件号码（出生日期）先后变更，或并入的档案变更过，稽核核实解除前不办理一类业务。",
                detail=f"请由未经手的稽核人员办结任务 {task.pk} 号后再受理。",
            )  # fmt: skip
            return
