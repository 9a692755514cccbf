"""What the bank says about payments (发放结果): pain.002 and the delimited format; returned money waits in suspense to be sent again.

A result is final and comes once. A row about a payment that is unknown, of another amount, or final already comes back with its
sentence; the others are taken in.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.db import IntegrityError, connection, transaction

from yigui.common.digests import sm3
from yigui.common.money import format_fen, parse_yuan
from yigui.common.sqlfiles import named_sql
from yigui.db.presence import be_present, code_of, proof_of, signed
from yigui.documents.errors import FileRefused
from yigui.documents.sheets import look_through_xml, read_sheet
from yigui.ledger.declarations import FUND_OF
from yigui.ledger.posting import post, posting_day
from yigui.payment.bank_files import delimited
from yigui.payment.enums import PaymentStatus
from yigui.payment.errors import ResultRefused
from yigui.payment.models import ResultFile
from yigui.payment.queries import is_confirmed
from yigui.registry.enums import INSURANCE_OF
from yigui.staff.models import User

ROWS_MAX = 60_000
#: Where on the bank's statement a payment that came back stands, characters.
STATEMENT_MIN = 4
BYTES_MAX = 80_000_000
#: An amount that cannot be read is not taken for one that was left out.
UNREADABLE = -1
#: Status codes of ISO 20022 that are final: settled, or rejected. Others (received, pending) change nothing.
_PAID_CODES = frozenset({"ACSC", "ACCC", "ACSP"})
#: `P<run>-<benefit>[-<attempt>]` is a payment of a pay run, `R<batch>-<due>` a refund.
_NUMBER = re.compile(r"^(?:P(\d{1,18})-(\d{1,18})(?:-(\d{1,3}))?|R(\d{1,18})-(\d{1,18}))$")


@dataclass(frozen=True)
class ResultRow:
    """One result as the bank wrote it: payment number, status, reason, amount (fen; None when not given, or `UNREADABLE`), day."""

    row_no: int
    number: str
    status: str
    reason: str
    amount_fen: int | None
    booked_on: dt.date | None


def read_results(content: bytes, file_name: str) -> list[ResultRow]:
    """Read a file of either format.

    Raises:
        ResultRefused: too large, neither XML nor text, truncated, an entity bomb, a column missing, no rows.
    """
    if len(content) > BYTES_MAX:
        raise ResultRefused(f"文件“{file_name}”超过 {BYTES_MAX // 1_000_000} MB，请分成几个文件。")
    rows = list(_read_xml(content, file_name) if content.lstrip()[:1] == b"<" else _read_delimited(content, file_name))
    if not rows:
        raise ResultRefused(f"文件“{file_name}”没有支付结果。")
    if len(rows) > ROWS_MAX:
        raise ResultRefused(f"文件“{file_name}”有 {len(rows)} 行，超过 {ROWS_MAX} 行，请分成几个文件。")
    return rows


def _read_xml(content: bytes, file_name: str) -> Iterator[ResultRow]:
    try:
        look_through_xml(content, file_name)
        root = fromstring(content, forbid_dtd=True)
    except FileRefused as refused:
        raise ResultRefused(refused.message) from refused
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise ResultRefused(f"文件“{file_name}”不是完整的 XML 文件，请重新下载后上传。") from error
    found = [e for e in root.iter() if _local(e) == "TxInfAndSts"]
    for number, entry in enumerate(found, start=1):
        texts = {_local(e): (e.text or "").strip() for e in entry.iter()}
        status = texts.get("TxSts", "")
        reason = texts.get("AddtlInf", "") or texts.get("Prtry", "") or texts.get("Cd", "")
        day = next((_day(texts[k]) for k in ("DtTm", "Dt", "AccptncDtTm") if texts.get(k)), None)
        amount = texts.get("InstdAmt", "")
        word = PaymentStatus.PAID if status in _PAID_CODES else PaymentStatus.RETURNED if status == "RJCT" else ""
        yield ResultRow(number, texts.get("OrgnlEndToEndId", ""), word, reason[:100], _fen(amount), day)


def _local(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _fen(text: str) -> int | None:
    """An amount; None when none is given, `UNREADABLE` when it is no amount."""
    if not text.strip():
        return None
    try:
        return parse_yuan(text)
    except ValueError:
        return UNREADABLE


def _read_delimited(content: bytes, file_name: str) -> Iterator[ResultRow]:
    form = delimited()["result"]
    try:
        rows = read_sheet(
            content,
            file_name,
            {field: (name,) for field, name in form["columns"].items()},
            rows_max=ROWS_MAX,
            delimiter=form["delimiter"],
        )
    except FileRefused as refused:
        raise ResultRefused(refused.message) from refused
    for own in rows:
        word = (
            PaymentStatus.PAID
            if own["status"] in form["paid"]
            else PaymentStatus.RETURNED
            if own["status"] in form["returned"]
            else ""
        )
        yield ResultRow(own["row_no"], own["payment_no"], word, own["reason"][:100], _fen(own["amount"]), _day(own["booked_on"]))


@transaction.atomic
def import_results(*, content: bytes, file_name: str, today: dt.date, user: User | None) -> ResultFile:
    """Take a file of results in, under a warrant of its own: results, and the vouchers of what came back.

    Raises:
        ResultRefused: unreadable, or the same content came in before; nothing is changed.
    """
    digest = sm3(content)
    known = ResultFile.objects.filter(digest=digest).first()
    if known is not None:
        raise ResultRefused(
            f"该文件内容已于 {known.received_on} 接收过（回执 {known.pk} 号），本次未做任何改动。", receipt=known.pk
        )
    rows = read_results(content, file_name)
    good, rejected = _judge(rows, today)
    paid = sum(1 for g in good if g.status == PaymentStatus.PAID)
    try:
        with transaction.atomic():
            be_present(user)
            file = ResultFile.objects.create(
                digest=digest, file_name=file_name[:200], row_count=len(rows), paid_count=paid, returned_count=len(good) - paid,
                rejected=rejected, received_on=today, user_id=user.pk if user else None,
            )  # fmt: skip
    except IntegrityError as error:
        raise ResultRefused("该文件刚刚由其他人接收，本次未做任何改动。") from error
    if good:
        _keep(file, good)
        _post_returned(file, today)
        _post_refunds_returned(file, today)
    return file


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


def _keep(file: ResultFile, good: "Sequence[Good]") -> None:
    """The good rows, under the warrant of the file."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT benefits_issue_result_warrant_v1(%s)", [file.pk])
        (warrant,) = cursor.fetchone()
        benefits = [(*g.key[1:], g.status, g.reason, g.amount_fen, g.booked_on) for g in good if g.key[0] == "P"]
        if benefits:
            cursor.execute(
                "INSERT INTO benefits_result (warrant_id, batch_id, benefit_id, attempt, status, reason, amount_fen, booked_on, file_id) "
                "SELECT %s, b, e, a, s, r, f, d, %s FROM unnest(%s::bigint[], %s::bigint[], %s::smallint[], %s::text[], %s::text[], "
                "%s::bigint[], %s::date[]) AS g (b, e, a, s, r, f, d)",
                [warrant, file.pk, *(list(column) for column in zip(*benefits, strict=True))],
            )
        refunds = [(g.key[1], g.key[2], g.status, g.reason, g.amount_fen, g.booked_on) for g in good if g.key[0] == "R"]
        if refunds:
            cursor.execute(
                "INSERT INTO benefits_refund_result (warrant_id, batch_id, due_id, status, reason, amount_fen, booked_on, file_id) "
                "SELECT %s, b, e, s, r, f, d, %s FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::bigint[], "
                "%s::date[]) AS g (b, e, s, r, f, d)",
                [warrant, file.pk, *(list(column) for column in zip(*refunds, strict=True))],
            )


