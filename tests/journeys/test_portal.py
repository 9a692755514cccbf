"""An employer's operator at the online platform: looks at dues, staff and cases; on the 16th enrols ten people by a list."""

import datetime as dt

import pytest
from playwright.sync_api import Browser, expect

from tests import city, money
from tests.conftest import web_server
from tests.journeys.conftest import shot, width_of
from tests.portal.test_applying import login_of
from tests.portal.test_lists import company, row_of, workbook
from tests.seen import set_password
from yigui.registry.models import Employment
from yigui.synthetic.demo_staff import PASSWORD

pytestmark = pytest.mark.browser


def test_an_operator_looks_at_the_employers_pages(browser: Browser, site: str) -> None:
    money.levied()
    login = login_of(city.next_employee().employer)
    set_password(login, PASSWORD)
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
    expect(page.locator("body")).to_contain_text("待缴金额")
    assert width_of(page) <= 360
    for path in ("apply/", "dues/", "staff/", "cases/", "operators/", "account/", "apply/lists/REG-004/"):
        page.goto(f"{site}/unit/{path}")
        assert width_of(page) <= 360, path
    shot(page, "portal-home-360")
    page.get_by_role("button", name="退出").click()
    page.goto(f"{site}/unit/staff/")
    expect(page.get_by_role("button", name="登录")).to_be_visible()


def test_ten_people_by_a_list_on_the_16th_count_for_december(browser: Browser) -> None:
    today = dt.date(2026, 11, 16)
    login, seekers = company(10)
    rows = [row_of(s, enrol_date=today.isoformat()) for s in seekers]
    with web_server(today) as site:
        page = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900}).new_page()
        page.goto(f"{site}/unit/sign-in/")
        page.get_by_label("用户名").fill(login.username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.get_by_role("link", name="业务申报").click()
        shot(page, "portal-apply")
        page.locator("a[href$='/lists/REG-004/']").click()
        expect(page.locator("main")).to_contain_text("计入下月业务期")
        page.set_input_files("#file", {"name": "新参保名单.xlsx", "mimeType": "application/octet-stream", "buffer": workbook(rows)})
        page.get_by_role("button", name="上传并核对").click()
        expect(page.locator("main")).to_contain_text("待提交 10 人")
        shot(page, "portal-list")
        page.get_by_role("checkbox").check()
        page.get_by_role("button", name="提交 10 人").click()
        expect(page.locator("main")).to_contain_text("已办结 10 人")
        shot(page, "portal-list-done")
        page.set_viewport_size({"width": 390, "height": 780})
        result = page.locator("td[data-label='结果']").first
        box, row = result.bounding_box(), result.locator("xpath=..").bounding_box()
        assert box is not None
        assert row is not None
        assert box["x"] + box["width"] <= 390, "the result is in view without moving the list"
        assert row["height"] < 200
    employments = Employment.objects.filter(employer=login.employer, person__id_number__in=[s.id_number for s in seekers])
    assert list(employments.values_list("start_period", flat=True)) == [202612] * 10
