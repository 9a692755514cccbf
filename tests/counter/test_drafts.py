"""The acceptance form over HTTP: double clicks, papers on file, items closed meanwhile, several uploads at once."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client

from tests import city
from tests.pages import PART, page_of, signed_in, submitted
from tests.pdf import pdf
from yigui.casework import handlers
from yigui.casework.models import Case, Draft
from yigui.db.presence import be_present
from yigui.documents.models import Paper, StoredFile
from yigui.documents.store import keep_paper
from yigui.registry.models import Person
from yigui.staff.models import FullView, User


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
    first, second = submitted(client, url), submitted(client, url)
    assert first.headers["Location"] == second.headers["Location"]
    assert Case.objects.filter(person=person, item_code="CHG-003").count() == 1
    assert client.get(url).headers["Location"] == first.headers["Location"], "the draft leads to what it has become"


def test_findings_come_back_beside_their_fields_and_nothing_is_lost() -> None:
    client, person = signed_in(), city.next_person()
    url = start(client, "CHG-003", person)
    answer = fill(client, url, city.basic_change_form(person, new_value="139"))
    assert 'id="id_new_value_hint"' in answer
    assert "手机号码格式不正确。" in answer
    assert "材料不齐全" in answer
    refused = submitted(client, url)
    assert refused.status_code == 422
    assert Draft.objects.get(token=url.split("/")[-2]).form["new_value"] == "139"


def test_the_value_on_record_is_filled_in_though_the_first_answer_was_lost() -> None:
    client, person = signed_in(), city.next_person()
    url = start(client, "CHG-003", person)
    form = city.basic_change_form(person, old_value="")
    # The page that asked for it had gone on to ask again, and never saw this answer.
    fill(client, url, form)
    assert f'value="{person.mobile}"' in fill(client, url, form)


def test_an_item_closed_while_a_draft_is_open_keeps_the_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in()
    url, _ = ready_draft(client)
    monkeypatch.delitem(handlers._HANDLERS, "CHG-003")
    answer = submitted(client, url)
    assert answer.status_code == 422
    assert "暂未开通办理" in answer.content.decode()
    assert Draft.objects.get(token=url.split("/")[-2]).form["new_value"] == "13912340000"
    monkeypatch.undo()
    assert submitted(client, url).status_code == 302


def test_a_paper_on_file_is_used_again_and_another_persons_is_not() -> None:
    client, person, other = signed_in(), city.next_person(), city.next_person()
    url = start(client, "CHG-003", person)
    before = StoredFile.objects.count()
    give(client, url, "id_card", "scanned", file=SimpleUploadedFile("证.pdf", pdf(person.id_number.encode())))
    paper = Draft.objects.get(token=url.split("/")[-2]).materials["id_card"]["paper"]
    again = start(client, "ENQ-003", person)
    assert "在档" in client.get(again).content.decode()
    assert "沿用在档材料" in give(client, again, "id_card", "on_file", paper=paper)
    foreign = start(client, "ENQ-003", other)
    for number in (paper, paper + 100_000, "", "abc", "-1", "9" * 30):
        # Another's number is answered as one that does not exist.
        assert "没有可沿用的该份在档材料" in give(client, foreign, "id_card", "on_file", paper=number), number
    assert "id_card" not in Draft.objects.get(token=foreign.split("/")[-2]).materials
    assert StoredFile.objects.count() == before + 1


def test_a_paper_that_holds_no_longer_or_is_another_material_is_not_used_again() -> None:
    client, person = signed_in(), city.next_person()
    url = start(client, "ENQ-003", person)
    teller = city.user("teller")
    scan = pdf(person.id_number.encode())
    other = keep_paper(scan, "照片.pdf", material_code="photo", taken_by=teller, taken_on=city.TODAY, person=person)
    with transaction.atomic():
        be_present(teller)
        old = Paper.objects.create(
            person=person, material_code="id_card", file=other.file, file_name="旧证.pdf", taken_by=teller, taken_on=city.TODAY,
            valid_until=city.TODAY - dt.timedelta(days=1),
        )  # fmt: skip
    for paper in (other, old):
        assert "没有可沿用的该份在档材料" in give(client, url, "id_card", "on_file", paper=paper.pk)


def test_a_paper_under_nobodys_name_is_on_file_for_nobody() -> None:
    teller, person = city.user("teller"), city.next_person()
    paper = keep_paper(pdf(b"nobody"), "尚未登记者的材料.pdf", material_code="id_card", taken_by=teller, taken_on=city.TODAY)
    assert (paper.person_id, paper.employer_id) == (None, None)
    client = signed_in()
    url = start(client, "ENQ-003", person)
    answer = give(client, url, "id_card", "on_file", paper=paper.pk)
    assert "没有可沿用的该份在档材料" in answer
    assert paper.file_name not in answer
    assert "id_card" not in Draft.objects.get(token=url.split("/")[-2]).materials


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
        give(own, url, code, "scanned", file=SimpleUploadedFile(f"{code}.pdf", pdf(code.encode())))
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


def begun_at_a_general_desk() -> tuple[Client, str, Person]:
    """A form of special business a general teller has filled as far as they can."""
    client, person = signed_in(), city.next_person()
    url = start(client, "CHG-004", person)
    assert "还没有" not in client.get(url).content.decode()
    fill(client, url, city.key_change_form(person))
    for code in city.KEY_MATERIALS:
        give(client, url, code, "generated" if code == "application_form" else "seen")
    return client, url, person


def special_desk() -> int:
    desk = city.user("special").desk
    assert desk is not None
    return desk.pk


def test_a_form_begun_at_a_general_desk_goes_on_at_the_special_one_and_nobody_types_it_twice() -> None:
    general, url, person = begun_at_a_general_desk()
    assert 'id="hand-over"' in general.get(url).content.decode()
    special = signed_in("special")
    assert special.get(url).status_code == 404
    assert special.post(f"{url}take/").status_code == 404
    assert general.post(f"{url}hand-over/", {"desk": special_desk()}).headers["Location"] == "/counter/"
    listed = special.get("/counter/").content.decode()
    assert (f"{url}take/" in listed, "林晓燕" in listed, person.id_number in listed) == (True, True, False)
    assert "已转交 9号特殊业务窗口" in general.get(url).content.decode()
    assert special.post(f"{url}take/").headers["Location"] == url
    assert FullView.objects.filter(subject_id=person.pk, reason="接办转交的 CHG-004", user__username="special").exists()
    page = special.get(url).content.decode()
    form = city.key_change_form(person)
    assert (form["new_value"] in page, 'id="hand-over"' in page) == (True, False)
    # The general desk has it no more, and nobody finds it in a list.
    assert general.get(url).status_code == 404
    assert f"{url}take/" not in page_of(special.get("/counter/"))
    handed_in = submitted(special, url, confirmed=["birth_not_of_number"])
    case_no = handed_in.headers["Location"].strip("/").split("/")[-1]
    case = Case.objects.get(case_no=case_no)
    accepted = case.events.get(verb="accept")
    assert (case.accepted_by.username, case.form["new_value"]) == ("special", form["new_value"])
    assert accepted.payload["handed_by"] == "teller"
    # What follows depends on the hour of the day (tests/casework/test_hall_hours.py).
    assert accepted.note.startswith("由 林晓燕 录入后转交特殊业务窗口。")
    assert {m.material_code for m in case.materials.all()} >= set(city.KEY_MATERIALS)


def test_a_form_handed_over_is_nobodys_but_that_desks() -> None:
    general, url, _ = begun_at_a_general_desk()
    general.post(f"{url}hand-over/", {"desk": special_desk()})
    for name in ("teller-511111", "teller2", "trainee"):
        other = signed_in(name)
        assert other.get(url).status_code == 404, name
        assert other.post(f"{url}take/").status_code == 404, name
        assert other.post(f"{url}hand-over/", {"desk": special_desk()}).status_code == 404, name
        assert "handed-over" not in page_of(other.get("/counter/"))
    assert signed_in("rechecker").post(f"{url}take/").status_code == 403
    assert Draft.objects.get(token=url.strip("/").split("/")[-1]).user.username == "teller"


def test_only_special_business_is_handed_over_and_only_to_an_open_special_desk() -> None:
    client = signed_in()
    general, _ = ready_draft(client)
    refused = client.post(f"{general}hand-over/", {"desk": special_desk()})
    assert (refused.status_code, "可在本窗口受理，不必转交" in refused.content.decode()) == (422, True)
    _, url, _ = begun_at_a_general_desk()
    desk = city.user("teller2").desk
    assert desk is not None
    for wrong in (str(desk.pk), "0", "", "x", "99999999"):
        answer = client.post(f"{url}hand-over/", {"desk": wrong})
        assert (answer.status_code, "不是本机构在用的特殊业务窗口" in answer.content.decode()) == (422, True), wrong


def test_a_special_desk_where_nobody_may_accept_it_is_refused() -> None:
    client, url, _ = begun_at_a_general_desk()
    User.objects.using("super").filter(username="special").update(is_active=False)
    try:
        answer = client.post(f"{url}hand-over/", {"desk": special_desk()})
    finally:
        User.objects.using("super").filter(username="special").update(is_active=True)
    assert (answer.status_code, "没有可受理" in answer.content.decode()) == (422, True)
