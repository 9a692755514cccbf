"""The base of a place never stands in for its province's."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from yigui.law.parameter_table import ParameterMissing
from yigui.law.province import BaseEntry, province_of

DAY, KNOWN = dt.date(2026, 10, 1), dt.date(2026, 11, 20)
ZHENGZHOU = BaseEntry(2026, "410100", Decimal(9000), dt.date(2026, 10, 20), "verified", "豫人社〔2026〕某号")


def test_a_citys_new_base_waits_for_the_provinces() -> None:
    henan = province_of("410100")
    alone = replace(henan, bases=(ZHENGZHOU, *(b for b in henan.bases if b.year < 2026)))
    earlier = next(b for b in alone.bases if (b.year, b.area) == (2025, "410000"))
    found = alone.base_at("410100", DAY, KNOWN)
    assert (found.year, found.local, found.provincial, found.is_provisional) == (2026, Decimal(9000), earlier.yuan, True)
    assert "全省暂按 2025 年" in found.source
    both = replace(alone, bases=(BaseEntry(2026, "410000", Decimal(8800), dt.date(2026, 10, 20), "verified", "同上"), *alone.bases))
    found = both.base_at("410100", DAY, KNOWN)
    assert (found.local, found.provincial, found.is_provisional) == (Decimal(9000), Decimal(8800), False)
    with pytest.raises(ParameterMissing, match="全省"):
        replace(henan, bases=(ZHENGZHOU,)).base_at("410100", DAY, KNOWN)


def test_a_province_whose_rules_read_one_base_needs_one() -> None:
    hubei = province_of("420100")
    assert not hubei.version_at(DAY, "420100").reads_provincial_base
    own = BaseEntry(2026, "420100", Decimal(9000), dt.date(2026, 10, 20), "verified", "测试")
    assert not replace(hubei, bases=(own,)).base_at("420100", DAY, KNOWN).is_provisional
