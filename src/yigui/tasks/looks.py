"""Looking at somebody in full (全量查看): for a reason from the list, in words of one's own, recorded; so often a day without a case, then the head is asked.

What is looked at for the work in hand (a form, a claimed step) is recorded by the door itself and does not count.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from yigui.common import clock
from yigui.common.errors import Forbidden
from yigui.entitlement.models import Benefit
from yigui.registry.models import Coverage, Employer, Person
from yigui.staff.enums import SERVING, ViewGround
from yigui.staff.full_views import record_full_view
from yigui.staff.models import FullView, User
from yigui.staff.scope import own_areas
from yigui.tasks import origins
from yigui.tasks.finishing_checks import register_check
from yigui.tasks.models import Task
from yigui.tasks.open_task import open_task
from yigui.tasks.references import Reference

#: People and employers one may look at in full in a day without a case, before the head is asked for as many again (R309).
LOOKS_A_DAY = 30
QUOTA = "look_quota"


class LooksSpent(Forbidden):
    """Somebody has looked at as many without a case as a day allows."""

    code = "tasks.looks_spent"


def people_within(user: User) -> Q | None:
    """The people somebody may look at and find, as a condition; None: everybody, for who serves the city's counters (全市通办). Others: whom their agency
    answers for, by where they are registered, insured or paid."""
    if user.role in SERVING:
        return None
    own = own_areas(user)
    insured = Coverage.objects.filter(person=OuterRef("pk"), area_id__in=own)
    paid = Benefit.objects.filter(person=OuterRef("pk"), area_id__in=own)
    return Q(area_id__in=own) | Q(Exists(insured)) | Q(Exists(paid))


def employers_within(user: User) -> Q | None:
    """The employers, likewise: by where one is registered, or insures somebody."""
    if user.role in SERVING:
        return None
    own = own_areas(user)
    return Q(area_id__in=own) | Q(Exists(Coverage.objects.filter(employer=OuterRef("pk"), area_id__in=own)))


def look(*, user: User, subject: Person | Employer, ground: str, words: str) -> FullView:
    """Record that somebody looks at a person or employer in full without a case.

    Args:
        ground, words: see `staff.full_views.stated`.

    Raises:
        YiguiError: no ground, or no words.
        LooksSpent: too many today; the head finds a task, and whoever asked is told.
    """
    refuse_spent(user, subject)
    return record_full_view(user=user, subject=subject, reason=words, ground=ground)


def refuse_spent(user: User, subject: Person | Employer) -> None:
    """Refuse another person or employer to somebody who has looked at as many without a case as a day allows; whom they have seen today they may
    see again. What takes a single record out counts the same, so that nobody collects by exports what they may not look at.

    Raises:
        LooksSpent: as `look`.
    """
    kind = "person" if isinstance(subject, Person) else "employer"
    seen = _free_today(user)
    if not seen.filter(subject=kind, subject_id=subject.pk).exists():
        _refuse_beyond(user, seen)


def _free_today(user: User) -> QuerySet[FullView]:
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return FullView.objects.filter(user=user, case_no="", viewed_at__gte=midnight).exclude(ground__in=("", ViewGround.WORK))


def _refuse_beyond(user: User, seen: QuerySet[FullView]) -> None:
    count = seen.values("subject", "subject_id").distinct().count()
    day = clock.today()
    granted = Task.objects.filter(
        kind=QUOTA, origin_kind=origins.LOOKS, origin_id=user.pk, origin_no=str(day), outcome="allowed"
    ).count()
    if count < LOOKS_A_DAY * (1 + granted):
        return
    task = open_task(
        kind="look_quota", origin=Reference(origins.LOOKS, user.pk, str(day)), part=str(granted), agency=user.agency, area_code=user.agency.area_id,
        today=day, note=f"{user} 今日无办件查看已达 {count} 人（户），申请继续查看。请核实是否工作需要；同意的，当日可再查看 {LOOKS_A_DAY} 人（户）。",
    )  # fmt: skip
    raise LooksSpent(
        f"您今日无办件查看已达 {count} 人（户），须科室负责人核准后继续（任务 {task.pk} 号已送科室负责人）。有办件的请从办件进入查看。",
        task=task.pk,
    )


def _not_oneself(task: Task) -> str:
    return "不能核准自己的查看次数，请交由其他负责人办理。" if task.owner_id == task.origin_id else ""


register_check(QUOTA, "allowed", _not_oneself)
