"""What every answer says to the browser: where script and style may come from, and that nothing of a page is kept."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse

#: Script, style and pictures are the house's own files; nothing in a page is evaluated, nobody frames it; papers are shown within our own pages (`_is_framed`).
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
#: A document shown by the browser's own viewer, which brings script and style of its own.
_FOR_PDF = "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_ATTRIBUTE = "_programs_asked"
_SHOWS, _SHOWN = "_shows_papers", "_shown_in_page"
#: By which a machine of a self-service area is known.
MACHINE_COOKIE = "yigui_kiosk"
_OWN_MACHINE = ("127.0.0.1", "localhost")


class SafeHeaders:
    """Gives every answer a Content-Security-Policy, and forbids keeping it where nothing else was said (static files say more)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Content-Security-Policy", _policy(request, response))
        if _is_framed(request, response):
            # At a machine a tab of its own would outlive the visitor; a reviewer has the papers beside the facts.
            response.headers["X-Frame-Options"] = "SAMEORIGIN"
        return response


def is_machine(request: HttpRequest) -> bool:
    """Whether the browser is a machine of a self-service area, registered or not any more."""
    return MACHINE_COOKIE in request.COOKIES


def _is_paper(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith("application/pdf")


def _is_framed(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether a paper opens within a page of ours."""
    return _is_paper(response) and (is_machine(request) or hasattr(request, _SHOWN))


def show_papers_in(request: HttpRequest) -> None:
    """Let the page of this request show papers of ours within it."""
    setattr(request, _SHOWS, True)


def shown_in_page(request: HttpRequest) -> None:
    """Let the paper this request answers with be shown within a page of ours."""
    setattr(request, _SHOWN, True)


def may_ask_program(request: HttpRequest, url: str) -> None:
    """Let the page of this request ask a program on the visitor's own machine (a card reader)."""
    if origin := own_program(url):
        setattr(request, _ATTRIBUTE, origin)


def own_program(url: str) -> str:
    """The origin of a program on one's own machine, `http://127.0.0.1:9000`; "" for any other address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or parts.hostname not in _OWN_MACHINE or parts.username is not None:
        return ""
    return f"{parts.scheme}://{parts.hostname}" + (f":{port}" if port else "")


def _policy(request: HttpRequest, response: HttpResponse) -> str:
    if _is_paper(response):
        return _FOR_PDF.replace("ancestors 'none'", "ancestors 'self'") if _is_framed(request, response) else _FOR_PDF
    asked = getattr(request, _ATTRIBUTE, "")
    parts = (
        _POLICY
        | ({"connect-src": f"'self' {asked}"} if asked else {})
        | ({"frame-src": "'self'"} if is_machine(request) or hasattr(request, _SHOWS) else {})
    )
    return "; ".join(f"{name} {sources}" for name, sources in parts.items())
