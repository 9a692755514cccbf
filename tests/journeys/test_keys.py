"""How many keys the commonest work takes, pressed in a real browser: from the end of the case before to the end of this one.

A file dialog is not counted, as the machine beside the window has a scanner. `python benchmarks/keys.py` prints the figures.
"""

import re

import pytest
from playwright.sync_api import FileChooser, Page, expect

from tests import city
from tests.journeys.test_three_classes import SignIn, settle
from tests.pdf import pdf
from yigui.casework.models import Case
from yigui.registry.models import Employment
from yigui.staff.models import FullView

pytestmark = pytest.mark.browser
PAPER = {"name": "paper.pdf", "mimeType": "application/pdf", "buffer": pdf(b"keys")}
#: What a case may take at most, keys and clicks together.
LIMITS = {
    "REG-006": 30, "REG-006, next of the same": 30, "REG-004": 60, "REG-004, next of the same": 60, "review": 2,
    "review, the one after": 1,
}  # fmt: skip


def _nothing(chooser: FileChooser) -> None:
    """Whoever waits for the dialog answers it."""


class Keys:
    """A keyboard that counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0
        # A listener that stays: the browser hands dialogs for files over only while there is one, and is told so on another way than of keys. Made for
        # each dialog anew, a key could overtake it, and the dialog was lost.
        page.on("filechooser", _nothing)

    def press(self, key: str) -> None:
        self.count += 1
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        for letter in text:
            self.press(letter)

    def until(self, pressed: str, there: str) -> None:
        """Press a key, and wait for an address."""
        self.press(pressed)
        self.page.wait_for_url(re.compile(there))

    def choose_file(self, pressed: str) -> None:
        """Press a key that opens the dialog for a file."""
        with self.page.expect_file_chooser() as chooser:
            self.press(pressed)
        chooser.value.set_files(PAPER)

    def submit(self) -> None:
        """From the form to the case."""
        self.until("Control+Enter", "/answers/")
        while self.page.locator("[name=confirmed]:not(:checked)").count():
            if self.page.evaluate("document.activeElement.name") != "confirmed":
                self.press("Tab")
            self.press("Space")
        self.until("Control+Enter", "/cases/")


def told(what: str, keys: Keys) -> None:
    print(f"{what}: {keys.count} keys, at most {LIMITS[what]}")
    assert keys.count <= LIMITS[what], (what, keys.count)


def _focused(page: Page, identity: str) -> None:
    expect(page.locator(f"#{identity}")).to_be_focused()


def _stop(keys: Keys, employment: Employment) -> None:
    """The form of REG-006, from the reason to the end; whoever leaves."""
    page = keys.page
    _focused(page, "id_change_reason")
    keys.press("1")
    keys.choose_file("Alt+u")
    expect(page.locator("#material_termination_proof")).to_contain_text("paper.pdf")
    settle(page)
    keys.submit()
    expect(page.locator("#outcome")).to_contain_text(employment.person.name)


def _two_of_one_employer() -> tuple[Employment, Employment]:
    by_employer: dict[int, Employment] = {}
    while True:
        one = city.next_employee()
        if one.employer_id in by_employer:
            return by_employer[one.employer_id], one
        by_employer[one.employer_id] = one


def start_at_the_counter(page: Page, item: str) -> None:
    """The form of an item, about nobody yet."""
    page.goto("/counter/")
    page.click(f"button:has-text('{item}')")
    page.wait_for_url(re.compile("/counter/drafts/"))
    settle(page)


def _at_the_workbench(page: Page) -> None:
    page.goto("/counter/")
    _focused(page, "q")


def test_an_employee_is_stopped_and_the_next_of_the_same_unit(sign_in: SignIn) -> None:
    (first, second), page = _two_of_one_employer(), sign_in("teller")
    _at_the_workbench(page)
    keys = Keys(page)
    keys.type(first.person.id_number)
    keys.until("Enter", "/persons/")
    _focused(page, "find-item")
    keys.type("jy")
    keys.until("Enter", "/drafts/")
    settle(page)
    _stop(keys, first)
    told("REG-006", keys)
    keys = Keys(page)
    keys.until("Alt+n", "/drafts/")
    settle(page)
    assert page.locator("#id_unit_no").input_value() == first.employer.unit_no, "the employer is kept"
    _focused(page, "id_id_number")
    keys.type(second.person.id_number)
    keys.press("Enter")
    expect(page.locator("#id_person_name")).to_have_value(second.person.name)
    _stop(keys, second)
    told("REG-006, next of the same", keys)
    assert FullView.objects.filter(subject_id=second.person_id, reason__startswith="受理 REG-006", user__username="teller").exists()


def test_a_new_employee_is_enrolled(sign_in: SignIn) -> None:
    seeker = city.next_seeker()
    page = sign_in("teller")
    _at_the_workbench(page)
    keys = Keys(page)
    keys.type(city.unit(seeker.credit_code).unit_no)
    keys.until("Enter", "/employers/")
    _focused(page, "find-item")
    keys.type("zy")
    keys.until("Enter", "/drafts/")
    settle(page)
    _focused(page, "id_id_number")
    keys.type(seeker.id_number)
    keys.press("Enter")
    expect(page.locator("#id_person_name")).to_have_value(seeker.name)
    expect(page.locator("#id_birth_date")).not_to_have_value("")
    _focused(page, "id_household_type")
    keys.press("1")
    _focused(page, "id_mobile")
    keys.type("13812345678")
    keys.press("Enter")
    _focused(page, "id_declared_wage")
    keys.type("6000")
    keys.press("Enter")
    settle(page)
    keys.submit()
    expect(page.locator("#outcome")).to_contain_text(seeker.name)
    told("REG-004", keys)
    assert Case.objects.filter(item_code="REG-004", status="finished", subject_name=seeker.name).exists()


def test_what_is_typed_while_a_number_is_looked_up_stays(sign_in: SignIn) -> None:
    """The answer comes late: what was typed meanwhile stays, what was not is filled in, and in the field one stands in the first key replaces it."""
    one, other, page = city.next_employee().person, city.next_employee().person, sign_in("teller")
    start_at_the_counter(page, "CHG-003")
    page.route("**/live/", lambda route: (page.wait_for_timeout(500), route.continue_()))
    page.fill("#id_id_number", one.id_number)
    with page.expect_response("**/live/"):
        with page.expect_request("**/live/"):
            page.press("#id_id_number", "Tab")
        page.locator("#id_person_name").focus()
        page.keyboard.type("Zhang")
    page.wait_for_timeout(300)
    expect(page.locator("#id_person_name")).to_have_value("Zhang")
    _focused(page, "id_person_name")
    page.unroute("**/live/")
    page.fill("#id_person_name", "")
    start_at_the_counter(page, "CHG-003")
    page.fill("#id_id_number", other.id_number)
    page.locator("#id_person_name").focus()
    expect(page.locator("#id_person_name")).to_have_value(other.name)
    _focused(page, "id_person_name")
    page.keyboard.type("L")
    expect(page.locator("#id_person_name")).to_have_value("L")


def test_a_page_does_not_move_beneath_the_mouse_when_a_paper_is_given(sign_in: SignIn) -> None:
    person, page = city.next_employee().person, sign_in("teller")
    start_at_the_counter(page, "CHG-003")
    page.set_viewport_size({"width": 390, "height": 500})
    page.fill("#id_id_number", person.id_number)
    settle(page)
    page.click("[data-seen='id_card']")
    before = page.evaluate("window.scrollY")
    expect(page.locator("#material_id_card")).to_contain_text("核验原件")
    settle(page)
    assert page.evaluate("document.activeElement === document.body"), "nothing took the focus"
    assert page.evaluate("window.scrollY") == pytest.approx(before, abs=200)


def test_a_count_that_comes_does_not_take_back_that_something_was_not_saved(sign_in: SignIn) -> None:
    page = sign_in("teller")
    start_at_the_counter(page, "CHG-003")
    page.route("**/live/", lambda route: route.fulfill(status=500, body=""))
    page.select_option("#id_change_item", "01")
    said = page.locator("#live-error")
    expect(said).to_contain_text("尚未保存")
    with page.expect_response("**/inbox/news/"):
        page.evaluate("htmx.ajax('GET', '/inbox/news/', {target: '.bell .count', swap: 'innerHTML'})")
    expect(said).to_be_visible()
    page.unroute("**/live/")
    settle(page)
    expect(said).to_be_hidden()
    page.route("**/inbox/news/", lambda route: route.fulfill(status=500, body=""))
    with page.expect_response("**/inbox/news/"):
        page.evaluate("htmx.ajax('GET', '/inbox/news/', {target: '.bell .count', swap: 'innerHTML'})")
    page.wait_for_timeout(200)
    expect(said).to_be_hidden()


def test_a_review_is_taken_passed_and_the_next_one_opened(sign_in: SignIn) -> None:
    cases = [city.accept_class2(), city.accept_class2()]
    page = sign_in("reviewer")
    page.goto("/inbox/?kind=step")
    keys = Keys(page)
    keys.until("Alt+n", "/cases/")
    first = page.url
    keys.press("Alt+n")
    page.wait_for_url(lambda url: url != first and ("/cases/" in url or "/inbox/" in url))
    expect(page.locator(".alert-success")).to_contain_text("通过")
    told("review", keys)
    assert len(cases) == 2
    if "/cases/" in page.url:
        expect(page.locator("#opinion")).to_be_visible()
        keys, here = Keys(page), page.url
        keys.press("Alt+n")
        page.wait_for_url(lambda url: url != here)
        told("review, the one after", keys)


def test_the_keys_of_a_page_are_listed_and_none_is_the_browsers_own(sign_in: SignIn) -> None:
    page = sign_in("teller")
    page.goto("/counter/")
    page.locator("#main").click()
    page.keyboard.press("Shift+?")
    expect(page.locator("#keys")).to_be_visible()
    expect(page.locator("#keys")).to_contain_text("柜员工作台")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    keys = {e.get_attribute("data-key") for e in page.locator("[data-key]").all()}
    assert not keys & {*"0123456789def"}
    page.keyboard.press("g")
    page.keyboard.press("7")
    page.wait_for_url(re.compile("/items/"))
