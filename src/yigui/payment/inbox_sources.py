"""What of the bank's results waits for somebody: returned payments nobody has compared, and lines that contradict what is on record."""

import datetime as dt
from collections.abc import Iterable

from yigui.common.inbox import Row, Source, Target
from yigui.common.money import format_fen
from yigui.db.chosen import chosen_row
from yigui.payment.enums import PaymentStatus
from yigui.payment.models import ResultFile, WaitingResult
from yigui.payment.queries import unconfirmed_files, waiting_results
from yigui.staff.enums import Role
from yigui.staff.models import User

_ROLES = frozenset({Role.CASHIER, Role.ACCOUNTANT})


def _file_row(file: ResultFile) -> Row:
    return Row(
        key=str(file.pk), kind="退票核对", what=f"回执 {file.pk} 号：退票 {file.returned_count} 笔", more=file.file_name, whose="待另一人",
        due_on=None, since=file.received_on, target=Target("result_file", str(file.pk)),
    )  # fmt: skip


def _files(user: User, today: dt.date, most: int) -> list[Row]:
    return [_file_row(file) for file in unconfirmed_files(user.pk).order_by("id")[:most]]


def _file_days(user: User, today: dt.date, most: int) -> Iterable[None]:
    return [None] * len(unconfirmed_files(user.pk).order_by().values_list("pk", flat=True)[:most])


def _file_lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    found = chosen_row(unconfirmed_files(user.pk), key)
    if found is None:
        return None
    return [
        ("回执", f"{found.pk} 号 {found.file_name}"), ("退票", f"{found.returned_count} 笔"), ("接收日期", found.received_on.isoformat()),
        ("下一步", "与银行对账单核对后，在回执页确认；确认后才能重发或再付"),
    ]  # fmt: skip


RETURNS = Source(
    86, "returns", "待核对的退票", "inbox", "task", _ROLES, rows=_files, days=_file_days, lines=_file_lines,
)  # fmt: skip


def _result_row(waiting: WaitingResult) -> Row:
    return Row(
        key=str(waiting.pk), kind="发放结果核实", what=f"回执 {waiting.file_id} 号第 {waiting.row_no} 行 {format_fen(waiting.amount_fen)} 元",
        more=waiting.sentence, whose="待另一人", due_on=None, since=waiting.file.received_on,
        target=Target("result_file", str(waiting.file_id)),
    )  # fmt: skip


def _results(user: User, today: dt.date, most: int) -> list[Row]:
    return [_result_row(waiting) for waiting in waiting_results(user.pk).select_related("file").order_by("id")[:most]]


def _result_days(user: User, today: dt.date, most: int) -> Iterable[None]:
    return [None] * len(waiting_results(user.pk).order_by().values_list("pk", flat=True)[:most])


def _result_lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    found = chosen_row(waiting_results(user.pk).select_related("file"), key)
    if found is None:
        return None
    return [
        ("回执", f"{found.file_id} 号 {found.file.file_name}"), ("行号", str(found.row_no)),
        ("本行结果", PaymentStatus(found.status).label), ("金额", f"{format_fen(found.amount_fen)} 元"), ("原因", found.sentence),
        ("下一步", "与银行核实后，在回执页选择是否采信本行"),
    ]  # fmt: skip


CONTRADICTIONS = Source(
    87, "contradictions", "待核实的发放结果", "alert", "task", _ROLES, rows=_results, days=_result_days, lines=_result_lines,
)  # fmt: skip
