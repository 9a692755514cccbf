"""Columns that a file of money may have beside those that are read: a declared list (无关列清单), and what their cells are held against all the same.

A column that is not on it and holds something refuses the file: nobody knows what it says of the money.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path

from yigui.common.money import parse_yuan
from yigui.common.yaml_files import YamlError, load_yaml
from yigui.documents.errors import FileRefused
from yigui.documents.tabular.heads import plain_head
from yigui.documents.tabular.units import other_unit_of_head

_DECLARED = Path(__file__).parent / "declarations" / "heads-beside.yaml"
SOURCES = ("bank", "tax", "results")
#: What cells of a listed column are held against; "" nothing.
SAYS = ("", "way", "yuan", "nothing", "equal", "day", "arrived", "agreed")
#: Who may accept a head or a line, as the refusal of a file says it (`harmless`).
ACCEPTED_BY = "每次都随文件报送、且与这些无关的，可在“无关列登记”登记（出纳或会计申请，市级出纳或会计中的另一人确认），以后的文件不再因此退回。"
#: A remark behind a head that says nothing: the head again in English.
_ENGLISH = re.compile(r"^([^\[(]+)[\[(][a-z0-9 .,'/-]{3,}[\])]$")
#: The reader keeps so much of a head it does not know.
HEAD_MAX = 60


@cache
def beside(source: str) -> Mapping[str, str]:
    """The listed heads of a kind of file, plain, each with what its cells are held against.

    Raises:
        YamlError: the list is wrong.
    """
    found = load_yaml(_DECLARED)
    found.check_keys(("beside",))
    heads: dict[str, str] = {}
    for entry in found["beside"]:
        entry.check_keys(("heads", "of", "why"), ("says",))
        says = entry.get("says", "")
        if says not in SAYS or not set(entry["of"]) <= set(SOURCES) or not entry["why"]:
            raise YamlError(f"{entry.where()}: 无关列的 of、says 或 why 有误")
        for head in entry["heads"] if source in entry["of"] else ():
            plain = plain_head(str(head), with_remark=True)
            if heads.setdefault(plain, says) != says:
                raise YamlError(f"{entry.where()}: 表头“{head}”列了两次，说法不同")
    return heads


#: Further heads of a column that is read: what they are held against. Of other columns a second head may say something else.
_AGAIN = {
    "reference": "", "received_on": "", "payer_name": "", "payer_account": "", "account_name": "", "account_no": "", "own_account": "", "payee": "",
    "balance": "", "amount": "equal", "amount1": "equal", "amount2": "equal", "amount3": "equal",
    "text": "way", "way": "direction", "currency": "currency", "state": "state", "reversal": "void", "void": "void",
}  # fmt: skip


def says_again(column: str) -> str | None:
    """What a further head of a column that is read is held against; None where it may not stand there."""
    return _AGAIN.get(column)


def says_of(head: str, source: str) -> str | None:
    """What the cells of a listed head are held against; None where it is not on the list, or says another unit in brackets."""
    if len(head) >= HEAD_MAX or other_unit_of_head(head):
        return None
    listed, plain = beside(source), plain_head(head, with_remark=True)
    if plain not in listed and (english := _ENGLISH.match(plain)):
        plain = english[1]
    return listed.get(plain)


#: Words a bank makes the name of a movement of, and those of them that say that it went out.
_OUTWARD = r"支出|支取|转出|汇出|划出|付出|取款|取现|提现|代付|代发|往账|出账|转支|现支|转取|现取|借记|下拨"
_SAID_BY_PAYERS = r"付款|支付|转付|汇付"
_AROUND = (
    r"转账|汇款|汇兑|网银|手机银行|跨行|同行|行内|行外|他行|本行|异地|本地|同城|电子|大额|小额|对公|对私|企业|公司|柜面|柜台|批量|实时|普通|加急|现金|系统|"
    r"自动|工资|奖金|养老金|待遇|费用|手续费|资金|款项|支票|本票|汇票|业务|交易|银行|互联|超级|往来|账|款"
)
_BY_BANK = rf"{_OUTWARD}|{_SAID_BY_PAYERS}|支|付|借|往|出"
#: What stands between words of a movement.
_BETWEEN = re.compile(r"[-_/、:.\s()0-9]")
#: Any sign of money going out, in a column of the bank's own names of movements; what is called so and says nothing.
_STEM = re.compile(r"[支付出取往借扣退−-]|代发|冲|撤|手续费|利息|结息")
_NO_STEM = re.compile(r"支付宝|微信支付|云闪付|云支付|支行|网上支付|移动支付|第三方支付|扫码支付|收付|存取|-")


def plain_words(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().replace("帐", "账")


def says_it_went(text: str, *, by_bank: bool = False) -> bool:
    """Whether a text is nothing but a bank's name of a movement out (转账支出, 代付). `by_bank`: the payer has not written it (摘要)."""
    outward = _BY_BANK if by_bank else _OUTWARD
    plain = _BETWEEN.sub("-", plain_words(text))
    return re.search(outward, plain) is not None and _is_made_of(plain, frozenset(f"{outward}|{_AROUND}|-".split("|")))


