"""What can go wrong with benefits."""

from yigui.common.errors import Conflict, YiguiError


class AwardRefused(YiguiError):
    """The benefit cannot be awarded or changed like this; the sentence says why."""

    code = "benefits.award_refused"


class PayRefused(Conflict):
    """The pay run cannot take this step."""

    code = "benefits.pay_refused"


class ResultRefused(YiguiError):
    """A file of bank results cannot be read or was taken in before."""

    code = "benefits.result_refused"
