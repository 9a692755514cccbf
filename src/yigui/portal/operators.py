"""The employer's operators and their items; one's own password."""

import segno
from django.contrib import messages
from django.contrib.auth.hashers import check_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST

from yigui.casework.handlers import is_open
from yigui.catalogue.declarations import catalogue
from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.identity.models import UnitLogin
from yigui.identity.outside_pages import listed_sessions, own_session, unit_page
from yigui.identity.outside_sessions import SESSIONS_MAX, end_one_session, sessions_of
from yigui.identity.places import here
from yigui.identity.unit_logins import OPERATORS_MAX, add_operator, change_operator, set_password
from yigui.identity.unit_totp import new_totp, start_totp, stop_totp, totp_address
from yigui.portal.overview import own_page
from yigui.shell.refused import refusal_said

CHANNEL = "online"
_NEW_KEY = "unit_totp"


def _groups() -> list[tuple[str, str]]:
    """Groups of items an employer can apply for here, with the names of their items."""
    names: dict[str, list[str]] = {}
    for item in catalogue().items(clock.today()):
        if is_open(item.code) and CHANNEL in item.channels and "employer" in (item.applicant, *item.also_applicant):
            names.setdefault(item.prefix, []).append(item.name)
    return [(group, "、".join(found)) for group, found in names.items()]


@require_http_methods(["GET", "POST"])
@own_page
def operators(request: HttpRequest, login: UnitLogin) -> HttpResponse:
    """List of operators; a manager adds one."""
    if request.method == "POST":
        full_name, phone = request.POST.get("full_name", "").strip(), request.POST.get("phone", "").strip()
        added = add_operator(manager=login, full_name=full_name, phone=phone, items=_chosen(request))
        messages.success(request, f"已为{full_name}开通账号，用户名 {added.username}。首次使用请在登录页设置密码。")
        return redirect(here(request, "operators"))
    # Without the password, which the employer's eyes cannot see.
    rows = (
        UnitLogin.objects.filter(employer_id=login.employer_id)
        .defer("password", "totp_key", "totp_used", "totp_tries", "totp_locked_until")
        .order_by("-is_manager", "id")[:OPERATORS_MAX]
    )
    return render(request, "portal/operators.html", {"login": login, "groups": _groups(), "rows": rows})


def _chosen(request: HttpRequest) -> list[str]:
    known = {group for group, _ in _groups()}
    return [g for g in request.POST.getlist("items") if g in known]


@require_POST
@own_page
def change(request: HttpRequest, login: UnitLogin, number: int) -> HttpResponse:
    """Change an operator's items, or close the login."""
    change_operator(manager=login, operator_id=number, items=_chosen(request), is_active=request.POST.get("is_active") == "1")
    messages.success(request, "已保存。")
    return redirect(here(request, "operators"))


@require_http_methods(["GET", "POST"])
@unit_page(own_eyes=False)
def account(request: HttpRequest, login: UnitLogin) -> HttpResponse:
    """Change one's own password, which ends the other sign-ins; see one's open sign-ins and end them."""
    if request.method == "POST" and request.POST.get("end"):
        end_one_session(request.POST["end"], login=login)
        messages.success(request, "已退出该处登录。")
        return redirect(here(request, "account"))
    if request.method == "POST":
        new = request.POST.get("password", "")
        if not check_password(request.POST.get("old", ""), login.password):
            raise YiguiError("原密码不正确，请重新输入。")
        if new != request.POST.get("again", ""):
            raise YiguiError("两次输入的新密码不一致，请重新输入。")
        set_password(login, new, but=own_session(request))
        messages.success(request, "密码已修改，其他地方的登录已全部退出。下次登录请使用新密码。")
        return redirect(here(request, "account"))
    sessions = listed_sessions(request, sessions_of(login=login)[:SESSIONS_MAX])
    return render(request, "portal/account.html", {"login": login, "sessions": sessions})


@require_http_methods(["GET", "POST"])
@own_page
def device(request: HttpRequest, login: UnitLogin) -> HttpResponse:
    """One-time codes as second factor: scan, type the digits once; off again with the password."""
    if request.method == "GET":
        return render(request, "portal/device.html", {"login": login, "is_on": bool(login.totp_key), "qr": "", "message": ""})
    if request.POST.get("off") == "1":
        if not check_password(request.POST.get("old", ""), login.password):
            raise YiguiError("密码不正确，请重新输入。")
        stop_totp(login)
        messages.success(request, "动态口令已停用。")
        return redirect(here(request, "device"))
    key, code = request.session.get(_NEW_KEY, ""), request.POST.get("code", "")
    message = ""
    if key and code:
        try:
            start_totp(login, key, code)
        except YiguiError as refused:
            message = refusal_said(request, refused)
        else:
            del request.session[_NEW_KEY]
            messages.success(request, "动态口令已启用，下次登录起须输入。")
            return redirect(here(request, "device"))
    else:
        key = new_totp()
        request.session[_NEW_KEY] = key
    picture = segno.make(totp_address(login, key)).svg_inline(scale=5, border=2)
    # The picture is drawn here from our own text; nothing of it comes from outside.
    context = {"login": login, "is_on": False, "qr": mark_safe(picture), "message": message}
    return render(request, "portal/device.html", context, status=422 if message else 200)
