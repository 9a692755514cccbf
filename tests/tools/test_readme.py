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


def plain(targets: Counter[str]) -> Counter[str]:
    """The same, a page that is there in both languages by its English name."""
    return Counter({target.replace(".zh-CN.md", ".md"): number for target, number in targets.items()})


@pytest.mark.parametrize("pattern", [r"^#+ ", r"^- ", r"^    \./"], ids=["headings", "points", "commands"])
def test_both_have_as_many(pattern: str) -> None:
    counts = [len(re.findall(pattern, text, re.MULTILINE)) for text in (ENGLISH, CHINESE)]
    assert counts[0] == counts[1] > 1


def test_both_point_to_the_same_pages_and_these_are_there() -> None:
    assert links(ENGLISH) == plain(links(CHINESE))
    assert [target for target in links(ENGLISH) | links(CHINESE) if not (ROOT / target).exists()] == []
    # Who reads Chinese is sent to the Chinese page where there is one, and the other way round.
    assert [target for target in links(ENGLISH) if ".zh-CN." in target] == []
    assert [
        t for t in links(CHINESE) if re.fullmatch(r"docs/[a-z-]+\.md", t) and (ROOT / t.replace(".md", ".zh-CN.md")).exists()
    ] == []


def test_both_name_the_same_commands_and_options() -> None:
    named = [set(re.findall(r"`(\.?/?[a-z-]+(?: --[a-z-]+)?(?: \d{4}-\d\d-\d\d)?)`", text)) for text in (ENGLISH, CHINESE)]
    assert named[0] == named[1]
    assert "./yigui --help" in named[0]
