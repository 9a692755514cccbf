"""A refusal tells the person their rights (不予办理决定书), a return what is to be corrected at once (一次性告知单): at every door, and as a paper."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client

from tests import city
from tests.api.test_api import call, token_for
from tests.casework.test_returned_cases import correct_on, from_phone, next_pensioner, of_employer, returned, sent_back_by_partner
from tests.kiosk.test_kiosk import as_person, registered
from tests.mobile.test_phone import on_the_phone
from tests.pages import page_of, signed_in
from yigui.casework.accept_case import accept_case
from yigui.casework.decide_step import decide_step
from yigui.casework.decisions import HOTLINE, asking_at, letter_of, new_letter, refusal_letter, remedies_on
from yigui.casework.models import Case, Event
from yigui.casework.queries import current_step
from yigui.casework.query_code import query_code
from yigui.casework.return_case import decline_returned_case
from yigui.casework.returns import Point
from yigui.documents.models import IssuedDocument
from yigui.documents.render import render_pdf
from yigui.documents.verify import documents
from yigui.registry.models import Person
from yigui.staff.models import Location

REASON = "照片与在档照片不是同一人"
RIGHTS = ("60 日内", "行政复议法（2023 修订） 第二十条", "6 个月内", "行政诉讼法（2014、2017 修正） 第四十六条")
DOORS = ("/m", "/kiosk/me", "/unit", "/progress", "/cases")


def declined() -> tuple[Person, Case]:
    person = next_pensioner()
    return person, city.decide(from_phone(person), "reviewer", "declined", REASON)


def shown_at(door: str) -> tuple[Case, str, bytes]:
    """A declined case as a door shows it, and its paper there; at the public page there is none."""
    if door == "/unit":
        case, _, client = of_employer()
        case = city.decide(case, "reviewer", "declined", REASON)
    else:
        person, case = declined()
        clients = {
            "/m": lambda: on_the_phone(person), "/kiosk/me": lambda: as_person(registered()[0], person), "/progress": Client,
            "/cases": lambda: signed_in("reviewer"),
        }  # fmt: skip
        client = clients[door]()
    if door == "/progress":
        return case, page_of(client.get("/progress/", {"case_no": case.case_no, "code": query_code(case.case_no)})), b"%PDF-"
    at = f"{'' if door == '/cases' else door}/cases/{case.case_no}/"
    return case, page_of(client.get(at)), client.get(f"{at}letter.pdf").content


@pytest.mark.parametrize("door", DOORS)
def test_a_refusal_says_why_what_can_be_done_until_when_and_where_to_ask(door: str) -> None:
    case, page, paper = shown_at(door)
    # What an officer wrote is read by whoever has signed in.
    assert (REASON in page) == (door != "/progress")
    assert paper.startswith(b"%PDF-")
    if door == "/cases":
        assert "不予办理决定书" in page
        return
    for words in (*RIGHTS, asking_at(case.agency, city.TODAY).phone, "不予办理决定书"):
        assert words in page, (door, words)


def test_the_interface_says_it_too_and_gives_the_paper() -> None:
    person = next_pensioner()
    token = token_for("channel-mobile", "mobile")
    form = city.basic_change_form(person, new_value="13912340000")
    case = accept_case(
        city.application("CHG-003", form, username="channel-mobile", channel="mobile", applicant=person, materials=["id_card"])
    )
    assert call("GET", f"/cases/{case.case_no}", token=token).json()["refusal"] is None
    city.decide(case, "reviewer", "declined", REASON)
    refusal = call("GET", f"/cases/{case.case_no}", token=token).json()["refusal"]
    assert refusal["reason"] == REASON
    assert [r["name"] for r in refusal["remedies"]] == ["行政复议", "行政诉讼"]
    assert refusal["asking"]["phone"]
    assert call("GET", f"/cases/{case.case_no}/document", token=token).content.startswith(b"%PDF-")


def test_the_decision_is_a_paper_with_a_code_that_anybody_can_verify() -> None:
    _, case = declined()
    letter = letter_of(case)
    assert letter is not None
    assert (letter.kind, letter.title, letter.holder) == ("refusal_decision", "不予办理决定书", case.subject_name)
    said = str(letter.content)
    for words in (REASON, *RIGHTS, "可以重新申请", "《"):
        assert words in said, words
    assert render_pdf(letter).startswith(b"%PDF-")
    assert Event.objects.filter(case=case).latest("seq").payload["letter"] == letter.digest
    page = page_of(Client().get(f"/v/{letter.code}"))
    assert "文书真实有效" in page
    assert "不予办理决定书" in page
    assert case.subject_name not in page
    # The item is free again, and its result has the number's one document.
    assert case.document is None


def test_a_returned_case_not_corrected_and_then_declined_has_both_papers() -> None:
    person, case = returned()
    notice = letter_of(case)
    assert notice is not None
    assert notice.kind == "correction_notice"
    asked = notice.content["sections"][0]
    assert asked["title"] == "需要补正的内容"
    assert [row[1] for row in asked["rows"]] == ["填报项“变更后信息”", "材料“居民身份证或社会保障卡”"]
    page = page_of(on_the_phone(person).get(f"/m/cases/{case.case_no}/"))
    assert "一次性告知单" in page
    decline_returned_case(case_id=case.pk, actor=city.user("head"), note="逾期未补正", today=city.TODAY)
    case.refresh_from_db()
    decision = letter_of(case)
    assert decision is not None
    assert decision.kind == "refusal_decision"
    assert decision.content["reason"] == "逾期未补正"
    kinds = IssuedDocument.objects.filter(case_no=case.case_no).values_list("kind", flat=True)
    assert sorted(kinds) == ["correction_notice", "refusal_decision"]


def test_papers_of_what_need_not_come_again_are_named_on_the_notice() -> None:
    _, case = returned(None, Point("wrong", field="new_value"))
    notice = letter_of(case)
    assert notice is not None
    kept = notice.content["sections"][1]
    assert (kept["title"], kept["rows"][0][0]) == ("已收到、不用再交的材料", "居民身份证或社会保障卡")


def test_a_case_corrected_and_finished_has_its_result_and_no_letter_as_it_stands() -> None:
    person, case = returned()
    corrected = correct_on(on_the_phone(person), "/m", case, "13912340009")
    assert letter_of(corrected) is None
    city.decide(corrected, "reviewer")
    finished = city.decide(corrected, "rechecker")
    assert (finished.status, letter_of(finished)) == ("finished", None)
    kinds = IssuedDocument.objects.filter(case_no=case.case_no).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["correction_notice", "change_receipt"]


@pytest.mark.parametrize("status", ["open", "finished", "withdrawn"])
def test_a_case_that_was_not_refused_has_no_letter(status: str) -> None:
    person = next_pensioner()
    case = from_phone(person)
    client = on_the_phone(person)
    if status == "finished":
        city.decide(city.decide(case, "reviewer"), "rechecker")
    elif status == "withdrawn":
        client.post(f"/m/cases/{case.case_no}/withdraw/", {"reason": "不换了"})
    case.refresh_from_db()
    assert case.status == status
    assert client.get(f"/m/cases/{case.case_no}/letter.pdf").status_code == 404
    # An end names the remedies (救济途径); what goes on or was taken back by oneself has none.
    assert ("行政复议" in page_of(client.get(f"/m/cases/{case.case_no}/"))) == (status == "finished")


def said(case: Case) -> str:
    """What the decision not to do it would say of the application."""
    return str(refusal_letter(case, REASON, city.TODAY)["parts"][0]["lines"][0])


def test_a_letter_calls_whoever_applied_by_what_they_are() -> None:
    person = next_pensioner()
    case = from_phone(person)
    assert said(case).startswith("你于 ")
    # Somebody who is not registered yet is a person all the same: nothing names them in full where the paper is verified.
    case.person = None
    case.applicant = None
    letter = new_letter(case, "declined", REASON)
    assert letter is not None
    assert letter.is_holder_person
    assert said(case).startswith("你于 ")
    case.applicant = next_pensioner()
    assert said(case).startswith(f"申请人于 {case.accepted_on} 就{person.name}提出")
    case.applicant, case.form = None, case.form | {"death_date": "2026-10-03"}
    assert said(case).startswith(f"申请人于 {case.accepted_on} 就{person.name}提出")
    of_unit, _, _ = of_employer()
    assert said(of_unit).startswith("你单位于 ")
    assert of_unit.is_about_unit or f"就{of_unit.subject_name}提出" in said(of_unit)


def test_the_notice_has_what_was_written_beside_the_points_too() -> None:
    case = from_phone(next_pensioner())
    step = current_step(case)
    assert step is not None
    decide_step(
        case_id=case.pk, step_id=step.pk, actor=city.user("reviewer"), verdict="returned", opinion="请带老户口本", today=city.TODAY,
        points=[Point("wrong", field="new_value", note="号码少一位")],
    )  # fmt: skip
    case.refresh_from_db()
    notice = letter_of(case)
    assert notice is not None
    assert notice.content["sections"][0]["rows"][1:] == [["2", "其他说明", "请带老户口本"]]
    assert "承诺办结日期不因此推迟" in str(notice.content["parts"])


def test_what_a_partner_sends_back_promises_nothing_that_nobody_has_looked_at() -> None:
    case = from_phone(next_pensioner())
    sent_back_by_partner(case)
    case.refresh_from_db()
    notice = letter_of(case)
    assert notice is not None
    assert len(notice.content["sections"][0]["rows"]) == 1
    words = str(notice.content["parts"])
    assert "将另行一次性告知" in words
    for promise in ("已列明全部", "不因此推迟"):
        assert promise not in words


def test_nobody_else_reads_somebodys_letter() -> None:
    _, case = declined()
    assert on_the_phone(next_pensioner()).get(f"/m/cases/{case.case_no}/letter.pdf").status_code == 404


def test_the_terms_are_those_of_the_day_of_the_decision() -> None:
    assert "3 个月内" in remedies_on(dt.date(2015, 4, 30))[1].text
    assert "6 个月内" in remedies_on(dt.date(2015, 5, 1))[1].text
    assert remedies_on(dt.date(2023, 12, 31))[0].source.startswith("行政复议法（1999")
    assert remedies_on(dt.date(2024, 1, 1))[0].source.startswith("行政复议法（2023")


def test_where_no_telephone_is_published_the_hotline_is_named() -> None:
    agency = city.user("teller").agency
    hall = Location.objects.filter(agency=agency, kind="hall").order_by("name")[0]
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE staff_location SET phone = '' WHERE agency_id = %s", [agency.pk])
    assert asking_at(agency, city.TODAY).phone == HOTLINE
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE staff_location SET phone = %s WHERE id = %s", [hall.phone, hall.pk])


def test_a_letter_with_other_words_or_of_another_case_is_not_stored() -> None:
    _, case = declined()
    letter = letter_of(case)
    assert letter is not None
    with pytest.raises(DatabaseError, match="不能出具该文书"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO documents_issued (code, kind, title, case_no, holder, is_holder_person, content, digest, issued_on, issued_at) "
            "SELECT 'AAAA-AAAA-AAAA-AAAA', kind, title, case_no, holder, is_holder_person, content, digest, issued_on, now() "
            "FROM documents_issued WHERE id = %s",
            [letter.pk],
        )
    assert list(documents("default")) == []
