"""No province computes with a missing need, and no formula of the law takes a default for a fact."""

import ast
import dataclasses
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from yigui import law
from yigui.law.average_index import ContributionYear, average_index
from yigui.law.needs import ALL, BY_NAME, FactMissing, missing, needs
from yigui.law.parameter_table import ParameterMissing
from yigui.law.pension import Assessment, ImpossibleRecord, PensionFacts, assess, base_at
from yigui.law.province import TITLES, CalculationBase, province_of, provinces

ROOT = Path(law.__file__).parent
BASE = CalculationBase(2025, Decimal(8000), Decimal(8000), False, "")
PLACES = [*(p.area for p in provinces()), "440300", "410100", "370200", "220100"]
#: As many titles as one person can bear, and those that contradict one of them in its place.
MOST_TITLES = frozenset(TITLES) - {"childless", "outside_xining"}
OTHER_TITLES = frozenset(TITLES) - {"one_child", "xining"}
#: An answer for everything a rule may ask.
ANSWERED: dict[str, Any] = {
    "transitional_index": Decimal("1.1"), "titles": MOST_TITLES, "supplement_percent": Decimal("0.2"), "notional_account_fen": 1_200_000,
    "old_method_fen": 30_000, "weighted_years": Decimal("7.5"), "local_months": 130, "city_factor": Decimal("5.26"),
    "old_indexed_wage_fen": 500_000, "transition_percent": Decimal("8.5"),
}  # fmt: skip
_NAME = {
    "notional_account": "notional_account_fen",
    "old_method_amount": "old_method_fen",
    "old_indexed_wage": "old_indexed_wage_fen",
}


def facts_of(area: str, day: dt.date, **changed: Any) -> PensionFacts:
    values = {
        "area": area, "retired_on": day, "total_months": 400, "deemed_months": 60, "pre_account_months": 80, "average_index": Decimal("0.9"),
        "account_fen": 8_000_000, "payout_months": Decimal(139),
    }  # fmt: skip
    return PensionFacts(**(values | ANSWERED | changed))


@pytest.mark.parametrize("year", [2024, 2025, 2026])
@pytest.mark.parametrize("area", PLACES)
def test_every_need_of_a_place_is_refused_by_name_and_source_when_it_is_missing(area: str, year: int) -> None:
    day = dt.date(year, 3, 15)
    whole = facts_of(area, day)
    assert not missing(whole)
    assert assess(whole, BASE).total_fen > 0
    bare = facts_of(area, day, **dict.fromkeys(ANSWERED))
    asked = missing(bare)
    assert {n.name for n in asked} <= {n.name for n in needs(area, day)}
    for need in asked:
        changed = {_NAME.get(need.name, need.name): None}
        if need.name == "weighted_years":
            changed["transitional_index"] = None
        with pytest.raises(FactMissing, match=need.label.split("（")[0]) as refused:
            assess(facts_of(area, day, **changed), BASE)
        assert need.source in refused.value.message


@pytest.mark.parametrize("area", PLACES)
def test_what_a_place_does_not_ask_changes_nothing(area: str) -> None:
    """A fact no need of the place names has no effect: the needs are all a rule reads."""
    day = dt.date(2025, 3, 15)
    names = {_NAME.get(n.name, n.name) for n in needs(area, day)}
    names |= {"transitional_index"} if "weighted_years" in names else set()
    unasked = dict.fromkeys(ANSWERED.keys() - names)
    assert assess(facts_of(area, day, **unasked), BASE).total_fen == assess(facts_of(area, day), BASE).total_fen


def test_every_fact_a_formula_may_lack_is_declared() -> None:
    optional = {f.name for f in dataclasses.fields(PensionFacts) if f.default is None}
    assert optional == {_NAME.get(n.name, n.name) for n in ALL} & optional
    assert len(BY_NAME) == len(ALL)
    assert all(n.source and n.label for n in ALL)


