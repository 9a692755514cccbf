"""The employer's operators and their items; one's own password."""

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST

from yigui.casework.handlers import is_open
from yigui.catalogue.declarations import catalogue
from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.identity.codes import browser_of_codes
from yigui.identity.errors import LoginRefused
from yigui.identity.models import UnitLogin
from yigui.identity.outside_pages import listed_sessions, unit_page
from yigui.identity.outside_sessions import SESSIONS_MAX, end_one_session, sessions_of
from yigui.identity.passwords import password_rule
from yigui.identity.places import here
from yigui.identity.proof import CodeWrong
from yigui.identity.sign_in import address_of
from yigui.identity.unit_logins import OPERATORS_MAX, add_operator, change_operator, change_unit_password, phone_of
from yigui.identity.unit_totp import (
    ask_device_code,
    begin_unit_device,
    confirm_unit_device,
    end_unit_device,
    has_unit_device,
    totp_address,
)
from yigui.portal.overview import own_page
from yigui.shell.refused import refusal_said

CHANNEL = "online"


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
        if new != request.POST.get("again", ""):
            raise YiguiError("两次输入的新密码不一致，请重新输入。")
        change_unit_password(login, request.POST.get("old", ""), new)
        messages.success(request, "密码已修改，其他地方的登录已全部退出。下次登录请使用新密码。")
        return redirect(here(request, "account"))
    sessions = listed_sessions(request, sessions_of(login=login)[:SESSIONS_MAX])
    context = {"login": login, "sessions": sessions, "password_rule": password_rule()}
    return render(request, "portal/account.html", context)


@require_http_methods(["GET", "POST"])
@unit_page(own_eyes=False)
def device(request: HttpRequest, login: UnitLogin) -> HttpResponse:
    """One-time codes as second factor: a code to the phone, scan, type the digits once; off again with the password."""
    if request.method == "GET":
        return _device_page(request, login, step="on" if has_unit_device(login) else "off")
    if request.POST.get("off") == "1":
        end_unit_device(login, request.POST.get("old", ""))
        messages.success(request, "动态口令已停用。")
        return redirect(here(request, "device"))
    source, address = browser_of_codes(request), address_of(request)
    if request.POST.get("send") == "1":
        ask_device_code(login, source=source, address=address)
        return _device_page(request, login, step="sent")
    if request.POST.get("code"):
        return _confirmed(request, login)
    try:
        key = begin_unit_device(login, request.POST.get("text_code", ""), source=source, address=address)
    except CodeWrong as refused:
        return _device_page(request, login, step="sent", message=refusal_said(request, refused))
    # Shown once. The picture is drawn here from our own text; nothing of it comes from outside.
    picture = segno.make(totp_address(login, key)).svg_inline(scale=5, border=2)
    return _device_page(request, login, step="digits", qr=mark_safe(picture))


def _confirmed(request: HttpRequest, login: UnitLogin) -> HttpResponse:
    """The first digits of the new device are typed; after wrong ones the next may be."""
    try:
        confirm_unit_device(login, request.POST["code"])
    except LoginRefused as refused:
        return _device_page(request, login, step="digits", message=refusal_said(request, refused))
    messages.success(request, "动态口令已启用，下次登录起须输入。")
    return redirect(here(request, "device"))


def _device_page(request: HttpRequest, login: UnitLogin, *, step: str, qr: str = "", message: str = "") -> HttpResponse:
    context = {"login": login, "step": step, "qr": qr, "message": message, "phone_end": phone_of(login)[-4:]}
    return render(request, "portal/device.html", context, status=422 if message else 200)
