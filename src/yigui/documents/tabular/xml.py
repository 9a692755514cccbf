"""XML from outside in any encoding: looked through in a process of its own, then given as its root element."""

import re
from xml.etree.ElementTree import Element, ParseError
from xml.parsers import expat

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from yigui.common.apart import Bounds, Burst, Refused, run_apart
from yigui.common.texts import decoded, encoding_of
from yigui.documents.errors import FileRefused
from yigui.documents.tabular.other_kinds import refuse_other_kinds

CONTENT_MAX = 80_000_000
BOUNDS = Bounds(seconds=20, memory_bytes=1024 * 1024 * 1024)
#: Elements of a file of money: 60,000 payments have some 25 each; and how deep they lie in each other.
ELEMENTS_MAX = 2_500_000
DEPTH_MAX = 60
_DECLARED = re.compile(r"""\s*<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["'][^>]*\?>""")
#: Every byte is a letter of these: that a file can be read so proves nothing.
_WESTERN = frozenset({"iso-8859-1", "iso8859-1", "latin1", "latin-1", "windows-1252", "cp1252", "us-ascii", "ascii", "iso-8859-15"})
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*\?>")


def is_xml(content: bytes) -> bool:
    """Whether a file begins as XML does, in any encoding, with a mark or without."""
    text = decoded(content[:400])
    return text is not None and text.lstrip("\ufeff \t\r\n").startswith("<")


def read_xml(content: bytes, file_name: str) -> Element:
    """The root of an XML file; the encoding is the one of its mark, the declared one, or the one that the bytes show.

    Raises:
        FileRefused: not XML, cut off, an unknown encoding, a DTD or entities, or more than a file of money has.
    """
    refuse_other_kinds(content, file_name)
    look_through_apart(content, file_name)
    try:
        return fromstring(utf8_of(content, file_name), forbid_dtd=True)
    except (DefusedXmlException, ParseError, ValueError) as error:
        raise FileRefused(f"文件“{file_name}”不是完整的 XML{_place_of(error)}，可能传输中断，请重新下载或请对方重发。") from error


def _place_of(error: Exception) -> str:
    """Where reading ended, in words; the parser's own are English."""
    if not isinstance(error, ParseError):
        return ""
    line, column = error.position
    return f"（读到第 {line} 行第 {column + 1} 个字符为止）"


def look_through_apart(content: bytes, file_name: str) -> None:
    """`look_through` in a process of its own.

    Raises:
        FileRefused: what it refuses, or more than a file may take.
    """
    if len(content) > CONTENT_MAX:
        raise FileRefused(f"文件“{file_name}”超过 {CONTENT_MAX // 1_000_000} MB，请分成几个文件。")
    try:
        run_apart("yigui.documents.tabular.xml:look_through", content, {"file_name": file_name}, BOUNDS)
    except Refused as refused:
        raise FileRefused(str(refused)) from refused
    except Burst as burst:
        raise FileRefused(_SENTENCES[burst.what].format(name=file_name)) from burst


_SENTENCES = {
    "seconds": "文件“{name}”过于复杂，读取超时，请分成几个文件。",
    "memory": "文件“{name}”内容过多或结构异常，请分成几个文件。",
    "answer": "文件“{name}”内容过多，请分成几个文件。",
    "busy": "其他文件正在核对，请稍后再上传。",
    "broken": "文件“{name}”内部结构异常，无法读取，请重新下载或请对方重发。",
}


def utf8_of(content: bytes, file_name: str) -> bytes:
    """The same XML in UTF-8, without its declaration.

    Raises:
        Refused: no encoding fits.
    """
    text = _text_of(content)
    if text is None:
        raise Refused(f"文件“{file_name}”的编码无法识别，不是完整的 XML，请以 UTF-8 或 GB 18030 编码重新导出。")
    plain = text.lstrip("\ufeff \t\r\n")
    found = _DECLARATION.match(plain)
    return (plain[found.end() :] if found else plain).encode("utf-8", "surrogatepass")


def _text_of(content: bytes) -> str | None:
    """The text: by its mark; else as it declares, where that is so; else as the bytes show.

    Chinese that reads as UTF-8 is that, whatever it is declared to be; and what is declared to be Western and reads as Chinese is Chinese.
    """
    shown = encoding_of(content)
    if shown in ("utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be") or (shown == "utf-8" and not content.isascii()):
        return _whole(content, shown)
    declared = _DECLARED.match(content[:300].decode("latin-1"))
    name = declared[1].lower() if declared else "utf-8"
    # Whoever writes GB 2312 or GBK means what GB 18030 holds all of.
    name = "gb18030" if name in ("gbk", "gb2312", "gb18030", "gb_2312-80", "cp936") else name
    text = None if name in _WESTERN and shown != "utf-8" else _whole(content, name)
    return text if text is not None or shown is None else _whole(content, shown)


def _whole(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def look_through(content: bytes, *, file_name: str) -> int:
    """Counts the elements of an XML file without keeping them; gives how many.

    Raises:
        Refused: a DTD, more elements or deeper ones than a file of money has. What is not well formed is left to the reader.
    """
    parser = expat.ParserCreate("utf-8")
    count = depth = 0

    def begins(_: str, __: object) -> None:
        nonlocal count, depth
        count, depth = count + 1, depth + 1
        if count > ELEMENTS_MAX or depth > DEPTH_MAX:
            raise Refused(f"文件“{file_name}”内容过多或结构异常，请分成几个文件。")

    def ends(_: str) -> None:
        nonlocal depth
        depth -= 1

    def has_dtd(*_: object) -> None:
        raise Refused(f"文件“{file_name}”含有不允许的 XML 结构（DTD 或实体），已拒收。")

    parser.StartElementHandler, parser.EndElementHandler, parser.StartDoctypeDeclHandler = begins, ends, has_dtd
    try:
        parser.Parse(utf8_of(content, file_name), True)
    except expat.ExpatError:
        return count
    return count
