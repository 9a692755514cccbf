"""A part of a page that is swapped in is the same part of a page that is loaded anew."""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.html import Element

import yigui
from tests.doors.world import World
from tests.pages import PART, element, identities, inner, tree_of
from tests.portal.test_base_lists import begun, book

SOURCE = Path(yigui.__file__).parent
#: Every element of a page that an answer takes the place of, as the templates have it, with what holds it to its page.
HELD = {
    "#inbox-list": "test_a_list_that_asks_again_gets_what_its_page_shows",
    "#inbox-shown": "test_a_list_that_asks_again_gets_what_its_page_shows",
    "#calls": "test_a_list_that_asks_again_gets_what_its_page_shows",
    "#found": "test_what_a_search_finds_without_script_is_what_it_finds_with_it",
    "#in-full": "test_full_data_stands_in_its_page_without_script",
    "closest tr": "test_the_row_of_a_material_is_the_row_of_the_form",
    "#live": "test_what_the_checks_swap_in_beside_the_fields_has_its_place_in_the_form",
    "#base-list": "test_the_list_of_wages_after_an_upload_is_that_of_the_page",
    "#help-state": "test_the_state_of_a_call_is_the_same_asked_for_and_asked_again",
    "#list-body": "test_a_list_handed_in_step_by_step_ends_as_its_page",
    "#floor": "test_a_list_that_asks_again_gets_what_its_page_shows",
    "#board": "test_a_screen_of_the_hall_that_asks_again_gets_what_its_page_shows",
    "#window": "test_a_screen_of_the_hall_that_asks_again_gets_what_its_page_shows",
    "itself in backoffice/includes/trial_progress.html": "test_the_progress_of_a_trial_is_that_of_its_page",
    "itself in finance/includes/progress.html": "test_the_progress_of_a_preparation_is_that_of_its_page",
    "itself in kiosk/help_state.html": "test_the_state_of_a_call_is_the_same_asked_for_and_asked_again",
    "itself in mobile/base.html": "test_the_state_of_a_call_is_the_same_asked_for_and_asked_again",
    "itself in portal/base.html": "test_the_state_of_a_call_is_the_same_asked_for_and_asked_again",
}
#: Those that no whole page shows in the same way, with the reason.
NOT_HELD = {
    "itself in ui/base.html": "a count on the bell and the strips above a page, which the page leaves empty",
    "itself in ui/includes/menu_entry.html": "a count beside an entry of the menu, which the page leaves empty",
    "itself in hall/base.html": "a device that says it is there; nothing is swapped",
    "#visit-strip": "the strip above every page of a teller, which the page leaves to be asked for",
}
_ASKS = re.compile(r"\bhx-(?:get|post)=")


def elements_that_ask(text: str) -> list[str]:
    """The tags of a template that ask by themselves, from the bracket before to the one after."""
    plain = re.sub(r"{%.*?%}|{{.*?}}", lambda found: found[0].replace("<", " ").replace(">", " "), text)
    return [plain[plain.rindex("<", 0, found.start()) : plain.index(">", found.end())] for found in _ASKS.finditer(plain)]


def targets() -> set[str]:
    """What the elements that ask by themselves replace: `hx-target`, or themselves."""
    found = set()
    for path in SOURCE.rglob("templates/**/*.html"):
        name = str(path).rpartition("/templates/")[2]
        for tag in elements_that_ask(path.read_text()):
            target = re.search(r'hx-target="([^"]+)"', tag)
            found.add(target[1] if target else f"itself in {name}")
    return found


def test_every_element_that_is_swapped_in_is_held_or_named_with_its_reason() -> None:
    assert targets() == HELD.keys() | NOT_HELD.keys()
    assert not HELD.keys() & NOT_HELD.keys()
    assert [test for test in HELD.values() if test not in globals()] == []


@pytest.fixture(scope="module")
def world(fresh_city: None) -> World:
    return World()


def same_inside(part: Element, whole: Element, identity: str) -> None:
    """The answer to a part is what stands in the element of the whole page."""
    assert inner(part) == inner(element(whole, identity)) != []


@pytest.mark.parametrize(
    ("path", "identity"),
    [("/inbox/", "inbox-list"), ("/inbox/", "inbox-shown"), ("/kiosk/calls/", "calls"), ("/hall/guide/", "floor")],
)
def test_a_list_that_asks_again_gets_what_its_page_shows(world: World, path: str, identity: str) -> None:
    visitor = world.visitor(path, path)
    part, whole = tree_of(visitor.get(path, headers=PART)), tree_of(visitor.get(path))
    assert element(part, identity) == element(whole, identity)
    assert "sidebar" in str(whole)
    assert "sidebar" not in str(part)


