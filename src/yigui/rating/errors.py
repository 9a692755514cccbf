"""Refusals of ratings."""

from yigui.common.errors import NotFound


class NothingToRate(NotFound):
    """There is no service to rate here."""

    code = "rating.nothing_to_rate"
