"""A county's month and the city's beside it, in the browser: both pages name the other, and the one that is stuck is thrown away by who is told."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import money
from tests.city import user
from tests.journeys.conftest import shot, sure
from yigui.runs.batches import approve_batch
from yigui.runs.staged import execute

pytestmark = pytest.mark.browser
SignIn = Callable[[str], Page]


def test_the_second_of_two_is_named_and_thrown_away(sign_in: SignIn) -> None:
    part, whole = money.plan(202604, "511102"), money.plan(202604)
    director, head = sign_in("director"), sign_in("head")
    director.goto(f"/finance/batches/{whole.pk}/")
    notice = director.locator("#main .alert-warning")
    expect(notice).to_contain_text(f"第 {part.pk} 号批次（")
    expect(notice).to_contain_text("请核对后只执行其中一批")
    for width in (1366, 390):
        director.set_viewport_size({"width": width, "height": 900})
        assert director.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        shot(director, f"batch-overlap-open-{width}")
    for batch in (part, whole):
        approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))
    execute(batch_id=part.pk)
    head.goto("/finance/batches/")
    expect(head.locator("#progress")).to_contain_text(f"第 {part.pk} 号批次（")
    shot(head, "batches-overlap")
    head.goto("/inbox/")
    expect(head.locator("#main")).to_contain_text("本批次不能再执行，待作废")
    shot(head, "inbox-overlap")
    head.goto(f"/finance/batches/{whole.pk}/")
    expect(head.locator("#main .alert-warning")).to_contain_text("本批次不能再签署和执行")
    expect(head.get_by_role("button", name="执行", exact=True)).to_have_count(0)
    for width in (1366, 390):
        head.set_viewport_size({"width": width, "height": 900})
        shot(head, f"batch-overlap-executed-{width}")
    head.set_viewport_size({"width": 1366, "height": 900})
    head.get_by_text("作废…").click()
    head.get_by_label("作废原因").fill("县区已先行执行，不再需要")
    head.get_by_role("button", name="作废第").click()
    sure(head, "确认作废")
    expect(head.locator("#main")).to_contain_text("已作废")
    expect(head.locator("#main .alert-warning")).to_have_count(0)
