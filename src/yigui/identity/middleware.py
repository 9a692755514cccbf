"""Idle end of a working session, and sign-in required unless a view is marked open."""

import time
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.signing import BadSignature, dumps, loads
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from yigui.identity.sign_in import needs_device

_COOKIE = "yigui_seen"


class WorkSessionMiddleware(LoginRequiredMiddleware):
    """Ends a session idle for `IDLE_MINUTES`. The last moment of work travels in a signed cookie, so a GET never writes."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return cast(HttpResponseBase, self.get_response(request))
        if self._idle_too_long(request):
            logout(request)
            messages.warning(request, f"您已超过 {settings.IDLE_MINUTES} 分钟未操作，为保护参保人信息已自动退出，请重新登录。")
            response: HttpResponseBase = redirect(f"{reverse('staff:sign_in')}?next={request.path}")
            response.delete_cookie(_COOKIE)
            return response
        open_paths = (reverse("staff:device"), reverse("staff:sign_out"))
        if request.path not in open_paths and not request.path.startswith(("/static/", "/api/")) and needs_device(request.user):
            return redirect("staff:device")
        response = cast(HttpResponseBase, self.get_response(request))
        seen = dumps([request.session.session_key, int(time.time())], salt=_COOKIE)
        response.set_cookie(_COOKIE, seen, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
        return response

    def process_view(self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any) -> HttpResponseBase | None:
        """The interface for partners has tokens of its own."""
        if request.path.startswith("/api/"):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    @staticmethod
    def _idle_too_long(request: HttpRequest) -> bool:
        try:
            key, seen = loads(request.COOKIES.get(_COOKIE, ""), salt=_COOKIE)
        except BadSignature:
            return False
        return bool(key == request.session.session_key and time.time() - seen > settings.IDLE_MINUTES * 60)
