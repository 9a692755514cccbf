"""Reading what partners send as tables: CSV with LD/T 92 headers, columns and codes mapped per partner. Statements: `statements`.

A format turns a file into plain rows or a sentence per row; it decides nothing.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from yigui.common.money import parse_yuan, plain_fen
from yigui.common.tables import Sheet, workbook
from yigui.common.texts import int_or_none
from yigui.common.yaml_files import load_yaml
from yigui.documents.errors import FileRefused
from yigui.documents.tabular.columns import WIDE, Column, Kind, Row
from yigui.documents.tabular.heads import Words, plain_head
from yigui.documents.tabular.read import Table, read_table
from yigui.documents.tabular.read import read_row as read_told
from yigui.documents.tabular.rows import is_total_word, total_of
from yigui.exchange.around import refuse_line, refuse_out, refuse_titles, says_no_money, says_out, says_void
from yigui.exchange.beside import says_it_went, undone_in
from yigui.exchange.harmless import LINE, approved
from yigui.exchange.letterheads import accounts_in, is_label, other_currency_in
from yigui.exchange.receipt_rows import FEN_MAX, ReadRow, ReceiptRow, RefusedRow, is_reference, mark_of, own_numbers
from yigui.exchange.said_of_lines import IN, OUT, SAID, is_reversal, is_yuan, not_booked, refuse_unread, unclear, way_word
from yigui.exchange.second_columns import same_account
from yigui.exchange.stated_sums import ALL, CAME, WENT, Rows, quoted_in, refuse_pages, refuse_unequal, stated_in
from yigui.exchange.statements import UNDOES, Statement, undone

_HERE = Path(__file__).parent / "declarations"
#: What a row of a receipt file may tell. The first three it must.
FIELDS = (
    "reference", "received_on", "amount", "bill", "order", "unit_no", "credit_code", "id_number", "insurance", "owed_period",
    "payer_name", "payer_account", "area", "text", "kind",
)  # fmt: skip
NEEDED = FIELDS[:3]
_KINDS = {
    "reference": Kind.NUMBER, "received_on": Kind.DATE, "amount": Kind.AMOUNT, "bill": Kind.NUMBER, "order": Kind.NUMBER, "unit_no": Kind.NUMBER,
    "credit_code": Kind.ID, "id_number": Kind.ID, "owed_period": Kind.MONTH, "payer_account": Kind.NUMBER, "area": Kind.NUMBER,
    "insurance": Kind.NUMBER,
}  # fmt: skip
#: Of a bank's own list: the account of ours it is of, and what the account holds after a line. `payee` is ours where money came in.
_OF_ACCOUNT = (
    Column(
        "own_account",
        (
            "本方账号",
            "本方帐号",
            "我方账号",
            "本方账户",
            "账号",
            "帐号",
            "账户号码",
            "客户账号",
            "查询账号",
            "本方帐户",
            "我方帐号",
            "我方账户",
            "我方帐户",
            "本方卡号",
            "本行账号",
            "主账号",
            "开户账号",
            "监管账号",
            "客户账户",
            "查询账户",
            "账户",
            "帐户",
            "交易账号",
            "卡号",
            "户口号",
        ),
        Kind.NUMBER,
    ),
    Column(
        "payee",
        (
            "收款账号",
            "收款帐号",
            "收款人账号",
            "收款方账号",
            "收款单位账号",
            "收款账户",
            "收款帐户",
            "收款人账户",
            "收款人帐号",
            "收款方帐号",
            "收款方账户",
            "收方账号",
            "收方账户",
            "收款卡号",
            "入账账号",
            "入账账户",
            "贷方账号",
            "转入账号",
        ),
        Kind.NUMBER,
    ),
    Column(
        "balance",
        ("余额", "账户余额", "帐户余额", "交易后余额", "本次余额", "当前余额", "联机余额", "账面余额", "余额/元"),
        Kind.AMOUNT,
    ),
)
#: Who bears a part of a contribution, in brackets behind the levy item: it is the same item. Any other remark (滞纳金) is not.
_WHOSE_SHARE = re.compile(r"[(（](?:单位|个人|单位缴纳|个人缴纳|单位部分|个人部分|单位缴费|个人缴费)[)）]$")
#: Sums since the last of their kind; other sums are of all rows before.
_OF_A_PART = re.compile(r"小\s*计|本页|本日|当日|当页")

#: Sums of more than the file, or of what came before it, and what an account holds: they are not what the rows come to.
_OF_OTHERS = re.compile(
    r"余额|结余|结存|承前|承上|接上|过次|转次|转下|过下|结转|[本上]月|[本上]年|[本上]季|昨日|上日|上期|[月年]计|balance",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"(?<!\d)(?:19|20)\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(?:[T\s]+\d{1,2}:\d{2}(?::\d{2})?)?|(?<![\d.,])(?:19|20)\d{6}(?![\d.,])"
)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

#: Told an account, where it stands, and the day it must have been ours on, where a row says one; gives it as it is written out.
OnAccount = Callable[[str, str, dt.date | None], str]


@dataclass(frozen=True)
class PartnerFormat:
    """How a partner writes: column of each field, and its own codes of insurances."""

    partner: str
    label: str
    source: str
    columns: Mapping[str, tuple[str, ...]]
    insurances: Mapping[str, int]
    #: Words of a kind of money that say no more than that it is social insurance.
    contributions: frozenset[str] = frozenset()


@cache
def formats() -> Mapping[str, PartnerFormat]:
    """The declared formats by partner."""
    found = {}
    for path in sorted(_HERE.glob("format-*.yaml")):
        declared = load_yaml(path)
        declared.check_keys(("partner", "label", "source", "columns", "insurances"), ("contributions",))
        declared["columns"].check_keys(NEEDED, FIELDS)
        columns = {name: tuple(str(c) for c in heads) for name, heads in declared["columns"].items()}
        assert len(columns["amount"]) <= len(_PLACES["amount"]), path
        insurances = {str(code): int(number) for code, number in declared["insurances"].items()}
        contributions = frozenset(str(word) for word in declared.get("contributions", ()))
        found[declared["partner"]] = PartnerFormat(
            declared["partner"], declared["label"], declared["source"], columns, insurances, contributions
        )
    return found


def _columns(form: PartnerFormat) -> list[Column]:
    """The columns of a partner's format, those that banks add to an amount, and of a bank those of its account. Of an amount that has two heads, and of
    kinds of money, each is a column: amounts must agree, and no kind may be another."""
    own: list[Column] = []
    for name, heads in form.columns.items():
        if name == "amount":
            own += [Column(at, (head,), Kind.AMOUNT, shown=_shown(heads)) for at, head in zip(_PLACES[name], heads, strict=False)]
        elif name == "kind":
            own += [Column(f"{name}{k}", (head,), Kind.TEXT) for k, head in enumerate(heads)]
        else:
            own.append(
                Column(
                    name,
                    heads,
                    _KINDS.get(name, Kind.TEXT),
                    required=name == "received_on" or (name == "reference" and form.source != "bank"),
                    is_own=name in ("reference", "payer_account"),
                )
            )
    taken = {plain_head(head) for heads in form.columns.values() for head in heads}
    more = [*SAID, *(_OF_ACCOUNT if form.source == "bank" else ())]
    return [*own, *(replace(column, heads=[head for head in column.heads if plain_head(head) not in taken]) for column in more)]


#: The columns of a template of each partner beside those of its format, and what its example shows; the reader sets that row aside.
_OF_TEMPLATE = {"bank": ("借贷标志", "余额", "本方账号")}
_EXAMPLES = {
    "received_on": "2026-11-09", "amount": "1234.56", "payer_name": "某某有限公司", "借贷标志": "贷", "余额": "101234.56", "insurance": "110",
    "owed_period": "202610",
    "text": "2026年10月社会保险费",
}  # fmt: skip


def template_of(form: PartnerFormat) -> bytes:
    """A workbook to fill in for a partner without a format of its own: long numbers keep their digits, one row is an example that is never read."""
    fields = [name for name in form.columns if name != "kind"]
    at = fields.index("amount") + 1
    names = [*fields[:at], *_OF_TEMPLATE.get(form.partner, ()), *fields[at:]]
    labels = [_shown(form.columns[name]) if name in form.columns else name for name in names]
    notes = (
        "一笔一行，列名不要改动；第一行是示例，不会作为数据读取，可以删除。不需要的列可以留空。",
        f"{labels[0]}、{labels[1]}、{labels[2]}必填；金额以元为单位，最多两位小数；日期如 2026-11-09。",
        *(
            ("借贷标志填借（支出）或贷（收入），各行都要填；余额为该笔之后的账户余额，要么各行都填，要么删除该列。",)
            if form.partner in _OF_TEMPLATE
            else ()
        ),
    )
    example = ["示例", *(_EXAMPLES.get(name, "") for name in names[1:])]
    choices = {names.index("借贷标志"): ("贷", "借")} if "借贷标志" in names else {}
    return workbook(
        Sheet("到账明细", labels, rows=[example], widths=[20] * len(labels), is_form=True, choices=choices),
        Sheet("填写说明", (), rows=[[note] for note in notes]),
    )


def _shown(heads: Sequence[str]) -> str:
    return next((head for head in heads if not head.isascii()), heads[0])


def read_csv(
    content: bytes, file_name: str, form: PartnerFormat, *, on_account: OnAccount = lambda account, where, day: account,
    on_unknown: Callable[[Sequence[str]], None] = lambda heads: None, on_notes: Callable[[Sequence[str]], None] = lambda notes: None,
    on_statement: Callable[[Statement], None] = lambda statement: None,
) -> Iterator[ReadRow]:  # fmt: skip
    """Rows of a table, one by one; for a bad row its number and sentence. Sums are compared with the rows, balances with each other.

    Args:
        on_account: told the account that the letterhead or a row names, where, and the day of the row (None of the letterhead), before that row is
            given; refuses one that is not ours.
        on_unknown: told the heads of columns that the format does not read, if there are any.
        on_notes: told the sentences about the file as a whole (hidden rows, columns and sheets); and, once all rows are read, which of them were passed
            over: a sum that agrees, a page, the template's example. Whatever else bears an amount is given, as a line or with its reason.
        on_statement: told what a bank's list with balances says of its account ("" where it names none), before any row is given.

    Raises:
        FileRefused: not a table, a needed column is missing, an unread column that says the direction, cut off, balances that do not go on, or a sum
            that does not agree; the last when all rows are read.
    """
    table = read_table(content, file_name, _columns(form), limits=WIDE)
    if not _AMOUNTS & set(table.heads):
        raise FileRefused(
            f"文件“{file_name}”缺少列：金额（{form.columns['amount'][-1]}，或借方、贷方发生额）。请核对是否为{form.label}的格式。"
        )
    _refuse_nameless(table, file_name, form)
    _refuse_cut_off(content, file_name, table)
    refuse_titles(file_name, table.above, table.sheet, of_money=True)
    _refuse_currency(table, file_name)
    account = _letterhead_account(table, file_name, on_account)
    is_known = bool(account or {"own_account", "payee"} & set(table.heads)) or form.source != "bank"
    apart = refuse_unread(content, file_name, table, source=form.source, is_account_known=is_known, partner=form.partner)
    balances = _balanced(table, file_name, account) if "balance" in table.heads else _Balances()
    if balances.statement is not None:
        on_statement(balances.statement)
    if table.unknown:
        on_unknown(table.unknown)
    on_notes(table.notes)
    return _rows(table, file_name, form, account, on_account, balances, on_notes, apart)


#: Columns of each amount: a partner's format has at most so many words for one.
_PLACES = {"amount": ("amount", "amount1", "amount2", "amount3"), "debit": ("debit",), "credit": ("credit",)}
_AMOUNTS = frozenset(at for places in _PLACES.values() for at in places)


#: Signs of direction as the words of the column.
_SIGNS = {"+": "贷", "＋": "贷", "-": "借", "－": "借", "−": "借", "–": "借"}


def _rows_of(table: Table) -> Iterator[Row]:
    """The rows, signs of direction as words where the column has nothing but signs and both of them: a hyphen alone may stand for nothing."""
    if "way" not in table.heads or not _has_signs(table):
        yield from table.rows
        return
    for row in table.rows:
        row.cells["way"] = _SIGNS.get(row.cells["way"].strip(), row.cells["way"])
        yield row


def _is_sum(row: Row) -> bool:
    """Whether a row is a sum though it begins otherwise: by what stands for its number; by its party or its text only where nothing says whose it is. What a
    payer remarks (附言：余额、合计) is never one."""
    cells = row.cells
    number, payer = cells.get("reference", ""), cells.get("payer_name", "")
    if is_total_word(number):
        return True
    if is_reference(number) or is_reference(cells.get("payer_account", "")):
        return False
    return is_total_word(payer or cells.get("text", ""), alone=True)


def _has_signs(table: Table) -> bool:
    found = set()
    for row in table.rows:
        sign = "" if row.is_aside else row.cells["way"].strip()
        if sign and sign not in _SIGNS:
            return False
        found.add(_SIGNS.get(sign, ""))
    return "贷" in found


#: A row of a list as its balances are followed: number, what it moved, what the account held then; None where it does not say.
Step = tuple[int, int | None, int | None]


def _moved(row: Row, *, is_signed: bool) -> int | None:
    """What a row moved, money out below zero; None where that cannot be said."""
    way = None if row.problems else _way(row.cells, has_ways=bool(row.cells.get("way")), undoes=True, is_signed=is_signed)
    return None if way is None or isinstance(way, str) else -way[0] if way[1] else way[0]


@dataclass(frozen=True)
class _Balances:
    """What a list with balances tells: its statement, whether a minus beside a word of money out says that way again (`_way`), and the numbers of rows
    without an amount that moved nothing."""

    statement: Statement | None = None
    is_signed: bool = False
    still: frozenset[int] = frozenset()


def _balanced(table: Table, file_name: str, account: str) -> _Balances:
    """What a bank's list with balances says, oldest row first or last; no statement where it names several accounts.

    Rows that cannot be read take the proof from the balances (`moved_fen` is None), and what it opens and closes with stands where the first row is
    good, the last one tells its balance and the order of the rows shows: by what they moved, by the balances of rows that cannot be read, or by the days.

    Raises:
        FileRefused: a row does not go on from the one before, whichever end one begins at.
    """
    accounts = {account} if account else set()
    whose: list[str] = []
    plain: list[Step] = []
    signed: list[Step] = []
    days: list[str] = []
    told: list[int | None] = []
    empty: set[int] = set()
    for row in _rows_of(table):
        if row.is_aside or _is_sum(row):
            continue
        told.append(_fen(row.cells.get("balance", "")))
        balance, moved = told[-1] if not row.problems else None, _moved(row, is_signed=False)
        if moved is None and not row.problems and not any(_amount_of(row.cells, name) for name in _PLACES):
            empty.add(len(plain))
        plain.append((row.number, moved, balance))
        signed.append((row.number, _moved(row, is_signed=True), balance))
        days.append(row.cells.get("received_on", ""))
        whose.append(_own_account(row.cells))
        accounts |= {named for named in (_own_account(row.cells),) if named}
    # A bank writes its minus one way throughout: the balances say which.
    is_signed = plain != signed and _is_broken(plain) and not _is_broken(signed)
    rows = signed if is_signed else plain
    if len(accounts) > 1:
        # Of several accounts each goes on from its own rows.
        of_each = [[(p, s) for p, s, own in zip(plain, signed, whose, strict=True) if own == one] for one in dict.fromkeys(whose)]
        chains = [([p for p, _ in steps], [s for _, s in steps]) for steps in of_each]
        is_signed = any(p != s and _is_broken(p) and not _is_broken(s) for p, s in chains)
        for p, s in chains:
            _refuse_broken(s if is_signed else p, file_name)
        return _Balances(is_signed=is_signed)
    _refuse_broken(rows, file_name)
    backwards = rows[::-1]
    broken, broken_backwards = _broken(rows), _broken(backwards)
    if not _is_whole(rows) and bool(broken) == bool(broken_backwards):
        # Balances of rows that cannot be read may show the order, though they prove nothing of themselves.
        every = [(number, moved, balance) for (number, moved, _), balance in zip(rows, told, strict=True)]
        broken, broken_backwards = _broken(every), _broken(every[::-1])
    is_newest_first = bool(broken) if bool(broken) != bool(broken_backwards) else None
    if is_newest_first is None and not _is_whole(rows) and all(map(_DAY.fullmatch, days)) and len(set(days)) > 1:
        is_newest_first = True if days == sorted(days, reverse=True) else False if days == sorted(days) else None
    still = _still(empty, told, is_newest_first=is_newest_first)
    if still:
        rows = [(number, 0 if k in still else moved, balance) for k, (number, moved, balance) in enumerate(rows)]
    backwards, is_whole = rows[::-1], _is_whole(rows)
    found = _Balances(is_signed=is_signed, still=frozenset(rows[k][0] for k in still))
    if not is_whole and is_newest_first is None:
        return found
    _, moved, first = (backwards if is_newest_first else rows)[0]
    closing = told[0] if is_newest_first else told[-1]
    dates = [_day(day) for day in days]
    if moved is None or first is None or closing is None or None in dates:
        return found
    opening, of_days = first - moved, [day for day in dates if day]
    statement = Statement(
        1, next(iter(accounts), ""), "", max(of_days), min(of_days), opening, closing,
        closing - opening if is_whole else None, is_table=True,
    )  # fmt: skip
    return replace(found, statement=statement)


def _day(text: str) -> dt.date | None:
    """The day a cell tells; None where it could not be read as one."""
    try:
        return dt.date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _is_whole(rows: Sequence[Step]) -> bool:
    return all(moved is not None and balance is not None for _, moved, balance in rows)


def _still(empty: set[int], told: Sequence[int | None], *, is_newest_first: bool | None) -> set[int]:
    """Places of rows without an amount whose balance is that of the row before: no money moved. Where the order does not show, both beside it must have it;
    what the account held before its first row nobody knows."""
    last = len(told) - 1
    beside = (1,) if is_newest_first else (-1,) if is_newest_first is False else (-1, 1)
    return {k for k in empty if told[k] is not None and all(0 <= k + at <= last and told[k + at] == told[k] for at in beside)}


def _refuse_broken(rows: Sequence[Step], file_name: str) -> None:
    """Refuse a list whose balances do not go on, whichever end one begins at, by the row where they do not."""
    backwards = rows[::-1]
    broken, broken_backwards = _broken(rows), _broken(backwards)
    if broken and broken_backwards:
        at = rows[broken[0]] if len(broken) <= len(broken_backwards) else backwards[broken_backwards[0]]
        raise FileRefused(
            f"文件“{file_name}”第 {at[0]} 行的余额与相邻的行不连续，可能缺少行、行序被改动或只导出了一个方向，未作任何改动。"
            f"请按交易先后导出全部收支后重新导入。"
        )


def _is_broken(rows: Sequence[Step]) -> bool:
    return bool(_broken(rows) and _broken(rows[::-1]))


def _broken(rows: Sequence[Step]) -> list[int]:
    """Places of rows whose balance is not that of the row before and what they moved; rows that do not say are passed over."""
    return [
        k
        for k in range(1, len(rows))
        if (before := rows[k - 1][2]) is not None and (moved := rows[k][1]) is not None and (after := rows[k][2]) is not None
        and before + moved != after
    ]  # fmt: skip


def _rows(
    table: Table, file_name: str, form: PartnerFormat, account: str, on_account: OnAccount, balances: _Balances,
    on_notes: Callable[[Sequence[str]], None], apart: Mapping[int, str],
) -> Iterator[ReadRow]:  # fmt: skip
    names = [name for name, places in _PLACES.items() if set(places) & set(table.heads)]
    has_ways = "way" in table.heads
    is_summary = "摘要" in table.heads.get("text", "")
    has_accounts = bool(account or {"own_account", "payee"} & set(table.heads))
    sums, since = (dict.fromkeys(names, 0) for _ in range(2))
    stated, tally = stated_in(table.above), _Tally()
    title = next((line for line in [*table.above, table.sheet] if says_out(line)), "")
    pages = list(table.above)
    accepted = partial(approved, form.partner, form.source, LINE)
    seen, passed = set[str](), list[str]()
    for row in _rows_of(table):
        told = {name: fen for name in names if (fen := _amount_of(row.cells, name)) is not None}
        if row.is_example:
            if set(told.values()) - {_fen(_EXAMPLES["amount"])}:
                yield _known_again(RefusedRow(row.number, _LIKE_NONE.format("示例"), _raw(row, form)), row, account)
            else:
                passed.append(f"第 {row.number} 行是示例")
            continue
        if row.line or row.is_aside:
            pages.append(row.line or "；".join(row.problems))
        if row.is_aside or _is_sum(row):
            words = (
                "；".join(row.problems) if row.is_aside else f"“{' '.join(filter(None, row.cells.values()))}”行不是数据，没有读取"
            )
            is_part = _OF_A_PART.search(words) is not None and "累计" not in words
            have = since if is_part else sums
            own = stated_in(_undated(text) for text in quoted_in([words]))
            is_end = any(one.also is not None for one in own)
            is_held = not is_end and not _OF_OTHERS.search(words)
            wrong = next((name for name, fen in told.items() if is_held and fen != have[name]), "")
            if wrong:
                raise FileRefused(
                    f"文件“{file_name}”第 {row.number} 行写明{'小计' if is_part else '合计'} {plain_fen(told[wrong])} 元，"
                    f"各行合计 {plain_fen(have[wrong])} 元，两者不符，可能传输中断，请对方重新导出。"
                )
            if told and is_part:
                since = dict.fromkeys(since, 0)
            if (told or row.cells.get("balance")) and not is_end:
                # What stands in a column of amounts was held against that column; beside a balance nobody knows which figure is the sum.
                has_day = bool(row.cells.get("received_on"))
                own = [one for one in own if one.kind != "sum" or (one.of != ALL and not has_day)]
            stated += own
            if row.line:
                refuse_line(file_name, row.number, row.line, accepted)
            if row.is_aside and told and not own and _is_somebodys(row):
                yield _known_again(RefusedRow(row.number, _LIKE_NONE.format(_begins(words)), _raw(row, form)), row, account)
            elif not row.is_aside or (told and not is_held and not own) or (not told and not own and not _IS_PAGE.search(words)):
                yield RefusedRow(row.number, words[:400] or "不是明细行", _raw(row, form), "aside")
            else:
                passed.append(f"第 {row.number} 行“{_begins(words)}”是{'合计' if told else '页码或合计'}，与各行相符")
            continue
        if row.problems and form.source == "bank" and _refuse_another_account(row, file_name, account, on_account):
            yield RefusedRow(row.number, "账户说明行，不是明细", _raw(row, form), "aside")
            continue
        if row.line and (own := stated_in([_undated(row.line)])) and not says_void(row.line):
            stated += own
            continue
        if row.is_words or (row.line and (says_no_money(row.line) or says_void(row.line))):
            refuse_line(file_name, row.number, row.line, accepted)
            yield RefusedRow(row.number, f"“{row.line[:60]}”行不是数据，没有读取", _raw(row, form), "aside")
            continue
        if (word := row.cells.get("reference", "")) and _HAN.search(word) and (says_no_money(word) or says_void(word)):
            refuse_line(file_name, row.number, word, accepted)
        doubt = _may_be_sum(row, told, sums, since, seen) if row.begins else ""
        seen.add(row.cells.get("reference", ""))
        for name, fen in told.items():
            sums[name] += fen
            since[name] += fen
        tally.add(told, way_word(row.cells.get("way", "")), has_ways=has_ways, is_still=row.number in balances.still)
        if row.number in balances.still:
            yield RefusedRow(row.number, "没有金额，余额也没有变动，不是收支", _raw(row, form), "aside")
            continue
        line = _row(row, form, has_ways=has_ways, is_signed=balances.is_signed, is_summary=is_summary)
        if row.number in apart and isinstance(line, ReceiptRow):
            line = RefusedRow(row.number, apart[row.number], _raw(row, form))
        line = _of_account(line, row, form, account, on_account) if has_accounts and isinstance(line, ReceiptRow) else line
        if title and isinstance(line, ReceiptRow) and not line.is_debit:
            raise refuse_out(file_name, row.number, title)
        if doubt and isinstance(line, ReceiptRow) and not line.waits:
            line = replace(line, waits="alike", why=doubt)
        yield _known_again(line, row, account) if isinstance(line, RefusedRow) else line
    if passed:
        on_notes([f"{'；'.join(passed[:20])}{f'；共 {len(passed)} 行' if len(passed) > 20 else ''}，没有作为明细读取"])
    refuse_pages(file_name, pages)
    refuse_unequal(file_name, stated, tally.rows())


#: Whose a row of money is, besides its own number.
_WHOSE = ("reference", "payer_account", "payer_name", "bill", "order", "unit_no", "credit_code", "id_number")
_LIKE_NONE = "该行以“{}”开头，又有金额，不知是合计、示例还是一笔明细，没有入账；是明细的，请对方补上流水号、日期，或把该列移到后面，重新报送该行"


def _begins(words: str) -> str:
    """How a row that was set aside begins, of the sentence about it."""
    return (quoted_in([words]) or [words])[0].split(" ")[0][:20]


def _is_somebodys(row: Row) -> bool:
    """Whether a row that was set aside names who paid, or has a number of its own: it may be a line of money."""
    return any(
        (text := row.cells.get(name, "")) and is_reference(text) and total_of([text]) == "" and not is_total_word(text)
        for name in _WHOSE
    )


def _may_be_sum(row: Row, told: Mapping[str, int], *so_far: Any) -> str:
    """Why a line that begins like a sum or an example waits though it has a number of its own; "" where it is a line.

    It is one where that word is what the payer remarks, or a payer's name (nobody is called 合计), its number stands in no row before, and its amount is not
    what the rows before come to.
    """
    sums, since, seen = so_far
    text, payer = row.cells.get("text", ""), row.cells.get("payer_name", "")
    comes_to = next((name for name, fen in told.items() if fen in (sums[name], since[name])), "")
    is_remark = row.begins == text[:60] or (row.begins == payer[:60] and not is_total_word(payer))
    is_remark = is_remark and row.cells.get("reference", "") not in seen
    if is_remark and not comes_to:
        return ""
    return f"该行以“{row.begins[:20]}”开头，可能是前面各行的合计，未入账；请与银行核实后入账或不入账"


def _undated(text: str) -> str:
    """What a row of a sum says, without the day it bears."""
    return _DATED.sub("", text)


_HAN = re.compile(r"[\u4e00-\u9fff]{2}")
_IS_PAGE = re.compile(r"“[^”]*[0-9]\s*页")


class _Tally:
    """What the rows of a list come to, as their columns have it, to hold what the list states of them against it."""

    def __init__(self) -> None:
        self.count = self.still = 0
        self.is_whole = True
        self.counts = {CAME: 0, WENT: 0}
        self.sums = {CAME: 0, WENT: 0}

    def add(self, told: Mapping[str, int], way: str, *, has_ways: bool, is_still: bool) -> None:
        self.count += 1
        self.still += is_still
        debit, credit, amount = told.get("debit"), told.get("credit"), told.get("amount")
        if is_still:
            return
        if not debit and not credit:
            if amount is None or (has_ways and way not in OUT | IN):
                self.is_whole = False
                return
            debit, credit = (abs(amount), None) if way in OUT else (None, amount)
        for of, fen in ((WENT, debit), (CAME, credit)):
            if fen:
                self.counts[of] += 1
                self.sums[of] += fen

    def rows(self) -> Rows:
        """The figures; of rows that cannot all be read their number alone."""
        came, went = self.sums[CAME], self.sums[WENT]
        counts: dict[str, list[int]] = {ALL: [self.count, self.count - self.still]}
        if not self.is_whole:
            return Rows(counts, {})
        counts = {of: [count] for of, count in self.counts.items()} | {ALL: [*counts[ALL], self.counts[CAME]]}
        return Rows(counts, {ALL: [came + went, came - went, came], CAME: [came], WENT: [went]}, came - went)


def _own_account(cells: Mapping[str, str]) -> str:
    return _joined(cells.get("own_account", ""))


def _joined(account: str) -> str:
    """An account without the hyphens between its groups."""
    return account.replace("-", "")


def _known_again(line: RefusedRow, row: Row, account: str) -> RefusedRow:
    """The rejected row with what could be read of it."""
    cells = row.cells
    fens = {abs(fen) for places in _PLACES.values() for at in places if (fen := _fen(cells.get(at, "")))}
    reference, balance, day = cells.get("reference", ""), cells.get("balance", ""), cells.get("received_on", "")
    named = _own_account(cells) if line.cause != "not_ours" else ""
    return line._replace(
        reference=reference[:80], account_no=(named or account)[:40], told_on=_day(day),
        told_fen=next(iter(fens)) if len(fens) == 1 else None, payer_name=cells.get("payer_name", "")[:120],
        mark=mark_of(cells.get("text", "")[:300], balance) if balance and not is_reference(reference) else "",
    )  # fmt: skip


def _of_account(line: ReceiptRow, row: Row, form: PartnerFormat, account: str, on_account: OnAccount) -> ReadRow:
    """The line with the account of ours it moved on; refused where that is not one."""
    own, payee = _own_account(row.cells), _joined(row.cells.get("payee", "")) if not line.is_debit else ""
    # A payee that is no account of ours is one a bank gives each payer (虚拟账号), of the own one that stands beside it.
    if own and payee and not same_account(own, payee) and _is_ours(payee, on_account):
        return RefusedRow(
            line.row_no,
            f"本方账号 {own[-8:]} 与收款账号 {payee[-8:]}（末位）不同，不知到了哪个账户，请与银行核实后重新报送该行",
            _raw(row, form),
        )
    named = own or payee
    if not named:
        return replace(line, account_no=account[:40])
    try:
        named = on_account(named, "本行", line.received_on)
    except FileRefused as refused:
        return RefusedRow(
            line.row_no,
            f"{refused.message.rstrip('。')}；账号一列若是付款人的，请把表头改为“付款账号”",
            _raw(row, form),
            "not_ours",
        )
    return replace(line, account_no=named[:40])


def _is_ours(account: str, on_account: OnAccount) -> bool:
    try:
        on_account(account, "本行", None)
    except FileRefused:
        return False
    return True


def _refuse_currency(table: Table, file_name: str) -> None:
    if other := other_currency_in(table.above):
        raise FileRefused(f"文件“{file_name}”表头上方的币种为 {other}，只接收人民币，未作任何改动。请核对是否选错了账户。")


def _letterhead_account(table: Table, file_name: str, on_account: OnAccount) -> str:
    """The account that stands above the head; "" where none does, or several of which one is ours.

    Raises:
        FileRefused: none of those that stand there is ours.
    """
    found, refused = [], None
    for account in accounts_in(table.above):
        try:
            found.append(on_account(account, f"文件“{file_name}”表头上方", None))
        except FileRefused as other:
            refused = refused or other
    if refused and not found:
        raise refused
    return found[0] if len(found) == 1 and not refused else ""


def _refuse_another_account(row: Row, file_name: str, account: str, on_account: OnAccount) -> bool:
    """Whether a line between the rows says again whose list it is; it is refused where it names another account: the rows after it are not this one's."""
    texts = [text for text in row.cells.values() if text]
    named = accounts_in([" ".join(texts), " ".join(reversed(texts))]) if row.problems and any(map(is_label, texts)) else []
    for number in named:
        if on_account(number, f"文件“{file_name}”第 {row.number} 行", None) != account:
            raise FileRefused(
                f"文件“{file_name}”第 {row.number} 行起是另一个账户（尾号 {number[-4:]}）的明细，一个文件只能有一个账户，未作任何改动。"
                f"请按账户分成几个文件后重新导入。"
            )
    return bool(named)


