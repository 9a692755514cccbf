"""The interface for partners."""

import json
from typing import Any

import pytest
from django.test import Client

from tests import city
from tests.pdf import pdf
from yigui.casework.models import Case
from yigui.common.digests import sm3
from yigui.exchange.models import ApiToken, Partner
from yigui.identity.proof import keep_partner
from yigui.registry.models import Person
from yigui.synthetic.demo_staff import API_TOKEN


def call(method: str, path: str, body: Any = None, token: str = API_TOKEN, **headers: str) -> Any:
    extra = {f"HTTP_{k.upper()}": v for k, v in headers.items()}
    if token:
        extra["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    client = Client(raise_request_exception=False)
    data = json.dumps(body) if body is not None else None
    return client.generic(method, f"/api{path}", data or "", content_type="application/json", **extra)


def token_for(username: str, channel: str = "counter") -> str:
    secret = f"token-{username}-{channel}"
    ApiToken.objects.using("owner").get_or_create(
        digest=sm3(secret),
        defaults={"partner": Partner.objects.get(pk="demo_platform"), "user": city.user(username), "channel": channel},
    )
    keep_partner(city.user(username).pk, secret, using="super")
    return secret


def accept_body(**changed: Any) -> dict[str, Any]:
    form = city.basic_change_form(city.next_person())
    return {"item_code": "CHG-003", "form": form, "materials": [{"code": "id_card"}]} | changed


def test_a_class_3_case_is_accepted_and_finished_in_one_call() -> None:
    body = accept_body()
    answer = call("POST", "/cases", body)
    assert answer.status_code == 200
    case = answer.json()
    assert (case["status"], case["item_code"]) == ("finished", "CHG-003")
    assert Person.objects.get(id_number=body["form"]["id_number"]).mobile == "13912340000"
    assert call("GET", f"/cases/{case['case_no']}").json() == case
    document = call("GET", f"/cases/{case['case_no']}/document")
    assert document.content.startswith(b"%PDF-")


def test_a_replayed_call_gives_the_same_case() -> None:
    body = accept_body()
    first = call("POST", "/cases", body, idempotency_key="replay-1").json()
    again = call("POST", "/cases", body, idempotency_key="replay-1").json()
    assert first["case_no"] == again["case_no"]
    other = call("POST", "/cases", accept_body(), idempotency_key="replay-1")
    assert (other.status_code, other.json()["code"]) == (409, "casework.key_reused")


def test_refusals_carry_a_stable_code_a_sentence_and_the_findings() -> None:
    body = accept_body(materials=[])
    answer = call("POST", "/cases", body)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "casework.refused")
    assert problem["message"] == "材料不齐全，请按一次性告知单补齐。"
    assert problem["data"]["findings"][0]["check"] == "materials_complete"
    wrong = call("POST", "/cases", accept_body(form={"id_number": "1"})).json()
    assert wrong["code"] == "casework.form_invalid"
    assert wrong["data"]["fields"]["person_name"] == ["请填写姓名。"]
    assert call("POST", "/cases", accept_body(item_code="MED-007")).json()["code"] == "casework.item_not_open"
    unknown = call("POST", "/cases", accept_body(form={"moon": "1"})).json()
    assert "没有“moon”这一栏" in unknown["data"]["fields"]["moon"][0]


def test_reminders_wait_for_a_confirmation() -> None:
    import datetime as dt

    from yigui.casework.accept_case import accept_case
    from yigui.casework.errors import NotConfirmed

    seeker = city.next_seeker()
    form = city.enrolment_form(seeker, settle_period="2026-12")
    with pytest.raises(NotConfirmed) as error:
        accept_case(city.application("REG-004", form, channel="online", today=dt.date(2026, 11, 20)))
    assert error.value.code == "casework.not_confirmed"


def test_without_or_with_a_wrong_token_nothing_is_told() -> None:
    case = city.accept_class2()
    for token in ("", "wrong", "令牌"):
        answer = call("GET", f"/cases/{case.case_no}", token=token)
        assert answer.status_code == 401
        assert answer.json()["code"] in ("api.no_token", "exchange.token_refused")


def test_another_partners_case_answers_as_if_it_were_not_there() -> None:
    case = city.accept_class2()
    answer = call("GET", f"/cases/{case.case_no}")
    assert (answer.status_code, answer.json()["code"]) == (404, "casework.not_found")


def test_no_step_is_taken_through_the_interface() -> None:
    """A program hands in and withdraws; whoever may take the step signs in (`tests/attacks/d81*`)."""
    case = city.accept_class2()
    described = call("GET", "/openapi.json").json()["paths"]
    assert sorted(path.removeprefix("/api/cases/{case_no}") for path in described if path.startswith("/api/cases/{case_no}")) == [
        "",
        "/corrections",
        "/document",
        "/withdrawal",
    ]
    reviewer = token_for("reviewer", "online")
    assert call("GET", f"/cases/{case.case_no}", token=reviewer).status_code == 404
    assert call("POST", f"/cases/{case.case_no}/decisions", {"verdict": "passed"}, token=reviewer).status_code == 404


