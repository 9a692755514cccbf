"""Taking receipts in (到账导入): a file or message becomes rows once, whatever is sent again; then it is settled.

Every line of a file is accounted for: taken, known already, rejected with a sentence, or waiting for a person (`models.ReceiptFile`).
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from uuid import UUID

from django.db import connection, transaction

from yigui.common.digests import sm3
from yigui.common.locks import Lock
from yigui.common.sqlfiles import named_sql
from yigui.db.presence import be_present
from yigui.documents.errors import FileRefused
from yigui.documents.tabular.xml import is_xml
from yigui.exchange.money_formats import OnAccount, PartnerFormat, formats, read_csv, read_row
from yigui.exchange.receipt_rows import ReadRow, ReceiptRow, RefusedRow, is_reference
from yigui.exchange.statements import Statement, read_statements
from yigui.receipts.enums import Cause, Fate, Outcome, ReceiptSource
from yigui.receipts.errors import FileTwice
from yigui.receipts.known_lines import OTHER_FILES_DAYS, OTHER_FILES_MAX, hold_alike, hold_other_way, hold_shortened, with_payers
from yigui.receipts.models import LineEnd, ReceiptFile, ReceiptLine
from yigui.receipts.not_booked import line_digest
from yigui.receipts.own_accounts import check_account
from yigui.receipts.payouts import judge_named
from yigui.receipts.put_right import settle_put_right
from yigui.receipts.reversed_lines import set_reversals_aside
from yigui.receipts.settle import SUSPENSE_FUND, Settlement, settle_file
from yigui.receipts.statement_chain import chained_lines, hold_unchained, keep_statements
from yigui.registry.models import Area
from yigui.staff.models import User

#: The posting rules begin on this day; money of before belongs into the opening balances. Source: 财会〔2017〕28号.
BOOKS_BEGIN = dt.date(2018, 1, 1)
_BLOCK = 20_000
_SQL = named_sql("receipts", "files")


@dataclass
class Import:
    """What became of a file: its record, its lines by fate, and the settlement; `rejected` and `waiting` with their sentences.

    `file` is None when the file had no line at all.
    """

    file: ReceiptFile | None
    new_rows: int
    duplicates: int
    rejected: list[tuple[int, str]]
    settlement: Settlement | None
    waiting: list[tuple[int, str]] = field(default_factory=list)
    debits: int = 0
    unbooked: int = 0
    #: Of `debits`: lines that the bank took back within the file, and what took them back.
    undone: int = 0
    #: Heads of columns that the partner's format does not read.
    unknown: tuple[str, ...] = ()
    #: Sentences about the file as a whole: what of its sheet is hidden.
    notes: tuple[str, ...] = ()

    @property
    def lines_in(self) -> int:
        return self.new_rows + self.debits + self.duplicates + len(self.rejected) + len(self.waiting)

    @property
    def said(self) -> str:
        """What became of the lines, in one sentence."""
        parts = [f"共 {self.lines_in} 行：入账 {self.new_rows} 笔"]
        parts += [f"支出 {self.debits - self.undone} 笔"] if self.debits > self.undone else []
        parts += [f"文件内冲正相抵 {self.undone} 笔"] if self.undone else []
        parts += [f"重复 {self.duplicates} 笔", f"退回 {len(self.rejected)} 笔"]
        if self.unbooked:
            parts[-1] += f"（其中银行未记账 {self.unbooked} 笔）"
        parts += [f"待核 {len(self.waiting)} 笔"] if self.waiting else []
        unread = (
            f"未读取的列：{'、'.join(self.unknown)[:200]}；其内容没有导入，如为付款人等信息请核对表头。" if self.unknown else ""
        )
        return "，".join(parts) + "。" + unread + "".join(f"{note}。" for note in self.notes)


@transaction.atomic
def import_receipts(*, content: bytes, file_name: str, partner: str, area_code: str, user: User | None, today: dt.date) -> Import:
    """Take a CSV or camt file of receipts in and settle it, in one transaction.

    A line that came in before changes nothing and is counted; bad rows come back with their sentence, what cannot be decided waits, good
    rows go on alone.

    Raises:
        FileRefused: unreadable, no line, a column missing, another account, balances that do not add up, or no such partner or area.
        FileTwice: the same content came in before.
    """
    form = _form(partner, area_code)
    statements: list[Statement] = []
    unknown: list[str] = []
    notes: list[str] = []
    rows: Iterable[ReadRow]
    if is_xml(content):
        statements = read_statements(content, file_name)
        for s in statements:
            check_account(
                account_no=s.account_no, currency=s.currency, area_code=area_code, day=min(s.closed_on or today, today),
                where=f"文件“{file_name}”第 {s.number} 份对账单",
            )  # fmt: skip
        rows = [line for s in statements for line in s.lines]
    else:
        rows = read_csv(
            content, file_name, form, on_unknown=unknown.extend, on_notes=notes.extend,
            on_account=_ours(area_code, today),
            on_statement=statements.append,
        )  # fmt: skip
    done = take_in(
        rows=rows, digest=sm3(content), file_name=file_name, partner=partner, source=form.source, area_code=area_code,
        user=user, today=today, statements=statements, unread=unknown,
    )  # fmt: skip
    if done.file is None:
        raise FileRefused(f"文件“{file_name}”没有数据行，未作任何改动。")
    done.unknown, done.notes = tuple(unknown), tuple(notes)
    accounts = {s.account_no for s in statements if s.account_no}
    if accounts and user is not None and not user.is_door:
        # Each line is settled under a warrant of its own, and a transaction has one. A program ends no line: those wait for a person of the cash desk.
        transaction.on_commit(lambda: _book_chained(accounts, user, today), robust=True)
    return done


def _book_chained(accounts: set[str], user: User, today: dt.date) -> None:
    """Book what waited for a statement that has now come in."""
    for line in chained_lines(accounts):
        book_line(line, reason="缺失的对账单已补齐，余额衔接", user=user, today=today)


def import_rows(
    *, rows: Sequence[Mapping[str, str]], message: str, partner: str, area_code: str, user: User, today: dt.date
) -> Import:
    """Take rows of a message in, as a file's: keys are the heads of the partner's format. `user`: the account of the partner's program.

    Raises:
        FileRefused: no such partner or area.
        FileTwice: the same message came in before.
    """
    form = _form(partner, area_code)

    verdicts = (read_row(number, row, form, on_account=_ours(area_code, today)) for number, row in enumerate(rows, start=1))
    return take_in(
        rows=verdicts, digest=sm3(f"{partner}|message|{message}"), file_name=f"报文 {message}", partner=partner, source=form.source,
        area_code=area_code, user=user, today=today,
    )  # fmt: skip


def _ours(area_code: str, today: dt.date) -> OnAccount:
    """Gives an account in full and refuses one that is none of the area's: on the day of the row, where it says one that has come."""

    def ours(account: str, where: str, day: dt.date | None) -> str:
        return check_account(account_no=account, currency="", area_code=area_code, day=min(day or today, today), where=where)

    return ours


