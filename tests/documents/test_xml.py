"""The one reader of XML from outside: any encoding, whole or refused, bounded, and nothing that an entity or a DTD could do."""

import random

import pytest

from yigui.documents.errors import FileRefused
from yigui.documents.tabular import read_xml
from yigui.documents.tabular.xml import CONTENT_MAX, DEPTH_MAX, ELEMENTS_MAX, is_xml, look_through

BODY = '<Document><Ntry><Nm>乐山市市中区㐀某厂</Nm><Amt Ccy="CNY">526.40</Amt></Ntry></Document>'


def declared(encoding: str, body: str = BODY) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>{body}'


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("UTF-8", "utf-8"), ("UTF-8", "utf-8-sig"), ("UTF-16", "utf-16"), ("UTF-16LE", "utf-16-le"), ("UTF-16BE", "utf-16-be"),
        ("GB18030", "gb18030"), ("GBK", "gb18030"), ("gb2312", "gb18030"),
        # Declared as what it is not: the mark, or else the bytes, decide.
        ("GBK", "utf-8-sig"), ("UTF-8", "utf-16"), ("UTF-8", "gb18030"),
    ],
)  # fmt: skip
def test_every_encoding_gives_the_same(name: str, codec: str) -> None:
    content = declared(name).encode(codec)
    assert is_xml(content)
    root = read_xml(content, "对账单.xml")
    assert (root.tag, root.findtext("Ntry/Nm"), root.findtext("Ntry/Amt")) == ("Document", "乐山市市中区㐀某厂", "526.40")


@pytest.mark.parametrize("before", ["", "\ufeff", "\r\n \t", "\ufeff\n"])
def test_what_stands_before_the_declaration_is_no_difference(before: str) -> None:
    content = (before + declared("UTF-8")).encode()
    assert is_xml(content)
    assert read_xml(content, "a.xml").findtext("Ntry/Amt") == "526.40"


def test_without_a_declaration_it_is_utf_8() -> None:
    assert read_xml(BODY.encode(), "a.xml").findtext("Ntry/Nm") == "乐山市市中区㐀某厂"


@pytest.mark.parametrize("content", [b"", b"   ", b"AAE086,AAE079\r\n1,2\r\n", b"\x00\x01\x02", b"PK\x03\x04"])
def test_what_does_not_begin_as_xml_is_none(content: bytes) -> None:
    assert not is_xml(content)


def test_cut_anywhere_it_is_refused_with_the_place() -> None:
    content = declared("UTF-8").encode()
    for end in random.Random(13).sample(range(45, len(content)), 12):
        with pytest.raises(FileRefused, match=r"文件“对账单\.xml”(的编码无法识别，)?不是完整的 XML"):
            read_xml(content[:end], "对账单.xml")


def test_the_place_is_said_by_line_and_character() -> None:
    with pytest.raises(FileRefused, match="（读到第 2 行第 7 个字符为止）"):
        read_xml(b"<a>\n<b/></c>", "a.xml")


@pytest.mark.parametrize(
    "head",
    [
        "<!DOCTYPE a>",
        '<!DOCTYPE a [<!ENTITY x "y">]>',
        '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://localhost/x.dtd"> %x;]>',
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_a_dtd_or_an_entity_is_refused_in_any_encoding(head: str, codec: str) -> None:
    with pytest.raises(FileRefused, match="含有不允许的 XML 结构（DTD 或实体），已拒收"):
        read_xml(f"{head}<a>&x;</a>".encode(codec), "a.xml")


def test_an_entity_that_nobody_declared_is_no_whole_file() -> None:
    with pytest.raises(FileRefused, match="不是完整的 XML"):
        read_xml(b"<a>&x;</a>", "a.xml")


def nested(deep: int) -> bytes:
    return b"<a>" * deep + b"</a>" * deep


def test_as_deep_as_files_of_money_and_no_deeper() -> None:
    assert read_xml(nested(DEPTH_MAX), "a.xml").tag == "a"
    with pytest.raises(FileRefused, match="内容过多或结构异常"):
        read_xml(nested(DEPTH_MAX + 1), "a.xml")


def test_more_elements_than_a_file_of_money_has_are_refused() -> None:
    with pytest.raises(FileRefused, match="内容过多或结构异常"):
        read_xml(b"<a>" + b"<b/>" * ELEMENTS_MAX + b"</a>", "a.xml")


def test_elements_are_counted() -> None:
    assert look_through(declared("UTF-8").encode(), file_name="a.xml") == 4


def test_more_bytes_than_a_file_may_have_are_refused_unread() -> None:
    with pytest.raises(FileRefused, match=f"超过 {CONTENT_MAX // 1_000_000} MB，请分成几个文件"):
        read_xml(b"<" + b" " * CONTENT_MAX, "a.xml")


def test_bytes_of_no_encoding_are_refused_in_words() -> None:
    with pytest.raises(FileRefused, match="不是完整的 XML"):
        read_xml(b"<a>\xff\xfe\xff\x80\x81</a>", "a.xml")
