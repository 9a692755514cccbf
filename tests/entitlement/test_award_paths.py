"""What a clerk can award by way of the dossier is what the formula gives, for every sheet and every place."""

import dataclasses
import datetime as dt
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.law.sheets import Sheet, base_of, by_clerk, by_formula, published, transcribed, typed
from tests.law.test_needs import OTHER_TITLES, PLACES, facts_of
from yigui.common.errors import YiguiError
from yigui.entitlement.assess_person import words_of
from yigui.law.payout_months import payout_months
from yigui.law.pension import Assessment, assess

SHEETS = [*transcribed(), *published()]


@pytest.mark.parametrize("sheet", SHEETS, ids=[s.id for s in SHEETS])
def test_a_clerk_awards_what_the_formula_gives(sheet: Sheet) -> None:
    clerk, formula = by_clerk(sheet), by_formula(sheet)
    assert clerk.total_fen == formula.total_fen
    assert [c.kind for c in clerk.components if c.amount_fen] == [c.kind for c in formula.components if c.amount_fen]


@pytest.mark.parametrize("year", [2024, 2025, 2026])
@pytest.mark.parametrize("area", PLACES)
def test_no_place_loses_a_fact_on_the_way_from_the_form(area: str, year: int) -> None:
    """Every fact a place can need, answered, comes through the form and the dossier to the formula."""
    sheet = Sheet(area, facts_of(area, dt.date(year, 3, 15)), base_of(year, Decimal(8000)), {})
    assert by_clerk(sheet).total_fen == by_formula(sheet).total_fen


#: What real sheets have at the edges of the rules, beside everything a place may ask.
EDGES: dict[str, dict[str, Any]] = {  # age: in months
    "half months": {"total_months": Decimal("400.5"), "deemed_months": Decimal("60.5"), "pre_account_months": Decimal("80.5")},
    "accounts begun in another month than the province's": {"total_months": 400, "deemed_months": 60, "pre_account_months": Decimal(97)},
    "nothing before the accounts": {"deemed_months": 0, "pre_account_months": 0},
    "deemed months only, no account": {"total_months": 240, "deemed_months": 240, "pre_account_months": 240, "account_fen": 0},
    "an empty account": {"account_fen": 0},
    "fifteen deemed years to the month": {"deemed_months": 180, "pre_account_months": 180},
    "a month short of fifteen deemed years": {"deemed_months": 179, "pre_account_months": 179},
    "twenty paid years to the month": {"total_months": 300, "deemed_months": 60, "pre_account_months": 60},
    "a month above twenty paid years": {"total_months": 301, "deemed_months": 60, "pre_account_months": 60},
    "a woman of a management post": {"payout_months": Decimal(170)},
    "a man at sixty": {"payout_months": Decimal(139)},
    "flexible early at fifty-seven": {"age": 57 * 12 + 3},
    "flexible late at sixty-three": {"age": 63 * 12},
    "contributions extended to fifteen years": {
        "total_months": 180, "deemed_months": 0, "pre_account_months": 0, "age": 66 * 12,
    },
    "the lowest index": {"average_index": Decimal("0.3127"), "transitional_index": Decimal("0.3")},
    "an index as the indexed wage gives it": {"average_index": Decimal(7345) / Decimal(8000) / 3, "transitional_index": Decimal(2) / 3},
    "forty-six years, late": {"total_months": 552, "deemed_months": 200, "pre_account_months": 233, "age": 64 * 12},
    "none of the titles": {"titles": frozenset(), "supplement_percent": Decimal(0)},
    "the titles that exclude these": {"titles": OTHER_TITLES, "supplement_percent": Decimal(0)},
    "no months in the place": {"local_months": 0},
    "ten years in the place to the half month": {"local_months": Decimal("120.5")},
}  # fmt: skip


