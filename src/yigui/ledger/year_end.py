"""Year end (年末结转): income and expenditure of a book go to its general balance (一般基金结余, 3001) before December is closed.

The vouchers are made by the database (`ledger_carry_over_v1`) in the transaction that closes the book, so that nothing can be
posted between the two. Source: 财会〔2017〕28号, 年末结转.
"""

import datetime as dt

from yigui.ledger.declarations import rule_of

EVENTS = ("close_income", "close_expenditure")


def is_year_end(period: int) -> bool:
    """Whether the books of a month are carried over when it is closed."""
    return period % 100 == 12


def carry_over_rule(period: int) -> dt.date:
    """The version of the posting rule by which a month's books are carried over."""
    return rule_of(EVENTS[0], dt.date(period // 100, 12, 31)).version
