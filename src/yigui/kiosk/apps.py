"""Django's entry to this room."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out


class KioskConfig(AppConfig):
    name = "yigui.kiosk"

    def ready(self) -> None:
        user_logged_out.connect(_end_calls, dispatch_uid="kiosk_calls_end")


def _end_calls(sender: Any, request: Any, **kwargs: Any) -> None:
    """A visitor who signs out, or is signed out, needs no helper any more."""
    from yigui.kiosk.calls import end_calls_of

    if request is not None and request.session.session_key:
        end_calls_of(request.session.session_key)
