"""How long a bill out of a case and a payment order stand is dated data of the agency, not of the program."""

import datetime as dt
from decimal import Decimal

import pytest

from tests import city
from yigui.charges.case_bills import case_bill_due
from yigui.charges.errors import OrderRefused
from yigui.charges.orders import create_order
from yigui.law import parameter_table
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


def test_before_they_were_ruled_there_is_no_answer_and_no_default() -> None:
    with pytest.raises(ParameterMissing, match="业务办理条件"):
        case_bill_due(area=AREA, today=dt.date(2010, 1, 1))


def test_an_order_needs_somebody_who_pays() -> None:
    with pytest.raises(OrderRefused, match="没有缴费人"):
        create_order(case_id=0, case_no="", bills=[(Bill(id=1), 1_00)], pay_channel="01", today=TODAY)
