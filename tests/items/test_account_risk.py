"""Another account than a benefit is paid into is key information, whichever part of it is another."""

from typing import Any

import pytest

from yigui.entitlement.models import Benefit
from yigui.items.common.award import account_risk

KEPT = {"bank_code": "102100000021", "account_name": "王五", "account_no": "6222000000000000001"}


@pytest.mark.parametrize(
    ("changed", "risk_class"),
    [({}, 2), ({"bank_code": "103100000026"}, 1), ({"account_name": "王六"}, 1), ({"account_no": "6222000000000000002"}, 1)],
)
def test_bank_name_and_number_are_one_account(changed: dict[str, str], risk_class: int) -> None:
    facts: Any = KEPT | changed
    found, reasons = account_risk(2, [], benefit=Benefit(status="active", **KEPT), facts=facts)
    assert (found, bool(reasons)) == (risk_class, bool(changed))
