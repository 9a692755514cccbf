"""Results sent by text as those read them who look after them: state, masked number, and one sent again with a reason that stays."""

from typing import Any

import pytest

from tests import city
from tests.casework.test_feedback import returned
from tests.pages import page_of, signed_in, text_of
from tests.texts import texts
from yigui.casework import feedback, sent_messages
from yigui.casework.errors import FeedbackMoved, ReasonMissing
from yigui.casework.feedback import ATTEMPTS_MAX, deliver_feedback, phone_of
from yigui.casework.models import Feedback, Resend
from yigui.casework.sent_messages import send_again
from yigui.staff.errors import NotAuthorised

REASON = "申请人来电称未收到"


def down(*_: Any) -> None:
    raise OSError("gateway down")


def given_up(monkeypatch: pytest.MonkeyPatch) -> Feedback:
    """A result that no text brought to the applicant."""
    case = returned()
    monkeypatch.setitem(feedback._WAYS, "text", (phone_of, down))
    for _ in range(ATTEMPTS_MAX):
        deliver_feedback()
    monkeypatch.setitem(feedback._WAYS, "text", (phone_of, feedback.send_text))
    return Feedback.objects.get(case=case)


def test_what_did_not_arrive_stands_first_with_a_masked_number(monkeypatch: pytest.MonkeyPatch) -> None:
    found = given_up(monkeypatch)
    page = page_of(signed_in("head").get("/messages/"))
    number = phone_of(found.case)
    assert found.case.case_no in page
    assert number not in page
    assert f"{number[:3]}****{number[-4:]}" in page
    assert f"已试 {ATTEMPTS_MAX} 次" in page
    assert f'action="/messages/{found.pk}/again/"' in page
    assert "再次发送的原因" in page


def test_one_that_waits_and_one_that_was_sent_are_told_apart() -> None:
    case = returned()
    head = signed_in("head")
    assert case.case_no in page_of(head.get("/messages/?state=waiting"))
    with pytest.raises(FeedbackMoved, match="正等待发送"):
        send_again(Feedback.objects.get(case=case).pk, user=city.user("head"), reason=REASON)
    deliver_feedback()
    assert case.case_no not in page_of(head.get("/messages/?state=waiting"))
    page = page_of(head.get("/messages/?state=sent"))
    assert case.case_no in page
    assert "已发送" in page


def test_sent_again_once_with_a_reason_that_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    found = given_up(monkeypatch)
    head, before = signed_in("head"), len(texts())
    answer = head.post(f"/messages/{found.pk}/again/", {"reason": REASON}, follow=True)
    assert "已再次发送" in text_of(answer)
    assert len(texts()) == before + 1
    resend = Resend.objects.get(feedback=found)
    assert (resend.user, resend.reason, resend.is_taken) == (city.user("head"), REASON, True)
    assert "十分钟内已再次发送过" in text_of(head.post(f"/messages/{found.pk}/again/", {"reason": REASON}))
    assert len(texts()) == before + 1
    assert REASON in page_of(head.get("/messages/?state=all"))


def test_a_gateway_that_is_away_is_said_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    found = given_up(monkeypatch)
    monkeypatch.setattr(sent_messages, "send_text", down)
    head = signed_in("head")
    assert "短信网关没有接收" in text_of(head.post(f"/messages/{found.pk}/again/", {"reason": REASON}, follow=True))
    assert not Resend.objects.get(feedback=found).is_taken
    assert "网关未接收" in page_of(head.get("/messages/"))


def test_without_reason_number_or_right_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    found, before = given_up(monkeypatch), len(texts())
    with pytest.raises(ReasonMissing):
        send_again(found.pk, user=city.user("head"), reason="")
    with pytest.raises(NotAuthorised):
        send_again(found.pk, user=city.user("teller"), reason=REASON)
    with pytest.raises(FeedbackMoved, match="没有第"):
        send_again(2**40, user=city.user("head"), reason=REASON)
    monkeypatch.setattr(sent_messages, "phone_of", lambda case: "")
    with pytest.raises(FeedbackMoved, match="没有可用的手机号"):
        send_again(found.pk, user=city.user("head"), reason=REASON)
    assert "没有手机号" in page_of(signed_in("head").get("/messages/"))
    assert (len(texts()), Resend.objects.filter(feedback=found).exists()) == (before, False)


def test_audit_reads_it_and_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = given_up(monkeypatch)
    reader = signed_in("logadmin")
    page = page_of(reader.get("/messages/"))
    assert found.case.case_no in page
    assert "再次发送的原因" not in page
    assert reader.post(f"/messages/{found.pk}/again/", {"reason": REASON}).status_code == 403


def test_the_head_of_a_county_sees_the_countys_cases_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    found = given_up(monkeypatch)
    assert found.case.agency_id == "51110001"
    other = city.new_user("section_head", agency="51110201", password="Ein-Passwort-9")
    client = signed_in(other.username)
    assert found.case.case_no not in page_of(client.get("/messages/?state=all"))
    with pytest.raises(NotAuthorised, match="不在您的管理范围"):
        send_again(found.pk, user=city.user(other.username), reason=REASON)


@pytest.mark.parametrize("who", ["teller", "reviewer", "secadmin", "guide"])
def test_nobody_else_opens_it(who: str) -> None:
    assert signed_in(who).get("/messages/").status_code == 403
