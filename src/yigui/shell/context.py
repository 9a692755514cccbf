"""What every page knows: the menu of the person's role, the demonstration day, the version."""

from typing import Any

from django.conf import settings

from yigui import __version__
from yigui.common import clock
from yigui.shell.menu import menu_of
from yigui.ui.requests import HtmxRequest


def page(request: HtmxRequest) -> dict[str, Any]:
    """Context processor; reads nothing from the database."""
    user = getattr(request, "user", None)
    return {
        "menu": menu_of(user, request.path),
        "moved_today": clock.moved_today(),
        "is_demo": settings.IS_DEMO,
        "version": __version__,
        "base_template": "ui/fragment.html" if request.htmx else "ui/base.html",
    }
