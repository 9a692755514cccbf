"""What of the receipts waits for somebody: lines of files that nobody has decided about (they wait, or were rejected), money whose own numbers
contradict each other, claims whose undoing another person confirms."""

import datetime as dt
from collections.abc import Iterable

from yigui.common.inbox import Row, Source, Target
from yigui.common.money import format_fen
from yigui.db.chosen import chosen_row
from yigui.receipts.enums import Cause, Fate
from yigui.receipts.models import ClaimUndo, Receipt, ReceiptLine
from yigui.receipts.queries import doubtful, lines_to_settle, undos_to_confirm
from yigui.registry.queries import areas_under
from yigui.staff.enums import Role
from yigui.staff.models import User


def _areas(user: User) -> list[str]:
    return areas_under(user.agency.area_id)


def _fen_of(line: ReceiptLine) -> str:
    """The amount in words; of a rejected line it was not read."""
    return "" if line.signed_fen is None else f" {format_fen(line.signed_fen)} 元"


def _row(line: ReceiptLine) -> Row:
    return Row(
        key=str(line.pk), kind=Cause(line.cause).label, what=f"第 {line.file_id} 号到账文件第 {line.row_no} 行{_fen_of(line)}",
        more=line.sentence, whose=line.get_fate_display(), due_on=None, since=line.file.created_at, target=Target("receipt_lines", str(line.file_id)),
    )  # fmt: skip


def _rows(user: User, today: dt.date, most: int) -> list[Row]:
    return [_row(line) for line in lines_to_settle(_areas(user)).select_related("file").order_by("id")[:most]]


def _days(user: User, today: dt.date, most: int) -> Iterable[None]:
    return [None] * len(lines_to_settle(_areas(user)).order_by().values_list("pk", flat=True)[:most])


def _lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    found = chosen_row(lines_to_settle(_areas(user)).select_related("file"), key)
    if found is None:
        return None
    if found.fate == Fate.REJECTED:
        return [
            ("到账文件", f"第 {found.file_id} 号 {found.file.file_name}"), ("行号", str(found.row_no)), ("原因", found.sentence),
            ("原文", found.raw), ("下一步", "更正后重新导入，或与银行核实；再在“未入账的行”页写明依据，按不入账处理"),
        ]  # fmt: skip
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
