"""A unit reads its one bill of a month on the platform, with rates and rules, as page and as PDF; nobody reads another's."""

from django.test import Client

from tests import city, money
from tests.pages import text_of
from tests.portal.test_applying import login_of
from tests.portal.test_signing_in import signed_in
from tests.runs.test_kinds import signed_in as staff_signed_in
from yigui.charges.unit_bill import bill_sheet, unit_bill
from yigui.common.money import format_fen
from yigui.documents.render import render_content
from yigui.receipts.own_accounts import collecting_accounts

PERIOD = 202610


def test_the_unit_reads_its_bill_with_rates_and_rules_and_takes_it_as_pdf() -> None:
    batch = money.levied()
    unit = city.next_employee().employer
    client = signed_in(login_of(unit))
    assert f"/unit/dues/{PERIOD}/" in client.get("/unit/dues/").content.decode()
    page = text_of(client.get(f"/unit/dues/{PERIOD}/"))
    bills = [s for s in money.bills(unit) if s.bill.source_id == batch.pk]
    assert len(bills) >= 3
    for state in bills:
        assert str(state.bill.id) in page
        assert state.label in page
    assert format_fen(unit_bill(unit, PERIOD).total_fen) in page
    assert "16% / 8%" in page
    assert "国办发〔2019〕13号（2019-05-01 起）" in page
    paper = client.get(f"/unit/dues/{PERIOD}/bill.pdf")
    assert (paper.status_code, paper.headers["Content-Type"]) == (200, "application/pdf")
    # What the unit gets is what the agency prints, rates and all: typeset alike from the same content.
    assert paper.content == render_content(bill_sheet(unit_bill(unit, PERIOD), city.TODAY))
    assert client.get("/unit/dues/202613/").status_code == 404


def test_who_owes_is_told_how_to_pay_and_who_does_not_is_not() -> None:
    money.levied()
    unit = city.next_employee().employer
    client = signed_in(login_of(unit))
    assert unit_bill(unit, PERIOD).left_fen > 0
    accounts = collecting_accounts(unit.area_id, city.TODAY)
    assert accounts
    for address in ("/unit/dues/", f"/unit/dues/{PERIOD}/"):
        page = text_of(client.get(address))
        assert "怎样缴费" in page
        assert all(number in page for number in accounts)
        assert f'附言写明单位编号 <strong class="num">{unit.unit_no}</strong> 和缴费单号' in page
    assert "怎样缴费" not in text_of(client.get("/unit/dues/202001/"))


def test_another_unit_sees_its_own_bill_and_nobody_sees_one() -> None:
    money.levied()
    mine, other = city.next_employee().employer, city.next_employee().employer
    while other == mine:
        other = city.next_employee().employer
    page = text_of(signed_in(login_of(other)).get(f"/unit/dues/{PERIOD}/"))
    assert other.unit_no in page
    assert mine.unit_no not in page
    for state in money.bills(mine):
        assert str(state.bill.id) not in page
    for path in (f"/unit/dues/{PERIOD}/", f"/unit/dues/{PERIOD}/bill.pdf"):
        answer = Client().get(path)
        assert answer.status_code == 302
        assert "sign-in" in answer.headers["Location"]


def test_the_sheet_says_what_the_bill_says_and_the_counter_leads_to_it() -> None:
    money.levied()
    unit = city.next_employee().employer
    found = unit_bill(unit, PERIOD)
    sheet = bill_sheet(found, city.TODAY)
    rows = sheet["sections"][0]["rows"]
    assert rows[-1][7] == format_fen(found.total_fen) == sheet["facts"][3][1].removesuffix(" 元")
    assert [row[1] for row in rows[:-1]] == [str(row.state.bill.id) for row in found.rows]
    assert any("国办发〔2019〕13号" in row[1] for row in sheet["sections"][1]["rows"])
    client = staff_signed_in("teller")
    dues = client.get(f"/employers/{unit.unit_no}/dues/").content.decode()
    assert f"/finance/units/{unit.unit_no}/bills/{PERIOD}/" in dues
    paper = client.get(f"/finance/units/{unit.unit_no}/bills/{PERIOD}/bill.pdf")
    assert paper.content.startswith(b"%PDF")
    assert len(paper.content) > 5_000
    assert client.get("/finance/units/0000/bills/202610/bill.pdf").status_code == 404
