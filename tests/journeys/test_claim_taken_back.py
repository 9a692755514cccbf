"""A wrong claim that bills have used is taken back from its page: asked for in the browser, signed by two others there, and the money waits again."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests import city, money
from tests.items import money_forms as forms
from tests.journeys.conftest import SHOTS, sure, type_code, width_of
from tests.receipts.test_claims import GROUND, REASON, another_than, came
from yigui.casework.accept_case import accept_case
from yigui.receipts.queries import left_of
from yigui.receipts.recognise import recognise
from yigui.registry.models import Employer


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def test_a_wrong_claim_is_taken_back_from_its_page(sign_in: Callable[[str], Page]) -> None:
    money.levied()
    form, materials, _ = forms.FORMS["settlement"]()
    unit = Employer.objects.get(unit_no=form["unit_no"])
    owed = sum(s.left_fen for s in money.bills(unit) if s.left_fen > 0)
    receipt = came(owed, name=another_than(unit).name, text="社保费", area=unit.area_id)
    claim = recognise(receipt_id=receipt.pk, unit_no=unit.unit_no, reason=REASON, ground=GROUND, user=city.user("cashier"))
    case = accept_case(city.application("FND-001", form, materials=materials))
    city.decide(case, "reviewer")
    city.decide(case, "rechecker")
    page = sign_in("accountant")
    page.goto(f"/finance/receipts/{receipt.file_id}/")
    page.get_by_role("link", name="已认领").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("认领记录")
    shot(page, "claim_record")
    page.set_viewport_size({"width": 390, "height": 800})
    assert width_of(page) <= 390
    shot(page, "claim_record_390")
    page.set_viewport_size({"width": 1366, "height": 900})
    page.get_by_label("收回依据").fill("付款单位来函说明款项归属")
    page.get_by_role("button", name="申请收回").click()
    expect(page.locator("main")).to_contain_text("待复核和审批")
    shot(page, "claim_batch")
    batch = re.search(r"/batches/(\d+)/", page.url)
    assert batch is not None
    for who, button in (("head", "复核"), ("director", "审批"), ("accountant", "执行")):
        page = sign_in(who)
        page.goto(f"/finance/batches/{batch[1]}/")
        type_code(page)
        page.get_by_role("button", name=button).first.click()
        if button == "执行":
            sure(page, "确认执行")
        page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("已执行")
    shot(page, "claim_batch_done")
    page.goto(f"/finance/suspense/claims/{claim.pk}/")
    expect(page.locator("main")).to_contain_text("已撤销")
    shot(page, "claim_undone")
    assert left_of([receipt]) == {receipt.pk: owed}
