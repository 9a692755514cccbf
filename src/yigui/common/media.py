"""Whether a scanned paper is, from its first byte to its last, what its first bytes say, and nothing besides.

A file can be a picture to one program and a page, an archive or a program to another. Such files are not papers.
"""

import re
import struct
import zlib
from collections.abc import Callable

#: Beginnings of what must not hang on to a picture's end or hide in a PDF's head.
_FOREIGN = re.compile(
    rb"PK\x03\x04|PK\x05\x06|<!doctype|<html|<script|<svg|<\?php|%PDF-|MZ\x90\x00|\x7fELF|Rar!|7z\xbc\xaf", re.IGNORECASE
)
#: The end of an archive: an archive is read from its end, whatever stands before it.
_ARCHIVE_END = b"PK\x05\x06"
_ARCHIVE_TAIL = 65_557
#: Parts of a PDF that act by themselves or carry other files.
_ACTIVE = re.compile(rb"/JavaScript\b|/Launch\b|/EmbeddedFiles?\b|/RichMedia\b")
#: A page of a PDF, the entry that leads to its pages, and a stream that keeps objects packed: a page may stand in one.
_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_ROOT = re.compile(rb"/Root\s+\d+\s+\d+\s+R\b")
_STREAM = re.compile(rb"stream\r?\n")
#: How far before its content the head of a stream of objects says so; streams looked into, and bytes of one that are unpacked, at most.
_STREAM_HEAD, _STREAMS_MAX, _UNPACKED_MAX = 400, 2_000, 1_000_000
_PDF_HEAD = 1024
_PDF_TAIL = 2048
#: Sides of a picture: larger ones burst the viewer; the largest scanner of a counter gives a third.
SIDE_MAX = 30_000
PIXELS_MAX = 300_000_000


def fault_of(content: bytes, media_type: str) -> str:
    """What is wrong with a file of this media type, in Chinese words for the middle of a sentence; "" when nothing is."""
    if _ARCHIVE_END in content[-_ARCHIVE_TAIL:]:
        return "内含压缩包"
    return _CHECKS[media_type](content)


def _pdf(content: bytes) -> str:
    end = content.rfind(b"%%EOF")
    if end < 0 or len(content) - end > _PDF_TAIL:
        return "不完整，缺少文件结尾"
    if content[end + 5 :].strip(b"\r\n\t \x00"):
        return "结尾之后另有内容"
    if _FOREIGN.search(content[5:_PDF_HEAD]):
        return "开头混有其他类型的内容"
    if _ACTIVE.search(content):
        return "含有脚本、自动操作或附件"
    if not _has_page(content):
        return "中没有可以显示的页面，或设有密码"
    return ""


def _has_page(content: bytes) -> bool:
    """Whether a PDF has a page to show: as an object, or packed with others (PDF 1.5), which a password hides."""
    if not _ROOT.search(content):
        return False
    if _PAGE.search(content):
        return True
    looked = 0
    for start in _STREAM.finditer(content):
        head = content[max(0, start.start() - _STREAM_HEAD) : start.start()]
        if b"/ObjStm" not in head[head.rfind(b" obj") :]:
            continue
        looked += 1
        if looked > _STREAMS_MAX:
            return False
        try:
            unpacked = zlib.decompressobj().decompress(content[start.end() : start.end() + _UNPACKED_MAX], _UNPACKED_MAX)
        except zlib.error:
            continue
        if _PAGE.search(unpacked):
            return True
    return False


def _jpeg(content: bytes) -> str:
    place = 2
    while place + 4 <= len(content):
        if content[place] != 0xFF:
            return "内容损坏"
        marker = content[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if marker == 0xD9:
            return _after(content, place + 2)
        length = struct.unpack(">H", content[place + 2 : place + 4])[0]
        if length < 2:
            return "内容损坏"
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[place + 5 : place + 9].ljust(4, b"\x00"))
            if fault := _too_large(width, height):
                return fault
        place += 2 + length
        if marker == 0xDA:
            place = _after_scan(content, place)
    if content[-2:] == b"\xff\xd9":
        return ""
    return "不完整，缺少文件结尾"


def _after_scan(content: bytes, place: int) -> int:
    """Where the next marker stands behind compressed data: there FF 00 and FF D0 … D7 are data."""
    while 0 <= (place := content.find(b"\xff", place)) < len(content) - 1:
        following = content[place + 1]
        if following != 0 and not 0xD0 <= following <= 0xD7:
            return place
        place += 2
    return len(content)


def _png(content: bytes) -> str:
    place, seen_data = 8, False
    while place + 12 <= len(content):
        length, kind = struct.unpack(">I4s", content[place : place + 8])
        body = content[place + 8 : place + 8 + length]
        end = place + 12 + length
        if end > len(content) or zlib.crc32(kind + body) != struct.unpack(">I", content[end - 4 : end])[0]:
            return "内容损坏"
        if kind == b"IHDR" and (fault := _too_large(*struct.unpack(">II", body[:8].ljust(8, b"\x00")))):
            return fault
        seen_data = seen_data or kind == b"IDAT"
        if kind == b"IEND":
            return _after(content, end) if seen_data else "内容损坏"
        place = end
    return "不完整，缺少文件结尾"


def _tiff(content: bytes) -> str:
    order = "<" if content[:2] == b"II" else ">"
    if len(content) < 8:
        return "不完整"
    (first,) = struct.unpack(f"{order}I", content[4:8])
    if not 8 <= first <= len(content) - 2:
        return "内容损坏"
    (entries,) = struct.unpack(f"{order}H", content[first : first + 2])
    if not 1 <= entries <= 500 or first + 2 + entries * 12 > len(content):
        return "内容损坏"
    return "混有其他类型的内容" if _FOREIGN.search(content[8:_PDF_HEAD]) else ""


def _too_large(width: int, height: int) -> str:
    is_large = width > SIDE_MAX or height > SIDE_MAX or width * height > PIXELS_MAX
    return f"为 {width}×{height} 像素，超过可处理的大小" if is_large else ""


def _after(content: bytes, end: int) -> str:
    """What hangs on behind a picture: cameras add moving pictures and previews; pages, archives and programs are refused."""
    return "结尾之后混有其他类型的内容" if _FOREIGN.search(content, end) else ""


_CHECKS: dict[str, Callable[[bytes], str]] = {
    "application/pdf": _pdf, "image/jpeg": _jpeg, "image/png": _png, "image/tiff": _tiff,
}  # fmt: skip