@pytest.mark.parametrize("name", ["weighted_years", "local_months", "city_factor", "supplement_percent", "notional_account_fen"])
def test_a_fact_below_zero_is_refused(name: str) -> None:
    with pytest.raises(ImpossibleRecord, match="不能为负"):
        assess(facts_of("440000", dt.date(2025, 3, 1), **{name: -1}), BASE)


def test_an_unknown_title_is_refused() -> None:
    with pytest.raises(ImpossibleRecord, match="veteran"):
        assess(facts_of("510000", dt.date(2025, 3, 1), titles=frozenset({"veteran"})), BASE)


# --- public cases and structures of places -------------------------------------------------------------------------------------


def found(area: str, day: dt.date, yuan: str, **changed: Any) -> Assessment:
    base = Decimal(yuan)
    return assess(
        facts_of(area, day, **(dict.fromkeys(ANSWERED) | {"titles": frozenset()} | changed)),
        CalculationBase(day.year, base, base, False, ""),
    )


def test_beijing_rounds_deemed_and_paid_years_apart() -> None:
    """A public sheet of 2008-03."""
    base = CalculationBase(2008, Decimal(36097) / 12, Decimal(36097) / 12, False, "")
    facts = facts_of(
        "110000", dt.date(2008, 3, 15), total_months=465, deemed_months=332, pre_account_months=356, average_index=Decimal("0.57"),
        account_fen=2_014_450, transitional_index=Decimal("0.57"),
    )  # fmt: skip
    sheet = assess(facts, base)
    assert [sheet.part(kind) for kind in ("basic", "account", "transitional")] == [915_02, 144_92, 866_63]


def test_jiangsu_before_2024_is_the_notional_account_and_a_fixed_sum() -> None:
    """A public sheet of 2022-10; rules of 2024 are not taken for it, and rules of 2022 not for earlier years."""
    known = {
        "total_months": 504, "pre_account_months": 120, "average_index": Decimal("1.0514"), "account_fen": 14_584_229, "notional_account_fen": 11_388_002,
    }  # fmt: skip
    sheet = found("320000", dt.date(2022, 10, 15), "8309", **known)
    assert [sheet.part(kind) for kind in ("basic", "account", "transitional", "subsidy")] == [3579_47, 1049_23, 949_00, 300_00]
    assert sheet.total_fen == 5877_70
    with pytest.raises(ParameterMissing, match=r"320000.*2021-10-15"):
        found("320000", dt.date(2021, 10, 15), "7974", **known)
    with pytest.raises(ParameterMissing, match=r"440000.*2020-12-31"):
        found("440000", dt.date(2020, 12, 31), "7860")


def test_jiangsu_never_pays_less_than_the_older_method() -> None:
    sheet = found("320000", dt.date(2025, 2, 1), "8917", transitional_index=Decimal("0.5"), old_method_fen=90_000)
    assert sheet.part("transitional") == 90_000


def test_guangdong_without_earlier_years_still_gets_the_sum_by_years() -> None:
    known = {"total_months": 300, "deemed_months": 0, "pre_account_months": 0}
    assert found("440000", dt.date(2025, 2, 1), "9493", **known).part("transitional") == 200_00


def test_a_low_index_scales_the_base_in_guangdong_but_not_in_shenzhen() -> None:
    known = {"total_months": 300, "deemed_months": 0, "pre_account_months": 0, "average_index": Decimal("0.4"), "local_months": 0}
    assert found("440300", dt.date(2025, 2, 1), "11293", **known).part("basic") == 1976_28
    assert found("440100", dt.date(2025, 2, 1), "11293", **known).part("basic") == 1505_73


def test_shenzhen_has_its_own_structure() -> None:
    known = {"old_indexed_wage_fen": 500_000, "transition_percent": Decimal("8.5"), "local_months": 120}
    sheet = found("440300", dt.date(2024, 2, 1), "11181", **known)
    assert sheet.part("transitional") == 425_00 + 100_00 + 4 * 33 * 100 + 50_00
    assert sheet.part("local_supplement") == 18_50 * 9 + 20_00
    assert found("440300", dt.date(2025, 2, 1), "11293", **known).part("transitional") == 425_00 + 232_00


