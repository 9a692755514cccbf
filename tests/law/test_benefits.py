"""Every published example of the benefit side and every consistent award sheet, exact to the fen."""

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from yigui.common.months import add_months
from yigui.common.strict_yaml import YamlError
from yigui.law import province as province_module
from yigui.law.average_index import ContributionYear, average_index
from yigui.law.critical_illness import critical_illness_supplement
from yigui.law.disability import DisabilityAllowance, disability_allowance
from yigui.law.injury import grade_entitlement, lump_sum, monthly_allowance, own_wage, termination_grants, work_death_grant
from yigui.law.maternity import leave_days, maternity_allowance
from yigui.law.needs import FactMissing
from yigui.law.overpayment import instalments, overpaid_after
from yigui.law.parameter_table import ParameterMissing, table
from yigui.law.payout_months import payout_months
from yigui.law.pension import Assessment, ImpossibleRecord, PensionFacts, assess, base_at, years_of
from yigui.law.pension_adjustment import Pensioner, adjustment_plan
from yigui.law.province import CalculationBase, province_of, provinces
from yigui.law.resident_pension import resident_minimum_years, resident_pension
from yigui.law.retirement_age import RetirementGroup, minimum_contribution_months, retirement_span
from yigui.law.survivors import OwnContributionsMissing, survivor_grants, survivor_months
from yigui.law.transfer_amount import pooled_amount
from yigui.law.unemployment import benefit_months, death_grants, monthly_amount, national_cap_months, rural_grant

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


@examples("retirement_age")
def test_retirement_age(example: dict[str, Any]) -> None:
    given_, expected = example["inputs"], example["expected"]
    born = period(given_["birth_month"])
    span = retirement_span(RetirementGroup(given_["group"]), born)
    assert span.statutory == period(expected["statutory_month"])
    if "earliest_flexible_month" in expected:
        assert span.earliest == period(expected["earliest_flexible_month"])
        assert span.latest == period(expected["latest_flexible_month"])
    assert span.kind_of(span.statutory) == "statutory"
    assert span.kind_of(add_months(span.latest, 1)) == "" == span.kind_of(add_months(span.earliest, -1))


@examples("minimum_contribution_months")
def test_minimum_months(example: dict[str, Any]) -> None:
    assert minimum_contribution_months(example["inputs"]["year"] * 100 + 6) == example["expected"]["minimum_months"]


@examples("payout_months")
def test_payout_months(example: dict[str, Any]) -> None:
    age = example["inputs"]["age_years"] * 12 + example["inputs"]["age_months"]
    assert payout_months(age, DAY) == Decimal(example["expected"]["payout_months"])


def test_payout_months_by_whole_years_before_2025() -> None:
    assert payout_months(60 * 12 + 3, dt.date(2024, 12, 31)) == 139
    assert payout_months(60 * 12 + 3, dt.date(2025, 1, 1)) == Decimal("137.3")  # 137.25, half up
    assert payout_months(71 * 12 + 6, DAY) == 56 == payout_months(70 * 12 + 5, DAY)


@examples("pension_award")
def test_published_awards(example: dict[str, Any]) -> None:
    """Sheets that print years and indexed wage: their months are found back by the province's own rounding."""
    given_, expected = example["inputs"], example["expected"]
    area = AREA[given_["province"]]
    base = Decimal(given_["calculation_base"])
    index = Decimal(given_["average_index"]) if "average_index" in given_ else Decimal(given_["indexed_monthly_wage"]) / base
    retired = re.search(r"(20\d\d)-(\d\d)", example.get("retired", "") or given_.get("retirement_month", "")) or None
    on = dt.date(int(retired[1]), int(retired[2]), 15) if retired else _day_of(example)
    rules = province_of(area).version_at(on)
    transition = given_.get("transition", {})
    months = _months_for(Decimal(given_["years"]), rules.years)
    earlier = _months_for(Decimal(transition["years"]), rules.years) if transition else 0
    deemed = earlier if rules.transitional.years == "deemed" else 0
    titles = {"one_child"} if "monthly_supplement_0.1_percent" in given_.get("extras", {}) else set()
    facts = PensionFacts(
        area, on, months, deemed, earlier, index, fen(given_["account_balance"]), Decimal(given_["payout_months"]),
        Decimal(transition["transition_index"]) if "transition_index" in transition else None, frozenset(titles),
    )  # fmt: skip
    found = assess(facts, CalculationBase(on.year, base, base, False, ""))
    assert found.part("basic") == fen(expected["basic_pension"])
    assert found.part("account") == fen(expected["account_pension"])
    assert found.part("transitional") == fen(expected["transitional_pension"])
    assert found.total_fen == fen(expected["total"])


