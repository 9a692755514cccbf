"""Refusals of exchange."""

from yigui.common.errors import Conflict, Forbidden, YiguiError


class FileUnreadable(YiguiError):
    code = "exchange.file_unreadable"


class FileTwice(Conflict):
    code = "exchange.file_twice"


class SenderUnfit(Forbidden):
    """Such records are not this partner's to report."""

    code = "exchange.sender_unfit"


class MessageMoved(Conflict):
    code = "exchange.message_moved"


class ReasonMissing(YiguiError):
    code = "exchange.reason_missing"


class TokenRefused(Forbidden):
    code = "exchange.token_refused"
    http_status = 401
