"""Two key facts of a person changed within half a year, or two records made one (双改与并户锁, R305): how somebody else's pension is taken.

Name and number (or birth date) changed together or in turn make another person of a record. From then on no class-1 deed goes on for that
person before audit has released it; who released it has seen neither change. After a merge of such records nothing that raises a payment
goes on for ninety days besides.
"""

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from yigui.casework.handlers import FollowUp
from yigui.casework.models import Case, Step
from yigui.items.common.checks.locks import IDENTITY_LOCK, MERGED
from yigui.registry.models import Person
from yigui.tasks.finishing_checks import register_check
from yigui.tasks.models import Task
from yigui.warrants.models import Change

#: Changes so many days apart count as one.
TOGETHER_DAYS = 200
#: Changes of a record that are looked at, and cases of a person.
_CHANGES_MAX = 200
_NAME, _OTHERS = "name", frozenset({"id_number", "born_on"})
_ITEM = "CHG-004"


def changed_lately(*people: Person) -> set[str]:
    """Which of name, number and birth date of these records were changed within `TOGETHER_DAYS`; also what this transaction has written."""
    since = timezone.now() - dt.timedelta(days=TOGETHER_DAYS)
    rows = Change.objects.filter(
        table_name="registry_person", row_id__in=[p.pk for p in people], changed_at__gte=since, before__isnull=False
    )
    return {column for row in rows.order_by("-id")[:_CHANGES_MAX] for column in (_NAME, *_OTHERS) if _differs(row, column)}


def _differs(row: Change, column: str) -> bool:
    return (row.before or {}).get(column) != row.after.get(column)


def locks_after(case: Case, person: Person, *, doubled: Person | None) -> list[FollowUp]:
    """The lock a change of key facts leaves behind, where it was the second; `doubled` is the record that was merged into the person's."""
    changed = changed_lately(person, *([doubled] if doubled is not None else []))
    if doubled is not None and changed:
        words = f"档案合并前 {TOGETHER_DAYS} 天内变更过关键信息，请调阅纸质档案、核对照片、由另一机构复核；九十日内不办理增加待遇的业务。"
        return [FollowUp("identity_lock", words, part=MERGED)]
    if _NAME in changed and changed & _OTHERS:
        words = f"{TOGETHER_DAYS} 天内姓名和证件号码（出生日期）均已变更，请调阅纸质档案、核对照片、由另一机构复核后解除。"
        return [FollowUp("identity_lock", words)]
    return []


def _saw_neither(task: Task) -> str:
    """Whoever releases has taken no part in a change of this person's key facts."""
    assert task.person_id is not None
    cases = (
        Case.objects.filter(person_id=task.person_id, item_code=_ITEM).order_by("-id").values_list("pk", flat=True)[:_CHANGES_MAX]
    )
    took_part = Q(accepted_by=task.owner_id) | Q(handled_by=task.owner_id)
    if (
        Case.objects.filter(took_part, pk__in=list(cases)).exists()
        or Step.objects.filter(Q(decided_by=task.owner_id) | Q(claimed_by=task.owner_id), case_id__in=list(cases)).exists()
    ):
        return "您经手过该参保人的关键信息变更，须由没有经手过的人员核实解除。"
    return ""


register_check(IDENTITY_LOCK, "released", _saw_neither)
