"""Refusals of the interface as problem documents (RFC 9457): JSON always, whatever went wrong and wherever.

`type` is the address of nothing: the stable word is `code`; `title` says the kind in words, `detail` is the sentence, also as `message`.
"""

import json
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import Error
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from yigui.db.faults import database_sentence, sqlstate_of
from yigui.ui.unavailable import is_passing, unavailable

CONTENT_TYPE = "application/problem+json"
PREFIX = "/api/"
logger = logging.getLogger("django.request")
_TITLES = {
    400: "请求有误", 401: "未认证", 403: "不能办理", 404: "没有找到", 405: "方法不允许", 409: "情况已变化", 413: "请求过大", 415: "格式不支持",
    422: "请核对", 429: "调用过于频繁", 500: "系统错误", 503: "暂时不可用",
}  # fmt: skip
#: Code and sentence of answers that no operation gave.
_PLAIN = {
    400: ("api.bad_request", "请求不合规范，请核对地址、请求头和正文。"),
    404: ("not_found", "没有这个地址或记录，请对照接口说明核对。"),
    405: ("api.method", "该地址不接受这种请求方法，请对照接口说明核对。"),
    413: ("api.too_large", "请求正文过大，请分成几次发送。"),
    500: ("error", "系统发生错误，本次操作未生效，已记录日志。请稍后重试；仍不成功的，请把出错时间告知系统管理员。"),
    503: ("unavailable", "系统暂时不可用，请稍后再试。"),
}


def problem(status: int, code: str, message: str, data: Mapping[str, Any] | None = None) -> HttpResponse:
    """A problem document."""
    content = {
        "type": "about:blank", "title": _TITLES.get(status, "请核对"), "status": status, "detail": message, "code": code, "message": message,
        "data": dict(data or {}),
    }  # fmt: skip
    return HttpResponse(json.dumps(content, ensure_ascii=False, default=str), status=status, content_type=CONTENT_TYPE)


def of_fault(request: HttpRequest, error: Exception) -> HttpResponse:
    """What an operation did not expect: a refusal of the database in its own words, what passes by itself, a body that is too large, a fault."""
    if is_passing(error):
        return as_problem(unavailable(request, error))
    if isinstance(error, RequestDataTooBig):
        return problem(413, *_PLAIN[413])
    if isinstance(error, UnreadablePostError):
        return problem(400, "api.cut_off", "请求正文没有收完整，请重新发送。")
    if (
        isinstance(error, Error)
        and (state := sqlstate_of(error))
        and (state.startswith(("YG", "23")) or state in ("22P05", "22021", "22003"))
    ):
        return problem(409 if state == "23505" else 422, "api.database", database_sentence(error), {"sqlstate": state})
    logger.error("Internal Server Error: %s", request.path, exc_info=error, extra={"status_code": 500, "request": request})
    return problem(500, *_PLAIN[500])


def as_problem(response: HttpResponse) -> HttpResponse:
    """The same answer as a problem document; one that is one stays as it is."""
    kind = response.headers.get("Content-Type", "")
    if response.status_code < HTTPStatus.BAD_REQUEST or response.streaming or kind.startswith(CONTENT_TYPE):
        return response
    code, message = _PLAIN.get(
        response.status_code, _PLAIN[400 if response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR else 500]
    )
    data: Mapping[str, Any] = {}
    if kind.startswith("application/json"):
        said = json.loads(response.content or b"{}")
        if isinstance(said, dict):
            code, message, data = str(said.get("code", code)), str(said.get("message", message)), said.get("data") or {}
    told = problem(response.status_code, code, message, data)
    for name in ("Retry-After", "Allow", "WWW-Authenticate", "Cache-Control"):
        if name in response.headers:
            told[name] = response.headers[name]
    return told


class ProblemDocuments:
    """Whatever answers below `/api/` with an error — no such address, a method, a host, a fault — answers with a problem document."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        return as_problem(response) if request.path.startswith(PREFIX) else response
