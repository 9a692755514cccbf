"""A partner's message with rows is carried out once: the same again has the first answer, the same number with other content is told so."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection, transaction

from yigui.common.clock import CHINA
from yigui.common.digests import digest_of, sm3
from yigui.common.locks import Lock
from yigui.db.presence import act_as
from yigui.exchange.inbox import MessageReused
from yigui.exchange.models import InMessage, Partner
from yigui.staff.models import User

#: Characters of a number that is kept as it is; a longer one by its digest.
_NUMBER_MAX = 64


@transaction.atomic
def answered_once(
    *, partner: Partner, message_id: str, kind: str, content: Mapping[str, Any], take: Callable[[], dict[str, Any]], user: User
) -> dict[str, Any]:
    """The answer to a message: `take` is asked once, in this transaction; whatever it raises leaves no trace of the message.

    Args:
        content: all of it, as JSON: what makes two messages the same.
        user: the account of the partner's program, carrying its key.

    Raises:
        MessageReused: the number belongs to another content.
    """
    number = message_id if len(message_id) <= _NUMBER_MAX else sm3(message_id)
    digest = digest_of(dict(content))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [Lock.MESSAGE, f"{partner.code}|{number}"])
    known = InMessage.objects.filter(partner=partner, message_id=number).first()
    if known is None:
        result = take()
        act_as(user)
        InMessage.objects.create(
            partner=partner,
            message_id=number,
            kind=kind,
            digest=digest,
            content={"rows": len(content.get("rows", ()))},
            result=result,
        )
        return result
    if (known.kind, known.digest) != (kind, digest):
        raise MessageReused(
            f"报文号 {message_id} 已用于其他内容（{known.received_at.astimezone(CHINA):%Y-%m-%d} 接收），本次未做任何改动；请更换报文号后重新发送。"
        )
    return dict(known.result)
