"""Published examples of the benefit side and award sheets, and what their tests share."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from yigui.law.pension import PensionFacts

HERE = Path(__file__).parent / "cases"
EXAMPLES: list[dict[str, Any]] = yaml.safe_load((HERE / "benefit.yaml").read_text())
SHEETS: dict[str, Any] = yaml.safe_load((HERE / "award_sheets.yaml").read_text())
AREA = {
    "Shaanxi": "610000", "Anhui": "340000", "Zhejiang": "330000", "Sichuan": "510000", "Shandong": "370000", "Hubei": "420000",
    "Hebei": "130000", "Heilongjiang": "230000", "Tianjin": "120000", "Hunan": "430000", "Jiangxi": "360000", "Fujian": "350000",
    "Yunnan": "530000", "Liaoning": "210000", "Gansu": "620000", "Chongqing": "500000", "Guangdong": "440000", "Shanghai": "310000",
}  # fmt: skip
DAY = dt.date(2026, 8, 1)


def fen(yuan: str) -> int:
    return int(Decimal(yuan) * 100)


def examples(*kinds: str) -> Any:
    found = [e for e in EXAMPLES if e["kind"] in kinds]
    assert found
    return pytest.mark.parametrize("example", found, ids=[e["id"] for e in found])


def period(text: str) -> int:
    return int(text.replace("-", ""))


def facts_of(area: str, **changed: Any) -> PensionFacts:
    values: dict[str, Any] = {
        "area": area, "retired_on": dt.date(2025, 8, 1), "total_months": 400, "deemed_months": 60, "pre_account_months": 80,
        "average_index": Decimal("0.9"), "account_fen": 8_000_000, "payout_months": Decimal(139),
        "transitional_index": Decimal("1.1"), "notional_account_fen": 1_200_000, "old_method_fen": 30_000, "titles": frozenset(),
        "local_months": 400,
    }  # fmt: skip
    return PensionFacts(**(values | changed))
