"""The log of full views (全量查看): masked by default, shown in full only with a reason, each time recorded."""

from yigui.common import clock
from yigui.registry.models import Employer, Person
from yigui.staff.models import FullView, User


def has_stated_reason(*, user: User, case_no: str) -> bool:
    """Whether somebody has stated a reason to see a case in full since midnight (Chinese time); it is in the log."""
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return FullView.objects.filter(user=user, case_no=case_no, viewed_at__gte=midnight).exists()


def record_full_view(*, user: User, subject: Person | Employer, reason: str, case_no: str = "") -> FullView:
    """Record that a person saw a subject's data in full, and why."""
    kind = "person" if isinstance(subject, Person) else "employer"
    return FullView.objects.create(user=user, subject=kind, subject_id=subject.pk, reason=reason[:100], case_no=case_no)


def record_case_view(*, user: User, case_id: int, case_no: str, reason: str) -> FullView:
    """The same for a case about nobody who is registered yet."""
    return FullView.objects.create(user=user, subject="case", subject_id=case_id, reason=reason[:100], case_no=case_no)
