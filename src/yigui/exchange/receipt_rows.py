"""A line of money as a partner wrote it, whatever it was written in: a row of a table, an entry of a statement, a row of a message."""

import datetime as dt
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

from yigui.common.normalise import INVISIBLE

#: What banks and clerks write where there is no reference: the field must be there, and says nothing. ISO 20022, NOTPROVIDED; SWIFT, NONREF.
_PLACEHOLDERS = frozenset({
    "NOTPROVIDED", "NOTAVAILABLE", "NONREF", "NOREF", "NONE", "NULL", "NA", "NAN", "NIL", "UNKNOWN", "UNDEFINED", "BLANK", "EMPTY", "TBD", "无", "暂无", "没有",
    "空", "空白", "未提供", "未填", "未填写", "未知", "不详", "不明", "待补", "待补充", "待定", "缺", "缺失",
    "无流水号", "无流水", "无参考号", "无凭证号", "无编号", "无号",
})  # fmt: skip
_MARKS = re.compile(r"[\W_]+")
_NOTHING = re.compile(r"0*|X{2,}", re.IGNORECASE)
_BILL = re.compile(r"(?<![0-9])8[0-9]{11}(?![0-9])")
_ORDER = re.compile(r"(?<![0-9A-Z])JF[0-9A-Z]{16}(?![0-9A-Z])")
#: Stands by itself, or beside a word by which banks say what the number is: not the number of a house or of a workshop.
_PAYMENT = re.compile(
    r"(?:(?:(?<![\w-])|(?<=编号))(?:{0})(?:(?![\w-])|(?=退汇|退票|退回|退款))|(?:(?<=退汇)|(?<=退票)|(?<=退回)|(?<=退款))(?:{0})(?![0-9A-Za-z_-]))".format(
        r"P[0-9]{1,18}-[0-9]{1,18}(?:-[0-9]{1,3})?|R[0-9]{1,18}-[0-9]{1,18}"
    )
)
#: `ReceiptRow.waits` of a line that names a payment of ours: what became of that payment decides whether it waits (`receipts.payouts`).
NAMES_A_PAYMENT = "names_a_payment"
#: The furthest an amount can go: a mistake beyond what any agency takes in.
FEN_MAX = 10**15


@dataclass(frozen=True)
class ReceiptRow:
    """A row of money as the partner wrote it, read but not judged: amount in fen (above zero, whatever the direction), insurance as AAE140."""

    row_no: int
    reference: str
    received_on: dt.date
    amount_fen: int
    bill_id: int | None = None
    order_code: str = ""
    unit_no: str = ""
    credit_code: str = ""
    id_number: str = ""
    insurance: int | None = None
    owed_period: int | None = None
    payer_name: str = ""
    payer_account: str = ""
    area: str = ""
    text: str = ""
    #: The account of ours that the money moved on; "" where the file does not say.
    account_no: str = ""
    #: Whether the reference names the line beyond its own file. A number of the entry within its statement does not.
    is_referenced: bool = True
    is_debit: bool = False
    #: Why the line is not booked by itself (a code of `receipts.enums.Cause`, or `NAMES_A_PAYMENT`), and the sentence; "" where it is.
    waits: str = ""
    why: str = ""
    #: Of a reversal: what the bank says of the line that is reversed, as it stands in its text.
    reverses: str = ""
    #: The number of a payment of ours that came back.
    payment_no: str = ""
    #: What else the bank tells a line apart by where it gives no reference (`mark_of`); where it does, of an entry of a statement, what its whole and its
    #: parts share. "" where there is neither.
    mark: str = ""
    #: What shows that it is another line than one of its file that says the same: its place in a statement whose balances agree, the balance behind it.
    apart: str = ""


class RefusedRow(NamedTuple):
    """A row that cannot be taken: its number, the sentence, and what stood there; of what could be read of it what it is known again by when it comes
    put right (fen above zero, None where it is not told)."""

    row_no: int
    sentence: str
    raw: str = ""
    cause: str = "bad"
    reference: str = ""
    account_no: str = ""
    told_on: dt.date | None = None
    told_fen: int | None = None
    payer_name: str = ""
    mark: str = ""


#: A row that was read, or its number with the sentence why not (`RefusedRow`).
ReadRow = ReceiptRow | RefusedRow


def is_reference(text: str) -> bool:
    """Whether a reference is one, and not a word that stands where none is."""
    if text.isalnum() and text.isascii() and text[-1] in "123456789":
        return True
    plain = _MARKS.sub("", text).upper()
    return plain not in _PLACEHOLDERS and _NOTHING.fullmatch(plain) is None


def mark_of(*told: str) -> str:
    """What tells lines without a reference apart: numbers of the payer's (EndToEndId, TxId) and the text, as a digest; "" of nothing."""
    words = [" ".join(text.split()) for text in told]
    return hashlib.blake2b("\x1f".join(words).encode(), digest_size=16).hexdigest() if any(words) else ""


class OwnNumbers(NamedTuple):
    """Numbers of ours that a text names."""

    bill_id: int | None
    order_code: str
    payment_no: str


def own_numbers(*texts: str) -> OwnNumbers:
    """The bill, order and payment of ours that some texts name, the first text first.

    A bill counts only where all texts name one and the same: of two nobody knows which.
    """
    shouted = [unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).upper() for text in texts if text]
    bills = {found for text in shouted for found in _BILL.findall(text)}
    orders = [found for text in shouted for found in _ORDER.findall(text)]
    payments = [found for text in shouted for found in _PAYMENT.findall(text)]
    return OwnNumbers(
        int(next(iter(bills))) if len(bills) == 1 else None, orders[0] if orders else "", payments[0] if payments else ""
    )
