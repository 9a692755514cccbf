"""Refunds (退费), under a class-1 warrant: months cancelled, entries taken out of the account, money owed back to the payer.

A decided refund waits in the books (2001.04); a batch of refunds pays it (`payment.refund_run`).
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Sum

from yigui.accounts.models import AccountEntry, EntryKind
from yigui.charges.case_bills import add_bill, source_of_case
from yigui.charges.models import Allocation
from yigui.charges.queries import BillState, bills_of_payer
from yigui.common.money import plain_fen
from yigui.common.months import period_of
from yigui.ledger.declarations import FUND_OF
from yigui.ledger.models import Entry
from yigui.ledger.posting import post, posting_day
from yigui.levy.enums import BillKind
from yigui.levy.models import LevyLine
from yigui.receipts.enums import DEPOSIT_OF
from yigui.receipts.errors import RefundRefused
from yigui.receipts.models import Receipt, Refund, RefundDue
from yigui.receipts.queries import surplus_of
from yigui.receipts.settle import release
from yigui.registry.enums import AAE140, INSURANCE_OF, Insurance
from yigui.registry.models import Employer, Person
from yigui.registry.queries import records_of
from yigui.warrants.queries import open_warrant_id

#: Where a decided refund waits until it is paid (暂收款/退费待支付).
WAITING = "2001.04"
NOT_COVERED = "所选月份的到账记录不足以退费，可能是以多缴抵缴的，请按多缴退费办理。"


def refundable(
    *, employer: Employer | None, person: Person | None, insurances: Sequence[str], start: int, end: int
) -> tuple[list[LevyLine], int, int]:
    """Lines of paid months of a person (with the employer, or alone), their amount, and surplus of the payer in suspense; fen.

    A line counts when its bill is paid in full and the line was not refunded before.
    """
    numbers = [AAE140[i] for i in insurances]
    states = bills_of_payer(employer=employer, person=None if employer else person, start=start, end=end, insurances=numbers)
    paid = {(s.bill.source_id, s.bill.insurance) for s in states if s.left_fen == 0 and s.bill.total_fen > 0}
    lines: list[LevyLine] = []
    if person is not None:
        rows = LevyLine.objects.filter(
            employer_id=employer.pk if employer else 0,
            person_id__in=records_of(person),
            insurance__in=numbers,
            owed_period__range=(start, end),
        )
        found = list(rows.order_by("owed_period", "insurance")[:2000])
        gone = {(r.owed_period, r.insurance) for r in found if _is_refund(r, states)}
        lines = [r for r in found if (r.source_id, r.insurance) in paid and (r.owed_period, r.insurance) not in gone]
    left = sum(fen for _, fen in surplus_of(employer=employer, person=person))
    return lines, sum(r.employer_fen + r.person_fen for r in lines), left


def is_covered(lines: Sequence[LevyLine], *, employer: Employer | None, person: Person | None) -> bool:
    """Whether receipts of these lines' bills can give the money back; what was set off against a surplus cannot be."""
    payments = _payments_of(lines, employer, person)
    due: dict[tuple[int, int], int] = {}
    for line in lines:
        key = (line.area, line.insurance)
        due[key] = due.get(key, 0) + line.employer_fen + line.person_fen
    return all(fen <= sum(part for _, part in payments[key]) for key, fen in due.items())


def _is_refund(line: LevyLine, states: Sequence[BillState]) -> bool:
    refunds = {s.bill.source_id for s in states if s.bill.kind == BillKind.REFUND}
    return line.source_id in refunds


