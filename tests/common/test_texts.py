"""Text from outside: encodings and numbers."""

import re
from pathlib import Path

import pytest

import yigui
from yigui.common.texts import decoded, int_or_none


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("姓名".encode(), "姓名"),
        ("姓名".encode("utf-8-sig"), "姓名"),
        ("姓名".encode("gb18030"), "姓名"),
        ("㐀名".encode("gb18030"), "㐀名"),
        (b"", ""),
        (b"a\x00b", None),
        ("姓名,号码\n".encode("utf-16"), "姓名,号码\n"),
        ("姓名,号码\n".encode("utf-16-le"), "姓名,号码\n"),
        ("社會保障號碼\n".encode("big5"), "社會保障號碼\n"),
        ("姓名，顾正云".encode()[:-1], "姓名，顾正"),
        ("姓名，顾正云，社会保障".encode()[:9] + b"\xff" + "姓名，顾正云，社会保障".encode()[9:], None),
        (b"\xff", None),
    ],
)
def test_a_file_is_read_in_its_encoding_or_not_at_all(content: bytes, text: str | None) -> None:
    assert decoded(content) == text


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("12", 12), ("１２", None), ("", None), ("-1", None), ("1.5", None), ("²", None), (" 1", None), ("9" * 18, 10**18 - 1), ("9" * 19, None)],
)  # fmt: skip
def test_a_number_is_decimal_digits_and_not_too_long(text: str, number: int | None) -> None:
    assert int_or_none(text) == number


def test_a_number_somebody_typed_is_read_by_one_function() -> None:
    by_hand = re.compile(r"int\((\w+)\) if \1\.isdecimal\(\)|for (\w+) in [^\n]* if \2\.isdecimal\(\)|int_or_none\([^\n]*\) or 0\b")
    modules = [p for p in Path(yigui.__file__).parent.rglob("*.py") if p.name != "texts.py"]
    assert len(modules) > 300
    assert [p.name for p in modules if by_hand.search(p.read_text())] == []
