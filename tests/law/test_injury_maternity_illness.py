"""Work injury, maternity, critical illness: every published example, exact to the fen."""

import datetime as dt
from decimal import Decimal
from typing import Any

from tests.law.published import DAY, examples, fen
from yigui.law.critical_illness import critical_illness_supplement
from yigui.law.injury import grade_entitlement, lump_sum, monthly_allowance, own_wage, termination_grants, work_death_grant
from yigui.law.maternity import leave_days, maternity_allowance


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
