"""A kind of run: what is lent is counted, and two people sign it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from lending.models import Loan

from yigui.registry.queries import areas_under
from yigui.runs.checks import check
from yigui.runs.kinds import Content, Opening, RunKind, Unit, Work, Written
from yigui.runs.models import Batch


class StockTaking(RunKind):
    """Counts the books that are lent (借阅盘点)."""

    code, name, unit, verb, help = "stocktaking", "借阅盘点", Unit.MONTH, "count", "stock-taking of books that are lent"

    def opening(self, *, area_code: str, period: int, today: dt.date, **more: Any) -> Opening:
        return Opening(area_code, period, tuple(areas_under(area_code)), today.isoformat())

    def content(self, work: Work, staged: Sequence[Any]) -> Content:
        count = Loan.objects.count()
        return Content(
            count, 0, f"{count}", {"count": count}, [check("not_empty", "有借出的书", passed=count > 0, detail=f"{count} 本")]
        )

    def write(self, batch: Batch) -> Written | None:
        return None


STOCK_TAKING = StockTaking()
