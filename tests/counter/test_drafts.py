"""The acceptance form over HTTP: double clicks, papers on file, items closed meanwhile, several uploads at once."""

import threading
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from tests import city
from tests.pages import PART, signed_in
from yigui.casework import handlers
from yigui.casework.models import Case, Draft
from yigui.documents.models import StoredFile
from yigui.registry.models import Person
from yigui.staff.models import FullView


def start(client: Client, item: str, person: Person) -> str:
    """Begin a form; gives its address."""
    return str(client.post("/counter/drafts/", {"item": item, "person_no": person.person_no}).headers["Location"])


def fill(client: Client, url: str, form: dict[str, Any]) -> str:
    return client.post(f"{url}live/", form).content.decode()


def give(client: Client, url: str, code: str, source: str, **more: Any) -> str:
    return client.post(f"{url}materials/", {"code": code, "source": source, **more}).content.decode()


def ready_draft(client: Client) -> tuple[str, Person]:
    person = city.next_person()
    url = start(client, "CHG-003", person)
    fill(client, url, city.basic_change_form(person))
    give(client, url, "id_card", "seen")
    return url, person


def test_starting_a_form_is_recorded_as_a_full_view_and_fills_what_is_known() -> None:
    client, person = signed_in(), city.next_person()
    page = client.get(start(client, "CHG-003", person)).content.decode()
    assert person.id_number in page
    assert FullView.objects.filter(subject_id=person.pk, reason__startswith="受理 CHG-003").exists()


def test_a_double_click_on_submit_gives_one_case() -> None:
    client = signed_in()
    url, person = ready_draft(client)
    first, second = client.post(f"{url}submit/"), client.post(f"{url}submit/")
    assert first.headers["Location"] == second.headers["Location"]
    assert Case.objects.filter(person=person, item_code="CHG-003").count() == 1


def test_findings_come_back_beside_their_fields_and_nothing_is_lost() -> None:
    client, person = signed_in(), city.next_person()
    url = start(client, "CHG-003", person)
    answer = fill(client, url, city.basic_change_form(person, new_value="139"))
    assert 'id="id_new_value_hint"' in answer
    assert "手机号码格式不正确。" in answer
    assert "材料不齐全" in answer
    refused = client.post(f"{url}submit/")
    assert refused.status_code == 422
    assert Draft.objects.get(token=url.split("/")[-2]).form["new_value"] == "139"


def test_an_item_closed_while_a_draft_is_open_keeps_the_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in()
    url, _ = ready_draft(client)
    monkeypatch.delitem(handlers._HANDLERS, "CHG-003")
    answer = client.post(f"{url}submit/")
    assert answer.status_code == 422
    assert "暂未开通办理" in answer.content.decode()
    assert Draft.objects.get(token=url.split("/")[-2]).form["new_value"] == "13912340000"
    monkeypatch.undo()
    assert client.post(f"{url}submit/").status_code == 302


def test_a_paper_on_file_is_used_again_and_another_persons_is_not() -> None:
    client, person, other = signed_in(), city.next_person(), city.next_person()
    url = start(client, "CHG-003", person)
    before = StoredFile.objects.count()
    give(client, url, "id_card", "scanned", file=SimpleUploadedFile("证.pdf", b"%PDF-1.7 " + person.id_number.encode()))
    paper = Draft.objects.get(token=url.split("/")[-2]).materials["id_card"]["paper"]
    again = start(client, "ENQ-003", person)
    assert "在档" in client.get(again).content.decode()
    assert "沿用在档材料" in give(client, again, "id_card", "on_file", paper=paper)
    foreign = start(client, "ENQ-003", other)
    assert "不属于本办理对象" in give(client, foreign, "id_card", "on_file", paper=paper)
    assert StoredFile.objects.count() == before + 1


@pytest.mark.parametrize(("content", "words"), [(b"<html>", "不是 PDF"), (b"", "请先选择")])
def test_a_wrong_upload_is_refused_beside_the_materials(content: bytes, words: str) -> None:
    client = signed_in()
    url = start(client, "CHG-003", city.next_person())
    more = {"file": SimpleUploadedFile("a.pdf", content)} if content else {}
    assert words in give(client, url, "id_card", "scanned", **more)


def test_several_uploads_at_once_are_all_kept() -> None:
    client = signed_in("special")
    url = start(client, "CHG-004", city.next_person())
    codes = ("id_card", "identity_change_proof", "personnel_file", "application_form")

    def upload(code: str) -> None:
        own = signed_in("special")
        own.cookies = client.cookies
        give(own, url, code, "scanned", file=SimpleUploadedFile(f"{code}.pdf", b"%PDF-1.7 " + code.encode()))
        connection.close()

    threads = [threading.Thread(target=upload, args=(code,)) for code in codes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(Draft.objects.get(token=url.split("/")[-2]).materials) == set(codes)


def test_another_tellers_draft_answers_as_if_it_were_not_there() -> None:
    url, _ = ready_draft(signed_in())
    assert signed_in("teller2").get(url).status_code == 404


def test_lists_are_masked() -> None:
    client, person = signed_in(), city.next_person()
    page = client.post("/search/results/", {"q": person.id_number}, headers=PART).content.decode()
    assert person.id_number not in page
    assert person.name not in page
    assert person.id_number[-4:] in page
    refused = client.post(f"/persons/{person.person_no}/full/", {"reason": ""})
    assert (refused.status_code, "查看事由" in refused.content.decode()) == (422, True)
