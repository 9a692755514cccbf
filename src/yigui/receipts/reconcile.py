"""Three-way reconciliation (三方对账) of a month: the plan, what bank and treasury say arrived, and what the books say. Fen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Sum

from yigui.common.months import add_months, first_day
from yigui.common.sqlfiles import named_sql
from yigui.ledger.declarations import FUND_OF
from yigui.ledger.models import BankLine, Entry
from yigui.ledger.year_end import EVENTS as YEAR_END
from yigui.receipts.models import ReceiptFile
from yigui.receipts.not_booked import not_booked
from yigui.receipts.queries import doubtful, open_lines, rejected_lines, suspense_sums
from yigui.receipts.statement_chain import gaps
from yigui.registry.enums import INSURANCE_OF, Insurance


@dataclass(frozen=True)
class FundRow:
    """One fund: due by plan, paid of it, posted to the books in the month, and what the books lack.

    `difference_fen`: allocated and not posted (or the other way round) by the files and cases that have a voucher in the month,
    whatever month each of their vouchers bears: a file may bring money of two months. Always zero when all is well.
    """

    fund: str
    due_fen: int
    paid_fen: int
    posted_fen: int
    difference_fen: int

    @property
    def label(self) -> str:
        return Insurance(self.fund).label

    @property
    def unpaid_fen(self) -> int:
        return self.due_fen - self.paid_fen

    @property
    def allocated_fen(self) -> int:
        return self.posted_fen + self.difference_fen


@dataclass(frozen=True)
class Todo:
    """Something for the accountant's work list."""

    kind: str
    text: str
    amount_fen: int
    link: str = ""

    @property
    def file_id(self) -> int | None:
        """The file of money it leads to."""
        return self._leads_to("file")

    @property
    def result_id(self) -> int | None:
        """The file of the bank's results it leads to."""
        return self._leads_to("result")

    def _leads_to(self, kind: str) -> int | None:
        given, _, number = self.link.partition(":")
        return int(number) if given == kind and number.isdecimal() else None


@dataclass(frozen=True)
class Reconciliation:
    """The three sides of a month and the work list."""

    rows: list[FundRow]
    received_fen: int
    booked_fen: int
    todos: list[Todo]
    #: What stands on the statements of our accounts and is in no book, of all files until the end of the month; `todos` names the lines.
    outside_fen: int = 0
    #: Lines that were rejected until the end of the month and nobody has settled: what they bring or take nobody has read.
    rejected: int = 0

    @property
    def agrees(self) -> bool:
        are_whole = not any(t.kind == LOST for t in self.todos)
        return (
            are_whole
            and not self.outside_fen
            and not self.rejected
            and self.received_fen == self.booked_fen
            and all(r.difference_fen == 0 for r in self.rows)
        )


#: A line that came in and stands nowhere any more.
LOST = "来文的行缺失"
_LOST = named_sql("receipts", "verify")["lines"]
_FILES = named_sql("receipts", "reconcile")["files"]
_PLAN = named_sql("receipts", "reconcile")["plan"]
_UNDER_WARRANTS = named_sql("receipts", "reconcile")["under_warrants"]


def reconcile(*, areas: Sequence[str], period: int) -> Reconciliation:
    """The reconciliation of a month for some areas together."""
    parameters: dict[str, Any] = {"period": period, "areas": [int(a) for a in areas], "codes": list(areas)}
    due: dict[str, int] = {}
    paid: dict[str, int] = {}
    lacking: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(_PLAN, parameters)
        for insurance, total, fen in cursor.fetchall():
            fund = FUND_OF[INSURANCE_OF[insurance].value]
            due[fund], paid[fund] = due.get(fund, 0) + total, paid.get(fund, 0) + int(fen)
        cursor.execute(_UNDER_WARRANTS, parameters)
        for side, name, fen in cursor.fetchall():
            fund = FUND_OF[INSURANCE_OF[int(name)].value] if side == "allocated" else name
            lacking[fund] = lacking.get(fund, 0) + (fen if side == "allocated" else -fen)
    posted = _posted(areas, period)
    funds = sorted(set(due) | set(lacking) | set(posted))
    rows = [FundRow(f, due.get(f, 0), paid.get(f, 0), posted.get(f, 0), lacking.get(f, 0)) for f in funds]
    received, booked, todos = _files(areas, period)
    todos += _lost_lines(areas)
    outside, left_out = _outside(areas, period)
    rejected, refused = _rejected_lines(areas, period)
    todos += _waiting_lines(areas)
    todos += refused
    todos += left_out
    todos += [Todo("对账单断档", gap, 0, f"file:{s.file_id}") for s, gap in gaps(areas)]
    todos += _bank_lines(areas, period)
    todos += _doubts(areas)
    waiting, left = suspense_sums(areas)
    if waiting:
        todos.append(Todo("暂收款", f"{waiting} 笔到账尚未认定，见暂收款清单", left, "suspense"))
    todos += [Todo("差额", f"{r.label}：本月记账的到账和办件，分配与记账不符", r.difference_fen) for r in rows if r.difference_fen]
    return Reconciliation(rows, received, booked, todos, outside, rejected)


