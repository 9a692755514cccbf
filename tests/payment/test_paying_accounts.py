"""The account a fund pays from counts by the day of the payment: a file asked for again names the account the money left."""

import datetime as dt
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from tests import city
from tests.entitlement.people import paid
from yigui.common.yaml_files import YamlError
from yigui.payment import bank_files
from yigui.payment.bank_files import NAMESPACE, paid_on, pain001, paying_account
from yigui.payment.errors import PayRefused
from yigui.runs.models import Batch

FIRST = bank_files._HERE / "paying-accounts-2018-01-01.yaml"
NEW = "622000000000000099"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The declared accounts, and room for those of later days."""
    (tmp_path / FIRST.name).write_text(FIRST.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(bank_files, "_HERE", tmp_path)
    return tmp_path


def changed(folder: Path, day: dt.date, rows: str, debtor: str = "") -> None:
    (folder / f"paying-accounts-{day}.yaml").write_text(f"{debtor}accounts:\n{rows}", encoding="utf-8")


def row(area: str = "", insurance: int = 110) -> str:
    return f'  - {{area: "{area}", insurance: {insurance}, account_no: "{NEW}", bank_code: "103100000026"}}\n'


def payers(batch: Batch) -> dict[str, str]:
    """Account and name of each payer of the first file, and whose order it is."""
    root, n = fromstring("".join(pain001(batch, 1))), {"p": NAMESPACE}
    found = {
        block.findtext("p:DbtrAcct/p:Id/p:Othr/p:Id", "", n): block.findtext("p:Dbtr/p:Nm", "", n)
        for block in root.findall(".//p:PmtInf", n)
    }
    return found | {"orders": root.findtext(".//p:InitgPty/p:Nm", "", n)}


def test_a_payment_leaves_the_account_of_its_day_however_late_the_file_is_asked_for(folder: Path) -> None:
    batch = city.of_city("paid", paid)
    day = paid_on(batch)
    before = payers(batch)
    assert "511100011000000001" in before
    changed(folder, day + dt.timedelta(days=1), row())
    bank_files._paying.cache_clear()
    assert payers(batch) == before
    changed(folder, day, row(), "debtor: 社会保险中心\n")
    bank_files._paying.cache_clear()
    after = payers(batch)
    assert (NEW in after, "511100011000000001" in after) == (True, False)
    assert (before["orders"], after["orders"]) == ("社会保险事业管理局", "社会保险中心")
    assert "社会保险中心" in after[NEW]


def test_a_later_file_says_only_what_changes_and_an_area_may_have_its_own(folder: Path) -> None:
    day = dt.date(2026, 7, 1)
    changed(folder, day, row("511102"))
    eve = day - dt.timedelta(days=1)
    assert paying_account("511102", 110, eve) == paying_account("511102", 110, dt.date(2018, 1, 1))
    assert paying_account("511102", 110, day).account_no == NEW
    assert paying_account("511111", 110, day).account_no == paying_account("511111", 110, eve).account_no != NEW
    assert paying_account("511102", 210, day) == paying_account("511102", 210, eve)


def test_a_day_before_the_first_and_a_wrong_key_are_refused(folder: Path) -> None:
    with pytest.raises(PayRefused, match="2017-12-31 没有支出户账号"):
        paying_account("511102", 110, dt.date(2017, 12, 31))
    changed(folder, dt.date(2026, 8, 1), "  - {area: '', insurance: 110, account: '1', bank_code: '2'}\n")
    with pytest.raises(YamlError, match=r"paying-accounts-2026-08-01\.yaml"):
        paying_account("511102", 110, dt.date(2026, 8, 1))
