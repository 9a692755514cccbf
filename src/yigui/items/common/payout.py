"""Taking money out of a personal account for good, under the warrant of the case."""

import datetime as dt
from functools import partial

from yigui.accounts.correct import take_out
from yigui.accounts.models import EntryKind
from yigui.common.months import period_of
from yigui.payment.queries import account_left
from yigui.registry.enums import AAE140
from yigui.registry.models import Person


def empty_account(*, person: Person, insurance: str, case_id: int, today: dt.date, until: int) -> int:
    """Close an account for good: what the benefit drew out of it up to `until` is entered, the rest paid out; gives the rest, fen."""
    number, found = AAE140[insurance], account_left(person, insurance, until=until, run=period_of(today))
    out = partial(take_out, person_id=person.pk, insurance=number, case_id=case_id, today=today)
    out(amount_fen=found.standing_fen - found.left_fen, kind=EntryKind.DRAWN)
    return out(amount_fen=found.left_fen)
