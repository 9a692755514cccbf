"""Whoever would sign a settlement whose money was taken back meanwhile is told so on the page, and returns it; the bank's file is taken by a button."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import city
from tests.items.situations import last_paid
from tests.journeys.conftest import shot
from tests.receipts.test_money_as_accepted import settled_upon, taken_back
from yigui.casework.queries import current_step
from yigui.staff.models import DataExport

pytestmark = pytest.mark.browser


def look(page: Page, name: str) -> None:
    for width in (390, 1366):
        page.set_viewport_size({"width": width, "height": 900})
        shot(page, f"{name}-{width}")


def test_the_second_signer_reads_that_the_money_is_gone(sign_in: Callable[[str], Page]) -> None:
    _, receipt, claim, case = settled_upon(6_00)
    city.decide(case, "reviewer")
    page = sign_in("rechecker")
    page.goto(f"/cases/{case.case_no}/")
    page.get_by_role("button", name="领取").first.click()
    expect(page.locator("#main")).to_contain_text(f"到账 {receipt.reference}")
    look(page, "settlement-to-sign")
    taken_back(claim)
    page.goto(f"/cases/{case.case_no}/")
    expect(page.locator("#main")).to_contain_text(f"到账 {receipt.reference} 受理时可用 6.00 元，现为 0.00 元")
    expect(page.locator("#main")).to_contain_text("请退回补正")
    look(page, "settlement-gone")
    assert current_step(case) is not None


def test_the_file_for_the_bank_is_taken_by_a_button(sign_in: Callable[[str], Page]) -> None:
    run = last_paid()
    page = sign_in("cashier")
    page.goto(f"/finance/batches/{run.pk}/")
    look(page, "bank-file")
    with page.expect_download() as taken:
        page.get_by_role("button", name="文本格式").first.click()
    assert taken.value.suggested_filename.endswith(".txt")
    assert DataExport.objects.filter(kind="batch_file", parameters__batch=str(run.pk), user=city.user("cashier")).count() == 1
    page.goto("/exports/")
    expect(page.locator("#main")).to_contain_text("批次报送文件")
    look(page, "exports-batch-file")
