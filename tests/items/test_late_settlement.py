"""The settlement sheet is of one moment: what money that came after the due day costs is in what is due, in a line of its own, and rows add up."""

import datetime as dt

import pytest

from tests import city, money
from tests.items.money_forms import LATE_DAY
from tests.receipts.test_claims import GROUND, REASON, settlement
from yigui.casework.accept_case import accept_case
from yigui.casework.models import Case
from yigui.charges.queries import bills_of_payer
from yigui.common.money import format_fen, parse_yuan
from yigui.items.fund import unit_fund_settlement
from yigui.levy.enums import BillKind
from yigui.receipts.files import import_receipts
from yigui.receipts.models import Receipt
from yigui.receipts.recognise import recognise
from yigui.registry.enums import AAE140
from yigui.registry.models import Employer


def waiting(unit: Employer, fen: int, day: dt.date) -> None:
    """Money of a unit that came on a day, of a payer nobody knew."""
    content = (
        f"交易流水号,交易日期,贷方发生额,账号,对方户名,附言\r\n{money.reference()},{day},{fen / 100:.2f},9558800000000001,,\r\n"
    )
    done = import_receipts(
        content=content.encode(), file_name="流水.csv", partner="bank", area_code=unit.area_id, user=city.user("cashier"), today=day
    )
    receipt = Receipt.objects.get(file=done.file)
    recognise(receipt_id=receipt.pk, unit_no=unit.unit_no, reason=REASON, ground=GROUND, user=city.user("cashier"))


def settled(form: dict[str, object], materials: list[str]) -> Case:
    case = accept_case(city.application("FND-001", form, materials=materials, today=LATE_DAY))
    city.decide(case, "reviewer", today=LATE_DAY)
    case = city.decide(case, "rechecker", today=LATE_DAY)
    assert case.status == "finished", case.effect_error
    return case


@pytest.mark.parametrize("more", [0, 1000_00])
@pytest.mark.parametrize("shown", [300, 1])
def test_what_is_late_costs_a_surcharge_that_the_sheet_holds(more: int, shown: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unit_fund_settlement, "ROWS_SHOWN", shown)
    unit, form, materials = settlement()
    due = parse_yuan(str(form["bill_total"]))
    owed = sum(s.left_fen for s in money.bills(unit) if s.left_fen > 0)
    waiting(unit, owed + more, LATE_DAY)
    case = settled(form, materials)
    bills = bills_of_payer(employer=unit, start=202610, end=202610, insurances=[AAE140["employee_pension"]])
    charged = sum(s.bill.total_fen for s in bills if s.bill.kind == BillKind.SURCHARGE)
    left = 0 if more else charged
    assert charged > 0
    assert case.document is not None
    facts = {label: parse_yuan(value) for label, value in case.document.content["facts"] if label.endswith("（元）")}
    assert facts["应缴合计（元）"] == due + charged
    assert facts["其中本次加收滞纳金（元）"] == charged
    assert facts["结算后实缴（元）"] == due + charged - left
    assert facts["未缴（元）"] == left
    assert facts["应缴合计（元）"] - facts["结算后实缴（元）"] == facts["未缴（元）"]
    said = f"应缴 {format_fen(due + charged)} 元（含本次加收滞纳金 {format_fen(charged)} 元）"
    assert said in case.outcome["summary"]
    assert f"未缴 {format_fen(left)} 元" in case.outcome["summary"]
    rows = case.document.content["sections"][0]["rows"]
    # Shown one by one or together, the rows come to what stands above them.
    assert [sum(parse_yuan(row[column]) for row in rows) for column in (4, 6, 7)] == [due + charged, due + charged - left, left]
    if shown == 1:
        others = sum(s.bill.total_fen for s in bills) - parse_yuan(rows[0][4])
        assert [row[0] for row in rows[1:]] == [f"其余 {len(bills) - 1} 张共 {format_fen(others)} 元"]
