"""From bytes to rows, in a process of its own: what format it is, where the head stands, and what became of each line."""

import re
import unicodedata
from collections.abc import Generator, Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import Any

from yigui.common.apart import Refused
from yigui.common.normalise import plain_text, unwrapped
from yigui.documents.tabular.batches import ASIDE, BARE, BATCH, BEGINS, WORDS, Batches, Pack, Reader, Told, packed
from yigui.documents.tabular.columns import EXAMPLE_SAID, LEGEND_SAID, Column, Kind, Limits
from yigui.documents.tabular.delimited import Line, Text, open_text
from yigui.documents.tabular.heads import Head, Words, head_of
from yigui.documents.tabular.units import advice_of, other_unit_above, other_unit_of_head, other_unit_of_note
from yigui.documents.tabular.workbooks import is_workbook, open_book

#: How rows that are no data begin: sums, signatures, remarks; and the example of a template.
_ASIDE = re.compile(
    r"(?:合\s*计|总\s*计|小\s*计|共\s*计|本页|累计|制\s*表|填\s*表|审\s*核|复\s*核|经\s*办|负责人|单位盖章|盖\s*章|打印|备\s*注|说\s*明|注\s*[:：]|以下空白|填报)"
)
#: What a row of totals begins with, whatever its other cells hold: the word, and then nothing, a figure or a mark. And what ends a text of a system.
_TOTAL = re.compile(
    r"(?:合\s*计|总\s*计|小\s*计|共\s*计|本页(?:合计|小计)?|累\s*计|(?:贷方|借方|收入|支出|成功|失败|退票|入账|出账|总|合计)?(?:交易|发生)?(?:[总]?笔数|[总]?条数|记录数|[总]?金额|总额|发生额|合计)"
    r"(?:合计|总计)?|(?:期初|期末|上期|承前|上日|昨日)(?:余额|结余))(?:\s*[:：0-9(（].*)?",
    re.DOTALL,
)
#: A sum, or what an account holds, by its name alone, whatever else its row holds: 本日合计, 【总计】, 期末余额, 承前页, Grand Total.
_OF_WHAT = (
    r"(?:本|当|上|前|昨|该|全|每|分|总|净|期|日|月|年|季|周|页|批|次|户|天|行|表|账户|贷方|借方|收入|支出|入账|出账|存入|收款|付款|到账|成功|失败|交易|发生|缴费|实缴|应缴|税票|"
    r"金额|笔数|额|[合总累]\s*计)*"
)
_TOTAL_WORD = re.compile(
    rf"{_OF_WHAT}(?:[合总小共累]\s*计|[日月年]计|总额|总金额|汇总|结存|发生额|总笔数|(?:期初|期末|本期|上期|上日|昨日|当前|承前|账户|结转)?(?:余额|结余))(?:行|数|金额|额)?|"
    r"(?:承|接)(?:前|上)[页期日月年]?(?:合计|余额)?|(?:过|转|结转)(?:次|下)[页期日月年](?:合计|余额)?|"
    r"(?:grand|sub|page|day|daily)?[\s-]*totals?(?:\s*amount)?|sum|(?:opening|closing|ending|final)\s*balance|balance(?:\s*[bc]/?f|\s*(?:brought|carried)\s*forward)?",
    re.IGNORECASE,
)
#: What may stand around such a name: brackets and marks; a figure, a number of lines.
_MARKS = re.compile(r"^[\s【\[〔<《(*#=~—_-]+|[\s】\]〕>》)*#=~—_:：-]+$")
_FIGURES = re.compile(r"\s*[:：(（]?\s*(?:人民币|￥|¥)?\s*-?[0-9][0-9,]*(?:\.[0-9]+)?\s*(?:元|笔|条|行)?\s*[)）]?\s*$")
#: Cells that have to be looked at for it.
_MAY_TOTAL = re.compile(r"[计额余汇结承接过转]|[tT](?:otal|OTAL)|[sS](?:um|UM)|[bB](?:alance|ALANCE)")
_ENDED = re.compile(r"(?:TRAILER|TRL|TAIL|FOOTER|END|EOF)", re.IGNORECASE)
#: What ends such a text by a number: a row of a list may begin so as well (`_Table._is_last_of_text`).
_LAST = "99"
_FIGURE = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]{1,2})?")
_PAGE = re.compile(r"(?:第\s*[0-9]+\s*页|[-—]?\s*[0-9]+\s*/\s*[0-9]+\s*页?|共\s*[0-9]+\s*页).*")
#: Columns of a table that nobody knows, at most.
UNKNOWN_MAX = 200
#: Characters told of a row of totals.
_TOTAL_MAX = 200
_EXAMPLE = re.compile(r"[（(【]?(?:示例|样例|例[:：)）】])")
#: What a row below the head says of each column of a template: that it must, or may, be filled in, and how.
_LEGEND = re.compile(
    r"[*＊]?[（(【]?(?:必填|选填|非必填|可不填|可选|必录|选录|必须填写|选择填写)(?:项)?[)）】]?(?:[，,；;：:、。\s（(].*)?",
    re.DOTALL,
)
#: Characters told of a line above the head.
_ABOVE_MAX = 1_000
#: First characters of both.
_BEGINNINGS = frozenset("合总小共本累制填审复经负单盖打备说注以（(【示样例必选非可*＊")
#: Of cells with a separator before each: one that begins so; and one that does, is blank, or begins with blanks.
_BEGINS_SO = re.compile(f"\x1f[{re.escape(''.join(sorted(_BEGINNINGS)))}]")
_BEGINS_ODD = re.compile(rf"{_BEGINS_SO.pattern}|\x1f\s|\x1f\Z")


