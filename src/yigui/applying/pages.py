"""The views and addresses of a form at a door, made once for every channel."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from yigui.applying import base_lists, flow
from yigui.applying.door import Door
from yigui.applying.linked import Offers
from yigui.casework.handlers import reaches
from yigui.catalogue.declarations import Item, catalogue
from yigui.common import clock
from yigui.common.cache import kept_for
from yigui.staff.enums import UserKind
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User

Guard = Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]


def form_pages(prefix: str, guard: Guard, door_of: Callable[..., Door]) -> list[URLPattern]:
    """Addresses of a form's steps below `prefix`, by the names of `door.names_in`.

    Args:
        guard: the channel's decorator that lets people in; what it gives a view after the request goes to `door_of`.
        door_of: request and who, to their door.
    """

    def step(does: Callable[..., HttpResponse], *methods: str) -> Callable[..., HttpResponse]:
        def view(request: HttpRequest, *who: Any, token: Any) -> HttpResponse:
            return does(request, door_of(request, *who), token)

        view.__doc__ = does.__doc__
        return require_http_methods(list(methods))(guard(view))

    def template(request: HttpRequest, *who: Any) -> HttpResponse:
        """An empty list of a base declaration to fill in."""
        return base_lists.template()

    at = f"{prefix}<uuid:token>/"
    return [
        path(at, step(flow.form, "GET"), name="draft"),
        path(f"{at}live/", step(flow.live, "POST"), name="draft_live"),
        path(f"{at}materials/", step(flow.materials, "POST"), name="draft_materials"),
        path(f"{at}form.pdf", step(flow.form_paper, "GET"), name="draft_form_paper"),
        path(f"{at}answers/", step(flow.answers, "GET", "POST"), name="draft_answers"),
        path(f"{at}submit/", step(flow.submit, "POST"), name="draft_submit"),
        path(f"{at}drop/", step(flow.drop, "POST"), name="draft_drop"),
        path(f"{at}list/", step(base_lists.upload, "POST"), name="draft_list"),
        path(f"{at}list/returned.xlsx", step(base_lists.returned, "GET"), name="draft_list_returned"),
        path(f"{prefix}base-list.xlsx", require_http_methods(["GET"])(guard(template)), name="base_list_template"),
    ]


def channel_operator(channel: str) -> User:
    """The account that accepts for a channel nobody sits at; its authority says which items and areas.

    Raises:
        NotAuthorised: the agency has opened none; noticed within five seconds.
    """
    operator = _account_of(channel)
    if operator is None:
        raise NotAuthorised("本渠道的受理尚未开通，请到经办窗口办理。")
    return operator


@kept_for(5)
def _account_of(channel: str) -> User | None:
    return User.objects.select_related("agency").filter(username=f"channel-{channel}", kind=UserKind.DOOR, is_active=True).first()


def offers_to_persons(channel: str) -> Offers:
    """Whether a person can apply for an item by themselves through a channel."""
    return lambda item: reaches(item, channel) and "person" in (item.applicant, *item.also_applicant)


def items_of_persons(channel: str) -> list[Item]:
    """Open items a person can apply for by themselves through a channel, those that come most often first."""
    found = filter(offers_to_persons(channel), catalogue().items(clock.today()))
    return sorted(found, key=lambda item: (-item.monthly_share, item.code))
