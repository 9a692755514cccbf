"""Taking in what the bank says about payments (发放结果): returned money waits in suspense to be sent again.

A line about a payment that is unknown, of another amount or day, or not final changes nothing and is accounted for all the same: see
`judge_results`. One file at a time is taken in, so that two that come at the same moment see each other.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import connection, transaction

from yigui.common.digests import sm3
from yigui.common.locks import Lock
from yigui.common.sqlfiles import named_sql
from yigui.db.presence import act_and_ask, code_of, proof_of, signed
from yigui.documents.sheets import unread_said
from yigui.ledger.declarations import FUND_OF
from yigui.ledger.posting import post, posting_day
from yigui.payment.enums import PaymentStatus, ResultFinding
from yigui.payment.errors import ResultRefused, ResultTwice
from yigui.payment.judge_results import Good, Judged, judge
from yigui.payment.models import PaymentResult, RefundResult, ResultFile, WaitingResult
from yigui.payment.queries import is_confirmed, not_ours
from yigui.payment.result_formats import read_results
from yigui.receipts.enums import DEPOSIT_OF, Outcome
from yigui.receipts.models import LineEnd
from yigui.registry.enums import INSURANCE_OF
from yigui.staff.models import User

#: Where on the bank's statement a payment that came back stands, characters.
STATEMENT_MIN = 4
_STATEMENTS = named_sql("payment", "bank_results")
#: Which statement keeps a good row, by series of its payment and whether it is a later word on it.
_KEEP = {
    ("P", False): "keep_results", ("P", True): "keep_later_results",
    ("R", False): "keep_refund_results", ("R", True): "keep_later_refund_results",
}  # fmt: skip


@transaction.atomic
def import_results(*, content: bytes, file_name: str, today: dt.date, user: User) -> ResultFile:
    """Take a file of results in, under a warrant of its own: results, and the vouchers of what came back.

    Args:
        user: the cashier or accountant who brings it in, or the account of the bank's program, carrying its key.

    Raises:
        ResultRefused: unreadable; nothing is changed.
        ResultTwice: the same content came in before.
        ResultRefused: also where a payment is of a batch that another agency answers for; nothing is changed.
    """
    results = read_results(content, file_name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [Lock.RESULTS])
    digest = sm3(content)
    known = ResultFile.objects.filter(digest=digest).first()
    if known is not None:
        raise ResultTwice(f"该文件内容已于 {known.received_on} 接收过（回执 {known.pk} 号），本次未做任何改动。", receipt=known.pk)
    judged = judge(results, file_name, today)
    must_be_ours(judged, _officer(user))
    file = keep_judged(judged, digest=digest, file_name=file_name, today=today, user=user, unread=results.unread)
    file.notes = results.notes
    return file


def _officer(user: User) -> int | None:
    """Who is present from now on, if it is an officer: a bank's program is nobody, and two others compare what it brings."""
    return act_and_ask(user, "identity_officer_v1()")[0]  # type: ignore[no-any-return]


def must_be_ours(judged: Judged, officer: int | None) -> None:
    """Whoever brings results in answers for the batches they are of; a program brings in what it is given.

    Raises:
        ResultRefused: one is another agency's; the database says the same (`benefits_result_ours_v1`).
    """
    foreign = not_ours(officer, {good.key[1] for good in (*judged.taken, *judged.waiting)}) if officer is not None else None
    if foreign is not None:
        raise ResultRefused(
            f"第 {foreign} 号批次的发放结果由该批次所属地区或其市级经办机构的出纳、会计接收，本次未做任何改动；请交由其办理。",
            batch=foreign,
        )


