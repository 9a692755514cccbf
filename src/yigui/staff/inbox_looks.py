"""When somebody last looked at what is new in their inbox: said by pressing the bell, never by opening a page."""

import datetime as dt

from django.utils import timezone

from yigui.staff.models import InboxLook, User


def last_look(user: User) -> InboxLook | None:
    """Somebody's last look; None where they never pressed the bell."""
    return InboxLook.objects.filter(user=user).first()


def look_now(*, user: User, today: dt.date) -> None:
    """Somebody has looked, at this moment of this business day."""
    InboxLook.objects.update_or_create(user=user, defaults={"at": timezone.now(), "on": today})