def _refuse_nameless(table: Table, file_name: str, form: PartnerFormat) -> None:
    """A list without the bank's number of each line is read where the balance behind it and its party tell the lines apart."""
    if "reference" not in table.heads and not ("balance" in table.heads and {"payer_name", "payer_account"} & set(table.heads)):
        raise FileRefused(
            f"文件“{file_name}”缺少列：{_shown(form.columns['reference'])}。银行的明细没有流水号的，须有交易日期、余额和对方户名或账号，"
            f"才能分清各笔；请重新导出含流水号或余额的明细。"
        )


def _refuse_cut_off(content: bytes, file_name: str, table: Table) -> None:
    """A text whose last line has no end may have been cut off on its way, whatever its last cell holds: a number, a name or an amount is shorter then."""
    if table.separator and content[-2:].strip(b"\x00") not in (b"\n", b"\r") and content[-1:] not in (b"\n", b"\r"):
        raise FileRefused(
            f"文件“{file_name}”最后一行没有换行，可能传输中断。请对方重新导出完整的文件；确认完整的，用表格软件打开核对后另存，再重新导入。"
        )


def _raw(row: Row, form: PartnerFormat) -> str:
    """A row as it was read, by the words of its columns, for whoever looks into it."""
    return "；".join(f"{column.word} {text}" for column in _columns(form) if (text := row.cells.get(column.name)))[:4000]


