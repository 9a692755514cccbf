"""Requests of officers (经办人员): the page right has let nobody else through, and the type says so."""

from yigui.staff.models import User
from yigui.ui.requests import HtmxRequest


class OfficerRequest(HtmxRequest):
    """What a view behind `page_right` is handed: the one who asks is one of the staff."""

    user: User
