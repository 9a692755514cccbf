"""Refusals of sign-in."""

from yigui.common.errors import Forbidden, YiguiError


class LoginRefused(YiguiError):
    code = "staff.login_refused"


class SignedOut(Forbidden):
    """The session of somebody outside is over."""

    code = "staff.signed_out"
