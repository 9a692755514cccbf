"""On the phone, 360 pixels wide: a flexible worker pays and sees it in the account; a pensioner certifies; large type."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import city
from tests.entitlement import people
from tests.items import money_forms
from tests.journeys.conftest import confirm_all, shot, width_of
from tests.mobile.test_phone import PHOTO
from tests.texts import texts
from yigui.casework.models import Case
from yigui.registry.models import Person

pytestmark = pytest.mark.browser


def phone(browser: Browser, site: str, person: Person) -> Page:
    """A narrow window, signed in."""
    context = browser.new_context(
        base_url=site, locale="zh-CN", viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    sign_in_by_code(page, person, "/m/")
    return page


def sign_in_by_code(page: Page, person: Person, at: str) -> None:
    """Number and name, then the code that was sent."""
    page.goto(f"{at}sign-in/")
    page.get_by_label("身份证号码").fill(person.id_number)
    page.get_by_label("姓名").fill(person.name)
    page.get_by_role("button", name="获取验证码").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("输入验证码")
    last = texts()[-1]
    code = re.search(r"验证码 (\d{6})", last["text"])
    assert code is not None
    page.get_by_label("短信验证码").fill(code[1])
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(person.name)


def fits(page: Page, name: str) -> None:
    """Nothing sticks out to the side."""
    width = width_of(page)
    shot(page, name)
    assert width <= 360, (name, width)


def test_a_flexible_worker_pays_on_the_phone_and_sees_it(browser: Browser, site: str) -> None:
    person = money_forms.new_flexible()
    page = phone(browser, site, person)
    fits(page, "phone-home")
    page.get_by_role("link", name="缴费", exact=True).click()
    page.get_by_role("button", name="灵活就业缴费").click()
    page.get_by_label("缴费基数").fill("5000")
    for name in ("企业职工基本养老保险", "职工基本医疗保险"):
        page.get_by_label(name, exact=True).check()
    page.get_by_label("缴费方式").select_option("04")
    expect(page.locator("#live")).to_contain_text("核查通过")
    fits(page, "phone-pay-form")
    page.locator("#to-answers").click()
    confirm_all(page)
    fits(page, "phone-pay-answers")
    page.locator("#submit-case").click()
    page.locator("#pay-link").click()
    expect(page.locator("main")).to_contain_text("1,435.00")
    fits(page, "phone-pay-order")
    page.locator("form[action$='/demo'] button").click()
    page.goto("/m/account/")
    expect(page.locator("main")).to_contain_text("400.00")
    fits(page, "phone-account")
    for path in ("months", "dues", "retirement", "cases", "views", "apply"):
        page.goto(f"/m/{path}/")
        fits(page, f"phone-{path}")


def test_a_pensioner_certifies_in_large_type(browser: Browser, site: str, tmp_path: Path) -> None:
    person, _ = people.released(since=2)
    person.refresh_from_db()
    page = phone(browser, site, person)
    page.get_by_role("button", name="大字版").click()
    fits(page, "phone-elder")
    page.get_by_role("link", name="我的待遇").click()
    page.wait_for_url("**/m/benefits/")
    fits(page, "phone-elder-benefits")
    page.goto("/m/apply/")
    page.locator("button[data-item='CRT-001']").click()
    (tmp_path / "me.jpg").write_bytes(PHOTO)
    page.set_input_files("input[data-upload='photo']", tmp_path / "me.jpg")
    expect(page.locator("#live")).not_to_contain_text("请现场拍摄")
    fits(page, "phone-certify")
    page.locator("#to-answers").click()
    confirm_all(page)
    page.locator("#submit-case").click()
    expect(page.locator("main")).to_contain_text("审核岗")
    case = Case.objects.get(person=person, item_code="CRT-001")
    city.decide(case, "reviewer")
    city.decide(case, "rechecker")
    page.goto("/m/")
    expect(page.locator("main")).to_contain_text("有效至 2027-11")
    fits(page, "phone-certified")