def _fen(text: str) -> int | None:
    try:
        return parse_yuan(text) if text else None
    except ValueError:
        return None


def unknown_heads(heads: Iterable[str], form: PartnerFormat) -> list[str]:
    """Which heads of a message's rows belong to no column of the format."""
    words = Words(_columns(form))
    return [head for head in heads if words.of(head) is None]


def read_row(
    number: int,
    cells: Mapping[str, str],
    form: PartnerFormat,
    *,
    on_account: OnAccount = lambda account, where, day: account,
) -> ReadRow:
    """One row given as head -> value, as in a message. `on_account`: see `read_csv`."""
    columns = _columns(form)
    plain = {head: value.replace("\x00", "") for head, value in cells.items()}
    words = Words(columns)
    told = read_told(number, plain, columns)
    line = _row(
        told, form, has_ways=any((known := words.of(head)) is not None and known[0] == "way" for head in plain),
        is_summary=any("摘要" in head for head, value in plain.items() if value),
    )  # fmt: skip
    line = _of_account(line, told, form, "", on_account) if isinstance(line, ReceiptRow) else line
    return _known_again(line, told, "") if isinstance(line, RefusedRow) else line


def _insurance_of(word: str, form: PartnerFormat) -> int | None:
    """The insurance a word of the partner means, whoever bears the part; None where it means none."""
    return form.insurances.get(word) or form.insurances.get(_WHOSE_SHARE.sub("", word))


