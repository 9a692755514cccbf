"""Lines of a workbook or of a CSV file, as text. Runs in a process of its own (`apart`): whoever sends it may have made it to burst."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any
from xml.parsers import expat

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from yigui.common.apart import Refused
from yigui.common.texts import decoded

#: What a workbook may unpack to, all its parts together; an honest list of 60,000 rows takes a third of it.
UNPACKED_MAX = 60 * 1024 * 1024
#: Lines looked at, empty ones too; and cells with something in them.
LINES_MAX = 100_000
CELLS_MAX = 2_000_000
#: Characters of a cell, and cells of a line.
CELL_MAX = 2_000
WIDTH_MAX = 300


def lines_of(content: bytes, *, file_name: str, lines_max: int, delimiter: str = ",") -> list[tuple[int, list[str]]]:
    """Lines with something in them, as (number, cells); the first is the head, whatever its number.

    A cell that holds a formula comes as `=…` text.

    Args:
        lines_max: lines with something in them, beyond which it is not read on.

    Raises:
        Refused: not to be read, with macros, too large unpacked, or nearly endless.
    """
    source = _workbook(content, file_name) if content[:2] == b"PK" else _csv(content, file_name, delimiter)
    found: list[tuple[int, list[str]]] = []
    cells = 0
    for number, row in enumerate(source, start=1):
        if number > LINES_MAX:
            raise Refused(f"文件“{file_name}”超过 {LINES_MAX} 行（含空行），请删除多余的行后另存为新文件再上传。")
        line = [_plain(value) for value in row[:WIDTH_MAX]]
        while line and not line[-1]:
            line.pop()
        if not line and found:
            continue
        cells += len(line)
        if cells > CELLS_MAX:
            raise Refused(f"文件“{file_name}”内容过多，请分成几个文件。")
        found.append((number, line))
        if len(found) > lines_max:
            break
    return found


def _workbook(content: bytes, file_name: str) -> Iterator[Sequence[Any]]:
    unreadable = f"文件“{file_name}”不是可读取的 Excel 工作簿（.xlsx），请另存后重新上传。"
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
        if any(part.filename.endswith("vbaProject.bin") for part in parts):
            raise Refused(f"文件“{file_name}”含有宏，已拒收。请另存为不含宏的工作簿（.xlsx）后重新上传。")
        # A part never gives more than it says here: the reader of archives stops there.
        if sum(part.file_size for part in parts) > UNPACKED_MAX or len(parts) > 5_000:
            raise Refused(f"文件“{file_name}”展开后过大，请删除多余的工作表、图片和空行，另存为新文件再上传。")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        sheet = book.worksheets[0]
        # What a sheet says of its own size is often that of the template it was made from.
        sheet.reset_dimensions()
        yield from sheet.iter_rows(values_only=True)
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        IndexError,
        TypeError,
        AttributeError,
        OSError,
        EOFError,
    ) as error:
        raise Refused(unreadable) from error
    except SyntaxError as error:  # what the reader of XML raises
        raise Refused(unreadable) from error


def _csv(content: bytes, file_name: str, delimiter: str) -> Iterator[Sequence[Any]]:
    text = decoded(content)
    if text is None:
        raise Refused(f"文件“{file_name}”不是文本文件，请导出为 CSV（UTF-8 或 GB 18030 编码）后再上传。")
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise Refused(f"文件“{file_name}”不是完整的 CSV 文件（{error}），请重新导出后再上传。") from error


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float):
        return f"{value:.2f}" if value == round(value, 2) else repr(value)
    return str(value)[:CELL_MAX].strip()


#: Elements of a file of money: 60,000 payments have some 25 each; and how deep they lie in each other.
ELEMENTS_MAX = 2_500_000
DEPTH_MAX = 60


def look_through_xml(content: bytes, *, file_name: str) -> int:
    """Counts the elements of an XML file without keeping them; gives how many.

    Raises:
        Refused: a DTD, more elements or deeper ones than a file of money has. What is not well formed is left to the reader.
    """
    parser = expat.ParserCreate()
    count = depth = 0

    def begins(_: str, __: Any) -> None:
        nonlocal count, depth
        count, depth = count + 1, depth + 1
        if count > ELEMENTS_MAX or depth > DEPTH_MAX:
            raise Refused(f"文件“{file_name}”内容过多或结构异常，请分成几个文件。")

    def ends(_: str) -> None:
        nonlocal depth
        depth -= 1

    def has_dtd(*_: Any) -> None:
        raise Refused(f"文件“{file_name}”含有不允许的 XML 结构（DTD 或实体），已拒收。")

    parser.StartElementHandler, parser.EndElementHandler, parser.StartDoctypeDeclHandler = begins, ends, has_dtd
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        return count
    return count
