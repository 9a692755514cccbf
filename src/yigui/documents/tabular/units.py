"""The unit of amounts: a head, or a line above it, that says another one than the yuan (分、万元、美元), or a year's sum (元/年). Such a table is refused: an
amount that is read in yuan where it was written in fen is a hundred times as much.
"""

import re
import unicodedata
from collections.abc import Iterable

_CURRENCIES = "USD|HKD|EUR|JPY|GBP|AUD|CAD|KRW|SGD|MOP|CHF|RUB|TWD|THB|NZD|CNH|美元|美金|港元|港币|欧元|日元|英镑|澳元|加元|韩元|卢布|新加坡元|澳门元|外币"
#: Parts and multiples of the yuan, and other currencies.
_OTHER = rf"[百千十]?万元|[亿千百十]元|[分角厘]|{_CURRENCIES}"
_IN_HEAD = re.compile(
    rf"[(\[【<〔]\s*(?:金额)?(?:单位)?\s*:?\s*(?:为|人民币)?\s*({_OTHER}|[万亿千百]|元?\s*[/每]\s*年|年)\s*[)\]】>〕]",
    re.IGNORECASE,
)
#: 单位 is the unit of the amounts and the employer as well: 单位：分公司 is no unit.
_ABOVE = re.compile(
    rf"(?:单位[\s:,;|]*(?:为|人民币)?\s*|[(\[【]\s*(?:人民币)?)({_OTHER})(?![\u4e00-\u9fffA-Za-z0-9])", re.IGNORECASE
)
#: What a note says besides: 金额以分为单位, 金额均为分.
_IN_NOTE = re.compile(
    rf"以\s*(?:人民币)?\s*({_OTHER})\s*(?:为|作为?|计)\s*(?:单位|价)|(?:金额|币种|货币|币别)[\s:,;|]*(?:均|皆|都)?[为是:]?\s*({_OTHER})(?![\u4e00-\u9fffA-Za-z0-9])",
    re.IGNORECASE,
)


#: The same in other words: 以万元计, 按万元列示, 均为万元, 金额单位（万）, 单位：万, 金额（以分表示）, 合计 5.00 万元, 金额（万元）.
_OTHERWISE = re.compile(
    rf"(?:[以按]\s*(?:人民币)?\s*|(?:均|皆|都)\s*[为是以按]?\s*(?:人民币)?\s*)({_OTHER}|[万亿千])\s*(?:元)?\s*(?:[为作]?单位|计|列示|列报|表示|填列|反映|显示|核算|[)\s,。;]|$)"
    rf"|单位[\s:,;|(\[]*(?:为|人民币)?\s*({_OTHER}|[万亿千百]|fen|cents?)(?![\u4e00-\u9fffA-Za-z0-9])"
    rf"|金额\s*[(\[:]\s*({_OTHER}|[万亿])\s*(?:[)\]]|$)"
    rf"|(?<![0-9年月])[0-9][0-9,]*(?:\.[0-9]+)?\s*([百千十]?万元|[亿千百]元|万(?!\s*[笔人户条])|{_CURRENCIES})",
    re.IGNORECASE,
)
_ENGLISH = re.compile(
    r"\bin\s+(cents?|fen|thousands?|millions?|hundreds?)\b|\b(?:unit|units|amounts?)\s*(?:in|:)?\s*(?:RMB|CNY)?\s*(cents?|fen|thousands?|millions?|10\s*k|k|usd|us\s+dollars?)\b"
    r"|\b(thousands?|millions?)\s*(?:of\s*)?(?:RMB|CNY|yuan)\b|(?:RMB|CNY|¥|￥)\s*(['’‘]?\s*(?:000|0,000)s?)(?![0-9])|\b(10\s*k)\s*(?:RMB|CNY|yuan)\b"
    r"|\bcurrency\s*[:,]?\s*((?:US|HK|AU|CA|NT)?\s*dollars?|euros?|yen|pounds?)\b",
    re.IGNORECASE,
)


def _otherwise(plain: str) -> str:
    found = _OTHERWISE.search(plain) or _ENGLISH.search(plain)
    return next(filter(None, found.groups()), "") if found else ""


def advice_of(unit: str) -> str:
    """What is to be done about amounts in another unit."""
    return "请换算成每月的金额" if "年" in unit else "请换算成元"


def other_unit_of_head(head: str) -> str:
    """The unit a head says in brackets where that is not the yuan; "" where it is, or none is said."""
    found = _IN_HEAD.search(unicodedata.normalize("NFKC", head)) if len(head) > 2 else None
    return found[1] if found else ""


def other_unit_above(lines: Iterable[str]) -> str:
    """The unit of amounts that a line above the head says where that is not the yuan."""
    for line in lines:
        plain = unicodedata.normalize("NFKC", line)
        # A currency that is told as one (币种：美元) is judged by whoever knows currencies.
        if (found := _ABOVE.search(plain)) or ((found := _IN_NOTE.search(plain)) and found[1]):
            return found[1]
        if unit := _otherwise(plain):
            return unit
    return ""


def other_unit_of_note(text: str, *, is_row: bool = False) -> str:
    """The unit of amounts that a note behind the rows says where that is not the yuan. `is_row`: it bears a day or an amount; what is said of its own
    amount is no note."""
    plain = unicodedata.normalize("NFKC", text)
    found = _ABOVE.search(plain) or _IN_NOTE.search(plain)
    return next(filter(None, found.groups())) if found else "" if is_row else _otherwise(plain)
