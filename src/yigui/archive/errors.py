"""Refusals of this room."""

from yigui.common.errors import NotFound


class NoSuchVolume(NotFound):
    """There is no such volume here."""

    code = "archive.no_such_volume"
