"""Money on the bank's statements that is in no book (已到账未入账), and which of its lines may be left out (不入账).

The database says which, and by how many hands (`contributions_left_out_hands_v1`): what stands on the statement of an account of ours and nowhere in
the books is booked, into suspense where nobody knows whose it is; what no balances speak for is left out by another person than whoever brought it.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection

from yigui.common.digests import sm3
from yigui.common.sqlfiles import named_sql
from yigui.receipts.enums import Outcome
from yigui.receipts.models import ReceiptFile, ReceiptLine

_SQL = named_sql("receipts", "reconcile")


class NotBooked(NamedTuple):
    """A credit of the bank's that is in no book; fen. `counts`: the books lack it."""

    line_id: int
    file_id: int
    row_no: int
    amount_fen: int
    outcome: str
    counts: bool
    waits: bool
    sentence: str
    reason: str


def line_digest(line_id: int) -> str:
    """The digest of the file a line is booked with: a line is booked once."""
    return sm3(f"line|{line_id}")


def hands_of(line_ids: Iterable[int]) -> dict[int, int]:
    """By how many hands each of some lines is left out: 0 where it may not be, 2 where it takes another person than whoever brought its file."""
    numbers = list(line_ids)
    if not numbers:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SQL["hands"], {"lines": numbers})
        return dict(cursor.fetchall())


def may_be_left_out(line_ids: Iterable[int]) -> set[int]:
    """Which of some lines may be left out, by however many hands."""
    return {line for line, hands in hands_of(line_ids).items() if hands}


def missed_among(lines: Iterable[ReceiptLine]) -> set[int]:
    """The lines that were left out although they may not be, and are not booked since: they can be booked still."""
    left_out = {
        line.pk
        for line in lines
        if (end := getattr(line, "end", None)) and end.outcome == Outcome.LEFT_OUT and not line.is_debit and line.received_on
    }
    missed = left_out - may_be_left_out(left_out)
    return missed - _booked_after_all(missed)


def not_booked(areas: Sequence[str], before: dt.date) -> list[NotBooked]:
    """The credits of the bank's files that came in before a day and are in no book, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL["not_booked"], {"codes": list(areas), "before": before})
        rows = [NotBooked(*row) for row in cursor.fetchall()]
    late = _booked_after_all(row.line_id for row in rows if row.outcome)
    return [row for row in rows if row.line_id not in late]


def _booked_after_all(line_ids: Iterable[int]) -> set[int]:
    digests = {line_digest(line): line for line in line_ids}
    found = ReceiptFile.objects.filter(digest__in=list(digests), row_count__gt=0).values_list("digest", flat=True)
    return {digests[digest] for digest in found}
