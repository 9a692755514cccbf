"""The list of a base declaration in a draft: a file becomes rows with verdicts; the good ones go into the form.

Rows are judged when they come in, and the verdict is kept beside the draft: its page shows what stood there then, with the hour. Before the
form is handed in the checks of the item judge the rows anew.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import trigger_client_event

from yigui.applying.door import Door
from yigui.applying.drafts import bound_draft, of_draft
from yigui.casework.drafts import keep_list, list_counts, list_verdict, returned_rows
from yigui.casework.models import Draft
from yigui.catalogue.declarations import Item
from yigui.common import clock
from yigui.common.errors import NotFound, YiguiError
from yigui.common.identifiers import widen_citizen_number
from yigui.common.tables import XLSX_TYPE
from yigui.common.texts import int_or_none
from yigui.documents.sheets import unread_said
from yigui.documents.tabular.columns import LEGEND_SAID
from yigui.levy.declare import (
    COLUMNS,
    JudgedRow,
    base_year_now,
    judge,
    merged_rows,
    missing_staff,
    read_wage_list,
    returned_workbook,
    template_workbook,
)
from yigui.registry.models import Employer
from yigui.shell.refused import refusal_said

#: Rows of each part that a page shows; the workbook has all that came back.
SHOWN = 100
#: What a second list does with the first.
HOW = frozenset({"merge", "replace"})


def has_list(item: Item) -> bool:
    """Whether a form takes the list of an employer's staff with their wages."""
    return any(f.name == "base_rows" for f in item.input_fields)


def list_context(draft: Draft, *, error: str = "") -> dict[str, Any]:
    """What stands in a draft's list, as it was judged when it came in, and the rows of the last file that came back: the same after an
    upload and when the page is opened again. `good_count` is None where no list has been sent yet."""
    kept = draft.form.get("base_rows") or []
    verdict = list_verdict(draft)
    if verdict is None and kept and draft.employer is not None:
        # A draft of before verdicts were kept.
        verdict = _verdict(
            draft.employer, _year_of(draft), judge(rows=kept, employer=draft.employer, year=_year_of(draft)), returned_rows(draft)
        )
    typed = int_or_none(str(draft.form.get("year") or ""))
    return {
        **_NO_LIST, **(verdict or {}), "error": error, "draft": draft,
        "other_year": typed if verdict is not None and typed not in (None, verdict["year"]) else None,
        "has_returned": bool(returned_rows(draft)),
    }  # fmt: skip


#: What a page shows where no list has been sent.
_NO_LIST: Mapping[str, Any] = {
    "good_count": None, "good": [], "bad": [], "bad_count": 0, "capped": [], "capped_count": 0, "rounded": [], "rounded_count": 0,
    "waiting_count": 0, "missing": [], "missing_count": 0, "missing_back_count": 0, "year": None, "at": "",
    "unread": [],
}  # fmt: skip


def _year_of(draft: Draft) -> int:
    assert draft.employer is not None
    return int_or_none(str(draft.form.get("year") or "")) or base_year_now(clock.today(), draft.employer.area_id)


def judge_anew(draft: Draft) -> None:
    """Judge the rows a draft begins with (of a case that was returned) and keep the verdict."""
    rows = draft.form.get("base_rows") or []
    if rows and draft.employer is not None:
        verdicts = judge(rows=rows, employer=draft.employer, year=_year_of(draft))
        verdict = _verdict(draft.employer, _year_of(draft), verdicts, [])
        keep_list(draft, {"base_rows": rows}, verdict=verdict, returned=[], aside=0, replaced=0, lines_in=len(rows))


