"""Bank statements and notifications of ISO 20022: camt.053 and camt.054 in every version in use (001.01 to 001.13).

A file may hold several statements, each of an account of its own. An entry becomes one line; a batch entry (批量入账) one line for each of
its details where they add up. What the bank has not booked yet, and what cannot be read, comes back with its sentence.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from xml.etree.ElementTree import Element

from yigui.common.clock import CHINA
from yigui.common.money import plain_fen
from yigui.common.texts import int_or_none
from yigui.documents.errors import FileRefused
from yigui.documents.tabular.xml import read_xml
from yigui.exchange.receipt_rows import (
    FEN_MAX,
    NAMES_A_PAYMENT,
    OwnNumbers,
    ReadRow,
    ReceiptRow,
    RefusedRow,
    is_reference,
    mark_of,
    own_numbers,
)

#: Statements and notifications; reports within the day (camt.052) are not final.
_HOLDERS = ("Stmt", "Ntfctn")
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
_AMOUNT = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,5})?")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(Z|[+-][0-9]{2}:[0-9]{2})?")
_NOT_BOOKED = {"PDNG": "待入账", "INFO": "仅供参考", "FUTR": "将来入账"}
#: Words by which a bank says in the text that a debit undoes a credit of before.
UNDOES = re.compile(r"冲正|冲账|抹账|撤销入账|错账|红字|红冲|冲红|冲销|冲回")


@dataclass
class Statement:
    """One statement: the account, its balances (fen; None where not given), the day it closes, and its lines.

    `moved_fen` is what the booked entries come to, None where one of them could not be read: the balances then prove nothing.
    """

    number: int
    account_no: str
    currency: str
    closed_on: dt.date | None = None
    #: Its first day, None where it does not say.
    opened_on: dt.date | None = None
    opening_fen: int | None = None
    closing_fen: int | None = None
    moved_fen: int | None = 0
    #: Whether it is a page of several, or a notification: its balances then do not speak for its entries.
    is_part: bool = False
    #: Whether a table says it of its rows: it is the one statement of its file, and `lines` is empty.
    is_table: bool = False
    lines: list[ReadRow] = field(default_factory=list)


def read_statements(content: bytes, file_name: str) -> list[Statement]:
    """All statements of a camt.053 or camt.054 file. Entities and external references are refused.

    Raises:
        FileRefused: not XML, cut off, forbidden constructs, no statement, no account, or balances that do not add up.
    """
    root = read_xml(content, file_name)
    holders = [e for e in root.iter() if _local(e) in _HOLDERS]
    if not holders:
        if any(_local(e) == "Rpt" for e in root.iter()):
            raise FileRefused(f"文件“{file_name}”是日间报告（camt.052），其中的款项可能变动。请向银行索取对账单（camt.053）。")
        raise FileRefused(f"文件“{file_name}”没有对账单（Stmt），请核对是否为 camt.053。")
    if any(_local(e) == "Rpt" for e in root.iter()):
        raise FileRefused(
            f"文件“{file_name}”中既有对账单又有日间报告（camt.052），日间报告的款项可能变动，未作任何改动。请把对账单单独导出后导入。"
        )
    found: list[Statement] = []
    row_no = 0
    for number, holder in enumerate(holders, start=1):
        statement = _statement(number, holder, row_no, file_name)
        row_no += len(statement.lines)
        found.append(statement)
    return found


def _statement(number: int, holder: Element, before: int, file_name: str) -> Statement:
    where = f"文件“{file_name}”第 {number} 份对账单"
    account = re.sub(r"[\s-]", "", _text(holder, "Acct", "Id", "Othr", "Id") or _text(holder, "Acct", "Id", "IBAN"))
    if not account:
        raise FileRefused(f"{where}没有账号（Acct），无法确认是哪个账户，请银行补充后重发。")
    made = Statement(number, account, _currency(holder, where), is_part=_local(holder) == "Ntfctn" or _is_page(holder))
    _balances(made, holder, where)
    entries = [e for e in holder if _local(e) == "Ntry"]
    for k, entry in enumerate(entries, start=1):
        for line in _entry(entry, made, f"第 {number} 份对账单第 {k} 笔"):
            at = before + len(made.lines) + 1
            made.lines.append(replace(line, row_no=at) if isinstance(line, ReceiptRow) else line._replace(row_no=at))
    if not _is_page(holder):
        _hold_summary(holder, entries, where)
    opening, closing, moved = made.opening_fen, made.closing_fen, made.moved_fen
    if not made.is_part and None not in (opening, closing, moved) and opening + moved != closing:  # type: ignore[operator]
        raise FileRefused(
            f"{where}期初余额加发生额（{plain_fen(opening + moved)}）不等于期末余额（{plain_fen(closing)}），请银行核实后重发。"  # type: ignore[arg-type,operator]
        )
    if not made.is_part and None not in (opening, closing, moved):
        # The balances hold every one of its lines: two that are alike are two payments.
        made.lines = [replace(line, apart=str(line.row_no)) if isinstance(line, ReceiptRow) else line for line in made.lines]
    made.opened_on = day_in_china(_text(holder, "FrToDt", "FrDtTm") or _text(holder, "FrToDt", "FrDt"))
    if made.closed_on is None:
        days = [line.received_on for line in made.lines if isinstance(line, ReceiptRow)]
        made.closed_on = max(days, default=None)
    return made


def _hold_summary(holder: Element, entries: list[Element], where: str) -> None:
    """Hold what a statement states of its entries (TxsSummry) against them: of all, of credits, of debits; with or without those not booked yet.

    Raises:
        FileRefused: a number or a sum agrees with neither.
    """
    for name, way, words in (("TtlNtries", "", ""), ("TtlCdtNtries", "CRDT", "贷方"), ("TtlDbtNtries", "DBIT", "借方")):
        own = [e for e in entries if not way or _text(e, "CdtDbtInd") == way]
        fens = [_fen(_text(e, "Amt")) for e in own]
        are_booked = [(_text(e, "Sts", "Cd") or _text(e, "Sts")) == "BOOK" for e in own]
        count, total = (_text(holder, "TxsSummry", name, at) for at in ("NbOfNtries", "Sum"))
        if count and int_or_none(count) not in (len(own), sum(are_booked)):
            raise FileRefused(f"{where}写明{words or '共'} {count[:20]} 笔，实有 {len(own)} 笔，可能传输中断，请银行重发。")
        if total and None not in fens:
            every = sum(fen or 0 for fen in fens)
            booked = sum(fen or 0 for fen, is_booked in zip(fens, are_booked, strict=True) if is_booked)
            if _fen(total) not in (every, booked):
                raise FileRefused(
                    f"{where}写明{words}合计 {total[:20]} 元，各笔合计 {plain_fen(every)} 元，两者不符，可能传输中断，请银行重发。"
                )


def _currency(holder: Element, where: str) -> str:
    """The currency of a statement's account, as it says itself or its balances do; "" where neither does."""
    said = {
        currency
        for balance in holder
        if _local(balance) == "Bal"
        and (amount := _child(balance, "Amt")) is not None
        and (currency := amount.get("Ccy", "").strip())
    } | ({own} if (own := _text(holder, "Acct", "Ccy")) else set())
    if len(said) > 1:
        raise FileRefused(f"{where}的账户和余额写着不同的币种（{'、'.join(sorted(said))[:60]}），请银行核实后重发。")
    return said.pop() if said else ""


