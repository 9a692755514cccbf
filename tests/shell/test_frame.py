"""The frame of an officer's page: the menu in groups, the box that finds anything, the bell."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city, money
from tests.casework.test_returned_cases import Point, send_back
from tests.pages import page_of, signed_in, text_of
from yigui.common import rooms
from yigui.common.rooms import page_rights
from yigui.shell.inbox import inbox_page, news_of
from yigui.shell.menu import menu_of
from yigui.staff.enums import Role
from yigui.staff.inbox_looks import last_look, look_now
from yigui.staff.models import InboxLook

#: Entries of the rail: as many as stand one below the other in a window 768 pixels high.
RAIL_MAX = 14


def test_every_group_is_declared_and_has_entries() -> None:
    groups = {group.code for room in rooms.rooms() for group in room.menu_groups}
    used = {entry.group for room in rooms.rooms() for entry in room.menu if entry.group}
    assert used == groups


@pytest.mark.parametrize("role", sorted(Role.values))
def test_the_menu_of_a_role_holds_each_page_once_and_fits_the_window(role: str) -> None:
    user = city.new_user(role)
    menu = menu_of(user, "/")
    labels = [entry.label for item in menu for entry in item.entries]
    allowed = [e.label for room in rooms.rooms() for e in room.menu if role in page_rights()[e.right]]
    assert sorted(labels) == sorted(allowed)
    assert len(menu) <= RAIL_MAX
    assert all(item.entries for item in menu)


def test_the_group_of_a_page_is_marked_and_its_entry_too() -> None:
    menu = menu_of(city.user("head"), "/finance/batches/")
    (here,) = [item for item in menu if item.is_here]
    assert [entry.label for entry in here.entries if entry.is_here] == ["批次"]


def test_keys_of_entries_in_a_group_still_press_them() -> None:
    page = page_of(signed_in("head").get("/cases/"))
    assert 'data-go="6"' in page
    assert re.search(r"<kbd>G \d</kbd>", page)
    assert not re.search(r"Alt\+\d", page), "that is the browser's own"


def find(who: str, text: str) -> object:
    return signed_in(who).post("/find/", {"find": text})


def test_a_whole_number_opens_what_it_names() -> None:
    case = city.accept_class3()
    employment = city.next_employee()
    person, unit = employment.person, employment.employer
    n = case.case_no
    for text, where in (
        (n, f"/cases/{n}/"), (f"{n[:6]} {n[6:14]} {n[14:]}", f"/cases/{n}/"), (person.id_number, f"/persons/{person.person_no}/"),
        (person.person_no, f"/persons/{person.person_no}/"), (unit.unit_no, f"/employers/{unit.unit_no}/"),
    ):  # fmt: skip
        assert find("reviewer", text).headers["Location"] == where, text  # type: ignore[attr-defined]


def test_a_batch_is_opened_by_its_number_where_it_is_ones_own() -> None:
    batch = money.levied()
    for text in (f"批次 {batch.pk}", f"批次{batch.pk}", f"第 {batch.pk} 号批次", f"#{batch.pk}"):
        assert find("head", text).headers["Location"] == f"/finance/batches/{batch.pk}/", text  # type: ignore[attr-defined]
    elsewhere = city.new_user("section_head", agency="51110201", password="Ein-Passwort-9")
    assert signed_in(elsewhere.username).post("/find/", {"find": f"批次 {batch.pk}"}).status_code == 200


def test_a_name_gives_persons_masked_with_their_cases() -> None:
    case = city.accept_class3()
    assert case.person is not None
    page = page_of(find("head", case.person.name))
    assert case.case_no in page
    assert case.person.id_number not in page
    assert case.person.name not in page


def test_a_page_is_found_by_its_name_and_nobody_by_who_may_not_search() -> None:
    page = page_of(find("sysadmin", "组织"))
    assert 'href="/organisation/"' in page
    person = city.next_employee().person
    page = text_of(find("sysadmin", person.name))
    assert person.person_no not in page
    assert find("sysadmin", person.id_number).status_code == 200  # type: ignore[attr-defined]


def test_nothing_and_odd_texts_are_answered() -> None:
    for text in ("", "   ", "%", "批次 999999999", "#", "一" * 60):
        assert find("head", text).status_code == 200, text  # type: ignore[attr-defined]


def number_on(who: str) -> str:
    return text_of(signed_in(who).get("/inbox/news/")).split("<", 1)[0].strip()


def test_the_bell_counts_what_came_since_it_was_pressed_and_no_get_writes() -> None:
    city.accept_class2()
    assert number_on("reviewer") not in ("", "0")
    client = signed_in("reviewer")
    with CaptureQueriesContext(connection) as sent:
        client.get("/inbox/news/")
        client.get("/inbox/")
    assert not [
        q["sql"]
        for q in sent.captured_queries
        if q["sql"].startswith(("INSERT", "UPDATE", "DELETE")) and "staff_inbox_look" in q["sql"]
    ]
    assert not InboxLook.objects.filter(user=city.user("reviewer")).exists()
    assert client.post("/inbox/look/").headers["Location"] == "/inbox/"
    # What bears only a day is new until another day's look.
    left = int(number_on("reviewer") or 0)
    assert left == sum(1 for w in inbox_page(city.user("reviewer"), city.TODAY).rows if w.row.since == city.TODAY)
    # What is a colleague's turn is not counted.
    for _ in range(6):
        city.accept_class2()
        if number_on("reviewer") != (str(left) if left else ""):
            break
    assert number_on("reviewer") == str(left + 1)
    assert client.get("/inbox/look/").status_code == 405


def test_what_bears_only_a_day_and_came_after_the_bell_was_pressed_is_new() -> None:
    """A returned case bears the day: pressed in the morning, returned in the afternoon."""
    case, teller = city.accept_class2(), city.user("teller")
    look_now(user=teller, today=city.TODAY)
    before = news_of(teller, city.TODAY, last_look(teller))
    send_back(case, Point("wrong", field="address", note="与证照不符"))
    assert news_of(teller, city.TODAY, last_look(teller)) == before + 1
