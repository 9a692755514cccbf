"""Files to the bank of a batch of refunds: as those of a pay run, one file a batch. A refund's number is `R<batch>-<due>`."""

from collections.abc import Sequence

from yigui.common.errors import NotFound
from yigui.payment.bank_files import FILE_MAX, FileHead, Instruction, credit_transfers, delimited, delimited_rows
from yigui.payment.models import RefundPayment
from yigui.receipts.models import RefundDue
from yigui.registry.enums import AAE140
from yigui.runs.kinds import FileContent, FileLink
from yigui.runs.models import Batch

PURPOSE = "社会保险费退费"
LINKS = [FileLink("refunds.xml", "银行文件 pain.001"), FileLink("refunds.txt", "银行文件（文本）")]


def refund_no(batch_id: int, due_id: int) -> str:
    """The number by which bank and agency speak of a refund (EndToEndId)."""
    return f"R{batch_id}-{due_id}"


def refund_file(batch: Batch, name: str) -> FileContent:
    """A file of an executed batch; the same bytes whenever it is asked for.

    Raises:
        NotFound: there is none of this name.
    """
    file_name = f"refunds-{batch.period}-{batch.pk}"
    rows = _instructions(batch)
    if name == "refunds.xml":
        content = credit_transfers(batch, _head(rows), rows)
        return FileContent(content, "application/xml; charset=utf-8", f"{file_name}.xml")
    if name == "refunds.txt":
        encoding = delimited()["payment"]["encoding"]
        return FileContent(delimited_rows(rows, purpose=PURPOSE), f"text/plain; charset={encoding}", f"{file_name}.txt", encoding)
    raise NotFound(f"第 {batch.pk} 号退费批次没有文件 {name}，请从批次页下载。")


def _instructions(batch: Batch) -> list[Instruction]:
    """What a batch paid, by fund and area; a batch holds no more than one file does."""
    paid = list(RefundPayment.objects.filter(batch_id=batch.pk, hold=0).order_by("due_id")[:FILE_MAX])
    dues = RefundDue.objects.in_bulk([p.due_id for p in paid])
    rows = [
        Instruction(
            refund_no(batch.pk, p.due_id), p.amount_fen, int(dues[p.due_id].area_code), AAE140[dues[p.due_id].fund], p.bank_code,
            p.account_name, p.account_no, PURPOSE,
        )
        for p in paid
    ]  # fmt: skip
    return sorted(rows, key=lambda i: (i.insurance, i.area))


def _head(rows: Sequence[Instruction]) -> FileHead:
    groups: dict[tuple[int, int], tuple[int, int]] = {}
    for i in rows:
        count, fen = groups.get((i.insurance, i.area), (0, 0))
        groups[i.insurance, i.area] = (count + 1, fen + i.amount_fen)
    return FileHead(1, len(rows), sum(i.amount_fen for i in rows), tuple((*key, *sums) for key, sums in sorted(groups.items())))
