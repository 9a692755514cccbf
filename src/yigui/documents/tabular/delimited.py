"""Lines of delimited text: comma, tab, semicolon or bar; LF, CRLF or CR; each line for itself.

A quotation mark that is not closed takes no other line with it, and a cell with a line break in it is a rejected row: neither occurs in what
banks and offices write, so both are signs of a damaged file.
"""

import io
import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from yigui.common.apart import Refused
from yigui.common.texts import encoding_of
from yigui.documents.tabular.heads import HEAD_WITHIN, Head, Words, best_head, weight_of

SEPARATORS = (",", "\t", "|", ";", "，", "｜", "；")
#: Characters of a line; lines that a quoted cell with line breaks is followed over; lines looked at for the usual width.
LINE_MAX = 100_000
_JOINED_MAX = 20
_USUAL_OF = 200
_TOLD = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
OPEN = "引号没有配对，该行没有读取，请改正后重新报送"
LINE_BREAK = "单元格内有换行，该行没有读取，请删除换行后重新报送"
NO_END = "文件在该行中断（没有换行符，也没有写完各栏），可能传输不完整，请重新导出"


@dataclass(slots=True)
class Line:
    """A line as cells; `fault` says why it cannot be relied on. `numbers`: of its first and last line of text."""

    number: int
    cells: Sequence[str]
    fault: str = ""
    span: int = 1


@dataclass
class Text:
    """A text that was opened: its encoding, separator, head, and whether its last line ends."""

    content: bytes
    encoding: str
    separator: str
    head: Head | None
    is_ended: bool

    def above(self) -> Iterator[str]:
        """The lines above the head."""
        assert self.head is not None
        yield from islice(_texts(self.content, self.encoding), self.head.number - 1)

    def lines(self) -> Iterator[Line]:
        """The lines behind the head, blank ones as lines without cells."""
        assert self.head is not None
        numbered = enumerate(_texts(self.content, self.encoding), start=1)
        source = islice(numbered, self.head.number, None)
        yield from _guarded(source, _Splitter(self.separator), self)


def open_text(content: bytes, file_name: str, words: Words) -> Text:
    """Find encoding, separator and head.

    Raises:
        Refused: not text, or a line that is none.
    """
    encoding = encoding_of(content)
    if encoding is None:
        raise Refused(
            f"文件“{file_name}”不是 Excel 工作簿，也不是可识别的文本文件，请另存为 .xlsx，或导出为 CSV（UTF-8 或 GB 18030 编码）后再上传。"
        )
    first = list(islice(_texts(content, encoding), HEAD_WITHIN + 1))
    if any("\x00" in line for line in first):
        raise Refused(f"文件“{file_name}”不是文本文件，请导出为 CSV（UTF-8 或 GB 18030 编码）后再上传。")
    if any(len(line) > LINE_MAX for line in first):
        raise Refused(f"文件“{file_name}”不是完整的 CSV 文件（一行超过 {LINE_MAX} 个字符），请重新导出后再上传。")
    if first and first[0].lstrip().lower().startswith(("<html", "<table", "<!doctype html")):
        raise Refused(f"文件“{file_name}”是网页，不是表格，请在 Excel 中打开后另存为 .xlsx 再上传。")
    told = _TOLD.fullmatch(first[0].strip()) if first else None
    separators = (told[1],) if told else SEPARATORS
    best: tuple[tuple[int, int], str, Head] | None = None
    for separator in separators:
        split = _Splitter(separator)
        head = best_head([(k, split(line.rstrip("\n")).cells) for k, line in enumerate(first, start=1)], words)
        if head is not None and (best is None or weight_of(head) > best[0]):
            best = (weight_of(head), separator, head)
    is_ended = content.endswith((b"\n", b"\r", b"\n\x00", b"\r\x00")) or not content
    return Text(content, encoding, best[1] if best else ",", best[2] if best else None, is_ended)


def _texts(content: bytes, encoding: str) -> Iterator[str]:
    """Lines one by one, each with its `\\n` if it has an end; nothing is kept. A character cut off at the end of the file is left out."""
    yield from io.TextIOWrapper(io.BytesIO(content), encoding=encoding, errors="ignore", newline=None)


@dataclass(slots=True)
class _Split:
    cells: Sequence[str]
    is_open: bool = False
    is_odd: bool = False