def told_rows(
    content: bytes, *, file_name: str, columns: Sequence[Sequence[Any]], limits: Mapping[str, int]
) -> Generator[list[Told | Pack], None, dict[str, Any]]:
    """Rows as plain lists and packs, by batches; what the file is (head, sheet, counts) comes as the generator's last word.

    Raises:
        Refused: not to be read, a needed column missing, no rows, or more than it may hold.
    """
    asked = [Column(name, heads, Kind(kind), *more) for name, heads, kind, *more in columns]
    table = _Table(asked, Limits(**limits), file_name)
    yield from table.read(content)
    return table.told()


class _Table:
    """One file on its way through."""

    def __init__(self, columns: list[Column], limits: Limits, file_name: str) -> None:
        self.columns, self.limits, self.file_name = columns, limits, file_name
        self.words = Words(columns)
        self.head: Head | None = None
        self.sheet = self.encoding = self.separator = ""
        self.notes: list[str] = []
        self.above: list[str] = []
        self.is_1904 = False
        self.count = {"read": 0, "rejected": 0, "aside": 0, "blank": 0, "joined": 0}
        self.cells = 0
        #: The number of the last line of a text, once it is known; 0 of a workbook.
        self.last = 0
        #: Places without a head; the row and column (from 1) of the first cell that stands under none.
        self.bare: list[int] = []
        self.has_amounts = self.has_totals = False
        self.nameless: list[int] = []

    def read(self, content: bytes) -> Iterator[list[Told | Pack]]:
        if not content:
            raise Refused(f"文件“{self.file_name}”是空文件（0 字节），请重新保存或导出后再上传。")
        if is_workbook(content):
            book = open_book(content, self.file_name, self.words, self.limits)
            self.head, self.sheet, self.is_1904, self.notes = book.head, book.sheet, book.is_1904, book.notes
            self._refuse_headless()
            self.above = _told_above(book.above())
            lines: Iterator[tuple[int, Sequence[Any], str]] = ((number, cells, "") for number, cells in book.lines())
        else:
            text = open_text(content, self.file_name, self.words)
            self.head, self.encoding, self.separator = text.head, text.encoding, text.separator
            self._refuse_headless()
            self.above = _told_above(text.above())
            if not text.is_ended:
                self.notes.append("文件最后一行没有换行符，请核对文件是否完整")
            lines = self._of_text(text)
        self._refuse_too_wide()
        self._refuse_other_units()
        yield from self._judged(lines)
        if not self.count["read"] + self.count["rejected"]:
            raise Refused(f"文件“{self.file_name}”没有数据行。")

    def _of_text(self, text: Text) -> Iterator[tuple[int, Sequence[Any], str]]:
        before: Line | None = None
        for line in text.lines():
            self.count["joined"] += line.span - 1
            if before is not None:
                yield before.number, before.cells, before.fault
            before = line
        if before is not None:
            self.last = before.number
            is_cut = not text.is_ended and self._may_be_cut(before.cells)
            yield before.number, before.cells, before.fault or (CUT if is_cut else "")

    def _is_last_of_text(self, number: int, cells: Sequence[Any]) -> bool:
        """Whether a line ends a text of a system by 99, the number of its rows and a sum. Never in a list of people, where 99 numbers a row."""
        assert self.head is not None
        told = [text for cell in cells if (text := str(cell or "").strip())]
        if number != self.last or len(told) != 3 or told[0] != _LAST or not all(map(_FIGURE.fullmatch, told[1:])):
            return False
        is_of_people = any(c.kind == Kind.NAME or (c.kind == Kind.ID and self.head.places.get(c.name)) for c in self.columns)
        return not is_of_people and told[1] == str(self.count["read"] + self.count["rejected"])

    def _may_be_cut(self, cells: Sequence[str]) -> bool:
        """Whether the last cell of a line without an end may be the beginning of a longer one: an amount without its fen, a day or month of one digit, a
        number of a person that is too short."""
        assert self.head is not None
        place = len(self.head.cells) - 1
        if len(cells) != place + 1:
            return False
        kinds = [column.kind for column in self.columns if place in self.head.places.get(column.name, ())]
        cell = unwrapped(plain_text(cells[place]))
        return bool(cell) and any(kind in _WHOLE and _WHOLE[kind].search(cell) is None for kind in kinds)

    def _refuse_headless(self) -> None:
        head = self.head
        if head is not None and not head.missing:
            return
        missing = head.missing if head else [c for c in self.columns if c.required] or self.columns[:5]
        named = "、".join(column.word for column in missing)
        where = f"（按第 {head.number} 行为表头查找）" if head else ""
        raise Refused(f"文件“{self.file_name}”缺少列：{named}{where}。请按模板补齐表头后再上传。")

    def _refuse_too_wide(self) -> None:
        """Columns that nobody knows are looked into and named, all of them: of a table with more it cannot be said."""
        assert self.head is not None
        if len(self.head.unknown) > UNKNOWN_MAX:
            raise Refused(
                f"文件“{self.file_name}”有 {len(self.head.unknown)} 个系统不认得的列，超过 {UNKNOWN_MAX} 个，无法逐列核对。请删除与业务无关的列后重新上传。"
            )

    def _refuse_other_units(self) -> None:
        """Amounts are read in yuan: a table that says another unit is refused."""
        assert self.head is not None
        heads = [
            self.head.cells[place]
            for column in self.columns
            if column.kind in (Kind.AMOUNT, Kind.AVERAGE)
            for place in self.head.places.get(column.name, [])
        ]
        where, unit = next(((f"的列“{head[:40]}”", unit) for head in heads if (unit := other_unit_of_head(head))), ("", ""))
        self.has_amounts = bool(heads)
        # Nobody's name is a sum; but a list of people is not gone through for it.
        self.has_totals = self.has_amounts and not any(c.kind == Kind.NAME and self.head.places.get(c.name) for c in self.columns)
        if heads and not unit:
            where, unit = "表头上方", other_unit_above(self.above)
        if unit:
            self._refuse_unit(where, unit)

    def _refuse_unit(self, where: str, unit: str) -> None:
        raise Refused(
            f"文件“{self.file_name}”{where}写明金额的单位是“{unit}”，系统只按人民币元读取，未作任何改动。{advice_of(unit)}、"
            f"改正写明的单位后重新报送。"
        )

    def _judged(self, lines: Iterator[tuple[int, Sequence[Any], str]]) -> Iterator[list[Told | Pack]]:
        """Lines by batches: in each column of a batch nearly all cells are what they are; the rows of the others are read by themselves."""
        assert self.head is not None
        head, limits, count = self.head, self.limits, self.count
        taken = {place for places in head.places.values() for place in places}
        self.bare = [place for place, cell in enumerate(head.cells) if not cell and place not in taken]
        batches = Batches([Reader(column, head.places.get(column.name, []), self.is_1904) for column in self.columns])
        odd = _Odd(head, [k for c in self.columns if c.kind == Kind.NAME for k in head.places.get(c.name, [])], self.has_totals)
        while batch := list(islice(lines, BATCH)):
            if batch[-1][0] > limits.lines:
                raise Refused(f"文件“{self.file_name}”超过 {limits.lines} 行（含空行），请删除多余的行后另存为新文件再上传。")
            may_be_odd = odd.may_be_among([cells for _, cells, _ in batch])
            plain = batches.plain([None if fault or (may_be_odd and odd.is_so(cells)) else cells for _, cells, fault in batch])
            told: list[Told | Pack] = []
            for is_plain, run in groupby(zip(batch, plain, strict=True), key=lambda pair: pair[1] is not None):
                if is_plain:
                    told += self._packed([(line, texts) for line, texts in run if texts is not None])
                else:
                    told += self._one_by_one(batches, odd, [line for line, _ in run])
            yield told
            if self.cells > limits.cells:
                raise Refused(f"文件“{self.file_name}”内容过多，请分成几个文件。")
            if count["read"] + count["rejected"] > limits.rows:
                raise Refused(f"文件“{self.file_name}”超过 {limits.rows} 行，请分成几个文件。")

    def _packed(self, run: Sequence[tuple[tuple[int, Sequence[Any], str], Sequence[str]]]) -> list[Told | Pack]:
        """Rows that follow each other and have nothing but their cells to say."""
        self.count["read"] += len(run)
        self.cells += sum(len(line[1]) for line, _ in run)
        self._look_under_none([line for line, _ in run])
        numbers = [line[0] for line, _ in run]
        pack = packed(numbers, [texts for _, texts in run])
        return [pack] if pack else [(number, texts, [], [], 0) for number, (_, texts) in zip(numbers, run, strict=True)]

    def _one_by_one(self, batches: Batches, odd: "_Odd", lines: Sequence[tuple[int, Sequence[Any], str]]) -> Iterator[Told]:
        for number, cells, fault in lines:
            row = self._by_itself(batches, odd, number, cells, fault)
            if row is None:
                self.count["blank"] += 1
                continue
            self.cells += len(cells)
            self.count["aside" if row[4] & ASIDE else "rejected" if row[2] else "read"] += 1
            if not row[4] & ASIDE:
                self._look_under_none([(number, cells, fault)])
            yield row

    def _look_under_none(self, lines: Sequence[tuple[int, Sequence[Any], str]]) -> None:
        """Remember the first cell that stands under no head."""
        for number, cells, _ in lines if self.bare and not self.nameless else ():
            place = next((k for k in self.bare if k < len(cells) and str(cells[k] or "").strip()), None)
            if place is not None:
                self.nameless = [number, place + 1]
                return

    def _by_itself(self, batches: Batches, odd: "_Odd", number: int, cells: Sequence[Any], fault: str) -> Told | None:
        """One row, cell by cell; None for a blank one."""
        first = _first(cells)
        if fault:
            return number, batches.row(cells)[0], [fault], [], 0
        if first is None:
            return None
        texts, problems, notes, is_short = batches.row(cells)
        # What a line of money says in its other cells goes before what its first one looks like: that may be a remark of the payer, or a name.
        is_line = self.has_totals and self._has_own_number(texts) and (not is_short or self._has_facts(texts))
        if _is_legend(cells):
            return number, texts, [LEGEND_SAID], [], 1
        if problems or is_short:
            # A note behind the rows, or between them, says it of all of them.
            note = " ".join(str(cell).strip() for cell in cells if cell)
            if self.has_amounts and (unit := other_unit_of_note(note, is_row=self._has_facts(texts))):
                self._refuse_unit(f"第 {number} 行", unit)
            total = (
                " ".join(str(cell).strip() for cell in cells if cell) if self._is_last_of_text(number, cells) else total_of(cells)
            )
            if total and not is_line:
                return number, texts, [f"“{total}”行不是数据，没有读取"], [], 1
        if is_line:
            is_like_none = isinstance(first, str) and any(look(first) for look in (is_total_word, _EXAMPLE.match, _ASIDE.match))
            return number, texts, problems, [_told([first])[:60], *notes] if is_like_none else notes, BEGINS if is_like_none else 0
        if self.has_totals and isinstance(first, str) and is_total_word(first):
            return number, texts, [f"“{_told(cells)}”行不是数据，没有读取"], [], 1
        if is_short or odd.is_so(cells):
            aside = self._aside(number, first, cells, is_short, odd.names)
            if aside:
                is_line = self.has_totals and aside.endswith(_NO_DATA)
                return number, texts, [aside], [_told(cells)] if is_line else [], ASIDE | WORDS if is_line else ASIDE
        if self.has_totals and (problems or is_short) and not self._has_facts(texts) and (line := _told(cells)):
            return number, texts, problems, [line], WORDS if self._is_words(cells) else BARE
        return number, texts, problems, notes, 0

    def _has_own_number(self, texts: Sequence[str]) -> bool:
        """Whether a row has a number that tells it from others: no amount, no day, no number of lines."""
        return any(column.is_own and _is_own_number(text) for column, text in zip(self.columns, texts, strict=True))

    def _has_facts(self, texts: Sequence[str]) -> bool:
        """Whether a row has a day, an amount or a citizen's number that can be read."""
        return any(
            column.kind in _FACTS and _FACTS[column.kind].fullmatch(text) for column, text in zip(self.columns, texts, strict=True)
        )

    def _is_words(self, cells: Sequence[Any]) -> bool:
        """Whether a row without facts is a line of words: it begins so where no words belong, or has nothing else."""
        assert self.head is not None
        told = [(place, text) for place, cell in enumerate(cells) if cell is not None and (text := str(cell).strip())]
        first, word = told[0]
        of_text = {k for c in self.columns if c.kind == Kind.TEXT for k in self.head.places.get(c.name, ())}
        if first not in of_text or (first == 0 and len(told) == 1):
            return _WORDS_OF.search(word) is not None
        return len(told) > 1 and all(_WORDS_OF.search(text) for _, text in told)

    def _aside(self, number: int, first: Any, cells: Sequence[Any], is_short: bool, names: Sequence[int]) -> str:
        """The sentence about a row that is no data; "" where it is."""
        word = first if isinstance(first, str) else ""
        if _EXAMPLE.match(word) or any(_is_example(cells, k) for k in names):
            return EXAMPLE_SAID
        if is_short and _ASIDE.match(word):
            return f"“{word[:20]}{_NO_DATA}"
        assert self.head is not None
        known = sum(1 for cell in cells if isinstance(cell, str) and self.words.of(cell))
        if known < max(2, len(self.head.places) - 1):
            return ""
        self._refuse_another_head(number, cells)
        return "重复的表头，没有作为数据读取"

    def _refuse_another_head(self, number: int, cells: Sequence[Any]) -> None:
        """A second head whose columns stand elsewhere begins another table: its rows would be read by the first one's."""
        assert self.head is not None
        again = head_of(number, ["" if cell is None else str(cell) for cell in cells], self.words)
        if any(self.head.places.get(name) != places for name, places in again.places.items()):
            raise Refused(
                f"文件“{self.file_name}”第 {number} 行又是表头，各列与第 {self.head.number} 行的表头不同，未作任何改动。请把两张表分成两个文件后重新报送。"
            )

    def told(self) -> dict[str, Any]:
        """What the file is."""
        assert self.head is not None
        return {
            "head_row": self.head.number, "heads": self.head.shown, "unknown": self.head.unknown, "sheet": self.sheet,
            "encoding": self.encoding, "separator": self.separator, "notes": self.notes[:20], "above": self.above, "nameless": self.nameless, **self.count,
        }  # fmt: skip


