"""A cashier types another unit's number for money in suspense: whose it would be is shown, and nothing is taken without a word (认领)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import city
from tests.journeys.conftest import shot
from tests.receipts.test_claims import came, two_units
from yigui.receipts.models import Claim

pytestmark = pytest.mark.browser


def test_a_typing_error_is_seen_before_the_money_is_taken(sign_in: Callable[[str], Page]) -> None:
    mine, theirs = two_units()
    receipt = came(64_705_09, name=theirs.name, text=f"{theirs.unit_no} 10月社保费")
    page = sign_in("cashier")

    def look(name: str) -> None:
        for width in (1366, 390):
            page.set_viewport_size({"width": width, "height": 900})
            shot(page, f"{name}-{width}")
        page.set_viewport_size({"width": 1366, "height": 900})

    def claim(unit_no: str) -> None:
        page.goto("/finance/suspense/?area=511102")
        page.fill(f"#unit{receipt.pk}", unit_no)
        page.fill(f"#why{receipt.pk}", "单位出示的汇款凭证")
        page.locator(f"form:has(#unit{receipt.pk})").get_by_role("button", name="认领").click()
        expect(page.locator("h1")).to_have_text("核对认领对象")

    claim(mine.unit_no)
    expect(page.locator(".alert-warning")).to_contain_text(theirs.name)
    look("claim-doubts")
    page.get_by_role("link", name="不认领，返回清单").click()
    assert not Claim.objects.filter(receipt=receipt).exists()
    claim(theirs.unit_no)
    expect(page.locator(".alert-warning:visible")).to_have_count(0)
    look("claim-plain")
    page.get_by_role("button", name="确认认领").click()
    expect(page.locator(".alert-success")).to_contain_text(f"已认领为 {theirs.name}")
    look("suspense-claimed")
    assert Claim.objects.get(receipt=receipt).claimed_by_id == city.user("cashier").pk