def amounts_of(found: Assessment) -> list[tuple[str, int]]:
    """Each part that comes to something, in order."""
    return [(c.kind, c.amount_fen) for c in found.components if c.amount_fen]


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("area", PLACES)
def test_a_clerk_awards_what_the_formula_gives_at_every_edge(area: str, edge: str) -> None:
    for year in (2024, 2025, 2026):
        day, given = dt.date(year, 3, 15), dict(EDGES[edge])
        if (age := given.pop("age", None)) is not None:
            given["payout_months"] = payout_months(age, day)
        whole = facts_of(area, day, **given)
        sheet = Sheet(area, whole, base_of(year, Decimal(8000)), {})
        clerk, formula = by_clerk(sheet), by_formula(sheet)
        assert amounts_of(clerk) == amounts_of(formula), year
        assert clerk.total_fen == formula.total_fen


@pytest.mark.parametrize("area", PLACES)
def test_special_work_converted_counts_for_the_transitional_part_alone(area: str) -> None:
    """Converted months are deemed months of the transitional part and none of the basic part, in every place."""
    day = dt.date(2025, 3, 15)
    plain = facts_of(area, day)
    more = dataclasses.replace(plain, deemed_months=plain.deemed_months + 18, pre_account_months=plain.pre_account_months + 18)
    sheet = Sheet(area, plain, base_of(2025, Decimal(8000)), {})
    form = typed(sheet) | {"retire_type": "02", "converted_months": "18"}
    # Months the paper gives for before the accounts are those of the work; the converted ones come on top.
    found = by_clerk(sheet, form=form, papers=("special_work_record",))
    expected = by_formula(dataclasses.replace(sheet, facts=more))
    assert amounts_of(found) == amounts_of(expected)


@pytest.mark.parametrize("year", [2024, 2025, 2026])
@pytest.mark.parametrize("area", PLACES)
def test_a_fact_left_out_of_the_form_is_refused_by_its_name_and_source(
    area: str, year: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever one need of a place is left open, nothing is computed; what the record answers need not be typed."""
    from yigui.items.pension._answers import asked_of, field_of

    # Weighted years can be told by the index of the years: left out means that neither is there.
    asked: dict[str, Any] = {"transitional_index": None} if area[:2] == "44" else {}
    sheet = Sheet(area, facts_of(area, dt.date(year, 3, 15), **asked), base_of(year, Decimal(8000)), {})
    whole = typed(sheet)
    from tests.law import sheets

    special = [n for n in asked_of(sheets._person(sheet), sheet.facts.retired_on) if not n.from_record]
    for need in (n for n in special if n.name not in ("converted_months", "supplement_percent")):
        left = {k: v for k, v in whole.items() if k != field_of(need)}
        monkeypatch.setattr(sheets, "typed", lambda _, left=left: left)
        with pytest.raises((AssertionError, YiguiError)) as refused:
            by_clerk(sheet)
        assert f"缺“{need.label}”（来源：{need.source}）" in str(refused.value)


@pytest.mark.parametrize("area", PLACES)
def test_each_line_names_its_rule_with_the_day_it_holds_from_and_the_base_its_document(area: str) -> None:
    base = base_of(2025, Decimal(8000))
    found = assess(facts_of(area, dt.date(2025, 3, 15)), base)
    for component in found.components:
        assert re.search(r"（\d{4}-\d\d-\d\d 起）$", component.line.source), (component.kind, component.line.source)


def test_the_words_of_an_assessment_name_the_document_of_its_base() -> None:
    sheet = transcribed()[0]
    base = dataclasses.replace(sheet.base, source="四川省：2024 年计发基数（川人社函〔2024〕338号）")
    index = SimpleNamespace(text="", value=sheet.facts.average_index)
    words = dict(words_of(SimpleNamespace(facts=sheet.facts, base=base, index=index)))  # type: ignore[arg-type]
    assert words["计发基数依据"] == base.source


def test_the_comparison_of_both_ways_runs_without_a_database() -> None:
    script = Path(__file__).parents[2] / "benchmarks" / "award_paths.py"
    env = os.environ | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, done.stderr[-500:]
    assert f"sheets {len(SHEETS)}: formula exact" in done.stdout
