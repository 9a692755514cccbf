"""Text as it comes from outside: files of bytes, what somebody typed where a number is wanted, and the width of Chinese punctuation."""

import re

#: Digits of the longest number taken; a longer one fits no column.
_DIGITS_MAX = 18
_HAN = "\u4e00-\u9fff"
#: A half-width mark between Chinese characters (or marks that stand in Chinese text), and a bracket that encloses Chinese behind Chinese.
_MARK = re.compile(rf"(?<=[{_HAN}）》”」])[,;:?!](?=[{_HAN}（《“「])")
_BRACKETS = re.compile(rf"(?<=[{_HAN}])\(([{_HAN}](?:[^()]*[{_HAN}])?)\)")
_FULL = str.maketrans(",;:?!", "，；：？！")


def decoded(content: bytes) -> str | None:
    """The text of a file in UTF-8 (with or without a mark) or GB 18030; None where it is neither, or not text."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    return None


def int_or_none(text: str) -> int | None:
    """A whole number of at most 18 decimal digits; None for any other text."""
    return int(text) if text.isdecimal() and len(text) <= _DIGITS_MAX else None


def full_width(text: str) -> str:
    """A text with full-width punctuation between Chinese characters (全角标点): marks with Chinese on both sides, brackets around Chinese.

    What stands beside letters or digits stays as it is.
    """
    text = _BRACKETS.sub(r"（\1）", text)
    return _MARK.sub(lambda found: found.group().translate(_FULL), text)
