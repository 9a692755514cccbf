"""A second column of the same (重复列) in a file of money: the first is read, and the second must not say otherwise.

Two payers, two accounts or two balances in one row leave open which of them is right: such a file is refused by the row, and nobody chooses. Of two days too
far apart the row alone goes back: over long holidays banks settle late.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from yigui.common.money import parse_yuan
from yigui.common.normalise import read_day
from yigui.documents.errors import FileRefused
from yigui.documents.tabular.heads import Words

#: So far apart a bank may date one line by its clocks (trade, booking, value), as between two channels (`receipts.known_lines`); beyond, one of them is wrong.
DAYS_APART = 3
_MARKS = re.compile(r"[\s\W_]+")
_DENSE_MOMENT = re.compile(r"(20\d{6})\d{6}")
#: What a mask hides.
_HIDDEN = re.compile(r"[*xX＊×]+")
#: A mask in a name: letters of a name are none (Xerox, Lux).
_MASKED = re.compile(r"[*＊×]|(?<![A-Za-z])[xXｘＸ]+(?![A-Za-z])")
_OF_PAYEE = re.compile(r"收款|实际|对方|入账")


@dataclass(frozen=True)
class Second:
    """A further column of one that is read: the word above each, the column, and whether two cells can be the same."""

    head: str
    read_head: str
    column: str
    agrees: Callable[[str, str], bool]

    def refuse(self, file_name: str, number: int, read: str, said: str) -> None:
        """Refuse a file whose second column says something else in a row than the one that is read.

        Raises:
            FileRefused: it does.
        """
        if words := self.contradicts(read, said):
            raise FileRefused(
                f"文件“{file_name}”第 {number} 行的{words}，两列互相矛盾，不知以哪一列为准，"
                f"未作任何改动。请与报送单位核实，改正后（或只保留正确的一列）重新导入。"
            )

    def contradicts(self, read: str, said: str) -> str:
        """What the two cells of a row say, where they cannot be the same; "" where they can."""
        if not read.strip() or not said.strip() or self.agrees(read, said):
            return ""
        return f"“{self.read_head}”是“{read[:40]}”，而“{self.head}”是“{said[:40]}”"


def same_account(one: str, other: str) -> bool:
    """Whether two accounts can be one, as far as they are seen: groups, hyphens and masks (6222****1234) make no difference."""
    a, b = (re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)) for text in (one, other))
    if not any(character.isdigit() for character in a + b):
        return True
    for masked, whole in ((a, b), (b, a)):
        if parts := _HIDDEN.split(masked) if _HIDDEN.search(masked) else []:
            return whole.startswith(parts[0]) and whole.endswith(parts[-1]) if not _HIDDEN.search(whole) else True
    return a == b


def _same_name(one: str, other: str) -> bool:
    """Whether two names can be one: blanks, marks, a mask, and what a column was too narrow for make no difference."""
    if _MASKED.search(one) or _MASKED.search(other):
        return True
    a, b = (_MARKS.sub("", unicodedata.normalize("NFKC", text)).casefold() for text in (one, other))
    return a.startswith(b) or b.startswith(a)


def _same_day(one: str, other: str) -> bool:
    a, b = _day(one), _day(other)
    return a is None or b is None or abs((a - b).days) <= DAYS_APART


def _day(text: str) -> dt.date | None:
    """The day a cell tells; None where it tells none (a time of the day alone)."""
    dense = _DENSE_MOMENT.fullmatch(text.strip())
    try:
        return read_day(dense[1] if dense else text)
    except ValueError:
        return None


def _same_amount(one: str, other: str) -> bool:
    try:
        return parse_yuan(one) == parse_yuan(other)
    except ValueError:
        return True


#: How a second column of each is compared. Of the others a second head refuses the file, or is held against what it may say (`beside`).
_AGREES: Mapping[str, Callable[[str, str], bool]] = {
    "received_on": _same_day, "payer_name": _same_name, "payer_account": same_account, "own_account": same_account, "payee": same_account,
    "balance": _same_amount, "account_name": _same_name, "account_no": same_account,
}  # fmt: skip


def second_of(head: str, words: Words, heads: Mapping[str, str], *, says: str | None, of_results: bool) -> Second | None:
    """What a further column is compared with; None where it speaks of nothing that is read.

    Args:
        heads: by column that is read, its head.
        says: what the list of harmless heads says of it; None where it is not listed.
        of_results: of results a name or an account without a word of the payee may be somebody else's.
    """
    known = words.of(head)
    column = "received_on" if says == "day" else known[0] if known and says is None else ""
    if column not in heads or column not in _AGREES:
        return None
    if of_results and not (_OF_PAYEE.search(head) and _OF_PAYEE.search(heads[column])):
        return None
    # A card and the account behind it are two numbers of one thing.
    if _AGREES[column] is same_account and ("卡" in head) != ("卡" in heads[column]):
        return None
    return Second(head, heads[column], column, _AGREES[column])
