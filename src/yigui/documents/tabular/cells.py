"""A cell as it is kept: plain by the kind of its column, or the sentence that says why it cannot be read."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from yigui.common.identifiers import widen_citizen_number
from yigui.common.money import parse_yuan, plain_fen
from yigui.common.months import parse_period
from yigui.common.normalise import (
    HAN,
    note_mark_in,
    plain_amount,
    plain_code,
    plain_day,
    plain_name,
    plain_text,
    read_day,
    unwrapped,
)
from yigui.documents.tabular.columns import Column, Kind

#: Characters of a cell.
CELL_MAX = 2_000
#: Digits a spreadsheet keeps of a number.
EXACT_DIGITS = 15
#: Days a spreadsheet counts as 1, in its two systems, and what such a count can be here: of 1927 to
#: 2119; four digits are a year.
_FIRST_DAYS = {False: dt.date(1899, 12, 30), True: dt.date(1904, 1, 1)}
_SERIAL_MIN, _SERIAL_MAX = 10_000, 80_000
_SCIENTIFIC = re.compile(r"-?[0-9](?:\.[0-9]+)?[eE]\+?[0-9]{1,3}")
#: 2026.1: October as a sheet shows it, whose last zero it drops, or January.
_SHORT_MONTH = re.compile(r"[0-9]{4}\.[0-9]")
_WHICH_MONTH = "不能确定是哪个月（表格会去掉小数末尾的 0）"
_WHOLE = re.compile(r"([0-9]+)\.0+")
_AVERAGE = re.compile(r"-?(?:[0-9]{1,13}|[0-9]{1,3}(?:,[0-9]{3}){1,4})\.[0-9]{3,20}")
#: A number as a sheet keeps most amounts: two decimals or fewer, and not too large.
_SHORT = re.compile(r"(-?[0-9]{1,13})(?:\.([0-9]{1,2}))?")
_FEN = Decimal("0.01")
#: A Chinese text with the mark before it by which a spreadsheet is told that it is one; what stands in quotation marks is not marked.
_MARKED = re.compile(f"['`](?=[{HAN}])[^'`]*$")
#: From here a number of a message is none that a sheet could hold.
_NUMBER_MAX = 10**30
#: What a binary fraction may be off.
_DUST = Decimal("0.000001")
#: A formula whose result was not kept, a cell that holds an error, and an amount that several rows share: put by the reader of workbooks.
NO_RESULT = "\x00formula"
FAILED = "\x00error"
SHARED = "\x00shared"
_UNKEPT = {
    NO_RESULT: "单元格是公式，没有保存计算结果，请把该列“选择性粘贴”为数值后重新上传",
    FAILED: "单元格是错误值（如 #N/A），请改正后重新上传",
    SHARED: "单元格与其他行合并，不能确定各行各是多少，请取消合并、逐行填写后重新上传",
}
#: Kinds whose cells are numbers, days or numbers of somebody: no mark of a note belongs there.
_OF_FIGURES = frozenset({Kind.NUMBER, Kind.ID, Kind.DATE, Kind.MONTH, Kind.AMOUNT, Kind.AVERAGE})
#: Text, problem, note.
Read = tuple[str, str, str]


def read_cell(column: Column, value: Any, *, is_1904: bool = False) -> Read:
    """A cell of a table, as the reader of its format gives it: text, number, day, time, yes or no."""
    if value is None or value == "":
        return "", "", ""
    if isinstance(value, str) and value in _UNKEPT:
        return "", f"{column.word}：{_UNKEPT[value]}", ""
    if isinstance(value, str) and len(value) > CELL_MAX:
        return value[:60], f"{column.word}超过 {CELL_MAX} 个字符，请核对", ""
    if isinstance(value, str) and column.kind in _OF_FIGURES and (mark := note_mark_in(value)):
        return (
            plain_text(value)[:60],
            f"{column.word}“{_short(value)}”含有“{mark}”，是上标、带圈数字或脚注标记，不是数字，请删除该标记或改为普通数字后重新报送",
            "",
        )
    return _READERS[column.kind](column, value, is_1904)


def _text(column: Column, value: Any, is_1904: bool) -> Read:
    if isinstance(value, str):
        plain = plain_text(value)
        # A mark that keeps a spreadsheet from calculating is no part of the text.
        if plain[:1] in ("'", "=") and (plain[1:2] in ("=", "+", "-", "@", '"') or plain[1:2].isdigit()):
            plain = unwrapped(plain)
        return plain[1:] if _MARKED.match(plain) else plain, "", ""
    text = plain_value(value)
    return (known := _as_known(text), _lost(column, known), "") if _is_lost(value) else (text, "", "")


def _is_lost(value: Any) -> bool:
    """Whether a sheet keeps a number of more digits than it can."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= 10**EXACT_DIGITS


def _name(column: Column, value: Any, is_1904: bool) -> Read:
    text = value if isinstance(value, str) else plain_value(value)
    if text[:1] == "=":
        text = unwrapped(text)
    return plain_name(text.strip()[1:] if _MARKED.match(text.strip()) else text), "", ""


def _number(column: Column, value: Any, is_1904: bool) -> Read:
    if isinstance(value, str):
        plain = plain_code(value)
        if found := _WHOLE.fullmatch(plain):
            known = _as_known(found[1])
            return (known, _lost(column, known), "") if len(found[1]) > EXACT_DIGITS else (found[1], "", "")
        return plain, _lost(column, plain) if _SCIENTIFIC.fullmatch(plain) else "", ""
    text = plain_value(value)
    if isinstance(value, float) and not text.isdigit():
        return text, f"{column.word}“{text}”在表格中存成了数值，小数末尾的 0 可能已经丢失，请先把该列设为“文本”格式，再重新录入", ""
    return (known := _as_known(text), _lost(column, known), "") if _is_lost(value) else (text, "", "")