def _kind_of(row: Mapping[str, str], form: PartnerFormat, insurance: int | None) -> int | str | None:
    """The insurance a line of money is of, by every column that names its kind; a sentence where one names another, or no contribution at all."""
    for k, head in enumerate(form.columns.get("kind", ())):
        said = row.get(f"kind{k}", "").strip()
        if not said or _WHOSE_SHARE.sub("", said) in form.contributions:
            continue
        named = _insurance_of(said, form)
        if named is None:
            return f"{head}“{said[:30]}”不是与{form.label}约定的社会保险费，未入账；请与报送单位核实该笔款项"
        if insurance is not None and named != insurance:
            return f"{head}“{said[:30]}”与该行的险种不同，请与报送单位核实该笔款项"
        insurance = named
    return insurance


def _row(told: Row, form: PartnerFormat, *, has_ways: bool, is_signed: bool = False, is_summary: bool = False) -> ReadRow:
    """A row as a line of money, or what is wrong with it. `is_summary`: its text is the bank's (摘要), not the payer's."""
    row, number = told.cells, told.number
    if told.problems:
        return RefusedRow(number, "；".join(told.problems)[:400], _raw(told, form))
    if _is_sum(told):
        return RefusedRow(number, "该行是合计或余额，不是一笔明细，没有入账", _raw(told, form))
    if not row["reference"] and not (row.get("balance") and (row.get("payer_name") or row.get("payer_account"))):
        return RefusedRow(number, "交易流水号为空，又没有余额和对方户名或账号可以分清该笔，请补齐后重新报送", _raw(told, form))
    if word := unclear(row):
        return RefusedRow(number, word, _raw(told, form))
    if unbooked := not_booked(row):
        return RefusedRow(number, unbooked, _raw(told, form), "unbooked")
    undoes = is_reversal(row)
    if isinstance(undoes, str):
        return RefusedRow(number, undoes, _raw(told, form))
    if (currency := row.get("currency", "").strip()) and not is_yuan(currency):
        return RefusedRow(number, f"币种为 {currency[:10]}，只接收人民币，请与银行核实该笔", _raw(told, form))
    way = _way(row, has_ways=has_ways, undoes=undoes or UNDOES.search(row.get("text", "")) is not None, is_signed=is_signed)
    if isinstance(way, str):
        return RefusedRow(number, way, _raw(told, form))
    fen, is_debit, is_red = way
    text = row.get("text", "")[:300]
    if not has_ways and not (row.get("debit") or row.get("credit")) and says_it_went(text, by_bank=is_summary):
        return RefusedRow(
            number,
            f"摘要“{text[:20]}”说的是支出，而没有借贷标志或收入、支出两列，不知是收是付；请对方按含借贷标志的格式重新报送该行",
            _raw(told, form),
        )
    insurance = None
    if row.get("insurance"):
        insurance = _insurance_of(row["insurance"], form)
        if insurance is None:
            return RefusedRow(number, f"险种代码“{row['insurance']}”不在与{form.label}约定的对照表中", _raw(told, form))
    kind = _kind_of(row, form, insurance)
    if isinstance(kind, str):
        return RefusedRow(number, kind, _raw(told, form))
    insurance = kind
    written = row.get("bill", "")
    if written and int_or_none(written) is None:
        return RefusedRow(number, f"缴费单号“{written}”不是数字", _raw(told, form))
    own = own_numbers(text)
    if written and own.bill_id is not None and own.bill_id != int_or_none(written):
        words = f"缴费单号“{written}”与附言中的缴费单号 {own.bill_id} 不同，不知缴的是哪一张，请与报送单位核实后重新报送该行"
        return RefusedRow(number, words, _raw(told, form))
    if row.get("order") and own.order_code and own.order_code != row["order"].upper():
        words = (
            f"缴费码“{row['order'][:20]}”与附言中的缴费码 {own.order_code} 不同，不知缴的是哪一笔，请与报送单位核实后重新报送该行"
        )
        return RefusedRow(number, words, _raw(told, form))
    line = ReceiptRow(
        number, row["reference"][:80], dt.date.fromisoformat(row["received_on"]), fen, int_or_none(written) if written else own.bill_id,
        (row.get("order", "").upper() or own.order_code)[:40], row.get("unit_no", "")[:40], row.get("credit_code", "").upper()[:40],
        row.get("id_number", "").upper()[:40], insurance, int(row["owed_period"]) if row.get("owed_period") else None,
        row.get("payer_name", "")[:120], row.get("payer_account", "")[:40], row.get("area", ""), text,
        is_referenced=is_reference(row["reference"]), is_debit=is_debit, payment_no=own.payment_no, reverses=f"{text} {row['reference']}" if is_debit else "",
        mark="" if is_reference(row["reference"]) else mark_of(text, *filter(None, [row.get("balance", "")])), apart=row.get("balance", ""),
    )  # fmt: skip
    line = replace(line, bill_id=None) if is_debit else line
    if not is_debit and not is_red and not undoes and not line.payment_no and (word := undone_in(text, by_bank=is_summary)):
        return replace(
            line, waits="reversed_debit", reverses="",
            why=f"{'摘要' if is_summary else '附言'}“{text[:20]}”写有“{word}”，可能是冲正或退回的款项，不是缴费；请与银行核实原交易后处理",
        )  # fmt: skip
    return undone(line, "本行", is_reversal=is_red or undoes)


