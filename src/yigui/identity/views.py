"""Sign-in with password and one-time code, and one's own account."""

import base64
from typing import Any
from urllib.parse import quote

import segno
from django.contrib import messages
from django.contrib.auth import authenticate, logout, update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yigui.common import clock
from yigui.common.rooms import deeds
from yigui.identity.limits import TooManyTries, after_sign_in, before_sign_in
from yigui.identity.models import WorkSession
from yigui.identity.own_password import renew_own_password
from yigui.identity.proof import CodeWrong, begin_device, complete, confirm_device, end, has_device, proof_of, with_proof
from yigui.identity.sign_in import address_of, earlier_device, hang_proof, locked_out, open_session, sign_in_page, token_of
from yigui.identity.staff_backend import waits_for_code
from yigui.staff.models import Authority, User
from yigui.staff.refusals import record_refusal
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right, public_page

_PENDING = "sign_in_user"
_ISSUER = "一柜"


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}) else "/"


@public_page
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """User name and password; then the one-time code where a device is set up."""
    if request.method == "GET":
        return redirect("/") if request.user.is_authenticated else sign_in_page(request, next=_next(request))
    username = request.POST.get("username", "").strip()
    try:
        before_sign_in(f"staff:{username}", address_of(request))
    except TooManyTries as refused:
        return sign_in_page(request, refused.http_status, message=refused.message, username=username, next=_next(request))
    user = authenticate(request, username=username, password=request.POST.get("password", ""))
    if not isinstance(user, User):
        if getattr(request, "axes_locked_out", False):
            return locked_out(request)
        message = "用户名或密码不正确。连续五次输错将锁定本网络地址三十分钟。"
        return sign_in_page(request, 401, message=message, username=username, next=_next(request))
    after_sign_in(f"staff:{username}", address_of(request))
    if waits_for_code(user) or (earlier_device(user) is not None and not has_device(user.pk)):
        request.session[_PENDING] = user.pk
        hang_proof(request, proof_of(user))
        return render(request, "identity/one_time_code.html", {"message": "", "next": _next(request)})
    open_session(request, user, None)
    return redirect(_next(request))


@public_page
@require_POST
def one_time_code(request: HttpRequest) -> HttpResponse:
    """The six digits of the person's device."""
    user = User.objects.filter(pk=request.session.get(_PENDING) or 0, is_active=True).first()
    if user is None:
        return redirect("staff:sign_in")
    token, code, earlier = token_of(request), request.POST.get("code", "").strip(), None
    if has_device(user.pk):
        token = complete(token, code).token
    else:
        earlier = earlier_device(user)
        token = token if earlier is not None and earlier.verify_token(code) else ""
    if not token:
        message = "动态口令不正确或已过期，请等待下一组数字后重新输入。"
        return render(request, "identity/one_time_code.html", {"message": message, "next": _next(request)}, status=401)
    del request.session[_PENDING]
    open_session(request, with_proof(user, token), earlier)
    return redirect(_next(request))


@require_POST
@page_right("account")
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, here and in the database."""
    end(token_of(request))
    hang_proof(request, "")
    WorkSession.objects.filter(session_key=request.session.session_key).delete()
    logout(request)
    messages.info(request, "您已退出登录。")
    return redirect("staff:sign_in")


@require_GET
@page_right("account")
def account(request: OfficerRequest) -> HttpResponse:
    """One's own account: rights held, devices, password."""
    today = clock.today()
    rights = Authority.objects.filter(user=request.user, valid_to__gte=today, withdrawn_at=None).order_by("step", "item_group")[
        :100
    ]
    return render(request, "identity/account.html", {"rights": rights, "device": has_device(request.user.pk)})


@page_right("account")
@require_http_methods(["GET", "POST"])
def device(request: OfficerRequest) -> HttpResponse:
    """Set a one-time code device up: with the code of enrolment that a second person has handed over, scan, type the digits once."""
    if has_device(request.user.pk):
        messages.info(request, "您已启用动态口令；如需更换请联系系统管理员。")
        return redirect("staff:account")
    if request.method == "GET":
        return render(request, "identity/device.html", {"step": "begin"})
    code = request.POST.get("code", "").strip()
    if code:
        if confirm_device(request.user, code):
            messages.success(request, "动态口令已启用，下次登录起须输入。")
            return redirect("staff:account")
        return render(request, "identity/device.html", {"step": "again"})
    try:
        secret = begin_device(request.user, request.POST.get("enrolment", ""))
    except CodeWrong as refused:
        record_refusal(refused, user=request.user, deed=deeds()["staff:device"])
        return render(request, "identity/device.html", {"step": "begin", "refused": refused.message}, status=422)
    # Shown once, and drawn here from our own text: nothing of it comes from outside.
    picture = segno.make(_device_address(request.user, secret)).svg_inline(scale=5, border=2)
    return render(request, "identity/device.html", {"step": "scan", "qr": mark_safe(picture)})


def _device_address(user: User, secret: bytes) -> str:
    """What an authenticator reads from the picture (Key URI Format): SHA-256, six digits, thirty seconds."""
    label = quote(f"{_ISSUER}:{user.username}")
    key = base64.b32encode(secret).decode().rstrip("=")
    return f"otpauth://totp/{label}?secret={key}&algorithm=SHA256&digits=6&period=30&issuer={quote(_ISSUER)}"


class OwnPasswordForm(PasswordChangeForm):
    """A new password of one's own, which is not the one that was handed out."""

    def clean_old_password(self) -> str:
        """Asked of the database, when the new one is kept."""
        return str(self.cleaned_data["old_password"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        fresh = self.cleaned_data.get("new_password1")
        if fresh and fresh == self.cleaned_data.get("old_password"):
            self.add_error("new_password1", "新密码不能与原密码相同，请换一个。")
        return cleaned


@page_right("account")
@require_http_methods(["GET", "POST"])
def password(request: OfficerRequest) -> HttpResponse:
    """Change one's own password."""
    form = OwnPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            renew_own_password(user=request.user, old=form.cleaned_data["old_password"], new=form.cleaned_data["new_password1"])
        except CodeWrong as refused:
            record_refusal(refused, user=request.user, deed=deeds()["staff:password"])
            form.add_error("old_password", refused.message)
            return render(request, "identity/password.html", {"form": form})
        before = request.session.session_key
        update_session_auth_hash(request, request.user)
        # The session goes on under another key: its row, by which it is counted, rests and ends, goes with it.
        WorkSession.objects.filter(session_key=before).update(session_key=request.session.session_key)
        messages.success(request, "密码已修改。")
        return redirect("staff:account")
    return render(request, "identity/password.html", {"form": form})
