"""How long a bill out of a case and a payment order stand is dated data of the agency, not of the program."""

import datetime as dt
from decimal import Decimal
from unittest import mock

import pytest

from tests import city
from yigui.charges.case_bills import case_bill_due
from yigui.charges.errors import OrderRefused
from yigui.charges.models import PaymentOrder
from yigui.charges.orders import create_order
from yigui.law import parameter_table
from yigui.law.late_surcharge import due_day_of, surcharge_of_bill
from yigui.law.parameter_table import ParameterMissing
from yigui.levy.models import Bill

TODAY = city.TODAY
AREA = "511102"


@pytest.fixture
def own_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """A county with days of its own from today on."""
    conditions = parameter_table.table("business/conditions")
    for name, days in (("case_bill_due_days", 20), ("payment_order_days", 7)):
        entry = conditions.at(name, area=AREA, day=TODAY)
        own = type(entry)(**{**entry.__dict__, "area": AREA, "first_day": TODAY, "columns": {"value": Decimal(days)}})
        monkeypatch.setitem(conditions._entries, ((name,), AREA), [own])


def order_of(area: str, today: dt.date) -> dt.date:
    employer = city.next_employee().employer
    employer.area_id = area
    # Only a case that is being finished writes one (`tests/attacks/d135*`); here its days are asked.
    with mock.patch.object(PaymentOrder.objects, "create", PaymentOrder):
        order = create_order(case_id=0, case_no="", bills=[(Bill(id=1), 1_00)], pay_channel="01", today=today, employer=employer)
    return order.valid_until


def test_without_days_of_an_areas_own_those_of_the_house_hold() -> None:
    assert case_bill_due(area=AREA, today=TODAY) == TODAY + dt.timedelta(days=15)
    assert order_of(AREA, TODAY) == TODAY + dt.timedelta(days=30)


@pytest.mark.usefixtures("own_days")
def test_an_areas_own_days_hold_there_and_from_their_day() -> None:
    assert case_bill_due(area=AREA, today=TODAY) == TODAY + dt.timedelta(days=20)
    assert case_bill_due(area=AREA, today=TODAY - dt.timedelta(days=1)) == TODAY + dt.timedelta(days=14)
    assert case_bill_due(area="511103", today=TODAY) == TODAY + dt.timedelta(days=15)
    assert order_of(AREA, TODAY) == TODAY + dt.timedelta(days=7)


@pytest.fixture
def terms_move(monkeypatch: pytest.MonkeyPatch) -> None:
    """A county whose authority has ruled that a term which ends on a day of rest ends with the next working day."""
    conditions = parameter_table.table("business/conditions")
    entry = conditions.at("rest_day_term_rule", area=AREA, day=TODAY)
    own = type(entry)(**{**entry.__dict__, "area": AREA, "columns": {"value": Decimal(2)}})
    monkeypatch.setitem(conditions._entries, (("rest_day_term_rule",), AREA), [own])


def test_a_term_that_ends_on_a_day_of_rest_ends_there_where_nobody_has_ruled_otherwise() -> None:
    assert due_day_of(AREA, 202610) == dt.date(2026, 11, 15)
    assert surcharge_of_bill(10_000_00, due_day_of(AREA, 202610), dt.date(2026, 11, 16), area=AREA).amount_fen == 500


@pytest.mark.usefixtures("terms_move")
def test_where_it_is_ruled_a_term_moves_over_days_of_rest_and_no_surcharge_runs_before_its_end() -> None:
    # 15 November 2026 is a Sunday, 15 December a Tuesday.
    assert due_day_of(AREA, 202610) == dt.date(2026, 11, 16)
    assert due_day_of(AREA, 202611) == dt.date(2026, 12, 15)
    assert due_day_of("511103", 202610) == dt.date(2026, 11, 15)
    assert surcharge_of_bill(10_000_00, due_day_of(AREA, 202610), dt.date(2026, 11, 16), area=AREA).amount_fen == 0
    assert surcharge_of_bill(10_000_00, due_day_of(AREA, 202610), dt.date(2026, 11, 17), area=AREA).amount_fen == 500
    # The spring festival of 2026 (15 to 23 February): the term of January ends with the first working day after it.
    assert due_day_of(AREA, 202601) == dt.date(2026, 2, 24)
    # Of a case: fifteen days from a Saturday's decision end on a Sunday.
    assert case_bill_due(area=AREA, today=dt.date(2026, 10, 31)) == dt.date(2026, 11, 16)


def test_before_they_were_ruled_there_is_no_answer_and_no_default() -> None:
    with pytest.raises(ParameterMissing, match="业务办理条件"):
        case_bill_due(area=AREA, today=dt.date(2010, 1, 1))


def test_an_order_needs_somebody_who_pays() -> None:
    with pytest.raises(OrderRefused, match="没有缴费人"):
        create_order(case_id=0, case_no="", bills=[(Bill(id=1), 1_00)], pay_channel="01", today=TODAY)
