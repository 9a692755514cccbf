"""Whose money it is and where it is paid is shown to the agency that answers for it; a file with whole accounts that is taken out is on record."""

import re

from tests import city, money
from tests.city import user
from tests.items.situations import last_paid
from tests.pages import page_of, signed_in, text_of
from tests.receipts.test_claims import came
from yigui.payment.models import Payment
from yigui.receipts.models import ElectronicReceipt, Receipt
from yigui.staff.models import DataExport, User

COUNTY = "51118101"


def stranger(role: str = "cashier") -> User:
    return city.of_city(f"own areas: {role}", lambda: city.new_user(role, agency=COUNTY))


def test_the_file_for_the_bank_is_taken_by_the_agency_that_answers_for_it_and_is_on_record() -> None:
    run = last_paid()
    address = f"/finance/batches/{run.pk}/files/1/txt"
    ours, theirs = signed_in("cashier"), signed_in(stranger().username)
    assert ours.get(address).status_code == 405
    refused = theirs.post(address)
    assert refused.status_code == 403
    assert "下载" in text_of(refused)
    assert signed_in("auditor").post(address).status_code == 403
    assert not DataExport.objects.filter(kind="batch_file", parameters__batch=str(run.pk)).exists()
    page = page_of(ours.get(f"/finance/batches/{run.pk}/"))
    assert re.search(rf'formaction="/finance/batches/{run.pk}/files/1/txt"', page)
    answer = ours.post(address)
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert Payment.objects.filter(batch_id=run.pk).order_by("seq")[0].account_no.encode() in content
    (kept,) = DataExport.objects.filter(kind="batch_file", parameters__batch=str(run.pk))
    assert (kept.user, kept.rows, kept.taken, kept.parameters["file"]) == (user("cashier"), run.row_count, 1, "1/txt")
    assert f"第 {run.pk} 号批次" in kept.reason
    assert "批次报送文件" in page_of(ours.get("/exports/"))


def test_payers_of_another_county_are_not_shown() -> None:
    receipt = came(5_00, name="某某外县付款单位", area="511102")
    theirs, ours = signed_in(stranger().username), signed_in("cashier")
    for address in (f"/finance/receipts/{receipt.file_id}/", f"/finance/receipts/{receipt.file_id}/lines/"):
        assert theirs.get(address).status_code == 403, address
        assert ours.get(address).status_code == 200, address
    listed = theirs.get("/finance/suspense/?area=511102")
    assert "某某外县付款单位" not in page_of(listed)
    assert "以下为本机构的" in page_of(listed)
    assert "某某外县付款单位" in page_of(ours.get("/finance/suspense/?area=511102"))
    assert f"/finance/receipts/{receipt.file_id}/" not in page_of(theirs.get("/finance/receipts/?area=511102"))
    assert "以下为本机构的" in page_of(theirs.get("/finance/refunds/?area=511102"))
    unit = city.next_employee().employer
    asked = theirs.post(f"/finance/suspense/{receipt.pk}/claim/", {"unit_no": unit.unit_no, "reason": "单位出示的汇款凭证"})
    assert asked.status_code == 403
    assert "某某外县付款单位" not in text_of(asked)


def test_an_electronic_receipt_is_its_areas() -> None:
    money.levied()
    unit = city.next_employee().employer
    bill = next(s.bill for s in money.bills(unit) if s.left_fen > 0)
    ref = money.reference()
    money.receive(money.row(1_00, AAZ288=bill.id, AAE086=ref), area="511102")
    receipt = Receipt.objects.get(reference=ref)
    theirs, ours = signed_in(stranger().username), signed_in("cashier")
    address = f"/finance/receipts/{receipt.file_id}/{receipt.pk}/ticket/"
    theirs.post(address)
    assert not ElectronicReceipt.objects.filter(receipt=receipt).exists()
    ours.post(address)
    ticket = ElectronicReceipt.objects.get(receipt=receipt)
    assert ours.get(f"/finance/tickets/{ticket.number}.pdf").status_code == 200
    assert theirs.get(f"/finance/tickets/{ticket.number}.pdf").status_code == 403
    said = text_of(theirs.post(f"/finance/tickets/{ticket.number}/void/", {"reason": "开具有误，重新开具"}, follow=True))
    assert "收款地区 511102 的电子票据" in said
    ticket.refresh_from_db()
    assert ticket.voided_at is None
    ours.post(f"/finance/tickets/{ticket.number}/void/", {"reason": "开具有误，重新开具"})
    ticket.refresh_from_db()
    assert ticket.voided_by_id == user("cashier").pk
