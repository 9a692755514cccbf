"""Annual adjustments of pensions by their plans."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import yaml

from tests.law.published import HERE, examples, fen
from yigui.law.parameter_table import ParameterMissing
from yigui.law.pension_adjustment import Pensioner, _plans, adjustment_plan


@examples("pension_adjustment_shaanxi_2024", "pension_adjustment_beijing_2014")
def test_adjustments(example: dict[str, Any]) -> None:
    given_, expected = example["inputs"], example["expected"]
    months = int(Decimal(given_["contribution_years"]) * 12)
    if "birth_date" in given_:
        plan = adjustment_plan("610100", 2024)
        person = Pensioner(months, fen(given_["pension_dec_2023"]), dt.date.fromisoformat(given_["birth_date"]), "1")
    else:
        plan = adjustment_plan("110101", 2014)
        person = Pensioner(months, fen(given_["pension_before"]), dt.date(2013 - given_["age_on_2013_12_31"], 6, 1), "1")
    total, lines = plan.adjust(person)
    assert total == fen(expected["total"]) == sum(line.amount_fen for line in lines)
    named = {step.name: step.fen(person)[1] for step in plan.steps}
    keys = {"fixed": "fixed", "years": "years_part", "level": "level_part" if "level_part" in expected else "absolute_part"}
    keys["tilt"] = "tilt" if "tilt" in expected else "age_part"
    for name, amount in named.items():
        assert amount == fen(expected[keys[name]]), name


def test_nobody_of_a_higher_tier_overtakes_a_lower_one() -> None:
    plan = adjustment_plan("110000", 2014)
    after = [p + plan.steps[1].fen(Pensioner(360, p, dt.date(1950, 1, 1), "1"))[1] for p in range(270_000, 500_000, 7)]
    assert after == sorted(after)
    with pytest.raises(ParameterMissing, match=r"调整方案.*110000.*2013"):
        adjustment_plan("110000", 2013)


PRINTED: list[dict[str, Any]] = yaml.safe_load((HERE / "adjustments.yaml").read_text())
#: Of these years two pages contradict each other, and no plan is kept.
CONTRADICTED = {("410000", 2024), ("370000", 2022), ("370000", 2025)}


@pytest.mark.parametrize("example", PRINTED, ids=lambda e: f"{e['area']}-{e['year']}-{e['age']}-{e['sex'] or ''}")
def test_what_was_printed_comes_out(example: dict[str, Any]) -> None:
    if (example["area"], example["year"]) in CONTRADICTED:
        with pytest.raises(ParameterMissing):
            adjustment_plan(example["area"], example["year"])
        return
    plan = adjustment_plan(example["area"], example["year"])
    born = dt.date(plan.retired_by.year - example["age"], 6, 1)
    if example["born"]:
        born = dt.date.fromisoformat(f"{example['born']}-01")
    person = Pensioner(example["months"], fen(example["pension"]), born, "2" if example["sex"] == "female" else "1")
    assert plan.adjust(person)[0] == fen(example["expected"])


def test_what_a_document_was_not_read_for_is_refused_by_name() -> None:
    plan = adjustment_plan("320000", 2024)
    assert plan.unread == ("不满一年的缴费月数如何计算", "按养老金水平增加的部分如何取整")
    born = dt.date(1960, 1, 1)
    with pytest.raises(ParameterMissing, match="不满一年"):
        plan.adjust(Pensioner(361, 300_000, born, "1"))
    with pytest.raises(ParameterMissing, match="如何取整"):
        plan.adjust(Pensioner(360, 300_010, born, "1"))
    assert "地区倾斜" in " ".join(adjustment_plan("510000", 2025).unread)


@pytest.mark.parametrize(("months", "fen_"), [(354, 3300 + 2950), (355, 3300 + 3000), (360, 3300 + 3000), (361, 3300 + 3050)])
def test_half_years(months: int, fen_: int) -> None:
    """Fujian 2024: 1 to 6 months are half a year, 7 to 11 a whole one."""
    assert adjustment_plan("350000", 2024).adjust(Pensioner(months, 0, dt.date(1960, 1, 1), "1"))[0] == fen_


def test_the_least_sum_the_least_years_and_those_below() -> None:
    born = dt.date(1970, 1, 1)
    years = {step.name: step for step in adjustment_plan("440000", 2025).steps}["years"]
    assert [years.fen(Pensioner(m, 0, born, "1"))[1] for m in (120, 180, 192)] == [1200, 1200, 1280]
    years = {step.name: step for step in adjustment_plan("500000", 2024).steps}["years"]
    assert [years.fen(Pensioner(m, 0, born, "1"))[1] for m in (61, 180, 181)] == [2400, 2400, 2560]
    years = {step.name: step for step in adjustment_plan("110000", 2022).steps}["years"]
    assert [years.fen(Pensioner(m, 0, born, "1"))[1] for m in (119, 120, 121)] == [3000, 3000, 3025]


def test_every_plan_is_of_its_own_year_and_place() -> None:
    plans = _plans()
    assert len({(p.area, p.year) for p in plans}) == len(plans) > 40
    assert all(p.effective.year == p.year == p.retired_by.year + 1 for p in plans)
