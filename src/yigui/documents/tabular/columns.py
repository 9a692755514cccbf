"""What a table is asked for: its columns, and a row as it is read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

#: The sentence of a template's example row.
EXAMPLE_SAID = "示例行，没有作为数据读取"
LEGEND_SAID = "填写说明行（必填、选填），没有作为数据读取"


class Kind(StrEnum):
    """What a column holds, which says how its cells are made plain (`common.normalise`) and when one cannot be read."""

    TEXT = "text"
    #: Name of a person: blanks out, one middle dot.
    NAME = "name"
    #: A number that is never reckoned with (单号、编号、账号、电话): digits as they stand, no blanks, no wrapper of a spreadsheet.
    NUMBER = "number"
    #: A number of a person or an organisation: capitals, 15 digits widened to 18.
    ID = "id"
    #: A day; the cell comes as 2026-11-09.
    DATE = "date"
    #: A month of account, also as a day or a range within one month; the cell comes as 202611.
    MONTH = "month"
    #: An amount in yuan with at most two decimals; the cell comes as 1234.56, with a minus if it had one.
    AMOUNT = "amount"
    #: The same where it is an average: more decimals are rounded to fen, and the row says so.
    AVERAGE = "average"


@dataclass(frozen=True)
class Column:
    """A column that is looked for.

    Args:
        name: what its cells are called in a row.
        heads: words that may stand in its head; of two columns that fit, that of the earlier word is taken. Case, blanks, line breaks,
            marks (`*`) and remarks in brackets (`（必填）`) of a head are no difference. Usual other words (`heads.yaml`) are known too.
        required: the head must be there, and the cell filled; with `may_be_blank` only the head.
        shown: the word in sentences; the first of `heads` that is Chinese.
        is_own: it tells one line of money from another; a row that has such a number, and a day or an amount, is a line whatever it begins with.
    """

    name: str
    heads: Sequence[str]
    kind: Kind = Kind.TEXT
    required: bool = False
    shown: str = ""
    may_be_blank: bool = False
    is_own: bool = False

    @property
    def word(self) -> str:
        """What people call it."""
        return self.shown or next((head for head in self.heads if not head.isascii()), self.heads[0])


@dataclass(slots=True)
class Row:
    """A row with something in it.

    `number`: of its line or of its row in the sheet, as a person sees it there. `cells`: by column, "" where nothing stands or the column
    is missing; plain, see `Kind`. `problems`: one sentence for each cell that cannot be read; such a row is rejected, and nothing that
    follows from its cells is asked. `notes`: what was done to a cell. `is_aside`: a sum, a signature, the example of the template, a head
    that is repeated; it has its sentence in `problems`.
    """

    number: int
    cells: dict[str, str]
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_aside: bool = False
    #: What a row says that has neither a day nor an amount, its cells with a blank between, in a table of money; and whether it is nothing but words.
    line: str = ""
    is_words: bool = False
    #: How a line of money begins that begins like a sum, a remark or an example (余额, 示例商贸) and has a number of its own all the same: it is data.
    begins: str = ""

    @property
    def is_example(self) -> bool:
        """Whether it is the example of a template."""
        return self.is_aside and self.problems[:1] == [EXAMPLE_SAID]


@dataclass(frozen=True)
class Limits:
    """What a file may take: bytes as sent and unpacked, rows with something in them, cells, seconds of the processor, memory."""

    content_bytes: int = 80_000_000
    unpacked_bytes: int = 60 * 1024 * 1024
    rows: int = 60_000
    lines: int = 100_000
    cells: int = 2_000_000
    seconds: int = 10
    memory_bytes: int = 768 * 1024 * 1024
    answer_bytes: int = 256 * 1024 * 1024


#: For what officers and partners send: a month of a province, 200,000 rows of 20 cells.
WIDE = Limits(unpacked_bytes=400 * 1024 * 1024, rows=400_000, lines=500_000, cells=10_000_000, seconds=60, memory_bytes=2 * 1024**3)