class _Odd:
    """Rows that may be no data by how they begin: blank ones, sums, signatures, the example of a template, a head that is repeated."""

    def __init__(self, head: Head, names: list[int], has_totals: bool) -> None:
        self.names, self.has_totals = names, has_totals
        self._repeated = {cell for cell in head.cells if cell}

    def may_be_among(self, rows: Sequence[Sequence[Any]]) -> bool:
        """One look at a batch: where it says no, `is_so` says no of each row."""
        firsts = [cells[0] if cells else "" for cells in rows]
        texts = [cell for cell in firsts if type(cell) is str]
        joined = "\x1f".join(("", *texts))
        if None in firsts or not self._repeated.isdisjoint(texts) or _BEGINS_ODD.search(joined):
            return True
        if self.has_totals and _MAY_TOTAL.search(joined):
            return True
        return any(
            _BEGINS_SO.search("\x1f".join(("", *(cells[k] for cells in rows if k < len(cells) and type(cells[k]) is str))))
            for k in self.names
        )

    def is_so(self, cells: Sequence[Any]) -> bool:
        """Whether the row has to be looked at; where it says no, it is data."""
        first = cells[0] if cells else ""
        if type(first) is str:
            first = first.strip() or _first(cells)
        if first is None or (type(first) is str and (first[0] in _BEGINNINGS or first in self._repeated)):
            return True
        if self.has_totals and type(first) is str and _MAY_TOTAL.search(first) and is_total_word(first):
            return True
        return any(k < len(cells) and type(cells[k]) is str and cells[k][:1] in _BEGINNINGS for k in self.names)


