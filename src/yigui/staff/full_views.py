"""The log of full views (全量查看): masked by default, shown in full only with a reason, each time recorded."""

from yigui.registry.models import Employer, Person
from yigui.staff.models import FullView, User


def record_full_view(*, user: User, subject: Person | Employer, reason: str, case_no: str = "") -> FullView:
    """Record that a person saw a subject's data in full, and why."""
    kind = "person" if isinstance(subject, Person) else "employer"
    return FullView.objects.create(user=user, subject=kind, subject_id=subject.pk, reason=reason[:100], case_no=case_no)
