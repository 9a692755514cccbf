"""Changing one's own password (本人修改密码)."""

from yigui.common import clock
from yigui.identity.proof import change_password
from yigui.staff.enums import StaffVerb
from yigui.staff.models import User
from yigui.staff.records import deed


def renew_own_password(*, user: User, old: str, new: str) -> None:
    """Somebody changes their own password; a first one that was handed out need not be changed any more.

    Raises:
        NotSeen: nobody has signed in. CodeWrong: the old password is wrong.
    """
    change_password(user, old, new)
    user.set_password(new)
    user.password_changed_at, user.must_change_password = clock.now(), False
    with deed(actor=user, verb=StaffVerb.PASSWORD_CHANGED, reason="本人修改"):
        user.save()
