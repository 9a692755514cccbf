"""What machines that watch over us ask: `/health/live`, `/health/ready`, `/metrics`. Also counts every request.

Answered before anything else looks at the request: no session, no host name, no page rights. They name no person.
"""

import hmac
import os
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from yigui.config import health, metrics

_LOOPBACK = ("127.0.0.1", "::1")
#: A proxy on this machine speaks to us from the loopback too; what it passes on bears one of these.
_PASSED_ON = ("X-Forwarded-For", "X-Real-Ip", "Forwarded")


class OperationsMiddleware:
    """The first of all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = _ANSWERS.get(request.path_info)
        if answer is not None:
            return answer(request)
        begun = time.perf_counter()
        response = self.get_response(request)
        door = door_of(request)
        metrics.SECONDS.labels(door).observe(time.perf_counter() - begun)
        metrics.REQUESTS.labels(door, request.method if request.method in ("GET", "POST") else "other", response.status_code).inc()
        return response


def door_of(request: HttpRequest) -> str:
    """The name space of the address (`portal`, `counter`, `api` …): few, whatever people ask for."""
    match = request.resolver_match
    if match is None:
        return "static" if request.path_info.startswith("/static/") else "none"
    return match.namespaces[0] if match.namespaces else "none"


def scrape(request: HttpRequest) -> HttpResponse:
    """The metrics, for this machine and for whoever has the token (`YIGUI_METRICS_TOKEN`)."""
    if not _may_scrape(request):
        return HttpResponse("监控指标只对本机和持有凭证者开放。\n", status=403, content_type="text/plain; charset=utf-8")
    return HttpResponse(metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_scrape(request: HttpRequest) -> bool:
    token = os.environ.get("YIGUI_METRICS_TOKEN", "")
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(given.encode(), token.encode()):
        return True
    return request.META.get("REMOTE_ADDR") in _LOOPBACK and not any(name in request.headers for name in _PASSED_ON)


_ANSWERS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/health/live": health.live, "/health/ready": health.ready, "/metrics": scrape,
}  # fmt: skip
