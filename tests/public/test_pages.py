"""Pages for everybody: they answer whoever asks how, keep the size of type one has chosen, and take a code as it is typed."""

from typing import Any

import pytest
from django.test import Client

from tests import city
from tests.pages import page_of, text_of
from yigui.casework.models import Case
from yigui.documents.issue import document_code
from yigui.documents.models import IssuedDocument

#: Pages of everybody and the first pages of whoever signs in.
OPEN = ("/guide/", "/places/", "/v/", "/progress/", "/unit/sign-in/", "/m/sign-in/", "/unit/open/", "/sign-in/")


@pytest.fixture(scope="module")
def document(fresh_city: None) -> IssuedDocument:
    case: Case = city.accept_class3()
    found: Any = Case.objects.get(pk=case.pk).document
    assert found is not None
    return found


@pytest.mark.parametrize("path", OPEN)
def test_a_page_that_answers_get_answers_head_without_a_body(path: str, fresh_city: None) -> None:
    whole = Client().get(path)
    head = Client().head(path)
    assert (head.status_code, head.content) == (whole.status_code, b"")
    assert whole.status_code == 200
    assert head["Content-Length"] == str(len(whole.content))
    assert head["Content-Type"] == whole["Content-Type"]


def test_a_deed_is_not_done_by_head(document: IssuedDocument) -> None:
    assert Client().head("/pay/0/demo").status_code == 405


def test_a_code_opens_its_paper_however_it_is_typed(document: IssuedDocument) -> None:
    code, plain = document.code, document.code.replace("-", "")
    wide = "".join(chr(ord(c) + 0xFEE0) for c in plain)
    dashes = code.replace("-", "\u2014")
    for typed in (
        code,
        plain,
        plain.lower(),
        code.replace("-", " "),
        wide,
        f" {dashes} ",
        "-".join(plain[at : at + 2] for at in range(0, 16, 2)),
    ):
        assert document_code(typed) == code, typed
        answer = Client().get("/v/", {"code": typed}, follow=True)
        assert "文书真实有效" in page_of(answer), typed


@pytest.mark.parametrize("typed", ["ABCD", "ABCD-2345-EFGH-678", "ABCD-2345-EFGH-67890", "ABCD-2345-EFGH-6789"])
def test_a_code_of_no_paper_opens_none(typed: str, document: IssuedDocument) -> None:
    answer = Client().get("/v/", {"code": typed}, follow=True)
    assert answer.status_code == 404
    assert "未查询到该文书" in text_of(answer)


def test_large_type_holds_on_every_page_and_leads_back_to_the_one_it_was_asked_on(document: IssuedDocument) -> None:
    client = Client()
    assert 'class="elder"' not in page_of(client.get("/guide/"))
    assert client.post("/m/elder/", {"next": "/guide/?visitor=pensioner"}).headers["Location"] == "/guide/?visitor=pensioner"
    for path in ("/guide/", "/places/", "/v/", f"/v/{document.code}", "/progress/", "/unit/sign-in/"):
        assert 'class="elder"' in page_of(client.get(path)), path
    refused = client.get("/pay/0/")
    assert (refused.status_code, 'class="elder"' in text_of(refused)) == (404, True)
    for elsewhere in ("https://example.com/", "//example.com/", "javascript:alert(1)"):
        assert client.post("/m/elder/", {"next": elsewhere}).headers["Location"] == "/m/"
