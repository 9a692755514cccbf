"""The hall in the browser: a touch at the machine, the call on the screen and in its voice, the strip above the teller's pages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import city
from tests.journeys.conftest import shot, width_of
from tests.journeys.test_accessibility import AXE, RUN
from yigui.visits.models import Ticket, Visit

pytestmark = pytest.mark.browser

#: What a screen has said stands in its page: a browser of the tests has no voice.
_VOICE = """
window.spoken = [];
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
Object.defineProperty(window, "speechSynthesis", { value: { speak: (words) => { window.spoken.push(words.text); setTimeout(() => words.onend(), 50); } } });
"""


def device(browser: Browser, site: str, kind: str, width: int, height: int) -> Page:
    page = browser.new_context(base_url=site, locale="zh-CN", viewport={"width": width, "height": height}).new_page()
    page.add_init_script(_VOICE)
    page.goto("/hall/activate/")
    page.get_by_label("激活码").fill(f"yigui-demo-{kind}")
    page.get_by_role("button", name="激活本机").click()
    page.wait_for_url(f"**/hall/{kind}/")
    return page


def serious(page: Page) -> list[object]:
    """What axe finds in an open page that keeps somebody from using it."""
    page.evaluate(AXE)
    return [found for found in page.evaluate(RUN) if found[0] in ("serious", "critical")]


def test_a_visitor_takes_a_ticket_is_called_and_served(browser: Browser, site: str, sign_in: Callable[[str], Page]) -> None:
    machine = device(browser, site, "machine", 1080, 1920)
    screen, window = device(browser, site, "screen", 1920, 1080), device(browser, site, "window", 1280, 800)
    shot(machine, "hall-machine")
    assert width_of(machine) <= 1080
    machine.get_by_label("老年人").check()
    machine.get_by_label("证件号码").fill(city.next_person().id_number)
    machine.get_by_role("button", name="退休与养老金").click()
    number = machine.locator("#taken").inner_text()
    shot(machine, "hall-machine-taken")
    given = Ticket.objects.latest("id")
    assert (str(given), given.priority) == (number, "elderly")

    teller = sign_in("teller")
    teller.goto("/counter/")
    expect(teller.locator("#visit-strip")).to_contain_text("窗口未开")
    teller.get_by_role("link", name="去开窗").click()
    shot(teller, "hall-desk-closed")
    teller.get_by_role("button", name="打开 1号综合业务窗口").click()
    screen.get_by_role("button", name="打开语音").click()
    teller.goto("/counter/")
    teller.locator("#visit-strip").get_by_role("button", name="叫下一位").click()
    expect(teller.locator("#in-hand")).to_have_text(number)
    shot(teller, "hall-strip-called")
    expect(screen.locator("#latest")).to_contain_text(number)
    expect(window.locator(".hall-number")).to_have_text(number)
    screen.wait_for_function("window.spoken.length >= 3")
    spoken = screen.evaluate("window.spoken")
    assert spoken[1:3] == [f"请优先{given.spoken}到1号窗口"] * 2
    shot(screen, "hall-screen")
    # A screen on the wall is not scrolled: who was missed reads at its foot where to go.
    assert screen.evaluate("document.documentElement.scrollHeight") <= 1080
    expect(screen.locator(".hall-foot")).to_be_in_viewport(ratio=1)
    shot(window, "hall-window")

    # From any page of the counter, without leaving it.
    teller.locator("#visit-strip").get_by_role("button", name="已到窗").click()
    teller.locator("#visit-strip").get_by_role("link", name="核验身份").click()
    shot(teller, "hall-desk-serving")
    teller.get_by_label("核验所凭").select_option("id_card")
    teller.get_by_role("button", name="核对一致，登记").click()
    expect(teller.locator("#visit-strip")).to_contain_text("已核验（身份证原件）")
    shot(teller, "hall-desk-identified")
    teller.goto("/counter/")
    teller.locator("#visit-strip").get_by_role("button", name="办完，叫下一位").click()
    expect(teller.locator("#visit-strip")).to_contain_text("空闲")
    assert Visit.objects.get(ticket=given).ended_at is not None


@pytest.mark.parametrize("width", [390, 1366])
def test_the_pages_of_the_hall_fit(browser: Browser, site: str, sign_in: Callable[[str], Page], width: int) -> None:
    for username, paths in {"guide": ("guide", "day"), "head2": ("settings",), "teller": ("desk",)}.items():
        page = sign_in(username)
        page.set_viewport_size({"width": width, "height": 900})
        for path in paths:
            page.goto(f"/hall/{path}/")
            shot(page, f"hall-{path}-{width}")
            assert serious(page) == []
    for kind in ("machine", "screen", "window"):
        page = device(browser, site, kind, width, 900)
        shot(page, f"hall-{kind}-{width}")
        assert width_of(page) <= width, kind
        assert serious(page) == []


def test_what_is_typed_at_the_machine_does_not_stay_for_the_next_one(browser: Browser, site: str) -> None:
    machine = device(browser, site, "machine", 1080, 1920)
    machine.clock.install()
    machine.goto("/hall/machine/")
    number = machine.get_by_label("证件号码")
    number.fill("11010119900307002X")
    machine.clock.run_for(40_000)
    number.press("End")
    machine.clock.run_for(40_000)
    # Somebody was still there.
    expect(number).to_have_value("11010119900307002X")
    machine.evaluate("window.isOld = true")
    machine.clock.run_for(46_000)
    machine.wait_for_function("window.isOld === undefined")
    expect(number).to_have_value("")
