"""What the books do by themselves at the end of a month and of a year, and how a voucher is reversed."""

import datetime as dt

import pytest
from django.db import connections

from tests import money
from tests.city import next_employee, user
from tests.ledger.test_books import under_warrant
from tests.pages import signed_in
from tests.runs.test_part_and_whole import nothing_in_the_way
from yigui.charges.queries import bills_of_payer
from yigui.common.errors import Forbidden
from yigui.common.money import format_fen
from yigui.ledger.close import CLOSE
from yigui.ledger.errors import WrongPosting
from yigui.ledger.models import Voucher, VoucherNumber
from yigui.ledger.posting import post
from yigui.ledger.queries import balances_at, balances_between_areas, owed_between_areas, trial_balance, vouchers_from
from yigui.ledger.reversal import plan_reversal
from yigui.ledger.transfer import TRANSFER
from yigui.receipts.reconcile import reconcile
from yigui.registry.models import Area
from yigui.runs.batches import BatchRefused, approve_batch
from yigui.runs.errors import ContentChanged
from yigui.runs.models import Batch
from yigui.runs.staged import execute, prepare

MONTH = 202611


def all_areas() -> list[str]:
    return list(Area.objects.values_list("code", flat=True))


def paid_elsewhere() -> str:
    """An employer's bills are paid to the tax office of another area, with something over; gives that area."""
    unit = next_employee().employer
    states = bills_of_payer(employer=unit)
    area = next(a for a in all_areas() if a not in {money.CITY, *(str(s.bill.area) for s in states)})
    left = sum(s.left_fen for s in states)
    money.receive(money.row(left + 5_00, AAB001=unit.unit_no), area=area)
    return area


def executed(batch: Batch) -> Batch:
    approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))
    return execute(batch_id=batch.pk)


def test_the_months_transfers_empty_the_collecting_accounts_and_settle_the_areas(monkeypatch: pytest.MonkeyPatch) -> None:
    money.levied()
    area = paid_elsewhere()
    assert owed_between_areas([area], MONTH)
    county = prepare(TRANSFER, area_code=area, period=MONTH, user=user("accountant"))
    owed = owed_between_areas([area], MONTH)
    assert [tuple(row) for row in county.summary["waits"]] == owed
    page = signed_in("accountant").get(f"/finance/batches/{county.pk}/").content.decode()
    assert "本批次不划转的代征款" in page
    assert format_fen(owed[0][3]) in page
    approve_batch(batch_id=county.pk, user=user("director"), answers=money.answers(county))
    batch = executed(prepare(TRANSFER, area_code=money.CITY, period=MONTH, user=user("head")))
    assert owed_between_areas(all_areas(), MONTH) == []
    assert batch.summary["waits"] == []
    assert all(fen == 0 for *_, fen in balances_between_areas(all_areas()))
    left = balances_at(areas=all_areas(), accounts=["1002", "1005", "2001.01", "2001.02"], period=MONTH)
    # The books of `test_books` hold bare transfers that nothing was received for.
    for book in {key[:2] for key in left if key[0] not in ("511129", "511132", "511133")}:
        # What may still have to be paid back stays where it is.
        assert left.get((*book, "1002"), 0) + left.get((*book, "1005"), 0) == left.get((*book, "2001.01"), 0) + left.get(
            (*book, "2001.02"), 0
        )
    assert len(vouchers_from("batch", batch.pk, 10_000)) == batch.row_count
    assert execute(batch_id=batch.pk).status == "executed"
    assert len(vouchers_from("batch", batch.pk, 10_000)) == batch.row_count
    money.assert_agree()
    # One side of a settlement takes the other with it: the areas still add up to nothing.
    paid = next(v for v in vouchers_from("batch", batch.pk, 10_000) if (v.event, v.area_code) == ("settlement_paid", area))
    asked = plan_reversal(voucher_id=paid.pk, reason="对方账号有误", user=user("accountant"))
    assert asked.row_count >= 2
    approve_batch(batch_id=asked.pk, user=user("director"), answers=money.answers(asked))
    execute(batch_id=asked.pk)
    assert [other for _, owing, other, _ in owed_between_areas([area], MONTH) if owing == area]
    assert sum(fen for *_, fen in balances_between_areas(all_areas())) == 0
    # The county's own batch was approved before the money left by the city's: it is the same month's, and its money is gone.
    with pytest.raises(BatchRefused, match=f"第 {batch.pk} 号批次"):
        execute(batch_id=county.pk)
    with nothing_in_the_way(monkeypatch, in_the_database=True), pytest.raises(ContentChanged, match="存款已减少"):
        execute(batch_id=county.pk)
    with pytest.raises(BatchRefused):
        prepare(TRANSFER, area_code=money.CITY, period=MONTH, user=user("head"))
    with pytest.raises(WrongPosting):
        prepare(TRANSFER, area_code=money.CITY, period=202612, user=user("head"))


