"""Refusals of the catalogue."""

from yigui.common.errors import Conflict, YiguiError


class ChangeRefused(YiguiError):
    """The change of an item cannot be applied for like this."""

    code = "catalogue.change_refused"


class ChangeMoved(Conflict):
    """Somebody else has decided on the change."""

    code = "catalogue.change_moved"
