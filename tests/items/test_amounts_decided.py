"""The amount of a case is the money its decision sets free, all months together: limits of authority look at it (R068)."""

from tests import city
from tests.conftest import TODAY
from tests.entitlement import people
from yigui.casework.application import examine
from yigui.common.months import add_months, months_of, period_of
from yigui.entitlement.queries import due_between
from yigui.items.common.base import Item


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


def _handler(code: str) -> Item:
    from yigui.casework import handlers

    return handlers._HANDLERS[code]  # type: ignore[return-value]
