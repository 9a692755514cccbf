"""Text as it comes from outside: files of bytes, and what somebody typed where a number is wanted."""

#: Digits of the longest number taken; a longer one fits no column.
_DIGITS_MAX = 18


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
