"""Whose money is in suspense (认领): what came with it speaks, it is shown whose before it is taken, who signs reads it, and what is left is taken back."""

from collections.abc import Callable

import pytest
from django.db.models import Sum
from django.urls import reverse

from tests import city, money
from tests.city import user
from tests.items import money_forms as forms
from tests.items.money_forms import employer_with_staff
from tests.pages import page_of, signed_in, text_of
from yigui.accounts.models import AccountEntry
from yigui.casework.accept_case import accept_case
from yigui.casework.queries import current_step
from yigui.common.money import format_fen
from yigui.ledger.models import Entry
from yigui.receipts.claim_reversal import plan_claim_reversal
from yigui.receipts.errors import ClaimRefused
from yigui.receipts.files import import_receipts
from yigui.receipts.inbox_sources import UNDOS
from yigui.receipts.models import Claim, ClaimUndo, Receipt
from yigui.receipts.queries import claims_in_force, surplus_of, suspense, suspense_sums
from yigui.receipts.recognise import look_at, recognise, undo_claim
from yigui.receipts.refunds import refundable
from yigui.receipts.verify import bounds_of_receipts
from yigui.registry.models import Employer, Employment
from yigui.runs.batches import approve_batch, check_batch
from yigui.runs.models import Batch
from yigui.runs.staged import execute

REASON, GROUND = "单位出示的汇款凭证", "付款人为其代缴，已核对委托书"


def two_units() -> tuple[Employer, Employer]:
    mine = employer_with_staff()
    return mine, another_than(mine)


def another_than(unit: Employer) -> Employer:
    return next(e for e in iter(employer_with_staff, None) if e.name[:4] != unit.name[:4])


def came(fen: int, *, name: str = "", text: str = "", area: str = "511102") -> Receipt:
    """Money that nobody knows the payer of, as the bank's table tells it."""
    content = f"交易流水号,交易日期,贷方发生额,账号,对方户名,附言\r\n{money.reference()},2026-11-09,{fen / 100:.2f},9558800000000001,{name},{text}\r\n"
    done = import_receipts(
        content=content.encode(), file_name="流水.csv", partner="bank", area_code=area, user=user("cashier"), today=city.TODAY
    )
    return Receipt.objects.get(file=done.file)


def test_money_that_speaks_for_another_is_claimed_on_a_ground_only() -> None:
    mine, theirs = two_units()
    receipt = came(64_705_09, name=theirs.name, text=f"{theirs.unit_no} 10月社保费")
    doubts = look_at(receipt_id=receipt.pk, unit_no=mine.unit_no).doubts
    assert any("名称不一致" in d and theirs.name in d and mine.name in d for d in doubts)
    assert any(theirs.unit_no in d and theirs.name in d for d in doubts)
    assert look_at(receipt_id=receipt.pk, unit_no=theirs.unit_no).doubts == ()
    with pytest.raises(ClaimRefused, match="请写明核实情况"):
        recognise(receipt_id=receipt.pk, unit_no=mine.unit_no, reason=REASON, user=user("cashier"))
    assert not Claim.objects.filter(receipt=receipt).exists()
    claim = recognise(receipt_id=receipt.pk, unit_no=mine.unit_no, reason=REASON, ground=GROUND, user=user("cashier"))
    claim.refresh_from_db()
    assert (theirs.name in claim.against, claim.ground) == (True, GROUND)


@pytest.mark.parametrize("written", [lambda n: f"{n[:2]} {n[2:]}", lambda n: f"{n[:2]}**{n[-3:]}", lambda n: f"{n[:2]}·{n[2:]}"])
def test_a_name_is_the_same_however_it_is_written(written: Callable[[str], str]) -> None:
    mine, theirs = two_units()
    receipt = came(1_00, name=written(mine.name))
    assert look_at(receipt_id=receipt.pk, unit_no=mine.unit_no).doubts == ()
    assert look_at(receipt_id=receipt.pk, unit_no=theirs.unit_no).doubts


def test_a_remark_with_the_number_or_the_name_of_another_speaks() -> None:
    person, other = city.next_person(), city.next_person()
    mine, theirs = two_units()
    by_number = came(2_00, text=f"代{other.id_number}缴费")
    assert any(
        "尾号" in d and other.id_number[-4:] in d for d in look_at(receipt_id=by_number.pk, id_number=person.id_number).doubts
    )
    assert other.name not in "".join(look_at(receipt_id=by_number.pk, id_number=person.id_number).doubts)
    assert look_at(receipt_id=by_number.pk, id_number=other.id_number).doubts == ()
    by_name = came(3_00, text=f"{theirs.name}社保费")
    assert any(theirs.name in d for d in look_at(receipt_id=by_name.pk, unit_no=mine.unit_no).doubts)
    assert look_at(receipt_id=by_name.pk, unit_no=theirs.unit_no).doubts == ()


