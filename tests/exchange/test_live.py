"""Live exchange: signed both ways, kept as proof, exactly once; a partner that is down makes a case wait, not fail."""

import datetime as dt
import hashlib
import hmac
import json
import socket
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client

from tests import city
from tests.conftest import TODAY
from tests.entitlement import people
from tests.pages import text_of
from tests.portal.test_applying import login_of
from tests.portal.test_lists import judged, row_of, workbook
from tests.portal.test_signing_in import signed_in
from yigui.casework.accept_case import accept_case
from yigui.casework.application import Application, examine
from yigui.casework.errors import CaseRefused
from yigui.casework.models import Case, CaseProof, Feedback
from yigui.casework.waiting import recheck_case
from yigui.casework.withdraw_case import withdraw_case
from yigui.common.cache import forget_kept
from yigui.common.digests import digest_of, sm3
from yigui.common.errors import Forbidden, YiguiError
from yigui.dev.partners import start_partners, stop_partners
from yigui.exchange import asking, outbox
from yigui.exchange.contracts import contracts
from yigui.exchange.inbox import MessageReused, take_message
from yigui.exchange.models import (
    KEPT,
    ApiToken,
    DeathRecord,
    EmploymentRegistration,
    InMessage,
    OutMessage,
    Partner,
    PartnerAnswer,
    PartnerKey,
)
from yigui.exchange.protocol import ID, Malformed, read_answer, read_request, sign_answer
from yigui.identity.proof import keep_partner
from yigui.integrity.verify import verify_all
from yigui.registry.models import Employer
from yigui.staff.models import User
from yigui.synthetic.partner_service import PartnerService

KEY = "a key of two"
EMPLOYMENT, TAX = "employment_service", "tax"


@pytest.fixture(autouse=True)
def nobody_left_connected() -> Iterator[None]:
    _forget()
    yield
    Partner.objects.using("owner").exclude(base_url="").update(base_url="")
    OutMessage.objects.filter(taken_at=None).update(refused="left by a test")
    _forget()


def _forget() -> None:
    forget_kept()
    asking._quiet_until.clear()


def connect(code: str, address: str) -> None:
    city.partner(code, code, base_url=address, key=KEY)
    _forget()


@contextmanager
def partner_saying(code: str, says: Callable[[str, dict[str, Any]], Any]) -> Iterator[list[dict[str, Any]]]:
    """A partner that answers as told: a dict is signed and sent, bytes go out as they are, a number is a status."""
    asked: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            content = read_request(headers=self.headers, path=self.path, body=body, key=KEY)  # type: ignore[arg-type]
            asked.append({"path": self.path, "id": self.headers[ID], **content})
            answer = says(self.path, content)
            headers: dict[str, str] = {}
            if isinstance(answer, dict):
                signed = sign_answer(request_id=self.headers[ID], content=answer, key=KEY)
                headers, answer = signed.headers, signed.body
            status = answer if isinstance(answer, int) else 200
            payload = b"" if isinstance(answer, int) else answer
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(payload))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *args: Any) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        connect(code, f"http://127.0.0.1:{server.server_address[1]}")
        try:
            yield asked
        finally:
            server.shutdown()


