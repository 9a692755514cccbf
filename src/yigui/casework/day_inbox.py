"""What waits for whoever looks sheets of tellers' days through (轧账复核, R315)."""

import datetime as dt
from collections.abc import Iterable

from yigui.casework.day_end import CHECKERS, sheets_to_check
from yigui.casework.day_sheets import DaySheet
from yigui.common.inbox import Row, Source, Target
from yigui.db.chosen import chosen_row
from yigui.staff.models import User

#: Differences a look at a row shows.
_SHOWN = 5


def _said(sheet: DaySheet) -> str:
    return f"{sheet.differences} 项差异：{sheet.explanation}" if sheet.differences else "没有差异"


def _row(sheet: DaySheet) -> Row:
    return Row(
        key=str(sheet.pk), kind="轧账复核", what=f"{sheet.user.full_name} {sheet.day} 日终轧账单", more=f"{_said(sheet)}；{sheet.user.agency.name}",
        whose=f"{sheet.user.full_name} 送", due_on=None, since=sheet.closed_at, target=Target("day_sheet", str(sheet.pk)),
    )  # fmt: skip


def _rows(user: User, today: dt.date, most: int) -> list[Row]:
    return [_row(sheet) for sheet in sheets_to_check(user)[:most]]


def _days(user: User, today: dt.date, most: int) -> Iterable[None]:
    return [None] * len(sheets_to_check(user).order_by().values_list("pk", flat=True)[:most])


def _lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    sheet = chosen_row(sheets_to_check(user), key)
    if sheet is None:
        return None
    differences = [("差异", str(said)) for said in sheet.content["differences"][:_SHOWN]]
    return [
        ("柜员", f"{sheet.user.full_name}，{sheet.user.agency.name}"), ("业务日期", str(sheet.day)),
        *((str(label), str(count)) for label, count in sheet.content["counts"]), *differences,
        *([("说明", sheet.explanation)] if sheet.explanation else []),
    ]  # fmt: skip


DAY_SHEETS = Source(
    18, "day_sheet", "轧账复核", "check", "task", frozenset(CHECKERS), rows=_rows, days=_days, lines=_lines
)  # fmt: skip
