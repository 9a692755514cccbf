"""What a payer owes and paid, put together for a page: bills, months as a chart and a table, orders, receipts."""

import datetime as dt
import json
from functools import partial
from typing import Any

from yigui.common.months import format_period
from yigui.contributions.queries import MonthTotal, bills_of_payer, dues_by_month, orders_of, receipts_of
from yigui.registry.models import Employer, Person

MONTHS = 24


def dues_of(*, employer: Employer | None, person: Person | None, today: dt.date) -> dict[str, Any]:
    """Context of a page of dues of an employer or a self-payer; amounts in fen, the chart in yuan.

    Receipts are read when the page shows them.
    """
    states = bills_of_payer(employer=employer, person=person)
    overdue = [s for s in states if s.is_overdue(today)]
    months = dues_by_month(states, today)
    return {
        "employer": employer, "person": person, "states": states[:200], "chart": _chart(months[-MONTHS:]),
        "months": list(reversed(months))[:MONTHS], "due_fen": sum(s.bill.total_fen for s in states),
        "paid_fen": sum(s.paid_fen for s in states), "left_fen": sum(s.left_fen for s in states), "overdue_fen": sum(s.left_fen for s in overdue),
        "late_fen": sum(s.surcharge(today).amount_fen for s in overdue), "orders": orders_of(employer=employer, person=person, limit=10),
        "receipts": partial(receipts_of, employer=employer, person=person, limit=20), "today": today,
    }  # fmt: skip


def _chart(months: list[MonthTotal]) -> str:
    return json.dumps({
        "months": [format_period(m.period) for m in months],
        "paid": [m.paid_fen / 100 for m in months],
        "waiting": [max(0, m.left_fen - m.overdue_fen) / 100 for m in months],
        "overdue": [m.overdue_fen / 100 for m in months],
    })  # fmt: skip