def _posted(areas: Sequence[str], period: int) -> dict[str, int]:
    """Contributions and surcharge posted in the month, per fund: credits less debits of 4001 and 4501.01, refunds of earlier years too."""
    moved = Entry.objects.filter(area_code__in=areas, period=period).exclude(voucher__event__in=YEAR_END)
    rows = moved.filter(account__code__startswith="4001")
    late = moved.filter(account="4501.01")
    prior = moved.filter(account="5401", voucher__event__in=("refund_prior_year", "refund_by_other_area"))
    sums: dict[str, int] = {}
    for part in (rows, late, prior):
        for row in part.values("fund", "side").annotate(total=Sum("amount_fen")):
            sums[row["fund"]] = sums.get(row["fund"], 0) + (row["total"] if row["side"] == "C" else -row["total"])
    return sums


def _files(areas: Sequence[str], period: int) -> tuple[int, int, list[Todo]]:
    """Money files of the month, all, against the deposits their vouchers debited; files that were not settled are for the list, the newest 200."""
    with connection.cursor() as cursor:
        cursor.execute(_FILES, {"codes": list(areas), "first": first_day(period), "next": first_day(add_months(period, 1))})
        (_, _, received, booked), *off = cursor.fetchall()
    todos = [Todo("到账未记账", f"第 {file} 号到账文件 {name}", total - fen, f"file:{file}") for file, name, total, fen in off]
    return received, booked, todos


def _lost_lines(areas: Sequence[str]) -> list[Todo]:
    """Lines of files that stand nowhere any more, named."""
    with connection.cursor() as cursor:
        cursor.execute(_LOST, {"codes": list(areas)})
        rows = cursor.fetchall()
    known = dict(ReceiptFile.objects.filter(pk__in=[r[0] for r in rows]).values_list("pk", "file_name"))
    return [
        Todo(LOST, f"第 {file} 号到账文件 {known[file]}：来文 {stated} 行，账上 {found} 行，缺第 {'、'.join(map(str, missing))} 行", 0, f"file:{file}")
        for file, stated, found, missing in rows
    ]  # fmt: skip


def _waiting_lines(areas: Sequence[str]) -> list[Todo]:
    """Lines nobody has decided about, whatever month they are of."""
    rows = open_lines(areas).select_related("file")
    return [
        Todo("待核行", f"第 {r.file_id} 号到账文件第 {r.row_no} 行：{r.sentence}"[:160], r.signed_fen or 0, f"file:{r.file_id}")
        for r in rows.order_by("-id")[:200]
    ]


def _rejected_lines(areas: Sequence[str], period: int) -> tuple[int, list[Todo]]:
    """How many lines were rejected until the end of the month and nobody has settled, and the newest of them; what they amount to is not known."""
    rows = rejected_lines(areas).filter(file__received_on__lt=first_day(add_months(period, 1)))
    todos = [
        Todo("退回的行", f"第 {r.file_id} 号到账文件第 {r.row_no} 行：{r.sentence}"[:160], 0, f"file:{r.file_id}")
        for r in rows.order_by("-id")[:200]
    ]
    return rows.count(), todos


def _outside(areas: Sequence[str], period: int) -> tuple[int, list[Todo]]:
    """What stands on the bank's statements and in no book (fen), and those lines of it that nobody waits for: left out, or refused.

    A line that was left out and should not have been counts until it is booked; one that may be left out is named all the same.
    """
    rows = not_booked(areas, first_day(add_months(period, 1)))
    todos = [
        Todo(
            "对账单有而账上没有" if row.counts else "不入账",
            f"第 {row.file_id} 号到账文件第 {row.row_no} 行{'按不入账处理：' + row.reason if row.outcome else ''}；{row.sentence}"[:160],
            row.amount_fen, f"file:{row.file_id}",
        )
        for row in rows
        if not row.waits and (row.outcome or row.counts)
    ]  # fmt: skip
    return sum(row.amount_fen for row in rows if row.counts), todos[:200]


def _doubts(areas: Sequence[str]) -> list[Todo]:
    """Money whose own numbers contradict each other, whatever month it is of."""
    rows = doubtful(areas).order_by("-id")[:200]
    return [Todo("付款信息矛盾", f"到账 {r.reference}（{r.received_on}）：{r.doubt}"[:160], r.amount_fen, "suspense") for r in rows]


def _bank_lines(areas: Sequence[str], period: int) -> list[Todo]:
    """Payments out of the collecting account the bank reports: none is expected beside transfers and refunds."""
    rows = BankLine.objects.filter(area_code__in=areas, booked_on__year=period // 100, booked_on__month=period % 100, note="")
    return [
        Todo("银行支出待核", f"{line.booked_on} {line.reference} {line.text}"[:120], line.amount_fen, f"bank:{line.pk}")
        for line in rows.order_by("-id")[:200]
    ]