def nowhere(code: str) -> None:
    """Connected to a port nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    connect(code, f"http://127.0.0.1:{port}")


def registered(name: str, day: dt.date = TODAY - dt.timedelta(days=1)) -> dict[str, Any]:
    return {"found": True, "data": {"AAC003": name, "ACC031": day.isoformat()}}


def newcomer() -> dict[str, Any]:
    """A form for somebody the agency has no employment registration of."""
    seeker = city.next_seeker()
    employer = Employer.objects.exclude(credit_code=seeker.credit_code).filter(status="active", area="511102").order_by("id")[0]
    return city.enrolment_form(seeker) | {"unit_no": employer.unit_no}


def enrol(form: dict[str, Any]) -> Case:
    return accept_case(city.application("REG-004", form))


def test_the_answer_lets_the_person_in_and_stays_on_the_case_as_proof() -> None:
    form = newcomer()
    with partner_saying(EMPLOYMENT, lambda path, content: registered(form["person_name"])) as asked:
        case = enrol(form)
    assert case.status == "finished"
    assert [a["path"] for a in asked] == ["/employment_registration"]
    assert asked[0]["AAC002"] == form["id_number"]
    proof = CaseProof.objects.get(case=case).answer
    assert (proof.outcome, proof.data["AAC003"], str(proof.request_id)) == ("found", form["person_name"], asked[0]["id"])
    assert proof.signature
    shared = case.materials.get(material_code="employment_registration")
    assert (shared.source, "备案" in shared.note) == ("shared", True)
    with pytest.raises(DatabaseError), transaction.atomic():
        PartnerAnswer.objects.filter(pk=proof.pk).update(outcome="missing")
    client = Client()
    client.post("/sign-in/", {"username": "teller", "password": "Yigui-2026"})
    page = client.get(f"/cases/{case.case_no}/").content.decode()
    assert str(proof.request_id) in page


def test_registered_today_is_refused_and_possible_from_the_day_after() -> None:
    form = newcomer()
    with (
        partner_saying(EMPLOYMENT, lambda path, content: registered(form["person_name"], TODAY)),
        pytest.raises(CaseRefused, match="无此人就业备案信息") as refused,
    ):
        enrol(form)
    assert f"自 {TODAY + dt.timedelta(days=1)} 起可以办理" in str(refused.value.findings[0].detail)  # type: ignore[attr-defined]


def test_nobody_known_is_refused_with_the_catalogues_words_and_asked_once_in_a_while() -> None:
    form = newcomer()
    with partner_saying(EMPLOYMENT, lambda path, content: {"found": False}) as asked:
        for _ in range(3):
            with pytest.raises(CaseRefused, match="无此人就业备案信息"):
                enrol(form)
    assert len(asked) == 1


@pytest.mark.parametrize("fault", ["down", "broken", "late", "malformed", "unsigned", "another id", "fields missing", "refused"])
def test_a_partner_that_does_not_answer_makes_the_case_wait_and_its_answer_lets_it_go_on(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = newcomer()
    released = threading.Event()

    def says(path: str, content: dict[str, Any]) -> Any:
        match fault:
            case "broken":
                return 503
            case "late":
                released.wait(5)
                return registered(form["person_name"])
            case "malformed":
                return b"<html>maintenance</html>"
            case "unsigned":
                return json.dumps({"id": "?", **registered(form["person_name"])}).encode()
            case "another id":
                return sign_answer(request_id=str(uuid.uuid4()), content=registered(form["person_name"]), key=KEY).body
            case "fields missing":
                return {"found": True, "data": {"AAC003": form["person_name"]}}
        return 403

    services: Any = contracts().services
    quick = replace(services["employment_registration"], timeout_seconds=0.3)
    monkeypatch.setitem(services, "employment_registration", quick)
    if fault == "down":
        nowhere(EMPLOYMENT)
        case = enrol(form)
    else:
        with partner_saying(EMPLOYMENT, says):
            case = enrol(form)
            released.set()
    # Its acceptance is signed when it comes in; the rest is laid out when the answer is there.
    assert (case.status, [s.code for s in case.steps.all()]) == ("waiting", ["accept"])
    assert case.get_status_display() == "待部门核验"
    nowhere(EMPLOYMENT)
    assert recheck_case(case.pk).status == "waiting"
    with partner_saying(EMPLOYMENT, lambda path, content: registered(form["person_name"])):
        case = recheck_case(case.pk)
        assert recheck_case(case.pk).status == "finished"
    assert case.status == "finished"
    assert [e.verb for e in case.events.order_by("seq")] == ["accept", "verify", "finish"]
    assert CaseProof.objects.filter(case=case, answer__outcome="found").count() == 1
    assert Feedback.objects.get(case=case).message


def test_an_answer_that_does_not_let_it_pass_sends_the_case_back_with_the_sentence() -> None:
    form = newcomer()
    nowhere(EMPLOYMENT)
    case = enrol(form)
    with pytest.raises(CaseRefused, match=r"在办|未办结|正在办理"):
        enrol(form)
    with partner_saying(EMPLOYMENT, lambda path, content: {"found": False}):
        case = recheck_case(case.pk)
    assert case.status == "returned"
    assert "无此人就业备案信息" in Feedback.objects.get(case=case).message
    assert "无此人就业备案信息" in case.events.get(verb="return").note
    assert EmploymentRegistration.objects.filter(id_number=form["id_number"], answer__isnull=False).count() == 0


def test_a_list_says_who_is_finished_and_who_waits() -> None:
    seeker = city.next_seeker()
    other = Employer.objects.exclude(credit_code=seeker.credit_code).filter(status="active").order_by("id")[0]
    login = login_of(other)
    nowhere(EMPLOYMENT)
    kept = judged(login, workbook([row_of(seeker)]))
    client = signed_in(login)
    url = f"/unit/apply/list/{kept.token}/"
    client.post(f"{url}accept/")
    page = text_of(client.get(url))
    assert "尚在办理 <strong>1</strong> 人" in page
    assert "待部门核验" in page
    assert "已办结" not in page


def test_a_waiting_case_can_be_withdrawn() -> None:
    nowhere(EMPLOYMENT)
    case = enrol(newcomer())
    assert withdraw_case(case_id=case.pk, actor=city.user("teller"), note="不办了", today=TODAY).status == "withdrawn"
    assert recheck_case(case.pk).status == "withdrawn"


def test_a_get_asks_nobody() -> None:
    form = newcomer()
    with partner_saying(EMPLOYMENT, lambda path, content: registered(form["person_name"])) as asked:
        examination = examine(city.application("REG-004", form, may_ask=False))
    assert (asked, [f.check for f in examination.waits]) == ([], ["materials_complete", "employment_registered"])


def test_a_finished_stop_is_told_once_however_often_it_is_sent(tmp_path: Path) -> None:
    (tmp_path / "records").write_text("")
    told = tmp_path / "told"
    employment = city.next_employee()
    nowhere(EMPLOYMENT)
    nowhere(TAX)
    case = accept_case(city.application("REG-006", city.stop_form(employment), materials=["termination_proof"]))
    waiting = OutMessage.objects.filter(content__case_no=case.case_no).order_by("id")
    assert sorted(waiting.values_list("partner_id", "kind")) == [(EMPLOYMENT, "employment_ended"), (TAX, "insured_change")]
    assert outbox.send_waiting() == 0
    message = waiting.get(partner_id=TAX)
    assert (message.attempts, message.taken_at, message.next_try_at is not None) == (1, None, True)
    assert outbox.send_waiting() == 0
    message.refresh_from_db()
    assert message.attempts == 1
    with PartnerService(("127.0.0.1", 0), records=tmp_path / "records", told=told, key=KEY) as service:
        threading.Thread(target=service.serve_forever, daemon=True).start()
        connect(TAX, f"http://127.0.0.1:{service.server_address[1]}")
        outbox.send_again(message.pk, user=city.user("head"))
        assert outbox.send_waiting() == 1
        # Its receipt got lost on the way to us: sent again, it counts once there.
        OutMessage.objects.filter(pk=message.pk).update(taken_at=None, next_try_at=None)
        assert outbox.send_waiting() == 1
        service.shutdown()
    lines = [json.loads(line) for line in told.read_text().splitlines()]
    assert [(line["id"], line["content"]["AAC002"]) for line in lines] == [(str(message.message_id), employment.person.id_number)]


def test_a_refused_message_stops_nothing_and_is_shown() -> None:
    with partner_saying(TAX, lambda path, content: 422) as asked:
        for _ in range(2):
            case = accept_case(city.application("REG-006", city.stop_form(city.next_employee()), materials=["termination_proof"]))
        outbox.send_waiting()
        outbox.send_waiting()
    assert [a["path"] for a in asked] == ["/messages", "/messages"]
    client = Client()
    client.post("/sign-in/", {"username": "head", "password": "Yigui-2026"})
    page = client.get("/partners/").content.decode()
    assert "未送达的报文" in page
    assert "对方拒收" in page
    message = OutMessage.objects.get(content__case_no=case.case_no, partner_id=TAX)
    client.post(f"/partners/messages/{message.pk}/resend/")
    message.refresh_from_db()
    assert message.refused == ""


def account_change() -> Application:
    """A pensioner's change of account, at the special window."""
    benefit = people.pensioner()
    form = {
        "id_number": benefit.person.id_number, "person_name": benefit.person.name, "bank_code": "102665100001",
        "account_name": benefit.person.name, "account_no": f"62229999{benefit.pk:08d}", "mobile": "13812345678",
    }  # fmt: skip
    confirmed = ("freeze_before_pay",)
    return city.application("PEN-008", form, username="special", materials=["id_card", "bank_card"], confirmed=confirmed)