def _is_page(holder: Element) -> bool:
    """Whether the statement goes on in another message, or began in one."""
    page, is_last = _text(holder, "StmtPgntn", "PgNb"), _text(holder, "StmtPgntn", "LastPgInd")
    return (page.isdecimal() and int(page) > 1) or is_last in ("false", "0")


def _balances(made: Statement, holder: Element, where: str) -> None:
    """Opening and closing balance: booked ones; the closing of the day before (PRCD) is the opening."""
    for balance in (e for e in holder if _local(e) == "Bal"):
        code = _text(balance, "Tp", "CdOrPrtry", "Cd") or _text(balance, "Tp", "Cd")
        amount = _child(balance, "Amt")
        if (
            code not in _OPENING + _CLOSING
            or amount is None
            or amount.get("Ccy", made.currency or "CNY") != (made.currency or "CNY")
        ):
            continue
        fen, direction = _fen(amount.text or ""), _text(balance, "CdtDbtInd")
        if fen is None or direction not in ("CRDT", "DBIT"):
            raise FileRefused(
                f"{where}的余额（{code}）有误：{(amount.text or '').strip()[:30]} {direction[:10]}，请银行核实后重发。"
            )
        signed = fen if direction == "CRDT" else -fen
        if code in _CLOSING:
            made.closing_fen = signed
            made.closed_on = _day_of(balance) or made.closed_on
        elif made.opening_fen is None or code == "OPBD":
            made.opening_fen = signed


