"""Every page of the platform, the phone and the machine, looked at by axe: no serious finding."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Browser, Page, expect

from tests import city, money
from tests.casework.test_day_end import accepted, new_teller
from tests.conftest import ROOT
from tests.entitlement import people
from tests.journeys.conftest import shot, signing_in, width_of
from tests.journeys.test_kiosk import machine
from tests.journeys.test_phone import phone, sign_in_by_code
from tests.portal.test_applying import login_of
from tests.seen import set_password
from yigui.applying.pages import items_of_persons
from yigui.casework.accept_case import accept_case
from yigui.casework.models import Draft
from yigui.charges.models import PaymentOrder
from yigui.identity.models import UnitLogin
from yigui.portal.applying import items_for
from yigui.registry.models import Person
from yigui.staff.account_requests import ask_about_account
from yigui.staff.models import AccountRequest
from yigui.synthetic.demo_staff import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AXE = (ROOT / "tests" / "vendor" / "axe.min.js").read_text(encoding="utf-8")
#: What is taken from axe: its rules for WCAG 2.1 A and AA and its good practice, but those whose findings are never serious; nothing is fetched a second time.
RUN = """axe.run(document, {
  resultTypes: ["violations"], preload: false,
  rules: Object.fromEntries(axe._audit.rules.filter(r => ["minor", "moderate"].includes(r.impact)).map(r => [r.id, {enabled: false}])),
}).then(r => r.violations.map(v => [v.impact, v.id, v.nodes.slice(0, 3).map(n => n.html)]))"""
#: Widths of what is opened at a desk: of a desk's screen, and of a small one; of lists that of a phone besides.
DESKS, WIDTHS = (1440, 1024), (1366, 1024, 390)
#: No pages: papers, files, and what a page asks for by itself.
NOT_PAGES = (".pdf", ".xlsx", "export/", "manifest.webmanifest", "sw.js", "help/state/")


def pages_of(space: str) -> list[str]:
    """Every address of an URL namespace that is opened with GET, parameters unfilled."""
    found: list[str] = []

    def walk(patterns: list[Any], prefix: str, inside: bool) -> None:
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, path, inside or pattern.namespace == space)
            elif isinstance(pattern, URLPattern) and inside and not path.endswith(NOT_PAGES):
                found.append(path)

    walk(get_resolver().url_patterns, "/", False)
    return found


def look(page: Page, path: str, faults: list[str]) -> None:
    """Open an address; one that takes no GET is no page."""
    answer = page.goto(path)
    assert answer is not None
    if answer.status == 405:
        return
    assert answer.status == 200, (path, answer.status)
    weigh(page, path, faults)


def weigh(page: Page, name: str, faults: list[str]) -> None:
    """The page as it stands, by axe."""
    if page.evaluate("!window.axe"):
        page.evaluate(AXE)
    for impact, rule, nodes in page.evaluate(RUN):
        if impact in ("serious", "critical"):
            faults.append(f"{name}: {rule} {nodes}")


def at_widths(page: Page, name: str, widths: Iterable[int], faults: list[str], *, weighed_at: int = 0) -> Iterator[int]:
    """The page as it stands at each width: by axe (unless it was weighed at that width already), and that nothing lies beyond its edge. No page of
    the house draws itself otherwise by a script for the width it finds: what it is at another width the style sheet says."""
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        if width != weighed_at:
            weigh(page, f"{name} at {width}", faults)
        if width_of(page) > width:
            faults.append(f"{name}: wider than {width}")
        yield width


def filled(paths: list[str], **values: str) -> Iterator[str]:
    for path in paths:
        for name, value in values.items():
            for kind in ("str", "uuid", "int", "slug"):
                path = path.replace(f"<{kind}:{name}>", value)
        if "<" not in path:
            yield path


@pytest.fixture(scope="module")
def unit() -> UnitLogin:
    money.levied()
    login = login_of(city.next_employee().employer)
    set_password(login, PASSWORD)
    return login


def _unit_case(login: UnitLogin) -> str:
    employment = login.employer.employments.filter(end_period=None).select_related("person", "employer").latest("id")
    return accept_case(city.application("REG-006", city.stop_form(employment), materials=["termination_proof"])).case_no


def _sign_in_unit(page: Page, login: UnitLogin, at: str) -> None:
    page.goto(f"{at}/sign-in/")
    page.fill("#username", login.username)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def _items(page: Page, at: str, codes: list[str], faults: list[str]) -> None:
    """The form of every item, begun and dropped."""
    for code in codes:
        page.goto(f"{at}/apply/")
        button = page.locator(f"button[data-item='{code}']").first
        if not button.is_enabled():
            continue
        button.click()
        page.wait_for_url(lambda url: "/drafts/" in url)
        look(page, page.url, faults)
        Draft.objects.filter(token=page.url.rstrip("/").rsplit("/", 1)[1]).delete()


def test_every_page_of_the_platform(browser: Browser, site: str, unit: UnitLogin) -> None:
    faults: list[str] = []
    page = browser.new_context(base_url=site, locale="zh-CN", viewport={"width": 1280, "height": 900}).new_page()
    for path in ("/unit/sign-in/", "/unit/password/"):
        look(page, path, faults)
    _sign_in_unit(page, unit, "/unit")
    pages = [p for p in pages_of("portal") if "sign-" not in p and "password" not in p]
    for path in filled(pages, case_no=_unit_case(unit), code="REG-004"):
        look(page, path, faults)
    _items(page, "/unit", [i.code for i in items_for(unit, "online")], faults)
    assert not faults, "\n".join(faults)


def test_every_page_of_the_phone_in_both_sizes(browser: Browser, site: str) -> None:
    faults: list[str] = []
    person, _ = people.released(since=2)
    person.refresh_from_db()
    _phone_case(person)
    page = phone(browser, site, person)
    pages = [p for p in pages_of("mobile") if "sign-" not in p]
    case_no = person.cases.latest("id").case_no
    for _ in range(2):
        for path in filled(pages, case_no=case_no):
            look(page, path, faults)
        page.goto("/m/")
        page.get_by_role("button", name="大字版").or_(page.get_by_role("button", name="标准字号")).click()
    _items(page, "/m", [i.code for i in items_of_persons("mobile")], faults)
    page.goto("/m/")
    page.get_by_role("button", name="退出").click()
    look(page, "/m/sign-in/", faults)
    assert not faults, "\n".join(faults)


def _phone_case(person: Person) -> None:
    form = {"id_number": person.id_number, "person_name": person.name}
    accept_case(city.application("ENQ-005", form, materials=["id_card"]))


def test_every_page_of_the_machine(browser: Browser, site: str, unit: UnitLogin) -> None:
    faults: list[str] = []
    page = machine(browser, site)
    for path in ("/kiosk/", "/kiosk/activate/", "/kiosk/unit/sign-in/", "/kiosk/me/sign-in/"):
        look(page, path, faults)
    _sign_in_unit(page, unit, "/kiosk/unit")
    case_no = _unit_case(unit)
    pages = [p for p in pages_of("kiosk_unit") if "sign-" not in p and "password" not in p]
    for path in filled(pages, case_no=case_no, code="REG-004"):
        look(page, path, faults)
    person = city.next_employee().person
    sign_in_by_code(page, person, "/kiosk/me/")
    for path in filled([p for p in pages_of("kiosk_me") if "sign-" not in p]):
        look(page, path, faults)
    assert not faults, "\n".join(faults)


def test_the_public_pages(browser: Browser, site: str) -> None:
    faults: list[str] = []
    page = browser.new_context(base_url=site, locale="zh-CN", viewport={"width": 360, "height": 740}).new_page()
    paths = ["/guide/", "/guide/?visitor=self_payer&item=LVY-007", "/progress/", "/v/"]
    orders = [f"/pay/{order.code}" for order in PaymentOrder.objects.order_by("-id")[:1]]
    for path in [*paths, *orders]:
        look(page, path, faults)
    assert not faults, "\n".join(faults)


#: Pages about accounts, posts, rights and agencies, by who opens them; `{user}` is an account.
ORGANISATION = {
    "sysadmin": (
        "/accounts/",
        "/accounts/{user}/",
        "/accounts/requests/",
        "/posts/",
        "/organisation/merges/?merged=51111101&into=51110001",
    ),
    "secadmin": ("/accounts/requests/", "/rights/", "/rights/rules/", "/organisation/merges/"),
    "head": (
        "/rights/",
        "/rights/rules/",
        "/rights/report/?agency=51111101",
        "/rights/holders/",
        "/rights/skills/",
        "/rights/people/{user}/",
    ),
    "director": ("/rights/skills/?group=CHG",),
    "auditor": ("/rights/report/?agency=51111101",),
}


def test_the_end_of_a_tellers_day(browser: Browser, site: str) -> None:
    """Closed with a difference by the teller, looked through by the head: every state of the three pages."""
    faults: list[str] = []
    teller = new_teller(password=PASSWORD)
    accepted(teller)
    accepted(teller, scanned=True)

    def seen(page: Page, name: str) -> None:
        for width in at_widths(page, name, DESKS, faults):
            shot(page, f"day-{width}-{name}")

    with signing_in(browser, site, width=DESKS[0]) as open_page:
        page = open_page(teller.username)
        page.goto("/counter/day/")
        seen(page, "open")
        page.get_by_role("button", name="轧账并提交复核").click()
        expect(page.get_by_text("请逐项处理，或说明差异原因")).to_be_visible()
        seen(page, "refused")
        page.get_by_label("差异说明").fill("装订机送修，明早补装")
        page.get_by_role("button", name="轧账并提交复核").click()
        expect(page.get_by_text("待复核").first).to_be_visible()
        seen(page, "closed")
        page.goto("/counter/day/")
        expect(page.get_by_text("的业务已轧账")).to_be_visible()
        seen(page, "done")
        page = open_page("head")
        page.goto("/counter/days/")
        seen(page, "list")
        page.get_by_role("row").filter(has_text=teller.full_name).filter(has_text="待复核").first.get_by_role("link").click()
        page.get_by_label("复核意见").fill("已见材料，次日补装")
        seen(page, "check")
        page.get_by_role("button", name="复核", exact=True).click()
        expect(page.get_by_text("的轧账单已复核")).to_be_visible()
        seen(page, "checked")
    assert not faults, "\n".join(faults)


def test_the_pages_of_the_organisation(browser: Browser, site: str) -> None:
    faults: list[str] = []
    if not AccountRequest.objects.filter(status="asked").exists():
        ask_about_account(actor=city.user("sysadmin"), user=city.user("teller2"), kind="unlock", reason="本人来电核实")
    for username, paths in ORGANISATION.items():
        with signing_in(browser, site, width=DESKS[0]) as open_page:
            page = open_page(username)
            for path in paths:
                page.set_viewport_size({"width": DESKS[0], "height": 900})
                look(page, path.format(user=city.user("teller").pk), faults)
                for width in at_widths(page, path, DESKS, faults, weighed_at=DESKS[0]):
                    name = re.sub(r"[^a-z]+", "-", path.partition("?")[0]).strip("-")
                    shot(page, f"organisation-{width}-{username}-{name}")
                page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
                for width in DESKS:
                    page.set_viewport_size({"width": width, "height": 900})
                    if width_of(page) > width:
                        faults.append(f"{path}, opened: wider than {width}")
    assert not faults, "\n".join(faults)


#: Lists, what is found, and how things stand, by who opens them.
LISTS = {
    "head": ("/cases/", "/cases/?status=finished&sort=-due", "/cases/?who=0", "/cases/?from=x", "/overdue/", "/finance/batches/"),
    "teller": ("/counter/cases/", "/search/"),
    "cashier": ("/finance/receipts/",),
    "sysadmin": ("/accounts/?state=True",),
}  # fmt: skip


def test_the_lists_and_the_frame(browser: Browser, site: str) -> None:
    """Each list empty, narrowed and with a condition that says nothing; a group of the menu open; what the box in the top has found."""
    faults: list[str] = []
    city.accept_class3()
    for username, paths in LISTS.items():
        with signing_in(browser, site, width=WIDTHS[0]) as open_page:
            page = open_page(username)
            for path in paths:
                page.set_viewport_size({"width": WIDTHS[0], "height": 900})
                look(page, path, faults)
                for _ in at_widths(page, path, WIDTHS, faults, weighed_at=WIDTHS[0]):
                    pass
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                group = page.locator(".rail-group > summary").first
                if group.count():
                    group.click()
                    weigh(page, f"{username}: group at {width}", faults)
                    page.keyboard.press("Escape")
                    expect(page.locator(".rail-group[open]")).to_have_count(0)
                page.locator("#seek").fill("wang")
                page.locator("#seek").press("Enter")
                expect(page.get_by_role("heading", name="查找", exact=True)).to_be_visible()
                weigh(page, f"{username}: found at {width}", faults)
    assert not faults, "\n".join(faults)


def test_a_list_is_used_by_keyboard_and_goes_back(sign_in: Callable[[str], Page]) -> None:
    """The slash goes to the box, a chip narrows in place, J goes to a row, Back returns to the list as it was."""
    for _ in range(2):
        city.accept_class3()
    page = sign_in("head")
    page.goto("/cases/")
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.goto("/account/")
    page.keyboard.press("/")
    expect(page.locator("#seek")).to_be_focused()
    page.goto("/cases/")
    page.locator("a.chip", has_text="已办结").click()
    page.wait_for_url(re.compile("status=finished"))
    expect(page.locator("a.chip.on")).to_contain_text("已办结")
    page.keyboard.press("j")
    expect(page.locator("[data-table] tbody tr a").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/cases/[0-9]{22}/"))
    page.go_back()
    page.wait_for_url(re.compile("status=finished"))
    expect(page.locator("a.chip.on")).to_contain_text("已办结")
    page.locator("#main").click(position={"x": 2, "y": 2})
    page.keyboard.press("g")
    page.keyboard.press("7")
    page.wait_for_url(re.compile("/items/"))