def _day_of(example: dict[str, Any]) -> dt.date:
    """Where the sheet gives no month of its own: before the change of the province's rules or after, by its title's year."""
    return dt.date(2026, 1, 15) if example["id"] in ("PEN-014", "PEN-018", "PEN-032") else dt.date(2024, 4, 15)


def _months_for(years: Decimal, rule: str) -> int:
    for months in range(1, 700):
        if abs(years_of(months, rule) - years) < Decimal("0.00005"):
            return months
    raise AssertionError(f"{years} years are no months by {rule}")


@pytest.mark.parametrize("sheet", SHEETS["sheets"], ids=[s["id"] for s in SHEETS["sheets"]])
def test_award_sheets(sheet: dict[str, Any]) -> None:
    year, month = map(int, sheet["retired"].split("-"))
    on = dt.date(year, month, 15)
    area = AREA[sheet["province"].capitalize()]
    base = Decimal(sheet["base_yuan"])
    percent = Decimal(sheet["supplement_percent"]) if "supplement_percent" in sheet else None
    titles = frozenset({"childless"} if sheet.get("supplement_fixed_yuan") else ())
    second = Decimal(sheet["transitional_index"]) if "transitional_index" in sheet else None
    facts = PensionFacts(
        area, on, sheet["total_months"], sheet["deemed_months"], sheet.get("pre_account_months", 0), Decimal(sheet["average_index"]),
        fen(sheet["account_yuan"]), Decimal(sheet["payout_months"]), second, titles, percent,
    )  # fmt: skip
    found = assess(facts, CalculationBase(year, base, base, False, ""))
    expected = dict(sheet["expected"])
    total = expected.pop("total")
    if sheet["id"] == "zhejiang-8":  # the index of the sheet carries digits that it does not print: a fen of the adjustment
        assert found.part("adjustment") + found.part("jiao_top_up") == fen(expected.pop("adjustment")) + fen(
            expected.pop("jiao_top_up")
        )
    for kind, amount in expected.items():
        assert found.part(kind) == fen(amount), kind
    if sheet["id"] == "zhejiang-4":  # its total leaves out what was not transcribed
        assert found.part("basic") + found.part("account") + found.part("transitional") == fen(total)
    else:
        assert found.total_fen == fen(total)
    assert sum(line.amount_fen for line in found.lines) == found.total_fen
    if year >= 2023 and sheet["origin"].startswith("sheet") and sheet["id"] not in ("anhui-3", "zhejiang-8"):
        # The stored base of the year, or of the year before while it was not known, is the one on the sheet.
        known = {base_at(area, on, as_of).local for as_of in (on, dt.date(year + 1, 12, 31))}
        assert base in known