def _entry(entry: Element, made: Statement, where: str) -> Iterator[ReadRow]:
    """The lines of an entry. An entry that cannot be read takes the proof from the balances."""
    raw = _raw(entry)
    status = _text(entry, "Sts", "Cd") or _text(entry, "Sts", "Prtry") or _text(entry, "Sts")
    if status and status != "BOOK":
        words = _NOT_BOOKED.get(status, "未入账")
        yield RefusedRow(0, f"{where}银行尚未记账（{status[:10]}，{words}），未入账；记账后请随以后的对账单导入", raw, "unbooked")
        return
    amount = _child(entry, "Amt")
    written = (amount.text or "").strip() if amount is not None else ""
    direction, fen, day = (
        _text(entry, "CdtDbtInd"),
        _fen(written),
        _day_of(_child(entry, "BookgDt")) or _day_of(_child(entry, "ValDt")),
    )
    currency = (amount.get("Ccy") if amount is not None else "") or made.currency
    wrong = ""
    if not status:
        wrong = f"{where}没有记账状态（Sts），不知银行是否已记账，未入账，请银行补充后重发该笔"
    elif direction not in ("CRDT", "DBIT"):
        wrong = f"{where}没有借贷方向（CdtDbtInd），不知是收是付，请银行补充后重发该笔"
    elif fen is None or fen == 0:
        wrong = f"{where}金额“{written[:30]}”有误，应为大于零、最多两位小数的数，请银行核实后重发该笔"
    elif not currency:
        wrong = f"{where}没有币种，账户也没有写明，请银行补充后重发该笔"
    elif currency != "CNY":
        wrong = f"{where}币种为 {currency[:3]}，只接收人民币，请与银行核实该笔"
    elif day is None:
        wrong = f"{where}没有可识别的记账日（{_written_day(entry)}），请银行补充后重发该笔"
    if wrong or fen is None or day is None:
        made.moved_fen = None
        served = _text(entry, "AcctSvcrRef")
        yield RefusedRow(0, wrong, raw, reference=served[:80], account_no=made.account_no[:40], told_on=day, told_fen=fen or None)
        return
    if made.moved_fen is not None:
        made.moved_fen += fen if direction == "CRDT" else -fen
    yield from _lines(entry, _whole(entry, made, fen, day, is_debit=direction == "DBIT"), where)


def _whole(entry: Element, made: Statement, fen: int, day: dt.date, *, is_debit: bool) -> ReceiptRow:
    """The entry as one line, without what its details say."""
    served, own = _text(entry, "AcctSvcrRef"), _text(entry, "NtryRef")
    reference = served if is_reference(served) else own or served
    # By the entry's own reference and sum its whole and its parts are known for one, in whichever message of the bank's each comes.
    mark = mark_of("entry", served, str(fen)) if is_reference(served) else ""
    return ReceiptRow(
        0, reference[:80], day, fen, text=_text(entry, "AddtlNtryInf")[:300], account_no=made.account_no[:40],
        is_referenced=is_reference(served), is_debit=is_debit, mark=mark,
    )  # fmt: skip


