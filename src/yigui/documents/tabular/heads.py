"""The head of a table: which row it is, under a title, notes or a letterhead, and which column stands where."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from yigui.common.normalise import INVISIBLE
from yigui.common.yaml_files import YamlError, load_yaml
from yigui.documents.tabular.columns import Column

#: Rows looked at for the head.
HEAD_WITHIN = 60
_DECLARED = Path(__file__).parent / "heads.yaml"
_MARKS = re.compile(r"[\s*★☆※●▲△◆#:：'\"“”]+")
_REMARK = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|<[^<>]*>|〔[^〔〕]*〕")
_NUMBERED = re.compile(r"^(?:[0-9]{1,2}[.、)]|[①-⑳])")


@cache
def usual_words() -> Mapping[str, Sequence[str]]:
    """Other words people and banks put above a column, by the word of ours: `heads.yaml` beside this file.

    Raises:
        YamlError: a word is no text; begins with the file.
    """
    found = load_yaml(_DECLARED)
    for word, others in found.items():
        if not isinstance(others, list) or not all(isinstance(other, str) for other in others):
            raise YamlError(f"{found.where(word)}: 表头“{word}”的别名应为文字列表")
    return {word: tuple(others) for word, others in found.items()}


def plain_head(text: str, *, with_remark: bool = False) -> str:
    """A head without what makes no difference: width, blanks, line breaks, marks, a number before it, remarks in brackets."""
    plain = _MARKS.sub("", unicodedata.normalize("NFKC", INVISIBLE.sub("", text))).casefold()
    if not with_remark:
        plain = _REMARK.sub("", plain) or plain
    return _NUMBERED.sub("", plain) or plain


class Words:
    """The words of a set of columns."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns
        self._known: dict[str, tuple[str, int]] = {}
        for column in columns:
            for place, word in enumerate(column.heads):
                for plain in (plain_head(word, with_remark=True), plain_head(word)):
                    self._known.setdefault(plain, (column.name, place))
        # Usual words never take the place of a word that some column is asked for by.
        usual = usual_words()
        for column in columns:
            others = [other for word in column.heads for other in usual.get(word, ())]
            for place, word in enumerate(others, start=len(column.heads)):
                self._known.setdefault(plain_head(word), (column.name, place))

    def of(self, cell: str) -> tuple[str, int] | None:
        """The column a head belongs to, and how early its word stands."""
        if not cell or len(cell) > 60:
            return None
        return self._known.get(plain_head(cell, with_remark=True)) or self._known.get(plain_head(cell))


@dataclass
class Head:
    """A head that was found: number of its row, the places of each column (of equal words, several), the words as they stand."""

    number: int
    places: dict[str, list[int]]
    cells: list[str]
    shown: dict[str, str] = field(default_factory=dict)
    missing: list[Column] = field(default_factory=list)

    @property
    def unknown(self) -> list[str]:
        """Heads that no column is known by."""
        taken = {place for places in self.places.values() for place in places}
        return [cell[:60] for place, cell in enumerate(self.cells) if cell and place not in taken]


def head_of(number: int, cells: Sequence[str], words: Words) -> Head:
    """What a row would be as a head."""
    found: dict[str, tuple[int, list[int]]] = {}
    for place, cell in enumerate(cells):
        known = words.of(cell)
        if known is None:
            continue
        name, order = known
        if name not in found or order < found[name][0]:
            found[name] = (order, [place])
        elif order == found[name][0]:
            found[name][1].append(place)
    places = {name: where for name, (_, where) in found.items()}
    head = Head(number, places, [cell.strip() for cell in cells])
    head.shown = {name: " ".join(cells[where[0]].split()) for name, where in places.items()}
    head.missing = [column for column in words.columns if column.required and column.name not in places]
    return head


def best_head(lines: Sequence[tuple[int, Sequence[str]]], words: Words) -> Head | None:
    """The row of the first `HEAD_WITHIN` that is most of a head; None where none has a known word.

    A head of two rows counts as the lower one, with what the upper one has where that is blank.
    """
    best: Head | None = None
    for place, (number, cells) in enumerate(lines[:HEAD_WITHIN]):
        tried = [head_of(number, cells, words)]
        if place and lines[place - 1][0] == number - 1 and tried[0].places:
            above = lines[place - 1][1]
            width = max(len(above), len(cells))
            joined = [(cells[k] if k < len(cells) else "") or (above[k] if k < len(above) else "") for k in range(width)]
            tried.append(head_of(number, joined, words))
        for head in tried:
            if head.places and (best is None or weight_of(head) > weight_of(best)):
                best = head
    return best


def weight_of(head: Head) -> tuple[int, int]:
    """How much of a head it is: nothing needed missing first, then columns known."""
    return -len(head.missing), len(head.places)
