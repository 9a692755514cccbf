"""The application form (业务申请表) is a paper: printed while it is filled in, signed, and the same again of the accepted case."""

import re
from typing import Any

import pytest
from django.test import Client

from tests import city
from tests.counter.test_drafts import fill, give, start
from tests.pages import page_of, signed_in, submitted, text_of
from yigui.applying import flow
from yigui.casework.accept_case import accept_case
from yigui.casework.application_form import form_of_case
from yigui.casework.models import Case
from yigui.documents.render import render_content
from yigui.registry.models import Person

PDF = ("application/pdf", b"%PDF-")


def mark_on(client: Client, url: str) -> str:
    """What the page of answers says the signed paper must bear."""
    found = re.search(r"内容校验码 (\w{16})", page_of(client.get(f"{url}answers/")))
    assert found is not None
    return found[1]


def draft(client: Client, **changed: Any) -> tuple[str, Person, dict[str, Any]]:
    person = city.next_person()
    url, form = start(client, "CHG-004", person), city.key_change_form(person, **changed)
    fill(client, url, form)
    return url, person, form


def test_the_paper_says_every_answer_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in("special")
    url, person, form = draft(client)
    give(client, url, "id_card", "seen")
    laid: list[dict[str, Any]] = []
    monkeypatch.setattr(flow, "render_content", lambda content: laid.append(content) or render_content(content))
    answer = client.get(f"{url}form.pdf")
    assert (answer["Content-Type"], answer.content[:5]) == PDF
    paper = laid[0]
    assert dict(paper["facts"])["办理对象"] == person.name
    assert dict(paper["facts"])["个人编号"] == person.person_no
    answers = dict(paper["sections"][0]["rows"])
    assert {person.id_number, person.name, form["new_value"], "出生日期"} <= set(answers.values())
    assert ["居民身份证或社会保障卡", "核验原件"] in paper["sections"][1]["rows"]
    assert any("申请人（经办人）签名" in note for note in paper["notes"])
    assert dict(paper["facts"])["内容校验码"] == mark_of(client, url)


def mark_of(client: Client, url: str) -> str:
    give(client, url, "application_form", "generated")
    return mark_on(client, url)


def test_the_mark_is_that_of_the_accepted_case_and_another_of_other_answers() -> None:
    client = signed_in("special")
    url, person, form = draft(client)
    for code in ("application_form", "id_card"):
        give(client, url, code, "generated" if code == "application_form" else "seen")
    first = mark_on(client, url)
    fill(client, url, form | {"change_reason": "01"})
    assert mark_on(client, url) != first
    fill(client, url, form)
    assert mark_on(client, url) == first
    case = accept_case(city.application("CHG-004", form, username="special", materials=city.KEY_MATERIALS))
    assert dict(form_of_case(case)["facts"])["内容校验码"] == first
    assert person.pk == case.person_id


def test_a_form_with_holes_is_not_printed_and_says_which() -> None:
    client = signed_in("special")
    url, _, form = draft(client)
    fill(client, url, form | {"new_value": ""})
    answer = client.get(f"{url}form.pdf")
    assert answer.status_code == 422
    assert "申请表还不能打印，请先填好：" in text_of(answer)


def test_the_row_of_the_paper_leads_to_it_and_nobody_elses_draft_does() -> None:
    client = signed_in("special")
    url, _, _ = draft(client)
    assert f'href="{url}form.pdf"' in page_of(client.get(url))
    assert signed_in("teller").get(f"{url}form.pdf").status_code == 404
    assert Client().get(f"{url}form.pdf").status_code == 302


def test_a_case_prints_the_form_it_was_accepted_with() -> None:
    client = signed_in()
    person = city.next_person()
    url = start(client, "CHG-003", person)
    fill(client, url, city.basic_change_form(person))
    give(client, url, "id_card", "seen")
    submitted(client, url)
    case = Case.objects.get(person=person, item_code="CHG-003")
    answer = client.get(f"/cases/{case.case_no}/form.pdf")
    assert (answer["Content-Type"], answer.content[:5]) == PDF
    assert f"/cases/{case.case_no}/form.pdf" in page_of(client.get(f"/cases/{case.case_no}/"))
    facts = dict(form_of_case(case)["facts"])
    assert (facts["办件编号"], facts["办理对象"]) == (case.case_no, person.name)
    assert ["变更后信息", "13912340000"] in form_of_case(case)["sections"][0]["rows"]
