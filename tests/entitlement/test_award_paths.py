"""What a clerk can award by way of the dossier is what the formula gives, for every sheet and every place."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tests.law.sheets import Sheet, base_of, by_clerk, by_formula, published, transcribed, typed
from tests.law.test_needs import ANSWERED, PLACES, facts_of
from yigui.common.errors import YiguiError
from yigui.law.province import TITLES

SHEETS = [*transcribed(), *published()]


@pytest.mark.parametrize("sheet", SHEETS, ids=[s.id for s in SHEETS])
def test_a_clerk_awards_what_the_formula_gives(sheet: Sheet) -> None:
    clerk, formula = by_clerk(sheet), by_formula(sheet)
    # The form takes six decimals of an index; a sheet that prints only the indexed wage has more.
    assert abs(clerk.total_fen - formula.total_fen) <= (1 if sheet.facts.average_index.as_tuple().exponent < -6 else 0)  # type: ignore[operator]
    assert [c.kind for c in clerk.components if c.amount_fen] == [c.kind for c in formula.components if c.amount_fen]


@pytest.mark.parametrize("year", [2024, 2025, 2026])
@pytest.mark.parametrize("area", PLACES)
def test_no_place_loses_a_fact_on_the_way_from_the_form(area: str, year: int) -> None:
    """Every fact a place can need, answered, comes through the form and the dossier to the formula."""
    asked: dict[str, Any] = ANSWERED | {"titles": frozenset(TITLES)}
    sheet = Sheet(area, facts_of(area, dt.date(year, 3, 15), **asked), base_of(year, Decimal(8000)), {})
    assert by_clerk(sheet).total_fen == by_formula(sheet).total_fen


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
