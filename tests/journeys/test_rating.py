"""A rating in the browser: a case is finished, the window asks, the answer is bad; a head calls back and answers; the visitor rates again; the month's page."""

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import city
from tests.conftest import TODAY
from tests.journeys.conftest import shot, width_of
from tests.journeys.test_hall import device, serious
from yigui.casework.accept_case import accept_case
from yigui.db.presence import asked
from yigui.tasks.models import Task
from yigui.visits.desk_work import call_next, move_ticket, open_desk
from yigui.visits.tickets import give_ticket

pytestmark = pytest.mark.browser


def test_from_the_window_to_the_months_page(browser: Browser, site: str, sign_in: Callable[[str], Page]) -> None:
    teller, person = city.user("teller"), city.next_person()
    assert teller.desk is not None
    assert teller.desk.location is not None
    window = device(browser, site, "window", 1280, 800)
    open_desk(teller=teller, desk=teller.desk, today=TODAY)
    give_ticket(actor=city.user("guide"), hall=teller.desk.location, kind="personal", priority="none", id_number="", today=TODAY)
    call_next(teller=teller, today=TODAY)
    move_ticket(teller=teller, move="start")
    case = accept_case(city.application("CHG-003", city.basic_change_form(person), materials=["id_card"]))
    ask = window.locator("#ask")
    expect(ask).to_contain_text(case.item_name)
    shot(window, "rating-window-asks")
    assert serious(window) == []
    ask.get_by_role("link", name="不满意", exact=True).click()
    window.get_by_label("等候太久").check()
    window.get_by_label("态度冷淡").check()
    window.get_by_label("想说的话").fill("等了一个小时，没有人理")
    window.get_by_label("可以打电话给我了解情况").check()
    window.get_by_label("回访电话").fill("13800138000")
    shot(window, "rating-window-tags")
    assert serious(window) == []
    assert width_of(window) <= 1280
    window.get_by_role("button", name="提交评价").click()
    said = window.get_by_text("评价回执号")
    shot(window, "rating-window-thanks")
    receipt = said.inner_text().split()[1].partition("，")[0]
    window.get_by_role("link", name="返回").click()
    expect(window.locator("#window")).to_contain_text("正在为您办理")
    expect(window.locator("#ask")).to_have_count(0)

    task = Task.objects.get(kind="bad_rating")
    head = sign_in("head2")
    head.goto(f"/tasks/{task.pk}/")
    head.locator("#take").click()
    head.goto(f"/tasks/{task.pk}/")
    head.locator("#origin").click()
    expect(head.locator("main")).to_contain_text("13800138000")
    shot(head, "rating-handle")
    assert serious(head) == []
    head.get_by_label("属实", exact=True).check()
    head.get_by_label("已回访").check()
    head.get_by_label("核实整改情况").fill("当日 1 号窗口排队过长，已增开窗口。")
    head.get_by_label("给评价人的答复").fill("让您久等了，已增开窗口，柜员已向您致歉。")
    head.set_viewport_size({"width": 390, "height": 900})
    shot(head, "rating-handle-390")
    assert width_of(head) <= 390
    head.get_by_role("button", name="登记并办结").click()
    expect(head.locator("body")).to_contain_text("答复已登记，评价人凭评价回执号")

    phone = browser.new_context(base_url=site, locale="zh-CN", viewport={"width": 390, "height": 800}).new_page()
    phone.goto(f"/ratings/receipt/?receipt={receipt}")
    expect(phone.locator("main")).to_contain_text("已增开窗口")
    shot(phone, "rating-follow")
    assert serious(phone) == []
    phone.get_by_role("button", name="基本满意").click()
    expect(phone.locator("main")).to_contain_text("您对处理结果：基本满意")

    asked("SELECT rating_close_months_v1(%s)", dt.date(2026, 12, 1))
    phone.goto("/ratings/published/")
    expect(phone.locator("main")).to_contain_text("2026-11")
    expect(phone.locator("main")).not_to_contain_text("1 / 1")
    expect(phone.locator("main")).to_contain_text("评价太少，不公布")
    shot(phone, "rating-published-390")
    assert width_of(phone) <= 390
    assert serious(phone) == []
    head.set_viewport_size({"width": 1366, "height": 900})
    head.goto("/ratings/months/")
    shot(head, "rating-months")
    assert serious(head) == []