def _lines(entry: Element, whole: ReceiptRow, where: str) -> Iterator[ReadRow]:
    details = [e for block in entry if _local(block) == "NtryDtls" for e in block if _local(e) == "TxDtls"]
    counts = [_text(block, "Btch", "NbOfTxs") for block in entry if _local(block) == "NtryDtls"]
    stated = _sum_of_counts(counts)
    is_reversal = _text(entry, "RvslInd") in ("true", "1")
    if len(details) <= 1 and stated in (0, 1):
        if details and not whole.is_referenced and is_reference(served := _text(details[0], "Refs", "AcctSvcrRef")):
            # Banks write the reference of a payment at the entry or at its one detail.
            whole = replace(whole, reference=served[:80], is_referenced=True)
        line = _told(whole, details[0] if details else entry, entry)
        own = _detail_fen(details[0], entry) if details else None
        if own is not None and own < 0 and not whole.is_debit:
            yield replace(
                line, waits="batch", why=f"{where}是入账，而其唯一一笔明细写着支出（DBIT），不知是收是付，未入账，请与银行核实"
            )
            return
        if own is not None and abs(own) != whole.amount_fen and not whole.is_debit:
            yield replace(
                line,
                waits="batch",
                why=f"{where}金额 {plain_fen(whole.amount_fen)} 元与其明细 {plain_fen(abs(own))} 元不符，请与银行核实",
            )
            return
        yield undone(line, where, is_reversal=is_reversal, is_return=_says_return(details[0] if details else entry, entry))
        return
    if whole.is_debit and not is_reversal:
        # What was paid out together is the bank's affair; the line goes to the work list as a whole.
        yield _told(whole, entry, entry)
        return
    amounts = [_detail_fen(detail, entry) for detail in details]
    total = sum(a for a in amounts if a is not None)
    wanted = -whole.amount_fen if whole.is_debit else whole.amount_fen
    if None in amounts or total != wanted or stated not in (0, len(details)) or 0 in amounts:
        have = f"{len(details)} 笔明细合计 {plain_fen(abs(total))} 元"
        said = "写明的笔数无法识别，" if stated is None else f"写明 {stated} 笔，" if stated else ""
        yield replace(
            _told(whole, entry, entry), waits="batch",
            why=f"{where}是批量入账 {plain_fen(whole.amount_fen)} 元，{have}，{said}两者不符，无法拆分，请向银行索取明细",
        )  # fmt: skip
        return
    for k, (detail, fen) in enumerate(zip(details, amounts, strict=True), start=1):
        assert fen is not None
        served = _text(detail, "Refs", "AcctSvcrRef")
        is_own = is_reference(served) and served != whole.reference
        part = replace(
            whole, amount_fen=abs(fen), is_debit=fen < 0, reference=(served if is_own else f"{whole.reference}/{k}")[:80],
            is_referenced=is_own or whole.is_referenced,
        )  # fmt: skip
        yield undone(_told(part, detail, entry), f"{where}明细 {k}", is_reversal=is_reversal, is_return=_says_return(detail, entry))


def _sum_of_counts(counts: list[str]) -> int | None:
    """How many payments the blocks of an entry say they hold; 0 where none says it, None where one says what is no number."""
    read = [int_or_none(count) for count in counts if count]
    return None if None in read else sum(count for count in read if count is not None)


def _told(line: ReceiptRow, told: Element, entry: Element) -> ReceiptRow:
    """A line with what a detail (or the entry itself) says of its party, its text and our own numbers."""
    texts = [e.text for e in told.iter() if _local(e) == "Ustrd" and e.text]
    more = [_text(told, "AddtlTxInf"), _text(entry, "AddtlNtryInf")]
    text = " ".join(" ".join([*texts, *(t for t in more if t)]).split())
    end_to_end = next((e.text or "" for e in told.iter() if _local(e) == "EndToEndId"), "").strip()
    structured = [e.text or "" for e in told.iter() if _local(e) == "Ref" and e.text]
    party = ("Cdtr", "CdtrAcct") if line.is_debit else ("Dbtr", "DbtrAcct")
    named = next((e for e in told.iter() if _local(e) == party[0]), None)
    holder = next((e for e in told.iter() if _local(e) == party[1]), None)
    name = (_text(named, "Pty", "Nm") or _text(named, "Nm")) if named is not None else ""
    account = (_text(holder, "Id", "Othr", "Id") or _text(holder, "Id", "IBAN")) if holder is not None else ""
    first = own_numbers(end_to_end, *structured)
    later = own_numbers(text)
    own = OwnNumbers(first.bill_id or later.bill_id, first.order_code or later.order_code, first.payment_no or later.payment_no)
    references = [e.text or "" for e in told.iter() if _local(e) in ("AcctSvcrRef", "InstrId", "TxId", "ClrSysRef", "EndToEndId")]
    marks = sorted({found for reference in references if is_reference(found := reference.strip())})
    return replace(
        line, bill_id=None if line.is_debit else own.bill_id, order_code=own.order_code, payment_no=own.payment_no,
        payer_name=" ".join(name.split())[:120], payer_account=re.sub(r"\s", "", account)[:40], text=text[:300],
        reverses=" ".join([text, *references, line.reference]), mark=line.mark if line.is_referenced else mark_of(*marks, text),
    )  # fmt: skip


def _says_return(told: Element, entry: Element) -> bool:
    """Whether the bank's own fields say that a payment of ours came back: return information (RtrInf), or its transaction code RRTN.

    Source: ISO 20022 External Bank Transaction Code List, sub-family RRTN (Reversal due to Payment Return).
    """
    codes = [code for part in (told, entry) for code in (_child(part, "BkTxCd"),) if code is not None]
    named = {(e.text or "").strip() for code in codes for e in code.iter() if _local(e) == "SubFmlyCd"}
    return "RRTN" in named or any(_child(part, "RtrInf") is not None for part in (told, entry))


