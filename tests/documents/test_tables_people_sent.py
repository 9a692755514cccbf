"""Tables as people and banks sent them (`tables/`, all names invented), what is generated of every format, and what is no table at all."""

import csv
import io
import random
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.documents.test_tabular import MONEY, PEOPLE, book
from yigui.common.apart import Refused
from yigui.documents.errors import FileRefused
from yigui.documents.tabular import Column, Kind, Limits, read_table
from yigui.documents.tabular.batches import rows_of
from yigui.documents.tabular.rows import told_rows

HERE = Path(__file__).parent / "tables"
#: Name, rows read, words of the rejected ones by row.
SENT: list[tuple[str, int, dict[int, str]]] = [
    ("list-02-id-number.xlsx", 0, {2: "存成了数值"}), ("list-03-id-float.xlsx", 0, {2: "存成了数值"}), ("list-04-title.xlsx", 1, {}),
    ("list-05-stars.xlsx", 1, {}), ("list-06-must.xlsx", 1, {}), ("list-09-serial.xlsx", 1, {}), ("list-10-wage.xlsx", 3, {}),
    ("list-14-marks.xlsx", 2, {}), ("list-21-dates.xlsx", 1, {}), ("csv-04-tsv.csv", 1, {}), ("csv-06-preamble.csv", 1, {}),
    ("csv-09-amounts.csv", 12, dict.fromkeys((6, 7, 8, 10, 11, 12, 15, 16, 17, 18), "不是金额")), ("csv-10-bill.csv", 7, {4: "存成了数值"}),
    ("csv-14-quote.csv", 2, {3: "引号没有配对"}), ("csv-19-cr.csv", 1, {}), ("csv-23.csv", 1, {}), ("lists-12-old.xls", 10, {}),
    ("lists-35.ods", 10, {}), ("lists-24-error-cells.xlsx", 8, {3: "错误值", 4: "错误值"}), ("lists-13d-unicode.txt", 10, {}),
    ("lists-13e-gbk-tab.csv", 10, {}), ("lists-18b-dimension-one-row.xlsx", 10, {}), ("lists-17-notes-first.xlsx", 10, {}),
    ("lists-31-1904.xlsx", 10, {}), ("lists-15-formulas.xlsx", 0, dict.fromkeys(range(2, 12), "公式")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "read", "rejected"), SENT, ids=[name for name, _, _ in SENT])
def test_what_was_sent_has_its_answer(name: str, read: int, rejected: dict[int, str]) -> None:
    table = read_table((HERE / name).read_bytes(), name, MONEY if name.startswith("csv") else PEOPLE)
    rows = list(table.rows)
    assert table.read == read
    said = {row.number: row.problems for row in rows if row.problems}
    assert said.keys() == rejected.keys(), said
    assert all(word in said[number][0] for number, word in rejected.items()), said
    assert all(
        row.cells["id_number"].isascii() and row.cells["born_on"][4] == "-"
        for row in rows
        if "born_on" in row.cells and not row.problems
    )


def test_a_workbook_with_a_password_says_so() -> None:
    with pytest.raises(FileRefused, match="密码"):
        read_table((HERE / "lists-29-encrypted.xlsx").read_bytes(), "名单.xlsx", PEOPLE)


WORDS = (Column("a", ("甲列",)), Column("b", ("乙列",)), Column("n", ("编号",), Kind.NUMBER), Column("m", ("金额",), Kind.AMOUNT))
letters = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x62FF), min_size=1, max_size=6)
table_rows = st.lists(
    st.tuples(letters, st.one_of(letters, st.just("")), st.integers(1, 10**14).map(str), st.decimals(0, 10**9, places=2).map(lambda d: f"{d:.2f}")),
    min_size=1, max_size=12,
)  # fmt: skip


