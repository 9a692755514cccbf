"""The inbox (收件箱): a partner's message counts once, whatever the network does."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.db import models, transaction

from yigui.common import clock
from yigui.common.digests import digest_of
from yigui.common.errors import Conflict, Forbidden, YiguiError
from yigui.common.identifiers import widen_citizen_number
from yigui.common.normalise import plain_identity, plain_name, read_day
from yigui.db.presence import act_as
from yigui.exchange.contracts import contracts
from yigui.exchange.import_records import DEATHS, LIFE_SIGNS, RecordFile, held_numbers, unknown
from yigui.exchange.import_registrations import REGISTRATIONS
from yigui.exchange.models import InMessage, Partner
from yigui.exchange.said_of_records import against_record
from yigui.staff.models import User

#: Fields that are days.
_DAYS = frozenset({"AIC037", "AAE036", "ACC031"})
_SPECS: Mapping[str, RecordFile] = {"employment_registration": REGISTRATIONS, "death": DEATHS, "life_sign": LIFE_SIGNS}


class MessageReused(Conflict):
    code = "exchange.message_reused"


def take_message(
    *, partner: Partner, message_id: str, kind: str, content: Mapping[str, Any], user: User
) -> tuple[dict[str, Any], bool]:
    """Take a message; gives the answer and whether it is new. The same message again gives the first answer and does nothing.

    The answer says how it stands, as the receipt of a file does: `known` where another message or file had said it, `noted` (word and sentence)
    where it waits for a person or is about nobody here.

    Args:
        user: the account of the partner's program, carrying its key: the database takes a message from nobody else.

    Raises:
        Forbidden: this partner may not send this kind.
        MessageReused: the id belongs to another content.
        YiguiError: a field is missing or wrong; the sentence says which.
    """
    agreed = contracts().takes.get(kind)
    if agreed is None or agreed.department != partner.code:
        raise Forbidden(f"没有约定接收贵单位的“{kind}”报文，请与经办机构联系。")
    for name in content.keys() - agreed.fields.keys():
        if said := against_record(_SPECS[kind].kind, str(name), str(content[name])):
            raise YiguiError(f"{said}，报文未接收。")
    values = {name: str(content.get(name, "")).strip() for name in agreed.fields}
    digest = digest_of(values)
    values = _plain(values)
    with transaction.atomic():
        message, is_new = InMessage.objects.filter(partner=partner, message_id=message_id).first(), False
        if message is None:
            record, result = _judged(_SPECS[kind], values)
            act_as(user)
            message, is_new = InMessage.objects.get_or_create(
                partner=partner,
                message_id=message_id,
                defaults={"kind": kind, "digest": digest, "content": values, "result": result},
            )
            if is_new:
                record.message = message  # type: ignore[attr-defined]
                type(record)._default_manager.bulk_create([record], ignore_conflicts=True)
        if (message.kind, message.digest) != (kind, digest):
            raise MessageReused(f"报文编号 {message_id} 已用于另一份内容，请更换编号后重新发送。")
    return dict(message.result), is_new


def _plain(values: Mapping[str, str]) -> dict[str, str]:
    """The message as it is kept: numbers widened, names and days plain, so that its record says what it says; what cannot be read stays."""
    found = dict(values)
    if "AAC002" in found:
        found["AAC002"] = widen_citizen_number(found["AAC002"])
    if "AAC003" in found:
        found["AAC003"] = plain_name(found["AAC003"])
    if "AAB998" in found:
        found["AAB998"] = plain_identity(found["AAB998"])
    for name in _DAYS & found.keys():
        with suppress(ValueError):
            found[name] = read_day(found[name]).isoformat()
    return found


def _judged(spec: RecordFile, values: Mapping[str, str]) -> tuple[models.Model, dict[str, Any]]:
    """The record a message makes, and what it is answered."""
    blank = [label for name, label in spec.columns.items() if not values.get(name)]
    sentence = f"缺少：{'、'.join(blank)}" if blank else spec.fault(values, clock.today(), held_numbers([values.get("AAC002", "")]))
    if sentence:
        raise YiguiError(f"{sentence}，报文未接收。")
    record = spec.model(**spec.record(values))
    if not unknown(spec, [record]):
        return record, {"taken": True, "known": True}
    # As the one row of a file; a message has none.
    noted = spec.judge([spec.model(**spec.record(values), row_no=1)]).get(1)
    return record, {"taken": True, "noted": [noted.word, noted.sentence]} if noted else {"taken": True}
