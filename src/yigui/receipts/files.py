"""Taking receipts in (到账导入): a file or message becomes rows once, whatever is sent again; then it is settled."""

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from yigui.common.digests import sm3
from yigui.common.sqlfiles import named_sql
from yigui.db.presence import be_present
from yigui.documents.errors import FileRefused
from yigui.exchange.money_formats import ReceiptRow, Statement, Verdict, formats, read_camt053, read_csv, read_row
from yigui.ledger.models import BankLine
from yigui.receipts.errors import FileTwice
from yigui.receipts.models import ReceiptFile
from yigui.receipts.settle import SUSPENSE_FUND, Settlement, settle_file
from yigui.registry.models import Area
from yigui.staff.models import User

REJECTED_MAX = 1000
#: The posting rules begin on this day; money of before belongs into the opening balances. Source: 财会〔2017〕28号.
BOOKS_BEGIN = dt.date(2018, 1, 1)


@dataclass
class Import:
    """What became of a file: its receipt (None when no row was new), rows refused with sentences, and the settlement."""

    file: ReceiptFile | None
    new_rows: int
    duplicates: int
    rejected: list[tuple[int, str]]
    settlement: Settlement | None


@transaction.atomic
def import_receipts(*, content: bytes, file_name: str, partner: str, area_code: str, user: User | None, today: dt.date) -> Import:
    """Take a CSV or camt.053 file of receipts in and settle it, in one transaction.

    A line whose reference came in before changes nothing and is counted; bad rows come back with their sentence, good rows
    go on alone.

    Raises:
        FileRefused: unreadable, a column missing, or no such partner or area.
        FileTwice: the same content came in before.
    """
    form = formats().get(partner)
    if form is None:
        raise FileRefused(f"没有协作单位“{partner}”的文件格式，可选：{'、'.join(sorted(formats()))}。")
    if not Area.objects.filter(pk=area_code).exists():
        raise FileRefused(f"没有区划代码为 {area_code} 的地区。")
    debits: Statement | None = None
    if content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        debits = read_camt053(content, file_name)
        verdicts: Iterable[Verdict] = debits.rows
    else:
        verdicts = read_csv(content, file_name, form)
    taken = take_in(
        rows=verdicts, digest=sm3(content), file_name=file_name, partner=partner, source=form.source, area_code=area_code,
        user=user, today=today,
    )  # fmt: skip
    if debits is not None and debits.debits:
        _keep_debits(debits, area_code, taken.file)
    return taken


def import_rows(*, rows: Sequence[Mapping[str, str]], message: str, partner: str, area_code: str, today: dt.date) -> Import:
    """Take rows of a message in, as a file's: keys are the heads of the partner's format.

    Raises:
        FileRefused: no such partner or area.
        FileTwice: the same message came in before.
    """
    form = formats().get(partner)
    if form is None or not Area.objects.filter(pk=area_code).exists():
        raise FileRefused(f"没有协作单位“{partner}”的格式，或没有区划代码为 {area_code} 的地区。")
    verdicts = (read_row(number, row, form) for number, row in enumerate(rows, start=1))
    return take_in(
        rows=verdicts, digest=sm3(f"{partner}|message|{message}"), file_name=f"报文 {message}", partner=partner, source=form.source,
        area_code=area_code, user=None, today=today,
    )  # fmt: skip


def _keep_debits(statement: Statement, area_code: str, file: ReceiptFile | None) -> None:
    """What the bank paid out of the collecting account goes to the reconciliation's work list."""
    BankLine.objects.bulk_create(
        [
            BankLine(
                fund=SUSPENSE_FUND, area_code=area_code, deposit="1002", account_no=statement.account_no, booked_on=row.received_on,
                amount_fen=-row.amount_fen, reference=row.reference, text=row.text, file_id=file.pk if file else 0,
            )
            for row in statement.debits
        ],
        ignore_conflicts=True,
    )  # fmt: skip


@transaction.atomic
def take_in(
    *, rows: Iterable[Verdict], digest: str, file_name: str, partner: str, source: str, area_code: str, user: User | None,
    today: dt.date,
) -> Import:  # fmt: skip
    """Store rows of receipts and settle them.

    Raises:
        FileTwice: the digest is known.
    """
    earlier = ReceiptFile.objects.filter(digest=digest).first()
    if earlier is not None:
        raise FileTwice(
            f"该文件内容已于 {earlier.received_on} 接收（第 {earlier.pk} 号到账文件，{earlier.row_count} 笔），本次未做任何改动。",
            file=earlier.pk,
        )
    rejected: list[tuple[int, str]] = []
    good = _good(rows, rejected, today)
    with connection.cursor() as cursor:
        cursor.execute("SELECT contributions_open_taken_v1()")
        count = 0
        while block := list(itertools.islice(good, 20_000)):
            with cursor.copy("COPY taken FROM STDIN") as copy:
                for r in block:
                    copy.write_row((
                        r.row_no, r.reference, r.received_on, r.amount_fen, r.bill_id, r.order_code, r.unit_no, r.credit_code, r.id_number,
                        r.insurance, r.owed_period, r.payer_name, r.payer_account, r.area or area_code, r.text,
                    ))  # fmt: skip
            count += len(block)
        cursor.execute("SELECT contributions_close_taken_v1()")
        # Twice in one file, or known from an earlier file: the first one counts. Two statements, each one join.
        cursor.execute(_DROP_TWICE)
        duplicates = cursor.rowcount
        cursor.execute(_DROP_KNOWN, [partner])
        duplicates += cursor.rowcount
        cursor.execute("SELECT count(*), coalesce(sum(amount_fen), 0)::bigint FROM taken")
        new_rows, total = cursor.fetchone()
        file = None
        if new_rows:
            be_present(user)
            file = ReceiptFile.objects.create(
                source=source, partner=partner, area_code=area_code, file_name=file_name[:200], digest=digest, row_count=new_rows,
                total_fen=total, duplicate_count=duplicates, rejected=rejected[:REJECTED_MAX], imported_by_id=user.pk if user else None,
                received_on=today,
            )  # fmt: skip
            cursor.execute(_KEEP, {"file": file.pk, "partner": partner})
            cursor.execute("ANALYZE contributions_receipt") if new_rows > 100_000 else None
    settlement = settle_file(file=file, today=today) if file else None
    return Import(file, new_rows, duplicates, rejected, settlement)


def _good(rows: Iterable[Verdict], rejected: list[tuple[int, str]], today: dt.date) -> Iterator[ReceiptRow]:
    areas = set(Area.objects.values_list("code", flat=True))
    for row in rows:
        if isinstance(row, tuple):
            rejected.append(row)
        elif row.received_on > today:
            rejected.append((row.row_no, f"到账日期 {row.received_on} 晚于今天"))
        elif row.received_on < BOOKS_BEGIN:
            rejected.append((row.row_no, f"到账日期 {row.received_on} 早于 {BOOKS_BEGIN}，请核对"))
        elif row.area and row.area not in areas:
            rejected.append((row.row_no, f"收款地区 {row.area} 不在本统筹区"))
        else:
            yield row


_DROP_TWICE = """
DELETE FROM taken t USING (SELECT reference, min(row_no) AS row_no FROM taken GROUP BY reference HAVING count(*) > 1) AS first
WHERE t.reference = first.reference AND t.row_no > first.row_no
"""
_DROP_KNOWN = "DELETE FROM taken t USING contributions_receipt r WHERE r.partner = %s AND r.reference = t.reference"
_KEEP = named_sql("receipts", "files")["keep"]
