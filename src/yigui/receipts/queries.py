"""Reads: receipts of a payer, what of them no bill has taken, receipts in suspense. Fen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from yigui.charges.models import Allocation
from yigui.common import clock
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


_SQL = named_sql("receipts", "queries")


def _with_left(name: str) -> str:
    return _SQL[name].replace("{left}", _SQL["left"])


def suspense(areas: Sequence[str], *, limit: int, offset: int = 0) -> list[SuspenseRow]:
    """Receipts not wholly allocated, newest first, at most `limit` from the place `offset` on."""
    with connection.cursor() as cursor:
        cursor.execute(_with_left("suspense"), {"areas": list(areas), "limit": limit, "offset": offset})
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


def suspense_sums(areas: Sequence[str]) -> tuple[int, int]:
    """How many receipts are not wholly allocated, and what is left of them together (fen)."""
    with connection.cursor() as cursor:
        cursor.execute(_with_left("suspense_sums"), {"areas": list(areas)})
        count, fen = cursor.fetchone()
    return count, fen


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
    rows = Receipt.objects.filter(~Q(doubt=""), area_code__in=list(areas)).annotate(
        left_fen=F("amount_fen") - Coalesce(_used("pk"), 0)
    )
    return rows.filter(~Exists(_in_force().filter(receipt=OuterRef("pk"))), left_fen__gt=0)


def undos_to_confirm(areas: Sequence[str], user: User) -> QuerySet[ClaimUndo]:
    """Undoings of claims that wait for another person, who may be this one: asked for by somebody else, something of the money left."""
    waiting = ClaimUndo.objects.filter(confirmed_by_id=None, claim__receipt__area_code__in=list(areas))
    return (
        waiting.exclude(asked_by_id__in=accounts_of(user))
        .annotate(left_fen=F("claim__receipt__amount_fen") - Coalesce(_used("claim__receipt_id"), 0))
        .filter(left_fen__gt=0)
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
    """A payer's receipts, known or recognised as theirs (认领), with money that no bill has taken, oldest first, and how much (fen); at most 1,000."""
    if employer is not None:
        claimed, own = _in_force().filter(employer=employer), Q(employer_id=employer.pk)
    else:
        number = person.pk if person else -1
        claimed, own = _in_force().filter(person_id=number), Q(person_id=number)
    rows = Receipt.objects.filter(own | Q(pk__in=claimed.values("receipt_id")))
    left = rows.annotate(left_fen=F("amount_fen") - Coalesce(_used("pk"), 0)).filter(left_fen__gt=0)
    return [(r, r.left_fen) for r in left.select_related("file").order_by("id")[:1000]]


def _used(receipt: str) -> Subquery:
    """What bills and refunds have taken of a receipt; `receipt`: where its number stands in the query."""
    used = Allocation.objects.filter(receipt_id=OuterRef(receipt)).values("receipt_id").annotate(fen=Sum("amount_fen"))
    return Subquery(used.values("fen"))


def _in_force() -> QuerySet[Claim]:
    return Claim.objects.exclude(undo__confirmed_by_id__isnull=False)


def receipts_of(
    *, employer: Employer | None = None, person: Person | None = None, limit: int = 100, is_claimed_too: bool = False
) -> list[Receipt]:
    """Money that came from a payer, newest first. `is_claimed_too`: that which was recognised as theirs (认领), for officers."""
    of_payer = {"employer_id": employer.pk} if employer else {"person_id": person.pk if person else -1}
    rows = list(Receipt.objects.filter(**of_payer).select_related("file").order_by("-id")[:limit])
    if is_claimed_too:
        # Read apart: each by its own index, however much money there is.
        claimed = list(_in_force().filter(**of_payer).order_by("-receipt_id").values_list("receipt_id", flat=True)[:limit])
        rows += Receipt.objects.filter(pk__in=claimed).exclude(**of_payer).select_related("file")
    return sorted(rows, key=lambda receipt: -receipt.pk)[:limit]


@dataclass(frozen=True)
class Origin:
    """Where a receipt's money came from, in words for whoever signs: payer and remark; by whom and on what ground it was claimed, "" where it was not."""

    came: str
    claimed: str


def origins_of(receipts: Sequence[Receipt]) -> dict[int, Origin]:
    """Where the money of some receipts came from, by receipt."""
    claims = claims_in_force([r.pk for r in receipts])
    names = dict(User.objects.filter(pk__in={c.claimed_by_id for c in claims.values()}).values_list("pk", "full_name"))
    found = {}
    for r in receipts:
        came = f"付款人 {r.payer_name or '不明'}" + (f"，附言“{r.text}”" if r.text else "")
        claimed = ""
        if (c := claims.get(r.pk)) is not None:
            claimed = f"{names.get(c.claimed_by_id, '')} {clock.local(c.claimed_at):%Y-%m-%d} 认领，依据：{c.reason}"
            claimed += f"；来款信息不一致：{c.against}；核实情况：{c.ground}" if c.against else ""
        found[r.pk] = Origin(came, claimed)
    return found
