"""The one reader of tables: every format, encoding, head and cell that people send; every line accounted for."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from yigui.documents.errors import FileRefused
from yigui.documents.tabular import Column, Kind, Limits, Row, Table, read_row, read_table
from yigui.documents.tabular.heads import usual_words

PEOPLE = (
    Column("id_number", ("AAC002", "社会保障号码"), Kind.ID, required=True),
    Column("name", ("AAC003", "姓名"), Kind.NAME, required=True),
    Column("born_on", ("出生日期",), Kind.DATE),
    Column("phone", ("移动电话",), Kind.NUMBER),
    Column("wage", ("申报工资",), Kind.AVERAGE, required=True),
)
MONEY = (
    Column("reference", ("AAE086", "交易流水号"), Kind.NUMBER, required=True),
    Column("day", ("AAE079", "交易日期"), Kind.DATE, required=True),
    Column("amount", ("AAE019", "交易金额"), Kind.AMOUNT, required=True),
    Column("bill", ("AAZ288", "缴费单号"), Kind.NUMBER),
    Column("payer", ("付款户名",)),
    Column("text", ("附言",)),
)
HEAD = ["社会保障号码", "姓名", "出生日期", "移动电话", "申报工资"]
GOOD = ["511102199812198471", "顾正云", "1998-12-19", "13812345678", "5200"]
TOLD = {"id_number": "511102199812198471", "name": "顾正云", "born_on": "1998-12-19", "phone": "13812345678", "wage": "5200.00"}


def book(*rows: list[Any], shape: Callable[[Any], None] | None = None) -> bytes:
    """A workbook of one sheet."""
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    if shape is not None:
        shape(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def text(*rows: list[str], separator: str = ",", end: str = "\r\n", encoding: str = "utf-8") -> bytes:
    return "".join(separator.join(row) + end for row in rows).encode(encoding)


def as_text(made: Any) -> None:
    """What looks like a formula is text."""
    for cell in made.active[2]:
        cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type


def people(content: bytes, name: str = "名单.xlsx") -> list[Row]:
    return list(read_table(content, name, PEOPLE).rows)


def money(content: bytes) -> tuple[Table, list[Row]]:
    table = read_table(content, "流水.csv", MONEY)
    rows = list(table.rows)
    assert (table.read, table.rejected, table.aside) == (
        sum(not r.problems for r in rows), sum(bool(r.problems) and not r.is_aside for r in rows), sum(r.is_aside for r in rows),
    )  # fmt: skip
    return table, rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_text_is_read_whatever_wrote_it(encoding: str, separator: str, end: str) -> None:
    (row,) = people(text(HEAD, GOOD, separator=separator, end=end, encoding=encoding), "名单.csv")
    assert (row.number, row.cells, row.problems) == (2, TOLD, [])


@pytest.mark.parametrize(
    ("above", "head"),
    [
        ([["职工参保登记批量导入模板"], []], HEAD),
        ([["填表说明：一行一人"], ["单位：某某公司", "", "2026 年 11 月"], []], HEAD),
        ([], [f"*{word}" for word in HEAD]),
        ([], [f"{word}\n（必填）" for word in HEAD]),
        ([], ["身份证号码", "姓 名", "出生年月日", "手机号", "月平均工资（元）"]),
        ([], ["１．社会保障号码", "2、姓名：", "出生日期 ", "移动电话(选填)", "申报工资[元]"]),
        ([["人员信息", "", "", "", "待遇"]], HEAD),
    ],
)
def test_the_head_is_found_under_titles_and_by_usual_words(above: list[list[Any]], head: list[str]) -> None:
    (row,) = people(book(*above, head, GOOD))
    assert (row.number, row.cells, row.problems) == (len(above) + 2, TOLD, [])


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({0: "\u200b511102199812198471"}, TOLD), ({0: "'511102199812198471"}, TOLD), ({0: '="511102199812198471"'}, TOLD),
        ({0: "５１１１０２１９９８１２１９８４７１"}, TOLD), ({0: "\t511102 19981219 8471"}, TOLD), ({1: "顾　正 云"}, TOLD),
        ({2: 36148}, TOLD), ({2: "1998.12.19"}, TOLD), ({2: "1998年12月19日"}, TOLD), ({2: "1998/12/19 00:00:00"}, TOLD),
        ({3: 13812345678}, TOLD), ({3: 13812345678.0}, TOLD), ({3: "138 1234 5678"}, TOLD), ({4: 5200.0000000001}, TOLD),
        ({4: "5，200.00元"}, TOLD), ({0: "511102981219847"}, TOLD | {"id_number": "511102199812198471"}),
        ({4: 5166.583333333333}, TOLD | {"wage": "5166.58"}), ({1: "买买提•阿不都"}, TOLD | {"name": "买买提·阿不都"}),
    ],
)  # fmt: skip
def test_a_cell_means_what_it_says(change: dict[int, Any], wanted: dict[str, str]) -> None:
    (row,) = people(book(HEAD, [change.get(k, cell) for k, cell in enumerate(GOOD)], shape=as_text))
    assert (row.cells, row.problems) == (wanted, [])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({0: 511102199812198471}, "存成了数值"), ({0: "5.11102E+17"}, "存成了数值"), ({0: "511102199812198528.00"}, "存成了数值"),
        ({2: "2026-W45-1"}, "不是日期"), ({2: "10/11/1998"}, "不是日期"),
        ({2: 1998}, "不是日期"), ({4: "12,34"}, "不是金额"), ({4: "五千"}, "不是金额"), ({4: "=1/0+"}, "不是金额"),
        ({4: None}, "申报工资为空"), ({1: "　"}, "姓名为空"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_once_and_nothing_that_follows(change: dict[int, Any], words: str) -> None:
    (row,) = people(book(HEAD, [change.get(k, cell) for k, cell in enumerate(GOOD)], shape=as_text))
    (problem,) = row.problems
    assert words in problem


def test_a_formula_without_its_result_and_an_error_are_said() -> None:
    def shape(made: Any) -> None:
        made.active["E2"] = "=72000/12"
        made.active["C3"].data_type = "e"

    rows = people(book(HEAD, GOOD, [GOOD[0], GOOD[1], "#N/A", *GOOD[3:]], shape=shape))
    assert ["公式" in rows[0].problems[0], "错误值" in rows[1].problems[0]] == [True, True]


def test_a_sheet_under_another_is_found_and_two_that_fit_are_asked_about() -> None:
    def second(made: Any) -> None:
        made.create_sheet("说明", 0).append(["一行一人，社会保障号码必填"])

    assert people(book(HEAD, GOOD, shape=second))[0].cells == TOLD

    def twice(made: Any) -> None:
        page = made.create_sheet("二月")
        page.append(HEAD)
        page.append(GOOD)

    with pytest.raises(FileRefused, match=r"2 张工作表.*二月"):
        people(book(HEAD, GOOD, shape=twice))

    def hidden(made: Any) -> None:
        twice(made)
        made["二月"].sheet_state = "hidden"

    table = read_table(book(HEAD, GOOD, shape=hidden), "名单.xlsx", PEOPLE)
    assert (len(table), table.notes) == (1, ["隐藏的工作表“二月”没有读取"])


def test_what_is_merged_down_a_column_stands_in_each_row() -> None:
    rows = people(
        book(HEAD, GOOD, ["511102200409100433", "丁学红", "", "", "5200"], shape=lambda made: made.active.merge_cells("D2:D3"))
    )
    assert [row.cells["phone"] for row in rows] == ["13812345678"] * 2


def test_sums_signatures_examples_and_repeated_heads_are_set_aside_with_a_sentence() -> None:
    example = ["示例", "示例", "1990-01-01", "13800000000", "5000"]
    table = read_table(
        book(HEAD, example, GOOD, [], HEAD, ["合计", "", "", "", "5200"], ["制表人：某某"]), "名单.xlsx", PEOPLE
    )  # fmt: skip
    aside = [(row.number, row.problems[0][:4]) for row in table.rows if row.is_aside]
    assert aside == [(2, "示例行，"), (5, "重复的表"), (6, "“合计 "), (7, "“制表人")]
    assert (table.read, table.rejected, table.blank) == (1, 0, 1)


def test_two_columns_of_one_head_must_agree() -> None:
    rows = people(book([*HEAD, "姓名"], [*GOOD, "顾正云"], [*GOOD, "别人"], [*GOOD, ""]))
    assert ["两列" in "".join(row.problems) for row in rows] == [False, True, False]


A, B, C = "C1,2026-11-09,1.00,8001,甲,附言", "C2,2026-11-09,2.00,8002,乙,附言", "C3,2026-11-09,3.00,8003,丙,附言"
LINES = "交易流水号,交易日期,交易金额,缴费单号,付款户名,附言"


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ('C2,2026-11-09,2.00,8002,"乙,附言', "引号没有配对"), ('C2,2026-11-09,2.00,8002,"乙,"附言"', "引号没有配对"),
        ('C2,2026-11-09,2.00,8002,"乙\n公司",附言', "换行"), ("C2,2026-11-09,1,234.56,8002,乙,附言", "多于表头"),
        ("C2,2026-11-09,2.00,8002,乙\n公司,附言", "断成了两行"), ("C2,2026-11-09,2.00,8002,乙,附言,,", "与其他行的 6 栏不同"),
    ],
)  # fmt: skip
def test_a_damaged_line_takes_no_other_with_it(bad: str, words: str) -> None:
    table, rows = money("\n".join([LINES, A, bad, C, ""]).encode())
    assert words in rows[1].problems[0]
    assert [row.cells["reference"] for row in rows if not row.problems] == ["C1", "C3"]
    assert table.read == 2


def test_quotation_marks_in_a_name_are_its_own() -> None:
    _, rows = money("\n".join([LINES, 'C1,2026-11-09,"1,234.56",8001,"市中"凌云","附言 ""甲"""', ""]).encode())
    assert rows[0].cells["payer"] == '市中"凌云'
    assert (rows[0].cells["amount"], rows[0].cells["text"]) == ("1234.56", '附言 "甲"')