@pytest.mark.parametrize("identity", ["board", "window"])
def test_a_screen_of_the_hall_that_asks_again_gets_what_its_page_shows(world: World, identity: str) -> None:
    path = "/hall/screen/" if identity == "board" else "/hall/window/"
    screen = world.visitor(path, path)
    part, whole = tree_of(screen.get(path, headers=PART)), tree_of(screen.get(path))
    assert element(part, identity) == element(whole, identity)
    assert "<head>" not in str(part)


def test_what_a_search_finds_without_script_is_what_it_finds_with_it(world: World) -> None:
    teller, asked = world.officers["teller"], {"q": world.person.id_number[:14]}
    whole = tree_of(teller.post("/search/results/", asked))
    same_inside(tree_of(teller.post("/search/results/", asked, headers=PART)), whole, "found")
    assert ("value", world.person.id_number[:14]) in element(whole, "q").attributes


@pytest.mark.parametrize("path", ["/persons/<str:person_no>/full/", "/employers/<str:unit_no>/full/"])
def test_full_data_stands_in_its_page_without_script(world: World, path: str) -> None:
    teller, url = world.officers["teller"], world.address(path)
    whole = tree_of(teller.post(url, {"ground": "identity", "reason": "核对证件原件"}))
    same_inside(tree_of(teller.post(url, {"ground": "identity", "reason": "核对证件原件"}, headers=PART)), whole, "in-full")
    assert "核对证件" in str(element(whole, "in-full"))


@pytest.mark.parametrize("given", [{"source": "seen"}, {"source": "remove"}])
def test_the_row_of_a_material_is_the_row_of_the_form(world: World, given: dict[str, str]) -> None:
    teller, form = world.officers["teller"], world.address("/counter/drafts/<uuid:token>/")
    part = tree_of(teller.post(f"{form}materials/", {"code": "id_card", **given}, headers=PART))
    assert part == element(tree_of(teller.get(form)), "material_id_card")


def test_what_the_checks_swap_in_beside_the_fields_has_its_place_in_the_form(world: World) -> None:
    teller, form = world.officers["teller"], world.address("/counter/drafts/<uuid:token>/")
    part = tree_of(teller.post(f"{form}live/", {"change_item": "02", "old_value": ""}, headers=PART))
    whole = tree_of(teller.get(form))
    places = identities(part, attribute="hx-swap-oob")
    assert len(places) > 3
    for identity in places:
        element(whole, identity)
    assert dict(element(part, "id_old_value").attributes)["value"] == dict(element(whole, "id_old_value").attributes)["value"]


def test_the_progress_of_a_preparation_is_that_of_its_page(world: World) -> None:
    head = world.officers["head"]
    part = tree_of(head.get("/finance/batches/progress/"))
    assert part == element(tree_of(head.get("/finance/batches/")), "progress")


def test_the_progress_of_a_trial_is_that_of_its_page(world: World) -> None:
    head, page = world.officers["head"], world.address("/parameters/changes/<int:number>/")
    part = element(tree_of(head.get(f"{page}trial/")), "trial-progress")
    assert "试算" in str(part)
    assert part == element(tree_of(head.get(page)), "trial-progress")


def test_the_state_of_a_call_is_the_same_asked_for_and_asked_again(world: World) -> None:
    asked = tree_of(world.machine.post("/kiosk/help/", {}, headers=PART))
    assert asked == tree_of(world.machine.get("/kiosk/help/state/"))
    assert "正在协助您" in str(asked)


def test_a_list_handed_in_step_by_step_ends_as_its_page(world: World) -> None:
    client, page = world.unit, world.address("/unit/apply/list/<uuid:token>/")
    for _ in range(5):
        part = tree_of(client.post(f"{page}accept/", headers=PART))
        if "hx-trigger" not in str(element(part, "list-body")):
            break
    assert element(part, "list-body") == element(tree_of(client.get(page)), "list-body")


def test_the_list_of_wages_after_an_upload_is_that_of_the_page() -> None:
    client, form, rows = begun()
    one, two = (e.person for e in rows[:2])
    file = SimpleUploadedFile("名册.xlsx", book([one.id_number, one.name, 6000], [two.id_number, two.name, "六千"]))
    part = element(tree_of(client.post(f"{form}list/", {"file": file}, headers=PART)), "base-list")
    whole = element(tree_of(client.get(form)), "base-list")
    assert "退回" in str(part)
    # A workbook bears the moment it was made.
    assert without_workbook(part) == without_workbook(whole)


def without_workbook(part: Element) -> str:
    return re.sub(r"data:[^'\"]+", "", str(part))
