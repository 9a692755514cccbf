"""What goes along to another place, and what was paid too much."""

from typing import Any

import pytest

from tests.law.published import DAY, examples, fen
from yigui.law.overpayment import instalments, overpaid_after
from yigui.law.pension import ImpossibleRecord
from yigui.law.transfer_amount import pooled_amount


@examples("transfer_pooled_amount")
def test_transfer(example: dict[str, Any]) -> None:
    years = [(y["year"], fen(y["contribution_wage_total"])) for y in example["inputs"]["years"]]
    assert pooled_amount([*years, (1997, 100_000_00)], DAY) == fen(example["expected"]["pooled_fund"])


def test_overpayment() -> None:
    assert overpaid_after(202605, [(202606, 5), (202604, 1), (202605, 3)]) == [(202606, 5)]
    parts = instalments(100_01, 3, 202611)
    assert [(p.period, p.amount_fen) for p in parts] == [(202611, 33_33), (202612, 33_33), (202701, 33_35)]
    for amount, count in ((0, 1), (100, 0), (100, 61)):
        with pytest.raises(ImpossibleRecord):
            instalments(amount, count, 202611)
