"""Whom a line of results names, held against whom the payment was sent to: another, the same as far as it is seen, or not to be compared.

Banks hide parts of names and accounts (*, X, •), write ? for a character they do not have, cut names that are too long for their column, and lead
accounts with zeros. What can be compared is; what cannot waits for a person.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from yigui.common.normalise import plain_code, plain_name, same_name
from yigui.payment.bank_files import own_accounts
from yigui.payment.enums import PaymentStatus
from yigui.payment.result_formats import ResultRow

#: Signs that hide what stands there; and those that stand for a character the bank cannot write.
_HIDDEN, _UNWRITTEN = re.compile(r"[*＊•●∙·xX×]+"), re.compile(r"[?？□■\ufffd]+")
#: In a name a dot stands between its parts and x in its letters: hidden is what a star hides, or X beside Chinese characters.
_HIDDEN_IN_NAME, _HIDDEN_IN_HAN = re.compile(r"[*＊•●]+"), re.compile(r"[*＊•●xX×]+")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
#: Characters and digits of a beginning, at least, that a column of the bank's cuts the rest off.
_NAME_CUT = 10
_ACCOUNT_CUT = 12


class Told(NamedTuple):
    """What a line says of another payee, or why what it says cannot be compared, in a sentence; both "" where it agrees or does not say."""

    another: str = ""
    unclear: str = ""


def payee_told(row: ResultRow, account_no: str, account_name: str) -> Told:
    """What a line says of the payee of a payment that was sent to an account.

    Of a return the bank may write the true holder's name: that is why it came back.
    """
    told, sent = _account(row.account_no), _account(account_no)
    unclear = ""
    if told and sent and told != sent and not _is_seen(told, sent, _HIDDEN, _ACCOUNT_CUT) and told.lstrip("0") != sent.lstrip("0"):
        # What is no number by itself, hidden parts aside, says nothing that contradicts.
        is_number = re.fullmatch("[0-9]+", _HIDDEN.sub("", _UNWRITTEN.sub("", told))) is not None
        if not is_number or not _is_unlike(told, sent):
            unclear = (
                f"写明的收款账号“{row.account_no.strip()[:30]}”不完整或另有文字，无法与发出时的账号（尾号 {account_no[-4:]}）比对"
            )
        else:
            return Told(another=f"写明的收款账号（尾号 {row.account_no[-4:]}）不是发出时的账号（尾号 {account_no[-4:]}）")
    said, name = plain_name(row.account_name), plain_name(account_name)
    if row.status == PaymentStatus.PAID and said and name and not same_name(said, name):
        hidden = _HIDDEN_IN_HAN if _HAN.search(said) else _HIDDEN_IN_NAME
        if not _is_seen(said, name, hidden, _NAME_CUT):
            if hidden.search(said) or _is_unlike(said, name):
                return Told(another=f"写明的收款人“{row.account_name.strip()[:40]}”与发出时的户名不符")
            unclear = (
                unclear
                or f"写明的收款人“{row.account_name.strip()[:40]}”与发出时的户名有出入（可能缺字、截断或另有文字），无法比对"
            )
    return Told(unclear=unclear)


def _account(text: str) -> str:
    return plain_code(text).replace("-", "")


def _is_seen(told: str, sent: str, hidden: re.Pattern[str], cut: int) -> bool:
    """Whether what is told, as far as it is seen, is what was sent: hidden parts of any length, a character for each that was not written (one or more
    signs for it), and the end of a long one cut off."""
    # How much of what was sent the parts so far may have been: in steps as many as there are parts, whatever a bank writes.
    ends, end = {0}, len(sent)
    for part in re.split(f"({hidden.pattern}|{_UNWRITTEN.pattern})", told):
        if hidden.fullmatch(part):
            ends = set(range(min(ends), end + 1))
        elif _UNWRITTEN.fullmatch(part):
            ends = {at for start in ends for at in range(start + 1, min(start + len(part), end) + 1)}
        else:
            ends = {start + len(part) for start in ends if sent.startswith(part, start)}
        if not ends:
            return False
    return end in ends or (len(told) >= cut and hidden.search(told) is None)


def _is_unlike(told: str, sent: str) -> bool:
    """Whether neither is the other with something left out: those cannot be one payee written shorter or with more beside it."""
    short, long = sorted((_UNWRITTEN.sub("", told), sent), key=len)
    rest = iter(long)
    return not short or short == long or not all(character in rest for character in short)


def without_our_own(rows: Sequence[ResultRow], today: dt.date) -> list[ResultRow]:
    """The lines without a column that names our own paying account, or its holder, on all that name one: that is whence the money went."""
    accounts, holder = own_accounts(today)
    numbers = {told for row in rows if (told := _account(row.account_no))}
    names = {told for row in rows if (told := plain_name(row.account_name))}
    are_ours = numbers <= {_account(account) for account in accounts}
    held = plain_name(holder)
    is_holder = bool(held) and all(held in name for name in names)
    return [
        replace(row, account_no="" if are_ours else row.account_no, account_name="" if is_holder else row.account_name)
        for row in rows
    ]
