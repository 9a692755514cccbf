"""Refusals of audit."""

from yigui.common.errors import NotFound


class NotInSample(NotFound):
    """There is no such sampled case or finding that this person may see."""

    code = "audit.not_in_sample"
