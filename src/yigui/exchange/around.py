"""What a file of money says in words around its rows: titles, names of sheets, lines between and behind the rows.

A title that says that the rows are no money that came refuses the file; so does a line among the rows that is no sum, no page and not on the declared list
of harmless ones (`declarations/lines-beside.yaml`): nobody knows of which rows it speaks.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from functools import cache
from pathlib import Path

from yigui.common.normalise import INVISIBLE
from yigui.common.yaml_files import YamlError, load_yaml
from yigui.documents.errors import FileRefused
from yigui.documents.tabular.units import other_unit_of_note
from yigui.exchange.beside import ACCEPTED_BY

_DECLARED = Path(__file__).parent / "declarations" / "lines-beside.yaml"
#: Of any file: it is void, no real one, or not whole.
_VOID = (
    r"作废|废止|无效|测试|样表|样例|样张|样本|示例|演示|模拟|草稿|[勿不]得?(?:予)?入账(?!的)|重发为准|重新报送为准|未完|待续|续[下后次]页|[下后次]页续|[接转]下页(?!\s*[:：0-9])|未列示|未列出|"
    r"\b(?:void|test|sample|draft|to be continued)\b"
)
#: Of a list of receipts: its rows did not come, went back, or undo others. Of results the same is said of those that failed.
_NO_MONEY = (
    r"失败|不成功|未成功|未入账|未记账|未到账|未入库|未达|未收|待入账|待记账|待清算|待处理|处理中|在途|挂账|退库|退款|退费|退汇|退票|退回|退还|已退|冲正|冲销|冲账|抹账|错账|红字|红冲|撤销|"
    r"欠费|欠缴|未缴|未扣|拒付|\b(?:failed|refunds?|returned|reversals?|reversed|pending|rejected|unpaid|cancelled)\b"
)
_OUT = r"支出|付款|借方|转出|往账|出账|汇出|代付|代发|\b(?:payments? out|debits?)\b"
_NOT_VOID, _IS_VOID = re.compile(_NO_MONEY, re.IGNORECASE), re.compile(_VOID, re.IGNORECASE)
_IS_OUT = re.compile(
    rf"(?:{_OUT})[^,;。:]{{0,4}}(?:明细|清单|清册|流水|列表|名单|报表|表|部分|交易|$)|\((?:{_OUT})\)|^(?:[一二三四五六七八九十0-9]+[、.])?(?:{_OUT})[:]?$",
    re.IGNORECASE,
)
_IS_IN = re.compile(r"收入|贷方|收支|收付|借贷|来账|存入|转入|收款|往来|全部")
#: A figure of those that failed or went out is no word about the rows; it is held against them as one.
_FIGURES_OF = re.compile(rf"(?:{_NO_MONEY}|{_OUT})(?:交易)?(?:总)?(?:笔数|金额|总额|合计|条数|户数|人数|发生额)+", re.IGNORECASE)
#: What somebody is called, and what is said of a case that may be.
_NAMED = re.compile(r"(?:名称|户\s*名|单位|客户|公司|开户行|机构|网点|支行|操作员|柜员|姓名)\s*[:\t, ]\s*[^\s,;|。]*")
_IF = re.compile(r"如[有遇需果对]|若|不含|不包括|除外|剔除|已扣除|请[^,]{0,6}(?:联系|咨询|致电|拨打)")
_BETWEEN_SENTENCES = re.compile(r"[。;,|\t！!]")
_OF_ROWS = re.compile(r"以上|以下|上述|本表|本文件|第[^,]{1,6}[笔条行]|[笔条](?!码)|均|\b(?:above|below)\b", re.IGNORECASE)
_VALUE_MAX = 40
_MARKS = re.compile(r"^[\s*=~#—_.·-]+|[\s*=~#—_.·。!-]+$")
_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?")


def plain_line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).split(" ")).strip()


@cache
def _harmless() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Labels and sentences of the declared list.

    Raises:
        YamlError: the list is wrong.
    """
    found = load_yaml(_DECLARED)
    found.check_keys(("labels", "sentences"))
    labels: list[str] = []
    for entry in found["labels"]:
        entry.check_keys(("words", "why"))
        if not entry["words"] or not entry["why"]:
            raise YamlError(f"{entry.where()}: 无关说明清单的 words 或 why 有误")
        labels += (r"\s*".join(map(re.escape, str(word))) for word in entry["words"])
    sentences = []
    for entry in found["sentences"]:
        entry.check_keys(("pattern", "why"))
        if not entry["pattern"] or not entry["why"]:
            raise YamlError(f"{entry.where()}: 无关说明清单的 pattern 或 why 有误")
        sentences.append(str(entry["pattern"]))
    longest_first = sorted(labels, key=len, reverse=True)
    return (
        re.compile(rf"(?:{'|'.join(longest_first)})(?:\([^()]{{0,12}}\))?\s*(?=[:,;|\t ]|[0-9]|$)\s*:?"),
        re.compile(rf"(?:{'|'.join(f'(?:{one})' for one in sentences)})", re.IGNORECASE),
    )


