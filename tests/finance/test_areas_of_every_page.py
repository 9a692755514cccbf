"""No page of the finance desk shows an officer of one county what is another's: no payer, no amount, no file. Made from the addresses of the room."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import URLPattern, reverse

from tests import city, money
from tests.city import user
from tests.items.situations import returned
from tests.pages import signed_in, text_of
from tests.payment.test_refund_batches import refunded
from tests.payment.test_supplement_run import corrected
from tests.payment.test_supplement_run import of as reissued
from tests.receipts.test_claims import came
from yigui.common.money import format_fen
from yigui.finance.urls import urlpatterns
from yigui.ledger.models import Voucher
from yigui.levy.models import Bill
from yigui.payment.models import Payment, ResultFile
from yigui.receipts.electronic_receipts import issue_electronic_receipt
from yigui.receipts.models import ElectronicReceipt, Receipt, ReceiptLine, Refund
from yigui.receipts.recognise import recognise
from yigui.registry.models import Employer
from yigui.staff.enums import SERVING
from yigui.staff.models import User

#: The county of whoever looks, and the one whose money it is.
OWN, OWN_AREA, OTHER_AREA = "51118101", "511181", "511102"
ROLES = ("cashier", "accountant", "section_head", "director", "auditor")
#: 无关列登记 is of a sender and its files, and of no area (tests/receipts/test_harmless.py).
PATTERNS = {str(p.name): p for p in urlpatterns if isinstance(p, URLPattern) and not str(p.name).startswith("harmless")}
#: Pages that show what belongs to areas, as lists; the others are about one thing.
LISTS = {
    "home", "batches", "progress", "results", "certification", "receipts", "suspense", "refunds", "vouchers", "balances", "account", "reconciliation",
    "settlement",
}  # fmt: skip
#: Forms that are the same for everybody.
TEMPLATES = {"receipts_template", "results_template"}
#: What is owed is told at every counter (全市通办): to who serves there, and to no other.
BILLS = {"bill", "unit_bill", "unit_bill_pdf"}


def stranger(role: str) -> User:
    return city.of_city(f"another county's {role}", lambda: city.new_user(role, agency=OWN))


@dataclass(frozen=True)
class Others:
    """What is the other county's: the values of the addresses about it, and what its pages show."""

    of: dict[str, dict[str, Any]]
    marks: tuple[str, ...]


def others() -> Others:
    return city.of_city("what is another county's", _others)


def _others() -> Others:
    money.levied()
    receipt = came(76_543_21, name="某某外县付款单位", area=OTHER_AREA)
    employer = Employer.objects.filter(area_id=OTHER_AREA).order_by("id")[0]
    bill = Bill.objects.filter(employer_id=employer.pk, total_fen__gt=0).order_by("id")[0]
    claim = recognise(
        receipt_id=receipt.pk, unit_no=employer.unit_no, id_number="", reason="单位出示的汇款凭证", ground="已核对委托书和付款回单", user=user("cashier")
    )  # fmt: skip
    reference = money.reference()
    money.receive(money.row(1_11, AAZ288=bill.id, AAE086=reference), area=OTHER_AREA)
    ticketed = Receipt.objects.get(reference=reference)
    ticket = issue_electronic_receipt(receipt=ticketed, user=user("cashier"), today=city.TODAY)
    money.receive(money.row(1, AAE019="不是金额"), area=OTHER_AREA, partner="bank")
    line = ReceiptLine.objects.filter(area_code=OTHER_AREA).latest("pk")
    number = returned().form["batch_no"]
    batch, benefit = (int(part) for part in number.removeprefix("P").split("-"))
    payment, file = Payment.objects.get(batch_id=batch, benefit_id=benefit), ResultFile.objects.latest("pk")
    refund = next(r for r in iter(refunded, None) if OWN_AREA not in r.dues.values_list("area_code", flat=True))
    assert isinstance(refund, Refund)
    voucher = Voucher.objects.filter(source_kind="receipt_file", source_id=receipt.file_id).latest("pk")
    batch_of, file_of = {"batch_id": batch}, {"file_id": receipt.file_id}
    line_of = {"file_id": line.file_id, "line_id": line.pk}
    unit_of = {"unit_no": employer.unit_no, "period": 202610}
    again = next(one for one in iter(lambda: corrected(1)[0], None) if reissued(one).area_id != OWN_AREA)
    of: dict[str, dict[str, Any]] = {
        "batch": batch_of, "differences": batch_of | {"reason": "held"}, "batch_file": batch_of | {"name": "1/txt"}, "decide": batch_of | {"verb": "void"},
        "dismiss": {"planned_id": 1}, "result_file": {"file_id": file.pk}, "decide_result": {"waiting_id": 1}, "withdraw_reissue": {"reissue_id": again.pk},
        "confirm_results": {"file_id": file.pk},
        "file": file_of, "ticket": file_of | {"receipt_id": receipt.pk}, "receipt_lines": {"file_id": line.file_id},
        "receipt_lines_export": {"file_id": line.file_id}, "receipt_lines_settle": {"file_id": line.file_id}, "receipt_line_decide": line_of,
        "receipt_line_reverse": line_of, "receipt_line_returned": line_of, "ticket_pdf": {"number": ticket.number}, "void": {"number": ticket.number},
        "claim": {"receipt_id": receipt.pk}, "claim_record": {"claim_id": claim.pk}, "claim_take_back": {"claim_id": claim.pk},
        "undo_claim": {"claim_id": claim.pk}, "bill": {"number": bill.id}, "unit_bill": unit_of, "unit_bill_pdf": unit_of, "refund_list": {},
        "refund_payee": {"refund_id": refund.pk}, "voucher": {"voucher_id": voucher.pk}, "reverse": {"voucher_id": voucher.pk}, "account": {"account": "1002"},
    }  # fmt: skip
    marks = (
        "某某外县付款单位",
        format_fen(76_543_21),
        number,
        payment.account_no,
        employer.name,
        ticket.number,
        reference,
        refund.account_no,
    )
    return Others(of, marks)