@pytest.mark.parametrize("case", SHEETS["indices"], ids=[c["id"] for c in SHEETS["indices"]])
def test_average_index_of_sheets(case: dict[str, Any]) -> None:
    province = province_of(AREA[case["province"].capitalize()])
    if "records" not in case:
        # Only the sum is printed: the division and its rounding.
        paid, deemed = case.get("paid_years", case["expected"].get("years", 0)), case.get("deemed_years", 0)
        value = (Decimal(case["sum"]) + deemed) / (paid + deemed)
        printed = Decimal(case["expected"]["average_index"])
        assert value.quantize(printed) == printed
        return
    years = [ContributionYear(year, months, Decimal(base)) for year, months, base, _ in case["records"]]
    found = average_index(years, province)
    assert [y.wage for y in found.years] == [Decimal(wage) for *_, wage in case["records"]]
    assert found.total == Decimal(case["expected"]["sum"])
    assert (found.divisor, found.value) == (case["expected"]["years"], Decimal(case["expected"]["average_index"]))


def test_average_index_refuses_impossible_records() -> None:
    province = province_of("511102")
    for years in (
        [],
        [ContributionYear(2020, 12, Decimal(5000)), ContributionYear(2020, 3, Decimal(5000))],
        [ContributionYear(2020, 13, Decimal(5000))],
        [ContributionYear(2020, 12, Decimal(0))],
    ):
        with pytest.raises(ImpossibleRecord):
            average_index(years, province)
    with pytest.raises(ParameterMissing, match=r"平均工资.*510000.*1950"):
        average_index([ContributionYear(1950, 12, Decimal(50))], province)
    with_deemed = average_index([ContributionYear(2025, 12, Decimal("7646.00"))], province, deemed_years=3)
    assert (with_deemed.value, with_deemed.divisor) == (1, 4)


# --- the base and its time ---------------------------------------------------------------------------------------------------


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


def facts_of(area: str, **changed: Any) -> PensionFacts:
    values: dict[str, Any] = {
        "area": area, "retired_on": dt.date(2025, 8, 1), "total_months": 400, "deemed_months": 60, "pre_account_months": 80,
        "average_index": Decimal("0.9"), "account_fen": 8_000_000, "payout_months": Decimal(139),
        "transitional_index": Decimal("1.1"), "notional_account_fen": 1_200_000, "old_method_fen": 30_000, "titles": frozenset(),
        "local_months": 400,
    }  # fmt: skip
    return PensionFacts(**(values | changed))


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
        province_module._all.cache_clear()
        with pytest.raises(YamlError, match=r"x\.yaml:\d+"):
            provinces()
    monkeypatch.undo()
    province_module._all.cache_clear()


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


# --- other benefits ----------------------------------------------------------------------------------------------------------


@examples("survivor_months", "survivor_grants")
def test_survivors(example: dict[str, Any]) -> None:
    given_, expected = example["inputs"], example["expected"]
    if example["kind"] == "survivor_months":
        assert survivor_months(given_["contribution_years"] * 12, DAY) == expected["survivor_months"]
        return
    found = survivor_grants("320000", 12 * 12, dt.date(2023, 8, 8), drawn_months=20 * 12)
    assert (found.funeral_fen, found.survivor_months) == (fen(expected["funeral_grant"]), expected["survivor_months"])
    assert found.total_fen == fen(expected["total"]) == sum(line.amount_fen for line in found.lines)


def test_a_pensioners_months_fall_with_the_years_drawn() -> None:
    assert [survivor_months(360, DAY, drawn_months=12 * years) for years in (0, 1, 14, 15, 30)] == [24, 23, 10, 9, 9]
    with pytest.raises(ImpossibleRecord):
        survivor_months(-1, DAY)
    with pytest.raises(ParameterMissing):
        survivor_months(60, dt.date(2021, 8, 31))


def test_survivor_months_count_to_the_month() -> None:
    """Public cases: 28y9m drawn 3y6m; 395 months drawn 177; 339 drawn 70; 21y3m at work."""
    assert survivor_months(345, DAY, drawn_months=42) == Decimal("19.25")
    assert survivor_months(395, DAY, drawn_months=177) == Decimal("9.25")
    assert survivor_months(339, DAY, drawn_months=70) == Decimal("16.4167")
    found = survivor_grants("620000", 345, dt.date(2021, 10, 1), drawn_months=42)
    assert (found.survivor_fen, found.total_fen) == (54_256_13, 59_893_13)
    found = survivor_grants("620000", 255, dt.date(2021, 10, 1))
    assert (found.funeral_fen, found.survivor_fen, found.total_fen) == (5_637_00, 42_982_13, 48_619_13)
    # Sichuan rounds the part year to two decimals, the months drawn too.
    assert survivor_months(339, DAY, area="511102", drawn_months=70) == Decimal("22.25") - Decimal("5.83")