def _said(text: str, words: re.Pattern[str]) -> str:
    """The word of `words` by which a line speaks of its rows; "" where it does not."""
    plain = _FIGURES_OF.sub("", _NAMED.sub("", plain_line(text)))
    for sentence in _BETWEEN_SENTENCES.split(plain):
        if (found := words.search(sentence)) and not _IF.search(sentence):
            return found[0]
    return ""


def says_void(text: str) -> str:
    """The word by which a line says that the file is void, no real one, or not whole; "" where it does not."""
    return _said(text, _IS_VOID)


def says_no_money(text: str) -> str:
    """The word by which a line says that rows are no money that came; "" where it does not. Of both kinds (成功、失败) it says nothing."""
    return "" if re.search(r"(?<![不未])成功", text) and "失败" in text else _said(text, _NOT_VOID)


def says_out(text: str) -> str:
    """The word by which a title says that the rows are money that went out; "" where it does not, or speaks of both directions."""
    plain = _FIGURES_OF.sub("", _NAMED.sub("", plain_line(text)))
    parts = (part for part in _BETWEEN_SENTENCES.split(plain) if not _IS_IN.search(part) and not _IF.search(part))
    return next((found[0] for part in parts if (found := _IS_OUT.search(part.strip()))), "")


def refuse_titles(file_name: str, lines: Iterable[str], sheet: str, *, of_money: bool) -> None:
    """Refuse a file by what stands above its head, or by the name of its sheet.

    Args:
        of_money: its rows are receipts; of results it depends on what the rows say (`says_no_money`).

    Raises:
        FileRefused: it is void, no real one, not whole, or its rows are no money that came.
    """
    for where, text in [*(("表头上方", line) for line in lines), (f"工作表名称“{sheet}”", sheet)]:
        if word := says_void(text) or (says_no_money(text) if of_money else ""):
            raise FileRefused(
                f"文件“{file_name}”{where}写有“{word}”（{plain_line(text)[:40]}），各行可能不是已到账的款项，未作任何改动。"
                f"请与报送单位核实：确为到账明细的，请对方改正该处后重新导入。"
            )
    if sheet and (unit := other_unit_of_note(sheet)):
        raise FileRefused(
            f"文件“{file_name}”工作表名称“{sheet[:40]}”写明金额的单位是“{unit}”，系统只按人民币元读取，未作任何改动。请换算成元后重新报送。"
        )


def refuse_out(file_name: str, row: int, title: str) -> FileRefused:
    """The refusal of a list of money that went out by its title, where a row of it came in."""
    return FileRefused(
        f"文件“{file_name}”的标题“{title[:40]}”说的是支出，而第 {row} 行读作到账，两者矛盾，未作任何改动。请与报送单位核实后重新导入。"
    )


def refuse_line(file_name: str, number: int, text: str, accepted: Callable[[], Collection[str]] = tuple) -> None:
    """Refuse a file by a line among its rows that is no data.

    Args:
        accepted: the lines that two people have accepted of its sender (`harmless`); asked where it is not on the declared list.

    Raises:
        FileRefused: it is on neither.
    """
    if not is_harmless(text, accepted):
        raise FileRefused(
            f"文件“{file_name}”第 {number} 行“{plain_line(text)[:60]}”不是数据、合计或页码，可能说明前后各行是退款、未入账、已作废的款项或另一种单位，未作任何改动。"
            f"请与报送单位核实：与入账无关的，删除该行后重新导入；说明部分行的，把这些行分成另一个文件。{ACCEPTED_BY}"
        )


def is_harmless(text: str, accepted: Callable[[], Collection[str]] = tuple) -> bool:
    """Whether a line says nothing of the rows: it is made of declared labels and short values, or of declared sentences, or was accepted of its sender."""
    plain = _MARKS.sub("", plain_line(text))
    if not re.search(r"[A-Za-z\u4e00-\u9fff]", plain):
        return True
    if says_void(plain) or says_no_money(plain) or says_out(plain) or other_unit_of_note(plain):
        return False
    labels, sentences = _harmless()
    if sentences.fullmatch(re.sub(r"\s+", "", plain)) or sentences.fullmatch(plain):
        return True
    if all(sentences.fullmatch(_MARKS.sub("", part)) for part in re.split(r"[。;]", plain) if part.strip()):
        return True
    values = labels.split(_CLOCK.sub("", plain))
    is_labelled = len(values) > 1 and not values[0].strip(" ()[]【】")
    if is_labelled and all(len(one) <= _VALUE_MAX and not _OF_ROWS.search(one) for one in values[1:]):
        return True
    return plain_line(text) in accepted()
