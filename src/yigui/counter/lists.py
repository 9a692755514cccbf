"""Lists of applications that an employer's operator brings to the counter (柜台名单办理, R023): a teller sends them in."""

import uuid

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yigui.applying import list_pages, lists
from yigui.casework.application import item_in_force
from yigui.casework.models import ApplicationList
from yigui.catalogue.declarations import Item
from yigui.common import clock
from yigui.common.errors import NotFound
from yigui.counter.drafts import door_of
from yigui.counter.subjects import employer_of
from yigui.staff.full_views import record_full_view
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right

#: An upload that was taken leads on to its rows.
_TAKEN = 302


def _item(code: str) -> Item:
    if code not in {item.code for item in lists.list_items("counter", clock.today())}:
        raise NotFound("这项业务不能在柜台用名单办理，请在单位页面逐人受理。")
    return item_in_force(code, clock.today())


def _own(request: OfficerRequest, token: uuid.UUID) -> ApplicationList:
    return lists.my_list(request.user, token)


@require_http_methods(["GET", "POST"])
@page_right("counter")
def upload(request: OfficerRequest, unit_no: str, code: str) -> HttpResponse:
    """Take a workbook the employer has brought and judge its rows. Like a form that is begun it is recorded as a full view of the employer."""
    employer, item = employer_of(unit_no), _item(code)
    answer = list_pages.upload(request, door_of(request), item, employer)
    if answer.status_code == _TAKEN:
        record_full_view(user=request.user, subject=employer, reason=f"受理 {item.code} {item.name}（名单）")
    return answer


@require_GET
@page_right("counter")
def template(request: OfficerRequest, unit_no: str, code: str) -> HttpResponse:
    """An empty list to fill in."""
    return list_pages.template(_item(code), employer_of(unit_no))


@require_GET
@page_right("counter")
def show(request: OfficerRequest, token: uuid.UUID) -> HttpResponse:
    """The rows with their verdicts."""
    return list_pages.show(request, door_of(request), _own(request, token))


@require_GET
@page_right("counter")
def returned(request: OfficerRequest, token: uuid.UUID) -> HttpResponse:
    """The rows that came back, with their reasons, for the employer to mend."""
    return list_pages.returned(request, _own(request, token))


@require_POST
@page_right("counter")
def accept(request: OfficerRequest, token: uuid.UUID) -> HttpResponse:
    """Accept the good rows."""
    return list_pages.accept(request, door_of(request), _own(request, token))


@require_POST
@page_right("counter")
def papers(request: OfficerRequest, token: uuid.UUID) -> HttpResponse:
    """Take a paper that was forgotten when the list was sent."""
    kept = _own(request, token)
    return list_pages.add_papers(request, door_of(request), kept, _item(kept.item_code))
