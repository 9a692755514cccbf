"""One item for many employees by a list, at every door that takes lists: upload, verdicts row by row, and the good rows handed in."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from yigui.applying import list_tables, lists
from yigui.applying.door import Door
from yigui.casework.handlers import Place
from yigui.casework.models import ApplicationList
from yigui.catalogue.declarations import Item, catalogue
from yigui.catalogue.intake import intake_of
from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.common.tables import XLSX_TYPE
from yigui.common.texts import in_one
from yigui.registry.models import Employer
from yigui.shell.refused import refusal_said
from yigui.ui.requests import HtmxRequest

#: Rows handed in by one request: each request reads and writes the list once, whatever it hands in.
AT_A_TIME = 200
#: People a question of a list names.
NAMED = 10
#: Sentences of a question of a list that stand beside its box; all of them are in a workbook.
ASKED = 10
#: Rows of each part that a page shows; what came back is whole in its workbook.
SHOWN = 100


def address(door: Door, name: str, employer: Employer, code: str) -> str:
    """Where lists of an item for an employer are sent: at a staffed door the employer is named, at its own it is who signed in."""
    return reverse(name, kwargs={"code": code} | ({"unit_no": employer.unit_no} if door.is_staffed else {}))


def upload(request: HttpRequest, door: Door, item: Item, employer: Employer) -> HttpResponse:
    """Take a workbook and judge its rows."""
    today = clock.today()
    closed = lists.why_not_now(door, item, employer, today)
    earlier = lists.earlier_lists(door, item, employer)
    context = {
        "door": door, "login": door.login, "employer": employer, "item": item, "intake": intake_of(item, door.channel, today),
        "max": lists.ROWS_MAX, "papers": [catalogue().materials[code] for code in lists.papers_of(item)],
        "closed": closed.message if closed else "", "error": "", "earlier": earlier, "waiting_count": lists.waiting_in(earlier),
        "template_at": address(door, door.names.lists_template, employer, item.code),
    }  # fmt: skip
    if request.method == "GET":
        return render(request, "applying/list_upload.html", context)
    try:
        file = request.FILES.get("file")
        if file is None:
            raise YiguiError("请先选择名单文件（.xlsx、.xls、.ods 或 .csv）。")
        if (file.size or 0) > settings.FILE_SIZE_MAX:
            raise YiguiError(f"文件超过 {settings.FILE_SIZE_MAX // 1024 // 1024} MB，请分成几个文件。")
        kept = lists.read_list(
            door, item=item, employer=employer, content=file.read(), file_name=str(file.name), today=today, papers=_papers(request, item),
            how=request.POST.get("how", ""),
        )  # fmt: skip
    except YiguiError as refused:
        return render(request, "applying/list_upload.html", context | {"error": refusal_said(request, refused)}, status=422)
    return redirect(door.names.lists_show, token=kept.token)


def _papers(request: HttpRequest, item: Item) -> dict[str, tuple[str, bytes]]:
    """Name and content of the papers handed in with the list, by material code."""
    sent = {code: request.FILES.get(f"paper_{code}") for code in lists.papers_of(item)}
    return {code: (str(f.name), f.read(settings.FILE_SIZE_MAX + 1)) for code, f in sent.items() if isinstance(f, UploadedFile)}


def template(item: Item, employer: Employer) -> HttpResponse:
    """An empty list to fill in, with the choices of the employer's place."""
    return _workbook(list_tables.template_of(item, Place(employer.area_id, clock.today())), item.code)


def returned(request: HttpRequest, kept: ApplicationList) -> HttpResponse:
    """The rows that came back, with their reasons, as a workbook that can be mended and sent again; asked for what is to be agreed to, that."""
    if request.GET.get("of") == "asked":
        return _workbook(list_tables.asked_of(kept), f"{kept.item_code}-asked")
    return _workbook(list_tables.returned_of(kept, clock.today()), f"{kept.item_code}-returned")


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def show(request: HttpRequest, door: Door, kept: ApplicationList, *, status: int = 200, **more: Any) -> HttpResponse:
    """The rows with their verdicts."""
    context = _context(door, kept, is_running=bool(more.get("is_running")))
    return render(request, "applying/list.html", context | more, status=status)


def accept(request: HtmxRequest, door: Door, kept: ApplicationList) -> HttpResponse:
    """Hand the good rows in: some at a time where the page can go on by itself and show how far it is, else all."""
    confirmed, goes_on = tuple(request.POST.getlist("confirmed")), bool(request.htmx)
    limit = AT_A_TIME if goes_on else lists.ROWS_MAX
    try:
        kept = lists.accept_list(door, kept, confirmed=confirmed, today=clock.today(), limit=limit)
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
        return show(request, door, kept, status=422)
    if not goes_on:
        return redirect(door.names.lists_show, token=kept.token)
    return show(request, door, kept, is_running=True, confirmed=confirmed)


def add_papers(request: HttpRequest, door: Door, kept: ApplicationList, item: Item) -> HttpResponse:
    """Take a paper that was forgotten when the list was sent; the rows that need it are judged anew."""
    try:
        lists.add_papers(door, kept, papers=_papers(request, item), today=clock.today())
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
        return show(request, door, kept, status=422)
    messages.success(request, "材料已补传，名单已重新核对。")
    return redirect(door.names.lists_show, token=kept.token)


def _context(door: Door, kept: ApplicationList, *, is_running: bool) -> dict[str, Any]:
    by_state: dict[str, list[dict[str, Any]]] = {"good": [], "bad": [], "done": [], "aside": [], "moved": []}
    for row in kept.rows:
        # A row that only lacks a paper of the whole list is told of with that paper.
        if row["state"] != "bad" or row["sentences"]:
            by_state[row["state"]].append(row | {"said": in_one(row.get("sentences", ()))})
    finished = sum(row["is_finished"] for row in by_state["done"])
    moved = by_state["moved"][-1] if by_state["moved"] else None
    return {
        "door": door, "login": door.login, "list": kept, "item": catalogue().item(kept.item_code, clock.today()),
        "reminders": _reminders(kept), "finished_count": finished, "under_way": len(by_state["done"]) - finished,
        "settled_count": len(kept.rows) - len(by_state["good"]), "shown": SHOWN,
        "lacking": [(catalogue().materials[code], count) for code, count in lists.lacking(kept).items()],
        "again_at": address(door, door.names.lists, kept.employer, kept.item_code), "moved_to": moved["moved_to"] if moved else "",
        "is_merged": moved is not None and moved["how"] == "merge",
        "before": [] if is_running else [(one, _named(one.dropped)) for one in lists.left_behind(kept)],
        **{f"{state}_count": len(rows) for state, rows in by_state.items()}, **{state: rows[:SHOWN] for state, rows in by_state.items()},
        "is_running": is_running, "confirmed": (), "unread": lists.unread_in(kept),
    }  # fmt: skip


def _reminders(kept: ApplicationList) -> list[tuple[str, list[tuple[str, str]], int]]:
    """What is agreed to for the whole list: check, the first sentences of it with whom they are about, and of how many people the others are."""
    return [
        (
            check,
            [(text, f"涉及 {_named(names)}。") for text, names in list(texts.items())[:ASKED]],
            sum(len(names) for names in list(texts.values())[ASKED:]),
        )
        for check, texts in lists.reminders_of(kept).items()
    ]


def _named(names: Sequence[str]) -> str:
    """Some names, and how many there are where these are not all."""
    return f"{'、'.join(names[:NAMED])}{f' 等 {len(names)} 人' if len(names) > NAMED else ''}"
