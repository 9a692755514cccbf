"""Annual adjustments of pensions by their plans."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tests.law.published import examples, fen
from yigui.law.parameter_table import ParameterMissing
from yigui.law.pension_adjustment import Pensioner, adjustment_plan


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