def test_yunnans_supplement_is_that_of_the_year() -> None:
    known = {"titles": frozenset({"one_child"})}
    amounts = [found("530000", dt.date(year, 5, 1), "8183", **known).part("supplement") for year in (2024, 2025, 2026)]
    assert amounts == [171_55, 177_65, 177_65]


def test_ningxias_intellectuals_have_their_own_coefficient_and_sums() -> None:
    plain = found("640000", dt.date(2025, 5, 1), "8366")
    titled = found("640000", dt.date(2025, 5, 1), "8366", titles=frozenset({"intellectual"}))
    assert titled.part("subsidy") == 18_50
    assert (plain.part("transitional"), titled.part("transitional")) == (652_87, 718_16)


def test_zhengzhous_subsidy_needs_the_citys_parameter_and_only_there() -> None:
    known = {"transitional_index": Decimal("0.9"), "city_factor": Decimal("5.26"), "total_months": 400, "deemed_months": 60}
    assert found("410100", dt.date(2025, 5, 1), "7933", **known).part("city_subsidy") == 447_10
    assert found("410300", dt.date(2025, 5, 1), "7933", **known | {"city_factor": None}).part("city_subsidy") == 0
    with pytest.raises(FactMissing, match="过渡性补贴参数"):
        found("410100", dt.date(2025, 5, 1), "7933", **known | {"city_factor": None})


def test_qingdao_pays_its_sum_on_top() -> None:
    assert (
        found("370200", dt.date(2025, 5, 1), "7678").part("subsidy"),
        found("370100", dt.date(2025, 5, 1), "7678").part("subsidy"),
    ) == (35_00, 0)


def test_shanghai_counts_months_as_0_083_in_2026_too() -> None:
    known = {"total_months": 401, "deemed_months": 0, "pre_account_months": 0}
    exact = (12434 * Decimal("1.9") / 2) * Decimal("33.415")
    assert (
        found("310000", dt.date(2026, 2, 1), "12434", **known).part("basic")
        == int((exact / 10).to_integral_value("ROUND_CEILING")) * 10
    )


def test_half_months_count() -> None:
    sheet = found("130000", dt.date(2024, 3, 1), "7117", total_months=Decimal("515.5"), deemed_months=0, pre_account_months=0)
    assert sheet.years == Decimal("42.96")


# --- no default between a fact and an amount -------------------------------------------------------------------------------------


def defaults_in(source: str) -> Iterator[int]:
    """Lines where a value is replaced by another: `x or y` outside a condition, `.get(k, default)`, `getattr(o, n, default)`,
    `next(it, value)` with a value that is no None."""
    tree = ast.parse(source)
    conditions: set[ast.AST] = set()
    for node in ast.walk(tree):
        tests: list[ast.AST] = []
        if isinstance(node, ast.If | ast.IfExp | ast.While | ast.Assert):
            tests = [node.test]
        elif isinstance(node, ast.comprehension):
            tests = list(node.ifs)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            tests = [node.operand]
        for test in tests:
            conditions.update(ast.walk(test))
    for node in ast.walk(tree):
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or) and node not in conditions and not _is_yes_or_no(node):
            yield node.lineno
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            count = {"get": 2, "getattr": 3, "next": 2}.get(name)
            if count is not None and len(node.args) == count and not _says_nothing(node.args[-1]):
                yield node.lineno


def _says_nothing(node: ast.expr) -> bool:
    """None, the empty text and the empty tuple are no value."""
    return (isinstance(node, ast.Constant) and node.value in (None, "")) or (isinstance(node, ast.Tuple) and not node.elts)


def _is_yes_or_no(node: ast.BoolOp) -> bool:
    """Whether all sides are comparisons or negations, so that the whole is a yes or no."""

    def is_bool(value: ast.AST) -> bool:
        if isinstance(value, ast.BoolOp):
            return all(is_bool(v) for v in value.values)
        is_call = isinstance(value, ast.Call) and getattr(value.func, "id", "") in ("any", "all", "isinstance")
        return isinstance(value, ast.Compare) or (isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not)) or is_call

    return all(is_bool(value) for value in node.values)


