"""Refusals of this room."""

from yigui.common.errors import Conflict, YiguiError


class PlanRefused(YiguiError):
    """The levy plan cannot be made."""

    code = "contributions.plan_refused"


class RateSet(Conflict):
    """The employer has a work-injury rate from that month already."""

    code = "contributions.rate_set"
