"""The officers' site apart from the public one (R054): by host name, by network; elsewhere its pages are not there."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import redirect

from yigui.common.addresses import client_address, is_in
from yigui.ui.views import not_found

#: Addresses of sign-in and one's own account.
_OWN_APP = "staff"


class SeparateSites:
    """Answers 404 to a page of the officers that is asked for from outside their site; their front page leads to the guide there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if is_for_officers(request, view) and not is_officers_site(request):
            return redirect("enquiry:guide") if request.path == "/" else not_found(request, Http404())
        return None


def is_for_officers(request: HttpRequest, view: Any) -> bool:
    """Whether a page is the officers': one behind a page right, or their sign-in."""
    match = request.resolver_match
    return hasattr(view, "page_right") or (match is not None and match.app_names[:1] == [_OWN_APP])


def is_officers_site(request: HttpRequest) -> bool:
    """Whether a request came to the officers' host and from their network; both where nothing is set."""
    host, _ = split_domain_port(request.get_host())
    if settings.STAFF_HOSTS and host not in settings.STAFF_HOSTS:
        return False
    return not settings.STAFF_NETWORKS or is_in(client_address(request.META), settings.STAFF_NETWORKS)