def _verdict(employer: Employer, year: int, verdicts: Sequence[JudgedRow], back: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What a page says of judged rows and of those that came back, plain enough to be kept: counts, and the first rows of each part."""
    good = [v for v in verdicts if v.is_good]
    capped = [v for v in good if v.state == "capped"]
    rounded = [v for v in good if v.note]
    missing = missing_staff(verdicts, employer=employer, year=year)
    came_back = {str(row.get("id_number", "")) for row in back}
    # What no longer holds of a kept row (somebody has left since) is no less said than what never did.
    bad = [{"row_no": v.row_no, "person_name": v.name, "reason": v.sentence, "file": v.file} for v in verdicts if not v.is_good] + [
        {name: row.get(name, "") for name in ("row_no", "person_name", "reason", "file")} for row in back
    ]
    if len({row["file"] for row in bad}) < 2:
        # One file: its name would stand in every row.
        bad = [row | {"file": ""} for row in bad]
    return {
        "year": year, "at": clock.local(clock.now()).strftime("%m-%d %H:%M"),
        "good_count": len(good), "good": _shown(good), "bad": bad[:SHOWN], "bad_count": len(bad), "capped": _shown(capped),
        "capped_count": len(capped), "rounded": _shown(rounded), "rounded_count": len(rounded),
        "waiting_count": sum(v.state == "waiting" for v in good), "missing": [e.person.name for e in missing[:SHOWN]],
        "missing_count": len(missing), "missing_back_count": sum(e.person.id_number in came_back for e in missing),
    }  # fmt: skip


def _shown(rows: Sequence[JudgedRow]) -> list[dict[str, Any]]:
    return [{name: getattr(v, name) for name in ("row_no", "name", "declared_fen", "base_fen", "sentence")} for v in rows[:SHOWN]]


@of_draft
def upload(request: HttpRequest, door: Door, token: uuid.UUID) -> HttpResponse:
    """Judge every row of the file; keep the good rows in the draft's table, and beside it what is wrong with the others."""
    draft, item = bound_draft(door, token)
    if draft.employer is None or not has_list(item):
        raise YiguiError("本事项没有职工名册，请从单位页面发起年度缴费基数申报。")
    error = ""
    try:
        content = request.FILES.get("file")
        if content is None:
            raise YiguiError("请先选择名册文件（.xlsx、.xls、.ods 或 .csv）。")
        if (content.size or 0) > settings.FILE_SIZE_MAX:
            raise YiguiError(f"文件超过 {settings.FILE_SIZE_MAX // 1024 // 1024} MB，请分成几个文件。")
        kept, how = draft.form.get("base_rows") or [], request.POST.get("how", "")
        if kept and how not in HOW:
            raise YiguiError(f"草稿里已有 {len(kept)} 人的名册，请选择“并入已有名册”或“替换已有名册”后再上传；本次未做任何改动。")
        year = _year_of(draft)
        read = read_wage_list(content.read(), str(content.name))
        verdicts = judge(rows=read, employer=draft.employer, year=year)
        rows = [v.as_row() for v in verdicts if v.is_good]
        back = [_back(cells, v) for cells, v in zip(read, verdicts, strict=True) if v.state == "bad"]
        taken = [v for v in verdicts if v.is_good]
        lines_in, aside, replaced = len(read), sum(v.state == "aside" for v in verdicts), 0
        if kept and how == "merge":
            before = returned_rows(draft)
            named = {v.id_number for v in verdicts if v.id_number}
            # What came back of the earlier files still waits to be mended, but for whom this one names again.
            waiting = [row for row in before if widen_citizen_number(str(row.get("id_number", ""))) not in named]
            merged = merged_rows(kept, rows)
            was_aside, was_replaced = list_counts(draft)
            replaced = was_replaced + len(kept) + len(rows) - len(merged) + len(before) - len(waiting)
            lines_in += len(kept) + len(before) + was_aside + was_replaced
            rows, back, aside = merged, [*waiting, *back], aside + was_aside
            taken = judge(rows=rows, employer=draft.employer, year=year)
        unread = [unread_said(read.unread)] if read.unread else []
        unread += [f"第 {v.row_no} 行是{LEGEND_SAID}。" for v in verdicts if LEGEND_SAID in v.sentence]
        if kept and how == "merge":
            unread = list(dict.fromkeys([*(list_verdict(draft) or {}).get("unread", []), *unread]))
        verdict = _verdict(draft.employer, year, taken, back) | {"unread": unread}
        values = {"base_rows": rows, "year": str(year)}
        keep_list(draft, values, verdict=verdict, returned=back, aside=aside, replaced=replaced, lines_in=lines_in)
    except YiguiError as refused:
        error = refusal_said(request, refused)
    shown = render(
        request,
        "applying/includes/base_list.html",
        {"list": list_context(draft, error=error), "returned_at": door.names.list_returned},
    )
    return trigger_client_event(shown, "recheck")


def _back(cells: Mapping[str, Any], verdict: JudgedRow) -> dict[str, Any]:
    """A row that came back: its cells as they were read, its own place in the file, why, and what was rounded in it."""
    reason = "；".join(filter(None, (verdict.sentence, verdict.note)))
    return {**{c.name: cells.get(c.name, "") for c in COLUMNS}, "row_no": verdict.row_no, "file": verdict.file, "reason": reason}


@of_draft
def returned(request: HttpRequest, door: Door, token: uuid.UUID) -> HttpResponse:
    """The rows of the last file that came back, with their reasons, as a workbook that can be mended and sent again."""
    draft, item = bound_draft(door, token)
    rows = returned_rows(draft)
    if not has_list(item) or not rows:
        raise NotFound("这份草稿没有退回的行，请刷新页面后查看。")
    response = HttpResponse(returned_workbook(rows), content_type=XLSX_TYPE)
    response["Content-Disposition"] = 'attachment; filename="base-declaration-returned.xlsx"'
    return response


def template() -> HttpResponse:
    """An empty list to fill in."""
    response = HttpResponse(template_workbook(), content_type=XLSX_TYPE)
    response["Content-Disposition"] = 'attachment; filename="base-declaration.xlsx"'
    return response
