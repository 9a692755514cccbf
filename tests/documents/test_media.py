"""A paper is what it says from its first byte to its last: files that are two things at once are no papers."""

import datetime as dt
import io
import struct
import zipfile
import zlib

import pytest

from yigui.common.media import fault_of
from yigui.documents.errors import FileRefused
from yigui.documents.render import render_content
from yigui.documents.store import store_file


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("page.html", "<script>1</script>" * 50)
    return out.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 2, height: int = 2) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\x00\x01\x02" * 2)) + chunk(b"IEND", b"")


def jpeg(width: int = 8, height: int = 8, comment: bytes = b"") -> bytes:
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    said = b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment if comment else b""
    scan = b"\xff\xda" + struct.pack(">H", 8) + b"\x01\x01\x00\x00\x3f\x00" + b"\x12\xff\x00\x34\xff\xd0\x56"
    return (
        b"\xff\xd8\xff\xe0"
        + struct.pack(">H", 16)
        + b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
        + said
        + frame
        + scan
        + b"\xff\xd9"
    )


def tiff() -> bytes:
    return b"II*\x00" + struct.pack("<IH", 8, 1) + b"\x00" * 12 + b"\x00" * 4


PDF = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
)
GOOD = {"application/pdf": PDF, "image/png": png(), "image/jpeg": jpeg(comment=b"a scan"), "image/tiff": tiff()}


@pytest.mark.parametrize("kind", GOOD)
def test_an_honest_paper_is_kept(kind: str) -> None:
    assert store_file(GOOD[kind], "a").media_type == kind


@pytest.mark.parametrize("kind", GOOD)
def test_with_an_archive_behind_it_it_is_none(kind: str) -> None:
    with pytest.raises(FileRefused, match="压缩包"):
        store_file(GOOD[kind] + archive(), "GIFAR")


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "image/jpeg"])
@pytest.mark.parametrize("tail", [b"<html><script>alert(1)</script>", b"<?php system(1);", b"MZ\x90\x00" + b"\x00" * 60, PDF])
def test_with_a_page_or_a_program_behind_it_it_is_none(kind: str, tail: bytes) -> None:
    if (kind, tail) == ("application/pdf", PDF):
        pytest.skip("an amended document has two ends")
    with pytest.raises(FileRefused, match="内容"):
        store_file(GOOD[kind] + tail, "polyglot")


def test_a_page_in_the_head_of_a_pdf_is_found() -> None:
    with pytest.raises(FileRefused, match="其他类型"):
        store_file(PDF.replace(b"\n1 0", b"\n<html><script>alert(1)</script>\n1 0", 1), "page.pdf")


@pytest.mark.parametrize("part", [b"/JavaScript (app.alert(1))", b"/Launch", b"/EmbeddedFile", b"/EmbeddedFiles"])
def test_a_pdf_that_acts_by_itself_is_refused(part: bytes) -> None:
    with pytest.raises(FileRefused, match="脚本"):
        store_file(PDF.replace(b"/Catalog", b"/Catalog/X<<" + part + b">>"), "active.pdf")


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "image/jpeg"])
def test_a_paper_cut_off_is_refused(kind: str) -> None:
    with pytest.raises(FileRefused, match=r"不完整|损坏"):
        store_file(GOOD[kind][:-8], "half")


def test_a_damaged_picture_is_refused() -> None:
    spoiled = bytearray(png())
    spoiled[-20] ^= 0xFF
    assert fault_of(bytes(spoiled), "image/png") == "内容损坏"
    assert fault_of(b"\xff\xd8\x00\x00\x00\x00", "image/jpeg") == "内容损坏"
    assert fault_of(b"II*\x00" + struct.pack("<I", 10_000), "image/tiff") == "内容损坏"


@pytest.mark.parametrize("content", [png(40_000, 1), png(29_000, 29_000), jpeg(65_000, 10)])
def test_a_picture_made_to_burst_the_viewer_is_refused(content: bytes) -> None:
    with pytest.raises(FileRefused, match="像素"):
        store_file(content, "bomb")


def test_what_cameras_hang_on_to_a_picture_is_taken() -> None:
    moving = jpeg() + b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 200
    assert store_file(moving, "motion.jpg").media_type == "image/jpeg"


def test_what_the_house_prints_itself_passes() -> None:
    from tests import city
    from yigui.documents.render import render_pdf

    case = city.accept_class3()
    assert case.document is not None
    assert fault_of(render_pdf(case.document), "application/pdf") == ""


def packed(objects: bytes) -> bytes:
    """A PDF that keeps its pages packed, as printers and office programs write it."""
    body = zlib.compress(objects)
    return (
        b"%PDF-1.5\n7 0 obj<</Type/ObjStm/N 3/First 14/Filter/FlateDecode/Length " + str(len(body)).encode() + b">>\nstream\n" + body
        + b"\nendstream\nendobj\n9 0 obj<</Type/XRef/Root 1 0 R/Size 9>>endobj\nstartxref\n9\n%%EOF"
    )  # fmt: skip


def test_a_pdf_with_packed_pages_and_one_of_our_own_are_papers() -> None:
    assert fault_of(packed(b"1 0 2 30 3 60 <</Type/Catalog/Pages 2 0 R>> <</Type /Page/Parent 2 0 R>>"), "application/pdf") == ""
    content = {
        "title": "回执",
        "agency": "社保局",
        "case_no": "",
        "issued_on": dt.date(2026, 11, 10),
        "path": "",
        "facts": [],
        "sections": [],
        "notes": [],
    }
    assert fault_of(render_content(content), "application/pdf") == ""


@pytest.mark.parametrize("stub", [
    b"%PDF-1.7 s\n%%EOF",
    b"%PDF-1.7\n1 0 obj<</Type/Page>>endobj\n%%EOF",
    PDF.replace(b"/Type/Page/Parent", b"/Type/Pag/Parent"),
    packed(b"1 0 2 30 <</Type/Catalog/Pages 2 0 R>> <</Type/Pages/Kids[]/Count 0>>"),
    packed(b"x").replace(b"x\x9c", b"??"),
])  # fmt: skip
def test_a_pdf_without_a_page_is_no_paper(stub: bytes) -> None:
    with pytest.raises(FileRefused, match="没有可以显示的页面"):
        store_file(stub, "裁判文书.pdf")