def _form(partner: str, area_code: str) -> PartnerFormat:
    form = formats().get(partner)
    if form is None:
        raise FileRefused(f"没有协作单位“{partner}”的文件格式，可选：{'、'.join(sorted(formats()))}。")
    if not Area.objects.filter(pk=area_code).exists():
        raise FileRefused(f"没有区划代码为 {area_code} 的地区。")
    return form


def one_at_a_time() -> None:
    """Judge money of whatever partner and area one file after the other, to the end of the transaction: the same money may come by two ways at once.

    Who locks what settling changes (an order) takes this first.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [Lock.RECEIPTS])


@transaction.atomic
def take_in(
    *, rows: Iterable[ReadRow], digest: str, file_name: str, partner: str, source: str, area_code: str, user: User | None,
    today: dt.date, statements: Sequence[Statement] = (), is_released: bool = False, unread: Sequence[str] = (),
) -> Import:  # fmt: skip
    """Store rows of receipts, each with what becomes of it, and settle those that are booked.

    Args:
        user: whoever brings them in (a cashier, an accountant, the account of the partner's program): the database must have seen
            them. None: the owner, and a demonstration's payment by card.
        statements: the statements the rows stand in, where they do.
        is_released: a person has looked at the rows: they are booked unless they are booked already.
        unread: heads of columns that the format does not read, known when all rows are read.

    Raises:
        FileTwice: the digest is known.
        NotSeen: they have not signed in.
    """
    with connection.cursor() as cursor:
        one_at_a_time()
        earlier = ReceiptFile.objects.filter(digest=digest).first()
        if earlier is not None:
            raise FileTwice(
                f"该文件内容已于 {earlier.received_on} 接收（第 {earlier.pk} 号到账文件，{earlier.row_count} 笔），本次未做任何改动。",
                file=earlier.pk,
            )
        refused: list[tuple[int, RefusedRow]] = []
        _copy(rows, refused, partner=partner, area_code=area_code, today=today)
        # Balances of a list that names no account prove what came, not on which account: no other file is compared with it by them.
        named = [s for s in statements if s.account_no]
        _judge(partner=partner, source=source, is_released=is_released, today=today, statements=named)
        if named and not is_released:
            hold_unchained(named)
        cursor.execute(_SQL["counts"])
        new_rows, total, debits, known, rejected, waiting, undone = cursor.fetchone()
        said = _said(refused)
        lines_in = new_rows + debits + known + rejected + waiting + len(refused)
        if not lines_in:
            return Import(None, 0, 0, [], None)
        be_present(user)
        file = ReceiptFile.objects.create(
            source=source, partner=partner, area_code=area_code, file_name=file_name[:200], digest=digest, row_count=new_rows,
            total_fen=total, duplicate_count=known, imported_by_id=user.pk if user else None, received_on=today, lines_in=lines_in,
            debit_count=debits, known_count=known, rejected_count=rejected + len(refused), waiting_count=waiting,
            unread_heads=list(dict.fromkeys(unread)),
        )  # fmt: skip
        _keep(file, refused)
        keep_statements(file, statements)
        settle_put_right(file, decided_by=user.pk if user else None)
        cursor.execute("ANALYZE contributions_receipt") if new_rows > 100_000 else None
    settlement = settle_file(file=file, today=today) if new_rows else None
    unbooked = sum(1 for _, row in refused if row.cause == Cause.UNBOOKED)
    return Import(file, new_rows, known, said[Fate.REJECTED], settlement, said[Fate.WAITING], debits, unbooked, undone)


def _copy(rows: Iterable[ReadRow], refused: list[tuple[int, RefusedRow]], *, partner: str, area_code: str, today: dt.date) -> None:
    """Read the rows into the transaction's own table, with their place in the file; rows that cannot be read are put aside."""
    numbered = _twins_wait(_good(rows, refused, today), partner)
    with connection.cursor() as cursor:
        cursor.execute("SELECT contributions_open_taken_v3()")
        while block := list(islice(numbered, _BLOCK)):
            with cursor.copy(_COPY) as copy:
                for seq, r in block:
                    copy.write_row((
                        seq, r.row_no, r.reference, r.received_on, r.amount_fen, r.bill_id, r.order_code, r.unit_no, r.credit_code, r.id_number,
                        r.insurance, r.owed_period, r.payer_name, r.payer_account, r.area or area_code, r.text, r.account_no, r.is_referenced,
                        r.is_debit, r.payment_no, r.reverses, _content(r, partner), r.waits, r.why, r.mark,
                    ))  # fmt: skip
        cursor.execute("SELECT contributions_close_taken_v1()")


_COPY = """
COPY taken (seq, row_no, reference, received_on, amount_fen, bill_id, order_code, unit_no, credit_code, id_number, insurance, owed_period, payer_name,
    payer_account, area_code, text, account_no, is_referenced, is_debit, payment_no, reverses, content, cause, sentence, mark) FROM STDIN
"""


def _twins_wait(rows: Iterable[tuple[int, ReceiptRow]], partner: str) -> Iterator[tuple[int, ReceiptRow]]:
    """The rows; of two credits without a reference between which nothing tells (`ReceiptRow.apart`) the later waits: one payment may be told twice."""
    first: dict[tuple[UUID, str, str], tuple[int, int]] = {}
    for seq, r in rows:
        if r.is_referenced or r.is_debit or r.waits:
            yield seq, r
            continue
        place, at = first.setdefault((_content(r, partner), r.mark, r.apart), (seq, r.row_no))
        if place == seq:
            yield seq, r
            continue
        why = (
            f"与本文件第 {at} 行日期、金额、对方、附言都相同，没有流水号，也没有余额可以区分，可能是同一笔写了两次，未入账；"
            f"请与银行核实后入账或不入账"
        )
        yield seq, replace(r, waits=Cause.ALIKE, why=why)


def _content(r: ReceiptRow, partner: str) -> UUID:
    """What a line is known again by: account, direction, day, amount, party, and the reference where there is one."""
    told = (
        partner, r.account_no, "D" if r.is_debit else "C", r.received_on.isoformat(), str(r.amount_fen), r.reference if r.is_referenced else "",
        str(r.bill_id or ""), r.order_code, r.unit_no, r.credit_code, r.id_number, str(r.insurance or ""), str(r.owed_period or ""),
        r.payer_name, r.payer_account,
    )  # fmt: skip
    return UUID(bytes=hashlib.blake2b("\x1f".join(told).encode(), digest_size=16).digest())


def _good(rows: Iterable[ReadRow], refused: list[tuple[int, RefusedRow]], today: dt.date) -> Iterator[tuple[int, ReceiptRow]]:
    areas = set(Area.objects.values_list("code", flat=True))
    for seq, row in enumerate(rows, start=1):
        if isinstance(row, RefusedRow):
            refused.append((seq, row))
            continue
        sentence = ""
        if row.received_on > today:
            sentence = f"到账日期 {row.received_on} 晚于今天"
        elif row.received_on < BOOKS_BEGIN:
            sentence = f"到账日期 {row.received_on} 早于 {BOOKS_BEGIN}，请核对"
        elif row.area and row.area not in areas:
            sentence = f"收款地区 {row.area} 不在本统筹区"
        if sentence:
            refused.append((seq, RefusedRow(row.row_no, sentence, repr(row))))
        else:
            yield seq, row


def _judge(*, partner: str, source: str, is_released: bool, today: dt.date, statements: Sequence[Statement]) -> None:
    """Give each line that is not booked its fate."""
    with connection.cursor() as cursor:
        for name in ("known", "known_debits", "twice", *(() if is_released else ("sum_of_parts",))):
            cursor.execute(_SQL[name], {"partner": partner, "is_tax": source == ReceiptSource.TAX})
        if is_released:
            cursor.execute(_SQL["released"])
            return
        judge_named(today)
        for name in ("waiting_already", "alike", "wait"):
            cursor.execute(_SQL[name], {"partner": partner})
        hold_alike(statements, partner=partner, source=source)
        hold_shortened(partner=partner, source=source)
        hold_other_way(is_statement=bool(statements), partner=partner, source=source)
        set_reversals_aside(partner)
        cursor.execute("SELECT min(received_on), max(received_on) FROM taken WHERE fate = ''")
        first, last = cursor.fetchone()
        if first is None:
            return
        around = dt.timedelta(days=OTHER_FILES_DAYS)
        others = ReceiptFile.objects.exclude(source=source).filter(
            received_on__range=(first - around, last + around), row_count__gt=0
        )
        files = list(others.values_list("pk", flat=True)[:OTHER_FILES_MAX])
        if files:
            cursor.execute(with_payers("two_sources"), {"files": files})


def _keep(file: ReceiptFile, refused: Sequence[tuple[int, RefusedRow]]) -> None:
    """Store the lines, each where it belongs."""
    with connection.cursor() as cursor:
        cursor.execute(with_payers("keep"), {"file": file.pk, "partner": file.partner})
        cursor.execute(_SQL["keep_debits"], {"file": file.pk, "fund": SUSPENSE_FUND})
        cursor.execute(_SQL["keep_lines"], {"file": file.pk})
    ReceiptLine.objects.bulk_create(
        [
            ReceiptLine(
                file=file, seq=seq, row_no=row.row_no, fate=Fate.REJECTED, cause=row.cause, sentence=row.sentence[:400],
                area_code=file.area_code, raw=row.raw, reference=row.reference, is_referenced=bool(row.reference) and is_reference(row.reference),
                account_no=row.account_no, told_on=row.told_on, told_fen=row.told_fen, payer_name=row.payer_name, mark=row.mark,
            )
            for seq, row in refused
        ],
        batch_size=2000,
    )  # fmt: skip


def _said(refused: Sequence[tuple[int, RefusedRow]]) -> dict[str, list[tuple[int, str]]]:
    """Numbers and sentences of the lines that were rejected, and of those that wait, in their order."""
    found: dict[str, list[tuple[int, int, str]]] = {Fate.REJECTED: [], Fate.WAITING: []}
    with connection.cursor() as cursor:
        cursor.execute("SELECT fate, seq, row_no, sentence FROM taken WHERE fate IN ('rejected', 'waiting')")
        for fate, seq, row_no, sentence in cursor.fetchall():
            found[fate].append((seq, row_no, sentence))
    found[Fate.REJECTED] += [(seq, row.row_no, row.sentence) for seq, row in refused]
    return {fate: [(row_no, sentence) for _, row_no, sentence in sorted(rows)] for fate, rows in found.items()}


@transaction.atomic
def book_line(line: ReceiptLine, *, reason: str, user: User | None, today: dt.date) -> Import:
    """Book a line that was set aside: as a receipt of a file of its own, which says where it came from; its end says by whom.

    A line that was left out before keeps that end; its file says who booked it.

    Raises:
        FileTwice: it has been booked.
    """
    assert line.received_on is not None
    assert line.amount_fen is not None
    row = ReceiptRow(
        line.row_no, line.reference, line.received_on, line.amount_fen, bill_id=line.bill_id, order_code=line.order_code,
        unit_no=line.unit_no, credit_code=line.credit_code, id_number=line.id_number, insurance=line.insurance,
        owed_period=line.owed_period, payer_name=line.payer_name, payer_account=line.payer_account, area=line.area_code, text=line.text,
        account_no=line.account_no, is_referenced=line.is_referenced, mark=line.mark,
    )  # fmt: skip
    done = take_in(
        rows=[row], digest=line_digest(line.pk), file_name=_name_of(line, reason),
        partner=line.file.partner, source=line.file.source, area_code=line.area_code, user=user, today=today, is_released=True,
    )  # fmt: skip
    if not hasattr(line, "end"):
        LineEnd.objects.create(
            line=line,
            outcome=Outcome.BOOKED,
            target_id=done.file.pk if done.file else None,
            reason=reason,
            decided_by_id=user.pk if user else None,
        )
    return done


def _name_of(line: ReceiptLine, reason: str) -> str:
    """The name of the file a line is booked by. Its end has the reason, unless it ended another way before: then the name is all that has it."""
    name = f"第 {line.file_id} 号到账文件第 {line.row_no} 行"
    return f"{name}（{reason}）"[:200] if hasattr(line, "end") else name
