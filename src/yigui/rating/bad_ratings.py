"""A bad rating (差评) is work of somebody who had no part in the service: found out, called back, answered; the visitor says whether they are content.

The task knows the service, never the visitor; who rated and what they wrote is read by whoever has taken it, through the database.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction
from django.db.models import F, Func, Q, Value

from yigui.db.each import each_past
from yigui.db.presence import asked, proof_of
from yigui.registry.models import Agency
from yigui.staff.asking import done
from yigui.staff.models import User
from yigui.tasks.end_task import finish
from yigui.tasks.enums import UNFINISHED, TaskState, TaskVerb
from yigui.tasks.errors import TaskRefused
from yigui.tasks.event_log import change
from yigui.tasks.finishing_checks import register_check
from yigui.tasks.kinds import kind_of, kind_version
from yigui.tasks.models import Task
from yigui.tasks.open_task import open_task
from yigui.tasks.people import agency_above, colleagues
from yigui.tasks.references import Reference
from yigui.tasks.who_may import register_unfit

#: The kind of the task, what it comes from, the outcome with which it ends, how many agencies upward somebody is looked for.
KIND, RATING, ANSWERED, _LEVELS = "bad_rating", "rating", "answered", 5
#: Bad ratings without anybody's work looked at in an hour.
_STUCK_MAX = 2000
_HAD_PART = "经办过被评价的服务，差评由没有经办过的人员核实。"


@dataclass(frozen=True)
class BadRating:
    """A bad rating as whoever has taken its work reads it."""

    round: int
    level: str
    tags: str
    words: str
    wants_call: bool
    phone: str
    door: str
    rated_on: dt.date
    case_no: str
    server: str
    desk: str
    former: str


def look_for_bad(today: dt.date, receipt: str = "") -> int:
    """Bad ratings that are nobody's work yet become a task, each in a transaction of its own; gives how many. Every hour, and of one receipt where it is
    given."""

    @transaction.atomic
    def one(row: tuple[Any, ...]) -> bool:
        service, round_, agency_id, level, rated_on = row
        agency = Agency.objects.select_related("area").get(pk=agency_id)
        asked_for = "评价人对整改结果仍不满意，请重新核实整改。" if round_ > 1 else "请回访核实、整改并答复。"
        open_task(
            kind="bad_rating", origin=Reference(RATING, service), part=str(round_), note=f"{rated_on} 收到差评“{level}”。{asked_for}",
            agency=_independent(service, agency, today), area_code=agency.area_id, today=today,
        )  # fmt: skip
        return True

    return each_past(lambda skip: _untold(receipt, today, skip), one, job="rating.look_for_bad").done


def move_stuck(today: dt.date) -> int:
    """A bad rating nobody of its pool may look into any more (who had no part has left) goes where somebody is; gives how many. Every hour, also where there
    was nobody anywhere when it was given."""
    waiting = (
        Task.objects.filter(kind=KIND, origin_kind=RATING, owner=None, state__in=UNFINISHED)
        .order_by("pk")
        .values_list("pk", flat=True)
    )

    @transaction.atomic
    def one(task_id: int) -> bool:
        rows = Task.objects.select_for_update(of=("self",)).select_related("agency__area", "section")
        task = rows.filter(pk=task_id, owner=None, state__in=UNFINISHED).first()
        if task is None or _has_fit(task.origin_id, task.posts, task.agency_id, task.section_id):
            return False
        posts = list(kind_version(task.kind, task.kind_version).posts)
        found = _independent(task.origin_id, task.agency, today)
        if not _has_fit(task.origin_id, posts, found.pk):
            return False
        words = f"{task.agency.name}没有其他未经办过被评价服务的人员，改由{found.name}办理。"
        change(task, TaskVerb.REPLACE, actor=None, note=words, owner_id=None, agency_id=found.pk, posts=posts, section_id=None)
        return True

    return each_past(lambda skip: [] if skip else list(waiting[:_STUCK_MAX]), one, job="rating.move_stuck").done


def _has_fit(service: int, posts: Collection[str], agency_id: str, section_id: int | None = None) -> bool:
    return any(not had_part(service, user) for user in colleagues(posts, agency_id, section_id))


def _untold(receipt: str, today: dt.date, skip: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT service_id, round, agency_id, level, rated_on FROM rating_untold_v1(%s, %s, %s)", [receipt, today, skip]
        )
        return list(cursor.fetchall())


def _independent(service: int, agency: Agency, today: dt.date) -> Agency:
    """The agency, or the nearest above, where somebody who had no part in the service can take its task; the first one where nobody can anywhere."""
    posts, at = kind_of(KIND, today).posts, agency
    for _ in range(_LEVELS):
        if _has_fit(service, posts, at.pk):
            return at
        above = agency_above(at)
        if above is None:
            break
        at = above
    return agency


def had_part(service: int, user: User) -> bool:
    """Whether somebody had a part in a service, by whatever account."""
    return bool(asked("SELECT rating_has_part_v1(%s, %s)", service, user.pk)[0])


def bad_rating_of(*, officer: User, service: int) -> BadRating:
    """A bad rating in full.

    Raises:
        NotSeen: not signed in. NotAuthorised: the task is not theirs.
    """
    done("SELECT (rating_to_repair_v1(%s, %s)).round", proof_of(officer), service)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT round, level, tags, words, wants_call, phone, door, rated_on, case_no, server, desk, former FROM rating_to_repair_v1(%s, %s)",
            [proof_of(officer), service],
        )
        return BadRating(*cursor.fetchone())


@transaction.atomic
def repair(*, officer: User, service: int, finding: str, call: str, said: str, answer: str, today: dt.date) -> Task:
    """Register what was found, the call back and the answer, and end the task.

    Raises:
        NotSeen, NotAuthorised: as above. Moved: something is missing, or whoever may be called was not.
    """
    task = (
        Task.objects.filter(kind=KIND, origin_kind=RATING, origin_id=service, owner_id=officer.pk, state=TaskState.TAKEN)
        .order_by("-pk")
        .first()
    )
    done("SELECT rating_repair_v1(%s, %s, %s, %s, %s, %s, %s)", proof_of(officer), service, finding, call, said, answer, today)
    if task is None:
        raise TaskRefused("本轮没有您领取的任务，请先在待办中领取。")
    return finish(task_id=task.pk, actor=officer, outcome=ANSWERED, note="已核实，已登记回访和答复。", today=today)


def register() -> None:
    """Who may not touch the task, and what must stand before it ends; called once when Django starts."""
    register_check(KIND, ANSWERED, _not_answered)
    register_unfit(KIND, _why_unfit, _tasks_of_parts)


def _not_answered(task: Task) -> str:
    is_answered = asked("SELECT rating_is_answered_v1(%s, %s)", task.origin_id, int(task.part))[0]
    return "" if is_answered else "请先在“差评处理”页登记核实结果、回访和答复。"


def _why_unfit(user: User, task: Task, is_drop: bool) -> str:
    if is_drop:
        return "差评不能撤销，误评的也核实后办结。"
    return f"{user.full_name} {_HAD_PART}" if task.origin_kind == RATING and had_part(task.origin_id, user) else ""


def _tasks_of_parts(user: User) -> Q:
    had: Any = Func(F("origin_id"), Value(user.pk), function="rating_has_part_v1", output_field=models.BooleanField())
    return Q(had, origin_kind=RATING)
