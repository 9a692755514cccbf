"""Refusals of this room."""

from yigui.common.errors import Conflict, YiguiError


class FileTwice(Conflict):
    """The same content came in before; nothing was changed."""

    code = "contributions.file_twice"


class RefundRefused(YiguiError):
    """There is not as much paid as is to be refunded."""

    code = "contributions.refund_refused"


class ReceiptRefused(Conflict):
    """The electronic receipt cannot be issued or voided."""

    code = "contributions.receipt_refused"


class ClaimRefused(Conflict):
    """The receipt cannot be recognised as this employer's money."""

    code = "contributions.claim_refused"


class LineRefused(Conflict):
    """A line that was set aside cannot be decided like this."""

    code = "contributions.line_refused"
