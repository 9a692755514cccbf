"""An employer's operator at the online platform: sets a password, signs in, looks at dues, staff and cases."""

from playwright.sync_api import Browser, expect

from tests import money
from tests.journeys.conftest import shot
from yigui.staff.models import UnitLogin
from yigui.synthetic.demo_staff import PASSWORD


def test_an_operator_looks_at_the_employers_pages(browser: Browser, site: str) -> None:
    money.levied()
    login = UnitLogin.objects.exclude(password="").select_related("employer").order_by("-id")[0]
    page = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{site}/unit/")
    page.get_by_label("用户名").fill(login.username)
    page.get_by_label("密码").fill(PASSWORD)
    shot(page, "portal-sign-in")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(login.employer.name)
    expect(page.locator("body")).to_contain_text("待缴金额")
    shot(page, "portal-home")
    page.get_by_role("link", name="应缴与实缴").click()
    expect(page.locator("body")).to_contain_text("2026-10")
    shot(page, "portal-dues")
    page.get_by_role("link", name="职工名册").click()
    expect(page.locator("tbody tr").first).to_be_visible()
    shot(page, "portal-staff")
    page.get_by_role("link", name="经办人员").click()
    expect(page.locator("tbody")).to_contain_text(login.username)
    shot(page, "portal-operators")
    page.set_viewport_size({"width": 360, "height": 780})
    page.get_by_role("link", name="首页").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    shot(page, "portal-home-360")
    page.get_by_role("button", name="退出").click()
    page.goto(f"{site}/unit/staff/")
    expect(page.get_by_role("button", name="登录")).to_be_visible()
