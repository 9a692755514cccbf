"""Lists that people hand in as a workbook or a CSV file."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from yigui.common.apart import Bounds, Burst, Refused, run_apart
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
    content: bytes,
    file_name: str,
    heads: Mapping[str, Sequence[str]],
    *,
    rows_max: int,
    optional: Collection[str] = (),
    delimiter: str = ",",
) -> list[dict[str, Any]]:
    """Rows of an Excel workbook (first sheet) or a CSV file: `row_no` and the cells of the named columns, as text.

    A cell that holds a formula comes as `=…` text, and is judged with its row. The file is read in a process of its own.

    Args:
        heads: the words that may head each column; of two the second is the one shown.
        optional: columns that may be missing; their cells are "".

    Raises:
        FileRefused: unreadable, with macros, a column missing, no rows, too many, or more than a list can be.
    """
    lines = lines_of(content, file_name, lines_max=2 * rows_max + 100, delimiter=delimiter)
    head = lines[0][1] if lines else []
    places = {name: next((head.index(h) for h in words if h in head), -1) for name, words in heads.items()}
    missing = [
        f"{words[1]}（{words[0]}）" if len(words) > 1 else words[0]
        for name, words in heads.items()
        if places[name] < 0 and name not in optional
    ]
    if missing:
        raise FileRefused(f"文件“{file_name}”缺少列：{'、'.join(missing)}。请按模板补齐表头后再上传。")
    rows = []
    for number, cells in lines[1:]:
        row = {name: cells[k] if 0 <= k < len(cells) else "" for name, k in places.items()}
        if any(row.values()):
            rows.append(row | {"row_no": number})
        if len(rows) > rows_max:
            raise FileRefused(f"文件“{file_name}”超过 {rows_max} 行，请分成几个文件。")
    if not rows:
        raise FileRefused(f"文件“{file_name}”没有数据行。")
    return rows


#: What a list may take to be read.
CONTENT_MAX = 80_000_000
BOUNDS = Bounds(seconds=10, memory_bytes=768 * 1024 * 1024)
_SENTENCES = {
    "seconds": "文件“{name}”过于复杂，读取超时，请删除多余的工作表、格式和空行，另存为新文件再上传。",
    "memory": "文件“{name}”展开后过大，请删除多余的工作表、图片和空行，另存为新文件再上传。",
    "answer": "文件“{name}”内容过多，请分成几个文件。",
    "busy": "其他文件正在核对，请稍后再上传。",
}


def lines_of(content: bytes, file_name: str, *, lines_max: int, delimiter: str = ",") -> list[tuple[int, list[str]]]:
    """Lines of a workbook or a CSV file, see `common.workbooks.lines_of`.

    Raises:
        FileRefused: cannot be read, or takes more than it may.
    """
    options = {"file_name": file_name, "lines_max": lines_max, "delimiter": delimiter}
    found = _apart("yigui.common.workbooks:lines_of", content, file_name, options)
    return [(int(number), list(cells)) for number, cells in found]


def look_through_xml(content: bytes, file_name: str) -> None:
    """Make sure that an XML file can be read here: no DTD, no more than a file of money has.

    Raises:
        FileRefused: it cannot.
    """
    _apart("yigui.common.workbooks:look_through_xml", content, file_name, {"file_name": file_name})


def _apart(function: str, content: bytes, file_name: str, options: dict[str, Any]) -> Any:
    if len(content) > CONTENT_MAX:
        raise FileRefused(f"文件“{file_name}”超过 {CONTENT_MAX // 1_000_000} MB，请分成几个文件。")
    try:
        return run_apart(function, content, options, BOUNDS)
    except Refused as refused:
        raise FileRefused(str(refused)) from refused
    except Burst as burst:
        raise FileRefused(_SENTENCES[burst.what].format(name=file_name)) from burst
