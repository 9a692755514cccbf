"""The list of a base declaration in a draft: a file becomes rows with verdicts; the good ones go into the form."""

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import trigger_client_event

from yigui.applying.door import Door
from yigui.applying.drafts import bound_draft, of_draft
from yigui.casework.drafts import keep_form
from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.levy.declare import base_year_now, judge, missing_staff, read_wage_list, template_workbook
from yigui.shell.refused import refusal_said

SHOWN = 500


@of_draft
def upload(request: HttpRequest, door: Door, token: uuid.UUID) -> HttpResponse:
    """Judge every row of the file; keep the good rows in the draft's table; show what is wrong with the others."""
    draft, item = bound_draft(door, token)
    if draft.employer is None or not any(f.name == "base_rows" for f in item.input_fields):
        raise YiguiError("本事项没有职工名册，请从单位页面发起年度缴费基数申报。")
    context: dict[str, object] = {
        "draft": draft, "bad": [], "capped": [], "good_count": None, "bad_count": 0, "missing": [], "error": "",
    }  # fmt: skip
    try:
        content = request.FILES.get("file")
        if content is None:
            raise YiguiError("请先选择名册文件（.xlsx 或 .csv）。")
        if (content.size or 0) > settings.FILE_SIZE_MAX:
            raise YiguiError(f"文件超过 {settings.FILE_SIZE_MAX // 1024 // 1024} MB，请分成几个文件。")
        year = int(draft.form.get("year") or base_year_now(clock.today(), draft.employer.area_id))
        verdicts = judge(rows=read_wage_list(content.read(), str(content.name)), employer=draft.employer, year=year)
        good = [v for v in verdicts if v.is_good]
        keep_form(draft, draft.form | {"base_rows": [v.as_row() for v in good], "year": str(year)})
        context |= {
            "bad": [v for v in verdicts if not v.is_good][:SHOWN], "capped": [v for v in good if v.state == "capped"][:SHOWN],
            "good_count": len(good), "bad_count": len(verdicts) - len(good),
            "missing": missing_staff(verdicts, employer=draft.employer, year=year),
        }  # fmt: skip
    except YiguiError as refused:
        context["error"] = refusal_said(request, refused)
    return trigger_client_event(render(request, "applying/includes/base_list.html", context), "recheck")


def template() -> HttpResponse:
    """An empty list to fill in."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(template_workbook(), content_type=kind)
    response["Content-Disposition"] = 'attachment; filename="base-declaration.xlsx"'
    return response
