"""The log of full views (全量查看): masked by default, shown in full only with a reason, each time recorded."""

import datetime as dt

from django.db import transaction

from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.db.presence import be_present, is_present
from yigui.registry.models import Employer, Person
from yigui.staff.enums import ViewGround
from yigui.staff.models import FullView, User

#: What may be chosen, as (code, words).
GROUNDS = [(ground.value, str(ground.label)) for ground in ViewGround if ground != ViewGround.WORK]
#: Signs of the words of one's own.
WORDS_MIN = 4


def has_stated_reason(*, user: User, case_no: str) -> bool:
    """Whether somebody has stated a reason to see a case in full since midnight (Chinese time); it is in the log."""
    return has_looked(user=user, case_no=case_no, since=clock.now().replace(hour=0, minute=0, second=0, microsecond=0))


def has_looked(*, user: User, case_no: str, since: dt.datetime) -> bool:
    """Whether it is in the log that somebody has seen a case in full since a moment."""
    return FullView.objects.filter(user=user, case_no=case_no, viewed_at__gte=since).exists()


def stated(ground: str, words: str) -> tuple[str, str]:
    """The reason for looking at somebody in full: a ground from the list, and what it is about in words of one's own.

    Raises:
        YiguiError: not one of the list, or no words.
    """
    if ground not in ViewGround.values or ground == ViewGround.WORK:
        raise YiguiError("请选择查看事由，并写明具体情况；系统将记录本次查看。")
    words = words.strip()
    if len(words) < WORDS_MIN or len(set(words)) < 2:
        raise YiguiError("请写明查看事由的具体情况（如：来电人姓名、来访事项、线索编号），系统将记录本次查看。")
    return ground, f"{ViewGround(ground).label}：{words}"


@transaction.atomic
def record_full_view(
    *, user: User, subject: Person | Employer, reason: str, case_no: str = "", ground: str = ViewGround.WORK
) -> FullView:
    """Record that a person saw a subject's data in full, and why; `ground` is the work itself, or what was `stated`."""
    kind = "person" if isinstance(subject, Person) else "employer"
    be_present(user)
    return FullView.objects.create(
        user=user, subject=kind, subject_id=subject.pk, ground=ground, reason=reason[:100], case_no=case_no
    )


def record_handed_out(*, user: User, subject: Person | Employer, reason: str, case_no: str) -> None:
    """Record that a case hands data in full out, in the name of whoever has it before them; a case that the process finishes by itself shows
    nobody anything."""
    be_present(user)
    if is_present(user):
        record_full_view(user=user, subject=subject, reason=reason, case_no=case_no)


@transaction.atomic
def record_case_view(*, user: User, case_id: int, case_no: str, reason: str, ground: str = ViewGround.WORK) -> FullView:
    """The same for a case about nobody who is registered yet."""
    be_present(user)
    return FullView.objects.create(
        user=user, subject="case", subject_id=case_id, ground=ground, reason=reason[:100], case_no=case_no
    )
