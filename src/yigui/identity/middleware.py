"""Idle end of a working session; sign-in required unless a view is marked open; pages that say nothing are refused."""

import logging
from functools import cache
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from yigui.common.rooms import rooms
from yigui.identity.proof import CODE_FIELD, with_code, with_proof
from yigui.identity.sign_in import OUTSIDE_COOKIE, PROOF_COOKIE, needs_device, token_of
from yigui.identity.work_sessions import is_at_work
from yigui.staff.rights import is_declared
from yigui.ui.requests import HtmxRequest
from yigui.ui.way_back import page_before

logger = logging.getLogger(__name__)


@cache
def _asking_themselves() -> tuple[str, ...]:
    """Where pages ask for a proof of their own: the interface for partners has tokens."""
    return tuple(f"/{mount.prefix}" for room in rooms() for mount in room.mounts if mount.asks_itself)


class WorkSessionMiddleware(LoginRequiredMiddleware):
    """Ends a session idle for `IDLE_MINUTES`: the last moment of work stands in the session's own row (`work_sessions`)."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self._carry(request, cast(HttpResponseBase, self.get_response(request)))
        with_code(with_proof(request.user, token_of(request)), lambda: request.POST.get(CODE_FIELD, ""))
        if self._idle_too_long(request):
            logout(request)
            done = "" if _only_looks(request) else _NOT_DONE
            messages.warning(
                request, f"您已超过 {settings.IDLE_MINUTES} 分钟未操作，为保护参保人信息已自动退出，请重新登录。{done}"
            )
            return _to_sign_in(request)
        open_paths = (reverse("staff:device"), reverse("staff:sign_out"))
        if (
            request.path not in open_paths
            and not request.path.startswith(("/static/", *_asking_themselves()))
            and needs_device(request.user)
        ):
            return _to(request, reverse("staff:device"))
        password_paths = (reverse("staff:password"), *open_paths)
        if (
            getattr(request.user, "must_change_password", False)
            and request.path not in password_paths
            and not request.path.startswith(("/static/", *_asking_themselves()))
        ):
            return _to(request, reverse("staff:password"))
        return self._carry(request, cast(HttpResponseBase, self.get_response(request)))

    @staticmethod
    def _carry(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Gives the browser the token of a sign-in that has just been opened, or takes it away when it has ended."""
        for name, attribute in ((PROOF_COOKIE, "proof_token"), (OUTSIDE_COOKIE, "outside_secret")):
            secret = getattr(request, attribute, None)
            if secret:
                response.set_cookie(name, secret, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
            elif secret is not None:
                response.delete_cookie(name)
        return response

    def process_view(self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any) -> HttpResponseBase | None:
        """Refuses a page that does not say who may open it; sends to sign-in who must."""
        if request.path.startswith(_asking_themselves()):
            return None
        name = request.resolver_match.view_name if request.resolver_match is not None else ""
        if not is_declared(view_func, name):
            logger.error("page without a declaration: %s", request.path)
            context = {
                "title": "不能打开",
                "message": "本页没有登记可由谁打开，系统已拒绝。请告知系统管理员。",
                "code": "identity.undeclared",
                "before": "",
            }
            return render(request, "ui/refusal.html", context, status=403)
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirectBase:  # type: ignore[override]
        """Nobody is signed in."""
        return sign_in_again(request)

    @staticmethod
    def _idle_too_long(request: HttpRequest) -> bool:
        key = request.session.session_key
        return key is not None and not is_at_work(key, token_of(request))


#: What is said besides when a deed met no session any more.
_NOT_DONE = "刚才提交的操作没有执行；登录后将回到原页面，请核对后重新提交。"


def _only_looks(request: HttpRequest) -> bool:
    return request.method in ("GET", "HEAD", "OPTIONS") or bool(cast(HtmxRequest, request).htmx)


def sign_in_again(request: HttpRequest) -> HttpResponseRedirectBase:
    """To sign in, with the words why, for somebody who was at work: they sent something, or had it checked while they typed."""
    if not _only_looks(request):
        messages.warning(request, f"登录已失效，请重新登录。{_NOT_DONE}")
    elif request.method == "POST":
        messages.warning(request, "登录已失效，请重新登录。登录后将回到原页面，已填写的内容仍在。")
    return _to_sign_in(request)


def _to_sign_in(request: HttpRequest) -> HttpResponseRedirectBase:
    """To sign in, and back to the page the person had before them: not the address of a part of a page, nor of a deed."""
    htmx = cast(HtmxRequest, request).htmx
    if htmx:
        here = htmx.current_url_abs_path or "/"
    else:
        here = request.get_full_path() if _only_looks(request) else page_before(request)
    query = QueryDict(mutable=True)
    query["next"] = here
    return _to(request, f"{reverse('staff:sign_in')}?{query.urlencode(safe='/')}")


def _to(request: HttpRequest, address: str) -> HttpResponseRedirectBase:
    """The whole page goes there, also when only a part of it asked."""
    return HttpResponseClientRedirect(address) if cast(HtmxRequest, request).htmx else redirect(address)