def told(content: bytes, name: str = "表", columns: tuple[Column, ...] = WORDS) -> tuple[list[Any], dict[str, Any]]:
    """The reader without its process: rows and last word."""
    asked = [(c.name, list(c.heads), c.kind.value, c.required, c.shown, c.may_be_blank) for c in columns]
    going, rows = told_rows(content, file_name=name, columns=asked, limits=asdict(Limits())), []
    while True:
        try:
            rows += rows_of(next(going), len(columns))
        except StopIteration as end:
            return rows, end.value


def accounted(last: dict[str, Any]) -> int:
    return sum(last[word] for word in ("read", "rejected", "aside", "blank", "joined"))


@settings(max_examples=150, deadline=None)
@given(table_rows, st.sampled_from(["xlsx", "utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]), st.sampled_from(",\t;|"),
       st.sampled_from(["\n", "\r\n", "\r"]), st.integers(0, 3))  # fmt: skip
def test_cells_in_are_cells_out(rows: list[tuple[str, ...]], how: str, separator: str, end: str, above: int) -> None:
    head = ["甲列", "乙列", "编号", "金额"]
    lines = [[f"某表第 {k} 行说明"] for k in range(above)] + [head, *map(list, rows)]
    if how == "xlsx":
        content = book(*lines)
    else:
        out = io.StringIO()
        csv.writer(out, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(lines)
        content = out.getvalue().encode(how)
    found, last = told(content)
    assert [tuple(row[1]) for row in found] == [(a, b, n, m) for a, b, n, m in rows]
    assert accounted(last) == last["read"] == len(rows)


@settings(max_examples=300, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 200))
def test_damage_anywhere_is_refused_or_accounted_for(rng: random.Random, cut: int) -> None:
    """Bytes changed, taken out, put in: each line behind the head is one of the counts, and nothing else is raised than a refusal."""
    whole = ("甲列,乙列,编号,金额\n" + "".join(f"字{k},词,{k},{k}.00\n" for k in range(1, 12))).encode(
        rng.choice(["utf-8", "gb18030", "utf-16-le"])
    )
    damaged = bytearray(whole)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(damaged))
        damaged[at : at + rng.randint(0, 3)] = rng.choice([b"", b'"', b"\n", b",", b"\x00", b"\xff", b"\r", '"甲\n'.encode()])
    damaged = damaged[: max(1, len(damaged) - cut * rng.randint(0, 1))]
    try:
        found, last = told(bytes(damaged))
    except Refused:
        return
    assert len(found) == last["read"] + last["rejected"] + last["aside"]
    text = io.TextIOWrapper(io.BytesIO(bytes(damaged)), encoding=last["encoding"], errors="ignore", newline=None).read()
    behind = text.split("\n")[last["head_row"] :]
    assert accounted(last) == len(behind) - (behind[-1:] == [""])


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass")),
                 st.binary(max_size=200).map(lambda b: b"PK\x03\x04" + b), st.binary(max_size=600).map(lambda b: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b),
                 st.lists(st.sampled_from(["姓名", "社会保障号码", "申报工资", ",", "\n", '"', "\t", "=1", "1e9", "　", "\u200b", "合计", "示例"]), max_size=60)
                 .map(lambda parts: "".join(parts).encode())))  # fmt: skip
def test_anything_at_all_is_read_or_refused(content: bytes) -> None:
    try:
        found, last = told(content, columns=PEOPLE)
    except Refused:
        pass
    else:
        assert len(found) == last["read"] + last["rejected"] + last["aside"]


def test_a_workbook_cut_or_damaged_anywhere_is_refused_or_whole() -> None:
    whole = book(["甲列", "编号"], *[[f"字{k}", k] for k in range(50)])
    rng = random.Random(6)
    for _ in range(120):
        damaged = bytearray(whole[: rng.randint(1, len(whole))] if rng.random() < 0.5 else whole)
        damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
        try:
            found, last = told(bytes(damaged), columns=WORDS[:1])
        except Refused:
            continue
        assert (last["read"], len(found)) == (50, 50)
