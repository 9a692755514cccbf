"""Instants as people read them: in Chinese time, wherever a sentence is made of one."""

import datetime as dt
import re
from pathlib import Path

import pytest

import yigui
from yigui.common import clock

#: An instant by its name, formatted where it stands: `x_at:%H`, `x_at.strftime(`, `since.strftime(`.
_FORMATTED = re.compile(r"(?:_at|\bsince)(?::%|\.strftime\()")


def test_an_instant_is_said_in_chinese_time() -> None:
    assert f"{clock.local(dt.datetime(2026, 11, 25, 17, 30, tzinfo=dt.UTC)):%m-%d %H:%M}" == "11-26 01:30"


def test_an_instant_without_a_zone_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        clock.local(dt.datetime(2026, 11, 26, 9, 0))  # noqa: DTZ001 - what is refused


def test_no_sentence_is_made_of_an_instant_in_the_time_of_the_server() -> None:
    root = Path(yigui.__file__).parent
    found = [
        f"{path.relative_to(root)}: {line.strip()}"
        for path in sorted(root.rglob("*.py"))
        for line in path.read_text().splitlines()
        if _FORMATTED.search(line)
    ]
    assert not found, "\n".join(found)
