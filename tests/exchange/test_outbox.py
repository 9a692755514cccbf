"""A message that our own program cannot send makes way for those behind it, and a person ends it."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError

from tests import city
from tests.pages import page_of, signed_in, text_of
from yigui.exchange import outbox
from yigui.exchange.asking import Answered, Question
from yigui.exchange.errors import MessageMoved, ReasonMissing
from yigui.exchange.inbox_sources import REFUSED
from yigui.exchange.models import OutMessage, Partner

Told = tuple[Partner, OutMessage, OutMessage]


TAKEN = Answered({"taken": True}, "", "")


@pytest.fixture
def told() -> Iterator[Told]:
    """A partner and two messages to it; nobody else is told anything meanwhile."""
    others = list(Partner.objects.exclude(base_url="").values_list("pk", "base_url"))
    Partner.objects.using("owner").update(base_url="")
    code = f"p{uuid.uuid4().hex[:12]}"
    partner = city.partner(code, code, base_url="http://127.0.0.1:9")
    yield (
        partner,
        *(OutMessage.objects.create(message_id=uuid.uuid4(), partner=partner, kind="finished", content={"n": n}) for n in (1, 2)),
    )
    OutMessage.objects.filter(partner=partner, taken_at=None).update(refused="left by a test")
    Partner.objects.using("owner").filter(pk=partner.pk).update(base_url="", is_active=False)
    for key, address in others:
        Partner.objects.using("owner").filter(pk=key).update(base_url=address)


def _fails_on_the_first(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def answer(partner: Partner, question: Question, **more: Any) -> Answered:
        if json.loads(question.signed.body)["content"]["n"] == 1:
            raise error
        return TAKEN

    monkeypatch.setattr(outbox, "post", answer)


def _send(times: int, partner: Partner) -> None:
    for _ in range(times):
        OutMessage.objects.filter(partner=partner).update(next_try_at=None)
        outbox.send_waiting()


def test_a_message_our_program_fails_on_is_set_aside_and_the_rest_goes_on(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    partner, first, second = told
    _fails_on_the_first(monkeypatch, TypeError("poison with 510105199001011234"))
    _send(outbox.FAULTS_MAX - 1, partner)
    first.refresh_from_db()
    assert (first.faults, first.refused) == (outbox.FAULTS_MAX - 1, "")
    _send(1, partner)
    outbox.send_waiting()
    first.refresh_from_db()
    second.refresh_from_db()
    assert second.taken_at is not None
    assert (first.taken_at, first.stands) == (None, "搁置")
    assert "510105" not in first.refused
    for username in ("head", "sysadmin"):
        rows = [row for row in REFUSED.rows(city.user(username), city.TODAY, 500) if row.key == str(first.pk)]
        assert [row.kind for row in rows] == ["搁置"]
        assert f"/partners/messages/{first.pk}/drop/" in text_of(signed_in(username).get("/partners/"))


def test_what_passes_by_itself_is_not_counted_against_a_message(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    partner, first, second = told
    _fails_on_the_first(monkeypatch, OperationalError("the connection is closed"))
    _send(outbox.FAULTS_MAX + 2, partner)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.faults, first.refused, first.attempts) == (0, "", outbox.FAULTS_MAX + 2)
    assert second.taken_at is None


def test_what_was_set_aside_is_sent_again_by_a_person(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    partner, first, _ = told
    _fails_on_the_first(monkeypatch, TypeError("poison"))
    _send(outbox.FAULTS_MAX, partner)
    monkeypatch.setattr(outbox, "post", lambda *args, **kwargs: TAKEN)
    assert signed_in("head").post(f"/partners/messages/{first.pk}/resend/").status_code == 302
    _send(1, partner)
    first.refresh_from_db()
    assert (first.taken_at is not None, first.faults, first.refused) == (True, 0, "")
    with pytest.raises(MessageMoved, match="收讫"):
        outbox.send_again(first.pk, user=city.user("head"))


def test_what_was_set_aside_is_dropped_with_a_reason_by_a_person(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    partner, first, second = told
    _fails_on_the_first(monkeypatch, TypeError("poison"))
    _send(outbox.FAULTS_MAX, partner)
    head = city.user("head")
    with pytest.raises(ReasonMissing):
        outbox.drop(first.pk, user=head, reason="  ")
    # One that is in line is not dropped.
    with pytest.raises(MessageMoved):
        outbox.drop(second.pk, user=head, reason="不再需要发送")
    assert signed_in("head").post(f"/partners/messages/{first.pk}/drop/", {"reason": "已电话告知"}).status_code == 302
    first.refresh_from_db()
    assert (first.dropped_by, first.drop_reason, first.dropped_at is not None) == (head, "已电话告知", True)
    assert not [row for row in REFUSED.rows(head, city.TODAY, 500) if row.key == str(first.pk)]
    assert f"/partners/messages/{first.pk}/" not in page_of(signed_in("head").get("/partners/"))
    with pytest.raises(MessageMoved):
        outbox.send_again(first.pk, user=city.user("head"))
    _send(1, partner)
    first.refresh_from_db()
    assert first.taken_at is None
