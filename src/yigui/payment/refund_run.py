"""Batches of refunds (退费支付): what signed decisions owe payers is paid by a batch of three people's, and no longer from a list.

A refund is decided under its case's class-1 warrant and then waits in the books (2001.04). A batch takes what waits, one line a refund and
book; the execution looks again at every line and takes out who must not be paid any more. What the bank gives back is due again.
"""

import datetime as dt
import itertools
import json
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from yigui.common import clock
from yigui.common.money import format_fen
from yigui.common.months import first_day, format_period
from yigui.common.sqlfiles import named_sql
from yigui.ledger.posting import post, posting_day
from yigui.ledger.queries import book_label, credited, vouchers_from
from yigui.payment.bank_files import FILE_MAX
from yigui.payment.enums import RefundHold
from yigui.payment.errors import PayRefused
from yigui.payment.paying_balance import EXPENDITURE, short_accounts
from yigui.payment.refund_files import LINKS, refund_file
from yigui.payment.refunds import lines_of, standing_of, waiting
from yigui.registry.queries import areas_under
from yigui.runs.checks import bar, warn
from yigui.runs.kinds import Content, FileContent, FileLink, Listing, Opening, RunKind, TakenOut, Work, Written, three_people
from yigui.runs.models import Batch, BatchStatus

_STATEMENTS = named_sql("payment", "refund_run")
_OPEN = (BatchStatus.PREPARED, BatchStatus.APPROVED)
_SIGNED = Q(confirmed_at__isnull=False) | Q(checked_by__isnull=False) | Q(approved_by__isnull=False)
#: Lines a batch's page shows.
SHOWN = 200


