"""Refusals of this room."""

from yigui.common.errors import Conflict, YiguiError


class PayRefused(Conflict):
    """The pay run cannot take this step."""

    code = "benefits.pay_refused"


class ReissueRefused(Conflict):
    """A returned payment cannot be sent again as things stand."""

    code = "benefits.reissue_refused"


class ResultRefused(YiguiError):
    """A file of bank results cannot be read or was taken in before."""

    code = "benefits.result_refused"


class ResultTwice(ResultRefused, Conflict):
    """The same content came in before; nothing was changed."""

    code = "benefits.result_twice"
    http_status = Conflict.http_status
