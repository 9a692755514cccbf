"""Refusals of changes of parameters."""

from yigui.common.errors import Conflict, YiguiError


class ParameterRefused(YiguiError):
    """A parameter cannot be changed like this."""

    code = "parameters.refused"


class ParameterMoved(Conflict):
    """Somebody else has decided on the change."""

    code = "parameters.moved"
