"""Lists taken out of the house (导出清单): one's own with what stands in their way; for audit, everybody's."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from yigui.common.tables import XLSX_TYPE
from yigui.staff.models import DataExport
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right
from yigui.staff.scope import own_areas
from yigui.tasks.exports import label_of, take_export, why_not_take

ROWS_MAX = 100


@require_GET
@page_right("exports")
def exports(request: OfficerRequest) -> HttpResponse:
    """What one has asked for, and may take now; audit sees what everybody took, and takes none of it."""
    rows = DataExport.objects.select_related("user").order_by("-id")
    sees_all = has_page_right(request.user, "view_log") and request.GET.get("all") == "1"
    rows = rows.filter(user__agency__area_id__in=own_areas(request.user)) if sees_all else rows.filter(user=request.user)
    shown = [(row, label_of(row.kind), why_not_take(row, request.user)) for row in rows[:ROWS_MAX]]
    context = {"rows": shown, "sees_all": sees_all, "may_see_all": has_page_right(request.user, "view_log")}
    return render(request, "backoffice/exports.html", context)


@require_POST
@page_right("exports")
def take(request: OfficerRequest, number: int) -> HttpResponse:
    """Download a list; by POST, since it is counted."""
    name, content = take_export(user=request.user, number=number)
    response = HttpResponse(content, content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
