"""Reversals of the bank (冲正): a debit that undoes a credit of before.

Within one file the two cancel each other: neither is booked, both stand among the lines of the account. A credit of an earlier file is found
by its reference in what the bank says, or as the only one of its amount and party; its undoing is a batch of three people (`reversal_run`),
for accounts and bills go back with it.
"""

import re
from typing import Any

from django.db import connection

from yigui.common.sqlfiles import named_sql
from yigui.exchange.receipt_rows import is_reference
from yigui.receipts.enums import Cause, Fate

_SQL = named_sql("receipts", "files")
_WORDS = re.compile(r"[0-9A-Za-z][0-9A-Za-z\-_/.]{2,79}")
_NOTE = "银行在同一文件内冲正，两笔相抵"
_NAMES_MAX = 50


def set_reversals_aside(partner: str) -> None:
    """Give each reversal of the file that is being read its counterpart, here or in an earlier file."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL["reversals"])
        waiting = cursor.fetchall()
    for seq, account, fen, day, party, says, sentence in waiting:
        names = [word for word in _WORDS.findall(says) if is_reference(word)][:_NAMES_MAX]
        wanted = {"account": account, "fen": fen, "day": day, "partner": partner, "names": names}
        here = _one(_ask("undone_here", wanted), names, party)
        if here is not None:
            _set([seq, here[0]], "account", "", _NOTE)
            continue
        before = _one(_ask("undone_before", wanted), names, party) or _one(_ask("undone_before", wanted | {"names": []}), [], party)
        if before is not None:
            said = f"{sentence}：原到账是第 {before[4]} 号到账文件第 {before[5]} 行（{before[1]}），请在“未入账的行”页申请冲回"
            _set([seq], Fate.WAITING, Cause.REVERSAL, said, receipt=before[0])
        else:
            _set([seq], Fate.WAITING, Cause.REVERSAL, f"{sentence}；没有找到唯一的原到账，请与银行核实")


def _ask(name: str, wanted: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_SQL[name], wanted)
        return cursor.fetchall()


def _one(rows: list[tuple[Any, ...]], names: list[str], party: str) -> tuple[Any, ...] | None:
    """The one row a reversal means: named by its reference, else the only one of the party; None when that is not one."""
    named = [row for row in rows if row[3] and row[1] in names]
    if named:
        return named[0] if len(named) == 1 else None
    alike = [row for row in rows if not party or not row[2] or row[2] == party]
    return alike[0] if len(alike) == 1 and len(rows) == 1 else None


def _set(seqs: list[int], fate: str, cause: str, sentence: str, receipt: int | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL["set_aside"], {"seqs": seqs, "fate": fate, "cause": cause, "sentence": sentence[:400], "receipt": receipt}
        )
