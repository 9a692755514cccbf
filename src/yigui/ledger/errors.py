"""Refusals of this room."""

from yigui.common.errors import YiguiError


class WrongPosting(YiguiError):
    """The amounts handed over do not fit the posting rule."""

    code = "ledger.wrong_posting"
