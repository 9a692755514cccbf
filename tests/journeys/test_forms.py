"""The teller's form by keyboard: what is wrong is said where one stands, and the cursor goes where it is to be mended."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import city
from tests.journeys.conftest import shot, width_of
from tests.journeys.test_accessibility import weigh
from tests.journeys.test_three_classes import SignIn, open_person, settle, start

pytestmark = [pytest.mark.browser, pytest.mark.slow]
#: Widths at which a page of the staff is looked at.
WIDTHS = (1366, 1024, 390)


def looked_at(page: Page, name: str, faults: list[str]) -> None:
    """The page as it stands, at every width: nothing runs out of it, and axe has nothing serious to say."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 768})
        shot(page, f"{name}-{width}")
        assert width_of(page) <= width, (name, width)
        weigh(page, f"{name} at {width}", faults)
    page.set_viewport_size({"width": 1366, "height": 768})


def focused(page: Page) -> str:
    """The id of what has the focus."""
    return str(page.evaluate("document.activeElement.id"))


def test_what_is_wrong_takes_the_focus_and_leads_to_its_field(sign_in: SignIn) -> None:
    faults: list[str] = []
    person, page = city.next_person(), sign_in("teller")
    open_person(page, person.id_number)
    start(page, "CHG-003")
    looked_at(page, "form-empty", faults)
    page.fill("#id_person_name", "")
    page.select_option("#id_change_item", "01")
    settle(page)
    page.keyboard.press("Alt+s")
    page.wait_for_url(re.compile("/answers/"))
    assert page.title().startswith("有误")
    assert focused(page) == "error-summary"
    settle(page)
    expect(page.locator("#id_new_value_hint")).to_contain_text("请填写变更后信息")
    looked_at(page, "form-wrong", faults)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert focused(page) == "id_person_name"
    page.fill("#id_person_name", person.name)
    page.fill("#id_new_value", "139")
    settle(page)
    # What a check says while one types is said of the field too, and taken back.
    expect(page.locator("#id_new_value")).to_have_attribute("aria-invalid", "true")
    page.fill("#id_new_value", "13912345678")
    settle(page)
    expect(page.locator("#id_new_value")).not_to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Alt+s")
    page.wait_for_selector("#refusals")
    assert focused(page) == "refusals"
    looked_at(page, "form-refused", faults)
    page.locator("#refusals a").first.click()
    page.wait_for_url(re.compile("#materials-card"))
    expect(page.locator("#materials-card :focus")).to_have_count(1)
    assert faults == [], "\n".join(faults)
