"""In a real browser nothing of our pages is stopped by their own Content-Security-Policy: style, script, charts, parts of pages."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import city, money
from tests.journeys.conftest import shot, signing_in
from tests.portal.test_applying import login_of
from tests.seen import set_password
from yigui.synthetic.demo_staff import PASSWORD

pytestmark = pytest.mark.browser


def listened(page: Page) -> list[str]:
    """What the browser says against a page."""
    said: list[str] = []

    def hears(message: Any) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            said.append(f"{page.url}: {message.text}")

    page.on("console", hears)
    return said


def test_officers_pages_work_under_the_policy(browser: Browser, site: str) -> None:
    money.levied()
    employment = city.next_employee()
    person, unit = employment.person, employment.employer
    with signing_in(browser, site) as open_page:
        page = open_page("teller")
        said = listened(page)
        for path in (
            "/counter/",
            f"/persons/{person.person_no}/",
            f"/persons/{person.person_no}/retirement/",
            f"/employers/{unit.unit_no}/dues/",
        ):
            page.goto(path)
            page.wait_for_load_state("networkidle")
            shot(page, f"policy-{path.strip('/').replace('/', '-')}")
        page.goto(f"/persons/{person.person_no}/")
        bar = page.locator("rect.timeline-bar").first
        expect(bar).to_be_visible()
        assert bar.bounding_box()["width"] > 5  # type: ignore[index]
        mark = page.locator("svg.watermark")
        assert mark.bounding_box()["width"] >= 1366  # type: ignore[index]
        page.select_option("#ground", "identity")
        page.fill("#reason", "核对证件原件")
        page.keyboard.press("Alt+o")
        expect(page.locator("#in-full")).to_contain_text(person.id_number)
        accountant = open_page("accountant")
        heard = listened(accountant)
        for path in ("/finance/", "/finance/batches/", "/finance/refunds/"):
            accountant.goto(path)
            accountant.wait_for_load_state("networkidle")
        auditor = open_page("auditor")
        more = listened(auditor)
        for path in ("/view-log/", "/exports/", "/integrity/"):
            auditor.goto(path)
            shot(auditor, f"policy{path.replace('/', '-')}")
    assert [*said, *heard, *more] == []


def test_pages_of_employers_and_the_public_work_under_the_policy(browser: Browser, site: str) -> None:
    login = login_of(city.next_employee().employer)
    set_password(login, PASSWORD)
    page = browser.new_context(base_url=site, locale="zh-CN", viewport={"width": 1280, "height": 900}).new_page()
    said = listened(page)
    for path in ("/guide/", "/progress/", "/v/", "/places/", "/m/sign-in/", "/unit/password/", "/unit/sign-in/"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
    shot(page, "policy-progress")
    page.get_by_label("用户名").fill(login.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    for path in ("/unit/", "/unit/dues/", "/unit/account/", "/unit/operators/"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        shot(page, f"policy{path.replace('/', '-')}")
    assert said == []
