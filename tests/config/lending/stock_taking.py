"""A kind of run: what is lent is counted, three people sign it, and each loan bears the batch that has found it.

What is written is written by the owner's function (`sql/functions.sql`), which takes the batch and nothing else.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection

from yigui.runs.checks import bar
from yigui.runs.errors import ContentChanged
from yigui.runs.in_the_way import areas_left
from yigui.runs.kinds import Content, Opening, RunKind, Unit, Work, Written, three_people
from yigui.runs.models import Batch


class StockTaking(RunKind):
    """Counts the books that are lent (借阅盘点)."""

    code, name, unit, verb, help = "stocktaking", "借阅盘点", Unit.MONTH, "count", "stock-taking of books that are lent"
    writes = ("lending_loan",)
    signers = three_people("借阅已清点。", "清点结果已复核。", "同意按清点结果登记。")

    def opening(self, *, area_code: str, period: int, today: dt.date, **more: Any) -> Opening:
        areas = areas_left(self.code, area_code, period, today.isoformat())
        return Opening(area_code, period, tuple(areas), today.isoformat())

    def content(self, work: Work, staged: Sequence[Any]) -> Content:
        count, digest = _lent()
        return Content(count, 0, digest, {"count": count}, [bar("not_empty", "有借出的书", passed=count > 0, detail=f"{count} 本")])

    def look_again(self, batch: Batch) -> None:
        if _lent() != (batch.row_count, batch.digest):
            raise ContentChanged("盘点后又有借阅，请重新盘点。", batch=batch.pk)

    def write(self, batch: Batch) -> Written | None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT lending_execute_stocktaking_v1(%s)", [batch.pk])
        return None


def _lent() -> tuple[int, str]:
    """How many books are lent, and a digest of which and to whom."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT books, digest FROM lending_sums_v1()")
        books, digest = cursor.fetchone()
    return books, digest


STOCK_TAKING = StockTaking()
