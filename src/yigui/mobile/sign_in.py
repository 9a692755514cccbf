"""Signing in on the phone: number and name, then the code that was sent to the mobile on record."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yigui.common.errors import YiguiError
from yigui.identity.codes import browser_of_codes
from yigui.identity.kiosks import needed_kiosk
from yigui.identity.models import Kiosk
from yigui.identity.outside_pages import open_page, page_after_sign_in, place_of, sign_in_person, sign_out_outsider
from yigui.identity.person_logins import ask_code, enter_by_card, enter_by_code
from yigui.identity.places import first_page, here, is_kiosk
from yigui.identity.sign_in import address_of
from yigui.shell.refused import refusal_said
from yigui.ui.headers import may_ask_program

ELDER_COOKIE = "yigui_elder"


@open_page
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Number and name; a code goes to the mobile on record."""
    kiosk = needed_kiosk(request) if is_kiosk(request) else None
    if request.method == "GET":
        return _page(request, kiosk)
    if kiosk is not None and request.POST.get("card"):
        return _by_card(request, kiosk)
    given = {"id_number": request.POST.get("id_number", "").strip(), "name": request.POST.get("name", "").strip()}
    try:
        ask_code(**given, source=browser_of_codes(request), address=address_of(request))
    except YiguiError as refused:
        return _page(request, kiosk, refused.http_status, **given, message=refusal_said(request, refused))
    return render(request, "mobile/by_code.html", given | {"message": "", "is_sent": True})


def _page(
    request: HttpRequest, kiosk: Kiosk | None, status: int = 200, *, id_number: str = "", name: str = "", message: str = ""
) -> HttpResponse:
    if kiosk is not None:
        may_ask_program(request, kiosk.reader_url)
    context = {"kiosk": kiosk, "id_number": id_number, "name": name, "message": message}
    return render(request, "mobile/sign_in.html", context, status=status)


def _by_card(request: HttpRequest, kiosk: Kiosk) -> HttpResponse:
    """A card in the machine's reader opens the session."""
    try:
        entered = enter_by_card(kiosk=kiosk, card=request.POST.get("card", ""), place=place_of(request))
    except YiguiError as refused:
        return _page(request, kiosk, 422, message=refusal_said(request, refused))
    sign_in_person(request, entered)
    return redirect(page_after_sign_in(request))


@open_page
@require_POST
def by_code(request: HttpRequest) -> HttpResponse:
    """The code opens the session."""
    given = {"id_number": request.POST.get("id_number", ""), "name": request.POST.get("name", "")}
    try:
        entered = enter_by_code(
            **given, code=request.POST.get("code", ""), source=browser_of_codes(request), place=place_of(request)
        )
    except YiguiError as refused:
        context = given | {"message": refusal_said(request, refused), "is_sent": False}
        return render(request, "mobile/by_code.html", context, status=refused.http_status)
    sign_in_person(request, entered)
    return redirect(page_after_sign_in(request))


@open_page
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    sign_out_outsider(request)
    messages.info(request, "您已退出登录。")
    return redirect(first_page(request))


@open_page
@require_POST
def elder(request: HttpRequest) -> HttpResponse:
    """Large type on or off (关怀模式), and back to the page it was asked on; kept on this phone."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    response = redirect(wanted if is_ours else here(request, "home"))
    if request.COOKIES.get(ELDER_COOKIE):
        response.delete_cookie(ELDER_COOKIE)
    else:
        response.set_cookie(ELDER_COOKIE, "1", max_age=365 * 86400, samesite="Lax")
    return response


@open_page
@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to install the page."""
    return JsonResponse(
        {
            "name": "掌上社保", "short_name": "掌上社保", "lang": "zh-CN", "start_url": reverse("mobile:home"), "scope": "/m/",
            "display": "standalone", "background_color": "#ffffff", "theme_color": "#16324f",
            "icons": [{"src": static("ui/icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
        },
        content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False},
    )  # fmt: skip


@open_page
@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """Keeps style and script on the phone for slow networks; never a page with somebody's data."""
    response = render(request, "mobile/sw.js", {}, content_type="text/javascript")
    response["Service-Worker-Allowed"] = "/m/"
    return response
