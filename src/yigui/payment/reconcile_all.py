"""The reconciliation of a month (三方对账) with what the bank says about payments: results that contradict each other, returns nobody has compared."""

import datetime as dt
from collections.abc import Sequence

from django.db import connection

from yigui.common.months import add_months, first_day
from yigui.common.sqlfiles import named_sql
from yigui.payment.enums import PaymentStatus
from yigui.receipts.reconcile import LOST, Reconciliation, Todo, reconcile

_STATEMENTS = named_sql("payment", "reconcile_all")


def reconcile_all(*, areas: Sequence[str], period: int) -> Reconciliation:
    """As `receipts.reconcile`, and on its work list what waits among the results, whatever month it is of, and files of the month of which a result is
    gone; at most 200 of each."""
    found = reconcile(areas=areas, period=period)
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENTS["contradictions"], {"areas": list(areas)})
        found.todos.extend(
            Todo("矛盾的发放结果", f"回执 {file} 号第 {row} 行：{sentence}"[:160], fen, f"result:{file}")
            for file, row, sentence, fen in cursor.fetchall()
        )
        cursor.execute(_STATEMENTS["unconfirmed"], {"areas": list(areas)})
        found.todos.extend(
            Todo("待核对的退票", f"回执 {file} 号：{count} 笔退票尚未由另一人与银行对账单核对", fen, f"result:{file}")
            for file, count, fen in cursor.fetchall()
        )
        # Which area a result that is gone was of, nobody can say any more: it is named to all.
        last = first_day(add_months(period, 1)) - dt.timedelta(days=1)
        cursor.execute(_STATEMENTS["lost"], {"first": first_day(period), "last": last})
        found.todos.extend(
            Todo(
                LOST,
                f"发放结果回执 {file} 号 {name}：记有{PaymentStatus(status).label} {said} 笔，现有 {stand} 笔",
                0,
                f"result:{file}",
            )
            for file, name, status, said, stand in cursor.fetchall()
        )
    return found
