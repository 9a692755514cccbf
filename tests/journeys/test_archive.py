"""The archive in the browser: a volume found by person, opened for a reason, its paper in the viewer, tested; what waits is filed with a note; at both widths."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.archive.papers import filed, lost, with_paper
from tests.journeys.conftest import shot, width_of
from tests.journeys.test_hall import serious
from yigui.archive.file_cases import file_due

pytestmark = pytest.mark.browser


def test_a_volume_is_found_opened_and_tested(sign_in: Callable[[str], Page]) -> None:
    case = with_paper("in the browser")
    volume = filed(case)
    page = sign_in("head")
    page.goto("/archive/")
    assert case.person is not None
    page.get_by_label("对象、档号或办件编号").fill(case.person.id_number)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=volume.number).click()
    expect(page.locator("body")).not_to_contain_text(case.subject_name)
    shot(page, "archive-volume-masked")
    page.get_by_label("查看事由").select_option("complaint")
    page.get_by_label("具体情况").fill("来信核对当年材料")
    page.get_by_role("button", name="登记并查阅").click()
    expect(page.locator("#viewer")).to_be_visible()
    page.locator("[data-paper]").first.click()
    expect(page.locator("#viewer iframe")).to_be_visible()
    page.get_by_role("button", name="检测本卷").click()
    expect(page.get_by_text("四性检测完成，各项合格")).to_be_visible()
    shot(page, "archive-volume")
    assert serious(page) == []


@pytest.mark.parametrize("width", [390, 1366])
def test_the_pages_of_the_archive_fit(sign_in: Callable[[str], Page], width: int) -> None:
    volume, held = filed(with_paper(f"fits {width}")), with_paper(f"held {width}")
    lost(held)
    file_due()
    page = sign_in("head")
    page.set_viewport_size({"width": width, "height": 900})
    for name, path in (("list", ""), ("volume", f"{volume.number}/"), ("due", "due/"), ("due-case", f"due/{held.case_no}/")):
        page.goto(f"/archive/{path}")
        shot(page, f"archive-{name}-{width}")
        assert width_of(page) <= width, path
        assert serious(page) == [], path
