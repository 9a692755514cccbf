"""Refusals of this room."""

from yigui.common.errors import YiguiError


class CorrectionRefused(YiguiError):
    """The correction does not fit the entries of the account."""

    code = "accounts.correction_refused"


class YearRefused(YiguiError):
    """The year cannot be closed."""

    code = "accounts.year_refused"
