"""Refunds keep place of insurance and place of levy apart."""

from django.db import transaction

from tests import money
from tests.city import next_employee
from yigui.charges.queries import bills_of_payer
from yigui.ledger.models import Entry
from yigui.ledger.queries import balances_between_areas
from yigui.receipts.models import RefundDue
from yigui.receipts.queries import surplus_of
from yigui.receipts.refunds import refund, refundable
from yigui.registry.enums import INSURANCE_OF
from yigui.registry.models import Area, Employer, Person


def _employee_of_a_unit_that_paid_nothing() -> tuple[Employer, Person]:
    """Without money of other tests that this unit's bills would take first."""
    while True:
        found = next_employee()
        owed = [s.left_fen == s.bill.total_fen for s in bills_of_payer(employer=found.employer)]
        if all(owed) and not any(fen for _, fen in surplus_of(employer=found.employer)):
            return found.employer, found.person


def test_money_taken_in_another_area_goes_back_from_there_and_out_of_the_income_of_the_place_of_insurance() -> None:
    money.levied()
    unit, person = _employee_of_a_unit_that_paid_nothing()
    states = [s for s in bills_of_payer(employer=unit) if s.bill.insurance == 110]
    insured = {str(s.bill.area) for s in states}
    areas = list(Area.objects.values_list("code", flat=True))
    taken = next(a for a in areas if a not in {money.CITY, *insured})
    money.receive(money.row(sum(s.left_fen for s in bills_of_payer(employer=unit)), AAB001=unit.unit_no), area=taken)
    before = {(fund, area, other): fen for fund, area, other, fen in balances_between_areas(areas)}
    wanted = {
        "employer": unit, "person": person, "insurances": [INSURANCE_OF[110].value], "start": 202610, "end": 202610,
    }  # fmt: skip
    (line,), paid_fen, _ = refundable(**wanted)  # type: ignore[arg-type]
    with transaction.atomic():
        case = money.class_1_warrant()
        refund(
            case_id=case, amount_fen=paid_fen, account_name="x", account_no="1", today=money.TODAY, surplus=[], **wanted,  # type: ignore[arg-type]
        )  # fmt: skip
    entries = Entry.objects.filter(voucher__source_kind="case", voucher__source_id=case)
    assert {(e.area_code, e.account_id, e.side, e.amount_fen, e.party) for e in entries} == {
        (str(line.area), "4001.01", "D", paid_fen, taken),
        (str(line.area), "1101.01", "C", paid_fen, taken),
        (taken, "2001.03", "D", paid_fen, str(line.area)),
        (taken, "2001.04", "C", paid_fen, str(line.area)),
    }
    # The area that took the money is the one that pays it back.
    assert list(RefundDue.objects.filter(refund__case_id=case).values_list("area_code", "fund", "amount_fen")) == [
        (taken, "employee_pension", paid_fen)
    ]
    after = {(fund, area, other): fen for fund, area, other, fen in balances_between_areas(areas)}
    key, back = ("employee_pension", str(line.area), taken), ("employee_pension", taken, str(line.area))
    assert (before[key] - after[key], before[back] - after[back]) == (paid_fen, -paid_fen)
    assert sum(after.values()) == 0
    money.assert_agree()