#: Words of a movement that undoes another, or is money of ours that came back; and what a bank writes around them.
_UNDONE = re.compile(r"冲正|冲账|抹账|错账|红字|红冲|冲红|冲销|冲回|退回|退汇|退票")
_AROUND_UNDONE = re.compile(
    r"(?:交易|系统|柜面|自动|人工|当日|隔日|银行|代发|代付|工资|待遇|养老金|汇款|转账|款项|资金|补账|补记|业务|款|[A-Za-z0-9_:/.\s()-])*"
)


def undone_in(text: str, *, by_bank: bool) -> str:
    """The word by which the text of money that came in says that it undoes another movement, or came back; "" where it does not. What a payer writes is
    taken for it only where it says nothing else."""
    plain = plain_words(text)
    found = _UNDONE.search(plain)
    if found is None or (not by_bank and not _AROUND_UNDONE.fullmatch(_UNDONE.sub("", plain))):
        return ""
    return found[0]


def _is_made_of(text: str, words: frozenset[str]) -> bool:
    """Whether a text is words of a list, one behind the other: each place is looked at once, however the words overlap (付款 is 付 and 款 too)."""
    longest, reached = max(map(len, words)), {0}
    for at in range(len(text)):
        if at in reached:
            reached.update(end for end in range(at + 1, min(at + longest, len(text)) + 1) if text[at:end] in words)
    return len(text) in reached


def may_say_it_went(text: str) -> bool:
    """Whether a bank's name of a movement has any word in it of money going out."""
    plain = plain_words(text)
    return plain in ("-", "−") or _STEM.search(_NO_STEM.sub("", plain)) is not None


def is_nothing(text: str) -> bool:
    try:
        return parse_yuan(text) == 0
    except ValueError:
        return False


def refuse_unlisted(file_name: str, heads: Sequence[str], nameless: Collection[int] = ()) -> None:
    """Refuse a file by the columns nobody knows.

    Args:
        nameless: row and column (from 1) of the first cell under no head at all; empty where there is none.

    Raises:
        FileRefused: there are some.
    """
    if nameless:
        row, column = nameless
        raise FileRefused(
            f"文件“{file_name}”第 {column} 列没有表头，而第 {row} 行在该列有内容，不知说的是什么，未作任何改动。"
            f"请对方补上表头或删除该列后重新导入。"
        )
    if heads:
        named = "”“".join(head[:40] for head in heads[:8])
        more = f"等 {len(heads)} 列" if len(heads) > 8 else ""
        raise FileRefused(
            f"文件“{file_name}”有系统不认得的列“{named}”{more}，可能说明收付方向、金额单位、币种、款项种类或到账与否，未作任何改动。请对方删除这些列，"
            f"或改用约定的表头后重新导入；{ACCEPTED_BY}"
        )
