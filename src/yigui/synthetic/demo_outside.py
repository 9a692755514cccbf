"""Logins of employers of the generated city and a machine of the self-service area, for the demonstration."""

from django.db.models import Count, Q

from yigui.common.digests import sm3
from yigui.identity import proof
from yigui.identity.models import Kiosk, UnitLogin
from yigui.registry.models import Agency, Employer
from yigui.staff.locations import Location

#: Employers that get a login, the middle-sized first.
LOGINS = 20
#: What activates the demonstration's machine.
KIOSK_SECRET = "yigui-demo-kiosk"


def create_demo_logins(password: str) -> None:
    """A manager's login for some employers, user name their number; safe to run again."""
    present = Count("employments", filter=Q(employments__end_period=None))
    rows = (
        Employer.objects.using("owner").filter(status="active").annotate(present=present).filter(present__gte=12, present__lte=60)
    )
    salt = proof.fresh_salt()
    key = proof.derived_key(password, salt, proof.PARAMETERS)
    for employer in rows.order_by("id")[:LOGINS]:
        login, is_new = UnitLogin.objects.using("owner").get_or_create(
            username=employer.unit_no,
            defaults={"employer_id": employer.pk, "full_name": employer.contact_name, "phone": employer.phone},
        )
        if is_new:
            proof.keep_key(f"unit:{login.pk}", salt, proof.PARAMETERS, key)


def create_demo_kiosk(agency: Agency, location: Location) -> None:
    """One registered machine without a reader; safe to run again."""
    Kiosk.objects.using("owner").get_or_create(
        digest=sm3(KIOSK_SECRET),
        defaults={"agency_id": agency.pk, "location_id": location.pk, "name": "演示自助终端", "place": "入口右侧"},
    )