def test_a_file_cut_anywhere_is_refused_or_says_so() -> None:
    """Whatever is cut off, no row is taken for whole that is not, but the last of a text that says it has no end."""
    whole = "\n".join([LINES, A, B, C, ""]).encode("gb18030")
    _, told = money(whole)
    full = [row.cells for row in told]
    for end in range(whole.index(b"C2"), len(whole), 3):
        try:
            table, rows = money(whole[:end])
        except FileRefused:
            continue
        good = [row.cells for row in rows if not row.problems]
        if not whole[:end].endswith(b"\n") and good and good != full[: len(good)]:
            assert any("换行符" in note for note in table.notes)
            good.pop()
        assert good == full[: len(good)]


def test_a_message_is_read_by_the_same_rules() -> None:
    row = read_row(3, {"交易流水号": "C1", "AAE079": "2026/11/9", "AAE019": "1，234.5", "缴费单号": 8001}, MONEY)
    assert (row.cells["day"], row.cells["amount"], row.cells["bill"], row.problems) == ("2026-11-09", "1234.50", "8001", [])
    assert read_row(1, {"AAE086": "C1", "AAE079": "9.11.2026"}, MONEY).problems == [
        "AAE079“9.11.2026”不是日期，应为 2026-01-31 的形式".replace("AAE079", "交易日期"), "交易金额为空，请补齐",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04 broken", "不是可读取的"), (b"\x00\x01\x02", "不是 Excel 工作簿"), ("姓名\n甲".encode(), "缺少列：社会保障号码"),
        (b"", "空文件"), (text(HEAD), "没有数据行"), (b"<html><table></table></html>", "网页"), (b"a" * 80_000_001, "超过 80 MB"),
        (text(HEAD, *[GOOD] * 3), "超过 2 行"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "不是可读取的"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_what_to_do(content: bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        read_table(content, "名单.csv", PEOPLE, limits=Limits(rows=2))


def test_a_table_can_be_gone_through_again() -> None:
    table = read_table(book(HEAD, *[GOOD] * 500), "名单.xlsx", PEOPLE)
    assert len(list(table.rows)) == len(list(table.rows)) == len(table) == 500
    assert (table.heads["name"], table.head_row, table.unknown) == ("姓名", 1, [])


def test_nothing_here_knows_django() -> None:
    """The process that reads a file has no settings and no database."""
    for path in Path(read_table.__code__.co_filename).parent.glob("*.py"):
        assert "django" not in path.read_text(), path


@pytest.mark.parametrize("word", usual_words()["付款户名"])
def test_the_payer_of_a_statement_is_known_by_the_words_of_banks(word: str) -> None:
    _, (row,) = money(text(["交易流水号", "交易日期", "交易金额", word], ["T1", "2026-11-09", "526.40", "乐山某厂"]))
    assert (row.cells["payer"], row.problems) == ("乐山某厂", [])


def test_the_word_of_ours_goes_before_the_usual_one() -> None:
    _, (row,) = money(
        text(["交易流水号", "交易日期", "交易金额", "对方户名", "付款户名"], ["T1", "2026-11-09", "526.40", "乙", "甲"])
    )
    assert row.cells["payer"] == "甲"


def test_words_of_heads_lead_to_one_column_each() -> None:
    told = [other for word, others in usual_words().items() if word != "证件号码" for other in others if other != word]
    assert len(told) == len(set(told))
    assert "" not in told


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), float("-inf"), 10**30, -(10**400), True, [1], {"a": 1}], ids=lambda v: str(v)[:9]
)
def test_a_value_of_a_message_that_is_no_amount_is_said_to_be_none(value: object) -> None:
    """JSON as its readers take it holds NaN and Infinity, and numbers of any length."""
    row = read_row(1, {"AAE086": "C1", "AAE079": "2026-11-09", "AAE019": value}, MONEY)
    assert len(row.problems) == 1
    assert "交易金额" in row.problems[0]


