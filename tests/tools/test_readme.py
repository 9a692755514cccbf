"""The two READMEs say the same: same parts, same points, same commands, same pages to read on."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENGLISH, CHINESE = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md"))


def links(text: str) -> Counter[str]:
    """Where a README points to, but for the other README."""
    return Counter(target for target in re.findall(r"\]\(([^)]+)\)", text) if not target.startswith("README"))


@pytest.mark.parametrize("pattern", [r"^#+ ", r"^- ", r"^    \./"], ids=["headings", "points", "commands"])
def test_both_have_as_many(pattern: str) -> None:
    counts = [len(re.findall(pattern, text, re.MULTILINE)) for text in (ENGLISH, CHINESE)]
    assert counts[0] == counts[1] > 1


def test_both_point_to_the_same_pages_and_these_are_there() -> None:
    assert links(ENGLISH) == links(CHINESE)
    assert [target for target in links(ENGLISH) if not (ROOT / target).exists()] == []


def test_both_name_the_same_commands_and_options() -> None:
    named = [set(re.findall(r"`(\.?/?[a-z-]+(?: --[a-z-]+)?(?: \d{4}-\d\d-\d\d)?)`", text)) for text in (ENGLISH, CHINESE)]
    assert named[0] == named[1]
    assert "./yigui --help" in named[0]
