"""Rows of a workbook (.xlsx, .xls, .ods) as calamine reads them, and what it does not tell: formulas without a result, cells with an error, amounts
that several rows share."""

import io
import re
import threading
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum, load_workbook

from yigui.common.apart import Refused
from yigui.documents.tabular.cells import FAILED, NO_RESULT, SHARED, plain_value
from yigui.documents.tabular.columns import Column, Kind, Limits
from yigui.documents.tabular.heads import HEAD_WITHIN, Head, Words, best_head, weight_of
from yigui.documents.tabular.number_formats import odd_styles, shown_of_cell
from yigui.documents.tabular.older_formats import shown_in_ods, shown_in_xls

#: What a damaged archive raises; the last where it asks for a version of the format that nobody has written.
_BROKEN = (zipfile.BadZipFile, ValueError, OSError, EOFError, KeyError, IndexError, NotImplementedError)
ZIP, OLE = b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PARTS_MAX = 5_000
WIDTH_MAX = 300
#: Cells without a value that are remembered with their place; a file that has more is refused.
UNKEPT_MAX = 300_000
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
    amounts: frozenset[int] = frozenset()
    unkept: dict[tuple[int, int], str] = field(default_factory=dict)

    def above(self) -> Iterator[str]:
        """What stands above the head, row by row."""
        assert self.head is not None
        for _, cells in islice(_rows(self.source, {}, frozenset()), self.head.number - 1):
            yield "\t".join(_shown(cell) for cell in cells)

    def lines(self) -> Iterator[tuple[int, list[Any]]]:
        """Rows behind the head: number and cells; what was merged down a column stands in each of its rows, but for amounts."""
        assert self.head is not None
        return islice(_rows(self.source, self.unkept, self.amounts), self.head.number, None)


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
    except (CalamineError, *_BROKEN) as error:
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Refused(f"文件“{file_name}”设有打开密码，请取消密码后重新上传。") from error
        raise Refused(unreadable) from error


def _parts(content: bytes, file_name: str, limits: Limits, unreadable: str) -> list[str]:
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except _BROKEN as error:
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
        first = [(number, [_shown(cell) for cell in row]) for number, row in islice(_rows(source, {}, frozenset()), HEAD_WITHIN)]
        head = best_head(first, words)
        if head is not None:
            found.append(_Candidate(sheet.name, head, source, sheet.visible == SheetVisibleEnum.Visible, words.columns))
    if not found:
        return Book(book.sheet_names[0] if book.sheet_names else "", None, False, [])
    whole = [candidate for candidate in found if candidate.is_whole]
    filled = [candidate for candidate in whole if candidate.has_rows()]
    if len(filled) > 1:
        named = "、".join(f"“{candidate.name}”" for candidate in filled[:5])
        raise Refused(
            f"文件“{file_name}”有 {len(filled)} 张工作表都像要报送的表：{named}。请分成几个文件，或删除不报送的工作表后再上传。"
        )
    _refuse_half(found, filled, file_name)
    best = (filled or whole or sorted(found, key=lambda c: weight_of(c.head), reverse=True))[0]
    notes = [
        f"隐藏的工作表“{other.name}”没有读取"
        for other in found
        if other is not best and not other.head.missing and other.has_rows()
    ]
    if not best.is_seen:
        notes.append(f"读取的工作表“{best.name}”是隐藏的，打开文件时看不到，已按普通工作表读取")
    amounts = frozenset(
        place
        for column in words.columns
        if column.kind in (Kind.AMOUNT, Kind.AVERAGE)
        for place in best.head.places.get(column.name, ())
    )
    table = Book(best.name, best.head, _is_1904(content, parts), notes, best.source, amounts)
    place = book.sheet_names.index(best.name)
    _refuse_shown(content, parts, place, table, file_name)
    if parts:
        scan = scans.get(place) or _Scan(content, parts, place)
        table.unkept = scan.found()
        table.notes += scan.hidden(best.head)
        if len(table.unkept) > UNKEPT_MAX:
            raise Refused(
                f"文件“{file_name}”有 {UNKEPT_MAX} 个以上的单元格是没有保存结果的公式或错误值，请“选择性粘贴”为数值后重新上传。"
            )
    return table


def _refuse_shown(content: bytes, parts: Sequence[str], place: int, table: Book, file_name: str) -> None:
    """An amount that its format shows in another unit or currency, with a sign or not at all, is not what whoever made the sheet saw."""
    if not table.amounts:
        return
    assert table.head is not None
    begins = (table.source.start or (0, 0))[1]
    for row, column, shown in _shown_amounts(content, parts, place, table.sheet, {begins + at for at in table.amounts}):
        if row >= table.head.number:
            raise Refused(
                f"文件“{file_name}”工作表“{table.sheet}”的单元格 {_letters(column)}{row + 1} 的数字格式带有“{shown[:20]}”，看到的金额与保存的数值不同，"
                f"不知以哪个为准，未作任何改动。请把该列的单元格格式改为“数值”（两位小数）并核对金额（以元为单位）后重新报送。"
            )


