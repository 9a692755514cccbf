"""What can go wrong with benefits."""

from yigui.common.errors import YiguiError


class AwardRefused(YiguiError):
    """The benefit cannot be awarded or changed like this; the sentence says why."""

    code = "benefits.award_refused"


class NoticeRefused(YiguiError):
    """Nothing is to be told, or not like this; the sentence says why."""

    code = "benefits.notice_refused"