def test_the_law_takes_no_default_for_a_fact() -> None:
    found_ = {f"{path.name}:{line}" for path in sorted(ROOT.glob("*.py")) for line in defaults_in(path.read_text())}
    assert not found_, "a fact that is missing is refused by its name; nothing is put in its place"


def test_a_default_would_be_found() -> None:
    assert list(defaults_in("index = facts.second or facts.first")) == [1]
    assert list(defaults_in("x = rows.get(key, 0)")) == [1]
    assert list(defaults_in("x = getattr(f, 'n', 0)")) == [1]
    assert list(defaults_in("x = next(rows, 0)")) == [1]
    assert not list(defaults_in("if a or b:\n    pass\nx = a is None or b > 1\ny = [r for r in s if r or t]\nz = d.get(k)"))


# --- index and base ------------------------------------------------------------------------------------------------------------


def test_beijings_base_is_divided_by_the_wage_of_the_year_before() -> None:
    """A public case: 2025: 35,547 / 11,937; 2024 at three times 11,761; 2001: 3,444 / 1,310.50."""
    years = [(2001, "3444"), (2024, "35283"), (2025, "35547")]
    found = average_index([ContributionYear(y, 12, Decimal(base)) for y, base in years], province_of("110000"))
    assert [y.index.quantize(Decimal("0.0001")) for y in found.years] == [Decimal("2.6280"), Decimal("3.0000"), Decimal("2.9779")]


@pytest.mark.parametrize("area", ["130000", "150000", "500000", "510000", "610000"])
def test_every_year_of_a_record_counts_in_the_index(area: str) -> None:
    """A man at 100 % from 1996 to 2015 and at 60 % since."""
    province = province_of(area)
    years = [
        ContributionYear(year, 12, province.wage_of(year)[0] * (1 if year < 2016 else Decimal("0.6"))) for year in range(1996, 2026)
    ]
    assert average_index(years, province).value.quantize(Decimal("0.001")) == Decimal("0.867")


def test_a_year_without_a_wage_is_refused_and_never_left_out() -> None:
    anhui = province_of("340000")
    with pytest.raises(ParameterMissing, match=r"340000.*1997.*官方平均缴费指数"):
        average_index([ContributionYear(1997, 12, Decimal(400)), ContributionYear(2020, 12, Decimal(5000))], anhui)


def test_a_city_with_its_own_base_never_takes_the_provinces() -> None:
    with pytest.raises(ParameterMissing, match="420200"):
        base_at("420200", dt.date(2023, 5, 1), dt.date(2024, 12, 31))
    assert base_at("420222", dt.date(2024, 5, 1), dt.date(2025, 12, 31)).local == 7048
    assert base_at("440300", dt.date(2025, 5, 1), dt.date(2026, 12, 31)).local == 11293
    assert base_at("440100", dt.date(2025, 5, 1), dt.date(2026, 12, 31)).local == 9493


def test_the_newest_published_base_stands_in_at_most_two_years_back() -> None:
    early = base_at("610100", dt.date(2026, 3, 1), dt.date(2026, 3, 1))
    assert (early.year, early.local, early.is_provisional) == (2024, 7727, True)
    later = base_at("610100", dt.date(2026, 3, 1), dt.date(2026, 6, 23))
    assert (later.year, later.local, later.is_provisional) == (2025, 7881, True)
    with pytest.raises(ParameterMissing, match="含前两年"):
        base_at("610100", dt.date(2028, 3, 1), dt.date(2028, 3, 1))


def test_every_figure_says_where_it_comes_from() -> None:
    for province in provinces():
        assert all(base.source for base in province.bases), province.label
        years = sorted(province.wages)
        assert years, province.label
        # One row a year without a gap: a missing year would be refused, never bridged.
        assert years == list(range(years[0], years[-1] + 1)) or province.area in ("210000", "420000"), province.label
