"""Reading what partners send: CSV with LD/T 92 headers (columns and codes mapped per partner), and ISO 20022 camt.053.

A format turns a file into plain rows or a sentence per row; it decides nothing.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from yigui.common.money import parse_yuan, plain_fen
from yigui.common.months import parse_period
from yigui.common.strict_yaml import load_yaml
from yigui.common.texts import int_or_none
from yigui.documents.errors import FileRefused
from yigui.documents.sheets import decode, look_through_xml

_HERE = Path(__file__).parent / "declarations"
#: What a row of a receipt file may tell. The first three it must.
FIELDS = (
    "reference", "received_on", "amount", "bill", "order", "unit_no", "credit_code", "id_number", "insurance", "owed_period",
    "payer_name", "payer_account", "area", "text",
)  # fmt: skip
NEEDED = FIELDS[:3]
#: What the needed columns hold, in words.
_WORDS = dict(zip(NEEDED, ("流水号", "到账日期", "金额"), strict=True))


@dataclass(frozen=True)
class ReceiptRow:
    """A row of money as the partner wrote it, read but not judged: amount in fen, insurance as AAE140."""

    row_no: int
    reference: str
    received_on: dt.date
    amount_fen: int
    bill_id: int | None = None
    order_code: str = ""
    unit_no: str = ""
    credit_code: str = ""
    id_number: str = ""
    insurance: int | None = None
    owed_period: int | None = None
    payer_name: str = ""
    payer_account: str = ""
    area: str = ""
    text: str = ""


Verdict = ReceiptRow | tuple[int, str]


@dataclass(frozen=True)
class PartnerFormat:
    """How a partner writes: column of each field, and its own codes of insurances."""

    partner: str
    label: str
    source: str
    columns: Mapping[str, tuple[str, ...]]
    insurances: Mapping[str, int]


@cache
def formats() -> Mapping[str, PartnerFormat]:
    """The declared formats by partner."""
    found = {}
    for path in sorted(_HERE.glob("format-*.yaml")):
        declared = load_yaml(path)
        declared.check_keys(("partner", "label", "source", "columns", "insurances"))
        declared["columns"].check_keys(NEEDED, FIELDS)
        columns = {name: tuple(str(c) for c in heads) for name, heads in declared["columns"].items()}
        insurances = {str(code): int(number) for code, number in declared["insurances"].items()}
        found[declared["partner"]] = PartnerFormat(declared["partner"], declared["label"], declared["source"], columns, insurances)
    return found


def read_csv(content: bytes, file_name: str, form: PartnerFormat) -> Iterator[Verdict]:
    """Rows of a CSV file, one by one; for a bad row its number and sentence.

    Raises:
        FileRefused: not text, or a needed column is missing.
    """
    reader = _lines(content, file_name)
    head = [h.strip() for h in next(reader, [])]
    places = {name: next((head.index(h) for h in heads if h in head), -1) for name, heads in form.columns.items()}
    missing = [f"{_WORDS[name]}（{form.columns[name][0]}）" for name in NEEDED if places[name] < 0]
    if len(missing) == len(NEEDED):
        raise FileRefused(f"文件“{file_name}”没有内容，或不是{form.label}的格式：缺少列{'、'.join(missing)}。")
    if missing:
        raise FileRefused(f"文件“{file_name}”缺少列：{'、'.join(missing)}。请核对是否为{form.label}的格式。")
    for number, cells in enumerate(reader, start=2):
        if any(cell.strip() for cell in cells):
            yield _row(number, {n: cells[k].strip() if 0 <= k < len(cells) else "" for n, k in places.items()}, form)


def _lines(content: bytes, file_name: str) -> Iterator[list[str]]:
    """Lines one by one: a file of a month may be long, and none is kept."""
    try:
        yield from csv.reader(io.StringIO(decode(content, file_name), newline=""))
    except csv.Error as error:
        raise FileRefused(f"文件“{file_name}”不是完整的 CSV 文件（{error}），请对方重新导出。") from error


def read_row(number: int, cells: Mapping[str, str], form: PartnerFormat) -> Verdict:
    """One row given as head -> value, as in a message."""
    row = {
        name: next((cells[h].replace("\x00", "").strip() for h in heads if cells.get(h)), "")
        for name, heads in form.columns.items()
    }
    return _row(number, row, form)


def _row(number: int, row: Mapping[str, str], form: PartnerFormat) -> Verdict:
    blank = [f"{_WORDS[name]}（{form.columns[name][0]}）" for name in NEEDED if not row.get(name)]
    if blank:
        return number, f"{'、'.join(blank)}为空，请补齐后重新报送该行"
    try:
        amount = parse_yuan(row["amount"])
    except ValueError:
        return number, f"金额“{row['amount']}”不是以元为单位、最多两位小数的数"
    if amount <= 0:
        return number, f"金额 {row['amount']} 须大于零；退款请走退费业务"
    try:
        day = _day(row["received_on"])
    except ValueError:
        return number, f"日期“{row['received_on']}”有误，应为 2026-11-05 或 20261105"
    insurance, period = None, None
    if row.get("insurance"):
        insurance = form.insurances.get(row["insurance"])
        if insurance is None:
            return number, f"险种代码“{row['insurance']}”不在与{form.label}约定的对照表中"
    if row.get("owed_period"):
        try:
            period = parse_period(row["owed_period"])
        except ValueError:
            return number, f"所属期“{row['owed_period']}”不是年月"
    written = row.get("bill", "")
    bill = int_or_none(written)
    if written and bill is None:
        return number, f"缴费单号“{written}”不是数字"
    return ReceiptRow(
        number, row["reference"][:80], day, amount, bill, row.get("order", ""), row.get("unit_no", ""),
        row.get("credit_code", "").upper(), row.get("id_number", "").upper(), insurance, period, row.get("payer_name", "")[:120],
        row.get("payer_account", "")[:40], row.get("area", ""), row.get("text", "")[:300],
    )  # fmt: skip


def _day(text: str) -> dt.date:
    plain = text.replace("/", "-").replace(".", "-")
    return dt.date.fromisoformat(plain)


@dataclass(frozen=True)
class Statement:
    """A bank statement: account, credit rows, debit rows (fen below zero), and whether its balances add up."""

    account_no: str
    rows: list[ReceiptRow]
    debits: list[ReceiptRow]
    opening_fen: int | None
    closing_fen: int | None


def read_camt053(content: bytes, file_name: str) -> Statement:
    """An ISO 20022 camt.053 bank-to-customer statement. Entities and external references are refused.

    Raises:
        FileRefused: not XML, cut off, forbidden constructs, a currency other than CNY, or balances that do not add up.
    """
    look_through_xml(content, file_name)
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise FileRefused(f"文件“{file_name}”含有不允许的 XML 结构（DTD 或实体），已拒收。") from error
    except ParseError as error:
        raise FileRefused(f"文件“{file_name}”不是完整的 XML（{error}），可能传输中断，请银行重发。") from error
    statement = next((e for e in root.iter() if _local(e) == "Stmt"), None)
    if statement is None:
        raise FileRefused(f"文件“{file_name}”没有对账单（Stmt），请核对是否为 camt.053。")
    account = _text(statement, "Acct", "Id", "Othr", "Id") or _text(statement, "Acct", "Id", "IBAN")
    credits: list[ReceiptRow] = []
    debits: list[ReceiptRow] = []
    for number, entry in enumerate((e for e in statement if _local(e) == "Ntry"), start=1):
        row, is_credit = _entry(number, entry, file_name)
        (credits if is_credit else debits).append(row)
    balances = dict(_balance(b, file_name) for b in statement if _local(b) == "Bal")
    opening, closing = balances.get("OPBD"), balances.get("CLBD")
    moved = sum(r.amount_fen for r in credits) - sum(r.amount_fen for r in debits)
    if opening is not None and closing is not None and opening + moved != closing:
        raise FileRefused(
            f"文件“{file_name}”期初余额加发生额（{plain_fen(opening + moved)}）不等于期末余额（{plain_fen(closing)}），请银行核实后重发。"
        )
    return Statement(account, credits, debits, opening, closing)


def _entry(number: int, entry: Element, file_name: str) -> tuple[ReceiptRow, bool]:
    amount = next((e for e in entry if _local(e) == "Amt"), None)
    reference = _text(entry, "AcctSvcrRef") or _text(entry, "NtryRef")
    day = _text(entry, "BookgDt", "Dt") or _text(entry, "BookgDt", "DtTm")[:10]
    if amount is None or not reference or not day:
        raise FileRefused(f"文件“{file_name}”第 {number} 笔缺少金额、流水号或记账日。")
    if amount.get("Ccy", "CNY") != "CNY":
        raise FileRefused(f"文件“{file_name}”第 {number} 笔币种为 {amount.get('Ccy')}，只接收人民币。")
    try:
        fen, booked = parse_yuan(amount.text or ""), dt.date.fromisoformat(day)
    except ValueError as error:
        raise FileRefused(f"文件“{file_name}”第 {number} 笔金额或日期有误：{amount.text}、{day}。") from error
    text = " ".join(filter(None, (e.text for e in entry.iter() if _local(e) == "Ustrd"))) or _text(entry, "AddtlNtryInf")
    order = next((e.text or "" for e in entry.iter() if _local(e) == "EndToEndId"), "")
    debtor = next((e for e in entry.iter() if _local(e) == "Dbtr"), None)
    holder = next((e for e in entry.iter() if _local(e) == "DbtrAcct"), None)
    row = ReceiptRow(
        number, reference[:80], booked, fen, order_code=order if order.startswith("JF") else "",
        bill_id=int_or_none(order) if len(order) == 12 else None,
        payer_name=(_text(debtor, "Nm") or _text(debtor, "Pty", "Nm"))[:120] if debtor is not None else "",
        payer_account=_text(holder, "Id", "Othr", "Id")[:40] if holder is not None else "", text=text[:300],
    )  # fmt: skip
    return row, _text(entry, "CdtDbtInd") == "CRDT"


def _balance(element: Element, file_name: str) -> tuple[str, int]:
    code = _text(element, "Tp", "CdOrPrtry", "Cd")
    try:
        fen = parse_yuan(_text(element, "Amt"))
    except ValueError as error:
        raise FileRefused(f"文件“{file_name}”的余额有误。") from error
    return code, fen if _text(element, "CdtDbtInd") == "CRDT" else -fen


def _local(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _text(element: Element, *path: str) -> str:
    found: Element | None = element
    for name in path:
        if found is None:
            return ""
        found = next((child for child in found if _local(child) == name), None)
    return (found.text or "").strip() if found is not None else ""
