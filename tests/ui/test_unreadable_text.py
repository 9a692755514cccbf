"""A zero byte in an address, a query, a form or a cookie is refused once, with a sentence, at every door."""

import logging
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import city
from tests.pages import PART, signed_in, text_of
from tests.pdf import pdf
from yigui.casework import return_case
from yigui.casework.models import Case

NUL = "a\x00b"
SENTENCE = "含有无法识别的字符（空字符），本次操作未生效"


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("/progress/", ("case_no", "number", "code", "id_number")),
        ("/places/", ("q", "area", "county")),
        ("/sign-in/", ("username", "password", "next")),
        ("/m/sign-in/", ("id_number", "name")),
        ("/unit/sign-in/", ("username", "password")),
    ],
)
def test_a_zero_byte_is_refused_with_a_sentence_at_the_doors(page: str, names: tuple[str, ...]) -> None:
    client = Client()
    for name in names:
        for answer in (client.get(page, {name: NUL}), client.post(page, {name: NUL}), client.post(f"{page}?{name}=%00")):
            assert (answer.status_code, SENTENCE in text_of(answer)) == (400, True), (page, name)
    assert client.get(page).status_code == 200, "without it the page opens"


def test_a_zero_byte_in_the_address_is_refused() -> None:
    answer = Client().get("/pay/%00")
    assert (answer.status_code, SENTENCE in text_of(answer)) == (400, True)
    assert SENTENCE not in text_of(Client().get("/pay/ABCD1234"))


def test_a_name_of_a_field_and_a_part_of_a_page_are_looked_at_too() -> None:
    client = signed_in()
    assert client.post("/search/results/", {NUL: "x"}).status_code == 400
    answer = client.post("/search/results/", {"q": NUL}, headers=PART)
    assert (answer.status_code, SENTENCE in text_of(answer)) == (400, True)
    assert "<html" not in text_of(answer)


def test_a_form_with_a_file_is_looked_at_too() -> None:
    scan = SimpleUploadedFile("a.pdf", pdf(b"") + b"\x00")
    answer = Client().post("/m/sign-in/", {"name": NUL, "file": scan})
    assert (answer.status_code, SENTENCE in text_of(answer)) == (400, True)


def test_a_cookie_with_a_zero_byte_is_none_of_ours() -> None:
    client = Client()
    # As long as a key of a session is: a shorter one is not looked up.
    answer = client.get("/sign-in/", headers={"Cookie": rf'{settings.SESSION_COOKIE_NAME}="{"a" * 31}\000"'})
    assert (answer.status_code, "登录" in text_of(answer)) == (200, True)


def _decline(client: Client, case: Case) -> Any:
    return client.post(f"/cases/{case.case_no}/decline/", {"opinion": "资料不符"})


def test_an_open_case_is_not_declined_by_the_deed_of_returned_ones() -> None:
    case = city.accept_class2()
    answer = _decline(signed_in("reviewer"), case)
    assert (answer.status_code, "只用于“退回补正”的办件" in text_of(answer)) == (409, True)
    case.refresh_from_db()
    assert case.status == "open"


def test_what_the_database_refuses_is_a_sentence_and_leaves_a_trace(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    case = city.accept_class2()
    # As if our own rule were wanting: the guard of the database stays.
    monkeypatch.setattr(return_case, "_refuse_elsewhere", lambda *_: None)
    with caplog.at_level(logging.ERROR, "django.request"):
        answer = _decline(signed_in("reviewer"), case)
    assert (answer.status_code, f"办件 {case.case_no}" in text_of(answer)) == (409, True)
    assert "系统错误" not in text_of(answer)
    assert [record.exc_info is not None for record in caplog.records if "refused by the database" in record.getMessage()] == [True]
    case.refresh_from_db()
    assert case.status == "open"
