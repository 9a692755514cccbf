"""Money that is held, in the browser: the signer reads what came in since the plan was made, the payee on the phone why it waits and what to do."""

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import money
from tests.entitlement.people import decided, next_month, paid, planned
from tests.journeys.conftest import shot
from tests.journeys.test_phone import fits, phone
from tests.payment.test_bank_results import DAYS, line, payments, text
from tests.payment.test_look_again import in_payment, reported_dead
from tests.payment.test_sentences import before, sentenced
from tests.payment.test_supplement_run import nothing_open
from yigui.common.months import first_day
from yigui.entitlement.models import Benefit
from yigui.runs.staged import execute

__all__ = ["nothing_open"]
pytestmark = pytest.mark.browser
SignIn = Callable[[str], Page]


def test_what_came_in_since_stands_on_the_page_and_the_phone_says_why(sign_in: SignIn, browser: Browser, site: str) -> None:
    paid()
    (one,) = payments(1)
    money.confirmed(text(line(one, "退票", DAYS[1], reason="AC06")))
    month = next_month()
    batch = planned()
    dead, serving = in_payment(batch, 2)
    reported_dead(dead, first_day(month) - dt.timedelta(days=40))
    sentenced(serving, before(month))
    auditor = sign_in("auditor")
    auditor.goto(f"/finance/batches/{batch.pk}/")
    expect(auditor.locator("#main")).to_contain_text("本批次生成后又有新的情况")
    expect(auditor.locator("#main")).to_contain_text("有变化")
    shot(auditor, "run-since")
    auditor.set_viewport_size({"width": 390, "height": 844})
    shot(auditor, "run-since-390")
    execute(batch_id=decided(batch).pk)
    auditor.set_viewport_size({"width": 1366, "height": 900})
    auditor.reload()
    shot(auditor, "run-after")
    for benefit, words, name in (
        (dead, "有部门报送了领取人的死亡信息", "held-dead"), (serving, "有部门报送了服刑信息", "held-serving"),
        (Benefit.objects.select_related("person").get(pk=one.benefit_id), "AC06 账户已冻结或止付", "returned"),
    ):  # fmt: skip
        page = phone(browser, site, benefit.person)
        page.goto("/m/benefits/")
        expect(page.locator("body")).to_contain_text(words)
        fits(page, f"phone-{name}")
    teller = sign_in("teller")
    teller.goto(f"/persons/{serving.person.person_no}/benefits/")
    expect(teller.locator("#main")).to_contain_text("拦截：服刑信息待核实")
    shot(teller, "counter-held")
