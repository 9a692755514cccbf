"""Going on while a file is still being uploaded waits for it, and loses nothing when it does not arrive; at the counter and at the platform."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from tests import city
from tests.journeys.test_three_classes import SignIn, settle
from tests.pdf import pdf
from tests.portal.test_applying import login_of
from tests.seen import set_password
from yigui.casework.models import Draft
from yigui.registry.models import Employment
from yigui.synthetic.demo_staff import PASSWORD

pytestmark = pytest.mark.browser
UPLOADS = re.compile("/materials/$")
PROOF: FilePayload = {"name": "解除劳动合同证明.pdf", "mimeType": "application/pdf", "buffer": pdf(b"proof")}
WAITS, LOST = "材料正在上传，传完后自动继续", "有材料没有上传成功，尚未提交"


def at_the_counter(browser: Browser, site: str, sign_in: SignIn, leaving: Employment) -> Page:
    page = sign_in("teller")
    page.goto(f"/persons/{leaving.person.person_no}/")
    page.click("[data-item='REG-006']")
    return page


def at_the_platform(browser: Browser, site: str, sign_in: SignIn, leaving: Employment) -> Page:
    login = login_of(leaving.employer)
    set_password(login, PASSWORD)
    page = browser.new_context(base_url=site, locale="zh-CN", viewport={"width": 1280, "height": 900}).new_page()
    page.goto("/unit/sign-in/")
    page.get_by_label("用户名").fill(login.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.goto("/unit/apply/")
    page.locator("[data-item='REG-006']").click()
    return page


DOORS: dict[str, Callable[[Browser, str, SignIn, Employment], Page]] = {"counter": at_the_counter, "platform": at_the_platform}


def filled(page: Page, leaving: Employment) -> None:
    page.wait_for_url(re.compile("/drafts/"))
    for name, value in city.stop_form(leaving).items():
        box = page.locator(f"#case-form [name='{name}']")
        if name == "insurances":
            for one in value:
                page.locator(f"#case-form [name='insurances'][value='{one}']").check()
        elif box.count() and box.evaluate("e => e.tagName") == "SELECT":
            box.select_option(value)
        elif box.count():
            box.fill(value)
    settle(page)


@pytest.mark.parametrize("door", DOORS)
def test_going_on_waits_for_the_file_that_is_on_its_way(browser: Browser, site: str, sign_in: SignIn, door: str) -> None:
    leaving = city.next_employee()
    page = DOORS[door](browser, site, sign_in, leaving)
    filled(page, leaving)
    held: list[Route] = []
    page.route(UPLOADS, lambda route: held.append(route))
    page.set_input_files("[data-upload='termination_proof']", PROOF)
    page.keyboard.press("Alt+s")
    expect(page.locator("#file-state")).to_contain_text(WAITS)
    assert "/answers/" not in page.url
    held[0].continue_()
    page.wait_for_url(re.compile("/answers/"))
    expect(page.locator("main")).to_contain_text("终止或解除劳动关系证明（扫描或拍照上传）")
    expect(page.locator("main")).not_to_contain_text("材料不齐全")
    expect(page.locator("#submit-case")).to_be_visible()


def test_a_file_that_does_not_arrive_stops_it_and_what_was_typed_is_kept(browser: Browser, site: str, sign_in: SignIn) -> None:
    leaving = city.next_employee()
    page = at_the_counter(browser, site, sign_in, leaving)
    filled(page, leaving)
    token = page.url.rstrip("/").split("/")[-1]
    held: list[Route] = []
    page.route(UPLOADS, lambda route: held.append(route))
    page.set_input_files("[data-upload='termination_proof']", PROOF)
    page.keyboard.press("Alt+s")
    expect(page.locator("#file-state")).to_contain_text(WAITS)
    held[0].abort()
    expect(page.locator("#file-state")).to_contain_text(LOST)
    assert "/answers/" not in page.url
    assert Draft.objects.get(token=token).form["person_name"] == leaving.person.name
    page.unroute(UPLOADS)
    page.set_input_files("[data-upload='termination_proof']", PROOF)
    expect(page.locator("#material_termination_proof")).to_contain_text("解除劳动合同证明.pdf")
    page.keyboard.press("Alt+s")
    page.wait_for_url(re.compile("/answers/"))


def test_a_file_that_is_refused_stops_it_too(browser: Browser, site: str, sign_in: SignIn) -> None:
    leaving = city.next_employee()
    page = at_the_counter(browser, site, sign_in, leaving)
    filled(page, leaving)
    held: list[Route] = []
    page.route(UPLOADS, lambda route: held.append(route))
    page.set_input_files("[data-upload='termination_proof']", {**PROOF, "buffer": b"MZ this is no document"})
    page.keyboard.press("Alt+s")
    expect(page.locator("#file-state")).to_contain_text(WAITS)
    held[0].continue_()
    expect(page.locator("#file-state")).to_contain_text(LOST)
    expect(page.locator("#material_termination_proof [data-refused]")).to_be_visible()
    assert "/answers/" not in page.url
