"""Text messages to people (短信发送): results that were sent, wait or failed, with masked numbers; and one sent again."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet, Value
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from yigui.casework.models import Resend
from yigui.casework.sent_messages import AGAIN_RIGHT, IN_STATE, STATES, readable, results_of, send_again
from yigui.shell.list_pages import list_page
from yigui.shell.lists import As, Chips, Column, Day, Listing, RowDeed, Tone
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right
from yigui.tasks.list_exports import declared

_TONES = {"failed": Tone.BAD, "waiting": Tone.HELD, "sent": Tone.DONE, "kept": Tone.OVER}


def _rows(user: User) -> "QuerySet[Any]":
    return results_of(user).annotate(may_open=Value(has_page_right(user, "cases")))


def _read(rows: list[Any]) -> list[Any]:
    """Each result with the message it became."""
    for row, message in zip(rows, readable(rows), strict=True):
        row.message = message
    return rows


def _ways(row: Any) -> str:
    tried = f"已试 {row.attempts} 次" if row.attempts > 1 else ""
    return "，".join(words for words in (row.message.ways, tried) if words)


def _again(resend: Resend) -> str:
    said = f"{timezone.localtime(resend.sent_at):%m-%d %H:%M} {resend.user.full_name}：{resend.reason}"
    return said if resend.is_taken else f"{said}（网关未接收）"


def _deed(user: User, row: Any) -> RowDeed | None:
    if not row.message.number or row.state == "waiting" or not has_page_right(user, AGAIN_RIGHT):
        return None
    return RowDeed(reverse("backoffice:message_again", args=[row.pk]), "再次发送", "再次发送的原因")


SENT_MESSAGES = declared(
    Listing(
        "sent-messages", "短信发送", "sent_messages", "backoffice:sent_messages", _rows,
        (
            Column("no", "编号", lambda row: str(row.pk), As.CODE, ("pk",), width=12),
            Column(
                "case", "办件", lambda row: row.case.case_no, As.CODE, note=lambda row: row.case.item_name,
                link=lambda row: reverse("backoffice:case", args=[row.case.case_no]) if row.may_open else "", width=40,
            ),
            Column("result", "结果", lambda row: row.get_result_display(), width=14),
            Column("number", "手机号", lambda row: row.message.number or "没有手机号", As.CODE, width=16),
            Column("state", "状态", lambda row: STATES[row.state], As.STATE, tone=lambda row: _TONES[row.state], note=_ways, width=26),
            Column("made", "产生", lambda row: row.created_at, As.MOMENT, ("pk",)),
            Column("again", "再次发送", lambda row: "；".join(_again(resend) for resend in row.message.again), width=40),
        ),
        ("-pk",),
        conditions=(Day("from", "产生自", "created_at__date__gte"), Day("until", "产生至", "created_at__date__lte")),
        chips=Chips("state", "状态", "state", lambda: STATES, lambda rows, state: rows.filter(IN_STATE[state])),
        begins="failed", deed=_deed, prepared=_read, nothing="没有未送达的短信。",
    )
)  # fmt: skip


@require_GET
@page_right("sent_messages")
def sent_messages(request: OfficerRequest) -> HttpResponse:
    """Results by state; those that did not arrive first asked for."""
    return list_page(request, SENT_MESSAGES, "backoffice/sent_messages.html")


@require_POST
@page_right(AGAIN_RIGHT)
def again(request: OfficerRequest, number: int) -> HttpResponse:
    """Send a result again, with a reason."""
    if send_again(number, user=request.user, reason=request.POST.get("reason", "")):
        messages.success(request, f"第 {number} 号办理结果已再次发送，原因已留存。")
    else:
        messages.error(request, f"短信网关没有接收第 {number} 号办理结果，已留存。请系统管理员检查网关后再次发送。")
    return redirect("backoffice:sent_messages")
