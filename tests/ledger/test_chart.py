"""The chart of accounts counts by date."""

import datetime as dt
from pathlib import Path

import pytest
from django.db import Error, connections

from tests.ledger.test_books import AREA, FUND, refused, under_warrant
from yigui.common.yaml_files import YamlError
from yigui.ledger import declarations
from yigui.ledger.declarations import chart_on, load_chart
from yigui.ledger.models import LedgerAccount

CHART = Path(declarations.__file__).parent / "declarations" / "chart-2018-01-01.yaml"
BEFORE, FROM = dt.date(2026, 12, 31), dt.date(2027, 1, 1)
LATER = """accounts:
  - {code: "1101", name: 暂付款（新）, class: asset, side: D, funds: [all]}
  - {code: "5106", name: 其他新支出, class: expenditure, side: D, funds: [unemployment]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / CHART.name).write_text(CHART.read_text())
    return tmp_path


def test_a_later_chart_with_only_what_changes_keeps_the_rest(folder: Path) -> None:
    (folder / "chart-2027-01-01.yaml").write_text(LATER)
    before, after = chart_on(BEFORE, folder), chart_on(FROM, folder)
    assert after.keys() == before.keys() | {"5106"}
    assert (before["1101"].name, after["1101"].name) == ("暂付款", "暂付款（新）")
    assert after["1001"] == before["1001"]


def test_an_account_that_begins_later_is_known_but_cannot_be_posted_to_before(folder: Path) -> None:
    count = LedgerAccount.objects.count()
    (folder / "chart-2027-01-01.yaml").write_text(LATER)
    assert load_chart(day=BEFORE, folder=folder) == count + 1
    assert LedgerAccount.objects.get(pk="1101").name == "暂付款"
    values = f"'{FUND}', '{AREA}', %s, 'test', '2018-01-01', '', 'batch', 1, ARRAY['5106', '1004'], ARRAY['D', 'C'], ARRAY[5, 5], ARRAY['', '']"
    with pytest.raises(Error) as error, under_warrant(), connections["default"].cursor() as cursor:
        cursor.execute(f"SELECT ledger_post_v1({values})", [BEFORE])
    assert refused(error) == "YG006"
    assert "5106" in str(error.value)
    with under_warrant(), connections["default"].cursor() as cursor:
        cursor.execute(f"SELECT ledger_post_v1({values})", [FROM])
    load_chart(day=FROM, folder=folder)
    assert LedgerAccount.objects.get(pk="1101").name == "暂付款（新）"


@pytest.mark.parametrize("spoilt", [("side: D", "side: C"), ("class: asset", "class: liability")])
def test_an_account_never_turns_its_side_or_class(folder: Path, spoilt: tuple[str, str]) -> None:
    (folder / "chart-2027-01-01.yaml").write_text(LATER.replace(*spoilt, 1))
    with pytest.raises(YamlError, match="科目 1101"):
        load_chart(day=BEFORE, folder=folder)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [("funds: [all]", "funds: [moon]", ":2: funds 的值 'moon' 未声明"), ("side: D", "side: X", ":2: side"), ("name:", "nam:", ":2: 未知的键 'nam'")],
)  # fmt: skip
def test_a_wrong_chart_is_refused_with_file_and_line(folder: Path, old: str, new: str, words: str) -> None:
    (folder / "chart-2027-01-01.yaml").write_text(LATER.replace(old, new, 1))
    with pytest.raises(YamlError, match=r"^chart-2027-01-01\.yaml:") as error:
        chart_on(FROM, folder)
    assert words in str(error.value)
