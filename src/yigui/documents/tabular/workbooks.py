"""Rows of a workbook (.xlsx, .xls, .ods) as calamine reads them, and what it does not tell: formulas without a result, cells with an error."""

import io
import re
import threading
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum, load_workbook

from yigui.common.apart import Refused
from yigui.documents.tabular.cells import FAILED, NO_RESULT, plain_value
from yigui.documents.tabular.columns import Limits
from yigui.documents.tabular.heads import HEAD_WITHIN, Head, Words, best_head, weight_of

ZIP, OLE = b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PARTS_MAX = 5_000
WIDTH_MAX = 300
_MACROS = ("vbaProject.bin", "Basic/script-lc.xml")
_CHUNK = 1 << 20


def is_workbook(content: bytes) -> bool:
    """Whether this is a workbook by its first bytes: an archive, or the older compound file."""
    return content.startswith((ZIP, OLE))


@dataclass
class Book:
    """A workbook of which one sheet is the table."""

    sheet: str
    head: Head | None
    is_1904: bool
    notes: list[str]
    source: Any = None
    merged: dict[int, dict[int, int]] = field(default_factory=dict)
    unkept: dict[tuple[int, int], str] = field(default_factory=dict)

    def above(self) -> Iterator[str]:
        """What stands above the head, row by row."""
        assert self.head is not None
        for _, cells in islice(_rows(self.source, self.merged, {}), self.head.number - 1):
            yield "\t".join(_shown(cell) for cell in cells)

    def lines(self) -> Iterator[tuple[int, list[Any]]]:
        """Rows behind the head: number and cells; what was merged down a column stands in each of its rows."""
        assert self.head is not None
        yield from islice(_rows(self.source, self.merged, self.unkept), self.head.number, None)


def open_book(content: bytes, file_name: str, words: Words, limits: Limits) -> Book:
    """Find the sheet and its head.

    Raises:
        Refused: no workbook, with macros or a password, too large unpacked, or two sheets that both hold the table.
    """
    unreadable = f"文件“{file_name}”不是可读取的 Excel 工作簿，请在 Excel 或 WPS 中另存为 .xlsx 后重新上传。"
    parts = _parts(content, file_name, limits, unreadable) if content.startswith(ZIP) else []
    try:
        book = load_workbook(io.BytesIO(content))
        return _table_of(book, content, parts, file_name, words)
    except PasswordError as error:
        raise Refused(f"文件“{file_name}”设有打开密码，请取消密码后重新上传。") from error
    except Refused:
        raise
    except (CalamineError, ValueError, OSError, KeyError, IndexError, EOFError, zipfile.BadZipFile) as error:
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Refused(f"文件“{file_name}”设有打开密码，请取消密码后重新上传。") from error
        raise Refused(unreadable) from error


def _parts(content: bytes, file_name: str, limits: Limits, unreadable: str) -> list[str]:
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, KeyError, IndexError) as error:
        raise Refused(unreadable) from error
    if any(part.filename.endswith(_MACROS) for part in parts):
        raise Refused(f"文件“{file_name}”含有宏，已拒收。请另存为不含宏的工作簿（.xlsx）后重新上传。")
    # A part never gives more than it says here: the reader of archives stops there.
    if sum(part.file_size for part in parts) > limits.unpacked_bytes or len(parts) > PARTS_MAX:
        raise Refused(f"文件“{file_name}”展开后过大，请删除多余的工作表、图片和空行，另存为新文件再上传。")
    return [part.filename for part in parts]


def _table_of(book: CalamineWorkbook, content: bytes, parts: Sequence[str], file_name: str, words: Words) -> Book:
    """The sheet that holds the table: among those that can be seen if one of them does, else among the hidden ones."""
    found: list[_Candidate] = []
    scans = {0: _Scan(content, parts, 0)} if parts and len(book.sheet_names) == 1 else {}
    for sheet in book.sheets_metadata:
        source = book.get_sheet_by_name(sheet.name)
        first = [
            (number, [_shown(cell) for cell in row]) for number, row in islice(_rows(source, _merged(source), {}), HEAD_WITHIN)
        ]
        head = best_head(first, words)
        if head is not None:
            found.append(_Candidate(sheet.name, head, source, sheet.visible == SheetVisibleEnum.Visible))
    if not found:
        return Book(book.sheet_names[0] if book.sheet_names else "", None, False, [])
    whole = [candidate for candidate in found if candidate.is_whole]
    filled = [candidate for candidate in whole if candidate.has_rows()]
    if len(filled) > 1:
        named = "、".join(f"“{candidate.name}”" for candidate in filled[:5])
        raise Refused(
            f"文件“{file_name}”有 {len(filled)} 张工作表都像要报送的表：{named}。请分成几个文件，或删除不报送的工作表后再上传。"
        )
    best = (filled or whole or sorted(found, key=lambda c: weight_of(c.head), reverse=True))[0]
    notes = [
        f"隐藏的工作表“{other.name}”没有读取"
        for other in found
        if other is not best and not other.head.missing and other.has_rows()
    ]
    table = Book(best.name, best.head, _is_1904(content, parts), notes, best.source, _merged(best.source))
    place = book.sheet_names.index(best.name)
    if parts:
        table.unkept = (scans.get(place) or _Scan(content, parts, place)).found()
    return table


