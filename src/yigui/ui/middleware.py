"""A refusal raised by any use case, or by a guard of the database, becomes a page (or fragment) with its sentence; the address of a deed leads to its page."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from yigui.common.errors import Conflict, YiguiError
from yigui.db.faults import database_sentence, sqlstate_of
from yigui.ui.way_back import page_before, page_of_thing

logger = logging.getLogger("django.request")


class HeadLikeGet:
    """Answers HEAD as GET is answered, without the body: what follows links and watches services (检查链接、监测服务) asks so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "HEAD":
            return self.get_response(request)
        request.method = "GET"
        response = self.get_response(request)
        request.method = "HEAD"
        # The server below sends whatever it is given.
        if response.streaming:
            response.streaming_content = []  # type: ignore[attr-defined]
        else:
            response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""
        return response


class RefusalMiddleware:
    """Turns `YiguiError`, and what a guard of the database refused, into an answer with its sentence, code and status; the API does so itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DatabaseError) and sqlstate_of(exception).startswith("YG"):
            # A guard of the database said what our own rules should have said before: the person gets its sentence, we the trace.
            logger.error("refused by the database: %s", request.path, exc_info=exception)
            return refusal_page(request, RefusedByDatabase(database_sentence(exception)))
        return refusal_page(request, exception) if isinstance(exception, YiguiError) else None


class RefusedByDatabase(Conflict):
    """A guard of the database (code YG…) has refused what a page wanted to write."""

    code = "refused_by_database"


def refusal_page(request: HttpRequest, refused: YiguiError) -> HttpResponse:
    """The page, or the part of one, that says a refusal's sentence."""
    title = {403: "不能办理", 404: "没有找到", 409: "情况已变化"}.get(refused.http_status, "请核对")
    before = page_before(request) if request.method == "POST" else ""
    context = {"title": title, "message": refused.message, "code": refused.code, "before": before}
    return render(request, "ui/refusal.html", context, status=refused.http_status)


class DeedAddresses:
    """Leads whoever opens the address of a deed (a link kept, a page loaded again) to the page where it is done, not to a bare 405."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or request.method != "GET":
            return response
        if not _is_read_by_a_person(request):
            return response
        messages.info(request, "该地址只用于提交操作，直接打开不会执行任何操作；已为您打开相应页面。")
        return redirect(page_of_thing(request.path))


def _is_read_by_a_person(request: HttpRequest) -> bool:
    """Whether a whole page is wanted; a part of a page and a program are told what they did wrong."""
    return "text/html" in request.headers.get("Accept", "") and "HX-Request" not in request.headers
