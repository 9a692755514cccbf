"""Taking money out of a personal account for good, under a class-1 warrant."""

import datetime as dt

from yigui.accounts.models import AccountEntry, EntryKind
from yigui.accounts.queries import balance_of
from yigui.common.months import period_of
from yigui.registry.models import Person
from yigui.warrants.queries import open_warrant_id


def pay_out_account(
    *, person: Person, insurance: int, case_id: int, today: dt.date, amount_fen: int | None = None, owed_period: int | None = None
) -> int:
    """Take an amount, or all there is, out of the account by an entry of its own; gives it, fen."""
    fen = balance_of(person.pk, insurance) if amount_fen is None else amount_fen
    if fen <= 0:
        return 0
    period = period_of(today)
    AccountEntry.objects.bulk_create(
        [
            AccountEntry(
                warrant_id=open_warrant_id(), person_id=person.pk, insurance=insurance, year=today.year, period=period,
                owed_period=owed_period or period, kind=EntryKind.PAYOUT, base_fen=0, amount_fen=-fen, source_id=-case_id,
            )
        ]
    )  # fmt: skip
    return fen
