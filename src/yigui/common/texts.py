"""Text as it comes from outside: files of bytes, what somebody typed where a number is wanted, and the width of Chinese punctuation."""

import codecs
import re
from collections.abc import Iterable

#: Digits of the longest number taken; a longer one fits no column.
_DIGITS_MAX = 18
_HAN = "\u4e00-\u9fff"
#: A half-width mark between Chinese characters (or marks that stand in Chinese text), and a bracket that encloses Chinese behind Chinese.
_MARK = re.compile(rf"(?<=[{_HAN}）》”」])[,;:?!](?=[{_HAN}（《“「])")
_BRACKETS = re.compile(rf"(?<=[{_HAN}])\(([{_HAN}](?:[^()]*[{_HAN}])?)\)")
_FULL = str.maketrans(",;:?!", "，；：？！")


def encoding_of(content: bytes) -> str | None:
    """The encoding of a text (Python's name): UTF-8 or UTF-16 with or without a mark, GB 18030, Big5; None where it is no text.

    A file that ends in the middle of a character is judged by what there is of it. UTF-8 that is damaged is not taken for another encoding. What
    could be GB 18030 and Big5 is Big5 only where much more of it is in common use.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding if _begins(content, encoding) is not None else None
    sample = content[:_SAMPLE]
    if b"\x00" in sample:
        return next((wide for wide in ("utf-16-le", "utf-16-be") if _is_wide(_begins(content, wide))), None)
    if _begins(content, "utf-8") is not None:
        return "utf-8"
    if _is_damaged_utf8(sample):
        return None
    shares = {name: _share(_begins(content, name), level) for name, level in (("gb18030", "gb2312"), ("big5hkscs", "big5"))}
    best = "big5hkscs" if shares["big5hkscs"] > shares["gb18030"] + _MUCH else "gb18030"
    return best if shares[best] >= 0 else None


def decoded(content: bytes) -> str | None:
    """The text of a file, see `encoding_of`; None where it is none. A character cut off at the end is left out."""
    encoding = encoding_of(content)
    text = _begins(content, encoding) if encoding else None
    return text if text is not None and "\x00" not in text else None


_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
#: Bytes looked at where the encoding must be guessed; the share of usual characters wanted of UTF-16 without a mark; how much larger that of Big5
#: must be for a text that could be either.
_SAMPLE = 64 * 1024
_COMMON = 0.9
_MUCH = 0.2
_WIDE_MIN = 4
_USUAL = re.compile(r"[\t\r\n\x20-\x7e\u2010-\u201f\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")


def _begins(content: bytes, encoding: str) -> str | None:
    """The text, without a character that is cut off at the end; None where it is not of this encoding."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(content)
    except UnicodeDecodeError:
        return None
    return text if text or (len(content) <= 4 and content.startswith(tuple(mark for mark, _ in _MARKS))) or not content else None


def _is_damaged_utf8(sample: bytes) -> bool:
    """Whether most of what is not ASCII reads as UTF-8 though not all of it does."""
    text = sample.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return sum(1 for c in text if not c.isascii()) - bad > bad


def _is_wide(text: str | None) -> bool:
    """Whether bytes without a mark read as UTF-16 make a text: nearly all of it Chinese or ASCII, some ASCII, no controls."""
    if text is None or len(text) < _WIDE_MIN or _CONTROLS.search(text):
        return False
    text = text[:_SAMPLE]
    usual = len(_USUAL.findall(text))
    return usual >= _COMMON * len(text) and any(c.isascii() for c in text)


def _share(text: str | None, level: str) -> float:
    """Which share of the characters that are not ASCII is in common use (the first level of `level`); -1 where there is no text."""
    if text is None or _CONTROLS.search(text[:_SAMPLE]):
        return -1.0
    wide = [c for c in text[:_SAMPLE] if not c.isascii()]
    if not wide:
        return 1.0
    last = 0xD7 if level == "gb2312" else 0xC6
    return sum(1 for c in wide if (code := c.encode(level, "ignore")) and len(code) == 2 and code[0] <= last) / len(wide)


def int_or_none(text: str) -> int | None:
    """A whole number of at most 18 digits 0 to 9; None for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX else None


def in_one(sentences: Iterable[str]) -> str:
    """Sentences as one, each once, in their order: 「甲。」 and 「乙。」 make 「甲；乙。」, and not 「甲。；乙。」."""
    plain = [sentence.strip().rstrip("。；") for sentence in sentences]
    return "；".join(dict.fromkeys(filter(None, plain))) + ("。" if any(plain) else "")


def full_width(text: str) -> str:
    """A text with full-width punctuation between Chinese characters (全角标点): marks with Chinese on both sides, brackets around Chinese.

    What stands beside letters or digits stays as it is.
    """
    text = _BRACKETS.sub(r"（\1）", text)
    return _MARK.sub(lambda found: found.group().translate(_FULL), text)
