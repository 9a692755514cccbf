"""Taking money out of a personal account for good, under a class-1 warrant."""

import datetime as dt
from functools import partial

from yigui.accounts.models import AccountEntry, EntryKind
from yigui.common.months import period_of
from yigui.payment.queries import account_left
from yigui.registry.enums import AAE140
from yigui.registry.models import Person
from yigui.warrants.queries import open_warrant_id


def take_out(
    *, person: Person, insurance: int, case_id: int, today: dt.date, amount_fen: int, owed_period: int | None = None,
    kind: EntryKind = EntryKind.PAYOUT,
) -> int:  # fmt: skip
    """Take an amount out of the account by an entry of its own; gives it, fen."""
    if amount_fen <= 0:
        return 0
    period = period_of(today)
    AccountEntry.objects.bulk_create(
        [
            AccountEntry(
                warrant_id=open_warrant_id(), person_id=person.pk, insurance=insurance, year=today.year, period=period,
                owed_period=owed_period or period, kind=kind, base_fen=0, amount_fen=-amount_fen, source_id=-case_id,
            )
        ]
    )  # fmt: skip
    return amount_fen


def empty_account(*, person: Person, insurance: str, case_id: int, today: dt.date, until: int) -> int:
    """Close an account for good: what the benefit drew out of it up to `until` is entered, the rest paid out; gives the rest, fen."""
    number, found = AAE140[insurance], account_left(person, insurance, until=until)
    out = partial(take_out, person=person, insurance=number, case_id=case_id, today=today)
    out(amount_fen=found.standing_fen - found.left_fen, kind=EntryKind.DRAWN)
    return out(amount_fen=found.left_fen)
