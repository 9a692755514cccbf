"""Refusals of this room."""

from yigui.common.errors import Conflict, YiguiError


class PlanRefused(YiguiError):
    """The levy plan cannot be made."""

    code = "contributions.plan_refused"


class BaseRefused(YiguiError):
    """A base cannot be recorded."""

    code = "contributions.base_refused"


class FileTwice(Conflict):
    """The same content came in before; nothing was changed."""

    code = "contributions.file_twice"


class OrderRefused(Conflict):
    """The payment order cannot be made, paid or cancelled."""

    code = "contributions.order_refused"


class RefundRefused(YiguiError):
    """There is not as much paid as is to be refunded."""

    code = "contributions.refund_refused"


class ReceiptRefused(Conflict):
    """The electronic receipt cannot be issued or voided."""

    code = "contributions.receipt_refused"


class ClaimRefused(Conflict):
    """The receipt cannot be recognised as this employer's money."""

    code = "contributions.claim_refused"
