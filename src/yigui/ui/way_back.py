"""Where somebody stood before what they asked for could not be done: the page that held the form, or the page of its thing."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme


def page_before(request: HttpRequest) -> str:
    """The page of ours that held the form a POST came from, with its query; without one, the page of the thing it was about."""
    said = request.headers.get("Referer", "")
    here = urlsplit(said)
    if here.netloc == request.get_host() and url_has_allowed_host_and_scheme(said, allowed_hosts={request.get_host()}):
        address = here.path + (f"?{here.query}" if here.query else "")
        if _exists(here.path):
            return address
    return page_of_thing(request.path)


def page_of_thing(path: str) -> str:
    """The nearest address above a deed's that exists: `/cases/X/decide/` is done on `/cases/X/`."""
    parts = path.strip("/").split("/")
    for count in range(len(parts) - 1, 0, -1):
        above = f"/{'/'.join(parts[:count])}/"
        if _exists(above):
            return above
    return "/"


def page_shown(request: HttpRequest) -> str:
    """The address at which the page of this answer can be opened again: a deed refused on the page of its thing leaves none of its own."""
    if request.method != "POST" or request.resolver_match is None or "GET" in methods_of(request.resolver_match.func):
        return request.path
    return page_of_thing(request.path)


def methods_of(view: Callable[..., Any] | None) -> tuple[str, ...]:
    """The methods a view takes by its decorator; GET and POST for one that has none."""
    while view is not None:
        code = getattr(view, "__code__", None)
        closed = dict(zip(code.co_freevars, view.__closure__ or (), strict=True)) if code is not None else {}
        if "request_method_list" in closed:
            return tuple(closed["request_method_list"].cell_contents)
        view = getattr(view, "__wrapped__", None)
    return ("GET", "POST")


def _exists(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True
