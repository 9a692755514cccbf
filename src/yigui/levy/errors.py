"""Refusals of this room."""

from yigui.common.errors import YiguiError


class PlanRefused(YiguiError):
    """The levy plan cannot be made."""

    code = "contributions.plan_refused"