def test_below_five_years_the_grants_are_capped_by_what_the_person_paid() -> None:
    day = dt.date(2021, 10, 1)
    with pytest.raises(OwnContributionsMissing, match=r"本人累计缴费额.*个人账户"):
        survivor_grants("620000", 59, day)
    capped = survivor_grants("620000", 59, day, own_paid_fen=7_000_00)
    assert (capped.funeral_fen, capped.survivor_fen) == (5_637_00, 1_363_00)
    assert survivor_grants("620000", 59, day, own_paid_fen=100_000_00).survivor_fen == 3 * 2_818_50
    assert survivor_grants("620000", 60, day).survivor_fen == 6 * 2_818_50


@examples("unemployment_months_chongqing", "unemployment_months_guangdong", "unemployment_months_shanghai")
def test_unemployment_months(example: dict[str, Any]) -> None:
    area = AREA[example["inputs"]["region"]]
    assert benefit_months(example["inputs"]["contribution_months"], area, DAY) == example["expected"]["benefit_months"]


@pytest.mark.parametrize(
    ("area", "paid", "months"),
    [
        *(
            ("510100", paid, months)
            for paid, months in ((12, 3), (35, 6), (36, 12), (59, 12), (60, 15), (95, 15), (96, 18), (120, 24))
        ),
        *(
            ("330100", paid, months)
            for paid, months in ((12, 2), (14, 2), (15, 3), (18, 3), (59, 10), (60, 10), (63, 10), (64, 11), (68, 11))
        ),
    ],
)
def test_unemployment_months_by_the_areas_own_steps(area: str, paid: int, months: int) -> None:
    """Sichuan by the row that is reached; Zhejiang counts a rest from half a step on."""
    assert benefit_months(paid, area, DAY) == months


@examples("unemployment_months_national_cap")
def test_unemployment_cap(example: dict[str, Any]) -> None:
    assert national_cap_months(example["inputs"]["contribution_months"], DAY) == example["expected"]["maximum_months"]


@examples("unemployment_amount_shanghai")
def test_unemployment_amounts(example: dict[str, Any]) -> None:
    expected = example["expected"]
    for months, key in (((1, 12), "months_1_to_12"), ((13, 24), "months_13_to_24")):
        assert {monthly_amount("310000", DAY, month) for month in months} == {fen(expected[key])}
    assert monthly_amount("310000", DAY, 25, is_extended=True) == fen(expected["extended"])


def test_unemployment_leftovers() -> None:
    assert benefit_months(11, "500000", DAY) == 0
    assert benefit_months(120, "500000", DAY, unused_months=10) == 24
    assert death_grants("510000", DAY) == (2 * 186_400, 10 * 186_400)
    assert rural_grant("510000", DAY, 35) == 2 * 186_400
    with pytest.raises(ParameterMissing):
        benefit_months(120, "620000", DAY)


