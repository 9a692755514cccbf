"""Refusals of staff and sign-in."""

from yigui.common.errors import Conflict, Forbidden, YiguiError


class NotAuthorised(Forbidden):
    """您没有该业务环节的操作权限。"""

    code = "staff.not_authorised"


class RightsRefused(YiguiError):
    code = "staff.rights_refused"


class RequestMoved(Conflict):
    code = "staff.request_moved"


class LoginRefused(YiguiError):
    code = "staff.login_refused"


class SignedOut(Forbidden):
    """The session of somebody outside is over."""

    code = "staff.signed_out"
