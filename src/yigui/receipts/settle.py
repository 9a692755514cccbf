"""Settling (分解、上账): receipts are shared out over bills, posted and credited in ONE transaction, under their warrant.

A file of receipts is settled under the receipt warrant (到账凭据), which the database issues when the file's control sums
hold; money recognised later is settled under the warrant of its case. Nobody types an amount.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from yigui.charges.case_bills import add_surcharges, source_of_case, source_of_file
from yigui.charges.enums import OrderStatus
from yigui.charges.models import Allocation, PaymentOrder
from yigui.common.months import period_of
from yigui.common.sqlfiles import named_sql
from yigui.law.late_surcharge import surcharge_of_bill
from yigui.law.parameter_table import NATIONAL
from yigui.ledger.declarations import FUND_OF
from yigui.ledger.posting import post, posting_day
from yigui.levy.models import Bill
from yigui.receipts.enums import DEPOSIT_OF
from yigui.receipts.models import Receipt, ReceiptFile
from yigui.receipts.queries import left_of
from yigui.registry.enums import INSURANCE_OF, Insurance
from yigui.warrants.models import Warrant
from yigui.warrants.queries import open_warrant_id

#: Suspense whose insurance is not known is kept in the book of this fund of the collecting area.
SUSPENSE_FUND = Insurance.EMPLOYEE_PENSION.value
_MEDICAL = Insurance.EMPLOYEE_MEDICAL.value


@dataclass
class Settlement:
    """What settling did: allocations by way of matching, surcharge, vouchers, credits; amounts in fen."""

    received_fen: int = 0
    allocated_fen: int = 0
    suspense_fen: int = 0
    surcharge_fen: int = 0
    credited_fen: int = 0
    entries: int = 0
    passes: dict[str, int] = field(default_factory=dict)
    vouchers: list[int] = field(default_factory=list)


def settle_file(*, file: ReceiptFile, today: dt.date) -> Settlement | None:
    """Settle the receipts of a file, once; None when it was settled before: running again changes nothing.

    Raises:
        Error: the database refuses (control sums do not hold, a period is closed).
    """
    with transaction.atomic():
        if Warrant.objects.filter(kind="receipt", subject_id=file.pk).exists():
            return None
        with connection.cursor() as cursor:
            cursor.execute("SELECT contributions_issue_receipt_warrant_v1(%s)", [file.pk])
        result = Settlement(received_fen=file.total_fen)
        _match(result, file_id=file.pk, receipts=[], case_id=None)
        if _charge_surcharge(result, source=source_of_file(file.pk), today=today):
            _match(result, file_id=file.pk, receipts=[], case_id=None)
        _post_allocated(result, source_kind="receipt_file", source_id=file.pk)
        _post_suspense(result, file)
        _credit(result, today)
        _mark_orders_paid(file)
    return result


def settle_recognised(*, receipts: Sequence[Receipt], case_id: int, today: dt.date) -> Settlement:
    """Settle money that lay in suspense, under the open warrant of a case: suspense out, contributions in, accounts credited."""
    result = Settlement()
    before = left_of(receipts)
    _match(result, file_id=None, receipts=[r.pk for r in receipts], case_id=case_id)
    if _charge_surcharge(result, source=source_of_case(case_id), today=today):
        _match(result, file_id=None, receipts=[r.pk for r in receipts], case_id=case_id)
    _release_suspense(result, receipts, before, case_id=case_id, today=today)
    _post_allocated(result, source_kind="case", source_id=case_id, on=today)
    _credit(result, today)
    return result


def _match(result: Settlement, *, file_id: int | None, receipts: list[int], case_id: int | None) -> None:
    if file_id is not None and result.passes:
        # A second round looks at what the first left over; the function then needs to know what is allocated already.
        receipts = list(Receipt.objects.filter(file_id=file_id).values_list("id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM contributions_match_v1(%s::bigint[], %s, %s)", [receipts, file_id, case_id])
        for name, count, fen in cursor.fetchall():
            result.passes[name] = result.passes.get(name, 0) + count
            if name != "offset":
                result.allocated_fen += fen


_LATE = named_sql("receipts", "settle")["late"]


def _charge_surcharge(result: Settlement, *, source: int, today: dt.date) -> bool:
    """A surcharge bill for every bill that was paid late, for the days and the amount that were late."""
    with connection.cursor() as cursor:
        cursor.execute(_LATE, [open_warrant_id()])
        rows = cursor.fetchall()
    late: dict[int, Bill] = {}
    due: dict[int, int] = {}
    for number, employer, person, area, insurance, start, end, due_on, paid_on, fen, billed in rows:
        amount = surcharge_of_bill(fen, due_on, paid_on, area=NATIONAL, period=start).amount_fen
        due[number] = due.get(number, -billed) + amount
        late[number] = Bill(
            id=number, employer_id=employer, person_id=person, area=area, insurance=insurance, start_period=start, end_period=end
        )
    missing = [(late[number], fen) for number, fen in due.items() if fen > 0]
    add_surcharges(late=missing, source_id=source, today=today)
    result.surcharge_fen += sum(fen for _, fen in missing)
    return bool(missing)


def _post_allocated(result: Settlement, *, source_kind: str, source_id: int, on: dt.date | None = None) -> None:
    """Vouchers of what was allocated under this warrant: one per book, channel and day; two where areas differ."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM contributions_posting_sums_v1(%s)", [open_warrant_id()])
        rows = cursor.fetchall()
    groups: dict[tuple[str, str, str, str, dt.date], dict[str, int]] = {}
    for taken, source, area, insurance, detail, day, fen, account_fen in rows:
        fund = FUND_OF[INSURANCE_OF[insurance].value]
        amounts = groups.setdefault((taken, source, area, fund, on or day), defaultdict(int))
        amounts["total"] += fen
        if fund != _MEDICAL or detail == "surcharge":
            amounts[detail] += fen
        else:
            kept = "current" if detail == "prepaid" else detail
            amounts[f"pool_{kept}"] += fen - account_fen
            amounts[f"account_{kept}"] += account_fen
    for (taken, source, area, fund, day), amounts in sorted(groups.items()):
        deposit = DEPOSIT_OF[source]
        origin: dict[str, Any] = {"source_kind": source_kind, "source_id": source_id}
        booked = posting_day(day, area=area, fund=fund)
        if taken == area:
            result.vouchers += _ids(
                post(
                    event="contribution_received", fund=fund, area_code=area, on=booked, amounts=amounts, deposit=deposit, **origin
                )
            )
            continue
        # Taken in one area, insured in another: the income is the other's (参保归属地), the work and the cash this one's.
        result.vouchers += _ids(
            post(
                event="collected_for_other_area", fund=fund, area_code=taken, on=posting_day(day, area=taken, fund=fund),
                amounts={"total": amounts["total"]}, deposit=deposit, party=area, **origin,
            ),
            post(event="collected_by_other_area", fund=fund, area_code=area, on=booked, amounts=amounts, party=taken, **origin),
        )  # fmt: skip