def keep_judged(
    judged: Judged,
    *,
    digest: str,
    file_name: str,
    today: dt.date,
    user: User,
    deposit: str = "",
    ends: int = 0,
    unread: Sequence[str] = (),
) -> ResultFile:
    """Store what was judged as a file of results: what is taken, what waits, and the vouchers of what came back.

    Args:
        deposit: the account the money came back to, where it is not the one it left (支出户).
        ends: the waiting line of a statement (`receipts.models.ReceiptLine`) that ends as this file; 0 for none.
    """
    officer = _officer(user)
    file = ResultFile.objects.create(
        digest=digest, file_name=file_name[:200], row_count=judged.lines, paid_count=judged.count(PaymentStatus.PAID),
        returned_count=judged.count(PaymentStatus.RETURNED), known_count=judged.known, pending_count=judged.pending,
        waiting_count=len(judged.waiting), undated_count=sum(1 for good in judged.taken if good.booked_on is None),
        rejected=judged.rejected, received_on=today, user_id=officer, unread_heads=list(dict.fromkeys(unread)),
    )  # fmt: skip
    WaitingResult.objects.bulk_create(
        [
            WaitingResult(
                file=file, row_no=w.row_no, series=w.key[0], batch_id=w.key[1], subject_id=w.key[2], attempt=w.key[3], status=w.status,
                reason=w.reason, amount_fen=w.amount_fen, booked_on=w.booked_on, sentence=w.sentence,
            )
            for w in judged.waiting
        ]
    )  # fmt: skip
    if ends:
        LineEnd.objects.create(
            line_id=ends,
            outcome=Outcome.RESULT,
            target_id=file.pk,
            reason=f"转发放结果，回执 {file.pk} 号",
            decided_by_id=file.user_id,
        )
    if judged.taken:
        _keep(file, judged.taken)
        _post_returned(file, deposit)
    elif ends and judged.known:
        _post_moved(file, deposit)
    return file


def said_of(file: ResultFile) -> str:
    """What became of the lines of a file, in one sentence for page, command line and interface."""
    parts = (
        (file.paid_count, "到账"), (file.returned_count, "退票"), (file.known_count, "此前已接收"), (file.pending_count, "处理中"),
        (file.waiting_count, "待核实"), (len(file.rejected), "退回"),
    )  # fmt: skip
    words = f"共 {file.row_count} 笔：{'，'.join(f'{word} {count} 笔' for count, word in parts)}。"
    if file.undated_count:
        words += f"其中 {file.undated_count} 笔银行未注明日期，按接收日 {file.received_on} 记录。"
    return words + unread_said(file.unread_heads) + "".join(f"{note}。" for note in file.notes)


@transaction.atomic
def confirm_results(*, file_id: int, statement: str, user: User) -> ResultFile:
    """Say that what a file gives back stands on the bank's statement (退票核对): by another person than whoever brought it in.

    Args:
        statement: number or day of the statement, `STATEMENT_MIN` characters or more.

    Raises:
        ResultRefused: no such file, nothing came back with it, or it is compared already. Moved: the same person, or another post.
        NotSeen, CodeWrong.
    """
    file = ResultFile.objects.filter(pk=file_id).first()
    if file is None or not file.returned_count or is_confirmed(file):
        raise ResultRefused(f"回执 {file_id} 号没有待核对的退票，请刷新后查看。", receipt=file_id)
    said = " ".join(statement.split())
    if len(said) < STATEMENT_MIN:
        raise ResultRefused(f"请写明回执 {file_id} 号的退票在哪份银行对账单上（如：2026-11-10 支出户对账单）。", receipt=file_id)
    signed("SELECT benefits_confirm_results_v1(%s, %s, %s, %s)", proof_of(user), code_of(user), file_id, said)
    return file


@transaction.atomic
def decide_waiting(*, waiting_id: int, verdict: str, words: str, today: dt.date, user: User) -> WaitingResult:
    """Say what is right where a line contradicts what is on record, or whom it names cannot be compared (矛盾结果核实).

    By another person than whoever brought the file in.

    What is adopted becomes a file of its own, with one line: a return waits in suspense and is to be confirmed by another like any other; an
    arrival takes the return before it back, while the money has not been sent again.

    Args:
        verdict: `ResultFinding`.
        words: by what this was found out, `STATEMENT_MIN` characters or more.

    Raises:
        ResultRefused: no such line, or decided already. Moved: the same person, another post, or the money went out again meanwhile.
        NotSeen, CodeWrong.
    """
    waiting = WaitingResult.objects.select_related("file").filter(pk=waiting_id, decision=None).first()
    if waiting is None or verdict not in ResultFinding.values:
        raise ResultRefused(f"没有编号 {waiting_id} 的待核实结果，或已核实，请刷新后查看。")
    said = " ".join(words.split())[:200]
    if len(said) < STATEMENT_MIN:
        raise ResultRefused("请写明核实依据（如：2026-11-10 支出户对账单，银行电话确认）。")
    file_id = signed(
        "SELECT benefits_decide_result_v1(%s, %s, %s, %s, %s, %s)", proof_of(user), code_of(user), waiting_id, verdict, said, today
    )
    # A first arrival moves no money in the books: it is where the run had booked it.
    if file_id is not None and not _is_first_arrival(waiting, file_id):
        _post_adopted(waiting, file_id, today)
    return waiting


