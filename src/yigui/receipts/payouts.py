"""Whether a line of money brings a payment of ours back (支付退汇): such a payment was sent, of just this amount, not after the line's day.

The room of the payments answers (`register_payouts`). A number of a payment in a remark proves nothing by itself: people write all kinds of
numbers into remarks.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from django.db import connection

from yigui.common.sqlfiles import named_sql
from yigui.exchange.receipt_rows import NAMES_A_PAYMENT
from yigui.receipts.enums import Cause
from yigui.receipts.models import ReceiptLine
from yigui.staff.models import User

_SQL = named_sql("receipts", "files")


class Named(NamedTuple):
    """A payment as a line names it: number, amount (fen), day."""

    number: str
    amount_fen: int
    day: dt.date


#: Which of some lines, by their key, bring a payment back that was sent so.
LookUp = Callable[[Mapping[int, Named], dt.date], set[int]]
#: Which numbers of payments name some of batches that somebody does not answer for.
AnswersNot = Callable[[Iterable[str], int], set[str]]
#: Which of some lines, by their key, bring back what another line has brought before.
BroughtBefore = Callable[[Iterable[int]], set[int]]
_PAYOUTS: list[tuple[LookUp, AnswersNot, BroughtBefore]] = []


def register_payouts(look_up: LookUp, answers_not: AnswersNot, brought_before: BroughtBefore) -> None:
    """Register how payments that were sent are looked up, whose they are, and what came back twice; called once by the room of the payments."""
    _PAYOUTS[:] = [(look_up, answers_not, brought_before)]


def came_back(named: Mapping[int, Named], today: dt.date) -> set[int]:
    """Which of some lines, by their key, bring a payment of ours back."""
    ((look_up, _, _),) = _PAYOUTS
    return look_up(named, today) if named else set()


def returned_among(lines: Iterable[ReceiptLine], today: dt.date, user: User) -> set[int]:
    """The lines, by their key, that somebody can make the result of the payment they name: of a batch they answer for, and the first to bring it.

    Money of another agency's payment, and money that came back a second time, they book like any whose payer is not known: their account holds it.
    """
    named = {
        line.pk: Named(line.payment_no, line.amount_fen, line.received_on)
        for line in lines
        if line.cause == Cause.RETURNED_PAYOUT and line.payment_no and not line.is_debit and line.amount_fen and line.received_on
    }
    found = came_back(named, today)
    if not found:
        return set()
    ((_, answers_not, brought_before),) = _PAYOUTS
    others = answers_not({named[line].number for line in found}, user.pk)
    return {line for line in found if named[line].number not in others} - brought_before(found)


def judge_named(today: dt.date) -> None:
    """Of the lines that are being read, let those wait that bring a payment back; the others that only name one go on like any line."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL["names_a_payment"], {"cause": NAMES_A_PAYMENT})
        named = {seq: Named(number, fen, day) for seq, number, fen, day in cursor.fetchall()}
        if named:
            found = came_back(named, today)
            cursor.execute(_SQL["named"], {"returned": list(found), "cause": NAMES_A_PAYMENT, "waits": Cause.RETURNED_PAYOUT})
