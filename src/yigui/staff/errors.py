"""Refusals of staff and sign-in."""

from yigui.common.errors import Conflict, Forbidden, YiguiError


class NotAuthorised(Forbidden):
    """您没有该业务环节的操作权限。"""

    code = "staff.not_authorised"


class RightsRefused(YiguiError):
    code = "staff.rights_refused"


class OrganisationRefused(YiguiError):
    """A section, place or desk cannot be made or changed like this."""

    code = "staff.organisation_refused"


class AccountRefused(YiguiError):
    """An account cannot be made or changed like this."""

    code = "staff.account_refused"


class RequestMoved(Conflict):
    code = "staff.request_moved"
