"""Reads of refunds: what is owed, what batches have paid, what the bank said. Fen."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, OuterRef

from yigui.common.sqlfiles import named_sql
from yigui.ledger.queries import book_label
from yigui.payment.enums import PaymentStatus, RefundHold
from yigui.payment.models import LaterRefundResult, RefundResult
from yigui.receipts.models import Refund, RefundDue

_STATEMENTS = named_sql("payment", "refund_run")
_WORDS = {"due": "待支付", "sent": "已送银行", "paid": "已到账", "returned": "银行退回，待支付", "unconfirmed": "银行退回，待核对"}


@dataclass(frozen=True)
class Waiting:
    """What some areas owe: refunds in no batch (`payable`), in one that is not executed, and held because the payee is dead."""

    payable: int
    in_batches: int
    held: int
    held_fen: int


@dataclass(frozen=True)
class RefundLine:
    """A refund in a batch: for whom, from which book, into which account, and what became of it."""

    due_id: int
    refund: Refund
    area_code: str
    fund: str
    amount_fen: int
    account_name: str
    account_no: str
    hold: int | None
    status: str
    reason: str

    @property
    def book_label(self) -> str:
        return book_label(self.area_code, self.fund)

    @property
    def state_label(self) -> str:
        if self.hold is None:
            return "待执行"
        if self.hold:
            return f"剔除：{RefundHold(self.hold).label}"
        said = PaymentStatus(self.status).label if self.status else "已送银行"
        return f"{said}：{self.reason}" if self.reason else said


@dataclass(frozen=True)
class Standing:
    """How a refund stands in one book: what is owed, where it goes, and whether a batch has it, has paid it, or it came back."""

    due_id: int
    refund_id: int
    area_code: str
    fund: str
    amount_fen: int
    bank_code: str
    account_name: str
    account_no: str
    standing: str
    batch_id: int | None
    attempt: int | None
    waiting_batch: int | None
    is_dead: bool
    is_moved: bool
    reason: str

    @property
    def book_label(self) -> str:
        return book_label(self.area_code, self.fund)

    @property
    def is_owed(self) -> bool:
        """Whether it is still to be paid."""
        return self.standing in ("due", "returned")

    @property
    def shown_batch(self) -> int | None:
        """The batch to look at: the one it waits in, else the one that paid it."""
        return self.waiting_batch or self.batch_id

    @property
    def state_label(self) -> str:
        if self.is_owed and self.waiting_batch is not None:
            return "已列入批次，待执行"
        if self.is_owed and self.is_dead:
            return "收款人已登记死亡，待改付"
        said = _WORDS[self.standing]
        return f"{said}（{self.reason}）" if self.standing == "returned" and self.reason else said


def waiting(areas: Sequence[str]) -> Waiting:
    """What some areas owe now."""
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENTS["waiting"], {"areas": list(areas)})
        return Waiting(*cursor.fetchone())


def lines_of(batch_id: int, most: int) -> list[RefundLine]:
    """The refunds of a batch, at most `most`."""
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENTS["lines"], {"batch": batch_id, "most": most})
        rows = cursor.fetchall()
    refunds = Refund.objects.select_related("employer", "person").in_bulk([row[1] for row in rows])
    return [
        RefundLine(due, refunds[refund], area, fund, fen, name, number, hold, status or "", reason or "")
        for due, refund, area, fund, fen, name, number, hold, status, reason in rows
    ]


def standings(areas: Sequence[str], *, refund_ids: Sequence[int] | None = None, most: int = 2000) -> list[Standing]:
    """How refunds of some areas stand, the newest first, at most `most`; of `refund_ids` alone where given."""
    which = "" if refund_ids is None else "WHERE refund_id = ANY (%(refunds)s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM benefits_refunds_v1(%(areas)s) {which} ORDER BY due_id DESC LIMIT %(most)s",
            {"areas": list(areas), "refunds": list(refund_ids or ()), "most": most},
        )
        return [Standing(*row) for row in cursor.fetchall()]


def returned_refunds(most: int, areas: Sequence[str]) -> list[tuple[RefundResult | LaterRefundResult, Refund, Standing]]:
    """The newest refunds of some areas the bank gave back, at once or later, with whose they are and how they stand now, at most `most`."""
    of_areas = Exists(RefundDue.objects.filter(pk=OuterRef("due_id"), area_code__in=areas))
    first = RefundResult.objects.filter(of_areas, status=PaymentStatus.RETURNED).order_by("-file_id", "due_id")[:most]
    later = LaterRefundResult.objects.filter(of_areas, status=PaymentStatus.RETURNED).order_by("-file_id", "due_id")[:most]
    both: list[RefundResult | LaterRefundResult] = [*first, *later]
    rows = sorted(both, key=lambda row: (-row.file_id, row.due_id))[:most]
    dues = RefundDue.objects.select_related("refund__employer", "refund__person").in_bulk([row.due_id for row in rows])
    where, whose = {d.area_code for d in dues.values()}, {d.refund_id for d in dues.values()}
    # One refund may be owed by several books; each has a standing of its own.
    found = standings(sorted(where), refund_ids=sorted(whose), most=20 * most) if dues else []
    stands = {standing.due_id: standing for standing in found}
    return [(row, dues[row.due_id].refund, stands[row.due_id]) for row in rows]


def standing_of(batch_id: int) -> dict[str, tuple[int, int]]:
    """Payments of a batch by what the bank said: `sent`, `paid`, `returned`, `open` -> (count, fen); the last three add up to sent."""
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENTS["standing"], {"batch": batch_id})
        found = {status: (count, fen) for status, count, fen in cursor.fetchall()}
    parts = {key: found.get(key, (0, 0)) for key in ("paid", "returned", "open")}
    return {"sent": (sum(c for c, _ in parts.values()), sum(f for _, f in parts.values())), **parts}
