"""Files that are made to burst: read in a process of their own, with bounds on bytes, lines, seconds and memory; refused with a sentence."""

import io
import os
import time
import zipfile
from collections.abc import Callable

import openpyxl
import psutil
import pytest

from yigui.common import apart
from yigui.common.apart import Bounds, Burst, run_apart
from yigui.documents.errors import FileRefused
from yigui.documents.sheets import read_sheet
from yigui.documents.tabular import Column
from yigui.documents.tabular.xml import look_through_apart

COLUMNS = [Column("name", ("AAC003", "姓名"), required=True), Column("number", ("AAC002", "社会保障号码"), required=True)]
#: The file of the attack kept a thread busy for 86 seconds and took 270 MB.
PATIENCE_SECONDS = 12
GROWTH_MAX = 60 * 1024 * 1024


def book_with(sheet_xml: Callable[[zipfile.ZipFile], None]) -> bytes:
    """A workbook whose first sheet is written by hand."""
    plain = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["姓名", "社会保障号码"])
    book.save(plain)
    out = io.BytesIO()
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for part in source.namelist():
            if part != "xl/worksheets/sheet1.xml":
                target.writestr(part, source.read(part))
        sheet_xml(target)
    return out.getvalue()


_BEGIN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_HEAD = b'<row r="1"><c t="inlineStr"><is><t>\xe5\xa7\x93\xe5\x90\x8d</t></is></c></row>'
_END = b"</sheetData></worksheet>"


def written(*pieces: tuple[bytes, int]) -> bytes:
    def write(target: zipfile.ZipFile) -> None:
        with target.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(_BEGIN + _HEAD)
            for piece, times in pieces:
                block = piece * 1000
                for _ in range(times // 1000):
                    part.write(block)
            part.write(_END)

    return book_with(write)


#: Made when they are read: each is compressed for a while.
BOMBS: dict[str, Callable[[], bytes]] = {
    "empty rows, 150 MB of them": lambda: written((b"<row></row>", 13_000_000)),
    "empty rows that fit the size": lambda: written((b"<row></row>", 4_000_000)),
    "empty cells": lambda: written((b"<row>" + b"<c/>" * 500 + b"</row>", 20_000)),
    "one endless cell": lambda: written((b"<row><c t='inlineStr'><is><t>" + b"x" * 1000 + b"</t></is></c>", 40_000)),
    "rows one in another": lambda: written((b"<row>", 2_000_000)),
    "shared words": lambda: book_with(
        lambda target: target.writestr("xl/sharedStrings.xml", b"<sst>" + b"<si><t>x</t></si>" * 6_000_000 + b"</sst>")
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_soon_and_costs_us_nothing(name: str) -> None:
    content = BOMBS[name]()
    before, begun = psutil.Process().memory_info().rss, time.monotonic()
    with pytest.raises(FileRefused, match="文件"):
        read_sheet(content, "名单.xlsx", COLUMNS, rows_max=500)
    assert time.monotonic() - begun < PATIENCE_SECONDS * 3
    assert psutil.Process().memory_info().rss - before < GROWTH_MAX


def test_a_honest_list_of_five_thousand_is_read() -> None:
    out = io.BytesIO()
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet()
    page.append(["姓名", "社会保障号码"])
    for k in range(5000):
        page.append([f"王{k}", f"{511102198501010000 + k}"])
    book.save(out)
    rows = read_sheet(out.getvalue(), "名单.xlsx", COLUMNS, rows_max=5000)
    assert len(rows) == 5000
    assert rows[-1] == {"name": "王4999", "number": "511102198501014999", "row_no": 5001}


def test_a_sheet_that_lies_about_its_size_loses_nobody() -> None:
    """Many exporters keep the size of the template the sheet was made from."""

    def write(target: zipfile.ZipFile) -> None:
        rows = "".join(
            f'<row r="{k}"><c r="A{k}" t="inlineStr"><is><t>人{k}</t></is></c><c r="B{k}" t="inlineStr"><is><t>{k}</t></is></c></row>'
            for k in range(2, 12)
        )
        head = '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c><c r="B1" t="inlineStr"><is><t>社会保障号码</t></is></c></row>'
        begin = _BEGIN.decode().replace("<sheetData>", '<dimension ref="A1:B3"/><sheetData>')
        target.writestr("xl/worksheets/sheet1.xml", begin + head + rows + _END.decode())

    assert len(read_sheet(book_with(write), "名单.xlsx", COLUMNS, rows_max=500)) == 10


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04 broken", "不是可读取的"), (b"\x00\x01\x02", "不是 Excel 工作簿"), ("姓名\n甲".encode(), "缺少列"), (b"", "空文件"),
        ("姓名,社会保障号码\n".encode() + b"x" * 200_000, "不是完整的 CSV"), (b"a" * 80_000_001, "超过 80 MB"),
    ],
    ids=["no archive", "binary", "column", "empty", "endless field", "large"],
)  # fmt: skip
def test_what_cannot_be_read_is_said(content: bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        read_sheet(content, "名单.csv", COLUMNS, rows_max=500)


def test_an_archive_of_a_version_nobody_knows_is_no_workbook() -> None:
    content = bytearray(written())
    place = content.rfind(b"PK\x01\x02")
    content[place + 6] = 91
    with pytest.raises(FileRefused, match="不是可读取的"):
        read_sheet(bytes(content), "名单.xlsx", COLUMNS, rows_max=500)


def test_an_archive_without_a_sheet_is_no_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("[Content_Types].xml", "<Types/>")
    with pytest.raises(FileRefused, match="不是可读取的"):
        read_sheet(out.getvalue(), "名单.xlsx", COLUMNS, rows_max=500)


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>', b"<a>" * 100 + b"</a>" * 100,
        b"<x>" + b"<y/>" * 2_600_000 + b"</x>",
    ],
    ids=["entities", "deep", "many"],
)  # fmt: skip
def test_a_file_of_money_that_bursts_is_refused(content: bytes) -> None:
    with pytest.raises(FileRefused, match=r"结构|内容过多"):
        look_through_apart(content, "对账单.xml")


