"""Every page says who may open it, in its own room; what says nothing is refused. The menu leads nowhere one may not go."""

from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, path, resolve, reverse

from tests import city
from yigui.catalogue.declarations import catalogue
from yigui.common.rooms import Door, doors, forget, page_rights, rooms
from yigui.config.urls import urlpatterns as house
from yigui.identity.kiosks import COOKIE
from yigui.public.guide import pages_where_items_begin
from yigui.staff.enums import Role
from yigui.staff.rights import is_declared, public_page


def undeclared(request: HttpRequest) -> HttpResponse:
    return HttpResponse("nobody said who may see this")


def open_to_all(request: HttpRequest) -> HttpResponse:
    return HttpResponse("nobody said that everybody may see this")


urlpatterns = [
    *house,
    path("undeclared/", undeclared, name="undeclared"),
    path("undeclared-and-open/", login_not_required(undeclared), name="undeclared_and_open"),
    path("open-without-its-room/", public_page(open_to_all), name="open_without_its_room"),
]
handler404, handler500 = "yigui.ui.views.not_found", "yigui.ui.views.server_error"


def views() -> dict[str, tuple[Any, str]]:
    """Address -> view and the page's name, those left out that ask for a proof of their own."""
    found: dict[str, tuple[Any, str]] = {}
    themselves = tuple(f"/{mount.prefix}" for room in rooms() for mount in room.mounts if mount.asks_itself)

    def walk(patterns: list[Any], prefix: str, space: str) -> None:
        for pattern in patterns:
            address = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, address, pattern.namespace or space)
            elif isinstance(pattern, URLPattern) and not address.startswith(themselves):
                found[address] = pattern.callback, f"{space}:{pattern.name}"

    walk(get_resolver("yigui.config.urls").url_patterns, "/", "")
    return found


def test_every_page_says_who_may_open_it() -> None:
    assert len(views()) > 150
    assert not [address for address, (view, page) in views().items() if not is_declared(view, page)]
    assert {view.page_right for view, _ in views().values() if hasattr(view, "page_right")} <= set(page_rights())


def test_only_the_interface_for_partners_asks_for_a_proof_of_its_own() -> None:
    assert [mount.prefix for room in rooms() for mount in room.mounts if mount.asks_itself] == ["api/"]


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize("address", ["/undeclared/", "/undeclared-and-open/", "/open-without-its-room/"])
@pytest.mark.parametrize("username", ["teller", "head", "secadmin", ""])
def test_a_page_that_says_nothing_is_refused_to_everybody(address: str, username: str) -> None:
    client = Client()
    if username:
        client.force_login(city.user(username), backend="yigui.identity.staff_backend.StaffBackend")
    answer = client.get(address)
    assert answer.status_code == 403
    assert "nobody said" not in answer.content.decode()
    assert "没有登记可由谁打开" in answer.content.decode()


def roles_of(page: str) -> frozenset[str]:
    """Who may open a page by its URL name."""
    view = resolve(reverse(page)).func
    return frozenset(Role) if hasattr(view, "is_public") else page_rights()[view.page_right]


def test_who_sees_an_entry_of_the_menu_may_open_its_page() -> None:
    for entry in (entry for room in rooms() for entry in room.menu):
        assert page_rights()[entry.right] <= roles_of(entry.page), entry
    for home in (home for room in rooms() for home in room.homes):
        assert page_rights()[home.right] <= roles_of(home.page), home


@pytest.mark.parametrize("role", list(Role))
def test_no_role_has_two_entries_on_one_key_or_place(role: Role) -> None:
    mine = [entry for room in rooms() for entry in room.menu if role in page_rights()[entry.right]]
    keys = [entry.key for entry in mine if entry.key]
    assert len(keys) == len(set(keys))
    places = [entry.place for entry in mine]
    assert len(places) == len(set(places))


def test_every_right_names_roles_that_exist() -> None:
    # "" is somebody whose post is still to be given: their own account alone.
    assert {role for roles in page_rights().values() for role in roles} <= {*Role, ""}
    assert [right for right, roles in page_rights().items() if "" in roles] == ["account"]


def test_every_door_is_mounted_and_its_pages_exist() -> None:
    for door in doors().values():
        assert reverse(f"{door.space}:sign_in")
        assert reverse(f"{door.space}:home")
        assert [reverse(page) for page in (*door.begins.values(), *filter(None, [door.first_page]))]


def test_the_guide_leads_to_the_door_that_says_an_item_begins_there() -> None:
    channels = catalogue().channels
    for door in doors().values():
        for (applicant, channel), page in door.begins.items():
            assert applicant in ("employer", "person")
            assert channel in channels
            assert pages_where_items_begin()[applicant, channel] == (page, door.channel)
    # An employer's addition of somebody is begun at the platform or at a machine, by whichever door says so.
    visitor = next(v for v in catalogue().visitors.values() if v.applicant == "employer")
    asked = {"visitor": visitor.code, "item": "REG-004"}
    machine = Client()
    machine.cookies[COOKIE] = "x"
    # Each from where it can be opened: a machine's page from the machine alone.
    for channel, near, far in (("online", Client(), machine), ("kiosk", machine, Client())):
        page, _ = pages_where_items_begin()["employer", channel]
        link = f'href="{reverse(page)}">去办理'
        assert (link in near.get("/guide/", asked).content.decode()) == (channel in visitor.channels)
        assert link not in far.get("/guide/", asked).content.decode()


def test_two_doors_that_begin_the_same_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    house = import_module("yigui.mobile.room").ROOM
    twice = replace(house, doors=(*house.doors, Door("other", "mobile", "", begins={("person", "mobile"): "mobile:apply"})))
    monkeypatch.setattr("yigui.mobile.room.ROOM", twice)
    forget()
    try:
        with pytest.raises(ValueError, match="beginning of items"):
            rooms()
    finally:
        monkeypatch.undo()
        forget()