def _id(column: Column, value: Any, is_1904: bool) -> Read:
    text, problem, note = _number(column, value, is_1904)
    return (text, problem, note) if problem else (widen_citizen_number(text), "", note)


def _as_known(text: str) -> str:
    """Digits a sheet has kept as a number, with stars for those it has lost: nobody takes them for what was meant."""
    return text[:EXACT_DIGITS] + "*" * (len(text) - EXACT_DIGITS) if text.isdigit() and len(text) > EXACT_DIGITS else text


def _lost(column: Column, text: str) -> str:
    shown = text if len(text) <= 40 else f"{text[:40]}…"
    return f"{column.word}“{shown}”在表格中存成了数值，第 {EXACT_DIGITS} 位以后的数字已经丢失，请先把该列设为“文本”格式，再重新录入号码"


def _date(column: Column, value: Any, is_1904: bool) -> Read:
    if isinstance(value, dt.datetime):
        return value.date().isoformat(), "", ""
    if isinstance(value, dt.date):
        return value.isoformat(), "", ""
    text = value if isinstance(value, str) else plain_value(value)
    plain = plain_day(text)
    if plain.isascii() and plain.replace(".", "", 1).isdigit() and _SERIAL_MIN <= float(plain) < _SERIAL_MAX:
        return (_FIRST_DAYS[is_1904] + dt.timedelta(days=int(float(plain)))).isoformat(), "", ""
    try:
        return read_day(plain).isoformat(), "", ""
    except ValueError:
        return plain, f"{column.word}“{_short(text)}”不是日期，应为 2026-01-31 的形式", ""


def _month(column: Column, value: Any, is_1904: bool) -> Read:
    if isinstance(value, dt.date):
        return f"{value.year}{value.month:02d}", "", ""
    text = value if isinstance(value, str) else plain_value(value)
    plain = plain_day(text)
    if _SHORT_MONTH.fullmatch(plain):
        return plain, f"{column.word}“{_short(text)}”{_WHICH_MONTH}，应为 202601 或 2026-01 的形式", ""
    if isinstance(value, float) and not text.isdigit():
        return (
            plain,
            f"{column.word}“{_short(text)}”在表格中存成了带小数的数值，应为 202601 或 2026-01 的形式，请先把该列设为“文本”格式",
            "",
        )
    try:
        return str(parse_period(text)), "", ""
    except ValueError:
        return plain, f"{column.word}“{_short(text)}”不是年月，应为 202601 或 2026-01 的形式", ""


def _amount(column: Column, value: Any, is_1904: bool) -> Read:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _of_number(column, value)
    text = value if isinstance(value, str) else plain_value(value)
    plain = plain_amount(text)
    try:
        return plain_fen(parse_yuan(plain)), "", ""
    except ValueError:
        if column.kind == Kind.AVERAGE and _AVERAGE.fullmatch(plain):
            return _rounded(column, Decimal(plain.replace(",", "")))
        return plain, f"{column.word}“{_short(text)}”不是金额，应以元为单位、最多两位小数，逗号只能每三位一个，如 1234.56", ""


def _of_number(column: Column, value: float) -> Read:
    """An amount that a sheet keeps as a number: a binary fraction, exact to fifteen places."""
    if abs(value) >= _NUMBER_MAX:
        return "", f"{column.word}过大，请核对", ""
    if (found := _SHORT.fullmatch(f"{value:.15g}")) is not None:
        return f"{found[1]}.{found[2] or '':0<2}", "", ""
    try:
        exact = Decimal(f"{value:.15g}")
        fen = exact.quantize(_FEN, rounding=ROUND_HALF_UP)
    except InvalidOperation:
        return str(value), f"{column.word}“{value}”不是金额", ""
    if not exact.is_finite():
        # A message may hold NaN and Infinity, which JSON does not know and its readers take.
        return str(value), f"{column.word}“{value}”不是金额", ""
    if abs(exact) >= 10**13:
        return str(value), f"{column.word}“{value:.15g}”过大，请核对", ""
    if abs(exact - fen) <= _DUST:
        return f"{fen:f}", "", ""
    if column.kind == Kind.AVERAGE:
        return _rounded(column, exact)
    return f"{exact:f}", f"{column.word}“{exact:f}”多于两位小数，应以元为单位、最多两位小数", ""


def _rounded(column: Column, exact: Decimal) -> Read:
    fen = exact.quantize(_FEN, rounding=ROUND_HALF_UP)
    return f"{fen:f}", "", f"{column.word} {exact.quantize(_DUST).normalize():f} 已四舍五入到分：{fen:f}"


def plain_value(value: Any) -> str:
    """A value that is no text, as text: whole numbers without decimals, others as a sheet shows them, days as 2026-11-09."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        # Beyond fifteen digits a binary number is off by some: what the sheet shows counts.
        return str(int(Decimal(f"{value:.15g}"))) if value == value // 1 and abs(value) < 10**20 else f"{value:.15g}"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time.min else value.isoformat(" ", "seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 40 else f"{plain[:40]}…"


_READERS: dict[Kind, Callable[[Column, Any, bool], Read]] = {
    Kind.TEXT: _text, Kind.NAME: _name, Kind.NUMBER: _number, Kind.ID: _id, Kind.DATE: _date, Kind.MONTH: _month,
    Kind.AMOUNT: _amount, Kind.AVERAGE: _amount,
}  # fmt: skip
