"""The amount of a case is the money its decision sets free, all months together: limits of authority look at it (R068)."""

from typing import Any

import pytest

from tests import city
from tests.conftest import TODAY
from tests.entitlement import people
from tests.items.benefit_forms import FORMS
from yigui.casework.application import examine
from yigui.common.months import add_months, months_of, period_of
from yigui.entitlement.queries import due_between
from yigui.items.common.base import ItemHandler
from yigui.registry.models import Person


def test_due_between_counts_each_month_at_its_amount_and_one_at_least() -> None:
    _, benefit = people.released(since=2)
    monthly = benefit.awards.get().total_fen
    start = benefit.start_period
    assert due_between(benefit, start, add_months(start, 20)) == 21 * monthly
    assert due_between(benefit, start, add_months(start, -5)) == monthly


def test_a_retirement_months_ago_sets_all_its_months_free() -> None:
    person, month = people.next_retiring(since=3)
    form = people.retirement_form(person, month)
    application = city.application("PEN-002", form, username="special")
    facts = examine(application).facts
    amount = _handler("PEN-002").amount_fen(facts)
    start = add_months(month, 1)
    months = months_of(start, max(start, period_of(TODAY)))
    assert len(months) >= 1
    assert amount == facts.assessment.assessment.total_fen * len(months)


@pytest.mark.parametrize(("code", "about"), [("PEN-004", "disability"), ("RES-001", "resident claim")])
def test_a_benefit_begun_months_ago_sets_all_its_months_free(code: str, about: str) -> None:
    form, _, _ = FORMS[about]()
    handler, amounts = _handler(code), {}
    for start in ("2026-06", "2026-11", "2026-12"):
        if code == "PEN-004":
            people.prereviewed(Person.objects.get(id_number=form["id_number"]), f"{start}-01", retire_type="03")
        facts = examine(city.application(code, form | {"benefit_start": start}, username="special")).facts
        found: Any = handler._found(facts)  # type: ignore[attr-defined]
        monthly = found[0].amount_fen if code == "PEN-004" else found[0].total_fen
        assert monthly > 0
        amounts[start] = (handler.amount_fen(facts) or 0) / monthly
    assert amounts == {"2026-06": 6, "2026-11": 1, "2026-12": 1}


def test_a_recalculation_sets_the_difference_of_all_its_months_free() -> None:
    form, _, _ = FORMS["recalculation"]()
    handler = _handler("PEN-009")
    facts = examine(city.application("PEN-009", form | {"new_value": "9.5"}, username="special")).facts
    found = handler._found(facts)  # type: ignore[attr-defined]
    award, assessment = found.award, found.assessment
    months = len(months_of(facts.benefit.start_period, max(facts.benefit.start_period, period_of(TODAY))))
    difference = (assessment.total_fen - award.total_fen) * months
    assert difference > 0
    assert handler.amount_fen(facts) == max(difference, assessment.total_fen)


def _handler(code: str) -> ItemHandler:
    from yigui.casework import handlers

    return handlers._HANDLERS[code]  # type: ignore[return-value]
