"""Files of partners (数据接收): registrations, deaths, traces of life, prison terms."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.exchange.import_records import DEATHS, LIFE_SIGNS, PRISON, import_records
from yigui.exchange.import_registrations import REGISTRATIONS
from yigui.exchange.models import InboundFile, Partner
from yigui.shell.refused import refusal_said
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right

#: Files that are taken in on the page, by the kind of the form.
RECORD_FILES = {str(spec.kind): spec for spec in (REGISTRATIONS, DEATHS, LIFE_SIGNS, PRISON)}


@require_http_methods(["GET", "POST"])
@page_right("imports")
def imports(request: OfficerRequest) -> HttpResponse:
    """Take a partner's file in (registrations, deaths, traces of life); show the receipts of earlier ones."""
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
                f"回执 {receipt.pk} 号：{receipt.row_count} 行，入库 {receipt.accepted_count} 行，退回 {len(receipt.rejected)} 行。",
            )
            return redirect("backoffice:imports")
        except YiguiError as refused:
            messages.error(request, refusal_said(request, refused))
    context = {
        "receipts": InboundFile.objects.select_related("partner", "received_by").order_by("-id")[:30],
        "partners": Partner.objects.filter(is_active=True)[:50], "specs": list(RECORD_FILES.values()),
    }  # fmt: skip
    return render(request, "backoffice/imports.html", context)
