"""Logins of employers of the generated city, for the demonstration of the online platform."""

from django.contrib.auth.hashers import make_password
from django.db.models import Count, Q

from yigui.registry.models import Employer
from yigui.staff.models import UnitLogin

#: Employers that get a login, the middle-sized first.
LOGINS = 20


def create_demo_logins(password: str) -> None:
    """A manager's login for some employers, user name their number; safe to run again."""
    present = Count("employments", filter=Q(employments__end_period=None))
    rows = (
        Employer.objects.using("owner").filter(status="active").annotate(present=present).filter(present__gte=12, present__lte=60)
    )
    hashed = make_password(password)
    for employer in rows.order_by("id")[:LOGINS]:
        UnitLogin.objects.using("owner").get_or_create(
            username=employer.unit_no,
            defaults={"employer_id": employer.pk, "full_name": employer.contact_name, "phone": employer.phone, "password": hashed},
        )
