"""Pinyin of Chinese characters for search: initials (拼音首字母), and which characters a spelling can stand for."""

import unicodedata
from dataclasses import dataclass
from functools import cache

#: How many ways of parting a spelling into syllables are tried: "xian" is 先 and 西安.
PARTINGS_MAX = 4
#: How many syllables a spelling has at most.
SYLLABLES_MAX = 8


def pinyin_initials(text: str, *, is_name: bool = False) -> str:
    """张伟 -> zw. A person's name is read with the surname's own sound (单 as shan, 曾 as zeng)."""
    if is_name and text[:1] in _SURNAME_INITIAL:
        return _SURNAME_INITIAL[text[0]] + pinyin_initials(text[1:])
    # Its dictionaries were a tenth of every start, and most commands read no name.
    from pypinyin import Style, lazy_pinyin

    initials = lazy_pinyin(text, style=Style.FIRST_LETTER, errors="default")
    return "".join(c for c in "".join(initials) if c.isalnum()).lower()


# Surnames whose initial differs from the character's commonest reading.
_SURNAME_INITIAL = {"单": "s", "曾": "z", "解": "x", "仇": "q", "查": "z", "区": "o", "朴": "p", "种": "c", "重": "c"}
# Characters of names that the dictionary lacks; 𠮷 is another form of 吉.
_MORE = {"𠮷": "ji"}


@dataclass(frozen=True)
class Spelt:
    """One way to read a spelling: for each syllable the characters that are read so, in any of their readings; None: any character with that beginning."""

    syllables: tuple[str, ...]
    #: Whether the last syllable is only begun ("zhangw").
    is_begun: bool

    @property
    def characters(self) -> tuple[tuple[str, ...], ...]:
        """The characters of each syllable, of a begun one those of every syllable that begins so."""
        known = _characters()
        *whole, last = self.syllables
        lasts = sorted({c for s in known if s.startswith(last) for c in known[s]}) if self.is_begun else known[last]
        return (*(tuple(known[syllable]) for syllable in whole), tuple(lasts))


def spellings(letters: str) -> list[Spelt]:
    """The ways to read letters as whole syllables, at most `PARTINGS_MAX`, those with fewest first; where there is none, with the last syllable begun.

    Any reading of a character counts: 单 is dan, chan and shan, 吕 is lv, lü and lyu. A single syllable that is only begun is nothing: initials say that.
    """
    letters = letters.lower().replace("ü", "v")
    whole = _parted(letters)
    if whole:
        return [Spelt(parts, False) for parts in sorted(whole, key=len)[:PARTINGS_MAX]]
    known, found = _characters(), []
    for cut in range(len(letters) - 1, 0, -1):
        rest = letters[cut:]
        if any(s.startswith(rest) for s in known):
            found += [Spelt((*parts, rest), True) for parts in _parted(letters[:cut])]
    return sorted(found, key=lambda spelt: len(spelt.syllables))[:PARTINGS_MAX]


def _parted(letters: str) -> list[tuple[str, ...]]:
    """Every way to part letters into whole syllables, none longer than `SYLLABLES_MAX`."""
    known = _characters()
    ends: list[list[tuple[str, ...]]] = [[()], *([] for _ in letters)]
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - 6), end):
            if letters[start:end] in known:
                # Long spellings have many partings; those with fewer syllables are likelier.
                longer = [(*parts, letters[start:end]) for parts in ends[start] if len(parts) < SYLLABLES_MAX]
                ends[end] = sorted([*ends[end], *longer], key=len)[: 2 * PARTINGS_MAX]
    return ends[-1] if letters else []


@cache
def _characters() -> dict[str, list[str]]:
    """Characters by syllable, written without tones; ü as v, and as yu after l and n, as passports have it."""
    from pypinyin.pinyin_dict import pinyin_dict

    found: dict[str, set[str]] = {}
    for code, readings in pinyin_dict.items():
        for reading in readings.split(","):
            syllable = _plain(reading)
            if syllable.isascii() and (len(syllable) > 1 or syllable in "aeo"):
                found.setdefault(syllable, set()).add(chr(code))
                if syllable[1:2] == "v":
                    found.setdefault(syllable.replace("v", "yu"), set()).add(chr(code))
    for character, syllable in _MORE.items():
        found[syllable].add(character)
    return {syllable: sorted(characters) for syllable, characters in found.items()}


def _plain(reading: str) -> str:
    """A reading without its tone: lǚ -> lv."""
    parts = unicodedata.normalize("NFD", reading)
    return "".join(c for c in parts if not unicodedata.combining(c) or c == "\u0308").replace("u\u0308", "v")
