"""Lists that people hand in as a workbook or a CSV file."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from yigui.common.texts import decoded
from yigui.documents.errors import FileRefused


def decode(content: bytes, file_name: str) -> str:
    """The text of a file in UTF-8 or GB 18030.

    Raises:
        FileRefused: neither, or not text.
    """
    text = decoded(content)
    if text is None:
        raise FileRefused(f"文件“{file_name}”不是文本文件，请导出为 CSV（UTF-8 或 GB 18030 编码）后再上传。")
    return text


def read_sheet(
    content: bytes, file_name: str, heads: Mapping[str, Sequence[str]], *, rows_max: int, optional: Collection[str] = ()
) -> list[dict[str, Any]]:
    """Rows of an Excel workbook (first sheet) or a CSV file: `row_no` and the cells of the named columns, as text.

    A cell that holds a formula comes as `="…"` text, and is judged with its row.

    Args:
        heads: the words that may head each column; the second is the one shown.
        optional: columns that may be missing; their cells are "".

    Raises:
        FileRefused: unreadable, with macros, a column missing, no rows, or too many.
    """
    is_excel = content[:2] == b"PK"
    lines = _excel(content, file_name) if is_excel else csv.reader(io.StringIO(decode(content, file_name)))
    head = [str(h or "").strip() for h in next(lines, [])]
    places = {name: next((head.index(h) for h in words if h in head), -1) for name, words in heads.items()}
    missing = [f"{words[1]}（{words[0]}）" for name, words in heads.items() if places[name] < 0 and name not in optional]
    if missing:
        raise FileRefused(f"文件“{file_name}”缺少列：{'、'.join(missing)}。请按模板补齐表头后再上传。")
    rows = []
    for number, cells in enumerate(lines, start=2):
        row = {name: _plain(cells[k]) if 0 <= k < len(cells) else "" for name, k in places.items()}
        if any(row.values()):
            rows.append(row | {"row_no": number})
        if len(rows) > rows_max:
            raise FileRefused(f"文件“{file_name}”超过 {rows_max} 行，请分成几个文件。")
    if not rows:
        raise FileRefused(f"文件“{file_name}”没有数据行。")
    return rows


def _excel(content: bytes, file_name: str) -> Iterator[Sequence[Any]]:
    try:
        if any(name.endswith("vbaProject.bin") for name in zipfile.ZipFile(io.BytesIO(content)).namelist()):
            raise FileRefused(f"文件“{file_name}”含有宏，已拒收。请另存为不含宏的工作簿（.xlsx）后重新上传。")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise FileRefused(f"文件“{file_name}”不是可读取的 Excel 工作簿（.xlsx），请另存后重新上传。") from error
    return iter(book.worksheets[0].iter_rows(values_only=True))


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float):
        return f"{value:.2f}" if value == round(value, 2) else repr(value)
    return str(value).strip()
