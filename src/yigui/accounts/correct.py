"""Entries of a case in an account, under its warrant. A correction (冲正重记) leaves the old entries: an opposite and a new one are added."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from yigui.accounts.errors import CorrectionRefused
from yigui.accounts.models import INTEREST_KINDS, AccountEntry, EntryKind
from yigui.accounts.queries import ENTRIES_MAX, balance_of
from yigui.common.months import format_period, period_of
from yigui.law.account_interest import interest_by_year
from yigui.warrants.queries import open_warrant_id

#: Kinds that credit money which arrived for a bill.
_OF_BILLS = frozenset(
    (EntryKind.CONTRIBUTION, EntryKind.BACK_PAYMENT, EntryKind.ADJUSTMENT, EntryKind.SUBSIDY, EntryKind.MERGED_IN)
)


def _entries_of_months(person_id: int, insurance: int, start: int, end: int) -> list[AccountEntry]:
    """What was credited for months, corrections included, in the order of booking; neither interest nor the closing a merged record brought."""
    rows = AccountEntry.objects.filter(person_id=person_id, insurance=insurance, owed_period__range=(start, end))
    rows = rows.exclude(kind__in=INTEREST_KINDS).exclude(kind=EntryKind.MERGED_IN, base_fen=0, source_id__lt=0)
    return list(rows.order_by("owed_period", "period")[:ENTRIES_MAX])


def net_by_month(person_id: int, insurance: int, start: int, end: int) -> dict[int, tuple[int, int]]:
    """Month owed -> (base, amount) as it stands now, corrections included; fen."""
    sums: dict[int, tuple[int, int]] = {}
    for entry in _entries_of_months(person_id, insurance, start, end):
        base, amount = sums.get(entry.owed_period, (0, 0))
        sums[entry.owed_period] = (base + entry.base_fen, amount + entry.amount_fen)
    return sums


@dataclass(frozen=True)
class Correction:
    """What a correction changes: `changes` (month owed, fen as it stands, fen as it should be), `credited` month owed -> month it counts from, YYYYMM."""

    changes: tuple[tuple[int, int, int], ...]
    credited: Mapping[int, int]
    #: Year -> interest its law gives on what was missing (below zero: on what was too much), of the years that have ended; fen.
    interest: Mapping[int, int]

    @property
    def total_fen(self) -> int:
        """By how much the account changes, interest included."""
        return sum(after - before for _, before, after in self.changes) + sum(self.interest.values())


def correction_of(
    *, person_id: int, insurance: int, insurance_name: str, area: str, amounts: Mapping[int, int], today: dt.date
) -> Correction:
    """What is to be corrected, with the interest of every year that has ended. An amount counts from the month in which money for that month
    was first credited, and where none was from the month owed.

    Args:
        amounts: month owed (YYYYMM) -> what it should bear, fen; at least one.

    Raises:
        ParameterMissing: a year on the way has no published rate.
    """
    rows = _entries_of_months(person_id, insurance, min(amounts), max(amounts))
    first: dict[int, int] = {}
    now: dict[int, int] = {}
    for entry in rows:
        if entry.kind in _OF_BILLS and entry.source_id >= 0:
            first.setdefault(entry.owed_period, entry.period)
        now[entry.owed_period] = now.get(entry.owed_period, 0) + entry.amount_fen
    changes = tuple((month, now.get(month, 0), fen) for month, fen in sorted(amounts.items()))
    credited = {month: first.get(month, month) for month, _, _ in changes}
    moves = [(*divmod(credited[month], 100), after - before) for month, before, after in changes if after != before]
    return Correction(changes, credited, interest_by_year(moves, insurance_name, area, today.year - 1))


def correct_entries(
    *, person_id: int, insurance: int, insurance_name: str, area: str, amounts: Mapping[int, int], base_fen: int, case_id: int, today: dt.date
) -> Correction:  # fmt: skip
    """Reverse what stands for each month and enter its amount anew, with the interest of the years that have ended, all at once.

    What belongs to earlier years is entered in January of this year, so that this year bears its whole interest on it.

    Args:
        amounts: month owed (YYYYMM) -> what it should bear, fen.

    Raises:
        CorrectionRefused: nothing is to be changed, or the balance would fall below zero.
        ParameterMissing: a year on the way has no published rate.
    """
    found = correction_of(
        person_id=person_id, insurance=insurance, insurance_name=insurance_name, area=area, amounts=amounts, today=today
    )
    now = net_by_month(person_id, insurance, min(amounts), max(amounts))
    common = {
        "warrant_id": open_warrant_id(), "person_id": person_id, "insurance": insurance, "year": today.year, "source_id": -case_id,
    }  # fmt: skip
    january = today.year * 100 + 1
    entries = []
    for month, before, after in found.changes:
        base = now.get(month, (0, 0))[0]
        if before == after and base == base_fen:
            continue
        of_month = common | {"owed_period": month, "period": min(max(found.credited[month], january), period_of(today))}
        if before:
            entries.append(AccountEntry(kind=EntryKind.REVERSAL, base_fen=-base, amount_fen=-before, **of_month))
        if after:
            entries.append(AccountEntry(kind=EntryKind.REENTRY, base_fen=base_fen, amount_fen=after, **of_month))
    if not entries:
        raise CorrectionRefused(f"{format_period(min(amounts))} 起的账户记录与应记录一致，无需更正。")
    for year, fen in found.interest.items():
        kind = EntryKind.INTEREST if fen > 0 else EntryKind.INTEREST_BACK
        if fen:
            entries.append(
                AccountEntry(kind=kind, base_fen=0, amount_fen=fen, owed_period=year * 100 + 12, period=january, **common)
            )
    if balance_of(person_id, insurance) + sum(e.amount_fen for e in entries) < 0:
        raise CorrectionRefused("更正后账户余额为负，请核对。")
    AccountEntry.objects.bulk_create(entries)
    return found


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
