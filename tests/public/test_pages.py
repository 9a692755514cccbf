"""Pages for everybody: they answer whoever asks how, keep the size of type one has chosen, and take a code as it is typed."""

import html
import re
from typing import Any

import pytest
from django.test import Client

from tests import city
from tests.items import money_forms
from tests.mobile.test_phone import on_the_phone
from tests.pages import page_of, text_of
from yigui.applying.pages import items_of_persons
from yigui.casework.accept_case import accept_case
from yigui.casework.handlers import is_open
from yigui.casework.models import Case
from yigui.catalogue.declarations import catalogue
from yigui.catalogue.triage import items_for
from yigui.charges.models import PaymentOrder
from yigui.documents.issue import document_code
from yigui.documents.models import IssuedDocument
from yigui.identity.kiosks import COOKIE
from yigui.registry.models import Person

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


def guided(visitor: str, item: str, *, machine: bool = False) -> str:
    client = Client()
    if machine:
        client.cookies[COOKIE] = "x"
    return page_of(client.get("/guide/", {"visitor": visitor, "item": item}))


def test_the_guide_says_of_an_item_what_is_not_open(document: IssuedDocument) -> None:
    visitor = next(v for v in catalogue().visitors.values() if v.code == "employee")
    unopened = next(i for i in items_for(visitor, city.TODAY) if not is_open(i.code))
    page = guided("employee", unopened.code)
    assert "暂未开通办理，请按原渠道办理" in page
    assert f"{unopened.name}（暂未开通）" in page
    assert "去办理" not in page


def test_a_machine_is_not_opened_from_elsewhere_nor_the_phone_from_a_machine(document: IssuedDocument) -> None:
    assert "/kiosk/" not in guided("self_payer", "LVY-007")
    at_machine = guided("self_payer", "LVY-007", machine=True)
    assert re.findall(r'href="(/[^"]*)">去办理', at_machine) == ["/kiosk/"]


def test_an_order_leads_back_and_says_how_it_is_paid_and_the_messages_say_when_it_is(document: IssuedDocument) -> None:
    person = money_forms.new_flexible()
    case = accept_case(city.application("LVY-007", money_forms.pay_form(person), materials=["id_card"]))
    client = on_the_phone(person)
    order = PaymentOrder.objects.get(code=case.result.order)
    page = page_of(client.get(f"/pay/{order.code}"))
    assert 'href="/m/dues/"' in page
    assert 'data-copy="pay-code"' in page
    assert "请付款" in page_of(client.get("/m/"))
    assert "还没有缴费" in page_of(client.get(f"/m/cases/{case.case_no}/"))
    assert client.post(f"/pay/{order.code}/demo").status_code == 302
    home = page_of(client.get("/m/"))
    assert "请付款" not in home
    assert "已缴费。" in home
    assert "还没有缴费" not in page_of(client.get(f"/m/cases/{case.case_no}/"))


def test_a_certificate_is_shown_with_what_it_certifies_and_without_whom(document: IssuedDocument) -> None:
    person = city.next_employee().person
    form = {"id_number": person.id_number, "person_name": person.name}
    case = accept_case(city.application("ENQ-003", form, materials=["id_card"]))
    paper = Case.objects.get(pk=case.pk).document
    assert paper is not None
    page = page_of(Client().get(f"/v/{paper.code}"))
    for section in paper.content["sections"]:
        assert section["title"] in page
        for row in section["rows"]:
            for cell in row:
                assert html.escape(str(cell)) in page or str(cell) in page, (section["title"], cell)
    assert paper.digest[:16] in page
    assert person.name not in page
    assert person.id_number not in page
    assert person.person_no not in page
    # Of a paper that proves nothing to others only the head is shown.
    assert 'id="paper"' not in page_of(Client().get(f"/v/{document.code}"))


def test_a_pensioner_finds_first_what_pensioners_come_for(document: IssuedDocument) -> None:
    pensioner = Person.objects.exclude(retired_on=None).filter(life_status="01").exclude(mobile="").latest("id")
    theirs = [c for c in catalogue().visitors["pensioner"].items if c in {i.code for i in items_of_persons("mobile")}]
    shown = re.findall(r'data-item="([A-Z]+-[0-9]+)"', page_of(on_the_phone(pensioner).get("/m/apply/")))
    assert shown[: len(theirs)] == theirs
    assert shown[0] == "CRT-001"