def test_a_case_is_withdrawn_by_its_acceptor_only() -> None:
    case = city.accept_class2()
    assert call("POST", f"/cases/{case.case_no}/withdrawal", {"reason": "不办了"}, token=token_for("reviewer")).status_code == 404
    done = call("POST", f"/cases/{case.case_no}/withdrawal", {"reason": "不办了"}, token=token_for("teller"))
    assert done.json()["status"] == "withdrawn"


def test_a_paper_is_uploaded_and_named_in_the_case() -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = Client()
    headers = {"HTTP_AUTHORIZATION": f"Bearer {API_TOKEN}"}
    paper = client.post(
        "/api/papers", {"material_code": "id_card", "file": SimpleUploadedFile("证.pdf", pdf(b"card"))}, **headers
    ).json()
    case_no = call("POST", "/cases", accept_body(materials=[{"code": "id_card", "paper": paper["paper"]}])).json()["case_no"]
    material = Case.objects.get(case_no=case_no).materials.get()
    assert (material.source, material.paper_id) == ("scanned", paper["paper"])
    html = client.post("/api/papers", {"material_code": "id_card", "file": SimpleUploadedFile("证.pdf", b"<html>")}, **headers)
    assert (html.status_code, html.json()["code"]) == (422, "documents.file_refused")


@pytest.mark.parametrize(
    "form",
    [
        {"id_number": {"a": 1}},
        {"new_value": "很" * 300},
        {"id_number": [[1]]},
        {"change_item": 1.5},
    ],
)
def test_impossible_values_are_answered_with_sentences(form: dict[str, Any]) -> None:
    answer = call("POST", "/cases", accept_body(form=city.basic_change_form(city.next_person()) | form))
    assert (answer.status_code, answer.json()["code"]) == (422, "casework.form_invalid")


@pytest.mark.parametrize(
    ("body", "status"),
    [("", 422), ("{", 400), ("[]", 422), ('{"item_code": 5}', 422), ('{"item_code": "CHG-003", "form": []}', 422)],
)
def test_unreadable_bodies_are_answered_with_the_place(body: str, status: int) -> None:
    client = Client(raise_request_exception=False)
    answer = client.generic("POST", "/api/cases", body, content_type="application/json", HTTP_AUTHORIZATION=f"Bearer {API_TOKEN}")
    assert (answer.status_code, answer.json()["code"]) == (status, "api.unreadable")


NUL, HALF = "a\x00b", "a\ud800"
MESSAGE = {"id": "20261110-0001", "kind": "death", "content": {"AAC002": "1"}}


@pytest.mark.parametrize(
    ("path", "body", "where"),
    [
        ("/messages", MESSAGE | {"kind": NUL}, "body.kind"),
        ("/messages", MESSAGE | {"content": {"AAC002": NUL}}, "body.content.AAC002"),
        ("/messages", MESSAGE | {"content": {NUL: "1"}}, "body.content"),
        ("/cases", {"item_code": NUL, "form": {}}, "body.item_code"),
        ("/cases", {"item_code": "CHG-003", "form": {"id_number": HALF}}, "body.form.id_number"),
        ("/cases", {"item_code": "CHG-003", "form": {"rows": [{"x": NUL}]}}, "body.form.rows.0.x"),
        ("/cases", {"item_code": "CHG-003", "form": {}, "confirm": [NUL]}, "body.confirm.0"),
        ("/cases", {"item_code": "CHG-003", "form": {}, "materials": [{"code": NUL}]}, "body.materials.0.code"),
        ("/cases/a%00b/withdrawal", {"reason": "不办了"}, "case_no"),
    ],
)
def test_text_that_cannot_be_kept_is_refused_with_its_place(path: str, body: dict[str, Any], where: str) -> None:
    answer = call("POST", path, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "api.unreadable")
    assert "无法保存的字符" in answer.json()["message"]
    assert [fault["where"] for fault in answer.json()["data"]["faults"]] == [where]


def test_the_name_of_an_upload_and_what_is_looked_for_are_such_text_too() -> None:
    assert (answer := call("GET", "/cases/a%00b")).status_code == 422, answer.content
    assert (answer := call("GET", "/items/a%00b")).status_code == 422, answer.content
    answer = Client(raise_request_exception=False).post(
        "/api/papers", {"material_code": NUL}, HTTP_AUTHORIZATION=f"Bearer {API_TOKEN}"
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "api.unreadable")


def test_an_item_names_what_it_rests_on_and_what_else_one_may_need() -> None:
    found = call("GET", "/items/REG-006").json()
    assert found["basis"][0] == "《中华人民共和国社会保险法》（主席令第35号，2018年修正）第五十八条"
    assert found["related"] == ["REG-005", "PEN-001", "UNE-001"]
