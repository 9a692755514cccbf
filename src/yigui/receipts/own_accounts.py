"""The accounts contributions are paid into (收入户), as dated YAML: whether a statement is of one of them."""

import datetime as dt
import re
from functools import lru_cache
from pathlib import Path

from yigui.common.dated_files import in_force
from yigui.common.yaml_files import load_yaml
from yigui.documents.errors import FileRefused

_HERE = Path(__file__).parent / "declarations"
_SHOWN = 4


@lru_cache(maxsize=64)
def _accounts(day: dt.date, folder: Path) -> dict[str, dict[str, str]]:
    """Area -> account -> currency, as in force on a day: a later file replaces the accounts of the areas it names."""
    found: dict[str, dict[str, str]] = {}
    for path in in_force(folder.glob("collecting-accounts-*.yaml"), day, prefix="collecting-accounts-"):
        declared = load_yaml(path)
        declared.check_keys(("accounts",))
        layer: dict[str, dict[str, str]] = {}
        for row in declared["accounts"]:
            row.check_keys(("area", "account_no", "currency"))
            layer.setdefault(row["area"], {})[row["account_no"]] = row["currency"]
        found |= layer
    return found


def collecting_accounts(area_code: str, day: dt.date, folder: Path = _HERE) -> dict[str, str]:
    """The collecting accounts of an area on a day, with their currency."""
    accounts = _accounts(day, folder)
    return accounts.get(area_code) or accounts.get("", {})


def check_account(*, account_no: str, currency: str, area_code: str, day: dt.date, where: str, folder: Path = _HERE) -> str:
    """Make sure that an account is one contributions of the area are paid into; gives it in full where it was written with stars.

    Args:
        currency: as the statement says, "" where it does not.
        day: on which the account must have been one.
        where: the file or the statement of it, for the sentence.

    Raises:
        FileRefused: another account, or another currency.
    """
    known = collecting_accounts(area_code, day, folder)
    if "*" in account_no:
        shown = re.compile("[0-9]*".join(map(re.escape, re.split(r"\*+", account_no))))
        fitting = [known_no for known_no in known if shown.fullmatch(known_no)]
        account_no = fitting[0] if len(fitting) == 1 else account_no
    if account_no not in known:
        raise FileRefused(
            f"{where}的账号（尾号 {account_no[-_SHOWN:]}）不是该地区在 {day} 的收入户，未入账。请核对收款地区和对账单；"
            f"新开的收入户先登记到收款声明（collecting-accounts）。"
        )
    if currency and currency != known[account_no]:
        raise FileRefused(
            f"{where}的账户币种为 {currency[:3]}，收入户（尾号 {account_no[-_SHOWN:]}）为 {known[account_no]}，未入账。请与银行核实。"
        )
    return account_no