def test_the_bank_confirms_an_account_or_the_case_waits_for_it() -> None:
    with partner_saying("bank", lambda path, content: {"found": True, "data": {"AAE100": "1"}}) as asked:
        application = account_change()
        case = accept_case(application)
    assert case.status == "open"
    assert (asked[0]["path"], asked[0]["AAE010"]) == ("/account", application.form["account_no"])
    assert CaseProof.objects.get(case=case).answer.service == "account"
    for answer, sentence in (({"found": False}, "没有查到"), ({"found": True, "data": {"AAE100": "2"}}, "状态异常")):
        with (
            partner_saying("bank", lambda path, content, answer=answer: answer),  # type: ignore[misc]
            pytest.raises(CaseRefused) as refused,
        ):
            accept_case(account_change())
        assert sentence in refused.value.findings[0].detail  # type: ignore[attr-defined]
    nowhere("bank")
    waiting = accept_case(account_change())
    assert waiting.status == "waiting"
    with partner_saying("bank", lambda path, content: {"found": True, "data": {"AAE100": "1"}}):
        waiting = recheck_case(waiting.pk)
    assert (waiting.status, waiting.steps.filter(state="ready").count()) == ("open", 1)


def test_only_the_system_administrator_connects_a_partner() -> None:
    client = Client()
    client.post("/sign-in/", {"username": "head", "password": "Yigui-2026"})
    form = {"code": EMPLOYMENT, "base_url": "https://example.invalid/yigui", "key": "k"}
    assert client.post("/partners/", form).status_code == 403
    client = Client()
    client.force_login(User.objects.get(username="sysadmin"), backend="yigui.identity.staff_backend.StaffBackend")
    assert client.post("/partners/", form | {"base_url": "http://example.invalid"}).status_code == 422
    assert client.post("/partners/", form).status_code == 302
    assert Partner.objects.get(pk=EMPLOYMENT).base_url == "https://example.invalid/yigui"