class _Splitter:
    """One line into its cells. A quotation mark in the middle of a cell is a quotation mark."""

    def __init__(self, separator: str) -> None:
        self.separator = separator
        sep = re.escape(separator)
        self._field = re.compile(rf'[ ]*"((?:[^"]|""|"(?!"|[ ]*(?:{sep}|$)))*)"[ ]*(?={sep}|$)|([^{sep}]*)', re.DOTALL)

    def __call__(self, line: str) -> _Split:
        if '"' not in line:
            return _Split(line.split(self.separator))
        cells: list[str] = []
        is_open = is_odd = False
        at, end = 0, len(line)
        while True:
            found = self._field.match(line, at)
            assert found is not None
            quoted = found[1]
            if quoted is not None:
                plain = quoted.replace('""', "")
                is_odd = is_odd or '"' in plain
                cells.append(quoted.replace('""', '"'))
            else:
                text = found[2]
                is_open = is_open or text.lstrip().startswith('"')
                cells.append(text)
            at = found.end()
            if at >= end:
                return _Split(cells, is_open, is_odd)
            at += 1
            if at == end:
                return _Split([*cells, ""], is_open, is_odd)


def _guarded(source: Iterator[tuple[int, str]], split: _Splitter, text: Text) -> Iterator[Line]:
    """Lines with what is wrong with them as lines: quotes, breaks, too many or too few cells."""
    assert text.head is not None
    width = len(text.head.cells)
    ahead: deque[tuple[int, str]] = deque(islice(source, _USUAL_OF))
    usual = _usual(ahead, split, width)
    while ahead:
        number, raw = ahead.popleft()
        if len(ahead) <= _JOINED_MAX:
            ahead.extend(islice(source, _USUAL_OF))
        line = raw.rstrip("\n")
        if '"' not in line and len(line) <= LINE_MAX:
            # Nearly every line: as many cells as the head has, no quotation marks.
            cells = line.split(split.separator)
            if len(cells) == width and cells[0]:
                yield Line(number, cells)
                continue
        if len(line) > LINE_MAX:
            yield Line(number, [], f"该行超过 {LINE_MAX} 个字符，没有读取")
            continue
        found = split(line)
        if not line.strip() or not any(cell.strip() for cell in found.cells):
            yield Line(number, [])
        elif found.is_open:
            joined = _joined(line, ahead, split, width)
            for _ in range(joined):
                ahead.popleft()
            yield Line(number, found.cells, f"第 {number} 至 {number + joined} 行的{LINE_BREAK}" if joined else OPEN, joined + 1)
        else:
            is_cut = not ahead and not raw.endswith("\n") and not text.is_ended and len(found.cells) < min(width, usual)
            yield Line(number, found.cells, NO_END if is_cut else _of_width(found, width, usual, ahead, split))


def _usual(ahead: "deque[tuple[int, str]]", split: _Splitter, width: int) -> int:
    """How many cells a line usually has."""
    counts = Counter(len(split(line.rstrip("\n")).cells) for _, line in ahead if line.strip())
    return counts.most_common(1)[0][0] if counts else width


def _joined(line: str, ahead: "deque[tuple[int, str]]", split: _Splitter, width: int) -> int:
    """How many of the next lines belong to a cell with line breaks; 0 where a line behind it stands by itself."""
    whole = line
    for count, (_, raw) in enumerate(ahead, start=1):
        own = split(raw.rstrip("\n"))
        if count > _JOINED_MAX or (len(own.cells) >= width and not own.is_open):
            return 0
        whole += "\n" + raw.rstrip("\n")
        found = split(whole)
        if not found.is_open:
            return count if len(found.cells) == width else 0
    return 0


def _of_width(found: _Split, width: int, usual: int, ahead: "deque[tuple[int, str]]", split: _Splitter) -> str:
    count = len(found.cells)
    if count == width:
        return ""
    if found.is_odd:
        return OPEN
    if count > width and any(cell.strip() for cell in found.cells[width:]):
        return f"该行有 {count} 栏，多于表头的 {width} 栏，可能是栏内有未加引号的分隔符，该行没有读取"
    if count > max(width, usual):
        return f"该行有 {count} 栏，与其他行的 {usual} 栏不同，可能是栏内有未加引号的分隔符，该行没有读取"
    if count < min(width, usual) and ahead:
        follows = split(ahead[0][1].rstrip("\n"))
        # What a line break without quotation marks makes of one line: two that are one line together.
        if len(follows.cells) + count - 1 == usual and len(follows.cells) < usual:
            return f"该行只有 {count} 栏，可能在栏内断成了两行，没有读取"
    return ""
