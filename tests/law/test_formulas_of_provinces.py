"""The base and its time, the methods of the provinces, and what is refused."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.law.published import facts_of
from yigui.common.yaml_files import YamlError
from yigui.law import province as province_module
from yigui.law.needs import FactMissing
from yigui.law.parameter_table import ParameterMissing
from yigui.law.pension import Assessment, ImpossibleRecord, assess, base_at
from yigui.law.province import CalculationBase, province_of, provinces


def test_the_base_is_provisional_until_published() -> None:
    shaanxi = dt.date(2025, 11, 20)
    before, after = base_at("610100", shaanxi, dt.date(2026, 6, 22)), base_at("610100", shaanxi, dt.date(2026, 6, 23))
    assert (before.local, before.is_provisional, before.year) == (7727, True, 2024)
    assert (after.local, after.is_provisional, after.year) == (7881, False, 2025)
    with pytest.raises(ParameterMissing, match=r"计发基数.*610100.*2031"):
        base_at("610100", dt.date(2031, 1, 1), dt.date(2031, 1, 1))


def test_every_province_assesses() -> None:
    assert len(provinces()) == 31
    for province in provinces():
        base = base_at(province.area, dt.date(2025, 8, 1), dt.date(2026, 1, 1))
        titles = frozenset({"one_child", "plateau"})
        found = assess(facts_of(province.area, titles=titles), base)
        assert 0 < found.total_fen == sum(line.amount_fen for line in found.lines), province.label
        assert {"basic", "account", "transitional"} <= {c.kind for c in found.components}


def test_special_methods() -> None:
    """Each structure of its own, worked out by hand."""

    def part(area: str, kind: str, yuan: str = "8000", other: str = "", **changed: Any) -> int:
        base = CalculationBase(2025, Decimal(yuan), Decimal(other or yuan), False, "")
        return assess(facts_of(area, **changed), base).part(kind)

    # Beijing: 60 deemed months with index 1, 20 paid with 1.1, one percent a year.
    assert part("110000", "transitional") == round(8000 * (5 + Decimal("1.1") * Decimal("1.67")))
    # Inner Mongolia: an index below 1 counts as 1.
    assert part("150000", "transitional", average_index=Decimal("0.7")) == part("150000", "transitional", average_index=Decimal(1))
    # Jilin: local and provincial base, 1.4 above 20 paid years, brackets of long service of 33.33 years.
    assert part("220100", "basic", "8000", "7000") == round((8000 + 7000 * 0.9) / 2 * 33.33)
    assert part("220100", "transitional", "8000", "7000") == 7000 * 9 // 10 * 5 * 14 // 10
    mean = (8000 + 7000 * Decimal("0.9")) / 2
    brackets = (mean * 5 * Decimal("0.15"), mean * 5 * Decimal("0.20"), mean * Decimal("3.33") * Decimal("0.25"))
    assert part("220100", "long_service", "8000", "7000") == sum(int(b.quantize(Decimal(1), "ROUND_HALF_UP")) for b in brackets)
    assert part("220100", "long_service", "8000", "7000", total_months=300) == 0
    # Shanghai: full years and 0.083 a month, and the notional account by 120; parts up to the jiao.
    exact = 8000 * Decimal("6.664") * Decimal("1.2") + 10_000
    assert part("310000", "transitional") == int((exact / 10).to_integral_value("ROUND_CEILING")) * 10
    # Jiangsu in 2025: 300 yuan and 70 percent of the difference; from 2026 the new amount alone.
    new = 8000 * Decimal("1.1") * Decimal("6.6667") * Decimal("1.2")
    assert part("320000", "transitional") == round(30_000 + (new - 30_000) * Decimal("0.7"))
    assert part("320000", "transitional", retired_on=dt.date(2026, 2, 1)) == round(new)
    with pytest.raises(FactMissing, match=r"按原办法计算的过渡性养老金.*按原办法测算表"):
        part("320000", "transitional", old_method_fen=None)
    # Guangdong: below 0.6 the base of the basic part is scaled; 100 and 4 for each of all 33 full years.
    low = part("440100", "basic", average_index=Decimal("0.3"))
    assert low == round((8000 * Decimal("0.5") + 8000 * Decimal("0.3")) / 2 * Decimal("33.3333"))
    assert part("440100", "transitional") == round(new) + 23_200
    assert part("440100", "transitional", weighted_years=Decimal("8.5")) == 8000 * 85 * 12 // 100 + 23_200
    # Henan: the second term is the local base.
    assert part("410300", "basic", "7000", "8000") == round((8000 + 7000 * Decimal("0.9")) / 2 * Decimal("33.33"))
    # Extras by title.
    three = sum(part("500000", kind) for kind in ("basic", "account", "transitional"))
    assert part("500000", "supplement", titles=frozenset({"one_child"})) == round(Decimal(three) * 3 / 100)
    assert part("500000", "supplement") == 0
    assert part("540000", "plateau", titles=frozenset({"plateau"})) == 7200 * 15
    assert part("540000", "plateau", titles=frozenset({"plateau"}), local_months=130) == 7200 * 5
    assert part("620000", "adjustment", deemed_months=180, pre_account_months=180) == 1500
    assert part("530000", "supplement", titles=frozenset({"one_child"})) == 17_765


def test_jilin_of_2023_rounds_the_deemed_years_to_one_decimal_and_all_years_to_two() -> None:
    base = CalculationBase(2023, Decimal(8000), Decimal(7000), False, "")
    for year, years in ((2022, "6.58"), (2023, "6.6"), (2024, "6.58")):
        found = assess(facts_of("220100", retired_on=dt.date(year, 8, 1), deemed_months=79, pre_account_months=79), base)
        assert found.part("transitional") == round(7000 * Decimal("0.9") * Decimal(years) * Decimal("1.4"))
        assert found.years == Decimal("33.33")


@pytest.mark.parametrize(("area", "last"), [("510000", 2010), ("630000", 2015), ("440000", 2020), ("320000", 2021)])
def test_years_whose_rules_no_text_tells_are_refused_by_name(area: str, last: int) -> None:
    base = CalculationBase(last, Decimal(5000), Decimal(5000), False, "")
    for year in (2006, last):
        with pytest.raises(ParameterMissing, match=rf"计发办法.*{area}.*{year}-08-01"):
            assess(facts_of(area, retired_on=dt.date(year, 8, 1)), base)
    assert province_of(area).version_at(dt.date(last + 1, 1, 1))


@pytest.mark.parametrize(
    "changed",
    [
        {"total_months": 0}, {"deemed_months": -1}, {"pre_account_months": 401}, {"average_index": Decimal(0)}, {"account_fen": -1},
        {"transitional_index": Decimal("-1")}, {"payout_months": Decimal(0)},
    ],
)  # fmt: skip
def test_impossible_records_are_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ImpossibleRecord):
        assess(facts_of("511102", **changed), base_at("511102", dt.date(2025, 8, 1), dt.date(2026, 1, 1)))


def test_missing_rules_name_parameter_area_and_date() -> None:
    with pytest.raises(ParameterMissing, match=r"计发办法.*510000.*1999-01-01"):
        assess(facts_of("511102", retired_on=dt.date(1999, 1, 1)), CalculationBase(1999, Decimal(1), Decimal(1), False, ""))
    with pytest.raises(ParameterMissing, match="710000"):
        province_of("710000")


def test_a_province_file_with_an_unknown_word_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "pension" / "provinces"
    folder.mkdir(parents=True)
    good = (province_module.ROOT / "pension" / "provinces" / "sichuan.yaml").read_text()
    for wrong, found in (
        ("years: half_up_2", "years: half_down_2"),
        ("method: mean", "methods: mean"),
        ('yuan: "8462"', "yuan: 8462"),
        ("kind: fixed", "kind: gift"),
    ):
        (folder / "x.yaml").write_text(good.replace(wrong, found, 1))
        monkeypatch.setattr(province_module, "ROOT", tmp_path)
        province_module.provinces_of_files.cache_clear()
        with pytest.raises(YamlError, match=r"x\.yaml:\d+"):
            provinces()
    monkeypatch.undo()
    province_module.provinces_of_files.cache_clear()


@given(
    months=st.integers(180, 560), more=st.integers(1, 24), index=st.decimals("0.4", "3", places=4), account=st.integers(0, 60_000_000),
    area=st.sampled_from([p.area for p in provinces()]), deemed=st.integers(0, 120),
)  # fmt: skip
def test_one_month_more_is_never_less(months: int, more: int, index: Decimal, account: int, area: str, deemed: int) -> None:
    """Basic and account part never fall, and the lines add up to the total."""

    def assessed(total: int, balance: int) -> Assessment:
        facts = facts_of(
            area, total_months=total, average_index=index, account_fen=balance, deemed_months=deemed, pre_account_months=deemed
        )
        return assess(facts, base_at(area, dt.date(2025, 8, 1), dt.date(2026, 1, 1)))

    less, greater = assessed(months, account), assessed(months + more, account + 40_000 * more)
    for kind in ("basic", "account"):
        assert greater.part(kind) >= less.part(kind)
    for found in (less, greater):
        assert sum(line.amount_fen for line in found.lines) == found.total_fen