def undone(line: ReceiptRow, where: str, *, is_reversal: bool, is_return: bool = False) -> ReceiptRow:
    """A line that undoes one of before, or brings a payment of ours back, waits: it is no contribution and no payment of its own.

    A number of a payment alone proves nothing: the line then waits only where that payment was sent, with this amount (`receipts.payouts`).
    """
    if line.is_debit:
        if is_reversal or UNDOES.search(line.text):
            return replace(line, waits="reversal", why=f"{where}冲正以前的一笔到账，待核对原到账后冲回")
        return replace(line, reverses="")
    if line.payment_no:
        is_said = is_return or is_reversal
        return replace(
            line,
            waits="returned_payout" if is_said else NAMES_A_PAYMENT,
            why=f"{where}是我方支付 {line.payment_no} 的退汇，不是缴费；请在“未入账的行”页转为发放结果",
            reverses="",
        )
    if is_return:
        return replace(
            line, waits="returned_payout", reverses="",
            why=f"{where}银行注明是我方支付的退汇，但没有写明支付编号；请与银行核实，查明前可按“入账”列入暂收款",
        )  # fmt: skip
    if is_reversal:
        return replace(line, waits="reversed_debit", why=f"{where}冲正以前的一笔支出，不是缴费，请核对原支出")
    return replace(line, reverses="") if line.reverses else line


def _detail_fen(detail: Element, entry: Element) -> int | None:
    """What a detail moved, with its own direction: below zero is money out. None where it does not say."""
    amount = _child(detail, "Amt")
    if amount is None:
        path = next((p for p in ("TxAmt", "InstdAmt") if _text(detail, "AmtDtls", p, "Amt")), "")
        holder = _child(_child(detail, "AmtDtls"), path) if path else None
        amount = _child(holder, "Amt")
    if amount is None or amount.get("Ccy", "CNY") != "CNY":
        return None
    fen = _fen(amount.text or "")
    direction = _text(detail, "CdtDbtInd") or _text(entry, "CdtDbtInd")
    return None if fen is None else -fen if direction == "DBIT" else fen


def _fen(text: str) -> int | None:
    """An amount of XML (xs:decimal) in fen; None when it is none, is below zero, or has a part of a fen."""
    plain = text.strip().removeprefix("+")
    if _AMOUNT.fullmatch(plain) is None:
        return None
    fen = Decimal(plain) * 100
    return int(fen) if fen == fen.to_integral_value() and fen <= FEN_MAX else None


def day_in_china(text: str) -> dt.date | None:
    """The day of a date (with a zone or without) or of a moment: of a moment with an offset the day it was in China. None when it is none."""
    plain = text.strip()
    alone = _DAY.fullmatch(plain)
    try:
        if alone is not None:
            return dt.date.fromisoformat(alone[1])
        if _DAY.match(plain) is None or plain[10:11] != "T":
            return None
        moment = dt.datetime.fromisoformat(plain)
    except ValueError:
        return None
    return (moment.astimezone(CHINA) if moment.tzinfo else moment).date()


def _day_of(element: Element | None) -> dt.date | None:
    """The day of an element that holds `Dt` or `DtTm`, or of its `Dt` that does."""
    if element is None:
        return None
    written = _text(element, "Dt", "Dt") or _text(element, "Dt", "DtTm") or _text(element, "Dt") or _text(element, "DtTm")
    return day_in_china(written)


def _written_day(entry: Element) -> str:
    return (_text(entry, "BookgDt", "Dt") or _text(entry, "BookgDt", "DtTm") or "空")[:40]


def _raw(entry: Element) -> str:
    """What stands in an entry, for whoever looks at a line that was not taken."""
    texts = (f"{_local(e)}={e.text.strip()}" for e in entry.iter() if e.text and e.text.strip())
    return "；".join(texts)[:4000]


def _local(element: Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _child(element: Element | None, name: str) -> Element | None:
    return None if element is None else next((child for child in element if _local(child) == name), None)


def _text(element: Element, *path: str) -> str:
    found: Element | None = element
    for name in path:
        found = _child(found, name)
    return (found.text or "").strip() if found is not None else ""
