"""A refusal raised by any use case becomes a page (or fragment) with its sentence."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yigui.common.errors import YiguiError


class RefusalMiddleware:
    """Turns `YiguiError` into an answer with its sentence, code and status; the API does so itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, YiguiError):
            return None
        title = {403: "不能办理", 404: "没有找到", 409: "情况已变化"}.get(exception.http_status, "请核对")
        context = {"title": title, "message": exception.message, "code": exception.code}
        return render(request, "ui/refusal.html", context, status=exception.http_status)
