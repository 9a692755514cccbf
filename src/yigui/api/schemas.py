"""What goes in and out of the interface. Amounts are fen, months YYYYMM, unless a field says otherwise."""

import datetime as dt
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import BeforeValidator

from yigui.common.normalise import read_day


class Problem(Schema):
    """A refusal as a problem document (RFC 9457): `code` is stable, `detail` (and `message`) the sentence in Chinese, `data` what it rests on."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    message: str
    data: dict[str, Any] = {}


class MaterialIn(Schema):
    """A material: `paper` is the number an upload gave; without one the original was seen by the partner's staff.

    Only what the system makes from the form may be `generated`; `scanned` and `shared` need a file.
    """

    code: str = Field(max_length=40)
    source: Literal["seen", "shared", "generated", "scanned"] = "seen"
    paper: int | None = Field(default=None, ge=1, le=2**53)


class CaseIn(Schema):
    """An application. `form` holds the item's fields as the item's schema describes them; amounts there are yuan as text."""

    item_code: str = Field(max_length=16, examples=["REG-006"])
    form: dict[str, Any]
    materials: list[MaterialIn] = Field(default=[], max_length=40)
    confirm: list[str] = Field(default=[], max_length=40, description="ids of reminders the applicant has agreed to")
    reasons: dict[str, str] = Field(
        default={}, max_length=40, description="reasons for reminders that ask for one, by `check.field`"
    )


class StepOut(Schema):
    """One step of the route."""

    id: int
    round: int
    code: str
    state: str
    decided_by: str | None
    decided_at: dt.datetime | None


class PointOut(Schema):
    """One thing a return names: a material's code or a field's name (neither: the case as a whole), the reason, words to it, and the round of the return."""

    material: str
    field: str
    reason: Literal["missing", "unclear", "expired", "unsigned", "inconsistent", "wrong", "differs", "condition", "other"]
    note: str
    round: int


class RemedyOut(Schema):
    """A remedy against a refusal (行政复议、行政诉讼): what to do until when, and the article that says so."""

    name: str
    text: str
    source: str


class AskingOut(Schema):
    """Where an applicant asks about a case, and the telephone number."""

    place: str
    phone: str


class RefusalOut(Schema):
    """Why a case was declined (不予办理), and what the applicant must be told with it."""

    reason: str
    decided_on: dt.date
    remedies: list[RemedyOut]
    asking: AskingOut


class CaseOut(Schema):
    """A case as its partner may see it."""

    case_no: str
    item_code: str
    item_name: str
    status: str
    risk_class: int
    accepted_on: dt.date
    due_on: dt.date
    is_due_provisional: bool
    area: str
    agency: str
    result: str
    document_code: str | None
    error: str
    refusal: RefusalOut | None
    points: list[PointOut]
    steps: list[StepOut]


class CorrectionIn(Schema):
    """A returned case handed in again: the whole form and all materials, corrected."""

    form: dict[str, Any]
    materials: list[MaterialIn] = Field(default=[], max_length=40)
    confirm: list[str] = Field(default=[], max_length=40, description="ids of reminders the applicant has agreed to")
    reasons: dict[str, str] = Field(
        default={}, max_length=40, description="reasons for reminders that ask for one, by `check.field`"
    )


class WithdrawIn(Schema):
    """Why the applicant withdraws."""

    reason: str = Field(min_length=1, max_length=500)


class ItemOut(Schema):
    """An item of the catalogue."""

    code: str
    name: str
    risk_class: int
    channels: list[str]
    limit_working_days: int
    is_open: bool


class ItemDetailOut(ItemOut):
    """An item with the JSON Schema of its form, its materials, what it rests on, and the codes of what else one may need."""

    form_schema: dict[str, Any]
    materials: list[dict[str, str]]
    guide: str
    basis: list[str]
    related: list[str]


class PaperOut(Schema):
    """A stored paper."""

    paper: int
    digest: str
    size: int


def _day(value: Any) -> Any:
    """A day as files may write it; a number is none, it would be read as seconds since 1970."""
    if not isinstance(value, str):
        return None
    try:
        return read_day(value)
    except ValueError:
        return None


#: A day in words of ours: as in a file, and of a moment with its zone the day in China.
Day = Annotated[dt.date, BeforeValidator(_day)]


class PaymentIn(Schema):
    """The result of a payment for an order, as the bank or platform reports it."""

    reference: str = Field(min_length=4, max_length=80, description="the partner's own number of the payment")
    amount: str = Field(pattern=r"^[0-9]{1,11}(\.[0-9]{1,2})?$", description="元")
    paid_on: Day
    area: str = Field(pattern=r"^[0-9]{6}$", description="AAA027, where the money was taken")


class PaymentOut(Schema):
    """What became of it; `is_new` is false when the same result was sent before and nothing was changed."""

    order: str
    status: str
    amount: str
    is_new: bool


#: LD/T 92 names of a line of money that arrived.
RECEIPT_NAMES = ("AAE086", "AAE079", "AAE019", "AAZ288", "AAB001", "AAB998", "AAC002", "AAE140", "AAE003", "AAB004", "AAA027")


class ReceiptsIn(Schema):
    """A message of receipts."""

    area: str = Field(pattern=r"^[0-9]{6}$")
    message: str = Field(min_length=4, max_length=80, description="the message's own number; the same message comes in once")
    rows: list[dict[Annotated[str, Field(max_length=60)], Annotated[str, Field(max_length=2000)]]] = Field(
        min_length=1,
        max_length=5000,
        examples=[[{"AAE086": "T0000001", "AAE079": "2026-11-09", "AAE019": "1234.56"}]],
        description=(
            f"lines of money by LD/T 92 names ({', '.join(RECEIPT_NAMES)}) or any head the partner's files may have (借贷标志, 币种, 交易状态 …), as text. "
            "The reader of files reads them: what is wrong with a row comes back as its verdict; a name that belongs to no column is refused"
        ),
    )


class ReceiptsOut(Schema):
    """What became of a message of receipts: every row is new, a duplicate, rejected or waiting for a person, the last two with their sentence."""

    file: int | None
    lines_in: int
    new_rows: int
    debits: int
    duplicates: int
    rejected: list[list[Any]]
    waiting: list[list[Any]]
    allocated: str
    suspense: str
    said: str


class RecordsOut(Schema):
    """What became of a file of records; `rejected`: row and sentence, `noted`: row, word and sentence of what waits or is about nobody here.

    `matched`, `known`, `waiting`, `unmatched` and the rejected rows add up to `rows`.
    """

    file: int
    rows: int
    matched: int
    known: int
    waiting: int
    unmatched: int
    rejected: list[list[Any]]
    noted: list[list[Any]]
    said: str


class ResultsOut(Schema):
    """What became of a file of results, payment by payment; `rejected` and `waiting`: row and sentence. The counts and these add up to `rows`."""

    file: int
    rows: int
    paid: int
    returned: int
    known: int
    pending: int
    undated: int
    rejected: list[list[Any]]
    waiting: list[list[Any]]
    said: str


class PlanOut(Schema):
    """A page of the levy plan; `next` is the AAZ288 after which the next page begins, null at the end."""

    rows: list[dict[str, Any]]
    next: int | None


class MessageIn(Schema):
    """A message of a department; its id makes it count once."""

    id: str = Field(min_length=8, max_length=64, pattern=r"^[0-9A-Za-z._:-]+$")
    kind: str = Field(min_length=1, max_length=40)
    content: dict[str, str]


class MessageOut(Schema):
    """What became of it; `is_new` is false when it had been taken before and nothing was changed.

    `known`: another message or file had said the same. `noted`: word and sentence where it waits for a person, or is about nobody here.
    """

    id: str
    taken: bool
    is_new: bool
    known: bool
    noted: list[str]
