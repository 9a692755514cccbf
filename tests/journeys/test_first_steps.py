"""What docs/first-steps.md tells a new user, step by step and nothing else: REG-006 at the window, from sign-in to the receipt."""

import re
import time

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from tests import city
from tests.conftest import ROOT
from tests.journeys.conftest import PATIENCE_MS, confirm_all
from tests.pdf import pdf
from yigui.casework.models import Case
from yigui.registry.models import Employment

pytestmark = pytest.mark.browser
#: Three minutes are for a person who reads; the steps themselves take a fraction of it.
STEPS_MAX_SECONDS = 90
PROOF: FilePayload = {"name": "proof.pdf", "mimeType": "application/pdf", "buffer": pdf(b"proof")}


def steps(name: str) -> list[str]:
    """The numbered steps of a page of the documentation."""
    return re.findall(r"^\d+\. .*(?:\n   .*)*", (ROOT / "docs" / name).read_text(encoding="utf-8"), re.MULTILINE)


def at_one_employer() -> Employment:
    """Somebody at work for one employer alone, as `./run` names them: of two nobody could say which is meant."""
    leaving = city.next_employee()
    while Employment.objects.filter(person=leaving.person_id, end_period=None).count() > 1:
        leaving = city.next_employee()
    return leaving


def test_reg_006_by_the_first_steps(browser: Browser, site: str) -> None:
    leaving = at_one_employer()
    page = browser.new_context(base_url=site, locale="zh-CN", viewport={"width": 1366, "height": 768}).new_page()
    page.set_default_timeout(PATIENCE_MS)
    begun = time.monotonic()
    # 1
    page.goto("/")
    page.fill("#username", "teller")
    page.fill("#password", "Yigui-2026")
    page.press("#password", "Enter")
    expect(page.get_by_role("heading", name="柜员工作台")).to_be_visible()
    # 2
    page.fill("#q", leaving.person.id_number)
    page.press("#q", "Enter")
    page.wait_for_function(
        "() => location.pathname.startsWith('/persons/') || [...document.querySelectorAll('#found a')].some(a => a.textContent.includes('打开'))"
    )
    if "/persons/" not in page.url:
        page.locator("#found a:has-text('打开')").first.click()
    page.wait_for_url(re.compile("/persons/"))
    # 3
    page.locator("[data-item='REG-006']").first.click()
    page.wait_for_url(re.compile("/counter/drafts/"))
    for name in ("unit_no", "id_number", "person_name", "change_date", "settle_period"):
        expect(page.locator(f"#case-form [name='{name}']")).not_to_have_value("")
    # 4
    page.get_by_label("变更原因").select_option(label="解除或终止劳动合同")
    # 5
    page.locator("#material_termination_proof input[type='file']").set_input_files(PROOF)
    expect(page.locator("#material_termination_proof")).not_to_contain_text("未提供")
    # 6
    page.keyboard.press("Alt+s")
    page.wait_for_url(re.compile("/answers/"))
    confirm_all(page)
    page.click("#submit-case")
    page.wait_for_url(re.compile("/cases/"))
    # 7
    expect(page.locator("#case-status")).to_have_text(re.compile("已办结"))
    receipt = page.context.request.get(page.locator("#receipt").get_attribute("href") or "")
    assert receipt.body().startswith(b"%PDF-")
    took = time.monotonic() - begun
    assert took < STEPS_MAX_SECONDS, took
    case = Case.objects.filter(item_code="REG-006", person=leaving.person).latest("id")
    assert (case.status, case.channel) == ("finished", "counter")
    page.context.close()


def test_both_languages_name_the_same_steps_and_words() -> None:
    english, chinese = steps("first-steps.md"), steps("first-steps.zh-CN.md")
    assert len(english) == len(chinese) == 7
    for one, other in zip(english, chinese, strict=True):
        for word in re.findall(r"[\u4e00-\u9fff]{2,}", one):
            assert word in other, (word, other)