def test_a_message_in_counts_once_and_its_id_is_not_used_twice() -> None:
    civil = city.partner("civil_affairs", "民政")
    person = city.next_person()
    content = {"AAC002": person.id_number, "AAC003": person.name, "AIC037": "2026-11-01"}
    message_id = str(uuid.uuid4())
    for expected in (True, False):
        result, is_new = take_message(
            partner=civil, message_id=message_id, kind="death", content=content, user=city.program("civil_affairs")
        )
        assert (result, is_new) == ({"taken": True}, expected)
    record = DeathRecord.objects.get(id_number=person.id_number)
    assert record.message is not None
    assert record.received_at is not None
    with pytest.raises(MessageReused):
        take_message(
            partner=civil,
            message_id=message_id,
            kind="death",
            content=content | {"AIC037": "2026-11-02"},
            user=city.program("civil_affairs"),
        )
    with pytest.raises(Forbidden):
        take_message(
            partner=Partner.objects.get(pk=EMPLOYMENT),
            message_id=message_id,
            kind="death",
            content=content,
            user=city.program(EMPLOYMENT),
        )
    with pytest.raises(YiguiError, match="晚于今天"):
        take_message(
            partner=civil,
            message_id="another one",
            kind="death",
            content=content | {"AIC037": "2027-01-01"},
            user=city.program("civil_affairs"),
        )
    with pytest.raises(YiguiError, match="缺少：姓名"):
        take_message(
            partner=civil,
            message_id="a third one",
            kind="death",
            content={"AAC002": person.id_number},
            user=city.program("civil_affairs"),
        )
    assert not InMessage.objects.filter(message_id__in=("another one", "a third one")).exists()


