"""A teller's own drafts (我的草稿), all of them: what was begun and not handed in, to be gone on with or thrown away."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from yigui.casework.drafts import drafts_of
from yigui.catalogue.declarations import catalogue
from yigui.common import clock
from yigui.common.identifiers import mask_name
from yigui.shell.list_pages import list_page
from yigui.shell.lists import As, Choice, Column, Listing
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.tasks.list_exports import declared


def _rows(user: User) -> "QuerySet[Any]":
    return drafts_of(user).select_related("person", "employer", "case")


def _subject(draft: Any) -> str:
    if draft.person is not None:
        return mask_name(draft.person.name)
    return str(draft.employer.name) if draft.employer is not None else ""


def _item(draft: Any) -> str:
    return f"{draft.item_code} {catalogue().item(draft.item_code, clock.today()).name}"


def _items(user: User) -> list[tuple[str, str]]:
    return [(item.code, f"{item.code} {item.name}") for item in catalogue().items(clock.today())]


DRAFTS = declared(
    Listing(
        "drafts", "我的草稿", "counter", "counter:drafts", _rows,
        (
            Column("no", "草稿", lambda d: f"第 {d.pk} 号", As.CODE, ("pk",), link=lambda d: reverse("counter:draft", args=[d.token]), width=12),
            Column("item", "事项", _item, sort=("item_code",), width=40),
            Column("subject", "对象", _subject, width=26),
            Column("case", "补正办件", lambda d: d.case.case_no if d.case else "", As.CODE, width=26),
            Column("saved", "最后保存", lambda d: d.updated_at, As.MOMENT, ("updated_at",)),
        ),
        ("-updated_at",),
        conditions=(Choice("item", "事项", _items, lambda rows, code: rows.filter(item_code=code)),),
        nothing="没有未提交的草稿。",
    )
)  # fmt: skip


@require_GET
@page_right("counter")
def drafts(request: OfficerRequest) -> HttpResponse:
    """Every draft of the teller's own, newest first; each is opened, gone on with or thrown away on its own page."""
    return list_page(request, DRAFTS)
