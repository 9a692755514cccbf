"""One way for all doors: a refused or interrupted deed keeps what was typed, whichever way its page comes back.

The browser keeps it (`ui/typed.js`) and puts it back where the page says that what was sent was not done; here every view and frame is held
to saying so. `tests/journeys/test_typed_kept.py` types in a real browser.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import HttpRequest
from django.test import Client
from django.urls import resolve

import yigui
from tests import city
from tests.counter.test_drafts import start
from tests.pages import PART, signed_in, submitted, text_of
from tests.portal.test_applying import begin, login_of
from tests.portal.test_signing_in import signed_in as signed_in_unit
from yigui.casework.models import Draft
from yigui.ui.way_back import methods_of, page_shown

SOURCE = Path(yigui.__file__).parent
DOORS = ("backoffice", "counter", "finance", "portal", "mobile", "kiosk", "applying", "public")
FRAMES = sorted(p for p in SOURCE.glob("*/templates/*/*.html") if "data-who=" in p.read_text())


def handlers() -> Iterator[tuple[str, ast.ExceptHandler]]:
    """Where a view catches a refusal and says it, in the doors' views."""
    for door in DOORS:
        for path in sorted((SOURCE / door).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                # A draft that was handed in is no refusal: its case is shown.
                if isinstance(node, ast.ExceptHandler) and getattr(node.type, "id", "") != "DraftNotFound":
                    yield f"{path.relative_to(SOURCE)}:{node.lineno}", node


def calls(node: ast.AST, *, of: str) -> list[str]:
    """Methods of a name that are called in a piece of code."""
    return [
        call.func.attr
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == of
    ]


def test_a_refusal_said_by_a_message_is_said_as_an_error_so_that_the_page_after_it_knows() -> None:
    said = [(where, calls(node, of="messages")) for where, node in handlers()]
    told = {where: levels for where, levels in said if levels}
    assert len(told) >= 20, "where are the views that say a refusal by a message?"
    assert {where: levels for where, levels in told.items() if set(levels) != {"error"}} == {}


def test_every_frame_of_signed_in_people_marks_refusals_and_puts_back_what_was_typed() -> None:
    assert {p.parent.name for p in FRAMES} == {"ui", "portal", "mobile"}
    partial = (SOURCE / "ui" / "templates" / "ui" / "includes" / "messages.html").read_text()
    assert 'if message.level_tag == "danger" %} data-refused' in partial
    # Written once: a frame with a loop of its own would forget the mark again.
    loops = [p for p in SOURCE.glob("*/templates/**/*.html") if "for message in messages" in p.read_text()]
    assert [p.name for p in loops] == ["messages.html"]
    for path in FRAMES:
        text = path.read_text()
        assert '{% include "ui/includes/messages.html" with messages=messages only %}' in text, path
        assert "ui/typed.js" in text, path
        assert "data-page=" in text, path


def test_a_refusal_after_a_redirect_marks_the_page_it_comes_back_to() -> None:
    cashier = signed_in("cashier")
    answer = cashier.post("/finance/suspense/999999999/claim/", {"unit_no": "1", "reason": "来函说明"}, follow=True)
    assert "data-refused" in text_of(answer)
    assert "data-refused" not in text_of(cashier.get("/finance/batches/"))


@pytest.mark.parametrize(
    ("path", "page"),
    [("/cases/1/decide/", "/cases/1/"), ("/finance/suspense/5/claim/", "/finance/suspense/"), ("/rights/", "/rights/")],
)
def test_the_page_that_answers_a_deed_knows_its_own_address(path: str, page: str) -> None:
    request = HttpRequest()
    request.method, request.path = "POST", path
    request.resolver_match = resolve(path)
    assert page_shown(request) == page


def test_methods_are_read_from_the_decorator_of_a_view() -> None:
    assert methods_of(resolve("/cases/1/decide/").func) == ("POST",)
    assert "GET" in methods_of(resolve("/rights/").func)


def test_every_address_of_a_draft_that_was_handed_in_leads_to_its_case() -> None:
    client, person = signed_in(), city.next_person()
    url = start(client, "ENQ-003", person)
    form = {"id_number": person.id_number, "person_name": person.name, "start_month": "2025-11", "end_month": "2026-10"}
    client.post(f"{url}live/", form)
    for code in ("id_card",):
        client.post(f"{url}materials/", {"code": code, "source": "seen"})
    case = submitted(client, url).headers["Location"]
    assert case.startswith("/cases/")
    for path in ("", "answers/"):
        assert client.get(f"{url}{path}").headers["Location"] == case
    assert client.post(f"{url}answers/", form).headers["Location"] == case
    assert client.post(f"{url}live/", form, headers=PART).headers["HX-Redirect"] == case
    assert client.post(f"{url}drop/").headers["Location"] == case


def test_without_any_cookie_a_form_leads_to_the_sign_in_and_back() -> None:
    bare = Client(enforce_csrf_checks=True)
    page = "http://testserver/counter/cases/"
    answer = bare.post("/counter/drafts/", {"item": "REG-004"}, headers={"Referer": page})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in/?next=/counter/cases/")
    assert "登录已失效，请重新登录" in text_of(bare.get(answer.headers["Location"]))


def test_a_part_of_a_page_without_any_cookie_leads_the_whole_page_to_the_sign_in() -> None:
    bare = Client(enforce_csrf_checks=True)
    there = PART | {"HX-Current-URL": "http://testserver/counter/"}
    answer = bare.post("/search/results/", {"q": "x"}, headers=there)
    assert answer.headers["HX-Redirect"] == "/sign-in/?next=/counter/"
    assert "已填写的内容仍在" in text_of(bare.get("/sign-in/"))


def test_who_is_signed_in_and_sends_an_old_page_is_told_so() -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in("teller").cookies
    answer = strict.post("/counter/drafts/", {"item": "REG-004"})
    assert (answer.status_code, "页面已过期" in text_of(answer)) == (403, True)


def test_a_unit_without_any_session_is_told_and_led_back_to_its_draft() -> None:
    login = login_of(city.next_employee().employer)
    unit = signed_in_unit(login)
    url = begin(unit, "ENQ-002")
    token = url.strip("/").split("/")[-1]
    assert Draft.objects.filter(token=token).exists()
    del unit.cookies["sessionid"]
    answer = unit.post(f"{url}submit/", headers={"Referer": f"http://testserver{url}answers/"})
    assert answer.headers["Location"] == "/unit/sign-in/"
    assert "登录已失效，请重新登录。刚才提交的操作没有执行" in text_of(unit.get("/unit/sign-in/"))
