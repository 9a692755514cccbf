"""Refusals of sign-in."""

from yigui.common.errors import YiguiError


class LoginRefused(YiguiError):
    code = "staff.login_refused"
