"""Files nobody should send: tables of good and hostile cells, and files of others cut, doubled and bent, as strategies of Hypothesis."""

from collections.abc import Sequence
from pathlib import Path

from hypothesis import strategies as st

FILES = Path(__file__).parent / "files"
#: What stands in a cell that should hold something else.
CELLS = st.one_of(
    st.sampled_from([
        "", " ", "0", "-1", "1e9", "NaN", "Infinity", "=1+1", "=\"800000000001\"", "'12", "１２３", "12,34", "1,234.5", "9" * 400, "9" * 16 + ".99", "٣", "²",
        "2026-13-45", "0000-00-00", "99999-01-01", "2026-11-09T25:00", "20261109", "46335", "#REF!", "\x00", "\ufeff", "\u202e", "\ud7ff", "😀" * 50,
        "a\"b", "\"", "\"\"", "a\tb", "合计", "小计", "示例", "NOTPROVIDED", "P1-1", "R1-1", "JF" + "2" * 16, "冲正", "null", "None", "<a>", "&lt;", "{}", "[1]",
        "'; DROP TABLE x; --", "%s", "\\", "11010519491231002X", "110105491231002", "11010519491231002x", "张 三", "贷", "借",
    ]),
    st.text(max_size=40),
)  # fmt: skip
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"])
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@st.composite
def tables(
    draw: st.DrawFn, head: Sequence[str], good: st.SearchStrategy[Sequence[str]], separators: str = ",;\t"
) -> tuple[bytes, list[Sequence[str]]]:
    """A table of good rows and bad ones, in any encoding; and the good rows in it."""
    separator, end = draw(st.sampled_from(separators)), draw(ENDS)
    lines, sound = [separator.join(head)], []
    for _ in range(draw(st.integers(1, 8))):
        if draw(st.booleans()):
            row = draw(good)
            sound.append(row)
        else:
            row = draw(st.lists(CELLS, min_size=0, max_size=len(head) + 2))
            row = [cell.replace("\r", " ").replace("\n", " ") for cell in row]
        lines.append(separator.join(row))
    text = end.join(lines) + end
    return text.encode(draw(ENCODINGS), "replace"), sound


@st.composite
def bent(draw: st.DrawFn, *folders: str) -> bytes:
    """A file of one of some folders, cut, doubled or changed in places; mostly so little that it can still be read."""
    paths = sorted(path for folder in folders for path in (FILES / folder).glob("*"))
    content = bytearray(draw(st.sampled_from(paths)).read_bytes())
    for _ in range(draw(st.integers(1, 3))):
        digits = [at for at, byte in enumerate(content) if 0x30 <= byte <= 0x39 and at > 120]
        kind = draw(st.integers(0, 9))
        at = draw(st.sampled_from(digits)) if digits else 0
        if kind <= 5:
            content[at : at + 1] = draw(st.sampled_from([b"0", b"1", b"9", b"", b"99", b".", b"-", b" "]))
        elif kind == 6:
            lines = bytes(content).splitlines(keepends=True)
            content += draw(st.sampled_from(lines)) if lines else b""
        elif kind == 7:
            del content[at : at + draw(st.integers(1, 40))]
        elif kind == 8:
            del content[at:]
        else:
            content[at : at + 1] = draw(st.binary(max_size=3))
    return bytes(content)
