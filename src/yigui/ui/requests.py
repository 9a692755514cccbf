"""Requests as the middleware hands them to a view, for the type checker."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """A request that knows whether a part of a page asks (`request.htmx`) or a whole page is wanted."""

    htmx: HtmxDetails
