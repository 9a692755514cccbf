"""What is set for a hall: kinds a desk serves, who sits where on a day, devices (大厅设置)."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Collection

from yigui.db.presence import proof_of
from yigui.staff.asking import done
from yigui.staff.locations import Desk, Location
from yigui.staff.models import User
from yigui.visits.models import HallDevice


def set_skills(*, actor: User, desk: Desk, kinds: Collection[str], today: dt.date) -> None:
    """Say which kinds of tickets a desk serves.

    Raises:
        NotAuthorised: the actor does not run the floor there. Moved: a kind this desk may not serve.
    """
    done("SELECT visits_set_skills_v1(%s, %s, %s, %s)", proof_of(actor), desk.pk, sorted(kinds), today)


def set_shift(*, actor: User, desk: Desk, on: dt.date, first: User, second: User | None, today: dt.date) -> None:
    """Say who sits at a desk on a day, and who takes over.

    Raises:
        NotAuthorised: the actor does not run the floor there. Moved: a day that is over, or people who may not sit there.
    """
    done(
        "SELECT visits_set_shift_v1(%s, %s, %s, %s, %s, %s)",
        proof_of(actor), desk.pk, on, first.pk, second.pk if second else None, today,
    )  # fmt: skip


def secret_digest(secret: str) -> str:
    """What of a device's secret is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def register_device(*, actor: User, hall: Location, kind: str, name: str, place: str, desk: Desk | None) -> tuple[HallDevice, str]:
    """Register a device of a hall; gives it and its secret, which is shown once.

    Raises:
        NotAuthorised: the actor does not run the floor there. Moved: something is missing, or the name is taken.
    """
    secret = secrets.token_urlsafe(24)
    number = done(
        "SELECT visits_register_device_v1(%s, %s, %s, %s, %s, %s, %s)",
        proof_of(actor), hall.pk, kind, name, place, desk.pk if desk else None, secret_digest(secret),
    )  # fmt: skip
    return HallDevice.objects.select_related("hall", "desk").get(pk=number), secret


def switch_device(*, actor: User, device: HallDevice, is_active: bool) -> None:
    """Switch a device on or off.

    Raises:
        NotAuthorised: the actor does not run the floor there.
    """
    done("SELECT visits_switch_device_v1(%s, %s, %s)", proof_of(actor), device.pk, is_active)


def device_of(secret: str) -> HallDevice | None:
    """The device with a secret, if it is in use."""
    if not secret:
        return None
    return HallDevice.objects.select_related("hall", "desk").filter(digest=secret_digest(secret), is_active=True).first()


def note_contact(secret: str) -> None:
    """The device was heard of."""
    done("SELECT visits_seen_v1(%s)", secret)