#: Series (P or R), batch, benefit or refund, attempt.
Key = tuple[str, int, int, int]


class Good(NamedTuple):
    """A result that is taken in; fen."""

    key: Key
    status: str
    reason: str
    amount_fen: int
    booked_on: dt.date


def _key(number: str) -> Key | None:
    found = _NUMBER.match(number)
    if found is None:
        return None
    if found[4]:
        return "R", int(found[4]), int(found[5]), 1
    return "P", int(found[1]), int(found[2]), int(found[3] or 1)


def _judge(rows: Sequence[ResultRow], today: dt.date) -> tuple[list[Good], list[list[object]]]:
    """Good rows as they are stored, and the others with their sentence: together every row of the file."""
    asked: dict[Key, ResultRow] = {}
    rejected: list[list[object]] = []
    for row in rows:
        key = _key(row.number)
        if key is None:
            rejected.append([row.row_no, f"支付编号“{row.number[:40]}”不是本系统的编号"])
        elif not row.status:
            rejected.append([row.row_no, f"{row.number} 不是最终结果，未处理"])
        elif row.amount_fen == UNREADABLE:
            rejected.append([row.row_no, f"{row.number} 的金额无法识别"])
        elif key in asked:
            rejected.append([row.row_no, f"{row.number} 在文件中重复"])
        else:
            asked[key] = row
    known = _known(list(asked))
    good: list[Good] = []
    for key, row in asked.items():
        fen, final = known.get(key, (None, None))
        if fen is None:
            rejected.append([row.row_no, f"没有支付编号为 {row.number} 的支付"])
        elif final is not None and final != row.status:
            before, now = PaymentStatus(final).label, PaymentStatus(row.status).label
            rejected.append(
                [row.row_no, f"{row.number} 已接收为“{before}”，本文件为“{now}”，两者矛盾，未作改动，请持对账单与银行核实"]
            )
        elif final is not None:
            rejected.append([row.row_no, f"{row.number} 已有最终结果，不再改动"])
        elif row.amount_fen is not None and row.amount_fen != fen:
            rejected.append([row.row_no, f"{row.number} 金额 {format_fen(row.amount_fen)} 与支付金额 {format_fen(fen)} 不符"])
        else:
            good.append(Good(key, row.status, row.reason, fen, row.booked_on or today))
    return good, sorted(rejected, key=lambda r: int(str(r[0])))


