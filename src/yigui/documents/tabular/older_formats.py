"""What number formats of the older workbooks (.xls, BIFF) and of .ods show beside their figures, by the rule of `number_formats`.

A cell of .ods keeps what is shown beside its value: that is compared. A cell of .xls names a format by its number, as one of .xlsx does.
"""

import io
import re
import struct
import zipfile
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from xml.etree import ElementTree

from yigui.common.apart import Refused
from yigui.documents.tabular.number_formats import NEGATIVE, PERCENTS, POSITIVE, TEXT, ZERO, is_yuan_mark, shown_beside

#: A cell: row and column (from 0), what is shown beside its figures.
Shown = tuple[int, int, str]

# --- .ods

_NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0", "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
}  # fmt: skip
_TABLE, _ROW, _CELL, _COVERED = (
    f"{{{_NAMES['table']}}}{name}" for name in ("table", "table-row", "table-cell", "covered-table-cell")
)
_PARAGRAPH = f"{{{_NAMES['text']}}}p"
_VALUE, _TYPE, _CURRENCY = (f"{{{_NAMES['office']}}}{name}" for name in ("value", "value-type", "currency"))
_REPEATED = {name: f"{{{_NAMES['table']}}}number-{name}-repeated" for name in ("rows", "columns")}
_TABLE_NAME = f"{{{_NAMES['table']}}}name"
#: An amount as it is shown, with what may stand around it.
_AMOUNT = re.compile(r"([-−－(（]?)\s*([0-9][0-9,，]*(?:\.[0-9]*)?|\.[0-9]+)(E[+-]?[0-9]+)?\s*[)）]?", re.IGNORECASE)
_MINUS = frozenset("-−－(（")
_ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
#: Rows of nothing at the end of a sheet are written as one, repeated.
_REPEATED_MAX = 100_000


_UNREAD_ODS = "工作簿的内部结构有误，金额的数字格式无法读取，请在 Excel 或 WPS 中另存为 .xlsx 后重新上传。"
_UNREAD_XLS = "工作簿的数字格式无法读取，不知金额的单位，请在 Excel 或 WPS 中另存为 .xlsx 后重新上传。"


def shown_in_ods(content: bytes, sheet: str) -> Iterator[Shown]:
    """The cells of a sheet of .ods whose display is not their value in yuan."""
    try:
        yield from _shown_in_ods(content, sheet)
    except (ElementTree.ParseError, ValueError, OverflowError, zipfile.BadZipFile, EOFError) as error:
        # What the library read over and a strict reader does not understand is not taken for plain.
        raise Refused(_UNREAD_ODS) from error


def _shown_in_ods(content: bytes, sheet: str) -> Iterator[Shown]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("content.xml") as part:
        if _ENTITIES.search(part.peek(4096)[:4096] if hasattr(part, "peek") else b""):
            raise Refused("工作簿的内部结构含有实体定义，已拒收，请在 Excel 或 WPS 中另存为 .xlsx 后重新上传。")
        is_here, is_found, row = False, False, 0
        for event, element in ElementTree.iterparse(part, ("start", "end")):
            if element.tag == _TABLE:
                is_here, row = event == "start" and element.get(_TABLE_NAME) == sheet, 0
                is_found = is_found or is_here
                element.clear() if event == "end" else None
            elif event == "end" and element.tag == _ROW and is_here:
                times = min(int(element.get(_REPEATED["rows"], "1")), _REPEATED_MAX)
                found = list(_shown_of_row(element))
                for at in range(row, row + (times if found else 0)):
                    yield from ((at, column, shown) for column, shown in found)
                row += times
                element.clear()
        if not is_found:
            raise Refused(_UNREAD_ODS)


def _shown_of_row(row: ElementTree.Element) -> Iterator[tuple[int, str]]:
    column = 0
    for cell in row:
        if cell.tag not in (_CELL, _COVERED):
            continue
        times = int(cell.get(_REPEATED["columns"], "1"))
        if cell.get(_TYPE) in ("float", "percentage", "currency") and (shown := _shown_of(cell)):
            yield from ((at, shown) for at in range(column, column + min(times, 300)))
        column += times