#: What an end of a cell is known by, of kinds whose cells tell it: a longer one cannot have begun so.
_WHOLE = {
    Kind.AMOUNT: re.compile(r"\.[0-9]{2}$|元$"), Kind.AVERAGE: re.compile(r"\.[0-9]{2}$|元$"),
    Kind.DATE: re.compile(r"[-/.月][0-9]{2}$|日$|[:时分秒]|^[0-9]{8}$|^[0-9]{5}(?:\.0)?$"),
    Kind.MONTH: re.compile(r"[-/.年][0-9]{2}$|月$|^[0-9]{6}$|^[0-9]{8}$|日$"),
    Kind.ID: re.compile(r"^(?:.{18}|[A-Za-z].*)$"),
}  # fmt: skip
#: How the sentence about a signature or a remark ends.
_NO_DATA = "”行不是数据，没有读取"
#: A day, an amount and a citizen's number as they are read; words, which are no number of anything.
_FACTS = {
    Kind.DATE: re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), Kind.AMOUNT: re.compile(r"-?[0-9]+\.[0-9]{2}"),
    Kind.AVERAGE: re.compile(r"-?[0-9]+\.[0-9]{2}"), Kind.ID: re.compile(r"[0-9]{17}[0-9X]"),
}  # fmt: skip
#: What stands in the column of a number and is none: an amount, a day, a number of lines, a page, words with digits among them.
_NO_NUMBER = re.compile(
    r"-?[0-9][0-9,]*\.[0-9]{1,2}|-?[0-9]{1,3}(?:,[0-9]{3})+|(?:19|20)[0-9]{2}[-/.年]?[01]?[0-9][-/.月]?[0-3]?[0-9]日?|.*[0-9]\s*(?:笔|条|行|页|户|人|元).*|"
    r".*[\u4e00-\u9fff].*[:：].*"
)
#: Digits of a number of a line, at least; signs of one with letters in it.
_OWN_DIGITS, _OWN_WITH_LETTERS = 6, 2
_WORDS_OF = re.compile(r"[\u4e00-\u9fff][^\u4e00-\u9fff]{0,8}[\u4e00-\u9fff]|[A-Za-z]{2,}\s+[A-Za-z]{2,}|[A-Za-z]{3,}\s*[:：]")
CUT = "文件在该行中断（没有换行符，最后一栏可能不完整），请核对后在行末补上换行，或重新导出"


