"""An employer's operator brings a list to the counter: a teller sends it in, hands back what came back, and puts a second list beside it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import shot, width_of
from tests.portal.test_lists import company, row_of, workbook
from yigui.casework.models import Case

pytestmark = pytest.mark.browser


def chosen(page: Page, name: str, content: bytes) -> None:
    page.set_input_files("#file", {"name": name, "mimeType": "application/octet-stream", "buffer": content})


def test_a_teller_takes_a_list_from_the_employers_page(sign_in: Callable[[str], Page]) -> None:
    login, (one, two, three) = company(3)
    page = sign_in("teller")
    page.goto(f"/employers/{login.employer.unit_no}/")
    shot(page, "counter-employer")
    page.locator("#lists a", has_text="REG-004").click()
    expect(page.locator("main")).to_contain_text(login.employer.name)
    shot(page, "counter-list-upload")
    chosen(page, "增员名单.xlsx", workbook([row_of(one), row_of(two, declared_wage="很多")]))
    page.get_by_role("button", name="上传并核对").click()
    expect(page.locator("main")).to_contain_text("核对通过、待提交 1 人")
    expect(page.locator("main")).to_contain_text("不是金额")
    shot(page, "counter-list")
    with page.expect_download() as back:
        page.get_by_role("link", name="下载退回的行").click()
    assert back.value.suggested_filename == "REG-004-returned.xlsx"
    page.get_by_role("link", name="再次上传").click()
    chosen(page, "补充名单.xlsx", workbook([row_of(two), row_of(three)]))
    shot(page, "counter-list-asked")
    page.get_by_role("button", name="上传并核对").click()
    # Neither was chosen: the browser stays, nothing was sent.
    expect(page.locator("#earlier-list")).to_be_visible()
    page.locator("input[name=how][value=merge]").check()
    page.get_by_role("button", name="上传并核对").click()
    expect(page.locator("main")).to_contain_text("核对通过、待提交 3 人")
    expect(page.locator("main")).to_contain_text("增员名单.xlsx")
    page.get_by_role("button", name="提交 3 人").click()
    expect(page.locator("main")).to_contain_text("已办结 3 人")
    shot(page, "counter-list-done")
    page.set_viewport_size({"width": 390, "height": 844})
    shot(page, "counter-list-done-390")
    assert width_of(page) <= 390
    page.goto(f"/counter/lists/{login.employer.unit_no}/REG-004/")
    shot(page, "counter-list-upload-390")
    assert width_of(page) <= 390
    people = [s.id_number for s in (one, two, three)]
    assert Case.objects.filter(item_code="REG-004", channel="counter", person__id_number__in=people).count() == 3
