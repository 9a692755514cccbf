"""Results of the bank in a browser: what came back is compared, what contradicts the record is settled, each by another person with a code."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.city import TODAY, user
from tests.journeys.conftest import shot, type_code
from tests.payment.test_refund_batches import due_ids, paid, refunded, staged
from yigui.common.money import plain_fen
from yigui.payment.bank_results import import_results
from yigui.payment.models import ResultFile, WaitingResult
from yigui.payment.refund_files import refund_no

pytestmark = pytest.mark.browser


def said(number: str, result: str, fen: int) -> ResultFile:
    why = "账户已销户" if result == "失败" else ""
    content = f"支付编号|处理结果|原因|金额|记账日期\r\n{number}|{result}|{why}|{plain_fen(fen)}|2026-11-10".encode("gb18030")
    return import_results(content=content, file_name="r.txt", today=TODAY, user=user("accountant"))


def test_returned_money_is_compared_and_a_contradiction_settled_by_the_cashier(sign_in: Callable[[str], Page]) -> None:
    refund = refunded()
    batch = paid()
    due = due_ids(refund)[0]
    number, fen = refund_no(batch.pk, due), staged(batch)[due]
    file = said(number, "失败", fen)
    against = said(number, "成功", fen)
    cashier = sign_in("cashier")
    cashier.goto("/finance/results/")
    shot(cashier, "results-list")
    cashier.get_by_role("row", name="r.txt").filter(has_text="去核对").first.get_by_role("link", name="去核对").click()
    expect(cashier).to_have_url(f"/finance/results/{file.pk}/")
    cashier.get_by_label("退票所在的银行对账单").fill("2026-11-10 支出户对账单")
    type_code(cashier)
    shot(cashier, "results-compare")
    cashier.get_by_role("button", name="与对账单相符").click()
    expect(cashier.locator("main")).to_contain_text(f"回执 {file.pk} 号的退票已核对")
    waiting = WaitingResult.objects.get(file=against)
    cashier.goto("/finance/results/")
    cashier.get_by_role("row", name=number).filter(has_text="去核实").get_by_role("link", name="去核实").click()
    expect(cashier).to_have_url(f"/finance/results/{against.pk}/")
    cashier.get_by_label("核实结论").select_option(index=1)
    cashier.get_by_label("核实依据").fill("与银行电话核对，账户已销户")
    type_code(cashier)
    shot(cashier, "results-settle")
    cashier.get_by_role("button", name="核实", exact=True).click()
    expect(cashier.locator("main")).to_contain_text(f"回执 {against.pk} 号第 {waiting.row_no} 行已核实")
    expect(cashier.locator("main")).to_contain_text("已核实的结果")
