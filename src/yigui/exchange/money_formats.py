"""Reading what partners send as tables: CSV with LD/T 92 headers, columns and codes mapped per partner. Statements: `statements`.

A format turns a file into plain rows or a sentence per row; it decides nothing.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from yigui.common.money import parse_yuan, plain_fen
from yigui.common.strict_yaml import load_yaml
from yigui.common.texts import int_or_none
from yigui.documents.errors import FileRefused
from yigui.documents.tabular.columns import WIDE, Column, Kind, Row
from yigui.documents.tabular.read import Table, read_table
from yigui.documents.tabular.read import read_row as read_told
from yigui.exchange.receipt_rows import FEN_MAX, ReadRow, ReceiptRow, RefusedRow, is_reference, own_numbers
from yigui.exchange.statements import undone

_HERE = Path(__file__).parent / "declarations"
#: What a row of a receipt file may tell. The first three it must.
FIELDS = (
    "reference", "received_on", "amount", "bill", "order", "unit_no", "credit_code", "id_number", "insurance", "owed_period",
    "payer_name", "payer_account", "area", "text",
)  # fmt: skip
NEEDED = FIELDS[:3]
_KINDS = {
    "reference": Kind.NUMBER, "received_on": Kind.DATE, "amount": Kind.AMOUNT, "bill": Kind.NUMBER, "order": Kind.NUMBER, "unit_no": Kind.NUMBER,
    "credit_code": Kind.ID, "id_number": Kind.ID, "owed_period": Kind.MONTH, "payer_account": Kind.NUMBER, "area": Kind.NUMBER,
    "debit": Kind.AMOUNT, "credit": Kind.AMOUNT, "insurance": Kind.NUMBER,
}  # fmt: skip
#: Which way the money went: one column that says it, or one amount for each way. Known in every format: what is not read is not guessed.
_WAYS = (
    Column("way", ("借贷标志", "借贷方向", "借/贷", "借贷", "收支方向", "收付标志", "收支标志", "交易方向", "收/付"), Kind.TEXT),
    Column("debit", ("借方发生额", "借方金额", "支出金额", "支出", "转出金额", "付款金额"), Kind.AMOUNT),
    Column("credit", ("贷方发生额", "贷方金额", "收入金额", "收入", "转入金额", "收款金额"), Kind.AMOUNT),
)
_OUT = frozenset({"借", "付", "支", "支出", "转出", "出", "出账", "D", "DR", "DEBIT", "DBIT", "借方"})
_IN = frozenset({"贷", "收", "收入", "转入", "入", "入账", "C", "CR", "CREDIT", "CRDT", "贷方"})


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


def _columns(form: PartnerFormat, *, with_ways: bool = True) -> list[Column]:
    """The columns of a partner's format, and those that say which way the money went."""
    own = [
        Column(name, heads, _KINDS.get(name, Kind.TEXT), required=name in ("reference", "received_on"))
        for name, heads in form.columns.items()
    ]
    return [*own, *(_WAYS if with_ways else ())]


def read_csv(
    content: bytes, file_name: str, form: PartnerFormat, *, on_account: Callable[[str], None] = lambda account: None,
    on_unknown: Callable[[Sequence[str]], None] = lambda heads: None,
) -> Iterator[ReadRow]:  # fmt: skip
    """Rows of a table, one by one; for a bad row its number and sentence. A sum at the end is compared with the rows.

    Args:
        on_account: told the account that the letterhead of a text names, before any row is given; refuses one that is not ours.
        on_unknown: told the heads of columns that the format does not read, if there are any.

    Raises:
        FileRefused: not a table, a needed column is missing, cut off, or a sum that does not agree; the last when all rows are read.
    """
    table = read_table(content, file_name, _columns(form), limits=WIDE)
    if not {"amount", "debit", "credit"} & set(table.heads):
        raise FileRefused(
            f"文件“{file_name}”缺少列：金额（{form.columns['amount'][-1]}，或借方、贷方发生额）。请核对是否为{form.label}的格式。"
        )
    _refuse_cut_off(content, file_name, table)
    if account := _letterhead_account(content, table):
        on_account(account)
    if table.unknown:
        on_unknown(table.unknown)
    return _rows(table, file_name, form)


def _rows(table: Table, file_name: str, form: PartnerFormat) -> Iterator[ReadRow]:
    sums = {"amount": 0, "debit": 0, "credit": 0}
    for row in table.rows:
        if row.is_aside:
            stated = {name: fen for name in sums if (fen := _fen(row.cells.get(name, ""))) is not None}
            wrong = next((name for name, fen in stated.items() if fen != sums[name]), "")
            if wrong:
                raise FileRefused(
                    f"文件“{file_name}”第 {row.number} 行写明合计 {plain_fen(stated[wrong])} 元，各行合计 {plain_fen(sums[wrong])} 元，"
                    f"两者不符，可能传输中断，请对方重新导出。"
                )
            if not stated:
                yield RefusedRow(row.number, "；".join(row.problems)[:400] or "不是明细行", _raw(row), "aside")
            continue
        for name in sums:
            sums[name] += _fen(row.cells.get(name, "")) or 0
        yield _row(row, form, has_ways="way" in table.heads)


