"""Files of partners (数据接收): registrations, deaths, traces of life, prison terms."""

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from yigui.common import clock
from yigui.common.errors import NotFound, YiguiError
from yigui.exchange.import_records import import_records, take_elsewhere
from yigui.exchange.import_registrations import RECORD_FILES
from yigui.exchange.models import InboundFile, Partner
from yigui.exchange.noted_messages import noted_messages
from yigui.shell.refused import refusal_said
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.staff.scope import is_at_city, own_areas


@require_http_methods(["GET", "POST"])
@page_right("imports")
def imports(request: OfficerRequest) -> HttpResponse:
    """Take a partner's file in (registrations, deaths, traces of life); show the receipts of earlier ones and the messages that came to nothing yet."""
    if request.method == "POST":
        upload = request.FILES.get("file")
        partner = Partner.objects.filter(pk=request.POST.get("partner", ""), is_active=True).first()
        try:
            if upload is None or partner is None:
                raise YiguiError("请选择报送单位和文件。")
            if (upload.size or 0) > settings.FILE_SIZE_MAX:
                raise YiguiError(f"文件超过 {settings.FILE_SIZE_MAX // 1024 // 1024} MB 上限，请分成几个文件。")
            spec = RECORD_FILES.get(request.POST.get("kind", ""))
            if spec is None:
                raise YiguiError("请选择数据类别。")
            receipt = import_records(
                spec, content=upload.read(), file_name=str(upload.name), partner=partner, user=request.user, today=clock.today()
            )
            messages.success(
                request,
                f"回执 {receipt.pk} 号：{receipt.said}",
            )
            return redirect("backoffice:imports")
        except YiguiError as refused:
            messages.error(request, refusal_said(request, refused))
    # The lines of a file are about people of every county: whoever took it in reads them, and the city, which answers for all. A message is about one.
    sees_all = is_at_city(request.user)
    receipts = InboundFile.objects.select_related("partner", "received_by", "continued").order_by("-id")[:30]
    # However old: what waits for the city is not lost behind newer files.
    elsewhere = (
        InboundFile.objects.filter(continued=None).exclude(elsewhere=[]).select_related("partner").order_by("id")[:30]
        if sees_all
        else []
    )
    context = {
        "noted_messages": noted_messages(30, None if sees_all else own_areas(request.user)),
        "receipts": [(receipt, sees_all or receipt.received_by_id == request.user.pk) for receipt in receipts],
        "elsewhere": elsewhere,
        "partners": Partner.objects.filter(is_active=True)[:50], "specs": list(RECORD_FILES.values()),
    }  # fmt: skip
    return render(request, "backoffice/imports.html", context)


@require_POST
@page_right("imports")
def take_lines(request: OfficerRequest, number: int) -> HttpResponse:
    """Take the lines of a county's file that other areas answer for (待市级接收的行)."""
    try:
        with transaction.atomic():
            file = InboundFile.objects.select_related("partner").filter(pk=number).first()
            if file is None:
                raise NotFound(f"没有 {number} 号收文回执。")
            taken = take_elsewhere(RECORD_FILES[file.kind], file=file, user=request.user, today=clock.today())
        messages.success(request, f"回执 {taken.pk} 号：{taken.said}")
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
    return redirect("backoffice:imports")
