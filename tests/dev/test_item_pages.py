"""The lists of items in the documentation are made, current, and the same in both languages."""

import re

import pytest

from tests.conftest import ROOT
from yigui.casework.handlers import open_codes
from yigui.config.cli import main
from yigui.dev.item_pages import BEGIN, END, codes_in_words, newest, pages, with_list


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "docs/items.md"])
def test_the_page_is_current(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == pages(ROOT)[ROOT / name], "./yigui docs items --write"


def codes_said(line: str) -> set[str]:
    """The codes of a list in words, in either language."""
    found: set[str] = set()
    for prefix, numbers in re.findall(r"([A-Z]{3})-([\d、, 至to]+)", line):
        for first, last in re.findall(r"(\d{3})(?: (?:to|至) (\d{3}))?", numbers):
            found |= {f"{prefix}-{n:03d}" for n in range(int(first), int(last or first) + 1)}
    return found


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_list_names_the_open_items_and_no_other(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    line = text.partition(BEGIN)[2].partition(END)[0]
    assert codes_said(line) == open_codes()
    assert f" {len(newest()) - len(open_codes())} " in line


def test_runs_of_codes_are_said_from_first_to_last() -> None:
    codes = ["PEN-002", "REG-001", "PEN-001", "LVY-001", "LVY-002", "LVY-003", "LVY-012"]
    assert codes_in_words(codes, "en") == "REG-001, LVY-001 to 003, 012, PEN-001, 002"
    assert codes_in_words(codes, "zh") == "REG-001，LVY-001 至 003、012，PEN-001、002"


def test_a_page_without_its_marks_is_not_written() -> None:
    with pytest.raises(ValueError, match="once each"):
        with_list("# yigui\n", "- 1 item")


def test_the_command_lists_items_with_class_versions_and_dates(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["items", "--open"])
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert ended.value.code == 0
    assert {row[0] for row in rows} == open_codes()
    assert [
        "PEN-002",
        "可办",
        "一类（高风险）",
        "城镇职工正常退休（职）申请",
        "2025-01-01 起一类（高风险）、2026-11-06 起一类（高风险）、2026-11-09 起一类（高风险）",
    ] in rows
    with pytest.raises(SystemExit):
        main(["items"])
    assert len(capsys.readouterr().out.splitlines()) == len(newest())
