"""What every answer says to the browser."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from tests.doors.test_statements import name, pages
from tests.doors.world import World
from yigui.config import settings as house
from yigui.ui.headers import SafeHeaders, may_ask_program, own_program

#: Kept on purpose: a number in the menu for some seconds.
KEPT = {"private, max-age=10"}


@pytest.fixture(scope="module")
def world(fresh_city: None) -> World:
    return World()


def policy_of(answer: Any) -> dict[str, str]:
    parts = [part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";")]
    return {key: value for key, _, value in parts}


@pytest.mark.parametrize("path", pages(), ids=name)
def test_a_page_runs_the_houses_own_script_only_and_is_not_kept(path: str, world: World) -> None:
    url = world.address(path)
    answer = world.visitor(path, url).get(url)
    policy = policy_of(answer)
    if answer["Content-Type"] == "application/pdf":
        # A reader of PDF shows it with its own script; nobody frames it.
        assert policy["frame-ancestors"] == "'none'"
        return
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert answer["Cache-Control"] == "no-store" or answer["Cache-Control"] in KEPT
    if answer["Content-Type"].endswith("spreadsheetml.sheet"):
        # A template is kept as a file, not shown.
        assert answer["Content-Disposition"].startswith("attachment")
        return
    source = answer.content.decode()
    assert not re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", source), "script in the page"
    assert not re.findall(r"<style|<[^>]+\sstyle=", source), "style in the page"
    assert not re.findall(r"<[a-zA-Z][^>]*\son\w+=", source), "a handler in the page"
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', source), "something from elsewhere"


@pytest.mark.parametrize("url", ["/nowhere/", "/v/XXXX", "/sign-in/", "/m/", "/unit/", "/api/cases/1"])
def test_refusals_and_ways_on_say_it_too(url: str) -> None:
    answer = Client().get(url)
    assert policy_of(answer)["default-src"] == "'none'"
    assert answer["Cache-Control"] == "no-store"


def test_a_form_with_a_foreign_token_says_it_too() -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {})
    assert (answer.status_code, policy_of(answer)["script-src"]) == (403, "'self'")


def test_the_first_middleware_is_behind_no_other_that_answers() -> None:
    """Whatever a later one answers by itself passes through it; only what machines ask stands before."""
    assert house.MIDDLEWARE.index("yigui.ui.headers.SafeHeaders") == 1
    assert settings.MIDDLEWARE == house.MIDDLEWARE


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://127.0.0.1:9101/card", "http://127.0.0.1:9101"), ("https://localhost/x", "https://localhost"),
        ("http://evil.example/card", ""), ("http://127.0.0.1@evil.example/", ""), ("http://127.0.0.1:99999/", ""),
        ("javascript:alert(1)", ""), ("http://127.0.0.1.evil.example/", ""), ("", ""),
    ],
)  # fmt: skip
def test_only_a_program_on_ones_own_machine_may_be_asked(url: str, origin: str) -> None:
    assert own_program(url) == origin
    request = RequestFactory().get("/kiosk/me/sign-in/")

    def page(request: Any) -> Any:
        from django.http import HttpResponse

        may_ask_program(request, url)
        return HttpResponse()

    answer = SafeHeaders(page)(request)
    assert policy_of(answer)["connect-src"] == f"'self' {origin}".strip()