def refund(
    *, case_id: int, employer: Employer | None, person: Person | None, insurances: Sequence[str], start: int, end: int,
    amount_fen: int, account_name: str, account_no: str, today: dt.date, surplus: Sequence[tuple[Receipt, int]],
) -> Refund:  # fmt: skip
    """Refund paid months of a person, or surplus of a payer; the amount must be exactly what is refundable.

    What is taken back is the place of insurance's income, wherever the money was taken (参保归属地).

    Args:
        surplus: the receipts that were shown and signed, and how much of each; none where months are refunded.

    Raises:
        RefundRefused: not as much was paid, or only a part of a month is asked for.
    """
    lines, paid_fen, _ = refundable(employer=employer, person=person, insurances=insurances, start=start, end=end)
    left_fen = sum(fen for _, fen in surplus)
    if amount_fen != (left_fen if surplus else paid_fen) or amount_fen <= 0:
        raise RefundRefused(
            f"可退金额：所选月份已缴 {plain_fen(paid_fen)} 元，多缴未抵 {plain_fen(left_fen)} 元；申请 {plain_fen(amount_fen)} 元与两者均不符。"
        )
    if not surplus:
        _take_back(case_id=case_id, lines=lines, employer=employer, person=person, today=today)
    else:
        for receipt, fen in surplus:
            _leave(receipt, fen, case_id=case_id, today=today)
            release(receipt, fen, event="refund_current_year", case_id=case_id, today=today)
    made = Refund.objects.create(
        case_id=case_id, employer=employer, person=person, amount_fen=amount_fen, account_name=account_name, account_no=account_no
    )
    _owe(made)
    return made


def _owe(made: Refund) -> None:
    """What each book owes the payee: what the vouchers of the case put into 2001.04, and nothing else."""
    entries = Entry.objects.filter(voucher__source_kind="case", voucher__source_id=made.case_id, account=WAITING, side="C")
    sums = entries.values("area_code", "fund").annotate(fen=Sum("amount_fen")).order_by("area_code", "fund")
    for row in sums:
        RefundDue.objects.create(refund=made, area_code=row["area_code"], fund=row["fund"], amount_fen=row["fen"])


def _leave(receipt: Receipt, fen: int, *, case_id: int, today: dt.date) -> None:
    """Money of a receipt that goes back: an allocation without a bill."""
    Allocation.objects.create(
        warrant_id=open_warrant_id(), receipt_id=receipt.pk, bill_id=0, bill_source_id=0, amount_fen=fen, received_on=today,
        step="refund", case_id=case_id,
    )  # fmt: skip


def _take_back(
    *, case_id: int, lines: Sequence[LevyLine], employer: Employer | None, person: Person | None, today: dt.date
) -> None:
    """Negative lines and a refund bill per area and insurance, paid out by the receipts; account entries reversed; vouchers by year."""
    source, period = source_of_case(case_id), period_of(today)
    warrant = open_warrant_id()
    LevyLine.objects.bulk_create(
        [
            LevyLine(
                source_id=source, person_id=r.person_id, employer_id=r.employer_id, area=r.area, period=period,
                owed_period=r.owed_period, base_fen=-r.base_fen, employer_fen=-r.employer_fen, person_fen=-r.person_fen,
                account_fen=-r.account_fen, insurance=r.insurance,
            )
            for r in lines
        ]
    )  # fmt: skip
    payments = _payments_of(lines, employer, person)
    for area, insurance in sorted({(r.area, r.insurance) for r in lines}):
        mine = [r for r in lines if (r.area, r.insurance) == (area, insurance)]
        bill = add_bill(
            source_id=source, employer_id=employer.pk if employer else 0, person_id=0 if employer else person.pk if person else 0,
            area=str(area), insurance=insurance, kind=BillKind.REFUND, period=period, start=min(r.owed_period for r in mine),
            end=max(r.owed_period for r in mine), people=1, base=-sum(r.base_fen for r in mine),
            employer_fen=-sum(r.employer_fen for r in mine), person_fen=-sum(r.person_fen for r in mine),
            account_fen=-sum(r.account_fen for r in mine), due_on=today,
        )  # fmt: skip
        paid = payments[area, insurance]
        _settle_refund_bill(bill.id, source, -bill.total_fen, paid, case_id=case_id, today=today, warrant=warrant)
        for receipt, fen, account_fen in _by_receipt(mine, paid):
            _post_refund(receipt, insurance, fen, account_fen, area=str(area), case_id=case_id, today=today)
    AccountEntry.objects.bulk_create(
        [
            AccountEntry(
                warrant_id=warrant, person_id=r.person_id, insurance=r.insurance, year=today.year, period=period,
                owed_period=r.owed_period, kind=EntryKind.REFUND, base_fen=-r.base_fen, amount_fen=-r.account_fen, source_id=-case_id,
            )
            for r in lines
            if r.account_fen
        ]
    )  # fmt: skip


