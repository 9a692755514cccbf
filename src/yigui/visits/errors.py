"""Refusals of this room."""

from yigui.common.errors import NotFound, YiguiError


class NoSuchDevice(YiguiError):
    """The browser is no registered device of a hall, or one that was switched off."""

    code = "visits.no_such_device"
    http_status = 403


class NoSuchTicket(NotFound):
    """There is no such ticket here."""

    code = "visits.no_such_ticket"
