"""Where pages for outsiders lie: one set of pages, mounted at several places, each with its channel.

A place is an URL namespace that a room declares as a door. The employers' pages lie at the platform and at the kiosk, the persons' on the
phone and at the kiosk.
"""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from yigui.common.rooms import doors


def space_of(request: HttpRequest) -> str:
    """The URL namespace the request came in at."""
    assert request.resolver_match is not None
    return request.resolver_match.namespace


def channel_of(request: HttpRequest) -> str:
    """The channel of the place."""
    return doors()[space_of(request)].channel


def is_kiosk(request: HttpRequest) -> bool:
    """Whether this is a machine of a self-service area."""
    return channel_of(request) == "kiosk"


def here(request: HttpRequest, name: str, **kwargs: Any) -> str:
    """The address of a page at the same place."""
    return reverse(f"{space_of(request)}:{name}", kwargs=kwargs)


def first_page(request: HttpRequest) -> str:
    """Where somebody comes to who is not signed in: the machine's first page, or the place's sign-in."""
    door = doors()[space_of(request)]
    return reverse(door.first_page) if door.first_page else here(request, "sign_in")


def idle_seconds(request: HttpRequest) -> int:
    """How long a session may rest at the place; 0 where the house's own limit holds."""
    return doors()[space_of(request)].idle_seconds
