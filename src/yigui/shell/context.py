"""What every page knows: the menu of the person's role, the demonstration day, the version."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from yigui import __version__
from yigui.common import clock
from yigui.common.rooms import doors
from yigui.identity.kiosks import COOKIE
from yigui.shell.menu import found_words, menu_of, strips_of
from yigui.ui.requests import HtmxRequest


def page(request: HtmxRequest) -> dict[str, Any]:
    """Context processor; reads nothing from the database."""
    user = getattr(request, "user", None)
    return {
        "menu": menu_of(user, request.path),
        "strips": strips_of(user),
        "found_words": found_words(user),
        "moved_today": clock.moved_today(),
        "is_demo": settings.IS_DEMO,
        "version": __version__,
        "at_machine": COOKIE in request.COOKIES,
        "way_back": _way_back(request),
        "base_template": "ui/fragment.html" if request.htmx else "ui/base.html",
    }


def _way_back(request: HtmxRequest) -> str:
    """Where a refusal leads back to: the first page of the place it came up at; nobody outside is led to the officers' sign-in."""
    if COOKIE in request.COOKIES:
        return reverse("kiosk:start")
    match = request.resolver_match
    space = match.namespace if match is not None else ""
    if space in doors():
        return reverse(f"{space}:home")
    user = getattr(request, "user", None)
    return "/" if user is not None and user.is_authenticated else reverse("enquiry:guide")
