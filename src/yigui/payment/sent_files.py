"""The payments of a file to the bank, or of a block of it, by the name the bank knows them by: for what it says of all of them at once."""

import re

from django.db import connection

from yigui.common.normalise import plain_code
from yigui.common.sqlfiles import named_sql
from yigui.ledger.declarations import FUND_OF
from yigui.payment.bank_files import FILE_MAX, payment_no
from yigui.payment.enums import PAY_KINDS
from yigui.payment.refund_files import refund_no
from yigui.registry.enums import INSURANCE_OF
from yigui.runs.models import Batch, BatchStatus

#: `YIGUI-<batch>-<file>` is a file (MsgId), with `-<insurance>-<area>` a block of it (PmtInfId), as `bank_files` writes them.
_NAME = re.compile(r"YIGUI-([1-9]\d{0,17})-([1-9]\d{0,8})(?:-(\d{1,5})-(\d{1,9}))?", re.ASCII)
_STATEMENTS = named_sql("payment", "sent_files")


def payments_of(message: str, block: str) -> list[str] | None:
    """The numbers of the payments a file or block carried, at most a file of them; None when no such file was sent.

    Args:
        message: the file's MsgId, "" where only the block is named.
        block: the block's PmtInfId, "" for the whole file.
    """
    whole, part = _NAME.fullmatch(plain_code(message).upper()), _NAME.fullmatch(plain_code(block).upper())
    if (message and (whole is None or whole[3])) or (block and (part is None or not part[3])):
        return None
    if whole and part and whole.groups()[:2] != part.groups()[:2]:
        return None
    name = part or whole
    batch = (
        Batch.objects.filter(pk=name[1], status=BatchStatus.EXECUTED, kind__in=(*PAY_KINDS, "refunds")).first() if name else None
    )
    if name is None or batch is None or (name[3] and not _fund(name[3])):
        return None
    values = {
        "batch": batch.pk, "file": int(name[2]), "size": FILE_MAX, "insurance": int(name[3]) if name[3] else None,
        "area": int(name[4]) if name[4] else None, "areas": str(int(name[4])) if name[4] else None, "fund": _fund(name[3]),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENTS["refunds" if batch.kind == "refunds" else "pay"], values)
        rows = cursor.fetchall()
    numbers = [refund_no(b, s) if batch.kind == "refunds" else payment_no(b, s, attempt) for b, s, attempt in rows]
    return numbers or None


def _fund(insurance: str | None) -> str | None:
    """The fund of an insurance's number in a name; None where there is none."""
    found = INSURANCE_OF.get(int(insurance)) if insurance else None
    return FUND_OF[found.value] if found else None
