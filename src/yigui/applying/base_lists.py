"""The list of a base declaration in a draft: a file becomes rows with verdicts; the good ones go into the form."""

import base64
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
from yigui.common.tables import XLSX_TYPE
from yigui.levy.declare import (
    base_year_now,
    judge,
    merged_rows,
    missing_staff,
    read_wage_list,
    returned_workbook,
    template_workbook,
)
from yigui.shell.refused import refusal_said

SHOWN = 500
#: What a second list does with the first.
HOW = frozenset({"merge", "replace"})


@of_draft
def upload(request: HttpRequest, door: Door, token: uuid.UUID) -> HttpResponse:
    """Judge every row of the file; keep the good rows in the draft's table; show what is wrong with the others."""
    draft, item = bound_draft(door, token)
    if draft.employer is None or not any(f.name == "base_rows" for f in item.input_fields):
        raise YiguiError("本事项没有职工名册，请从单位页面发起年度缴费基数申报。")
    context: dict[str, object] = {
        "draft": draft, "bad": [], "capped": [], "noted": [], "good_count": None, "kept_count": 0, "bad_count": 0, "missing": [],
        "waiting_count": 0, "returned": "", "error": "",
    }  # fmt: skip
    try:
        content = request.FILES.get("file")
        if content is None:
            raise YiguiError("请先选择名册文件（.xlsx、.xls、.ods 或 .csv）。")
        if (content.size or 0) > settings.FILE_SIZE_MAX:
            raise YiguiError(f"文件超过 {settings.FILE_SIZE_MAX // 1024 // 1024} MB，请分成几个文件。")
        kept, how = draft.form.get("base_rows") or [], request.POST.get("how", "")
        if kept and how not in HOW:
            raise YiguiError(f"草稿里已有 {len(kept)} 人的名册，请选择“并入已有名册”或“替换已有名册”后再上传；本次未做任何改动。")
        year = int(draft.form.get("year") or base_year_now(clock.today(), draft.employer.area_id))
        read = read_wage_list(content.read(), str(content.name))
        verdicts = judge(rows=read, employer=draft.employer, year=year)
        good, bad = [v for v in verdicts if v.is_good], [v for v in verdicts if v.state == "bad"]
        rows = [v.as_row() for v in good]
        rows = merged_rows(kept, rows) if kept and how == "merge" else rows
        back = [{**cells, "reason": v.sentence} for cells, v in zip(read, verdicts, strict=True) if v.state == "bad"]
        keep_form(draft, draft.form | {"base_rows": rows, "year": str(year)})
        listed = {str(row["id_number"]) for row in rows}
        context |= {
            "bad": bad[:SHOWN], "capped": [v for v in good if v.state == "capped"][:SHOWN], "good_count": len(rows),
            "kept_count": len(rows) - len(good), "bad_count": len(bad), "waiting_count": sum(v.state == "waiting" for v in good),
            "returned": _as_link(returned_workbook(back)) if back else "",
            "noted": [v for v in good if v.state == "good" and v.sentence][:SHOWN],
            "missing": [e for e in missing_staff(verdicts, employer=draft.employer, year=year) if e.person.id_number not in listed],
        }  # fmt: skip
    except YiguiError as refused:
        context["error"] = refusal_said(request, refused)
    return trigger_client_event(render(request, "applying/includes/base_list.html", context), "recheck")


def _as_link(content: bytes) -> str:
    """A workbook as the address of a link: rows that came back are kept nowhere but on the page that tells of them."""
    return f"data:{XLSX_TYPE};base64,{base64.b64encode(content).decode()}"


def template() -> HttpResponse:
    """An empty list to fill in."""
    response = HttpResponse(template_workbook(), content_type=XLSX_TYPE)
    response["Content-Disposition"] = 'attachment; filename="base-declaration.xlsx"'
    return response
