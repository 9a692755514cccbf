"""Reading what the bank says about payments (发放结果): pain.002, camt.053/054 with returns, and the delimited text agreed with the bank.

A format turns a file into rows; it decides nothing. What cannot be read makes the row's `fault`: a sentence, never a value left out.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any
from xml.etree.ElementTree import Element

from yigui.common.money import parse_yuan
from yigui.common.normalise import read_day
from yigui.common.tables import Sheet, workbook
from yigui.common.texts import int_or_none
from yigui.documents.errors import FileRefused
from yigui.documents.sheets import read_warily, unread_of
from yigui.documents.tabular import Column, Kind, Limits, Row, read_xml
from yigui.documents.tabular.heads import plain_head
from yigui.documents.tabular.rows import total_of
from yigui.documents.tabular.xml import is_xml
from yigui.exchange.around import refuse_line, refuse_titles, says_no_money, says_void
from yigui.exchange.beside import says_of
from yigui.exchange.harmless import LINE, approved
from yigui.exchange.said_of_lines import CURRENCY, is_yuan, refuse_unread
from yigui.exchange.stated_sums import ALL, ARRIVED, FAILED, Rows, quoted_in, refuse_pages, refuse_unequal, stated_in
from yigui.payment.bank_files import delimited
from yigui.payment.enums import PaymentStatus
from yigui.payment.errors import ResultRefused
from yigui.payment.reason_codes import reason_in_words

#: Lines of a file; a word on a whole file or block counts as one for each of its payments.
ROWS_MAX = 60_000
BYTES_MAX = 80_000_000
#: What a row is when nothing final has happened.
PENDING = "pending"
#: Status codes of ISO 20022 (ExternalPaymentTransactionStatus1Code, …GroupStatus1Code). Settled; rejected; on the way.
_CODES = (
    dict.fromkeys(("ACSC", "ACCC"), PaymentStatus.PAID.value)
    | {"RJCT": PaymentStatus.RETURNED.value}
    | dict.fromkeys(("RCVD", "PDNG", "ACTC", "ACCP", "ACFC", "ACSP", "ACWC", "ACWP", "PATC"), PENDING)
)
#: A day of XML (xs:date) with its zone, which falls off.
_OF_ZONE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})")
#: Of a file or block whose payments fared differently: it says nothing of its own.
_PARTLY = "PART"
#: Words of a reason why money did not arrive.
_FAILED = re.compile(
    r"失败|退汇|退票|退回|退款|销户|注销|冻结|挂失|止付|不符|不存在|无此户|拒绝|拒付|拒收|被拒|余额不足|超限|(?<![无])错误|有误|无效|异常|不正常|未入账|未到账|未成功|不成功|"
    r"处理中|待处理|未处理|撤销|冲正"
)


@dataclass(frozen=True)
class ResultRow:
    """One result as the bank wrote it. `status`: paid, returned, pending, or "" for a word that is not agreed.

    `amount_fen` and `booked_on` are None where the bank gave none; what it gave and cannot be read is a `fault`.
    """

    row_no: int
    number: str
    status: str
    reason: str = ""
    amount_fen: int | None = None
    booked_on: dt.date | None = None
    fault: str = ""
    #: Whom the bank says it is about, "" where it does not; the same as it was sent to, or the line is not believed.
    account_no: str = ""
    account_name: str = ""


@dataclass(frozen=True)
class GroupRow:
    """A word on all payments of a file (`message`: its MsgId) or of a block of it (`block`: its PmtInfId); `count`: how many it says they are."""

    row_no: int
    message: str
    block: str
    status: str
    reason: str = ""
    booked_on: dt.date | None = None
    fault: str = ""
    count: int | None = None


@dataclass
class Results:
    """What a file says, payment by payment and of files and blocks as a whole."""

    rows: list[ResultRow]
    groups: list[GroupRow]
    #: Heads of columns that the agreed text does not have.
    unread: tuple[str, ...] = ()
    #: Sentences about the file as a whole: what of its sheet is hidden.
    notes: tuple[str, ...] = ()


def read_results(content: bytes, file_name: str) -> Results:
    """Read a file of any of the formats.

    Raises:
        ResultRefused: too large, neither XML nor a table, cut off, an entity bomb, a column missing, no results.
    """
    if len(content) > BYTES_MAX:
        raise ResultRefused(f"文件“{file_name}”超过 {BYTES_MAX // 1_000_000} MB，请分成几个文件。")
    try:
        found = _read_xml(content, file_name) if is_xml(content) else _read_delimited(content, file_name)
    except FileRefused as refused:
        raise ResultRefused(refused.message) from refused
    if not found.rows and not found.groups:
        raise ResultRefused(f"文件“{file_name}”没有支付结果。")
    return found


def too_many(file_name: str) -> ResultRefused:
    return ResultRefused(f"文件“{file_name}”超过 {ROWS_MAX} 笔支付，请分成几个文件。")


def _read_xml(content: bytes, file_name: str) -> Results:
    root = read_xml(content, file_name)
    found = Results([], [])
    for report in (e for e in root.iter() if _child(e, "OrgnlGrpInfAndSts") is not None):
        _read_report(report, found)
    for entry in (e for e in root.iter() if _local(e) == "Ntry"):
        found.rows.extend(_entry(entry, len(found.rows)))
        if len(found.rows) > ROWS_MAX:
            raise too_many(file_name)
    if not found.rows and not found.groups:
        # Reports of old versions, and those without their head.
        for block in (e for e in root.iter() if _child(e, "TxInfAndSts") is not None):
            _read_block(block, found, "", None, None)
    return found


def _read_report(report: Element, found: Results) -> None:
    """A pain.002 report: the file as a whole, its blocks, their payments. Those named alone follow what is said of them alone."""
    head, whole = _child(report, "GrpHdr"), _child(report, "OrgnlGrpInfAndSts")
    assert whole is not None
    made, made_fault = _day(_text(head, "CreDtTm"))
    message, status = _text(whole, "OrgnlMsgId"), _text(whole, "GrpSts")
    if status and status != _PARTLY:
        count, count_fault = _count(whole)
        fault = made_fault or _unknown(status) or count_fault
        row = GroupRow(len(found.groups) + 1, message, "", _CODES.get(status, ""), _reason(whole), made, fault, count)
        found.groups.append(row)
    _read_block(report, found, status, made, made_fault)
    for block in (e for e in report if _local(e) == "OrgnlPmtInfAndSts"):
        own = _text(block, "PmtInfSts")
        if own and own != _PARTLY:
            name, (count, count_fault) = _text(block, "OrgnlPmtInfId"), _count(block)
            # Without its name a block would speak for the whole file.
            fault = made_fault or _unknown(own) or count_fault or ("" if name else "批次没有编号（OrgnlPmtInfId），不知是哪一批")
            row = GroupRow(len(found.groups) + 1, message, name, _CODES.get(own, ""), _reason(block), made, fault, count)
            found.groups.append(row)
        _read_block(block, found, own or status, made, made_fault)


def _count(group: Element) -> tuple[int | None, str]:
    """How many payments a file or block is said to have held; None where that is not said. And the sentence of what is no number."""
    said = _text(group, "OrgnlNbOfTxs")
    count = int_or_none(said)
    return count, f"写明的笔数“{said[:20]}”无法识别" if said and count is None else ""


def _read_block(block: Element, found: Results, status: str, made: dt.date | None, made_fault: str | None) -> None:
    """The payments a block names. One without a status of its own has the block's; one without a day the report's."""
    for entry in (e for e in block if _local(e) == "TxInfAndSts"):
        found.rows.append(_transaction(len(found.rows) + 1, entry, status, made, made_fault or ""))


def _transaction(row_no: int, entry: Element, status: str, made: dt.date | None, made_fault: str) -> ResultRow:
    own = _text(entry, "TxSts") or ("" if status == _PARTLY else status)
    settled = _child(entry, "FctvIntrBkSttlmDt")
    given = _text(entry, "AccptncDtTm") or _text(settled, "DtTm") or _text(settled, "Dt")
    day, fault = _day(given) if given else (made, made_fault)
    amount, amount_fault = _amount(_original_amount(entry))
    number, status, reason = _text(entry, "OrgnlEndToEndId"), _CODES.get(own, ""), _reason(entry)
    told = _child(entry, "OrgnlTxRef")
    return ResultRow(
        row_no, number, status, reason, amount, day, _unknown(own) or _against(status, reason) or amount_fault or fault,
        _text(told, "CdtrAcct", "Id", "Othr", "Id") or _text(told, "CdtrAcct", "Id", "IBAN"), _text(told, "Cdtr", "Pty", "Nm") or _text(told, "Cdtr", "Nm"),
    )  # fmt: skip


def _against(status: str, reason: str) -> str:
    """The sentence of an arrival whose reason says that it did not arrive."""
    if status == PaymentStatus.PAID and (found := _FAILED.search(reason)):
        return f"处理结果为到账，而原因写着“{found[0]}”，两者矛盾"
    return ""


def _original_amount(entry: Element) -> Element | None:
    original = _child(entry, "OrgnlTxRef")
    for place in (_child(original, "Amt"), original):
        for name in ("InstdAmt", "IntrBkSttlmAmt"):
            found = _child(place, name)
            if found is not None:
                return found
    return None


def _entry(entry: Element, before: int) -> Iterator[ResultRow]:
    """An entry of a statement or notice of the paying account: what came back of our payments. What was only taken out is on its way."""
    status = _text(entry, "Sts") or _text(entry, "Sts", "Cd")
    day, day_fault = _day(_text(entry, "BookgDt", "Dt") or _text(entry, "BookgDt", "DtTm"))
    details = [d for group in entry if _local(group) == "NtryDtls" for d in group if _local(d) == "TxDtls"]
    for number, detail in enumerate(details or [entry], start=before + 1):
        place = _child(detail, "Amt")
        if place is None:
            place = _child(_child(_child(detail, "AmtDtls"), "TxAmt"), "Amt")
        if place is None and len(details) < 2:
            place = _child(entry, "Amt")
        amount, amount_fault = _amount(place)
        direction = _text(detail, "CdtDbtInd") or _text(entry, "CdtDbtInd")
        returned = _child(detail, "RtrInf")
        is_back = status == "BOOK" and direction == "CRDT"
        fault = "" if direction in ("CRDT", "DBIT") else f"借贷标志“{direction}”无法识别"
        fault = fault or amount_fault or (day_fault if is_back else "")
        if is_back and not fault and amount is None:
            fault = "没有金额"
        yield ResultRow(
            number, _text(_child(detail, "Refs"), "EndToEndId"), PaymentStatus.RETURNED.value if is_back else PENDING,
            _reason_in(returned) if returned is not None else reason_in_words(_text(detail, "RmtInf", "Ustrd"))[:100], amount, day, fault,
        )  # fmt: skip


def _reason(element: Element) -> str:
    """Why: of `StsRsnInf` alone, code and words; nothing else in the block is a reason."""
    return "；".join(filter(None, (_reason_in(e) for e in element if _local(e) == "StsRsnInf")))[:100]


def _reason_in(info: Element) -> str:
    place = _child(info, "Rsn")
    if place is None:
        place = _child(info, "StsRsn")
    words = [_text(place, "Cd") or _text(place, "Prtry")]
    words += [(e.text or "").strip() for e in info if _local(e) in ("AddtlInf", "AddtlStsRsnInf")]
    return reason_in_words(" ".join(filter(None, words)))[:100]


def _unknown(status: str) -> str:
    """The sentence of a status that is not agreed."""
    return "" if status in _CODES or status == _PARTLY else f"处理状态“{status[:20]}”无法识别" if status else "没有处理状态"


def _day(text: str) -> tuple[dt.date | None, str]:
    """A day, in Chinese time where an instant is given with its zone; None when none is given. And the sentence of what cannot be read."""
    plain = text.strip()
    if not plain:
        return None, ""
    alone = _OF_ZONE.fullmatch(plain)
    try:
        return read_day(alone[1] if alone else plain), ""
    except ValueError:
        return None, f"日期“{plain[:30]}”无法识别，应为 2026-11-05 或 20261105"


def _amount(element: Element | None) -> tuple[int | None, str]:
    if element is None:
        return None, ""
    fault = _not_yuan(element.get("Ccy") or "")
    return (None, fault) if fault else _fen(element.text or "")


def _not_yuan(currency: str) -> str:
    """The sentence of money of another country; "" where it is ours, or nothing is said."""
    plain = currency.strip().upper()
    return "" if not plain or is_yuan(plain) else f"币种为 {plain[:10]}，只接收人民币"


def _fen(text: str) -> tuple[int | None, str]:
    """An amount; None when none is given. And the sentence of what is no amount."""
    if not text.strip():
        return None, ""
    try:
        return parse_yuan(text), ""
    except ValueError:
        return None, f"金额“{text.strip()[:30]}”无法识别，应为以元为单位、最多两位小数的数"


@cache
def _words() -> dict[str, str]:
    """The words agreed with the bank, as in the declared format."""
    form = delimited()["result"]
    agreed = (
        (PaymentStatus.PAID.value, form["paid"]),
        (PaymentStatus.RETURNED.value, form["returned"]),
        (PENDING, form["pending"]),
    )
    return {str(word): status for status, words in agreed for word in words}


#: Heads beside the agreed ones under which a day says that money came back; heads of free text.
_CAME_BACK = re.compile(r"(?:退汇|退票|退回|退款|冲正).*(?:日期|时间)$")
_DIGITS = re.compile(r"[1-9]")
_FREE = re.compile(r"备注|说明|附言|附注|摘要|批注|原因")
_OF_FAILURE = re.compile(r"(?:失败|退票|退汇|错误).*(?:原因|信息|描述)")


@cache
def _nothing_wrong() -> frozenset[str]:
    """Words and codes that say that nothing went wrong."""
    arrived = {word for word, status in _words().items() if status == PaymentStatus.PAID}
    return frozenset({"", "-", "--", "/", "无", "正常", "0", "00", "000", "0000", "00000", "000000"} | arrived)


def _against_arrival(head: str, text: str) -> str:
    """The sentence about a cell beside the agreed ones that says that money did not arrive, or came back; "" where it does not."""
    plain, word, says = plain_head(head), text.strip(), says_of(head, "results")
    is_good = word.upper() in _nothing_wrong()
    is_back = _CAME_BACK.search(plain) is not None and _DIGITS.search(word) is not None
    is_words = (_FREE.search(plain) or says == "arrived") and _FAILED.search(word)
    # A code is one of the agreed; beside an arrival there is nothing to say of why it failed.
    is_other = not is_good and (says == "agreed" or (says == "arrived" and _OF_FAILURE.search(plain)))
    if is_good or not (is_back or is_words or is_other):
        return ""
    return f"“{head[:20]}”写着“{word[:20]}”，与处理结果“到账”矛盾，请与银行核实"


def _status(row: Row) -> str | None:
    """What the agreed word of a row means; None where it is none of them."""
    return _words().get(row.cells["status"].upper())


def _is_paid(row: Row) -> bool:
    return _status(row) == PaymentStatus.PAID


#: Whom a line is about, where the bank adds it: beside the agreed columns, in its own words.
_PAYEE = (
    Column("account_no", (
        "收款账号", "收款人账号", "收款方账号", "收款账户", "收款人账户", "收款方账户", "收款卡号", "收款人卡号", "收款帐号", "收款人帐号", "入账账号", "对方账号",
        "实际收款账号", "实际入账账号", "银行账号", "银行卡号", "账号", "帐号", "卡号",
    ), Kind.NUMBER),
    Column("account_name", (
        "收款户名", "收款人户名", "收款人", "收款人姓名", "收款人名称", "收款方户名", "收款方名称", "收款账户名称", "对方户名", "实际收款人",
        "账户名称", "账户名", "户名", "姓名",
    ), Kind.TEXT),
)  # fmt: skip
#: What the columns of the agreed text hold. Number and result are needed in every row.
_KINDS = {"payment_no": Kind.NUMBER, "status": Kind.TEXT, "reason": Kind.TEXT, "amount": Kind.AMOUNT, "booked_on": Kind.DATE}


def _read_delimited(content: bytes, file_name: str) -> Results:
    form: Any = delimited()["result"]
    columns: list[Column] = []
    for field, head in form["columns"].items():
        heads = (head, *form["also"].get(field, ()))
        # Reasons may stand in several columns, each of which is read.
        parts = [(f"{field}{k or ''}", (one,)) for k, one in enumerate(heads)] if field == "reason" else [(field, heads)]
        is_needed, is_own = field in ("payment_no", "status"), field == "payment_no"
        columns += [Column(name, one, _KINDS[field], required=is_needed, is_own=is_own) for name, one in parts]
    limits = Limits(rows=ROWS_MAX, lines=2 * ROWS_MAX)
    # Of what did not arrive the line says so itself.
    table, rows = read_warily(content, file_name, [*columns, CURRENCY, *_PAYEE], limits=limits, wary=_against_arrival, of=_is_paid)
    # Where everything arrived there is no reason to give.
    missing = [column.word for column in columns if not column.name.startswith("reason") and not table.heads.get(column.name)]
    if missing:
        raise FileRefused(f"文件“{file_name}”缺少列：{'、'.join(missing)}。请按与银行约定的格式重新取得文件。")
    # A result beside the agreed one, or an amount given back, would be passed over.
    refuse_unread(content, file_name, table, source="results", is_account_known=True, partner="bank", of_results=_is_paid)
    lines, stated, pages = [], stated_in(table.above), list(table.above)
    refuse_titles(file_name, table.above, table.sheet, of_money=False)
    title = next((line for line in [*table.above, table.sheet] if says_no_money(line)), "")
    for own in rows:
        if own.is_example and own.cells["amount"] in ("", _EXAMPLE_YUAN):
            continue
        if title and not own.is_aside and _is_paid(own):
            raise FileRefused(
                f"文件“{file_name}”的标题“{title[:40]}”说的是未到账，而第 {own.number} 行写着到账，两者矛盾，未作任何改动。请与银行核实后重新导入。"
            )
        if own.line or own.is_aside:
            pages.append(own.line or "；".join(own.problems))
        if own.line and (own.is_words or says_no_money(own.line) or says_void(own.line)) and not stated_in([own.line]):
            refuse_line(file_name, own.number, own.line, partial(approved, "bank", "results", LINE))
            if not own.cells["amount"]:
                continue
        said = [text for name, text in own.cells.items() if name.startswith("reason") and text]
        own.cells["reason"] = "；".join(dict.fromkeys(said))
        told = (
            quoted_in(own.problems)
            if own.is_aside
            else [own.line]
            if own.line
            else [total_of([*own.cells.values()])]
            if _status(own) is None
            else []
        )
        totals = stated_in(told)
        stated += totals
        if not totals or (own.is_aside and own.cells["amount"] and own.cells["payment_no"]):
            lines.append(_delimited_row(own))
    refuse_pages(file_name, pages)
    refuse_unequal(file_name, stated, _come_to(lines))
    return Results(lines, [], tuple(unread_of(table)), tuple(table.notes))


#: What the template's example says was paid.
_EXAMPLE_YUAN = "1234.56"


def template() -> bytes:
    """A workbook of the agreed columns for results that come otherwise than in the agreed text; one row is an example that is never read."""
    form: Any = delimited()["result"]
    told = {"payment_no": "示例", "status": form["paid"][0], "amount": _EXAMPLE_YUAN, "booked_on": "2026-11-10"}
    notes = (
        "一笔支付一行，列名不要改动；第一行是示例，不会作为数据读取，可以删除。", "支付编号为本系统发给银行的编号（如 P12-345、R6-7）。",
        f"{form['columns']['status']}填：{'、'.join((form['paid'][0], form['returned'][0], form['pending'][0]))}；未到账的写明原因。",
    )  # fmt: skip
    columns = form["columns"]
    choices = {list(columns).index("status"): [form[word][0] for word in ("paid", "returned", "pending")]}
    return workbook(
        Sheet("发放结果", list(columns.values()), rows=[[told.get(field, "") for field in columns]], widths=[22] * len(columns), is_form=True, choices=choices),
        Sheet("填写说明", (), rows=[[note] for note in notes]),
    )  # fmt: skip


def _come_to(lines: Sequence[ResultRow]) -> Rows:
    """What the lines of a text come to; where one has no amount, their numbers alone."""
    arrived, failed = ([line for line in lines if line.status == status] for status in (PaymentStatus.PAID, PaymentStatus.RETURNED))
    counts: dict[str, list[int]] = {ALL: [len(lines)]}
    if all(line.status for line in lines):
        counts |= {ARRIVED: [len(arrived)], FAILED: [len(failed)]}
    if not lines or any(line.amount_fen is None or not line.status for line in lines):
        return Rows(counts, {})
    every, good, bad = (sum(line.amount_fen or 0 for line in part) for part in (lines, arrived, failed))
    return Rows(counts, {ALL: [every, good], ARRIVED: [good], FAILED: [bad]})


def _delimited_row(own: Row) -> ResultRow:
    cells, said = own.cells, own.cells["status"]
    status = _words().get(said.upper(), "")
    unknown = "" if status or not said else f"处理结果“{said[:20]}”不在与银行约定的范围内"
    other = _not_yuan(cells[CURRENCY.name])
    fault = "；".join([*own.problems, *filter(None, [unknown, other, _against(status, cells["reason"])])])
    amount, amount_fault = _fen(cells["amount"])
    day, day_fault = _day(cells["booked_on"])
    return ResultRow(
        own.number, cells["payment_no"], "" if own.is_aside else status, reason_in_words(cells["reason"])[:100], amount, day,
        fault or amount_fault or day_fault, cells["account_no"], cells["account_name"],
    )  # fmt: skip


def _local(element: Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _child(element: Element | None, name: str) -> Element | None:
    return None if element is None else next((child for child in element if _local(child) == name), None)


def _text(element: Element | None, *path: str) -> str:
    for name in path:
        element = _child(element, name)
    return (element.text or "").strip() if element is not None else ""
