"""Lines that could not be read and come again put right (更正): whoever sends the statement anew settles them by that, in whatever order the two files come.

What was put right is told by the database (`contributions_put_right_v1`): the same reference, or text and balance where there is none, and the same account,
day and amount as far as they could be read. What agrees in less a person settles (`waiting_lines.settle_rejected`).
"""

from django.db import connection

from yigui.common.sqlfiles import named_sql
from yigui.receipts.enums import Outcome
from yigui.receipts.known_lines import files_around
from yigui.receipts.models import LineEnd, ReceiptFile

_SQL = named_sql("receipts", "files")
#: Of a file's name in a ground.
_NAME_MAX = 40


def settle_put_right(file: ReceiptFile, *, decided_by: int | None) -> int:
    """End the rejected lines that this file puts right, and those of this file that others have already; gives how many."""
    files = {file.pk, *files_around((file.received_on, file.received_on), partner=file.partner, source=file.source)}
    with connection.cursor() as cursor:
        cursor.execute(_SQL["put_right"], {"file": file.pk, "partner": file.partner, "files": list(files)})
        rows = cursor.fetchall()
    ends: dict[int, LineEnd] = {}
    # A receipt, or money that went out under a reference, speaks for one line of a file.
    taken: set[tuple[int, int | str]] = set()
    for line, of_file, row_no, name, reference, receipt, by_file, by_row, by_name in rows:
        by_what = (of_file, reference if receipt is None else receipt)
        if line in ends or by_what in taken:
            continue
        taken.add(by_what)
        by = f"第 {by_file} 号到账文件“{by_name[:_NAME_MAX]}”第 {by_row} 行入账" if receipt else "另一份到账文件登记为支出"
        reason = f"第 {of_file} 号到账文件“{name[:_NAME_MAX]}”第 {row_no} 行更正后已随{by}"
        ends[line] = LineEnd(line_id=line, outcome=Outcome.CORRECTED, target_id=receipt, reason=reason, decided_by_id=decided_by)
    LineEnd.objects.bulk_create(ends.values(), batch_size=2000)
    return len(ends)
