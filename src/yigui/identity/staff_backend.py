"""Sign-in of the staff: the database decides, and opens the session it will ask for when something is signed."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from yigui.identity import proof
from yigui.staff.models import User

_WAITS = "_proof_waits"


class StaffBackend(ModelBackend):
    """User name and password, asked of the database (`identity_sign_in_v1`); what it opened travels with the user."""

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """The user, or None. `waits_for_code` says whether the second factor is still wanted."""
        if not username or not password:
            return None
        answer = proof.sign_in(username, password)
        if answer.outcome not in ("ok", "code"):
            return None
        user = User.objects.filter(username=username, is_active=True).first()
        if user is not None:
            setattr(user, _WAITS, answer.outcome == "code")
            proof.with_proof(user, answer.token)
        return user


def waits_for_code(user: User) -> bool:
    """Whether somebody who has just typed their password must type a one-time code yet."""
    return bool(getattr(user, _WAITS, False))
