"""Errors of the interface are problem documents, whatever went wrong; a message's number belongs to its content."""

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings

from tests import city, money
from tests.api.test_api import call
from tests.entitlement.people import paid
from yigui.api.problems import CONTENT_TYPE
from yigui.common.digests import sm3
from yigui.common.money import plain_fen
from yigui.exchange.models import ApiToken, Partner
from yigui.identity.proof import keep_partner
from yigui.payment.bank_files import payment_no
from yigui.payment.models import Payment, PaymentResult
from yigui.receipts.models import Receipt


def assert_problem(answer: Any, status: int) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, CONTENT_TYPE), answer.content[:300]
    said: dict[str, Any] = json.loads(answer.content)
    assert said["status"] == status
    assert said["detail"] == said["message"] != ""
    assert {"type", "title", "code", "data"} <= said.keys()
    return said


def token_of(partner: str) -> str:
    secret = f"token-{partner}-problems"
    found, _ = Partner.objects.using("owner").get_or_create(code=partner, defaults={"name": partner})
    ApiToken.objects.using("owner").get_or_create(
        digest=sm3(secret), defaults={"partner_id": found.pk, "user_id": city.user("teller").pk, "channel": "online"}
    )
    keep_partner(city.user("teller").pk, secret, using="super")
    return secret


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404), ("GET", "/items/NO-1", 404), ("DELETE", "/items", 405), ("PUT", "/receipts", 405), ("POST", "/cases", 422),
        ("GET", "/cases/1/document", 404), ("GET", "/levy/plan", 422),
    ],
)  # fmt: skip
def test_every_error_is_a_problem_document(method: str, path: str, status: int) -> None:
    assert_problem(call(method, path, {} if method == "POST" else None), status)


def test_a_body_that_is_no_json_too_large_or_without_a_token_is_told_so_in_json() -> None:
    client = Client(raise_request_exception=False)
    headers = {"HTTP_AUTHORIZATION": f"Bearer {token_of('tax')}"}
    assert_problem(client.post("/api/cases", "{", content_type="application/json", **headers), 400)
    assert_problem(client.post("/api/cases", "{}", content_type="application/json"), 401)
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000):
        assert_problem(client.post("/api/cases", json.dumps({"a": "x" * 5000}), content_type="application/json", **headers), 413)
    assert_problem(client.get("/api/items", HTTP_HOST="evil.example", **headers), 400)


_LATIN = re.compile(r"[A-Za-z]{3,} [A-Za-z]{2,}")


def test_what_is_wrong_with_a_request_is_said_in_our_words() -> None:
    """The words of libraries that read requests are English; where and what are said in ours."""
    missing = assert_problem(call("POST", "/cases", {}), 422)["data"]["faults"]
    assert {"where", "what"} == set(missing[0])
    assert "缺少此项" in {fault["what"] for fault in missing}
    wrong = assert_problem(call("POST", "/cases", {"item": 5, "form": [], "materials": "x", "confirmed": {}}), 422)["data"][
        "faults"
    ]
    broken = Client(raise_request_exception=False).post(
        "/api/cases", '{"item": \n oops', content_type="application/json", HTTP_AUTHORIZATION=f"Bearer {token_of('tax')}"
    )
    said = assert_problem(broken, 400)
    assert said["data"]["line"] == 2
    for fault in [*missing, *wrong]:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in fault["what"]), fault
    assert [text for text in (json.dumps(missing), json.dumps(wrong), json.dumps(said)) if _LATIN.search(text)] == []


def test_a_fault_and_a_refusal_of_the_database_are_told_in_json(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: Any) -> Any:
        raise RuntimeError("unforeseen")

    def refused(_: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE registry_person SET mobile = '1' WHERE id = (SELECT min(id) FROM registry_person)")

    monkeypatch.setattr("yigui.api.urls._item_out", fails)
    assert "unforeseen" not in json.dumps(assert_problem(call("GET", "/items"), 500))
    monkeypatch.setattr("yigui.api.urls._item_out", refused)
    said = assert_problem(call("GET", "/items"), 422)
    assert (said["code"], said["data"]["sqlstate"]) == ("api.database", "YG001")


def test_a_number_of_a_message_belongs_to_its_content() -> None:
    token, area = token_of("tax"), money.CITY

    def send(reference: str, number: str = "MSG-PAY6-1") -> Any:
        rows = [{"AAE086": reference, "AAE079": "2026-11-09", "AAE019": "10.00", "AAB004": "无人知道的单位"}]
        return call("POST", "/receipts", {"area": area, "message": number, "rows": rows}, token=token)

    first = send("P6-A01")
    assert first.status_code == 200, first.content
    assert first.json()["new_rows"] == 1
    assert (send("P6-A01").status_code, send("P6-A01").json()) == (200, first.json())
    other = assert_problem(send("P6-A02"), 409)
    assert "报文号 MSG-PAY6-1 已用于其他内容" in other["detail"]
    assert not Receipt.objects.filter(reference="P6-A02").exists()
    assert send("P6-A02", "MSG-PAY6-2").json()["new_rows"] == 1


def test_results_come_in_over_the_interface_as_at_the_page() -> None:
    run = paid()
    one, two = Payment.objects.filter(batch_id=run.pk).order_by("seq")[:2]
    lines = [
        "支付编号|处理结果|原因|金额|记账日期", f"{payment_no(run.pk, one.benefit_id)}|成功||{plain_fen(one.amount_fen)}|2026-11-10",
        f"{payment_no(run.pk, two.benefit_id)}|处理中||{plain_fen(two.amount_fen)}|2026-11-10", "X9|成功||1.00|2026-11-10", "",
    ]  # fmt: skip
    client, content = Client(raise_request_exception=False), "\r\n".join(lines).encode("gb18030")

    def send(token: str) -> Any:
        return client.post("/api/results", {"file": SimpleUploadedFile("r.txt", content)}, HTTP_AUTHORIZATION=f"Bearer {token}")

    assert_problem(send(token_of("tax")), 403)
    answer = send(token_of("bank"))
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert [said[name] for name in ("rows", "paid", "returned", "known", "pending")] == [3, 1, 0, 0, 1]
    assert said["rejected"] == [[4, "支付编号“X9”不是本系统的编号"]]
    assert PaymentResult.objects.filter(batch_id=run.pk, benefit_id=one.benefit_id).exists()
    assert "已于" in assert_problem(send(token_of("bank")), 409)["detail"]
