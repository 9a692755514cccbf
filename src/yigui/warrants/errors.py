"""Refusals of this room."""

from yigui.common.errors import YiguiError


class NoOpenWarrant(YiguiError):
    """A protected row is to be written in a transaction without a warrant."""

    code = "warrants.none_open"
