"""The head of a unit's bill names each day by which something of it is due, with its sum where there are several."""

import datetime as dt

from tests import city
from yigui.charges.queries import BillState
from yigui.charges.unit_bill import UnitBill, UnitBillRow, bill_sheet
from yigui.levy.models import Bill

FIRST, LATER = dt.date(2026, 11, 15), dt.date(2026, 11, 25)


def owed(total: int, paid: int, due_on: dt.date) -> UnitBillRow:
    bill = Bill(
        id=1, insurance=110, kind=1, start_period=202610, end_period=202610, total_fen=total, employer_fen=total, person_fen=0, base_fen=0,
        person_count=1,
    )  # fmt: skip
    return UnitBillRow(BillState(bill, paid, due_on), None)


def bill_of(*rows: UnitBillRow) -> UnitBill:
    return UnitBill(city.next_employee().employer, 202610, list(rows))


def head(found: UnitBill) -> str:
    return dict(bill_sheet(found, city.TODAY)["facts"]).get("缴费期至", "")


def test_one_day_stands_alone_and_a_supplement_is_told_apart() -> None:
    assert head(bill_of(owed(1000_00, 0, FIRST), owed(500_00, 0, FIRST))) == "2026-11-15"
    found = bill_of(owed(1000_00, 0, FIRST), owed(500_00, 100_00, FIRST), owed(70_56, 0, LATER))
    assert head(found) == "2026-11-15（1,400.00 元）、2026-11-25（70.56 元）"
    # What is paid is due no more.
    assert head(bill_of(owed(1000_00, 1000_00, FIRST), owed(70_56, 0, LATER))) == "2026-11-25"
    assert head(bill_of(owed(1000_00, 1000_00, FIRST))) == ""
