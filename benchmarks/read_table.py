"""A table of 200,000 rows of 20 columns, as a workbook and as text: read by the one reader, beside the bare libraries. Seconds, and memory of ours."""

import argparse
import csv
import io
import resource
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from bench import line

COLUMNS = 20
#: Limits the reader is held to.
SECONDS_MAX = 5.0
GROWTH_MAX_MB = 60
_HEADS = ("社会保障号码", "姓名", "发生日期", "金额", *(f"栏目{k}" for k in range(5, COLUMNS + 1)))
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-'
    'package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.'
    'openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATION = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="{type}" Target="{to}"/></Relationships>'


def rows(count: int) -> Iterator[list[str]]:
    """Rows as a partner would send them: a number, a name, a day, an amount, words and codes."""
    for k in range(count):
        words = [f"内容{k % 97}" if c % 2 else f"{k * c % 1_000_000_007:010d}" for c in range(5, COLUMNS + 1)]
        yield [
            f"51110219{60 + k % 40}0101{k % 10_000:04d}",
            f"张{chr(0x4E00 + k % 5000)}",
            f"2026-11-{k % 30 + 1:02d}",
            f"{k % 100_000}.{k % 100:02d}",
            *words,
        ]


def workbook(count: int) -> bytes:
    """The rows as .xlsx, written straight: a library takes minutes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as parts:
        parts.writestr("[Content_Types].xml", _TYPES)
        parts.writestr("_rels/.rels", _RELATION.format(type=f"{_OFFICE}/officeDocument", to="xl/workbook.xml"))
        parts.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        parts.writestr("xl/_rels/workbook.xml.rels", _RELATION.format(type=f"{_OFFICE}/worksheet", to="worksheets/sheet1.xml"))
        with parts.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            for number, row in enumerate([list(_HEADS), *rows(count)], start=1):
                cells = "".join(
                    f'<c r="{chr(65 + c)}{number}" t="inlineStr"><is><t>{text}</t></is></c>' for c, text in enumerate(row)
                )
                part.write(f'<row r="{number}">{cells}</row>'.encode())
            part.write(b"</sheetData></worksheet>")
    return out.getvalue()


def text(count: int) -> bytes:
    """The rows as CSV in GB 18030."""
    out = io.StringIO()
    csv.writer(out).writerows([_HEADS, *rows(count)])
    return out.getvalue().encode("gb18030")


def bare_workbook(content: bytes) -> int:
    """calamine alone: every cell once."""
    from python_calamine import load_workbook

    return sum(1 for _ in load_workbook(io.BytesIO(content)).get_sheet_by_index(0).iter_rows()) - 1


def bare_text(content: bytes) -> int:
    """The reader of CSV of the language alone."""
    return sum(1 for _ in csv.reader(io.StringIO(content.decode("gb18030"), newline=""))) - 1


def ours(content: bytes, name: str) -> tuple[int, float]:
    """The one reader, row by row; rows, and by how many MB this process grew."""
    from yigui.documents.tabular import WIDE, Column, Kind, read_table

    kinds = {"社会保障号码": Kind.ID, "姓名": Kind.NAME, "发生日期": Kind.DATE, "金额": Kind.AMOUNT}
    columns = [Column(f"c{k}", (head,), kinds.get(head, Kind.TEXT), required=k < 4) for k, head in enumerate(_HEADS)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    table = read_table(content, name, columns, limits=WIDE)
    count = sum(1 for row in table.rows if not row.problems)
    return count, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


_T = TypeVar("_T")


def timed(does: Callable[[], _T]) -> tuple[float, _T]:
    begun = time.perf_counter()
    answer = does()
    return time.perf_counter() - begun, answer


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=200_000)
    count = parser.parse_args().rows
    for label, content, name, bare in (
        ("workbook", workbook(count), "表.xlsx", bare_workbook), ("text", text(count), "表.csv", bare_text),
    ):  # fmt: skip
        own, (read, growth) = timed(partial(ours, content, name))
        alone, seen = timed(partial(bare, content))
        assert read == seen == count, (read, seen)
        line(
            f"{label} of {count:,} rows, {COLUMNS} columns, the one reader", f"{own:.1f} s", f"{SECONDS_MAX:g} s", own < SECONDS_MAX
        )
        line(f"{label}: growth of the process that asks", f"{growth:.0f} MB", f"{GROWTH_MAX_MB} MB", growth < GROWTH_MAX_MB)
        line(f"{label}: the bare library, cells only, nothing judged", f"{alone:.1f} s", "-", True)


if __name__ == "__main__":
    main()
