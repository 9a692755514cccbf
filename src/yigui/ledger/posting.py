"""Posting by rule. Under the caller's open warrant, in the caller's transaction."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from django.db import connection

from yigui.common.months import add_months, first_day
from yigui.ledger.declarations import DEPOSITS, Rule, rule_of
from yigui.ledger.errors import WrongPosting
from yigui.ledger.queries import last_closed


def post(
    *,
    event: str,
    fund: str,
    area_code: str,
    on: dt.date,
    amounts: Mapping[str, int],
    source_kind: str,
    source_id: int,
    summary: str = "",
    deposit: str = "",
    party: str = "",
) -> int | None:
    """Post an event by the rule of its day; gives the voucher's id, None when all amounts are zero.

    Args:
        fund, area_code: the book.
        on: day of the money; its month is the period.
        amounts: name of the rule -> fen, none below zero; every name must occur in the rule.
        source_kind, source_id: what the voucher came from (`case`, `receipt_file`, `batch`).
        deposit: 1002 收入户, 1003 财政专户, 1004 支出户 or 1005 国库, where the rule says `deposit`.
        party: the other area or payer.

    Raises:
        WrongPosting: an amount the rule does not know, a negative one, or no deposit given.
        Error: the database refuses (closed period, no warrant, out of balance at commit).
    """  # fmt: skip
    found = lines_of(event=event, on=on, amounts=amounts, deposit=deposit)
    if not found.accounts:
        return None
    rule = found.rule
    values: list[str | int | dt.date] = [
        fund, area_code, on, event, rule.version, (summary or rule.label)[:200], source_kind, source_id, ",".join(found.accounts),
        ",".join(found.sides), ",".join(map(str, found.amounts)), party, len(found.accounts),
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_POST, values)
        (voucher_id,) = cursor.fetchone()
    return int(voucher_id)


# The lines travel as text: a third of the driver's time went into arrays.
_POST = """
SELECT ledger_post_v1(%s, %s, %s, %s, %s, %s, %s, %s, string_to_array(%s, ','), string_to_array(%s, ','),
    string_to_array(%s, ',')::bigint[], array_fill(%s::text, ARRAY[%s::integer]))
"""


class Lines(NamedTuple):
    """The entries an event comes to by its rule: accounts, sides and amounts (fen) of equal length."""

    rule: Rule
    accounts: list[str]
    sides: list[str]
    amounts: list[int]


def lines_of(*, event: str, on: dt.date, amounts: Mapping[str, int], deposit: str = "") -> Lines:
    """The entries of an event by the rule of its day; none when all amounts are zero. Params and errors as `post`."""
    rule = rule_of(event, on)
    _judge(rule, amounts, deposit)
    lines = [line for line in rule.lines if amounts.get(line.amount, 0)]
    accounts = [deposit if line.account == "deposit" else line.account for line in lines]
    return Lines(rule, accounts, [str(line.side) for line in lines], [amounts[line.amount] for line in lines])


def _judge(rule: Rule, amounts: Mapping[str, int], deposit: str) -> None:
    known = {line.amount for line in rule.lines}
    strange = [name for name, fen in amounts.items() if fen and name not in known]
    if strange:
        raise WrongPosting(f"记账规则“{rule.label}”没有金额项：{'、'.join(strange)}。", rule=rule.event)
    if any(fen < 0 for fen in amounts.values()):
        raise WrongPosting(f"记账规则“{rule.label}”的金额不能为负，请以冲销或退费办理。", rule=rule.event)
    if deposit not in DEPOSITS and any(line.account == "deposit" for line in rule.lines):
        raise WrongPosting(f"记账规则“{rule.label}”须指明存款科目。", rule=rule.event)


def posting_day(day: dt.date, *, area: str, fund: str) -> dt.date:
    """The day a voucher bears: the day of the money, or the first of the first open month when its own is closed."""
    closed = last_closed(area, fund)
    return max(day, first_day(add_months(closed, 1))) if closed else day
