"""The outbox (发件箱): what a partner must be told is written with the business and sent until it is taken.

A message has one id however often it is sent, and the partner counts it once. The order towards one partner is kept: while its
first message is not taken, the later ones wait. One that the partner refuses, or that our own program cannot send (搁置), makes way for
them and waits for a person, who has it sent again or drops it with a reason.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from yigui.common import clock
from yigui.common.errors import Forbidden
from yigui.common.locks import Lock
from yigui.common.reasons import reason_of
from yigui.db.each import each
from yigui.db.faults import is_passing
from yigui.db.presence import act_as
from yigui.exchange.asking import connected, post, question_to
from yigui.exchange.contracts import contracts
from yigui.exchange.errors import MessageMoved, ReasonMissing
from yigui.exchange.models import OutMessage, Partner
from yigui.exchange.protocol import Malformed
from yigui.exchange.queries import standing_messages, standing_messages_of
from yigui.staff.models import User

TIMEOUT_SECONDS = 5
#: Waiting times between attempts, in seconds; the last one again and again.
PAUSES = (10, 30, 60, 300, 900, 3600)
#: Attempts that failed in our own program, not at the partner, before a message makes way for those behind it.
FAULTS_MAX = 5
#: What stands on such a message; nothing of the error itself, which may hold data of a person, and is in the log.
SET_ASIDE = f"连续 {FAULTS_MAX} 次发送均在本系统出错，已搁置，后面的报文照常发送。请系统管理员查看运行日志，处理后重新发送，或注明原因不再发送。"


def tell(item_code: str, content: Mapping[str, Any]) -> int:
    """Write what partners are to be told of a finished item, in the caller's transaction; gives how many messages."""
    rows = [
        OutMessage(message_id=uuid.uuid4(), partner_id=told.department, kind=told.kind, content=dict(content))
        for told in contracts().tells
        if item_code in told.items and connected(told.department) is not None
    ]
    OutMessage.objects.bulk_create(rows)
    return len(rows)


def send_waiting(limit: int = 500) -> int:
    """Send what is due, partner by partner, in order; gives how many were taken. One sender at a time."""
    partners = Partner.objects.filter(is_active=True).exclude(base_url="")
    taken: list[Partner] = []

    def send_to(partner: Partner) -> None:
        while len(taken) < limit and _send_next(partner):
            taken.append(partner)

    each(partners, send_to, job="exchange.send_waiting", mark=_put_off)
    return len(taken)


@transaction.atomic
def _put_off(partner: Partner, error: Exception) -> None:
    """A message our program fails on waits like one that was not taken, and after `FAULTS_MAX` times it is set aside.

    A fault of the database passes by itself and is not counted against the message.
    """
    message = OutMessage.objects.select_for_update().filter(partner=partner, taken_at=None, refused="").order_by("id").first()
    if message is None:
        return
    message.attempts += 1
    message.next_try_at = clock.now() + dt.timedelta(seconds=PAUSES[min(message.attempts, len(PAUSES)) - 1])
    if not is_passing(error):
        message.faults += 1
        if message.faults >= FAULTS_MAX:
            message.refused = SET_ASIDE
    message.save(update_fields=["attempts", "next_try_at", "faults", "refused"])


@transaction.atomic
def _send_next(partner: Partner) -> bool:
    """Send the first waiting message; True when it was dealt with and the next may go."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))", [Lock.OUTBOX, partner.code])
        if not cursor.fetchone()[0]:
            return False
    message = OutMessage.objects.filter(partner=partner, taken_at=None, refused="").order_by("id").first()
    if message is None or (message.next_try_at is not None and message.next_try_at > clock.now()):
        return False
    message.attempts += 1
    try:
        told = question_to(partner, "/messages", {"kind": message.kind, "content": message.content}, message.message_id)
        if post(partner, told, timeout=TIMEOUT_SECONDS).content.get("taken") is not True:
            raise Malformed("taken")
    except (OSError, Malformed) as error:
        pause = PAUSES[min(message.attempts, len(PAUSES)) - 1]
        message.next_try_at = clock.now() + dt.timedelta(seconds=pause)
        if isinstance(error, Malformed) and str(error).startswith("4"):
            message.refused = f"对方拒收（{error}），请核对约定后重新发送。"
        message.save(update_fields=["attempts", "next_try_at", "refused"])
        return False
    message.taken_at = clock.now()
    message.save(update_fields=["attempts", "taken_at"])
    return True


def send_again(number: int, *, user: User) -> None:
    """Put a refused or set-aside message in line for an attempt now.

    Raises:
        Forbidden: it is about a case of another area.
        MessageMoved: taken or dropped meanwhile, or none of this number.
    """
    _refuse_foreign(number, user)
    if not _open(number).update(refused="", faults=0, next_try_at=None):
        raise MessageMoved(f"第 {number} 号报文对方已收讫或已不再发送，无需重新发送。")


@transaction.atomic
def drop(number: int, *, user: User, reason: str) -> None:
    """Give up a message that stands refused or set aside (不再发送); who and why stay on it.

    Raises:
        ReasonMissing: no reason. Forbidden: it is about a case of another area.
        MessageMoved: it is not standing still: taken, dropped, or in line again.
    """
    said = reason_of(reason, f"请填写第 {number} 号报文不再发送的原因，例如已用其他方式告知对方", ReasonMissing)
    _refuse_foreign(number, user)
    waiting = _open(number).exclude(refused="")
    act_as(user)
    if not waiting.update(dropped_at=clock.now(), dropped_by=user, drop_reason=said):
        raise MessageMoved(f"第 {number} 号报文不在被拒收或搁置的状态，不能改为不再发送，请刷新后查看。")


def _refuse_foreign(number: int, user: User) -> None:
    """Refuse a message that stands still and that another agency answers for; the database says the same where one is given up."""
    if standing_messages().filter(pk=number).exists() and not standing_messages_of(user).filter(pk=number).exists():
        raise Forbidden(f"第 {number} 号报文所涉办件属于其他地区，由该地区或市级经办机构的人员处理。")


def _open(number: int) -> QuerySet[OutMessage]:
    return OutMessage.objects.filter(pk=number, taken_at=None, dropped_at=None)