def _shown_of(cell: ElementTree.Element) -> str:
    """What a cell shows that its value is not; "" where it shows its value in yuan."""
    if cell.get(_TYPE) == "percentage":
        return "%"
    if (currency := cell.get(_CURRENCY, "")) and not is_yuan_mark(currency):
        return currency
    text = "".join("".join(one.itertext()) for one in cell.iter(_PARAGRAPH)).strip()
    try:
        value = Decimal(cell.get(_VALUE, ""))
    except InvalidOperation:
        return ""
    if not text:
        return "（不显示）" if value else ""
    found = _AMOUNT.search(text)
    if found is None:
        # Whatever stands for nothing is nothing.
        return "" if not value else text
    beside = text[: found.start()] + text[found.end() :]
    if not is_yuan_mark(re.sub(r"[-−－()（）]", "", beside)):
        return beside.strip() or text
    shown = Decimal(re.sub("[,，]", "", found[2]) + (found[3] or ""))
    if (found[1] in _MINUS and found[1]) or (beside.strip()[:1] in _MINUS and beside.strip()):
        shown = -shown
    exponent = shown.as_tuple().exponent
    assert isinstance(exponent, int)
    return "" if abs(shown - value) <= Decimal(1).scaleb(exponent) / 2 else text


# --- .xls

_FREE, _END = 0xFFFFFFFF, 0xFFFFFFFE
_BOF, _EOF, _FORMAT, _XF, _BOUNDSHEET = 0x0809, 0x000A, 0x041E, 0x00E0, 0x0085
_NUMBER, _RK, _MULRK, _FORMULA, _LABEL, _LABELSST = 0x0203, 0x027E, 0x00BD, 0x0006, 0x0204, 0x00FD
_BIFF8 = 0x0600


