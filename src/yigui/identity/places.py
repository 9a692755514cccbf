"""Where pages for outsiders lie: one set of pages, mounted at several places, each with its channel.

A place is an URL namespace. The employers' pages lie at the platform and at the kiosk, the persons' on the phone and at the kiosk.
"""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

CHANNEL_OF = {"portal": "online", "mobile": "mobile", "kiosk_unit": "kiosk", "kiosk_me": "kiosk"}
#: At a machine others use after you, the session ends after so many idle seconds; elsewhere after `IDLE_MINUTES`.
KIOSK_IDLE_SECONDS = 120


def space_of(request: HttpRequest) -> str:
    """The URL namespace the request came in at."""
    assert request.resolver_match is not None
    return request.resolver_match.namespace


def channel_of(request: HttpRequest) -> str:
    """The channel of the place."""
    return CHANNEL_OF[space_of(request)]


def is_kiosk(request: HttpRequest) -> bool:
    """Whether this is a machine of a self-service area."""
    return channel_of(request) == "kiosk"


def here(request: HttpRequest, name: str, **kwargs: Any) -> str:
    """The address of a page at the same place."""
    return reverse(f"{space_of(request)}:{name}", kwargs=kwargs)


def first_page(request: HttpRequest) -> str:
    """Where somebody comes to who is not signed in: the machine's first page, or the place's sign-in."""
    return reverse("kiosk:start") if is_kiosk(request) else here(request, "sign_in")