def _amount_of(row: Mapping[str, str], name: str) -> int | None:
    """The amount of a column; of one with two heads, of the first that is filled."""
    for at in _PLACES[name]:
        if (text := row.get(at, "")) and (fen := _fen(text)) is not None:
            return fen
    return None


def _way(row: Mapping[str, str], *, has_ways: bool, undoes: bool = False, is_signed: bool = False) -> tuple[int, bool, bool] | str:
    """Amount (fen, above zero), whether it went out, and whether it is red: below zero in its column, which undoes a movement the other way. A sentence
    where that cannot be said, or the columns contradict each other. `is_signed`: the list writes money out with its word and a minus; it is not red."""
    debit, credit = _fen(row.get("debit", "")) or 0, _fen(row.get("credit", "")) or 0
    amounts = {fen for at in _PLACES["amount"] if (text := row.get(at, "")) and (fen := _fen(text)) is not None}
    if len(amounts) > 1:
        return f"两列金额不同（{'、'.join(plain_fen(fen) for fen in sorted(amounts))}），请核实后重新报送该行"
    amount = next(iter(amounts), None)
    if debit and credit:
        return "借方和贷方发生额只能填一项，请与银行核实"
    word = way_word(row.get("way", ""))
    if word and word not in OUT | IN:
        return f"借贷标志“{word[:20]}”无法识别，不知是收是付；应为借或贷"
    if side := debit or credit:
        named = f"{'借方' if debit else '贷方'}发生额 {plain_fen(side)}"
        # A list writes money out with a minus or without one; below zero beside money in, or above it beside a red sum, says the contrary.
        if amount and amount not in ((side, -side) if debit > 0 else (side,)):
            return f"金额 {plain_fen(amount)} 与{named} 不符，请与银行核实"
        if word and (word in OUT) != bool(debit):
            return f"借贷标志“{word[:20]}”与{named} 不符，请与银行核实"
        return (abs(side), bool(debit) != (side < 0), side < 0) if abs(side) <= FEN_MAX else f"{named} 过大，请核对"
    if amount is None and any(row.get(name) for name in ("debit", "credit")):
        return "借方、贷方发生额都是 0.00，没有可入账的金额，请与银行核实"
    if amount is None:
        return "金额为空，请补齐后重新报送该行"
    if has_ways and not word:
        return "借贷标志为空，不知是收是付；应为借或贷"
    if amount == 0:
        return "金额为 0.00，没有可入账的金额，请与银行核实"
    if abs(amount) > FEN_MAX or (amount < 0 and not word and not undoes):
        return f"金额 {plain_fen(amount)} 须大于零；退款请走退费业务"
    is_red = amount < 0 and not (is_signed and word in OUT)
    return abs(amount), (word in OUT) != is_red, is_red