def test_a_transfer_is_reversed_by_two_people_and_a_receipt_is_not() -> None:
    money.levied()
    area = "511123"
    with under_warrant():
        post(
            event="interest_received", fund="injury", area_code=area, on=dt.date(2026, 10, 21), amounts={"total": 90_00}, deposit="1002",
            source_kind="batch", source_id=1,
        )  # fmt: skip
    batch = executed(prepare(TRANSFER, area_code=area, period=202610, user=user("accountant")))
    voucher = next(v for v in vouchers_from("batch", batch.pk) if (v.fund, v.event) == ("injury", "income_to_fiscal"))
    left = balances_at(areas=[area], accounts=["1002"], period=MONTH)[area, "injury", "1002"]
    with pytest.raises(Forbidden):
        plan_reversal(voucher_id=voucher.pk, reason="划转重复", user=user("teller"))
    with pytest.raises(WrongPosting, match="冲销原因"):
        plan_reversal(voucher_id=voucher.pk, reason=" ", user=user("accountant"))
    client = signed_in("accountant")
    page = client.post(f"/finance/vouchers/{voucher.pk}/reverse/", {"reason": "划转金额重复"}, follow=True)
    assert "已申请冲销" in page.content.decode()
    asked = Batch.objects.get(kind="reversal", subject=f"记-{voucher.pk}", status="prepared")
    with pytest.raises(BatchRefused, match="须先审批"):
        execute(batch_id=asked.pk)
    approve_batch(batch_id=asked.pk, user=user("director"), answers=money.answers(asked))
    execute(batch_id=asked.pk)
    back = Voucher.objects.get(reverses=voucher)
    assert (back.reason, back.source_id) == ("划转金额重复", asked.pk)
    assert balances_at(areas=[area], accounts=["1002"], period=MONTH)[area, "injury", "1002"] == left + 90_00
    assert "已冲销" in client.get(f"/finance/vouchers/{voucher.pk}/").content.decode()
    with pytest.raises(WrongPosting, match="已冲销"):
        plan_reversal(voucher_id=voucher.pk, reason="再冲一次", user=user("accountant"))
    taken = money.receive(money.row(1_00, AAB004="不明"))
    assert taken.settlement is not None
    with pytest.raises(WrongPosting, match="账随业务走"):
        plan_reversal(voucher_id=taken.settlement.vouchers[0], reason="金额有误", user=user("accountant"))


def test_december_is_carried_over_before_it_is_closed() -> None:
    # A fund no other test pays into.
    area, fund = "511126", "land_pension"
    with under_warrant():
        for month, fen in ((3, 70_00), (12, 30_00)):
            post(
                event="interest_received", fund=fund, area_code=area, on=dt.date(2025, month, 21), amounts={"total": fen}, deposit="1003",
                source_kind="batch", source_id=1,
            )  # fmt: skip
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT ledger_post_v1(%s, %s, '2025-12-22', 'x', '2018-01-01', 'x', 'batch', 1, "
                "ARRAY['5401', '1003'], ARRAY['D', 'C'], ARRAY[4000, 4000]::bigint[], ARRAY['', ''])",
                [fund, area],
            )
    # Other tests may have taken early money in this area: months are closed in their order.
    earlier = Voucher.objects.filter(area_code=area, period__lt=202512).values_list("period", flat=True).distinct()
    for period in (*sorted(earlier), 202512):
        batch = prepare(CLOSE, area_code=area, period=period, user=user("accountant"))
        assert batch.is_sound, batch.checks
        approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))
        execute(batch_id=batch.pk)
        assert execute(batch_id=batch.pk).status == "executed"
    balances = {r.code: r.closing_fen for r in trial_balance(areas=[area], fund=fund, period=202512)}
    assert balances == {"1003": 60_00, "3001": 60_00, "4201": 0, "5401": 0}
    carried = Voucher.objects.filter(area_code=area, fund=fund, event__startswith="close_")
    assert [(v.event, v.posted_on) for v in carried.order_by("id")] == [
        ("close_income", dt.date(2025, 12, 31)),
        ("close_expenditure", dt.date(2025, 12, 31)),
    ]
    numbers = VoucherNumber.objects.filter(voucher__area_code=area, voucher__fund=fund, voucher__period=202512).order_by("number")
    assert list(numbers.values_list("number", flat=True)) == [1, 2, 3, 4]
    with pytest.raises(WrongPosting, match="账随业务走"):
        plan_reversal(voucher_id=carried[0].pk, reason="不可冲销", user=user("accountant"))
    assert reconcile(areas=[area], period=202512).agrees
