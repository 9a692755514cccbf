"""Where somebody stood before what they asked for could not be done: the page that held the form, or the page of its thing."""

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


def _exists(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True