@examples("injury_grade_entitlement", "injury_termination_grants_zhejiang", "injury_lump_sum", "work_death_grant")
def test_injury(example: dict[str, Any]) -> None:
    given_, expected = example["inputs"], example["expected"]
    if example["kind"] == "injury_grade_entitlement":
        found = grade_entitlement(given_["disability_grade"], DAY)
        assert found.lump_sum_months == expected["lump_sum_months"]
        assert found.allowance_percent == expected.get("monthly_allowance_percent", 0)
        assert found.allowance_payer == expected.get("allowance_payer", "")
    elif example["kind"] == "injury_termination_grants_zhejiang":
        assert termination_grants("330000", given_["disability_grade"], DAY) == (
            expected["medical_grant_months"], expected["employment_grant_months"],
        )  # fmt: skip
    elif example["kind"] == "injury_lump_sum":
        wage = own_wage(fen(given_["own_wage"]), fen(given_["pooled_average"]), DAY)
        assert wage == fen(expected["wage_used"])
        assert lump_sum(given_["grade"], wage, DAY) == fen(expected["lump_sum"])
        assert monthly_allowance(given_["grade"], wage, DAY) == fen(expected.get("monthly_allowance", "0"))
    else:
        assert work_death_grant(dt.date(2025, 5, 1)) == fen(expected["death_grant"])


@examples("maternity_allowance", "maternity_leave_days")
def test_maternity(example: dict[str, Any]) -> None:
    given_, expected = example["inputs"], example["expected"]
    if example["kind"] == "maternity_allowance":
        assert maternity_allowance(fen(given_["employer_prior_year_monthly_average"]), given_["leave_days"]) == fen(
            expected["allowance"]
        )
        return
    case = given_["case"]
    if case == "twins":
        assert leave_days("510000", DAY, children=2) == expected["days"]
    else:
        assert leave_days("510000", DAY, case) == expected["days"]
    assert leave_days("510000", DAY, is_difficult=True, children=3) == 98 + 15 + 30


@examples("resident_critical_illness")
def test_critical_illness(example: dict[str, Any]) -> None:
    given_ = example["inputs"]
    tiers = [(fen(t["upto"]) if "upto" in t else None, Decimal(t["percent"])) for t in given_["tiers"]]
    total, parts = critical_illness_supplement(
        fen(given_["policy_scope_cost"]), fen(given_["basic_reimbursement"]), fen(given_["deductible"]), tiers
    )
    assert total == fen(example["expected"]["supplement"])
    assert parts == [fen(p) for p in example["expected"]["breakdown"]]


@examples("transfer_pooled_amount")
def test_transfer(example: dict[str, Any]) -> None:
    years = [(y["year"], fen(y["contribution_wage_total"])) for y in example["inputs"]["years"]]
    assert pooled_amount([*years, (1997, 100_000_00)], DAY) == fen(example["expected"]["pooled_fund"])


@examples("pension_adjustment_shaanxi_2024", "pension_adjustment_beijing_2014")
def test_adjustments(example: dict[str, Any]) -> None:
    given_, expected = example["inputs"], example["expected"]
    months = int(Decimal(given_["contribution_years"]) * 12)
    if "birth_date" in given_:
        plan = adjustment_plan("610100", 2024)
        person = Pensioner(months, fen(given_["pension_dec_2023"]), dt.date.fromisoformat(given_["birth_date"]))
    else:
        plan = adjustment_plan("110101", 2014)
        person = Pensioner(months, fen(given_["pension_before"]), dt.date(2013 - given_["age_on_2013_12_31"], 6, 1))
    total, lines = plan.adjust(person)
    assert total == fen(expected["total"]) == sum(line.amount_fen for line in lines)
    named = {step.name: step.fen(person)[1] for step in plan.steps}
    keys = {"fixed": "fixed", "years": "years_part", "level": "level_part" if "level_part" in expected else "absolute_part"}
    keys["tilt"] = "tilt" if "tilt" in expected else "age_part"
    for name, amount in named.items():
        assert amount == fen(expected[keys[name]]), name


def test_nobody_of_a_higher_tier_overtakes_a_lower_one() -> None:
    plan = adjustment_plan("110000", 2014)
    after = [p + plan.steps[1].fen(Pensioner(360, p, dt.date(1950, 1, 1)))[1] for p in range(270_000, 500_000, 7)]
    assert after == sorted(after)
    with pytest.raises(ParameterMissing, match=r"调整方案.*110000.*2013"):
        adjustment_plan("110000", 2013)


