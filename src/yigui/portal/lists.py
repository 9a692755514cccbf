"""One item for many employees by a list: upload, verdicts row by row, and the good rows handed in."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yigui.applying import lists
from yigui.casework.application import item_in_force
from yigui.casework.models import ApplicationList
from yigui.catalogue.declarations import Item, catalogue
from yigui.catalogue.intake import intake_of
from yigui.common import clock
from yigui.common.errors import NotFound, YiguiError
from yigui.common.tables import XLSX_TYPE
from yigui.common.texts import in_one
from yigui.identity.models import UnitLogin
from yigui.identity.places import channel_of, here
from yigui.portal.applying import door_of, form_page, items_for
from yigui.shell.refused import refusal_said
from yigui.ui.requests import HtmxRequest

#: Rows handed in by one request.
AT_A_TIME = 25


def _item(request: HttpRequest, login: UnitLogin, code: str) -> Item:
    if code not in {item.code for item in items_for(login, channel_of(request)) if lists.is_for_lists(item)}:
        raise NotFound("这项业务不能用名单办理，或您的账号没有权限，请逐人申报或联系本单位管理员。")
    return item_in_force(code, clock.today())


@require_http_methods(["GET", "POST"])
@form_page
def upload(request: HttpRequest, login: UnitLogin, code: str) -> HttpResponse:
    """Take a workbook and judge its rows."""
    item, today = _item(request, login, code), clock.today()
    context = {
        "login": login, "item": item, "intake": intake_of(item, channel_of(request), today), "max": lists.ROWS_MAX,
        "papers": [catalogue().materials[code] for code in lists.papers_of(item)], "error": "",
    }  # fmt: skip
    if request.method == "GET":
        return render(request, "portal/list_upload.html", context)
    try:
        file = request.FILES.get("file")
        if file is None:
            raise YiguiError("请先选择名单文件（.xlsx、.xls、.ods 或 .csv）。")
        if (file.size or 0) > settings.FILE_SIZE_MAX:
            raise YiguiError(f"文件超过 {settings.FILE_SIZE_MAX // 1024 // 1024} MB，请分成几个文件。")
        kept = lists.read_list(
            door_of(request, login), item=item, employer=login.employer, content=file.read(), file_name=str(file.name), today=today,
            papers=_papers(request, item),
        )  # fmt: skip
    except YiguiError as refused:
        return render(request, "portal/list_upload.html", context | {"error": refusal_said(request, refused)}, status=422)
    return redirect(here(request, "list", token=kept.token))


def _papers(request: HttpRequest, item: Item) -> dict[str, tuple[str, bytes]]:
    """Name and content of the papers handed in with the list, by material code."""
    sent = {code: request.FILES.get(f"paper_{code}") for code in lists.papers_of(item)}
    return {code: (str(f.name), f.read(settings.FILE_SIZE_MAX + 1)) for code, f in sent.items() if isinstance(f, UploadedFile)}


@require_GET
@form_page
def template(request: HttpRequest, login: UnitLogin, code: str) -> HttpResponse:
    """An empty list to fill in."""
    response = HttpResponse(lists.template_of(_item(request, login, code), clock.today()), content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{code}.xlsx"'
    return response


@require_GET
@form_page
def show(request: HttpRequest, login: UnitLogin, token: uuid.UUID) -> HttpResponse:
    """The rows with their verdicts."""
    return render(request, "portal/list.html", _context(login, _own(request, login, token)))


@require_GET
@form_page
def returned(request: HttpRequest, login: UnitLogin, token: uuid.UUID) -> HttpResponse:
    """The rows that came back, with their reasons, as a workbook that can be mended and sent again."""
    kept = _own(request, login, token)
    response = HttpResponse(lists.returned_of(kept, clock.today()), content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{kept.item_code}-returned.xlsx"'
    return response


@require_POST
@form_page
def accept(request: HtmxRequest, login: UnitLogin, token: uuid.UUID) -> HttpResponse:
    """Hand the good rows in: some at a time where the page can go on by itself and show how far it is, else all."""
    kept = _own(request, login, token)
    _item(request, login, kept.item_code)
    confirmed, goes_on = tuple(request.POST.getlist("confirmed")), bool(request.htmx)
    try:
        kept = lists.accept_list(
            door_of(request, login), kept, confirmed=confirmed, today=clock.today(), limit=AT_A_TIME if goes_on else lists.ROWS_MAX
        )
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
        return render(request, "portal/list.html", _context(login, kept), status=422)
    if not goes_on:
        return redirect(here(request, "list", token=token))
    return render(request, "portal/list.html", _context(login, kept) | {"is_running": True, "confirmed": confirmed})


@require_POST
@form_page
def papers(request: HttpRequest, login: UnitLogin, token: uuid.UUID) -> HttpResponse:
    """Take a paper that was forgotten when the list was sent; the rows that need it are judged anew."""
    kept = _own(request, login, token)
    item = _item(request, login, kept.item_code)
    try:
        lists.add_papers(door_of(request, login), kept, papers=_papers(request, item), today=clock.today())
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
        return render(request, "portal/list.html", _context(login, kept), status=422)
    messages.success(request, "材料已补传，名单已重新核对。")
    return redirect(here(request, "list", token=token))


def _own(request: HttpRequest, login: UnitLogin, token: uuid.UUID) -> ApplicationList:
    return lists.my_list(door_of(request, login).operator, token, login)


#: Rows of each part that a page shows; what came back is whole in its workbook.
SHOWN = 100


def _context(login: UnitLogin, kept: ApplicationList) -> dict[str, object]:
    by_state: dict[str, list[dict[str, Any]]] = {"good": [], "bad": [], "done": [], "aside": []}
    for row in kept.rows:
        # A row that only lacks a paper of the whole list is told of with that paper.
        if row["state"] != "bad" or row["sentences"]:
            by_state[row["state"]].append(row | {"said": in_one(row.get("sentences", ()))})
    finished = sum(row["is_finished"] for row in by_state["done"])
    return {
        "login": login, "list": kept, "item": catalogue().item(kept.item_code, clock.today()), "reminders": lists.reminders_of(kept),
        "finished_count": finished, "under_way": len(by_state["done"]) - finished,
        "settled_count": len(kept.rows) - len(by_state["good"]), "shown": SHOWN,
        "lacking": [(catalogue().materials[code], count) for code, count in lists.lacking(kept).items()],
        **{f"{state}_count": len(rows) for state, rows in by_state.items()}, **{state: rows[:SHOWN] for state, rows in by_state.items()},
        "is_running": False, "confirmed": (),
    }  # fmt: skip
