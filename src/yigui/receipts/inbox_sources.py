"""What of the receipts waits for somebody: lines of files that nobody has decided about, files with lines that were rejected, money whose own numbers
contradict each other, claims whose undoing another person confirms."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count, QuerySet

from yigui.common.inbox import Row, Source, Target
from yigui.common.money import format_fen
from yigui.db.chosen import chosen_row
from yigui.receipts.enums import Cause
from yigui.receipts.models import ClaimUndo, Receipt, ReceiptFile, ReceiptLine
from yigui.receipts.queries import doubtful, open_lines, rejected_lines, undos_to_confirm
from yigui.registry.queries import areas_under
from yigui.staff.enums import Role
from yigui.staff.models import User


def _areas(user: User) -> list[str]:
    return areas_under(user.agency.area_id)


def _row(line: ReceiptLine) -> Row:
    return Row(
        key=str(line.pk), kind=Cause(line.cause).label, what=f"第 {line.file_id} 号到账文件第 {line.row_no} 行 {format_fen(line.signed_fen)} 元",
        more=line.sentence, whose="待核", due_on=None, since=line.file.created_at, target=Target("receipt_lines", str(line.file_id)),
    )  # fmt: skip


def _rows(user: User, today: dt.date, most: int) -> list[Row]:
    return [_row(line) for line in open_lines(_areas(user)).select_related("file").order_by("id")[:most]]


def _days(user: User, today: dt.date, most: int) -> Iterable[None]:
    return [None] * len(open_lines(_areas(user)).order_by().values_list("pk", flat=True)[:most])


def _lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    found = chosen_row(open_lines(_areas(user)).select_related("file"), key)
    if found is None:
        return None
    return [
        ("到账文件", f"第 {found.file_id} 号 {found.file.file_name}"), ("行号", str(found.row_no)), ("流水号", found.reference),
        ("金额", f"{format_fen(found.signed_fen)} 元"), ("对方", found.payer_name), ("原因", found.sentence),
        ("下一步", "在“未入账的行”页入账、不入账、转发放结果，或申请冲回"),
    ]  # fmt: skip


WAITING_LINES = Source(
    84,
    "receipt_lines",
    "待核到账行",
    "inbox",
    "task",
    frozenset({Role.CASHIER, Role.ACCOUNTANT}),
    rows=_rows,
    days=_days,
    lines=_lines,
)


def _rejected(user: User) -> QuerySet[ReceiptFile]:
    """Files with lines that were rejected and nobody has settled: one that was sent in another form has thousands of them."""
    lines = rejected_lines(_areas(user))
    return ReceiptFile.objects.filter(pk__in=lines.order_by().values("file_id")).order_by("id")


def _rejected_row(file: ReceiptFile, count: int) -> Row:
    return Row(
        key=str(file.pk), kind="退回的行", what=f"第 {file.pk} 号到账文件退回 {count} 行", more=file.file_name, whose="待处理", due_on=None,
        since=file.created_at, target=Target("receipt_lines", str(file.pk)),
    )  # fmt: skip


def _rejected_rows(user: User, today: dt.date, most: int) -> list[Row]:
    files = list(_rejected(user)[:most])
    lines = rejected_lines(_areas(user)).filter(file__in=files)
    counts = dict(lines.order_by().values_list("file_id").annotate(Count("pk")))
    return [_rejected_row(file, counts[file.pk]) for file in files]


def _rejected_days(user: User, today: dt.date, most: int) -> Iterable[None]:
    return [None] * len(_rejected(user).values_list("pk", flat=True)[:most])


def _rejected_told(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    found = chosen_row(_rejected(user), key)
    if found is None:
        return None
    lines = rejected_lines(_areas(user)).filter(file=found)
    first = [(f"第 {line.row_no} 行", f"{line.sentence}；原文：{line.raw}") for line in lines.order_by("seq")[:SHOWN]]
    return [
        ("到账文件", f"第 {found.pk} 号 {found.file_name}"), ("退回", f"{lines.count()} 行"), *first,
        ("下一步", "更正后重新导入，或与银行核实；再在“未入账的行”页写明依据，按不入账处理"),
    ]  # fmt: skip


#: Lines of one that are shown.
SHOWN = 5
REJECTED_LINES = Source(
    88, "rejected_lines", "退回的到账行", "inbox", "task", frozenset({Role.CASHIER, Role.ACCOUNTANT}), rows=_rejected_rows, days=_rejected_days,
    lines=_rejected_told,
)  # fmt: skip


def _doubt(receipt: Receipt) -> Row:
    return Row(
        key=str(receipt.pk), kind="付款信息矛盾", what=f"到账 {receipt.reference} {format_fen(receipt.amount_fen)} 元", more=receipt.doubt,
        whose="待认领", due_on=None, since=receipt.received_on, target=Target("suspense"),
    )  # fmt: skip


def _doubts(user: User, today: dt.date, most: int) -> list[Row]:
    return [_doubt(receipt) for receipt in doubtful(_areas(user)).order_by("id")[:most]]


def _doubt_days(user: User, today: dt.date, most: int) -> Iterable[None]:
    return [None] * len(doubtful(_areas(user)).order_by().values_list("pk", flat=True)[:most])


def _doubt_lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    found = chosen_row(doubtful(_areas(user)).select_related("file"), key)
    if found is None:
        return None
    return [
        ("到账文件", f"第 {found.file_id} 号 {found.file.file_name}"), ("流水号", found.reference), ("金额", f"{format_fen(found.amount_fen)} 元"),
        ("付款人", found.payer_name), ("矛盾", found.doubt), ("下一步", "与付款人核实后，在暂收款清单认领"),
    ]  # fmt: skip


DOUBTS = Source(
    83, "receipt_doubts", "付款信息矛盾", "alert", "task", frozenset({Role.CASHIER, Role.ACCOUNTANT}), rows=_doubts, days=_doubt_days,
    lines=_doubt_lines,
)  # fmt: skip


def _undo(undo: ClaimUndo) -> Row:
    receipt = undo.claim.receipt
    return Row(
        key=str(undo.pk), kind="撤销认领", what=f"到账 {receipt.reference} {format_fen(receipt.amount_fen)} 元", more=undo.reason,
        whose="待另一人", due_on=None, since=undo.asked_at, target=Target("suspense"),
    )  # fmt: skip


def _undos(user: User, today: dt.date, most: int) -> list[Row]:
    return [_undo(undo) for undo in undos_to_confirm(_areas(user), user).order_by("id")[:most]]


def _undo_days(user: User, today: dt.date, most: int) -> Iterable[None]:
    return [None] * len(undos_to_confirm(_areas(user), user).order_by().values_list("pk", flat=True)[:most])


def _undo_lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    found = chosen_row(undos_to_confirm(_areas(user), user), key)
    if found is None:
        return None
    receipt = found.claim.receipt
    return [
        ("流水号", receipt.reference), ("金额", f"{format_fen(receipt.amount_fen)} 元"), ("认领依据", found.claim.reason),
        ("撤销原因", found.reason), ("下一步", "与凭证核对后，在暂收款清单确认撤销认领"),
    ]  # fmt: skip


UNDOS = Source(
    85, "claim_undos", "待确认的撤销认领", "inbox", "task", frozenset({Role.CASHIER, Role.ACCOUNTANT}), rows=_undos, days=_undo_days,
    lines=_undo_lines,
)  # fmt: skip