def address(name: str) -> str:
    return reverse(f"finance:{name}", kwargs=others().of.get(name, {}))


def test_every_page_of_the_room_is_looked_at() -> None:
    asks = {name for name, pattern in PATTERNS.items() if pattern.pattern.converters}
    assert asks == others().of.keys() - {"refund_list"}
    assert LISTS - {"account"} | {"refund_list"} | TEMPLATES == PATTERNS.keys() - asks


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_list_shows_nothing_of_another_county(name: str, role: str) -> None:
    client, marks = signed_in(stranger(role).username), others().marks
    for asked in (
        "",
        f"?area={OTHER_AREA}",
        "?area=511100",
        f"?area={OTHER_AREA}&period=2026-10",
        f"?area={OTHER_AREA}&period=2026-11&detail=1",
    ):
        answer = client.get(address(name) + asked)
        # Results are taken in at the cash desk alone.
        assert answer.status_code == (403 if name == "results" and role not in ("cashier", "accountant") else 200), (name, role)
        page = text_of(answer)
        assert [mark for mark in marks if mark in page] == [], (name, asked)
        # A list like all others names what it does not know in its own words (tests/shell/test_lists.py).
        if "area" in asked and name not in ("batches", "progress", "results", "vouchers"):
            assert "以下为本机构的" in page, name


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", sorted(PATTERNS.keys() - LISTS - TEMPLATES))
def test_what_is_about_one_thing_of_another_county_is_refused(name: str, role: str) -> None:
    client, marks = signed_in(stranger(role).username), others().marks
    before = (ElectronicReceipt.objects.filter(voided_at=None).count(), Voucher.objects.count())
    for answer in (client.get(address(name)), client.post(address(name), {"reason": "核对后申请办理", "shown": "1"}, follow=True)):
        assert answer.status_code in (200, 403, 404, 405, 422), (name, role)
        page = text_of(answer) if not answer.get("Content-Type", "").startswith("application/pdf") else name
        assert [mark for mark in marks if mark in page] == [], (name, role)
    last = client.get(address(name))
    # Of the city's executed batch a county reads what it holds of its own people (`test_citys_batch_in_a_county.py`).
    assert last.status_code in (403, 404, 405) or (name == "batch" and "以下为本地区部分，只供查看" in text_of(last)), (name, role)
    assert (ElectronicReceipt.objects.filter(voided_at=None).count(), Voucher.objects.count()) == before


@pytest.mark.parametrize("role", sorted(SERVING))
@pytest.mark.parametrize("name", sorted(BILLS - {"unit_bill_pdf"}))
def test_what_is_owed_is_told_at_every_counter(name: str, role: str) -> None:
    assert signed_in(stranger(role).username).get(address(name)).status_code == 200


@pytest.mark.parametrize(
    "name", ["batch", "result_file", "file", "receipt_lines", "claim_record", "voucher", "refund_payee", "bill", "unit_bill"]
)
def test_the_city_sees_it(name: str) -> None:
    assert signed_in("accountant").get(address(name)).status_code == 200


def test_the_marks_are_what_the_city_sees() -> None:
    client = signed_in("accountant")
    seen = "".join(text_of(client.get(address(name))) for name in ("file", "results", "claim_record", "bill", "refund_payee"))
    payer, amount, number, _, unit, *_ = others().marks
    assert [mark for mark in (payer, amount, number, unit) if mark not in seen] == []