def _shown_amounts(
    content: bytes, parts: Sequence[str], place: int, sheet: str, columns: Collection[int]
) -> Iterator[tuple[int, int, str]]:
    """Cells of some columns (from 0) whose format shows more than their figures: row, column (from 0), and what."""
    if not parts:
        yield from shown_in_xls(content, sheet, columns)
        return
    if "content.xml" in parts:
        yield from (found for found in shown_in_ods(content, sheet) if found[1] in columns)
        return
    name = _sheet_part(content, parts, place)
    styles = odd_styles(content, parts) if name else {}
    if not styles:
        return
    for _, row, column, attributes, inner in _all_cells(content, name):
        if column in columns and (shown := shown_of_cell(attributes, inner, styles)):
            yield row, column, shown


def _refuse_half(found: "Sequence[_Candidate]", filled: "Sequence[_Candidate]", file_name: str) -> None:
    """A sheet beside the table that holds rows of it under other words (numbers of people, amounts) is not left out without a word."""
    for other in found if filled else ():
        if other is not filled[0] and other.is_seen and other.holds_facts() and other.has_rows():
            missing = "、".join(column.word for column in other.head.missing)
            raise Refused(
                f"文件“{file_name}”除工作表“{filled[0].name}”外，“{other.name}”也像要报送的表，但缺少列：{missing}。"
                f"请分成几个文件并补齐表头，或删除不报送的工作表后再上传。"
            )