def test_the_page_shows_whose_it_would_be_before_it_is_taken() -> None:
    mine, theirs = two_units()
    receipt = came(7_00, name=theirs.name, text="社保费")
    cashier, url = signed_in("cashier"), f"/finance/suspense/{receipt.pk}/claim/"
    given = {"unit_no": mine.unit_no, "reason": REASON}
    page = page_of(cashier.post(url, given))
    assert "核对认领对象" in page
    assert mine.name in page
    assert theirs.name in page
    assert not Claim.objects.filter(receipt=receipt).exists()
    # Another number than the one that was shown is shown first.
    assert "核对认领对象" in page_of(cashier.post(url, given | {"shown": str(theirs.pk), "ground": GROUND}))
    page = page_of(cashier.post(url, given | {"shown": str(mine.pk), "ground": ""}))
    assert "请写明核实情况" in page
    assert not Claim.objects.filter(receipt=receipt).exists()
    page = text_of(cashier.post(url, given | {"shown": str(mine.pk), "ground": GROUND}, follow=True))
    assert f"已认领为 {mine.name}" in page
    listed = page_of(cashier.get("/finance/suspense/?area=511102"))
    assert GROUND in listed


def settlement() -> tuple[Employer, dict[str, object], list[str]]:
    form, materials, _ = forms.FORMS["settlement"]()
    return Employer.objects.get(unit_no=form["unit_no"]), form, materials


def test_who_signs_reads_whose_money_it_is_and_what_is_left_is_taken_back() -> None:
    unit, form, materials = settlement()
    another = another_than(unit)
    owed = sum(s.left_fen for s in money.bills(unit) if s.left_fen > 0)
    receipt = came(owed * 20, name=another.name, text=f"{another.unit_no} 社保费", area=unit.area_id)
    claim = recognise(receipt_id=receipt.pk, unit_no=unit.unit_no, reason=REASON, ground=GROUND, user=user("cashier"))
    case = accept_case(city.application("FND-001", form, materials=materials))
    said = next(line for line in case.preview if line[0] == f"到账 {receipt.reference}")
    for word in (another.name, f"{another.unit_no} 社保费", "认领", user("cashier").full_name, REASON, "名称不一致", GROUND):
        assert word in "".join(said), word
    step, reviewer = current_step(case), signed_in("reviewer")
    assert step is not None
    reviewer.post(f"/cases/{case.case_no}/claim/", {"step": step.pk})
    assert another.name in text_of(reviewer.get(f"/cases/{case.case_no}/"))
    city.decide(case, "reviewer")
    city.decide(case, "rechecker")
    ((_, left),) = [(r, fen) for r, fen in surplus_of(employer=unit) if r.pk == receipt.pk]
    assert 0 < left < receipt.amount_fen
    # A refund of the surplus says the same, and names the money.
    assert refundable(employer=unit, person=None, insurances=["employee_pension"], start=202610, end=202610)[2] >= left
    before = money.assert_agree()
    page = page_of(signed_in("cashier").get(f"/finance/suspense/?area={unit.area_id}"))
    assert f"撤销认领只收回未认定的 {format_fen(left)} 元" in page
    assert "在认领记录页申请收回" in page
    undo_claim(claim_id=claim.pk, reason="认领时单位编号录入有误", user=user("cashier"))
    assert str(claim.undo.pk) in [row.key for row in UNDOS.rows(user("accountant"), city.TODAY, 500)]
    undo_claim(claim_id=claim.pk, reason="", user=user("accountant"))
    assert receipt.pk not in {r.pk for r, _ in surplus_of(employer=unit)}
    recognise(receipt_id=receipt.pk, unit_no=another.unit_no, reason=REASON, user=user("cashier"))
    assert {r.pk: fen for r, fen in surplus_of(employer=another)}[receipt.pk] == left
    assert money.assert_agree() == before


def test_the_list_of_suspense_counts_all_and_shows_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yigui.finance.receipts.SUSPENSE_PAGE", 2)
    for fen in (11, 12, 13):
        came(fen, area="511181")
    count, total = suspense_sums(["511181"])
    assert count >= 3
    rows = suspense(["511181"], limit=count)
    assert (len(rows), sum(r.left_fen for r in rows)) == (count, total)
    cashier = signed_in("cashier")
    first = page_of(cashier.get("/finance/suspense/?area=511181"))
    assert f"共 {count} 笔" in first
    assert format_fen(total) in first
    assert "下一页" in first
    assert rows[2].receipt.reference not in first
    assert rows[2].receipt.reference in page_of(cashier.get("/finance/suspense/?area=511181&page=2"))
    assert page_of(cashier.get("/finance/suspense/?area=511181&page=999"))


def of_unit(unit: Employer) -> tuple[dict[int, int], list[tuple[int, int, int]]]:
    """What a unit owes by bill, and what stands on the accounts of its people by insurance (where anything does)."""
    owed = {s.bill.id: s.left_fen for s in money.bills(unit)}
    staff = Employment.objects.filter(employer=unit).values("person_id")
    rows = AccountEntry.objects.filter(person_id__in=staff).values_list("person_id", "insurance").annotate(Sum("amount_fen"))
    return owed, sorted(row for row in rows if row[2])


