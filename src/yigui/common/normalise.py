"""Text as people, files and partners write it, made plain once, at the door: one function for each kind of field.

Whatever compares or stores a text calls one of these before: forms, lists, files, messages and pages give the same answer to the same input.
What cannot be read is refused by whoever asked, never mended by a guess.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from itertools import groupby

from yigui.common.clock import CHINA

#: What nobody sees: controls, format characters, marks of direction, fillers, choosers of a glyph. Line ends and tabs are blanks, not these.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_BLANKS = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_WHITE = re.compile(r"\s+")
#: Full-width letters and digits; the punctuation of Chinese stays as it is.
_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
#: Marks that are written for the dot between the parts of a name, and for a hyphen or minus.
_DOTS = re.compile(r"[\u00b7\u2022\u2219\u22c5\u2027\u2024\u30fb\u0387\u16eb\u2e31\ua78f]+")
_HYPHENS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500\ufe63", "-"))
HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_HAN = re.compile(f"[{HAN}]")
_HAN_ALONE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
_STOP_BETWEEN = re.compile(f"(?<=[{HAN}])\\.(?=[{HAN}])")
_NAME = re.compile(f"[{HAN}]+(?:·[{HAN}]+)*|[A-Za-z\u00c0-\u024f]+(?:[ .'·-]+[A-Za-z\u00c0-\u024f]+)*\\.?")
#: Letters of a name, the dot included; a name is on the card of a person and no longer.
NAME_MIN, NAME_MAX = 2, 50
_WRAPPED = re.compile(r'="(.*)"', re.DOTALL)
_QUOTES = ("'", "\u2018", "\u2019", "`")


#: Marks of a note, and digits in circles, brackets or fractions (², ①, ⒈, ½): the compatibility form of each is a digit or a letter, and none of them is one.
_MARKED_AS = frozenset({"super", "sub", "circle"})


@cache
def is_note_mark(letter: str) -> bool:
    """Whether a character would become a digit by its compatibility form, or stands above, below or in a circle (❶ too), and is no digit of ordinary or
    full width: 100¹ is no 1001."""
    if letter.isascii() or "\uff10" <= letter <= "\uff19":
        return False
    kind = unicodedata.decomposition(letter).split(" ")[0].strip("<>")
    return (
        kind in _MARKED_AS
        or unicodedata.category(letter) in ("No", "Me")
        or any("0" <= folded <= "9" for folded in unicodedata.normalize("NFKC", letter))
    )


def note_mark_in(text: str) -> str:
    """The first mark of a note in a text (`is_note_mark`), "" where there is none."""
    return "" if text.isascii() else next((letter for letter in text if is_note_mark(letter)), "")


def folded(text: str) -> str:
    """The compatibility form (NFKC) of what is written as a number; marks of a note stay what they are, so that whoever reads it finds no digit."""
    if not note_mark_in(text):
        return unicodedata.normalize("NFKC", text)
    return "".join(
        "".join(part) if is_mark else unicodedata.normalize("NFKC", "".join(part))
        for is_mark, part in groupby(text, key=is_note_mark)
    )


#: What `plain_text` would change: invisible, full-width, an unusual blank, several blanks, blanks around.
_UNTIDY_PARTS = f"{INVISIBLE.pattern[:-1]}\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]|  "
_UNTIDY = re.compile(rf"{_UNTIDY_PARTS}|^\s|\s$")
#: What shows no difference to `str.isprintable` and yet is one: full-width letters and digits, fillers, choosers of a glyph.
_SHOWN_YET_ODD = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uffa0\U000e0100-\U000e01ef]"
)
_EDGES = ("  ", "| ", " |", "|'", "|=")


def are_plain(texts: Sequence[str]) -> bool:
    """Whether `plain_text` and `unwrapped` would change none of them, asked at once; False where one is no text, or it is not sure."""
    try:
        joined = f"|{'|'.join(texts)}|"
    except TypeError:
        return False
    return (
        joined.isprintable()
        and not any(edge in joined for edge in _EDGES)
        and (joined.isascii() or not _SHOWN_YET_ODD.search(joined))
    )


def is_plain(text: str) -> bool:
    """Whether nothing of it can need a change: printable ASCII without blanks around."""
    return text.isascii() and text.isprintable() and text == text.strip()


def plain_text(text: str) -> str:
    """A line of words: nothing invisible, letters and digits of ordinary width, one blank where there were several, none around."""
    if not _UNTIDY.search(text):
        return text
    return _BLANKS.sub(" ", INVISIBLE.sub("", text).translate(_WIDE)).strip()


def plain_lines(text: str) -> str:
    """Several lines of words: as `plain_text`, each line by itself; line ends are `\\n`."""
    return "\n".join(plain_text(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip()


def unwrapped(text: str) -> str:
    """What a spreadsheet was kept from calculating: `="8000"` and `'8000` are 8000."""
    found = _WRAPPED.fullmatch(text.strip())
    plain = (found[1].replace('""', '"') if found else text).strip()
    return plain[1:].strip() if plain.startswith(_QUOTES) else plain


def _settled(text: str, once: Callable[[str], str]) -> str:
    """The text made plain until nothing changes: a letter and its mark that a blank kept apart become one letter, one wrapper lay in another."""
    while (plain := once(text)) != text:
        text = plain
    return text


def plain_code(text: str) -> str:
    """A number that is written and never reckoned with (号码、编号、账号): no blanks, no wrapper, ASCII digits and letters, one kind of hyphen."""
    return text if text.isascii() and text.isalnum() else _settled(text, _code_once)


def _code_once(text: str) -> str:
    plain = folded(INVISIBLE.sub("", text)).translate(_HYPHENS)
    return _WHITE.sub("", unwrapped(_WHITE.sub(" ", plain)))


def plain_identity(text: str) -> str:
    """A number of a person or an organisation (证件号码、信用代码): as `plain_code`, capital letters."""
    return _settled(text, lambda written: plain_code(written).upper())


#: A mobile number as people group it, and as their phones keep it.
_MOBILE = re.compile(r"(?:\+?86|0086)?-?(1[3-9][0-9](?:-?[0-9]){8})")


def plain_phone(text: str) -> str:
    """A telephone number: a mobile one without hyphens and the code of the country; a fixed line keeps the hyphen behind its area."""
    plain = plain_code(text)
    found = _MOBILE.fullmatch(plain)
    return found[1].replace("-", "") if found else plain


def plain_name(text: str) -> str:
    """The name of a person: no blanks in Chinese names, one dot (·) between their parts, one blank between words of other names."""
    return text if _HAN_ALONE.fullmatch(text) else _settled(text, _name_once)


def _name_once(text: str) -> str:
    wide = unicodedata.normalize("NFKC", _DOTS.sub("·", INVISIBLE.sub("", text)))
    plain = _WHITE.sub(" ", _DOTS.sub("·", wide)).translate(_HYPHENS).strip()
    if not _HAN.search(plain):
        return plain
    return unicodedata.normalize("NFKC", _STOP_BETWEEN.sub("·", _WHITE.sub("", plain)).strip("·"))


def is_name(name: str) -> bool:
    """Whether a plain name can be one: Chinese characters with · between parts, or letters; `NAME_MIN` to `NAME_MAX` of them."""
    return NAME_MIN <= len(name) <= NAME_MAX and _NAME.fullmatch(name) is not None


def same_name(one: str, other: str) -> bool:
    """Whether two names are one, written this way or that: what was registered before names were made plain still agrees with itself."""
    return one == other or plain_name(one) == plain_name(other)


def plain_amount(text: str) -> str:
    """An amount as written, without wrapper, blanks around, sign of the yuan or the word 元; commas stay to be judged."""
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return text
    plain = folded(INVISIBLE.sub("", text)).translate(_HYPHENS)
    return unwrapped(plain).removeprefix("¥").removesuffix("元").strip()


_DAY = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|\.([0-9]{1,2})\.([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日?)"
)
_DENSE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_TIME = re.compile(
    r"(?: *(?:星期|周|礼拜)[一二三四五六日天])?"
    r"(?:[T ]+(?:(?:上午|下午|中午|凌晨|早上|晚上) *)?[0-9]{1,2}[:时][0-9]{1,2}(?:[:分][0-9]{1,2}(?:\.[0-9]{1,9})?秒?)?分?(?: *[AaPp][Mm])?)?"
)
#: A moment with its zone, as programs write it: the day is the one it was in China.
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})")


def plain_day(text: str) -> str:
    """A day as written, without wrapper, blanks and width of its digits."""
    if is_plain(text) and text[:1] not in "='":
        return text
    plain = folded(INVISIBLE.sub("", text)).translate(_HYPHENS)
    return re.sub(r"\s*([-/.年月日])\s*", r"\1", unwrapped(_WHITE.sub(" ", plain))).strip()


def read_day(text: str) -> dt.date:
    """A day written as 2026-11-09, 2026/11/9, 2026.11.9, 2026年11月9日 or 20261109, a time of the day behind it or not; of a moment with its zone the
    day it was in China.

    Raises:
        ValueError: none of these, or no such day.
    """
    plain = plain_day(text)
    if _MOMENT.fullmatch(plain):
        return _day_in_china(plain)
    found = _DAY.match(plain) or _DENSE.match(plain)
    if found is None:
        raise ValueError(f"not a day: {text!r}")
    rest = plain[found.end() :].strip(" ")
    if rest and not _TIME.fullmatch(f" {rest}".replace(" T", "T")):
        raise ValueError(f"not a day: {text!r}")
    year, month, day = (part for part in found.groups() if part is not None)
    return dt.date(int(year), int(month), int(day))


def _day_in_china(moment: str) -> dt.date:
    try:
        return dt.datetime.fromisoformat(moment).astimezone(CHINA).date()
    except OverflowError as error:
        raise ValueError(moment) from error


_YES = frozenset({"是", "有", "对", "1", "true", "yes", "y", "t", "on", "√", "✓", "✔", "☑", "v"})
_NO = frozenset({"否", "无", "没有", "非", "0", "false", "no", "n", "f", "off", "×", "✗", "✘", "x", "-", "/", ""})


def read_yes(text: str) -> bool:
    """Whether a word means yes (是、√、Y) or no (否、×、N, nothing).

    Raises:
        ValueError: it is neither.
    """
    plain = plain_code(text).casefold()
    if plain in _YES or plain in _NO:
        return plain in _YES
    raise ValueError(f"neither yes nor no: {text!r}")