class _Scan:
    """`_unkept` in a thread: of a workbook with one sheet it looks while the library reads, which takes no turn from it."""

    def __init__(self, content: bytes, parts: Sequence[str], place: int) -> None:
        self._found: dict[tuple[int, int], str] = {}
        self._hidden = _Hidden()
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._look, args=(content, parts, place), daemon=True)
        self._thread.start()

    def _look(self, content: bytes, parts: Sequence[str], place: int) -> None:
        try:
            self._found = _unkept(content, parts, place, self._hidden)
        except Exception as error:
            self._error = error

    def found(self) -> dict[tuple[int, int], str]:
        """What the scan found; waits for its end and raises what it raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._found

    def hidden(self, head: Head) -> list[str]:
        """Sentences about rows and columns of the table that whoever looks at the sheet does not see; after `found`."""
        rows = [row for row in sorted(self._hidden.rows) if row > head.number]
        columns = [column for column in sorted(self._hidden.columns) if column <= len(head.cells)]
        said = (
            f"第 {'、'.join(map(str, rows[:10]))} 行{'等' if len(rows) > 10 else ''}共 {len(rows)} 行在工作表中是隐藏的，已按普通行读取"
            if rows
            else ""
        )
        names = "、".join(head.cells[column - 1] or f"第 {column} 列" for column in columns[:10])
        return [sentence for sentence in (said, f"列“{names}”在工作表中是隐藏的，已按普通列读取" if columns else "") if sentence]


class _Hidden:
    """Rows and columns of a sheet that are not shown: zipped up by a filter, of no height, or hidden by hand."""

    def __init__(self) -> None:
        self.rows: set[int] = set()
        self.columns: set[int] = set()
        self._last = 0

    def look(self, text: bytes) -> None:
        """Go through a part of the sheet."""
        # Substrings are found ten times as fast as a pattern, in a hundred megabytes of most sheets without a hit.
        if b"hidden" not in text and not any(sign in text for sign in _SIGNS_OF_NO_SIZE):
            return
        for attributes in _HIDDEN_COLUMN.findall(text):
            first, last = _COLUMN_FROM.search(attributes), _COLUMN_TO.search(attributes)
            if first and last:
                self.columns |= set(range(int(first[1]), min(int(last[1]), WIDTH_MAX) + 1))
        for attributes in _HIDDEN_ROW.findall(text):
            if (at := _ROW_PLACE.search(attributes)) and len(self.rows) < UNKEPT_MAX:
                self.rows.add(int(at[1]))


@dataclass
class _Candidate:
    """A sheet that has some of the head."""

    name: str
    head: Head
    source: Any
    is_seen: bool
    columns: Sequence[Column]

    @property
    def is_whole(self) -> bool:
        return self.is_seen and not self.head.missing

    def holds_facts(self) -> bool:
        """Whether it has columns of the table beside each other, one of them of numbers of people or amounts: lists of choices have none."""
        known = [column for column in self.columns if column.name in self.head.places]
        kinds = (Kind.AMOUNT, Kind.AVERAGE, Kind.ID)
        return len(known) > 1 and any(column.kind in kinds or "号码" in column.word for column in known)

    def has_rows(self) -> bool:
        return any(cell != "" for row in islice(self.source.iter_rows(), self.head.number, None) for cell in row)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else plain_value(value)


@dataclass
class _Merge:
    """A range merged down a column."""

    top: int
    bottom: int
    column: int
    value: Any = ""


def _merges(source: Any) -> list[_Merge]:
    """Ranges that reach over more than one row, the last first; of each its first column, which holds its value."""
    begins = (source.start or (0, 0))[1]
    found = [
        _Merge(top, bottom, left - begins)
        for (top, left), (bottom, _) in source.merged_cell_ranges or ()
        if bottom > top and 0 <= left - begins < WIDTH_MAX
    ]
    return sorted(found, key=lambda merge: -merge.top)


def _rows(source: Any, unkept: dict[tuple[int, int], str], amounts: frozenset[int]) -> Iterator[tuple[int, list[Any]]]:
    """All rows: number and cells, as the library gives them where there is nothing to add."""
    merges = _merges(source)
    if merges or unkept or source.total_width > WIDTH_MAX:
        return _rows_added_to(source, merges, unkept, amounts)
    return enumerate(source.iter_rows(), start=1)


def _rows_added_to(
    source: Any, merges: list[_Merge], unkept: dict[tuple[int, int], str], amounts: frozenset[int]
) -> Iterator[tuple[int, list[Any]]]:
    """All rows: number and cells, with what stands above them in a merged range.

    A row that has nothing of its own stays blank. An amount (`amounts`: their columns) is nobody's to divide: each row that shares one has
    `SHARED` there, unless the whole row above is merged with it, which then is one row.
    """
    begins = (source.start or (0, 0))[1]
    coming, reaching = merges, dict[int, _Merge]()
    holes: dict[int, list[tuple[int, str]]] = {}
    for (row, column), why in unkept.items():
        holes.setdefault(row, []).append((column - begins, why))
    for place, row in enumerate(source.iter_rows()):
        cells = row if len(row) <= WIDTH_MAX else row[:WIDTH_MAX]
        if not coming and not reaching and place not in holes:
            yield place + 1, cells
            continue
        for column, why in holes.get(place, ()):
            if 0 <= column < len(cells) and cells[column] == "":
                cells[column] = why
            elif column >= len(cells) and column < WIDTH_MAX:
                cells += [""] * (column - len(cells)) + [why]
        reaching = {column: merge for column, merge in reaching.items() if merge.bottom >= place}
        above = list(reaching.values())
        while coming and coming[-1].top <= place:
            merge = coming.pop()
            merge.value = cells[merge.column] if merge.column < len(cells) and merge.top == place else ""
            reaching[merge.column] = merge
        if above and any(cell != "" for cell in cells):
            for merge in above:
                if merge.column < len(cells) and cells[merge.column] == "":
                    cells[merge.column] = SHARED if merge.column in amounts and merge.value != "" else merge.value
        for column in amounts & reaching.keys():
            merge = reaching[column]
            if merge.top == place and merge.value != "" and not _is_one_row(cells, reaching, merge.bottom):
                cells[column] = SHARED
        yield place + 1, cells


def _is_one_row(cells: Sequence[Any], reaching: dict[int, _Merge], bottom: int) -> bool:
    """Whether whatever stands in a row is merged down as far as that."""
    return all(cell == "" or (column in reaching and reaching[column].bottom >= bottom) for column, cell in enumerate(cells))


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


#: The root of a sheet: elements of some writers have a prefix.
_ROOT = re.compile(rb"<(\w+:)?worksheet[\s>]")
_PLACE = re.compile(rb"""\sr=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_ROW_PLACE = re.compile(rb"""\sr=["']([0-9]{1,7})["']""")
#: Rows and columns that are not shown, and where columns begin and end.
_NO_SIZE = rb"""["']0(?:\.[0-9]+)?["']"""
_HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row(\s[^>]*?\b(?:hidden=["'](?:1|true)["']|ht=%s)[^>]*)>""" % _NO_SIZE)
_HIDDEN_COLUMN = re.compile(rb"""<(?:\w+:)?col(\s[^>]*?\b(?:hidden=["'](?:1|true)["']|width=%s)[^>]*)>""" % _NO_SIZE)
#: How a height or a width of less than one is written, before it is looked at: nobody sees what stands there.
_SIGNS_OF_NO_SIZE = (b'ht="0', b"ht='0", b'width="0', b"width='0")
_COLUMN_FROM, _COLUMN_TO = (re.compile(rb"""\s%s=["']([0-9]{1,5})["']""" % name) for name in (b"min", b"max"))
_IS_ERROR = re.compile(rb"""\st=["']e["']""")


class _Sheet:
    """The elements of one sheet, by the prefix of its root."""

    def __init__(self, prefix: bytes) -> None:
        p = re.escape(prefix)
        self.row_end, self.cell_end = b"</" + prefix + b"row>", b"</" + prefix + b"c>"
        self.formula, self.row_begin = b"<" + prefix + b"f", b"<" + prefix + b"row"
        self.cell = re.compile(rb"<%bc(\s[^>]*?)?(?:/>|>(.*?)</%bc>)" % (p, p), re.DOTALL)
        self.row_or_cell = re.compile(rb"<%brow(\s[^>]*?)?(/)?>|<%bc(\s[^>]*?)?(?:/>|>(.*?)</%bc>)" % (p, p, p), re.DOTALL)
        self._formula = re.compile(rb"<%bf[\s/>]" % p)
        self._value = re.compile(rb"<%bv(?:\s[^>]*)?>[^<]" % p)

    def may_have(self, text: bytes) -> bool:
        """Whether a part of it may hold what is looked for."""
        return self.formula in text or b't="e"' in text or b"t='e'" in text

    def unkept(self, attributes: bytes, inner: bytes) -> str:
        """Why a cell has no value; "" where it has one, or nothing to have."""
        if _IS_ERROR.search(attributes):
            return FAILED
        return NO_RESULT if self._formula.search(inner) and not self._value.search(inner) else ""


class _NoPlace(Exception):
    """A cell does not say where it stands."""


def _unkept(content: bytes, parts: Sequence[str], place: int, hidden: "_Hidden") -> dict[tuple[int, int], str]:
    """Cells that hold a formula without its result, or an error: the library gives them as blank ones. No more than `UNKEPT_MAX` and one."""
    name = _sheet_part(content, parts, place)
    if not name:
        return {}
    found: dict[tuple[int, int], str] = {}
    try:
        for at, why in _placed(content, name, hidden):
            found[at] = why
            if len(found) > UNKEPT_MAX:
                break
    except _NoPlace:
        found = {}
        for at, why in _counted(content, name):
            found[at] = why
            if len(found) > UNKEPT_MAX:
                break
    return found


def _whole_cells(content: bytes, name: str) -> Iterator[tuple[_Sheet, bytes]]:
    """The text of a sheet in pieces that end with a row, or a cell where a row is longer than a piece."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(name) as part:
        kept, sheet = b"", None
        while chunk := part.read(_CHUNK):
            text = kept + chunk
            if sheet is None:
                root = _ROOT.search(text)
                sheet = _Sheet((root[1] or b"") if root else b"")
            end = next((at + len(last) for last in (sheet.row_end, sheet.cell_end) if (at := text.rfind(last)) >= 0), 0)
            text, kept = (text[:end], text[end:]) if end else (b"", text[-_CHUNK:])
            yield sheet, text


def _placed(content: bytes, name: str, hidden: "_Hidden") -> Iterator[tuple[tuple[int, int], str]]:
    """By the places cells say.

    Raises:
        _NoPlace: one of them does not.
    """
    for sheet, text in _whole_cells(content, name):
        hidden.look(text)
        if not sheet.may_have(text):
            continue
        for attributes, inner in sheet.cell.findall(text):
            if why := sheet.unkept(attributes, inner):
                at = _PLACE.search(attributes)
                if at is None:
                    raise _NoPlace
                yield (int(at[2]) - 1, _column(at[1])), why


def _counted(content: bytes, name: str) -> Iterator[tuple[tuple[int, int], str]]:
    """By counting: a row or a cell that does not say its place follows the one before."""
    for sheet, row, column, attributes, inner in _all_cells(content, name):
        if why := sheet.unkept(attributes, inner):
            yield (row, column), why


def _all_cells(content: bytes, name: str) -> Iterator[tuple[_Sheet, int, int, bytes, bytes]]:
    """All cells: the sheet they are of, row and column (from 0), attributes, what is in them."""
    row, column = -1, -1
    for sheet, text in _whole_cells(content, name):
        for found in sheet.row_or_cell.finditer(text):
            if found[0].startswith(sheet.row_begin):
                at_row = _ROW_PLACE.search(found[1] or b"")
                row, column = int(at_row[1]) - 1 if at_row else row + 1, -1
                continue
            at = _PLACE.search(found[3] or b"")
            column = _column(at[1]) if at else column + 1
            if at:
                row = int(at[2]) - 1
            yield sheet, row, column, found[3] or b"", found[4] or b""


def _letters(column: int) -> str:
    """A column as a sheet names it."""
    named = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        named = chr(65 + rest) + named
    return named


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