@pytest.mark.parametrize(("function", "what"), [("spin", "seconds"), ("eat", "memory"), ("talk", "answer"), ("stumble", "broken")])
def test_every_bound_holds(function: str, what: str) -> None:
    begun = time.monotonic()
    with pytest.raises(Burst) as burst:
        run_apart(f"tests.documents.functions_apart:{function}", b"", {}, Bounds(seconds=3, answer_bytes=1_000_000))
    assert burst.value.what == what
    assert time.monotonic() - begun < 15


def of_reader() -> list[psutil.Process]:
    return [c for c in psutil.Process().children(recursive=True) if "yigui.common.apart" in " ".join(c.cmdline())]


@pytest.mark.parametrize("function", ["spin", "sleep", "eat", "stumble"])
def test_no_child_is_left_behind_and_the_next_call_is_served(function: str) -> None:
    with pytest.raises(Burst):
        run_apart(f"tests.documents.functions_apart:{function}", b"", {}, Bounds(seconds=1))
    assert len(of_reader()) <= 1, "at most the one that stands ready"
    assert run_apart("tests.documents.functions_apart:environment", b"", {}) == []
    assert len(of_reader()) == 1


def test_what_one_file_leaves_in_its_process_no_other_finds() -> None:
    assert run_apart("tests.documents.functions_apart:remember", "甲".encode(), {}) == ["甲"]
    assert run_apart("tests.documents.functions_apart:remember", "乙".encode(), {}) == ["乙"]


def test_one_that_was_killed_is_made_again() -> None:
    run_apart("tests.documents.functions_apart:environment", b"", {})
    (ready,) = of_reader()
    ready.kill()
    ready.wait()
    assert run_apart("tests.documents.functions_apart:environment", b"", {}) == []


def test_a_file_is_not_to_blame_where_the_one_that_stands_ready_is_gone() -> None:
    run_apart("tests.documents.functions_apart:environment", b"", {})
    (ready,) = of_reader()
    assert run_apart("tests.documents.functions_apart:leave_alone", b"", {"pid": ready.pid}) == ["read"]
    assert not ready.is_running()


def test_a_process_that_was_forked_from_ours_has_one_of_its_own() -> None:
    run_apart("tests.documents.functions_apart:environment", b"", {})
    ours = apart._ready[0].process.pid
    child = os.fork()
    if child == 0:
        run_apart("tests.documents.functions_apart:environment", b"", {})
        theirs = apart._ready[0].process.pid
        apart._ready[0].end()
        os._exit(0 if theirs != ours else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert (apart._ready[0].process.pid, apart._ready[0].is_fit()) == (ours, True)


def test_when_files_wait_the_next_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_WAIT_SECONDS", 0.1)
    with apart._AT_ONCE, pytest.raises(FileRefused, match="稍后再上传"):
        read_sheet(b"a,b", "a.csv", COLUMNS, rows_max=5)


def test_the_process_has_no_settings_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIGUI_SECRET_KEY", "secret")
    assert run_apart("tests.documents.functions_apart:environment", b"", {}) == []