def _payments_of(
    lines: Sequence[LevyLine], employer: Employer | None, person: Person | None
) -> dict[tuple[int, int], list[tuple[Receipt, int]]]:
    """Per area and insurance, the receipts that paid the bills of these lines, newest first, and how much may go back (fen)."""
    found: dict[tuple[int, int], list[tuple[Receipt, int]]] = {}
    numbers = {r.insurance for r in lines}
    states = bills_of_payer(
        employer=employer, person=None if employer else person, insurances=numbers,
        start=min(r.owed_period for r in lines), end=max(r.owed_period for r in lines),
    )  # fmt: skip
    sources = {(r.source_id, r.area, r.insurance) for r in lines}
    for key in {(r.area, r.insurance) for r in lines}:
        bills = [s.bill.id for s in states if (s.bill.area, s.bill.insurance) == key and (s.bill.source_id, *key) in sources]
        sums: dict[int, int] = {}
        for allocation in Allocation.objects.filter(bill_id__in=bills, receipt_id__gt=0):
            sums[allocation.receipt_id] = sums.get(allocation.receipt_id, 0) + allocation.amount_fen
        receipts = Receipt.objects.select_related("file").in_bulk(sums)
        found[key] = sorted(((receipts[k], fen) for k, fen in sums.items()), key=lambda p: -p[0].pk)
    return found


def _settle_refund_bill(
    bill_id: int, source: int, total: int, payments: Sequence[tuple[Receipt, int]], *, case_id: int, today: dt.date, warrant: int
) -> None:
    """The refund bill takes its (negative) share of the receipts, and the same amount leaves them."""
    left, rows = total, []
    for receipt, fen in payments:
        part = min(left, fen)
        if part <= 0:
            continue
        common = {"warrant_id": warrant, "receipt_id": receipt.pk, "received_on": today, "step": "refund", "case_id": case_id}
        rows += [
            Allocation(bill_id=bill_id, bill_source_id=source, amount_fen=-part, **common),
            Allocation(bill_id=0, bill_source_id=0, amount_fen=part, **common),
        ]
        left -= part
    if left:
        raise RefundRefused(NOT_COVERED)
    Allocation.objects.bulk_create(rows)


def _by_receipt(lines: Sequence[LevyLine], payments: Sequence[tuple[Receipt, int]]) -> list[tuple[Receipt, int, int]]:
    """What goes back of each receipt, and the account part of it (fen)."""
    total, account = sum(r.employer_fen + r.person_fen for r in lines), sum(r.account_fen for r in lines)
    rows, left, done = [], total, 0
    for receipt, fen in payments:
        part = min(left, fen)
        if part > 0:
            upto = (total - left + part) * account // total
            rows.append((receipt, part, upto - done))
            left, done = left - part, upto
    return rows


def _post_refund(receipt: Receipt, insurance: int, fen: int, account_fen: int, *, area: str, case_id: int, today: dt.date) -> None:
    """This year's receipts reduce the income; earlier years' are other expenditure (5401). Source: 财会〔2017〕28号.

    Money that was taken in another area goes back from there, and the two areas settle it between them.
    """
    fund = FUND_OF[INSURANCE_OF[insurance].value]
    is_prior = receipt.received_on.year < today.year
    if is_prior:
        amounts = {"total": fen, "prior": fen}
    elif fund == Insurance.EMPLOYEE_MEDICAL:
        amounts = {"total": fen, "pool_current": fen - account_fen, "account_current": account_fen}
    else:
        amounts = {"total": fen, "current": fen}
    deposit = "1004" if is_prior else DEPOSIT_OF[receipt.file.source]
    origin: dict[str, Any] = {"fund": fund, "source_kind": "case", "source_id": case_id}
    taken = receipt.area_code
    if taken == area:
        event = "refund_prior_year" if is_prior else "refund_current_year"
        post(event=event, area_code=area, on=posting_day(today, area=area, fund=fund), amounts=amounts, deposit=deposit, **origin)
        return
    post(
        event="refund_by_other_area",
        area_code=area,
        on=posting_day(today, area=area, fund=fund),
        amounts=amounts,
        party=taken,
        **origin,
    )
    post(
        event="refund_for_other_area", area_code=taken, on=posting_day(today, area=taken, fund=fund), amounts={"total": fen}, deposit=deposit,
        party=area, **origin,
    )  # fmt: skip
