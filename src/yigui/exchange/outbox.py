"""The outbox (发件箱): what a partner must be told is written with the business and sent until it is taken.

A message has one id however often it is sent, and the partner counts it once. The order towards one partner is kept: while its
first message is not taken, the later ones wait.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from yigui.common import clock
from yigui.common.locks import Lock
from yigui.db.each import each
from yigui.exchange.asking import connected, post
from yigui.exchange.contracts import contracts
from yigui.exchange.models import OutMessage, Partner
from yigui.exchange.protocol import Malformed

TIMEOUT_SECONDS = 5
#: Waiting times between attempts, in seconds; the last one again and again.
PAUSES = (10, 30, 60, 300, 900, 3600)


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
    """A message that cannot be sent at all waits like one that was not taken; the other partners get theirs."""
    message = OutMessage.objects.select_for_update().filter(partner=partner, taken_at=None, refused="").order_by("id").first()
    if message is not None:
        message.attempts += 1
        message.next_try_at = clock.now() + dt.timedelta(seconds=PAUSES[min(message.attempts, len(PAUSES)) - 1])
        message.save(update_fields=["attempts", "next_try_at"])


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
        content, _ = post(
            partner,
            "/messages",
            {"kind": message.kind, "content": message.content},
            request_id=message.message_id,
            timeout=TIMEOUT_SECONDS,
        )
        if content.get("taken") is not True:
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


def send_again(number: int) -> None:
    """Put a refused or waiting message in line for an attempt now."""
    OutMessage.objects.filter(pk=number, taken_at=None).update(refused="", next_try_at=None)