class RefundsKind(RunKind):
    """Pays the refunds an area and its counties owe and no batch has taken yet."""

    code, name, help = "refunds", "退费支付", "refunds that decisions owe, paid as a batch"
    writes = ("benefits_refund_payment", "ledger_voucher", "ledger_entry")
    signers = three_people("退费笔数、金额和收款账户已核对。", "退费依据和收款账户已逐笔核对。", "同意按本批次支付退费。")
    steps = ("列出待付退费", "校验")
    wide_parts = ("payment/runs/refunds.html",)
    is_repeated = True
    hint = "退费支付按月自动生成；当月其他时间也可生成，只包括尚未列入批次的退费；须由第三人复核。"

    def has_work(self, *, area_code: str, today: dt.date) -> bool:
        return waiting(areas_under(area_code)).payable > 0

    def opening(self, *, area_code: str, period: int, today: dt.date, **more: Any) -> Opening:
        """As `RunKind.opening`. A month may have several batches: beside what is signed or executed a new one is made.

        Raises:
            UnknownArea: no such area.
            PayRefused: a month to come, or nothing is owed that is in no batch.
        """
        if first_day(period) > today:
            raise PayRefused(f"{format_period(period)} 尚未到月，不能生成退费批次。")
        areas = areas_under(area_code)
        return Opening(area_code, period, tuple(areas), _subject(self.code, period, areas))

    def bounds(self, work: Work) -> list[int]:
        """Stages the lines; nothing is staged in parts.

        Raises:
            PayRefused: nothing is owed that is in no batch.
        """
        parameters: dict[str, Any] = {"batch": work.batch.pk, "areas": list(work.opening.areas), "most": FILE_MAX}
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_STATEMENTS["stage"], parameters)
            staged = cursor.rowcount
        if not staged:
            now = waiting(work.opening.areas)
            raise PayRefused(
                f"没有待支付的退费：已列入其他批次 {now.in_batches} 笔，收款人已登记死亡、待改付 {now.held} 笔。",
                in_batches=now.in_batches,
            )
        work.step()
        return []

    def content(self, work: Work, staged: Sequence[Any]) -> Content:
        batch, areas = work.batch, list(work.opening.areas)
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM benefits_refund_sums_v1(%s)", [batch.pk])
            count, fen, digest = cursor.fetchone()
            cursor.execute(_STATEMENTS["books"], {"batch": batch.pk, "areas": areas})
            books = cursor.fetchall()
        now = waiting(areas)
        short = short_accounts({(area, fund): book_fen for area, fund, _, book_fen, _, _ in books}, work.today)
        again, missing = sum(row[4] for row in books), sum(row[5] for row in books)
        by_books = sum(row[3] for row in books)
        checks = [
            bar(
                "amount",
                "各账套退费合计等于批次金额",
                passed=by_books == fen,
                detail=f"{format_fen(by_books)} / {format_fen(fen)} 元",
            ),
            bar("accounts", "退费均有户名和账号", passed=not missing, detail=f"缺 {missing} 笔"),
            warn("returned", "没有银行退回后账户未更正的退费", passed=not again, detail=f"{again} 笔"),
            warn("balance", "支出户余额足够支付本批次", passed=not short, detail="；".join(short[:20])),
        ]
        summary = {
            "books": [[area, fund, rows, book_fen] for area, fund, rows, book_fen, _, _ in books],
            "held": [now.held, now.held_fen], "left": now.payable,
        }  # fmt: skip
        return Content(count, fen, f"{digest & 0xFFFFFFFFFFFFFFFF:016x}", summary, checks)

    def write(self, batch: Batch) -> Written | None:
        """Everything in the database, the second look included; gives what was really paid."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT benefits_execute_refunds_v1(%s)", [batch.pk])
            (found,) = cursor.fetchone()
        done = json.loads(found) if isinstance(found, str) else found
        taken = tuple(TakenOut(f"taken-{hold}", RefundHold(hold).label, rows, fen) for hold, rows, fen in done["taken"])
        return Written(sum(row[2] for row in done["paid"]), sum(row[3] for row in done["paid"]), taken, details=done["paid"])

    def post(self, batch: Batch, written: Written | None) -> None:
        assert written is not None
        today = clock.today()
        for area, fund, _, fen in written.details:
            post(
                event="refund_paid", fund=fund, area_code=area, on=posting_day(today, area=area, fund=fund), amounts={"total": fen},
                source_kind="batch", source_id=batch.pk, summary=f"{batch.period} 第 {batch.pk} 号批次支付退费",
            )  # fmt: skip

    def page(self, batch: Batch) -> dict[str, Any]:
        lines = lines_of(batch.pk, SHOWN)
        context: dict[str, Any] = {
            "books": [(book_label(area, fund), rows, fen) for area, fund, rows, fen in batch.summary.get("books", [])],
            "held": batch.summary.get("held", [0, 0]), "left": batch.summary.get("left", 0), "lines": lines, "most": SHOWN, "file_max": FILE_MAX, "standing": None,
            "posted_fen": None,
        }  # fmt: skip
        if batch.status == BatchStatus.EXECUTED:
            vouchers = [v.pk for v in vouchers_from("batch", batch.pk) if v.event == "refund_paid"]
            context |= {"standing": standing_of(batch.pk), "posted_fen": credited(vouchers, EXPENDITURE)}
        return context

    def listing(self, batch: Batch, name: str) -> Listing | None:
        what, _, number = name.partition("-")
        if what != "taken" or not number.isdecimal() or int(number) not in RefundHold.values:
            return None
        hold = RefundHold(int(number))
        lines = [line for line in lines_of(batch.pk, FILE_MAX) if line.hold == hold]
        return Listing(
            "payment/runs/refund_lines.html", {"label": f"执行时剔除：{hold.label}", "lines": lines[:SHOWN], "most": SHOWN}
        )

    def files(self, batch: Batch) -> list[FileLink]:
        return LINKS if batch.written_count else []

    def file(self, batch: Batch, name: str) -> FileContent:
        return refund_file(batch, name)

    def lines(self, batch: Batch) -> list[str]:
        return [
            f"{book_label(area, fund)}：{rows} 笔 {format_fen(fen)} 元" for area, fund, rows, fen in batch.summary.get("books", [])
        ]


def _subject(kind: str, period: int, areas: Sequence[str]) -> str:
    """What tells the month's batches apart: the first has none, the next ones are numbered; one nobody has signed yet is made anew."""
    rows = Batch.objects.filter(kind=kind, period=period, areas__overlap=list(areas))
    kept = set(rows.filter(Q(status=BatchStatus.EXECUTED) | (Q(status__in=_OPEN) & _SIGNED)).values_list("subject", flat=True))
    names = itertools.chain([""], (f"第{number}批" for number in itertools.count(2)))
    return next(name for name in names if name not in kept)


REFUNDS = RefundsKind()