def test_messages_come_in_over_the_interface() -> None:
    civil = city.partner("civil_affairs", "民政")
    ApiToken.objects.using("owner").get_or_create(
        digest=sm3("civil token"), defaults={"partner": civil, "user": city.user("api-demo"), "channel": "online"}
    )
    keep_partner(city.user("api-demo").pk, "civil token", using="super")
    person = city.next_person()
    body = {
        "id": str(uuid.uuid4()),
        "kind": "death",
        "content": {"AAC002": person.id_number, "AAC003": person.name, "AIC037": "2026-11-01"},
    }
    headers = {"Authorization": "Bearer civil token"}
    answers = [Client().post("/api/messages", body, content_type="application/json", headers=headers).json() for _ in range(2)]
    assert [a["is_new"] for a in answers] == [True, False]
    wrong = Client().post("/api/messages", body | {"kind": "gossip"}, content_type="application/json", headers=headers)
    assert wrong.status_code == 403


def test_a_request_is_bound_to_sender_path_time_and_body() -> None:
    connect("civil_affairs", "http://127.0.0.1:1")
    civil = Partner.objects.get(pk="civil_affairs")
    question = asking.question_to(civil, "/death", {"AAC002": "x"})
    signed = question.signed
    assert read_request(headers=signed.headers, path="/death", body=signed.body, key=KEY) == {"AAC002": "x"}
    late = int(signed.headers["X-Yigui-Time"]) + 301
    for changed in (
        {"path": "/marriage"},
        {"body": signed.body.replace(b"x", b"y")},
        {"key": "other"},
        {"now": late},
        {"headers": {**signed.headers, "X-Yigui-Id": "2"}},
    ):
        with pytest.raises(Malformed):
            read_request(**({"headers": signed.headers, "path": "/death", "body": signed.body, "key": KEY} | changed))  # type: ignore[arg-type]
    answer = sign_answer(request_id=str(question.number), content={"found": False}, key=KEY)
    with pytest.raises(Malformed):
        read_answer(request_id="2", body=answer.body.decode())


def test_the_key_is_read_by_no_login_of_the_application_and_signs_what_it_signed_before() -> None:
    civil = city.partner("civil_affairs", "civil_affairs", key=KEY)
    assert civil.key == KEPT
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        PartnerKey.objects.get(pk="civil_affairs")
    assert PartnerKey.objects.using("super").get(pk="civil_affairs").key == KEY


@pytest.mark.parametrize("length", [0, 1, 3, 55, 56, 63, 64, 65, 119, 120, 300, 4096])
def test_sm3_is_sm3(length: int) -> None:
    """The standard's own vector `abc` and every place where a block ends; by the library of the program."""
    text, key = (b"abc" * 2000)[:length], b"k" * (length % 130)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT encode(exchange_sm3_v1(%s), 'hex'), encode(exchange_hmac_v1(%s, %s), 'hex')", [text, key, text])
        assert cursor.fetchone() == (hashlib.new("sm3", text).hexdigest(), hmac.new(key, text, "sm3").hexdigest())


class Said:
    """What a partner has answered, honestly, to a question of ours, and what becomes of it when it is kept."""

    def __init__(
        self, service: str = "death", *, request: dict[str, str] | None = None, data: dict[str, str] | None = None
    ) -> None:
        self.person = city.next_person()
        self.service, code = service, contracts().services[service].department
        connect(code, "http://127.0.0.1:1")
        self.partner = Partner.objects.get(pk=code)
        self.request = request or {"AAC002": self.person.id_number}
        self.question = asking.question_to(self.partner, f"/{service}", self.request)
        self.data = data or {"AAC003": self.person.name, "AIC037": "2026-11-01"}
        self.answers({"found": True, "data": self.data})

    def answers(self, content: dict[str, Any], *, key: str = KEY, number: uuid.UUID | None = None) -> None:
        signed = sign_answer(request_id=str(number or self.question.number), content=content, key=key)
        self.body, self.signature = signed.body.decode(), signed.headers["X-Yigui-Sign"]

    def kept(self, **other: Any) -> PartnerAnswer:
        row = {
            "request_id": self.question.number, "service": self.service, "partner": self.partner, "subject": digest_of(self.request), "request": self.request,
            "outcome": "found", "data": self.data, "body": self.body, "signature": self.signature, "moment": self.question.moment, "took_ms": 1,
        } | other  # fmt: skip
        with transaction.atomic():
            return PartnerAnswer.objects.create(**row)


