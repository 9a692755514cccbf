"""Results go back: to the message box at once, by text and mail once to who is not there any more; no name, no amount."""

import datetime as dt
import json
from typing import Any

import pytest
from django.conf import settings
from django.core import mail

from tests import city
from yigui.casework import feedback
from yigui.casework.feedback import deliver_feedback
from yigui.casework.models import Case, Delivery, Feedback


def texts() -> list[dict[str, Any]]:
    path = settings.DATA / "texts.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def left(case: Case) -> None:
    """The applicant has gone home."""
    Feedback.objects.using("super").filter(case=case).update(created_at=case.accepted_at + dt.timedelta(hours=3))


def returned() -> Case:
    case = city.accept_class2()
    case = city.decide(case, "reviewer", "returned", "请补充照片")
    left(case)
    return case


@pytest.fixture(autouse=True)
def nothing_waiting() -> None:
    deliver_feedback()
    mail.outbox.clear()


def test_a_returned_case_is_told_by_two_ways_once_and_without_what_is_private() -> None:
    case = returned()
    before = len(texts())
    assert deliver_feedback() == 1
    assert deliver_feedback() == 0
    found = Feedback.objects.get(case=case)
    assert (found.result, found.message) == ("returned", "需要补正：请补充照片")
    sent = texts()[before:]
    assert [t["phone"] for t in sent] == [case.form["phone"]]
    assert case.case_no in sent[0]["text"]
    assert "需要补正" in sent[0]["text"]
    assert case.subject_name not in sent[0]["text"]
    ways = set(Delivery.objects.filter(feedback=found).values_list("way", flat=True))
    assert ways == {"text", *(["mail"] if case.form.get("email") else [])}


def test_who_waits_for_the_answer_is_not_sent_another_one() -> None:
    case = city.accept_class3()
    before = len(texts())
    assert deliver_feedback() == 1
    assert len(texts()) == before
    assert Feedback.objects.get(case=case).delivered_at is not None


def test_a_way_that_fails_is_tried_again_and_the_other_not_sent_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    returned()

    def down(*_: Any) -> None:
        raise OSError("gateway down")

    monkeypatch.setitem(feedback._WAYS, "text", (feedback.phone_of, down))
    monkeypatch.setitem(feedback._WAYS, "mail", (lambda _: "applicant@example.com", feedback._send_mail))
    assert deliver_feedback() == 0
    assert [m.to for m in mail.outbox] == [["applicant@example.com"]]
    monkeypatch.setitem(feedback._WAYS, "text", (feedback.phone_of, feedback.send_text))
    before = len(texts())
    assert deliver_feedback() == 1
    assert len(texts()) == before + 1
    assert len(mail.outbox) == 1


def test_a_way_that_never_works_is_given_up_and_the_result_stays_in_the_box(monkeypatch: pytest.MonkeyPatch) -> None:
    case = returned()

    def down(*_: Any) -> None:
        raise OSError("gateway down")

    monkeypatch.setitem(feedback._WAYS, "text", (feedback.phone_of, down))
    for _ in range(feedback.ATTEMPTS_MAX):
        deliver_feedback()
    found = Feedback.objects.get(case=case)
    assert (found.attempts, found.delivered_at is not None) == (feedback.ATTEMPTS_MAX, True)
