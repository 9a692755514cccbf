"""Results sent to people (结果短信) as those who look after them read it: sent, waiting, failed; and one sent again by a person."""

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from yigui.casework.errors import FeedbackMoved, ReasonMissing
from yigui.casework.feedback import ATTEMPTS_MAX, phone_of, text_of
from yigui.casework.models import Delivery, Feedback, Resend
from yigui.common import clock
from yigui.common.identifiers import mask_phone
from yigui.common.reasons import reason_of
from yigui.db.presence import act_as
from yigui.exchange.texts import send_text
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User
from yigui.staff.rights import has_page_right
from yigui.staff.scope import agencies_of, refuse_elsewhere

logger = logging.getLogger(__name__)
#: The page right of whoever may have a result sent again.
AGAIN_RIGHT = "sent_messages_again"
#: Whoever has just been sent a result is not sent it again by a second press.
PAUSE = dt.timedelta(minutes=10)

STATES: Mapping[str, str] = {"failed": "未送达", "waiting": "等待发送", "sent": "已发送", "kept": "只留在消息箱"}
_IS_SENT = Q(Exists(Delivery.objects.filter(feedback=OuterRef("pk"))))
_IS_OVER = Q(delivered_at__isnull=False)
#: What each state is, as a condition: a list is narrowed by it, and a row says it of itself.
IN_STATE: Mapping[str, Q] = {
    "waiting": Q(delivered_at=None),
    "failed": _IS_OVER & Q(attempts__gte=ATTEMPTS_MAX) & ~_IS_SENT,
    "kept": _IS_OVER & Q(attempts__lt=ATTEMPTS_MAX) & ~_IS_SENT,
    "sent": _IS_OVER & _IS_SENT,
}
_STATE = Case(*(When(condition, then=Value(state)) for state, condition in IN_STATE.items()))


@dataclass(frozen=True)
class Message:
    """One result on its way: the number it goes to (masked; "" where none is known), and who sent it again."""

    number: str
    ways: str
    again: tuple[Resend, ...]


def results_of(reader: User) -> QuerySet[Any]:
    """Results of cases of the agencies the reader looks after, each with its `state`."""
    rows = Feedback.objects.filter(case__agency__in=agencies_of(reader).values("pk")).annotate(state=_STATE)
    return rows.select_related("case__person", "case__employer", "case__login", "case__applicant")


def readable(rows: list[Any]) -> list[Message]:
    """These results (`results_of`) in words, in their order."""
    numbers = [row.pk for row in rows]
    ways: dict[int, list[str]] = {}
    for feedback_id, way in Delivery.objects.filter(feedback__in=numbers).order_by("id").values_list("feedback_id", "way"):
        ways.setdefault(feedback_id, []).append({"text": "短信", "mail": "邮件"}[way])
    again: dict[int, list[Resend]] = {}
    for resend in Resend.objects.filter(feedback__in=numbers).select_related("user").order_by("id"):
        again.setdefault(resend.feedback_id, []).append(resend)
    return [
        Message(mask_phone(phone_of(row.case)) if phone_of(row.case) else "",
                "、".join(ways.get(row.pk, ())), tuple(again.get(row.pk, ())))
        for row in rows
    ]  # fmt: skip


def send_again(number: int, *, user: User, reason: str) -> bool:
    """Send the text of a result once more, now; who, why and whether the gateway took it stay. Gives whether it did.

    Raises:
        NotAuthorised: not theirs to do, or another agency's. ReasonMissing: no reason. FeedbackMoved: it still waits to be sent, nobody's number is known, it has
        just been sent again, or there is none.
    """
    if not has_page_right(user, AGAIN_RIGHT):
        raise NotAuthorised("办理结果由系统管理员或科室负责人再次发送。")
    said = reason_of(reason, "请填写再次发送的原因，例如申请人来电称未收到", ReasonMissing)
    with transaction.atomic():
        rows = Feedback.objects.select_for_update(of=("self",)).filter(pk=number)
        found = rows.select_related("case__person", "case__employer", "case__login", "case__applicant", "case__agency").first()
        if found is None:
            raise FeedbackMoved(f"没有第 {number} 号办理结果，请刷新后查看。")
        refuse_elsewhere(user, found.case.agency, f"第 {number} 号办理结果")
        if found.delivered_at is None:
            raise FeedbackMoved(f"第 {number} 号办理结果正等待发送，一分钟内由系统发送，无需再次发送。")
        phone = phone_of(found.case)
        if not phone:
            raise FeedbackMoved(
                f"第 {number} 号办理结果没有可用的手机号，请先登记申请人的手机号，或告知申请人在原渠道的消息中查看。"
            )
        if found.resends.filter(sent_at__gt=clock.now() - PAUSE).exists():
            raise FeedbackMoved(f"第 {number} 号办理结果十分钟内已再次发送过，请稍后再试。")
        act_as(user)
        try:
            send_text(phone, text_of(found))
        except OSError:
            logger.exception("feedback %s sent again", found.pk)
            is_taken = False
        else:
            is_taken = True
        Resend.objects.create(feedback=found, user=user, reason=said, is_taken=is_taken)
    return is_taken