def test_what_bills_took_of_a_wrong_claim_is_taken_back_by_three() -> None:
    money.levied()
    form, materials, _ = forms.FORMS["settlement"]()
    unit = Employer.objects.get(unit_no=form["unit_no"])
    another = another_than(unit)
    owed = sum(s.left_fen for s in money.bills(unit) if s.left_fen > 0)
    receipt = came(owed, name=another.name, text="社保费", area=unit.area_id)
    sums, record = money.assert_agree(), of_unit(unit)
    claim = recognise(receipt_id=receipt.pk, unit_no=unit.unit_no, reason=REASON, ground=GROUND, user=user("cashier"))
    case = accept_case(city.application("FND-001", form, materials=materials))
    city.decide(case, "reviewer")
    city.decide(case, "rechecker")
    assert of_unit(unit) != record
    assert money.balances() != sums
    with pytest.raises(ClaimRefused, match="在认领记录页申请收回"):
        undo_claim(claim_id=claim.pk, reason="单位编号录入有误", user=user("cashier"))
    accountant, url = signed_in("accountant"), f"/finance/suspense/claims/{claim.pk}/"
    assert url in page_of(accountant.get(f"/finance/receipts/{receipt.file_id}/"))
    page = page_of(accountant.get(url))
    assert another.name in page
    assert "申请收回" in page
    assert "申请收回</button>" not in page_of(signed_in("cashier").get(url))
    assert "请写明认领有误的依据" in text_of(accountant.post(f"{url}take-back/", {"reason": ""}, follow=True))
    assert not Batch.objects.filter(kind="claim-reversal", summary__claim=claim.pk, status="prepared").exists()
    said = page_of(accountant.post(f"{url}take-back/", {"reason": "付款单位来函说明款项归属"}, follow=True))
    assert "付款单位来函说明款项归属" in said
    batch = Batch.objects.get(kind="claim-reversal", summary__claim=claim.pk)
    assert f"第 {batch.pk} 号批次" in page_of(accountant.get(url))
    check_batch(batch_id=batch.pk, user=user("head"))
    approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))
    execute(batch_id=batch.pk)
    # Everything as before, in the books and on the accounts; the money waits again as of nobody known.
    assert money.assert_agree() == sums
    assert of_unit(unit) == record
    assert claims_in_force([receipt.pk]) == {}
    undo = ClaimUndo.objects.get(claim=claim)
    assert (undo.asked_by_id, undo.confirmed_by_id) == (user("accountant").pk, user("director").pk)
    posted = Entry.objects.filter(voucher__source_kind="batch", voucher__source_id=batch.pk, account="2001.01", side="C")
    assert sum(posted.values_list("amount_fen", flat=True)) == batch.total_fen == owed
    assert "已撤销" in page_of(accountant.get(url))
    assert not [s for s in bounds_of_receipts("default") if str(receipt.pk) in s]
    # It is claimed again, for whose it is; and the bills of the first are paid and credited again by other money.
    recognise(receipt_id=receipt.pk, unit_no=another.unit_no, reason=REASON, user=user("cashier"))
    assert {r.pk: fen for r, fen in surplus_of(employer=another)}[receipt.pk] == owed
    money.receive(money.row(owed, AAB001=unit.unit_no))
    again = money.assert_agree()
    assert again["credited"] - sums["credited"] > 0
    with pytest.raises(ClaimRefused, match="已撤销"):
        plan_claim_reversal(claim_id=claim.pk, reason="付款单位来函说明款项归属", user=user("accountant"))


def test_only_what_bills_took_has_this_road() -> None:
    mine, _ = two_units()
    receipt = came(5_01, text="社保费")
    claim = recognise(receipt_id=receipt.pk, unit_no=mine.unit_no, reason=REASON, user=user("cashier"))
    assert "由两人办理" in page_of(signed_in("accountant").get(f"/finance/suspense/claims/{claim.pk}/"))
    with pytest.raises(ClaimRefused, match="直接撤销认领"):
        plan_claim_reversal(claim_id=claim.pk, reason="付款单位来函说明款项归属", user=user("accountant"))


def test_the_counter_shows_money_recognised_as_the_payer_s_until_that_is_undone() -> None:
    mine, _ = two_units()
    receipt = came(1_234_56, name="说不清的付款人")
    page = reverse("counter:employer_dues", args=[mine.unit_no])
    assert "1,234.56" not in page_of(signed_in("special").get(page))
    claim = recognise(receipt_id=receipt.pk, unit_no=mine.unit_no, reason=REASON, ground=GROUND, user=user("cashier"))
    assert "1,234.56" in page_of(signed_in("special").get(page))
    undo_claim(claim_id=claim.pk, reason="认领有误，另有付款人", user=user("cashier"))
    undo_claim(claim_id=claim.pk, reason="认领有误，另有付款人", user=user("accountant"))
    assert "1,234.56" not in page_of(signed_in("special").get(page))
