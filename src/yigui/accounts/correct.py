"""Entries of a case in an account, under its warrant. A correction (冲正重记) leaves the old entries: an opposite and a new one are added."""

import datetime as dt
from collections.abc import Mapping

from yigui.accounts.errors import CorrectionRefused
from yigui.accounts.models import AccountEntry, EntryKind
from yigui.accounts.queries import balance_of
from yigui.common.months import format_period, period_of
from yigui.warrants.queries import open_warrant_id


def net_by_month(person_id: int, insurance: int, start: int, end: int) -> dict[int, tuple[int, int]]:
    """Month owed -> (base, amount) as it stands now, corrections included; fen."""
    rows = AccountEntry.objects.filter(person_id=person_id, insurance=insurance, owed_period__range=(start, end))
    sums: dict[int, tuple[int, int]] = {}
    for entry in rows.order_by("owed_period")[:3000]:
        base, amount = sums.get(entry.owed_period, (0, 0))
        sums[entry.owed_period] = (base + entry.base_fen, amount + entry.amount_fen)
    return sums


def correct_entries(
    *, person_id: int, insurance: int, amounts: Mapping[int, int], base_fen: int, case_id: int, today: dt.date
) -> list[AccountEntry]:
    """Reverse what stands for each month and enter its amount anew, all at once; gives the new entries.

    Args:
        amounts: month owed (YYYYMM) -> what it should bear, fen.

    Raises:
        CorrectionRefused: nothing is to be changed, or the balance would fall below zero.
    """
    now = net_by_month(person_id, insurance, min(amounts), max(amounts))
    common = {
        "warrant_id": open_warrant_id(), "person_id": person_id, "insurance": insurance, "year": today.year,
        "period": period_of(today), "source_id": -case_id,
    }  # fmt: skip
    entries = []
    for month, amount_fen in sorted(amounts.items()):
        base, amount = now.get(month, (0, 0))
        if amount == amount_fen and base == base_fen:
            continue
        if amount:
            entries.append(AccountEntry(owed_period=month, kind=EntryKind.REVERSAL, base_fen=-base, amount_fen=-amount, **common))
        if amount_fen:
            entries.append(
                AccountEntry(owed_period=month, kind=EntryKind.REENTRY, base_fen=base_fen, amount_fen=amount_fen, **common)
            )
    if not entries:
        raise CorrectionRefused(f"{format_period(min(amounts))} 起的账户记录与应记录一致，无需更正。")
    if balance_of(person_id, insurance) + sum(e.amount_fen for e in entries) < 0:
        raise CorrectionRefused("更正后账户余额为负，请核对。")
    AccountEntry.objects.bulk_create(entries)
    return entries


def take_out(
    *, person_id: int, insurance: int, case_id: int, today: dt.date, amount_fen: int, owed_period: int | None = None,
    kind: EntryKind = EntryKind.PAYOUT,
) -> int:  # fmt: skip
    """Take an amount out of the account by an entry of its own, under the warrant of the case; gives it, fen (0 for nothing to take)."""
    if amount_fen <= 0:
        return 0
    period = period_of(today)
    AccountEntry.objects.bulk_create(
        [
            AccountEntry(
                warrant_id=open_warrant_id(), person_id=person_id, insurance=insurance, year=today.year, period=period,
                owed_period=owed_period or period, kind=kind, base_fen=0, amount_fen=-amount_fen, source_id=-case_id,
            )
        ]
    )  # fmt: skip
    return amount_fen