def _is_first_arrival(waiting: WaitingResult, file_id: int) -> bool:
    model = PaymentResult if waiting.series == "P" else RefundResult
    return waiting.status == PaymentStatus.PAID and model.objects.filter(file_id=file_id).exists()


def _post_adopted(waiting: WaitingResult, file_id: int, today: dt.date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENTS["book"], {"series": waiting.series, "subject": waiting.subject_id})
        area, place = cursor.fetchone()
    fund = _fund(place)
    what = "benefit" if waiting.series == "P" else "refund"
    day = posting_day(waiting.booked_on or today, area=area, fund=fund)
    deposit = ""
    event = f"{what}_return_undone"
    if waiting.status == PaymentStatus.RETURNED:
        end = LineEnd.objects.select_related("line__file").filter(outcome=Outcome.RESULT, target_id=waiting.file_id).first()
        deposit = DEPOSIT_OF[end.line.file.source] if end else ""
        event = _returned_event(f"{what}_returned", deposit)
    post(
        event=event, fund=fund, area_code=area, on=day, amounts={"total": waiting.amount_fen}, source_kind="result_file",
        source_id=file_id, deposit=deposit,
    )  # fmt: skip


def _returned_event(event: str, deposit: str) -> str:
    """The event of money that came back to the account it had left, or to another."""
    return f"{event}_to_income" if deposit else event


def _keep(file: ResultFile, good: Sequence[Good]) -> None:
    """The good rows, under the warrant of the file: first words and later ones, of benefits and of refunds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT benefits_issue_result_warrant_v1(%s)", [file.pk])
        (warrant,) = cursor.fetchone()
        for series in ("P", "R"):
            for is_later in (False, True):
                rows = [
                    (*g.key[1:], g.seq, g.status, g.reason, g.amount_fen, g.booked_on or file.received_on)
                    for g in good
                    if g.key[0] == series and (g.seq > 0) == is_later
                ]
                if rows:
                    cursor.execute(
                        _STATEMENTS[_KEEP[series, is_later]], [warrant, file.pk, *(list(c) for c in zip(*rows, strict=True))]
                    )


def _post_returned(file: ResultFile, deposit: str) -> None:
    """Returned money is back in the expenditure account, or in `deposit`, on the bank's day and waits as received on account (暂收款)."""
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENTS["returned"], {"file": file.pk})
        rows = cursor.fetchall()
    for event, area, place, day, fen in rows:
        fund = _fund(place)
        post(
            event=_returned_event(event, deposit), fund=fund, area_code=area, on=posting_day(day, area=area, fund=fund),
            amounts={"total": fen}, source_kind="result_file", source_id=file.pk, deposit=deposit,
        )  # fmt: skip


def _post_moved(file: ResultFile, deposit: str) -> None:
    """What the results had told before, and was booked to the expenditure account, came in on this statement: books follow the money.

    Raises:
        ResultRefused: another line of a statement has brought it already.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT event, area, fund, on_day, fen FROM benefits_return_moved_v1(%s)", [file.pk])
        found = cursor.fetchone()
        if found is None:
            raise ResultRefused("这笔支付的退汇款此前已由另一行到账登记", receipt=file.pk)
        event, area, fund, day, fen = found
        cursor.execute("SELECT benefits_issue_result_warrant_v1(%s)", [file.pk])
    post(
        event=event, fund=fund, area_code=area, on=posting_day(day, area=area, fund=fund), amounts={"total": fen},
        source_kind="result_file", source_id=file.pk, deposit=deposit,
    )  # fmt: skip


def _fund(place: str) -> str:
    """The fund of an insurance's number, or the fund itself."""
    return FUND_OF[INSURANCE_OF[int(place)].value] if place.isdigit() else place


def standing(batch_id: int) -> dict[str, tuple[int, int]]:
    """Payments of a run by what the bank said: `sent`, `paid`, `returned`, `open` -> (count, fen); paid, returned and open add up to sent."""
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENTS["standing"], {"batch": batch_id})
        found = {status: (count, fen) for status, count, fen in cursor.fetchall()}
    parts = {key: found.get(key, (0, 0)) for key in ("paid", "returned", "open")}
    return {"sent": (sum(c for c, _ in parts.values()), sum(f for _, f in parts.values())), **parts}
