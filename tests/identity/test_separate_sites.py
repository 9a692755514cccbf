"""The officers' site apart: on the public host, or from a foreign network, their pages are not there."""

from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver

from tests.pages import signed_in
from yigui.common.addresses import networks
from yigui.synthetic.demo_staff import PASSWORD

INSIDE = {"Host": "staff.example", "X-Forwarded-For": "10.1.2.3"}
OUTSIDE = {"Host": "www.example", "X-Forwarded-For": "203.0.113.5"}


@pytest.fixture(autouse=True)
def apart() -> Any:
    hosts = ["www.example", "staff.example"]
    with override_settings(STAFF_HOSTS=["staff.example"], STAFF_NETWORKS=networks("10.0.0.0/8"), ALLOWED_HOSTS=hosts):
        yield


def officers_pages() -> list[str]:
    """Addresses without parameters of pages behind a page right, and of sign-in."""
    found: list[str] = []

    def walk(patterns: list[Any], prefix: str) -> None:
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, path)
            elif isinstance(pattern, URLPattern) and "<" not in path and hasattr(pattern.callback, "page_right"):
                found.append(path)

    walk(get_resolver().url_patterns, "/")
    return [*found, "/sign-in/", "/sign-in/code/"]


@pytest.mark.parametrize("path", [p for p in officers_pages() if p != "/"])
def test_a_page_of_the_officers_is_not_there_on_the_public_site(path: str) -> None:
    signed = signed_in("teller")
    for client in (Client(), signed):
        assert client.get(path, headers=OUTSIDE).status_code == 404, path
        assert client.post(path, headers=OUTSIDE).status_code == 404, path


@pytest.mark.parametrize("headers", [INSIDE | {"X-Forwarded-For": "203.0.113.5"}, INSIDE | {"Host": "www.example"}])
def test_host_and_network_must_both_be_right(headers: dict[str, str]) -> None:
    assert Client().get("/sign-in/", headers=headers).status_code == 404


def test_inside_officers_sign_in_and_work() -> None:
    client = Client(headers=INSIDE)
    assert client.post("/sign-in/", {"username": "teller", "password": PASSWORD}).status_code == 302
    assert client.get("/counter/").status_code == 200


def test_nobody_guesses_passwords_of_officers_from_outside() -> None:
    assert Client(headers=OUTSIDE).post("/sign-in/", {"username": "teller", "password": PASSWORD}).status_code == 404


@pytest.mark.parametrize("path", ["/guide/", "/unit/sign-in/", "/m/sign-in/", "/v/", "/progress/", "/places/"])
def test_the_public_finds_its_pages(path: str) -> None:
    assert Client().get(path, headers=OUTSIDE).status_code == 200


def test_the_front_page_leads_the_public_to_the_guide() -> None:
    assert Client().get("/", headers=OUTSIDE).headers["Location"] == "/guide/"
