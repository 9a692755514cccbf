"""The reconciliation of a month (三方对账) with what the bank says about payments: results that contradict each other, returns nobody has compared."""

from collections.abc import Sequence

from django.db import connection

from yigui.common.sqlfiles import named_sql
from yigui.receipts.reconcile import Reconciliation, Todo, reconcile

_STATEMENTS = named_sql("payment", "reconcile_all")


def reconcile_all(*, areas: Sequence[str], period: int) -> Reconciliation:
    """As `receipts.reconcile`, and on its work list what waits among the results, whatever month it is of; at most 200 of each."""
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
    return found