def _stream(content: bytes) -> bytes:
    """The workbook's stream of a compound file; b"" where there is none (its sheet is not found then: refused).

    A chain that does not end is cut off at the size of the file.
    """
    size, mini_size = (1 << shift for shift in struct.unpack_from("<HH", content, 30))
    fat_count, first_directory = struct.unpack_from("<I", content, 44)[0], struct.unpack_from("<I", content, 48)[0]
    cutoff, first_mini, _, first_more, _ = struct.unpack_from("<IIIII", content, 56)

    def sector(number: int) -> bytes:
        return content[(number + 1) * size : (number + 2) * size]

    of_fat = list(struct.unpack_from("<109I", content, 76))
    while first_more not in (_FREE, _END) and len(of_fat) < len(content) // size:
        more = struct.unpack(f"<{size // 4}I", sector(first_more))
        of_fat += more[:-1]
        first_more = more[-1]
    fat: list[int] = []
    for number in of_fat[:fat_count]:
        if number not in (_FREE, _END) and len(part := sector(number)) == size:
            fat += struct.unpack(f"<{size // 4}I", part)

    def chain(first: int, table: Sequence[int]) -> list[int]:
        found: list[int] = []
        while first < len(table) and len(found) <= len(content) // mini_size:
            found.append(first)
            first = table[first]
        return found

    directory = b"".join(map(sector, chain(first_directory, fat)))
    root, wanted = None, None
    for at in range(0, len(directory) - 127, 128):
        length = struct.unpack_from("<H", directory, at + 64)[0]
        name = directory[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
        first, total = struct.unpack_from("<II", directory, at + 116)
        if directory[at + 66] == 5:
            root = first
        elif directory[at + 66] == 2 and name in ("Workbook", "Book") and (wanted is None or name == "Workbook"):
            wanted = (first, total)
    if wanted is None:
        return b""
    first, total = wanted
    if total >= cutoff or root is None:
        return b"".join(map(sector, chain(first, fat)))[:total]
    mini = b"".join(map(sector, chain(root, fat)))
    raw = b"".join(map(sector, chain(first_mini, fat)))
    mini_fat = struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])
    return b"".join(mini[k * mini_size : (k + 1) * mini_size] for k in chain(first, mini_fat))[:total]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Records from a place to the end of its substream."""
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        if kind == _EOF:
            return
        at += 4 + length


def _text(data: bytes, at: int, count: int, *, is_wide: bool) -> str:
    """A text of so many characters behind its flags (BIFF8), or in one byte each."""
    if not is_wide:
        return data[at : at + count].decode("gbk", "replace")
    if data[at] & 1:
        return data[at + 1 : at + 1 + 2 * count].decode("utf-16-le", "replace")
    return data[at + 1 : at + 1 + count].decode("latin-1")


def shown_in_xls(content: bytes, sheet: str, columns: Collection[int]) -> Iterator[Shown]:
    """The cells of some columns (from 0) of a sheet of .xls whose format shows more than their figures."""
    try:
        yield from _shown_in_stream(_stream(content), sheet, columns)
    except (struct.error, IndexError, OverflowError) as error:
        # What the library read and this does not understand is not taken for plain.
        raise Refused(_UNREAD_XLS) from error


def _shown_in_stream(stream: bytes, sheet: str, columns: Collection[int]) -> Iterator[Shown]:
    codes: dict[int, str] = {int(number): code for number, code in PERCENTS.items()}
    formats: list[int] = []
    sheets: list[tuple[str, int]] = []
    is_wide = True
    for kind, data in _records(stream, 0):
        if kind == _BOF:
            is_wide = struct.unpack_from("<H", data)[0] == _BIFF8
        elif kind == _FORMAT:
            number = struct.unpack_from("<H", data)[0]
            codes[number] = (
                _text(data, 4, struct.unpack_from("<H", data, 2)[0], is_wide=True)
                if is_wide
                else _text(data, 3, data[2], is_wide=False)
            )
        elif kind == _XF:
            formats.append(struct.unpack_from("<H", data, 2)[0])
        elif kind == _BOUNDSHEET:
            sheets.append((_text(data, 7, data[6], is_wide=is_wide), struct.unpack_from("<I", data)[0]))
    styles = {
        place: shown
        for place, number in enumerate(formats)
        if any(shown := shown_beside(codes.get(number, "")) if codes.get(number) else ())
    }
    # A name in another code page leaves no doubt where there is one sheet.
    begins = next((at for name, at in sheets if name == sheet or len(sheets) == 1), None)
    if begins is None:
        raise Refused(_UNREAD_XLS)
    if not styles:
        return
    for kind, data in _records(stream, begins):
        for row, column, style, value in _cells(kind, data):
            if column in columns and style in styles and (shown := _of_value(styles[style], value)):
                yield row, column, shown


def _cells(kind: int, data: bytes) -> Iterator[tuple[int, int, int, float | None]]:
    """Row, column, style and value of the cells of a record; None is a text."""
    if kind == _MULRK:
        row, first = struct.unpack_from("<HH", data)
        for k in range((len(data) - 6) // 6):
            style, rk = struct.unpack_from("<HI", data, 4 + 6 * k)
            yield row, first + k, style, _of_rk(rk)
    elif kind in (_NUMBER, _RK, _FORMULA, _LABEL, _LABELSST):
        row, column, style = struct.unpack_from("<HHH", data)
        value = None
        if kind == _NUMBER or (kind == _FORMULA and data[12:14] != b"\xff\xff"):
            value = struct.unpack_from("<d", data, 6)[0]
        elif kind == _RK:
            value = _of_rk(struct.unpack_from("<I", data, 6)[0])
        yield row, column, style, value


def _of_rk(rk: int) -> float:
    value: float = (
        (rk - (1 << 32) if rk & 0x80000000 else rk) >> 2 if rk & 2 else struct.unpack("<d", struct.pack("<Q", (rk & ~3) << 32))[0]
    )
    return value / 100 if rk & 1 else value


def _of_value(shown: Sequence[str], value: float | None) -> str:
    return shown[TEXT if value is None else POSITIVE if value > 0 else NEGATIVE if value < 0 else ZERO]