def _ids(*vouchers: int | None) -> list[int]:
    return [v for v in vouchers if v is not None]


_LEFT = named_sql("receipts", "settle")["left"]


def _post_suspense(result: Settlement, file: ReceiptFile) -> None:
    """What no bill took: unknown payers to 2001.01, known payers' surplus to 2001.02, in the collecting area's book."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, {"file": file.pk})
        rows = cursor.fetchall()
    for area, insurance, day, is_unknown, fen in rows:
        fund = suspense_fund(insurance)
        result.suspense_fen += fen
        result.vouchers += _ids(
            post(
                event="contribution_received", fund=fund, area_code=area, on=posting_day(day, area=area, fund=fund),
                amounts={"total": fen, "unidentified" if is_unknown else "overpaid": fen}, deposit=DEPOSIT_OF[file.source],
                source_kind="receipt_file", source_id=file.pk,
            )
        )  # fmt: skip


def suspense_fund(insurance: int | None) -> str:
    """The fund in whose book a receipt's unallocated money lies."""
    return FUND_OF[INSURANCE_OF[insurance].value] if insurance else SUSPENSE_FUND


def _release_suspense(
    result: Settlement, receipts: Sequence[Receipt], before: dict[int, int], *, case_id: int, today: dt.date
) -> None:
    after = left_of(receipts)
    for receipt in receipts:
        fen = before[receipt.pk] - after[receipt.pk]
        if fen:
            result.received_fen += fen
            result.vouchers += release(receipt, fen, event="suspense_allocated", case_id=case_id, today=today)


def release(receipt: Receipt, fen: int, *, event: str, case_id: int, today: dt.date) -> list[int]:
    """Take money of a receipt out of suspense: allocated (`suspense_allocated`) or paid back (`refund_current_year`)."""
    is_unknown = receipt.employer_id is None and receipt.person_id is None
    fund = suspense_fund(receipt.insurance)
    return _ids(
        post(
            event=event, fund=fund, area_code=receipt.area_code, on=posting_day(today, area=receipt.area_code, fund=fund),
            amounts={"total": fen, "unidentified" if is_unknown else "overpaid": fen}, deposit=DEPOSIT_OF[receipt.file.source],
            source_kind="case", source_id=case_id,
        )
    )  # fmt: skip


def _credit(result: Settlement, today: dt.date) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM contributions_credit_v1(%s)", [period_of(today)])
        entries, fen = cursor.fetchone()
    result.entries += entries
    result.credited_fen += int(fen)


def _mark_orders_paid(file: ReceiptFile) -> None:
    """Orders whose number came back with their full amount are paid."""
    for receipt in Receipt.objects.filter(file=file, order_id__isnull=False):
        rows = PaymentOrder.objects.filter(pk=receipt.order_id or 0, status=OrderStatus.OPEN, amount_fen=receipt.amount_fen)
        rows.update(status=OrderStatus.PAID, paid_receipt=receipt)


def bills_paid_by(receipt: Receipt) -> list[tuple[Bill, int]]:
    """The bills a receipt paid and how much of each (fen)."""
    sums: dict[int, int] = defaultdict(int)
    for allocation in Allocation.objects.filter(receipt_id=receipt.pk, bill_id__gt=0).order_by("id"):
        sums[allocation.bill_id] += allocation.amount_fen
    bills = {b.id: b for b in Bill.objects.filter(id__in=list(sums))}
    return [(bills[number], fen) for number, fen in sums.items()]
