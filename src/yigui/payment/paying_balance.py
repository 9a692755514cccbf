"""Whether the expenditure accounts (支出户) hold what a batch pays out of them, by the books. Fen."""

import datetime as dt
from collections.abc import Mapping

from yigui.common.money import format_fen
from yigui.common.months import period_of
from yigui.ledger.queries import balances_at, book_label

#: The account that benefits and refunds are paid from (支出户).
EXPENDITURE = "1004"


def short_accounts(wanted: Mapping[tuple[str, str], int], today: dt.date) -> list[str]:
    """The books (area, fund) whose expenditure account holds less than is to be paid from it, in words."""
    held = balances_at(areas=sorted({area for area, _ in wanted}), accounts=(EXPENDITURE,), period=period_of(today))
    found = []
    for (area, fund), fen in sorted(wanted.items()):
        balance = held.get((area, fund, EXPENDITURE), 0)
        if balance < fen:
            found.append(f"{book_label(area, fund)} 余额 {format_fen(balance)} 元，须支付 {format_fen(fen)} 元")
    return found