def test_an_answer_is_kept_that_is_its_partners_and_says_what_it_says() -> None:
    assert Said().kept().data["AIC037"] == "2026-11-01"
    said = Said()
    said.answers({"found": False})
    assert said.kept(outcome="missing", data={}).pk
    # Nothing was answered: nothing is known by it.
    assert Said().kept(outcome="unavailable", data={}, body="", signature="").pk


def _another_key(said: Said) -> dict[str, Any]:
    said.answers({"found": True, "data": said.data}, key="another")
    return {}


def _another_person(said: Said) -> dict[str, Any]:
    request = {"AAC002": city.next_person().id_number}
    return {"request": request, "subject": digest_of(request)}


def _missing_for_found(said: Said) -> dict[str, Any]:
    said.answers({"found": False})
    return {}


def _own_number(said: Said) -> dict[str, Any]:
    number = uuid.uuid4()
    said.answers({"found": True, "data": said.data}, number=number)
    return {"request_id": number}


@pytest.mark.parametrize(
    "changes",
    [
        _another_key, _another_person, _missing_for_found, _own_number,
        lambda said: {"data": said.data | {"AIC037": "2026-11-02"}}, lambda said: {"data": said.data | {"AAC003": "别人"}},
        lambda said: {"data": said.data | {"AAC058": "x"}}, lambda said: {"data": {}}, lambda said: {"service": "marriage"},
        lambda said: {"subject": "0" * 64}, lambda said: {"moment": said.question.moment + 1}, lambda said: {"moment": None},
        lambda said: {"signature": ""}, lambda said: {"body": ""}, lambda said: {"body": said.body + " "},
        lambda said: {"partner": city.partner("public_security", "公安", key=KEY)}, lambda said: {"outcome": "malformed"},
    ],
)  # fmt: skip
def test_an_answer_that_is_not_its_partners_is_not_kept(changes: Callable[[Said], dict[str, Any]]) -> None:
    said = Said()
    with pytest.raises(DatabaseError, match="没有这样的应答"):
        said.kept(**changes(said))


def test_an_answer_that_the_database_reads_otherwise_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    number = city.next_person().id_number
    with partner_saying("civil_affairs", lambda path, content: {"found": True, "data": {"AAC003": "张三", "AIC037": "2026-11-01"}}):
        monkeypatch.setattr(asking, "_plain", lambda name, value: "2026-11-02" if name == "AIC037" else value)
        reply = asking.ask("death", {"AAC002": number})
    assert reply.answer is not None
    assert (reply.answer.outcome, reply.data, reply.is_unavailable) == ("malformed", None, True)


@pytest.mark.slow
def test_the_reference_partners_run_as_processes_and_one_that_is_killed_makes_cases_wait(tmp_path: Path) -> None:
    known = EmploymentRegistration.objects.order_by("id")[0]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = start_partners(tmp_path, port, ("employment_service", "public_security", "civil_affairs"))
    try:
        _forget()
        _reachable(port)
        asks = {"AAC002": known.id_number, "AAB998": known.credit_code}
        reply = asking.ask("employment_registration", asks)
        assert reply.data is not None
        assert reply.data["AAC003"] == known.name
        assert asking.ask("death", {"AAC002": "511102199001010000"}).is_unavailable is False
        form = newcomer()
        running["employment_service"].kill()
        running["employment_service"].wait()
        case = enrol(form)
        assert case.status == "waiting"
    finally:
        stop_partners(running)
        assert all(isinstance(p, subprocess.Popen) and p.returncode is not None for p in running.values())


def _reachable(port: int) -> None:
    for number in range(3):
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port + number), 1).close()
                break
            except OSError:
                time.sleep(0.1)


def test_everything_above_verifies() -> None:
    assert list(verify_all()) == []