_KNOWN = named_sql("payment", "bank_results")


def _known(keys: Sequence[Key]) -> dict[Key, tuple[int, str | None]]:
    """Amount (fen) of each payment, and the result it has already; None where it has none."""
    found: dict[Key, tuple[int, str | None]] = {}
    with connection.cursor() as cursor:
        for series, statement in (("P", "known"), ("R", "known_refunds")):
            asked = [key[1:] for key in keys if key[0] == series]
            if asked:
                cursor.execute(_KNOWN[statement], [list(column) for column in zip(*asked, strict=True)])
                found |= {(series, b, e, a): (fen, final) for b, e, a, fen, final in cursor.fetchall()}
    return found


def _post_returned(file: ResultFile, today: dt.date) -> None:
    """Returned money is back in the expenditure account and waits as received on account (暂收款)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT b.area_id, b.insurance, sum(r.amount_fen)::bigint FROM benefits_result r JOIN benefits_benefit b ON b.id = r.benefit_id "
            "WHERE r.file_id = %s AND r.status = 'returned' GROUP BY 1, 2 ORDER BY 1, 2",
            [file.pk],
        )
        rows = cursor.fetchall()
    for area, insurance, fen in rows:
        fund = FUND_OF[INSURANCE_OF[insurance].value]
        post(
            event="benefit_returned", fund=fund, area_code=area, on=posting_day(today, area=area, fund=fund), amounts={"total": fen},
            source_kind="result_file", source_id=file.pk,
        )  # fmt: skip


def _post_refunds_returned(file: ResultFile, today: dt.date) -> None:
    """A refund that came back is in the expenditure account again and waits to be paid (暂收款/退费待支付)."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN["refunds_returned"], [file.pk])
        rows = cursor.fetchall()
    for area, fund, fen in rows:
        post(
            event="refund_returned", fund=fund, area_code=area, on=posting_day(today, area=area, fund=fund), amounts={"total": fen},
            source_kind="result_file", source_id=file.pk,
        )  # fmt: skip


def standing(batch_id: int) -> dict[str, tuple[int, int]]:
    """Payments of a run by what the bank said: `sent`, `paid`, `returned`, `open` -> (count, fen); paid, returned and open add up to sent."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(r.status, 'open'), count(*), coalesce(sum(p.amount_fen), 0)::bigint FROM benefits_payment p "
            "LEFT JOIN benefits_result r ON r.batch_id = p.batch_id AND r.benefit_id = p.benefit_id AND r.attempt = 1 "
            "WHERE p.batch_id = %s GROUP BY 1",
            [batch_id],
        )
        found = {status: (count, fen) for status, count, fen in cursor.fetchall()}
    parts = {key: found.get(key, (0, 0)) for key in ("paid", "returned", "open")}
    return {"sent": (sum(c for c, _ in parts.values()), sum(f for _, f in parts.values())), **parts}
