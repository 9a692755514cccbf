"""Tables that a phone shows row by row, and numbers that no line breaks."""

import re
from pathlib import Path

import pytest

import yigui
from yigui.ui.templatetags.yigui import unbroken

SOURCE = Path(yigui.__file__).parent
STACKED = [
    pytest.param(table, id=f"{path.parent.name}/{path.stem}-{number}")
    for path in sorted(SOURCE.rglob("templates/**/*.html"))
    for number, table in enumerate(re.findall(r'<table class="[^"]*\bstack\b[^"]*".*?</table>', path.read_text(), re.S))
]


@pytest.mark.parametrize("table", STACKED)
def test_every_cell_of_a_table_that_is_stacked_bears_the_head_of_its_column(table: str) -> None:
    head, body = table.split("</thead>")
    if "{% for head in list.heads %}" in head:
        # The list that is declared in one place: its heads and the labels of its cells are said of the same columns.
        assert "{{ head.column.label }}" in head
        assert re.findall(r'data-label="([^"]*)"', body) == ["{{ cell.column.label }}", "办理"]
        assert ">办理</th>" in head
        return
    heads = [" ".join(re.sub(r"<[^>]+>", "", text).split()) for text in re.findall(r"<th\b[^>]*>(.*?)</th>", head, re.S)]
    for row in re.findall(r"<tr\b.*?</tr>", body, re.S):
        cells = re.findall(r"<t[dh]\b[^>]*>", row)
        if len(cells) == 1 and "colspan" in cells[0]:
            continue
        assert [cell for cell, name in zip(cells, heads, strict=False) if name and f'data-label="{name}"' not in cell] == []


def test_there_are_tables_that_are_stacked() -> None:
    assert len(STACKED) > 8


#: Forms of one line whose text field takes what is left of it.
LINES = [
    pytest.param(opening, id=f"{path.parent.name}/{path.stem}-{number}")
    for path in sorted(SOURCE.rglob("templates/**/*.html"))
    for number, (opening, inside) in enumerate(re.findall(r"(<form\b[^>]*>)(.*?)</form>", path.read_text(), re.S))
    if "flex-fill" in inside and "d-flex" in opening
]


@pytest.mark.parametrize("opening", LINES)
def test_a_form_of_one_line_breaks_where_the_screen_is_narrow(opening: str) -> None:
    """A field has a width of its own that it does not fall below: beside a button it was wider than a phone."""
    assert "flex-wrap" in opening


def test_there_are_forms_of_one_line() -> None:
    assert len(LINES) > 5


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("122,360.52 元", ["122,360.52 元"]), ("（8,000.00 + 9,123.40）÷ 2 × 25.5%", ["8,000.00", "9,123.40", "2", "25.5%"]),
        ("自 2026-11 起，至 2026-12-31", ["2026-11", "2026-12-31"]), ("没有数字", []), ("-12.00 元", ["-12.00 元"]),
    ],
)  # fmt: skip
def test_a_number_is_not_broken_at_the_end_of_a_line(text: str, whole: list[str]) -> None:
    shown = str(unbroken(text))
    assert re.findall(r'<span class="nowrap">(.*?)</span>', shown) == whole
    assert re.sub(r"<[^>]+>", "", shown) == text


def test_what_is_shown_unbroken_is_still_text() -> None:
    assert str(unbroken("<b>1</b>&")) == '&lt;b&gt;<span class="nowrap">1</span>&lt;/b&gt;&amp;'
