"""Lists of applications at the platform's door, for the operator's own employer."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yigui.applying import list_pages, lists
from yigui.casework.application import item_in_force
from yigui.casework.models import ApplicationList
from yigui.catalogue.declarations import Item
from yigui.common import clock
from yigui.common.errors import NotFound
from yigui.identity.models import UnitLogin
from yigui.identity.places import channel_of
from yigui.portal.applying import door_of, form_page, items_for
from yigui.ui.requests import HtmxRequest


def _item(request: HttpRequest, login: UnitLogin, code: str) -> Item:
    if code not in {item.code for item in items_for(login, channel_of(request)) if lists.is_for_lists(item)}:
        raise NotFound("这项业务不能用名单办理，或您的账号没有权限，请逐人申报或联系本单位管理员。")
    return item_in_force(code, clock.today())


def _own(request: HttpRequest, login: UnitLogin, token: uuid.UUID) -> ApplicationList:
    return lists.my_list(door_of(request, login).operator, token, login)


@require_http_methods(["GET", "POST"])
@form_page
def upload(request: HttpRequest, login: UnitLogin, code: str) -> HttpResponse:
    """Take a workbook and judge its rows."""
    return list_pages.upload(request, door_of(request, login), _item(request, login, code), login.employer)


@require_GET
@form_page
def template(request: HttpRequest, login: UnitLogin, code: str) -> HttpResponse:
    """An empty list to fill in."""
    return list_pages.template(_item(request, login, code), login.employer)


@require_GET
@form_page
def show(request: HttpRequest, login: UnitLogin, token: uuid.UUID) -> HttpResponse:
    """The rows with their verdicts."""
    return list_pages.show(request, door_of(request, login), _own(request, login, token))


@require_GET
@form_page
def returned(request: HttpRequest, login: UnitLogin, token: uuid.UUID) -> HttpResponse:
    """The rows that came back, with their reasons."""
    return list_pages.returned(request, _own(request, login, token))


@require_POST
@form_page
def accept(request: HtmxRequest, login: UnitLogin, token: uuid.UUID) -> HttpResponse:
    """Hand the good rows in."""
    kept = _own(request, login, token)
    _item(request, login, kept.item_code)
    return list_pages.accept(request, door_of(request, login), kept)


@require_POST
@form_page
def papers(request: HttpRequest, login: UnitLogin, token: uuid.UUID) -> HttpResponse:
    """Take a paper that was forgotten when the list was sent."""
    kept = _own(request, login, token)
    return list_pages.add_papers(request, door_of(request, login), kept, _item(request, login, kept.item_code))