_LETTERHEAD = re.compile(r"(?:本方|收款|客户|查询)?(?:账号|帐号|账户号码)\s*[:：,，;；\t| ]{1,3}[\"'=]*([0-9][0-9 -]{8,38}[0-9])")


def _letterhead_account(content: bytes, table: Table) -> str:
    """The one account that stands above the head of a text, "" where none does or several do; of workbooks it is not known."""
    if not table.separator or table.head_row < 2:
        return ""
    above = content.decode(table.encoding, errors="replace").splitlines()[: table.head_row - 1]
    found = {re.sub(r"[ -]", "", account) for line in above for account in _LETTERHEAD.findall(line)}
    return found.pop() if len(found) == 1 else ""


def _refuse_cut_off(content: bytes, file_name: str, table: Table) -> None:
    """A text whose last line has no end and fewer cells than the head, or ends within an amount, was cut off on its way."""
    if not table.separator or content[-2:].strip(b"\x00") in (b"\n", b"\r") or content[-1:] in (b"\n", b"\r"):
        return
    lines = content.decode(table.encoding, errors="replace").splitlines()
    head, last = lines[table.head_row - 1].split(table.separator), lines[-1].split(table.separator)
    amounts = {table.heads.get(name) for name in ("amount", "debit", "credit")}
    if len(last) < len(head) or head[-1].strip('" ') in amounts:
        raise FileRefused(f"文件“{file_name}”最后一行没有换行，可能传输中断。请对方重新导出完整的文件。")


def _raw(row: Row) -> str:
    return "；".join(f"{name}={text}" for name, text in row.cells.items() if text)[:4000]


def _fen(text: str) -> int | None:
    try:
        return parse_yuan(text) if text else None
    except ValueError:
        return None


def read_row(number: int, cells: Mapping[str, str], form: PartnerFormat) -> ReadRow:
    """One row given as head -> value, as in a message."""
    columns = _columns(form)
    plain = {head: value.replace("\x00", "") for head, value in cells.items()}
    return _row(read_told(number, plain, columns), form, has_ways=_says_way(plain, columns))


def _says_way(cells: Mapping[str, str], columns: Sequence[Column]) -> bool:
    return any(head in column.heads for column in columns if column.name == "way" for head in cells)


def _row(told: Row, form: PartnerFormat, *, has_ways: bool) -> ReadRow:
    """A row as a line of money, or what is wrong with it."""
    row, raw, number = told.cells, _raw(told), told.number
    if told.problems:
        return RefusedRow(number, "；".join(told.problems)[:400], raw)
    way = _way(row, has_ways=has_ways)
    if isinstance(way, str):
        return RefusedRow(number, way, raw)
    fen, is_debit = way
    insurance = None
    if row.get("insurance"):
        insurance = form.insurances.get(row["insurance"])
        if insurance is None:
            return RefusedRow(number, f"险种代码“{row['insurance']}”不在与{form.label}约定的对照表中", raw)
    written = row.get("bill", "")
    if written and int_or_none(written) is None:
        return RefusedRow(number, f"缴费单号“{written}”不是数字", raw)
    text = row.get("text", "")[:300]
    own = own_numbers(text)
    line = ReceiptRow(
        number, row["reference"][:80], dt.date.fromisoformat(row["received_on"]), fen, int_or_none(written) if written else own.bill_id,
        (row.get("order", "").upper() or own.order_code)[:40], row.get("unit_no", "")[:40], row.get("credit_code", "").upper()[:40],
        row.get("id_number", "").upper()[:40], insurance, int(row["owed_period"]) if row.get("owed_period") else None,
        row.get("payer_name", "")[:120], row.get("payer_account", "")[:40], row.get("area", ""), text,
        is_referenced=is_reference(row["reference"]), is_debit=is_debit, payment_no=own.payment_no, reverses=f"{text} {row['reference']}",
    )  # fmt: skip
    line = replace(line, bill_id=None) if is_debit else line
    return undone(line, "本行", is_reversal=False)


def _way(row: Mapping[str, str], *, has_ways: bool) -> tuple[int, bool] | str:
    """Amount (fen, above zero) and whether it went out; a sentence where that cannot be said."""
    debit, credit, amount = _fen(row.get("debit", "")) or 0, _fen(row.get("credit", "")) or 0, _fen(row.get("amount", ""))
    if debit or credit:
        if (debit and credit) or min(debit, credit) < 0:
            return "借方和贷方发生额只能填一项，且大于零，请与银行核实"
        return debit or credit, bool(debit)
    if amount is None:
        return "金额为空，请补齐后重新报送该行"
    if amount <= 0 or amount > FEN_MAX:
        return f"金额 {plain_fen(amount)} 须大于零；退款请走退费业务"
    if not has_ways:
        return amount, False
    word = row.get("way", "").strip().upper()
    if word not in _OUT | _IN:
        return f"借贷标志“{word[:20]}”无法识别，不知是收是付；应为借或贷" if word else "借贷标志为空，不知是收是付；应为借或贷"
    return amount, word in _OUT