def allowance(total_months: int, left: int) -> DisabilityAllowance:
    day = dt.date(2026, 3, 1)
    return disability_allowance(
        "511102", day, statutory_month=add_months(202603, left), total_months=total_months, full_pension_fen=210_000, own_basic_fen=180_000
    )  # fmt: skip


def test_disability_allowance_near_the_age_is_the_full_pension() -> None:
    for left in (1, 59, 60):
        near = allowance(200, left)
        assert (near.kind, near.amount_fen, near.months, near.again_from) == ("full", 210_000, None, None)


def test_disability_allowance_far_from_the_age_is_the_own_basic_part_until_five_years_are_left() -> None:
    far = allowance(200, 61)
    assert (far.kind, far.amount_fen, far.months, far.again_from) == ("basic", 180_000, None, 202604)
    assert allowance(200, 120).again_from == 203103


@pytest.mark.parametrize(("paid", "months"), [(1, 12), (60, 12), (61, 15), (72, 15), (73, 18), (100, 24)])
def test_disability_allowance_of_too_few_years_is_the_own_basic_part_for_a_time(paid: int, months: int) -> None:
    short = allowance(paid, 100)
    assert (short.kind, short.amount_fen, short.months) == ("short", 180_000, months)


def test_disability_allowance_is_refused_without_months_at_the_age_and_before_2025() -> None:
    for months, left in ((0, 50), (200, 0)):
        with pytest.raises(ImpossibleRecord):
            allowance(months, left)
    with pytest.raises(ParameterMissing):
        disability_allowance(
            "511102", dt.date(2024, 12, 1), statutory_month=203001, total_months=100, full_pension_fen=1, own_basic_fen=1
        )


def test_resident_pension() -> None:
    found = resident_pension("511102", dt.date(2026, 3, 1), 17, 2_780_000, age=60)
    assert [c.amount_fen for c in found.components] == [163_00, 200_00]
    # Liaoning adds by years and by age.
    found = resident_pension("210100", dt.date(2025, 3, 1), 17, 0, age=66)
    assert [c.amount_fen for c in found.components] == [174_00, 4_00, 5_00, 0]
    assert [c.amount_fen for c in resident_pension("210100", dt.date(2025, 3, 1), 15, 0, age=80).components] == [174_00, 10_00, 0]
    with pytest.raises(ImpossibleRecord):
        resident_pension("511102", DAY, -1, 0, age=60)
    # 60 when the scheme began: none; 50 then: ten years; younger: fifteen.
    assert [resident_minimum_years(dt.date(y, 6, 1), DAY) for y in (1949, 1959, 1970)] == [0, 10, 15]


def test_the_national_least_is_never_taken_for_an_areas_own_basic_part() -> None:
    with pytest.raises(ParameterMissing, match=r"各地规定.*620000.*123"):
        resident_pension("620000", dt.date(2024, 7, 1), 15, 0, age=60)
    with pytest.raises(ParameterMissing, match=r"128 元.*低于.*143 元"):
        resident_pension("520000", dt.date(2025, 1, 1), 15, 0, age=60)
    least = table("resident/basic")
    days = ((2022, 6, 30), (2022, 7, 1), (2023, 6, 30), (2023, 7, 1), (2024, 6, 30), (2024, 7, 1), (2025, 1, 1), (2026, 1, 1))
    assert [least.at(area="national", day=dt.date(*d)).columns["value"] for d in days] == [93, 98, 98, 103, 103, 123, 143, 163]


def test_overpayment() -> None:
    assert overpaid_after(202605, [(202606, 5), (202604, 1), (202605, 3)]) == [(202606, 5)]
    parts = instalments(100_01, 3, 202611)
    assert [(p.period, p.amount_fen) for p in parts] == [(202611, 33_33), (202612, 33_33), (202701, 33_35)]
    for amount, count in ((0, 1), (100, 0), (100, 61)):
        with pytest.raises(ImpossibleRecord):
            instalments(amount, count, 202611)
