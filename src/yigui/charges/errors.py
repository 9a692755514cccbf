"""Refusals of this room."""

from yigui.common.errors import Conflict


class OrderRefused(Conflict):
    """The payment order cannot be made, paid or cancelled."""

    code = "contributions.order_refused"
