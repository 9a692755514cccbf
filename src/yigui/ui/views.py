"""Pages that belong to no channel: refusals and faults."""

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yigui.ui.unavailable import is_passing, unavailable


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(
        request,
        "ui/refusal.html",
        {"title": "没有找到", "message": "页面或记录不存在，请核对地址或编号。", "code": "not_found", "before": ""},
        status=404,
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Called by Django while the exception is being handled: one that passes by itself is no fault of the page's."""
    error = sys.exc_info()[1]
    if error is not None and is_passing(error):
        return unavailable(request, error)
    message = "系统发生错误，本次操作未生效，已记录日志。请稍后重试；仍不成功的，请把出错时间告知系统管理员。"
    return render(request, "ui/refusal.html", {"title": "系统错误", "message": message, "code": "error", "before": ""}, status=500)
