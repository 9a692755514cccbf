"""At a machine of the self-service area, 1024 by 768: an operator stops one person and prints; a helper joins a visitor."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import city
from tests.journeys.conftest import confirm_all, shot, signing_in, width_of
from tests.mobile.test_phone import PHOTO
from tests.portal.test_applying import login_of
from tests.seen import set_password
from yigui.casework.models import Case
from yigui.identity.kiosks import register_kiosk
from yigui.kiosk.models import HelpCall
from yigui.registry.models import Employment
from yigui.staff.locations import Location
from yigui.synthetic.demo_staff import PASSWORD

pytestmark = pytest.mark.browser


_numbers = iter(range(1, 100))


def machine(browser: Browser, site: str) -> Page:
    """A registered machine at its first page."""
    _, secret, _ = register_kiosk(
        actor=city.user("head"),
        location=Location.objects.get(name="市社保局自助服务区"),
        name=f"大厅 {next(_numbers)} 号终端",
        place="一楼",
    )
    page = browser.new_context(base_url=site, locale="zh-CN", viewport={"width": 1024, "height": 768}, has_touch=True).new_page()
    page.goto("/kiosk/")
    page.get_by_label("激活码").fill(secret)
    page.get_by_role("button", name="激活本机").click()
    expect(page.locator("body")).to_contain_text("号终端")
    shot(page, "kiosk-start")
    return page


def signed_in_unit(page: Page, employment: Employment) -> None:
    login = login_of(employment.employer)
    set_password(login, PASSWORD)
    page.get_by_role("link", name="我为单位办事").click()
    shot(page, "kiosk-sign-in")
    page.get_by_label("用户名").fill(login.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(employment.employer.name)


def left_alone(page: Page) -> None:
    """Nobody touches the machine for 95 seconds, counted from where its page watches."""
    page.locator(".kiosk-ask").wait_for(state="attached")
    page.clock.fast_forward(95_000)


def test_an_operator_stops_one_person_prints_and_leaves_nothing_behind(browser: Browser, site: str) -> None:
    employment = city.next_employee()
    form = city.stop_form(employment)
    page = machine(browser, site)
    signed_in_unit(page, employment)
    shot(page, "kiosk-home")
    page.get_by_role("link", name="业务申报").click()
    shot(page, "kiosk-apply")
    page.locator("button[data-item='REG-006']").click()
    for name in ("id_number", "person_name"):
        page.locator(f"[name='{name}']").fill(form[name])
    for name in form["insurances"]:
        page.locator(f"[name='insurances'][value='{name}']").check()
    page.locator("[name='change_reason']").select_option(form["change_reason"])
    page.locator("[name='change_date']").fill(form["change_date"])
    page.locator("[name='settle_period']").fill(form["settle_period"])
    page.set_input_files(
        "input[data-upload='termination_proof']", {"name": "解除劳动关系证明.jpg", "mimeType": "image/jpeg", "buffer": PHOTO}
    )
    expect(page.locator("#live")).to_contain_text("核查通过")
    shot(page, "kiosk-form")
    page.locator("#to-answers").click()
    confirm_all(page)
    shot(page, "kiosk-answers")
    page.locator("#submit-case").click()
    expect(page.locator("main")).to_contain_text("已办结")
    shot(page, "kiosk-done")
    assert width_of(page) <= 1024
    page.locator("#receipt").click()
    expect(page.locator(".kiosk-paper iframe")).to_be_visible()
    shot(page, "kiosk-paper")
    assert len(page.context.pages) == 1, "a tab of its own would outlive the visitor"
    page.get_by_role("button", name="关闭").click()
    expect(page.locator(".kiosk-paper")).to_have_count(0)
    answer = page.context.request.get(page.locator("#receipt").get_attribute("href") or "")
    assert answer.body()[:5] == b"%PDF-"
    employment.refresh_from_db()
    assert employment.end_period == 202610
    case = Case.objects.get(channel="kiosk", item_code="REG-006", employer=employment.employer)
    page.bring_to_front()
    page.get_by_role("button", name="退出").click()
    expect(page.locator("body")).to_contain_text("我为自己办事")
    page.goto(f"/kiosk/unit/cases/{case.case_no}/")
    expect(page.locator("body")).not_to_contain_text(case.case_no)


def test_the_idle_screen_asks_and_then_wipes(browser: Browser, site: str) -> None:
    employment = city.next_employee()
    page = machine(browser, site)
    page.clock.install()
    signed_in_unit(page, employment)
    left_alone(page)
    expect(page.get_by_role("alertdialog")).to_contain_text("您还在吗")
    shot(page, "kiosk-idle")
    page.clock.fast_forward(20_000)
    expect(page.locator("body")).to_contain_text("我为自己办事")
    page.go_back()
    expect(page.locator("body")).not_to_contain_text(employment.employer.name)


@pytest.mark.parametrize("place", ["我为自己办事", "我为单位办事", "查办件进度"])
def test_what_somebody_typed_and_left_is_gone_for_the_next(browser: Browser, site: str, place: str) -> None:
    page = machine(browser, site)
    page.clock.install()
    page.get_by_role("link", name=place).click()
    field = page.locator("input:not([type=hidden])").first
    field.fill("511102199607299484")
    shot(page, f"kiosk-left-{page.url.split('/')[-2]}")
    left_alone(page)
    expect(page.get_by_role("alertdialog")).to_contain_text("您还在吗")
    page.clock.fast_forward(20_000)
    expect(page.locator("body")).to_contain_text("我为自己办事")
    page.go_back()
    expect(page.locator("body")).not_to_contain_text("511102199607299484")
    for box in page.locator("input:not([type=hidden])").all():
        expect(box).to_have_value("")


def test_from_a_page_of_the_public_a_way_leads_back(browser: Browser, site: str) -> None:
    page = machine(browser, site)
    for place in ("我该到哪里办", "查办件进度"):
        page.get_by_role("link", name=place).click()
        page.get_by_role("link", name="返回首页").first.click()
        expect(page.locator("body")).to_contain_text("我为自己办事")


def test_a_helper_at_another_place_takes_over_the_form_and_leaves_a_note(browser: Browser, site: str) -> None:
    employment = city.next_employee()
    page = machine(browser, site)
    signed_in_unit(page, employment)
    page.get_by_role("link", name="业务申报").click()
    page.locator("button[data-item='CHG-001']").click()
    page.locator("#ask-help").click()
    expect(page.locator("#help-state")).to_contain_text("已呼叫工作人员")
    with signing_in(browser, site) as open_page:
        helper = open_page("guide")
        helper.goto("/kiosk/calls/")
        shot(helper, "helper-calls")
        helper.locator(f"button[data-call='{HelpCall.objects.latest('id').pk}']").click()
        shot(helper, "helper-call")
        expect(page.locator("#help-state")).to_contain_text("曹云 正在协助您")
        helper.locator("#take-over").click()
        helper.locator("[name='change_item']").select_option(index=1)
        helper.locator("[name='new_value']").fill("0833-5550123")
        shot(helper, "helper-form")
        expect(helper.locator("#live")).to_be_visible()
        helper.locator("#to-answers").click()
        expect(helper.locator("#submit-case")).to_have_count(0)
        helper.goto("/kiosk/calls/")
        helper.locator("button[data-call]").first.click()
        helper.get_by_label("给办事人的留言").fill("电话已替您填好，请核对后提交")
        helper.get_by_role("button", name="显示给办事人").click()
        expect(page.locator("#help-state")).to_contain_text("请核对后提交")
        shot(page, "kiosk-helped")
        page.get_by_role("link", name="查看工作人员填写的内容").click()
        expect(page.locator("[name='new_value']")).to_have_value("0833-5550123")
        helper.get_by_role("button", name="结束协助").click()
        expect(helper.locator("main")).to_contain_text("没有人求助")
