"""Reads: receipts of a payer, what of them no bill has taken, receipts in suspense. Fen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from yigui.charges.models import Allocation
from yigui.common.sqlfiles import named_sql
from yigui.receipts.enums import UNREAD, Fate
from yigui.receipts.models import Claim, ClaimUndo, Receipt, ReceiptLine
from yigui.registry.models import Employer, Person
from yigui.staff.models import User
from yigui.staff.same_person import accounts_of


@dataclass(frozen=True)
class SuspenseRow:
    """A receipt with money that no bill has taken (暂收款)."""

    receipt: Receipt
    left_fen: int
    payer: str
    claimed: str
    claim: Claim | None = None


_SUSPENSE = named_sql("receipts", "queries")["suspense"]


def suspense(areas: Sequence[str], *, employer: Employer | None = None, limit: int = 300) -> list[SuspenseRow]:
    """Receipts not wholly allocated, newest first, at most `limit`."""
    with connection.cursor() as cursor:
        cursor.execute(_SUSPENSE, {"areas": list(areas), "employer": employer.pk if employer else 0, "limit": limit})
        left = dict(cursor.fetchall())
    receipts = Receipt.objects.select_related("file").in_bulk(left.keys())
    employers = Employer.objects.in_bulk([r.employer_id for r in receipts.values() if r.employer_id])
    persons = Person.objects.in_bulk([r.person_id for r in receipts.values() if r.person_id])
    claims = claims_in_force(left.keys())
    rows = []
    for receipt_id, fen in left.items():
        receipt = receipts[receipt_id]
        payer = employers.get(receipt.employer_id) or persons.get(receipt.person_id)  # type: ignore[arg-type]
        claim = claims.get(receipt_id)
        rows.append(SuspenseRow(receipt, fen, payer.name if payer else "", claim.payer_name if claim else "", claim))
    return rows


def claims_in_force(receipt_ids: Iterable[int]) -> dict[int, Claim]:
    """Receipt -> its claim, unless that was undone; with the payer, and the undoing that is asked for."""
    rows = Claim.objects.filter(receipt_id__in=list(receipt_ids)).exclude(undo__confirmed_by_id__isnull=False)
    return {c.receipt_id: c for c in rows.select_related("employer", "person", "undo").order_by("id")}


def open_lines(areas: Sequence[str] | None = None) -> QuerySet[ReceiptLine]:
    """Lines of files that wait for a person (待核行), of some areas or of all."""
    rows = ReceiptLine.objects.filter(fate=Fate.WAITING, end=None)
    return rows if areas is None else rows.filter(area_code__in=list(areas))


def rejected_lines(areas: Sequence[str]) -> QuerySet[ReceiptLine]:
    """Lines of files that could not be read as money of an account of ours (退回), of some areas, that nobody has settled."""
    return ReceiptLine.objects.filter(_REJECTED, end=None, area_code__in=list(areas))


def rejected_of(file_id: int) -> QuerySet[ReceiptLine]:
    """Those of a file, whoever keeps its area."""
    return ReceiptLine.objects.filter(_REJECTED, file=file_id, end=None)


_REJECTED = Q(fate=Fate.REJECTED, cause__in=UNREAD)


def doubtful(areas: Sequence[str]) -> QuerySet[Receipt]:
    """Receipts whose own numbers contradict each other, with money nobody has shared out or recognised (付款信息矛盾)."""
    used = Allocation.objects.filter(receipt_id=OuterRef("pk")).values("receipt_id").annotate(fen=Sum("amount_fen")).values("fen")
    rows = Receipt.objects.filter(~Q(doubt=""), area_code__in=list(areas)).annotate(
        left_fen=F("amount_fen") - Coalesce(Subquery(used), 0)
    )
    return rows.filter(~Exists(_in_force().filter(receipt=OuterRef("pk"))), left_fen__gt=0)


def undos_to_confirm(areas: Sequence[str], user: User) -> QuerySet[ClaimUndo]:
    """Undoings of claims that wait for another person, who may be this one: asked for by somebody else, nothing of the money booked."""
    waiting = ClaimUndo.objects.filter(confirmed_by_id=None, claim__receipt__area_code__in=list(areas))
    booked = Allocation.objects.filter(receipt_id=OuterRef("claim__receipt_id"))
    return (
        waiting.exclude(asked_by_id__in=accounts_of(user))
        .filter(~Exists(booked))
        .select_related("claim__receipt", "claim__employer", "claim__person")
    )


def left_of(receipts: Iterable[Receipt]) -> dict[int, int]:
    """What no bill and no refund has taken of each receipt yet; fen."""
    left = {r.pk: r.amount_fen for r in receipts}
    used = Allocation.objects.filter(receipt_id__in=list(left)).values_list("receipt_id").annotate(Sum("amount_fen"))
    for receipt_id, fen in used:
        left[receipt_id] -= fen
    return left


def surplus_of(*, employer: Employer | None = None, person: Person | None = None) -> list[tuple[Receipt, int]]:
    """A payer's receipts with money no bill has taken, oldest first, and how much (fen); at most 1,000 receipts are read."""
    if employer is not None:
        return _with_left(Receipt.objects.filter(employer_id=employer.pk))
    number = person.pk if person else -1
    claimed = _in_force().filter(person_id=number).values("receipt_id")
    return _with_left(Receipt.objects.filter(Q(person_id=number) | Q(pk__in=claimed)))


def _in_force() -> QuerySet[Claim]:
    return Claim.objects.exclude(undo__confirmed_by_id__isnull=False)


def waiting_money(employer: Employer) -> list[tuple[Receipt, int]]:
    """An employer's surplus, and receipts recognised as its own (认领), that no bill has taken yet, oldest first; fen."""
    claimed = _in_force().filter(employer=employer).values("receipt_id")
    return _with_left(Receipt.objects.filter(Q(employer_id=employer.pk) | Q(pk__in=claimed)))


def _with_left(rows: QuerySet[Receipt]) -> list[tuple[Receipt, int]]:
    receipts = list(rows.select_related("file").order_by("id")[:1000])
    left = left_of(receipts)
    return [(r, left[r.pk]) for r in receipts if left[r.pk] > 0]


def receipts_of(*, employer: Employer | None = None, person: Person | None = None, limit: int = 100) -> list[Receipt]:
    """Money that came from a payer, newest first."""
    rows = (
        Receipt.objects.filter(employer_id=employer.pk)
        if employer
        else Receipt.objects.filter(person_id=person.pk if person else -1)
    )
    return list(rows.select_related("file").order_by("-id")[:limit])