@pytest.mark.parametrize("head", ["申报工资（年）", "申报工资（元/年）", "申报工资(元 / 年)", "月平均工资【每年】"])
def test_a_wage_of_a_year_is_not_read_as_one_of_a_month(head: str) -> None:
    content = f"姓名,{head}\r\n丁学红,96000.00\r\n".encode()
    columns = [Column("name", ("姓名",), Kind.NAME), Column("wage", ("申报工资", "月平均工资"), Kind.AVERAGE, required=True)]
    with pytest.raises(FileRefused, match="请换算成每月的金额"):
        read_table(content, "名单.csv", columns)


@pytest.mark.parametrize("head", ["申报工资（上年度）", "申报工资（元）", "申报工资（元/月）"])
def test_a_wage_of_a_month_is_read(head: str) -> None:
    content = f"姓名,{head}\r\n丁学红,9600.00\r\n".encode()
    columns = [Column("name", ("姓名",), Kind.NAME), Column("wage", ("申报工资",), Kind.AVERAGE, required=True)]
    assert [row.cells["wage"] for row in read_table(content, "名单.csv", columns).rows] == ["9600.00"]


@pytest.mark.parametrize("is_last", [True, False])
@pytest.mark.parametrize("second", ["510107199001011234", "1"])
def test_row_99_of_a_list_of_people_comes_back_and_is_no_trailer(is_last: bool, second: str) -> None:
    """Whoever forgot the name of the ninety-ninth is told so: a person never falls out of a list as if they were a sum."""
    heads = [
        Column("no", ("序号",)),
        Column("name", ("姓名",), Kind.NAME, required=True),
        Column("id", ("证件号码",), Kind.ID, required=True),
    ]
    rows = ["98,张三,510107199001011234", f"99,,{second}", "100,李四,510107199001011234"]
    table = read_table(
        ("\r\n".join(["序号,姓名,证件号码,工资", *(f"{row},5000" for row in (rows[:2] if is_last else rows))]) + "\r\n").encode(),
        "名单.csv",
        [*heads, Column("wage", ("工资",), Kind.AMOUNT)],
    )
    (row,) = [row for row in table.rows if row.cells["no"] == "99"]
    assert not row.is_aside
    assert row.problems