class _Scan:
    """`_unkept` in a thread: of a workbook with one sheet it looks while the library reads, which takes no turn from it."""

    def __init__(self, content: bytes, parts: Sequence[str], place: int) -> None:
        self._found: dict[tuple[int, int], str] = {}
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._look, args=(content, parts, place), daemon=True)
        self._thread.start()

    def _look(self, content: bytes, parts: Sequence[str], place: int) -> None:
        try:
            self._found = _unkept(content, parts, place)
        except Exception as error:
            self._error = error

    def found(self) -> dict[tuple[int, int], str]:
        """What the scan found; waits for its end and raises what it raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._found


@dataclass
class _Candidate:
    """A sheet that has some of the head."""

    name: str
    head: Head
    source: Any
    is_seen: bool

    @property
    def is_whole(self) -> bool:
        return self.is_seen and not self.head.missing

    def has_rows(self) -> bool:
        return any(cell != "" for row in islice(self.source.iter_rows(), self.head.number, None) for cell in row)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else plain_value(value)


def _merged(source: Any) -> dict[int, dict[int, int]]:
    """Of each row inside a range merged down a column: column -> the row above that holds its value."""
    begins = (source.start or (0, 0))[1]
    found: dict[int, dict[int, int]] = {}
    for (top, left), (bottom, _) in source.merged_cell_ranges or ():
        for row in range(top + 1, min(bottom, top + 2_000) + 1):
            if 0 <= left - begins < WIDTH_MAX:
                found.setdefault(row, {})[left - begins] = top
    return found


def _rows(source: Any, merged: dict[int, dict[int, int]], unkept: dict[tuple[int, int], str]) -> Iterator[tuple[int, list[Any]]]:
    begins = (source.start or (0, 0))[1]
    tops: dict[tuple[int, int], Any] = {}
    wanted = {(top, column) for places in merged.values() for column, top in places.items()}
    holes: dict[int, list[tuple[int, str]]] = {}
    for (row, column), why in unkept.items():
        holes.setdefault(row, []).append((column - begins, why))
    for place, row in enumerate(source.iter_rows()):
        cells = row if len(row) <= WIDTH_MAX else row[:WIDTH_MAX]
        if not wanted and place not in holes:
            yield place + 1, cells
            continue
        for column, why in holes.get(place, ()):
            if 0 <= column < len(cells) and cells[column] == "":
                cells[column] = why
            elif column >= len(cells) and column < WIDTH_MAX:
                cells += [""] * (column - len(cells)) + [why]
        if wanted:
            for column, cell in enumerate(cells):
                if (place, column) in wanted:
                    tops[place, column] = cell
            for column, top in merged.get(place, {}).items():
                if column < len(cells) and cells[column] == "":
                    cells[column] = tops.get((top, column), "")
        yield place + 1, cells


_SHEET = re.compile(rb'<(?:\w+:)?sheet\s[^>]*?r:id="([^"]+)"', re.DOTALL)
_RELATION = re.compile(rb"<Relationship\s[^>]*>", re.DOTALL)
_1904 = re.compile(rb'<(?:\w+:)?workbookPr[^>]*\bdate1904="(?:1|true)"')


def _part(content: bytes, name: str, most: int = 4 * 1024 * 1024) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(name) as part:
        return part.read(most)


def _is_1904(content: bytes, parts: Sequence[str]) -> bool:
    return "xl/workbook.xml" in parts and _1904.search(_part(content, "xl/workbook.xml")) is not None


def _sheet_part(content: bytes, parts: Sequence[str], place: int) -> str:
    """The part that holds a sheet; "" where it cannot be told."""
    if "xl/workbook.xml" not in parts or "xl/_rels/workbook.xml.rels" not in parts:
        return ""
    wanted = _SHEET.findall(_part(content, "xl/workbook.xml"))
    if place >= len(wanted):
        return ""
    for relation in _RELATION.findall(_part(content, "xl/_rels/workbook.xml.rels")):
        if re.search(rb'\bId="' + re.escape(wanted[place]) + rb'"', relation) and (
            target := re.search(rb'\bTarget="([^"]+)"', relation)
        ):
            name = target[1].decode(errors="replace").lstrip("/")
            return next((p for p in (name, f"xl/{name}") if p in parts), "")
    return ""


_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>[^<]")


def _unkept(content: bytes, parts: Sequence[str], place: int) -> dict[tuple[int, int], str]:
    """Cells that hold a formula without its result, or an error: the library gives them as blank ones."""
    name = _sheet_part(content, parts, place)
    if not name:
        return {}
    found: dict[tuple[int, int], str] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(name) as part:
        kept = b""
        while chunk := part.read(_CHUNK):
            text = kept + chunk
            end = text.rfind(b"</row>") + 1 or text.rfind(b"</c>") + 1
            text, kept = (text[:end], text[end:]) if end else (b"", text[-_CHUNK:])
            if b"f>" not in text and b"<f " not in text and b't="e"' not in text:
                continue
            for attributes, inner in _CELL.findall(text):
                is_error = b't="e"' in attributes
                if not is_error and ((b"f>" not in inner and b"<f" not in inner) or _VALUE.search(inner)):
                    continue
                at = _PLACE.search(b" " + attributes)
                if at is not None and len(found) < 100_000:
                    found[int(at[2]) - 1, _column(at[1])] = FAILED if is_error else NO_RESULT
    return found


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
