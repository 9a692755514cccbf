"""A county's accountant reads, in the browser, what the city's executed plan holds of the county, and finds nothing to press."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import city, money
from tests.journeys.conftest import shot
from yigui.synthetic.demo_staff import PASSWORD

pytestmark = pytest.mark.browser
SignIn = Callable[[str], Page]


def test_the_part_of_ones_own_county(sign_in: SignIn) -> None:
    batch = money.levied()
    accountant = sign_in(city.new_user("accountant", agency="51110201", password=PASSWORD).username)
    accountant.goto("/finance/batches/")
    expect(accountant.locator("#main")).to_contain_text("（含本地区）")
    for width in (1366, 390):
        accountant.set_viewport_size({"width": width, "height": 900})
        shot(accountant, f"batches-of-city-{width}")
    accountant.get_by_role("link", name=f"第 {batch.pk} 号", exact=True).click()
    expect(accountant.locator("#main")).to_contain_text("以下为本地区部分，只供查看")
    expect(accountant.locator("#main button")).to_have_count(0)
    for width in (1366, 390):
        accountant.set_viewport_size({"width": width, "height": 900})
        assert accountant.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        shot(accountant, f"batch-part-{width}")
