"""What a payer owes and paid, put together for a page: bills, months as a chart and a table, orders, receipts."""

import datetime as dt
import json
from functools import partial
from typing import Any

from yigui.charges.queries import MonthTotal, bills_of_payer, bills_open_or_since, months_of_payer, orders_of
from yigui.common.money import chart_yuan
from yigui.common.months import add_months, format_period, period_of
from yigui.receipts.queries import receipts_of
from yigui.registry.models import Employer, Person

MONTHS = 24
RECENT_MONTHS = 2
BILLS_SHOWN = 200


def dues_of(
    *, employer: Employer | None, person: Person | None, today: dt.date, is_all: bool = True, is_claimed_too: bool = False
) -> dict[str, Any]:
    """Context of a page of dues of an employer or a self-payer; amounts in fen, the chart in yuan.

    Receipts are read when the page shows them.

    Args:
        is_all: False for those bills only that are open or of late.
    """
    months, left = months_of_payer(employer=employer, person=person, today=today)
    if is_all:
        states = bills_of_payer(employer=employer, person=person)
    else:
        states = bills_open_or_since(add_months(period_of(today), -RECENT_MONTHS), employer=employer, person=person)
    return {
        "employer": employer, "person": person, "states": states[:BILLS_SHOWN], "is_all": is_all, "chart": _chart(months[-MONTHS:]),
        "months": list(reversed(months))[:MONTHS], "due_fen": sum(m.due_fen for m in months), "paid_fen": sum(m.paid_fen for m in months),
        "left_fen": sum(m.left_fen for m in months), "overdue_fen": left.overdue_fen, "late_fen": left.late_fen,
        "orders": orders_of(employer=employer, person=person, limit=10),
        "receipts": partial(receipts_of, employer=employer, person=person, limit=20, is_claimed_too=is_claimed_too), "today": today,
    }  # fmt: skip


def _chart(months: list[MonthTotal]) -> str:
    return json.dumps({
        "months": [format_period(m.period) for m in months],
        "paid": [chart_yuan(m.paid_fen) for m in months],
        "waiting": [chart_yuan(max(0, m.left_fen - m.overdue_fen)) for m in months],
        "overdue": [chart_yuan(m.overdue_fen) for m in months],
    })  # fmt: skip
