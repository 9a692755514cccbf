"""What stands above a bank's list (账单抬头): the account it is of and its currency, however it is written there."""

import re
import unicodedata
from collections.abc import Iterable

from yigui.common.normalise import INVISIBLE
from yigui.exchange.said_of_lines import is_yuan

_ACCOUNT = re.compile(
    r"(?<!对方)(?<!付款)(?<!付款人)(?<!付款方)(?<!付款单位)(?<!对手)(?<!汇款)"
    r"(?:[账帐户]\s*号|[账帐]\s*户(?:\s*号\s*码)?|卡\s*号|Account\s*(?:No\.?|Number)?)\s*(?:\([^()]*\)\s*)?[:,;\t| ]{0,6}[\"'=]*"
    r"([0-9][0-9* -]{7,38}[0-9])",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\s*(?:[\u4e00-\u9fff]{0,4}?)(?:[账帐户]\s*号|[账帐]\s*户|卡\s*号|Account)(?![\u4e00-\u9fff])", re.IGNORECASE)
_CURRENCY = re.compile(
    r"(?:币\s*[种别]|货\s*币|Currency)\s*(?:\([^()]*\)\s*)?[:,;\t| ]{1,6}\"?([A-Za-z]{3}|[0-9]{3}|[\u4e00-\u9fff]{2,5})",
    re.IGNORECASE,
)


_TITLE = re.compile(
    r"(美元|美金|港元|港币|欧元|日元|英镑|澳元|外币|USD|HKD|EUR|JPY|GBP)\s*(?:活期|对公|单位|结算|专用)*\s*(?:账户|帐户|户)",
    re.IGNORECASE,
)


def accounts_in(lines: Iterable[str]) -> list[str]:
    """The accounts some lines name as those of the list, each once; of a masked one (9558****0001) what is shown."""
    found = (account for line in lines for account in _ACCOUNT.findall(_plain(line)))
    return list(dict.fromkeys(re.sub(r"[ -]", "", account) for account in found))


def other_currency_in(lines: Iterable[str]) -> str:
    """The currency some lines name where it is not the yuan; "" where it is, or none is named."""
    found = (word for line in lines for plain in (_plain(line),) for word in (*_CURRENCY.findall(plain), *_TITLE.findall(plain)))
    return next((word for word in found if not is_yuan(word)), "")


def is_label(text: str) -> bool:
    """Whether a cell begins with the word for an account, as no reference, day or name does."""
    return _LABEL.match(_plain(text)) is not None


def _plain(line: str) -> str:
    return unicodedata.normalize("NFKC", INVISIBLE.sub("", line))
