"""Between two months, in the browser: who is certified today and a returned payment stand in a batch tomorrow, signed by three people, gone to the bank."""

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.city import TODAY
from tests.entitlement.people import CITY
from tests.items.benefit_forms import not_yet_retiring
from tests.journeys.conftest import shot, sure, type_code
from tests.journeys.test_money_in import answer_warnings
from tests.journeys.test_phone import fits, phone
from tests.payment.test_supplement_run import certified, corrected, held_people, last_month
from yigui.common.months import format_period
from yigui.payment.supplement_run import PAY_SUPPLEMENT
from yigui.runs import schedule
from yigui.runs.models import Batch
from yigui.runs.schedule import plan_arrivals, prepare_due

pytestmark = pytest.mark.browser
SignIn = Callable[[str], Page]


def test_the_mornings_batch_is_taken_over_signed_and_executed(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    person = held_people(1)[0]
    corrected(1)
    certified(person)
    # The jobs of the next morning; the month's plan has its own day.
    monkeypatch.setattr(schedule, "due_plans", lambda today: [])
    plan_arrivals(TODAY + dt.timedelta(days=1))
    assert [row.error for row in prepare_due(TODAY + dt.timedelta(days=1)) if row.kind == PAY_SUPPLEMENT.code] == [""]
    batch = Batch.objects.filter(kind=PAY_SUPPLEMENT.code, status="prepared").latest("id")

    head = sign_in("head")
    head.goto("/inbox/")
    row = head.locator("a", has_text=f"补发批次 {format_period(last_month())}").first
    expect(row).to_contain_text("待确认")
    expect(row).to_contain_text("其中重发退票")
    shot(head, "supplement-inbox")
    head.goto(f"/finance/batches/{batch.pk}/")
    expect(head.locator("#main")).to_contain_text("补发当月待遇")
    expect(head.locator("#main")).to_contain_text("退票重发")
    shot(head, "supplement-prepared")
    head.click("a:has-text('补发当月待遇')")
    expect(head.locator("#main")).to_contain_text(person.person_no)
    shot(head, "supplement-people")
    head.goto(f"/finance/batches/{batch.pk}/")
    answer_warnings(head)
    type_code(head)
    head.keyboard.press("Alt+n")
    expect(head.locator(".alert-success")).to_be_visible()
    accountant = sign_in("accountant")
    accountant.goto(f"/finance/batches/{batch.pk}/")
    answer_warnings(accountant)
    type_code(accountant)
    accountant.keyboard.press("Alt+c")
    expect(accountant.locator(".alert-success")).to_contain_text("已复核")
    director = sign_in("director")
    director.goto(f"/finance/batches/{batch.pk}/")
    answer_warnings(director)
    type_code(director)
    director.keyboard.press("Alt+a")
    expect(director.locator(".alert-success")).to_contain_text("已审批")
    head.reload()
    head.keyboard.press("Alt+x")
    sure(head, "确认执行")
    expect(head.locator(".alert-success")).to_contain_text("已执行")
    expect(head.locator("#main")).to_contain_text("pain.001")
    shot(head, "supplement-executed")
    head.set_viewport_size({"width": 390, "height": 844})
    shot(head, "supplement-executed-narrow")
    # Nobody is left: asked for again, the page says so.
    head.set_viewport_size({"width": 1366, "height": 900})
    head.goto("/finance/batches/")
    head.select_option("#kind", PAY_SUPPLEMENT.code)
    head.select_option("#area", CITY)
    expect(head.locator("#main")).to_contain_text("补发批次")
    shot(head, "supplement-asked-for")


def test_a_base_is_tried_on_the_phone(browser: Browser, site: str, sign_in: SignIn) -> None:
    person = not_yet_retiring()
    page = phone(browser, site, person)
    page.goto("/m/retirement/")
    page.get_by_label("退休年龄类别").select_option("F50")
    page.get_by_label("假定今后月缴费基数").fill("9000")
    page.get_by_role("button", name="测算").click()
    expect(page.locator("#main")).to_contain_text("今后按月缴费基数 9,000.00 元缴费")
    fits(page, "phone-trial-base")
    page.get_by_label("假定今后月缴费基数").fill("1")
    page.get_by_role("button", name="测算").click()
    expect(page.locator("#main")).to_contain_text("不在本地现行缴费基数上下限")
    expect(page.get_by_label("假定今后月缴费基数")).to_have_value("1")
    fits(page, "phone-trial-base-refused")
    desk = sign_in("teller")
    desk.goto(f"/persons/{person.person_no}/retirement/?group=F50&base=9000")
    expect(desk.locator("#main")).to_contain_text("今后按月缴费基数 9,000.00 元缴费")
    shot(desk, "desk-trial-base")
