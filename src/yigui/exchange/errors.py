"""Refusals of exchange."""

from yigui.common.errors import Conflict, Forbidden, YiguiError


class FileUnreadable(YiguiError):
    code = "exchange.file_unreadable"


class FileTwice(Conflict):
    code = "exchange.file_twice"


class TokenRefused(Forbidden):
    code = "exchange.token_refused"
    http_status = 401
