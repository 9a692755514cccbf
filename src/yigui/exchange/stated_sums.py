"""What a file states of its own rows (合计、总笔数、期初余额、TRAILER): above its head, in a row of totals or behind its last row; it is held against the rows.

A figure that agrees with nothing the rows come to refuses the file. Where rows cannot be read, only their number is held against it.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from yigui.common.money import parse_yuan, plain_fen
from yigui.common.normalise import INVISIBLE
from yigui.documents.errors import FileRefused

#: Which rows a figure is of: all of them, those that brought money, those that took it, those that arrived, those that did not.
ALL, CAME, WENT, ARRIVED, FAILED = "", "came", "went", "arrived", "failed"
_OF = {
    CAME: ("贷方", "贷", "收入", "收方", "入账", "进账", "存入", "来账", "转入", "收款", "流入"),
    WENT: ("借方", "借", "支出", "付方", "出账", "取出", "支取", "往账", "转出", "付款", "流出"),
    ARRIVED: ("成功", "到账"), FAILED: ("失败", "退票", "退汇", "不成功"),
}  # fmt: skip
_WORD_OF = {word: of for of, words in _OF.items() for word in words}
_WAY = "(?P<of>" + "|".join(sorted(_WORD_OF, key=len, reverse=True)) + ")?"
_BEFORE = r"(?<![\u4e00-\u9fff])(?:本期|本次|本批|本页以上|文件|其中|当期)?"
_BETWEEN = r"\s*(?:\([^()]{0,8}\))?[\s:,;|\"'=]{0,6}(?:￥|¥|CNY|RMB|人民币)?\s*"
_YUAN = r"(?P<figure>-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(?:\.[0-9]{1,2})?)(?![0-9.]|\s*[笔条行])"
_WHOLE = r"(?P<figure>[0-9]{1,9})(?![0-9]|\.[0-9])"
_COUNT = re.compile(
    rf"{_BEFORE}{_WAY}(?:交易|发生|明细|记录|数据|代发|处理)?(?:总笔数|合计笔数|笔数合计|笔数总计|笔数|总条数|总记录数|记录条数|记录总数|总行数){_BETWEEN}{_WHOLE}"
)
_SUM = re.compile(
    rf"{_BEFORE}{_WAY}(?:交易|发生|代发|处理)?(?:总金额|总额|合计金额|金额合计|金额总计|总发生额|发生额合计|发生总额|合计发生额|发生额|合计额|合计|金额){_BETWEEN}{_YUAN}"
)
_BOTH = re.compile(
    rf"(?:合\s*计|总\s*计|共\s*计|共){_BETWEEN}(?P<count>[0-9]{{1,9}})\s*[笔条][\s,;:|、]*(?:合计|金额|共计|计)?{_BETWEEN}{_YUAN}"
)
#: A number of lines alone: 合计 2 笔, 共 2 笔. And the sum in the numerals of documents (大写).
_ALONE = re.compile(rf"{_BEFORE}{_WAY}(?:合\s*计|总\s*计|共\s*计|共){_BETWEEN}(?P<figure>[0-9]{{1,9}})\s*[笔条]")
_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_IN_CAPITALS = re.compile(rf"大写[^{_CAPITALS}]{{0,12}}(?P<figure>[{_CAPITALS}拾佰仟万亿]+[元圆][{_CAPITALS}角分整正]*)")
_TRAILER = re.compile(rf"(?:TRAILER|TRL|TAIL|FOOTER|END|EOF|99)[\s:,;|]+(?P<count>[0-9]{{1,9}})[\s:,;|]+{_YUAN}\W*", re.IGNORECASE)
_BALANCE = re.compile(
    rf"{_BEFORE}(?:(?P<opening>期初余额|期初结余|起始余额|承前余额|上期余额|上日余额|昨日余额)|期末余额|期末结余|截止余额|终止余额|结束余额){_BETWEEN}{_YUAN}"
)
#: Sums since the last of their kind, and of more than the file: neither is one of all its rows.
_OF_MORE = re.compile(r"小\s*计|本页|当页|本日|当日|累计|本年|上年")
_QUOTED = re.compile(r"“([^”]*)”")


@dataclass(frozen=True)
class Stated:
    """A figure the file states: `kind` is count, sum (fen), opening or closing (fen); `of` which rows it counts; `also` the other reading of a figure that
    may be in fen."""

    kind: str
    of: str
    figure: int
    said: str
    also: int | None = None


def stated_in(texts: Iterable[str]) -> list[Stated]:
    """The figures that some lines state."""
    found: list[Stated] = []
    for text in texts:
        plain = unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).strip()
        if _OF_MORE.search(plain):
            continue
        if trailer := _TRAILER.fullmatch(plain):
            fen, other = _fen(trailer["figure"]), int(trailer["figure"]) if trailer["figure"].isdecimal() else None
            found += [Stated("count", ALL, int(trailer["count"]), "总笔数"), Stated("sum", ALL, fen, "总金额", other)]
            continue
        for both in _BOTH.finditer(plain):
            found += [Stated("count", ALL, int(both["count"]), "总笔数"), Stated("sum", ALL, _fen(both["figure"]), "总金额")]
        found += [
            Stated("count", _of(m), int(m["figure"]), f"{m['of'] or '总'}笔数")
            for pattern in (_COUNT, _ALONE)
            for m in pattern.finditer(plain)
        ]
        found += [
            Stated("sum", ALL, whole, "大写金额")
            for m in _IN_CAPITALS.finditer(plain)
            if (whole := _of_capitals(m["figure"])) is not None
        ]
        found += [Stated("sum", _of(m), _fen(m["figure"]), f"{m['of'] or '总'}金额") for m in _SUM.finditer(plain)]
        for m in _BALANCE.finditer(plain):
            kind = "opening" if m["opening"] else "closing"
            found.append(Stated(kind, ALL, _fen(m["figure"]), "期初余额" if m["opening"] else "期末余额"))
    return found


def quoted_in(sentences: Iterable[str]) -> list[str]:
    """What sentences about rows aside quote of them."""
    return [found for sentence in sentences for found in _QUOTED.findall(sentence)]


def _of_capitals(text: str) -> int | None:
    """A sum in the numerals of documents in fen; None where it is none."""
    whole, section, digit, fen = 0, 0, 0, 0
    units = {"拾": 10, "佰": 100, "仟": 1000}
    for letter in text:
        if letter in _CAPITALS:
            digit = _CAPITALS.index(letter)
        elif letter in units:
            section, digit = section + digit * units[letter], 0
        elif letter in "万亿":
            whole = (whole + section + digit) * (10**4 if letter == "万" else 10**8)
            section = digit = 0
        elif letter in "元圆":
            whole, section, digit = whole + section + digit, 0, 0
        elif letter in "角分":
            fen, digit = fen + digit * (10 if letter == "角" else 1), 0
    return whole * 100 + fen if not digit else None


_PAGES = re.compile(
    r"第\s*([0-9]{1,5})\s*页[\s,/;|]*(?:共\s*)?([0-9]{1,5})\s*页|(?<![0-9])([0-9]{1,5})\s*/\s*([0-9]{1,5})\s*页|page\s*([0-9]{1,5})\s*of\s*([0-9]{1,5})",
    re.IGNORECASE,
)


def refuse_pages(file_name: str, texts: Iterable[str]) -> None:
    """Hold the pages that lines name (第1页/共3页) against how many they say there are.

    Raises:
        FileRefused: one of them does not stand in the file.
    """
    seen, last = set[int](), 0
    for text in texts:
        for found in _PAGES.findall(unicodedata.normalize("NFKC", INVISIBLE.sub("", text))):
            page, pages = (int(part) for part in found if part)
            seen.add(page)
            last = max(last, pages)
    missing = next((page for page in range(1, min(last, 10_000) + 1) if page not in seen), 0)
    if missing:
        raise FileRefused(
            f"文件“{file_name}”写明共 {last} 页，缺少第 {missing} 页，未作任何改动。请对方导出全部各页后重新导入；各页已在本文件中的，请删除页码行。"
        )


def _of(match: re.Match[str]) -> str:
    return _WORD_OF[match["of"]] if match["of"] else ALL


def _fen(figure: str) -> int:
    return parse_yuan(figure.replace(",", ""))


@dataclass(frozen=True)
class Rows:
    """What the rows come to: by kind of row the numbers and the sums (fen) any of which a figure may mean, the first being what is told of them. A kind whose
    rows cannot all be read is missing. `net_fen`: what they moved, None where that is not known."""

    counts: Mapping[str, Sequence[int]]
    sums: Mapping[str, Sequence[int]]
    net_fen: int | None = None


def refuse_unequal(file_name: str, stated: Iterable[Stated], rows: Rows) -> None:
    """Hold figures against the rows.

    Raises:
        FileRefused: one agrees with nothing the rows come to; the sentence names both.
    """
    told, balances = list(stated), dict[str, int]()
    left_out = _left_out(told, rows)
    for one in told:
        if one.kind in ("opening", "closing"):
            balances.setdefault(one.kind, one.figure)
            continue
        have = (rows.counts if one.kind == "count" else rows.sums).get(one.of)
        if not have or one.of in left_out or one.figure in have or one.also in have:
            continue
        if one.of == ALL and left_out:
            others = [figures[one.kind] for figures in left_out.values() if one.kind in figures]
            if len(others) < len(left_out) or one.figure - sum(others) in have:
                continue
        shown = (lambda figure: f"{figure} 笔") if one.kind == "count" else (lambda figure: f"{plain_fen(figure)} 元")
        raise FileRefused(
            f"文件“{file_name}”写明{one.said} {shown(one.figure)}，各行实为 {shown(have[0])}，两者不符，未作任何改动；可能传输中断或行有缺失，{_again(rows)}"
        )
    net = rows.net_fen
    for of, figures in left_out.items():
        fen = figures.get("sum")
        net = None if net is None or fen is None else net + (fen if of == CAME else -fen)
    if len(balances) == 2 and net is not None and balances["opening"] + net != balances["closing"]:
        raise FileRefused(
            f"文件“{file_name}”写明期初余额 {plain_fen(balances['opening'])} 元、期末余额 {plain_fen(balances['closing'])} 元，而各行收支相抵为 "
            f"{plain_fen(net)} 元，三者不符，未作任何改动；可能传输中断或行有缺失，{_again(rows)}"
        )


def _left_out(stated: Sequence[Stated], rows: Rows) -> dict[str, dict[str, int]]:
    """The direction of which the list has no row though its head tells of some (只查贷方 under the head of the whole statement), with what it tells:
    by direction and kind. It is not held, and figures of all rows may mean what is left without it."""
    found: dict[str, dict[str, int]] = {}
    for of, other in ((CAME, WENT), (WENT, CAME)):
        if rows.counts.get(of) == [0] and any(rows.counts.get(other, ())):
            figures = {one.kind: one.figure for one in stated if one.of == of and one.kind in ("count", "sum") and one.figure}
            if figures:
                found[of] = figures
    return found


def _again(rows: Rows) -> str:
    """Which export is wanted instead."""
    ways = [of for of in (CAME, WENT) if any(rows.counts.get(of, ()))]
    one = {CAME: "收入（贷方）", WENT: "支出（借方）"}[ways[0]] if len(ways) == 1 else ""
    return f"本文件只有{one}的行，请对方按全部收支重新导出。" if one else "请对方重新导出。"