def _told_above(lines: Iterator[str]) -> list[str]:
    return [text[:_ABOVE_MAX] for line in lines if (text := line.strip())]


def _first(cells: Sequence[Any]) -> Any:
    """The first cell with something in it, text without blanks around; None where the line is blank."""
    for cell in cells:
        if cell != "" and cell is not None:
            if type(cell) is not str:
                return cell
            if plain := cell.strip():
                return plain
    return None


def _told(cells: Sequence[Any]) -> str:
    return " ".join(text for cell in cells if cell is not None and (text := str(cell).strip()))[:_TOTAL_MAX]


def _is_own_number(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = sum(letter.isdigit() for letter in plain)
    if not digits or _NO_NUMBER.fullmatch(plain) or _TOTAL.fullmatch(plain) or is_total_word(plain):
        return False
    return digits >= _OWN_DIGITS or (
        len(plain) >= _OWN_WITH_LETTERS and plain.isascii() and any(letter.isalpha() for letter in plain)
    )


def is_total_word(text: str, *, alone: bool = False) -> bool:
    """Whether a cell names a sum or a balance, and nothing else. `alone`: without a figure behind the name."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if len(plain) > 60 or not _MAY_TOTAL.search(plain):
        return False
    if not alone:
        plain = _FIGURES.sub("", plain)
    return _TOTAL_WORD.fullmatch(_MARKS.sub("", plain)) is not None


def total_of(cells: Sequence[Any]) -> str:
    """What a row of totals says, its cells with a blank between; "" of any other row."""
    told = [text for cell in cells if cell is not None and (text := str(cell).strip())]
    if not told:
        return ""
    is_end = len(told) == 3 and _ENDED.fullmatch(told[0]) is not None and all(map(_FIGURE.fullmatch, told[1:]))
    is_page = len(told) <= 2 and all(map(_PAGE.fullmatch, told))
    return " ".join(told)[:_TOTAL_MAX] if is_end or is_page or _TOTAL.fullmatch(told[0]) else ""


def _is_legend(cells: Sequence[Any]) -> bool:
    """Whether a row only says which columns must be filled in (必填、选填), and how."""
    told = [text for cell in cells if (text := str(cell or "").strip())]
    return len(told) > 1 and all(map(_LEGEND.fullmatch, told))


def _is_example(cells: Sequence[Any], place: int) -> bool:
    cell = cells[place] if place < len(cells) else ""
    return type(cell) is str and cell[:1] in _BEGINNINGS and _EXAMPLE.match(cell) is not None
