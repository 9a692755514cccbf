"""The first case, result or partner of a job raises something nobody foresaw; the second is done all the same."""

import datetime as dt
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections, transaction

import yigui.casework.feedback
import yigui.casework.jobs
import yigui.casework.waiting
import yigui.exchange.outbox
from tests import city
from tests.casework.test_transitions import waiting
from yigui.casework.enums import CaseStatus
from yigui.casework.feedback import deliver_feedback
from yigui.casework.findings import Finding, Level
from yigui.casework.finish_case import finish_approved
from yigui.casework.jobs import finish_stuck_cases, note_overdue
from yigui.casework.models import Case, Feedback
from yigui.casework.waiting import recheck_case, recheck_waiting
from yigui.db.each import LeftBehind, answered_for, each_past
from yigui.exchange.asking import Answered, Question
from yigui.exchange.models import OutMessage, Partner
from yigui.exchange.outbox import send_waiting
from yigui.items.common.base import ItemHandler

POISON = TypeError("'<' not supported between instances of 'str' and 'int'")


def poisoned(work: Callable[..., Any], first: int) -> Callable[..., Any]:
    """The same function, but one element raises what nobody foresaw."""

    def does(*args: Any, **kwargs: Any) -> Any:
        if first in (*args, *kwargs.values()):
            raise POISON
        return work(*args, **kwargs)

    return does


def approved() -> Case:
    """A case whose process died between approval and effect."""
    case = city.accept_class2()
    city.decide(case, "reviewer")
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE casework_step SET state = 'passed', decided_by_id = %s, decided_at = now(), decided_on = '2026-11-10' "
            "WHERE case_id = %s AND state = 'ready'",
            [city.user("rechecker").pk, case.pk],
        )
        cursor.execute("UPDATE casework_case SET status = 'approved' WHERE id = %s", [case.pk])
    return case


def test_finishing_what_was_left(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = approved(), approved()
    with monkeypatch.context() as patched:
        patched.setattr(yigui.casework.jobs, "finish_approved", poisoned(finish_approved, first.pk))
        assert finish_stuck_cases() >= 1
    left = Case.objects.get(pk=first.pk)
    assert (left.status, left.tries) == ("approved", 1)
    assert "系统处理时出错（TypeError）" in left.effect_error
    assert left.next_try_at is not None
    assert left.events.latest("seq").verb == "effect_failed"
    assert Case.objects.get(pk=second.pk).status == "finished"


def test_asking_partners_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = waiting(monkeypatch), waiting(monkeypatch)
    with monkeypatch.context() as patched:
        patched.setattr(yigui.casework.waiting, "recheck_case", poisoned(recheck_case, first.pk))
        assert recheck_waiting() >= 1
    left = Case.objects.get(pk=first.pk)
    assert (left.status, left.tries) == ("waiting", 1)
    assert "TypeError" in left.effect_error
    assert left.next_try_at is not None
    assert Case.objects.get(pk=second.pk).status == "open"
    # It is left alone until it is due, and goes on then.
    assert recheck_waiting() == 0
    Case.objects.filter(pk=first.pk).update(next_try_at=left.accepted_at)
    assert recheck_waiting() == 1
    gone_on = Case.objects.get(pk=first.pk)
    assert (gone_on.status, gone_on.effect_error, gone_on.tries, gone_on.next_try_at) == ("open", "", 0, None)


def test_noting_what_is_overdue(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = city.accept_class1(), city.accept_class1()
    day = dt.date(2026, 12, 30)
    with monkeypatch.context() as patched:
        patched.setattr(yigui.casework.jobs, "_note_overdue", poisoned(yigui.casework.jobs._note_overdue, first.pk))
        assert note_overdue(day) >= 1
    assert Case.objects.get(pk=first.pk).overdue_noted_on is None
    assert Case.objects.get(pk=second.pk).overdue_noted_on == day
    assert "科室负责人的待办" in second.events.latest("seq").note
    assert note_overdue(day) == 1


def test_those_that_fail_for_ever_hide_nothing_behind_them(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [city.accept_class1() for _ in range(4)]
    day = dt.date(2026, 12, 30)
    note_overdue(day)
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE casework_case SET overdue_noted_on = NULL WHERE id = ANY (%s)", [[c.pk for c in cases]])
    does, bad = yigui.casework.jobs._note_overdue, {cases[0].pk, cases[1].pk}

    def fails(case_id: int, *, today: dt.date) -> bool:
        if case_id in bad:
            raise POISON
        return does(case_id, today=today)

    monkeypatch.setattr(yigui.casework.jobs, "LATE_MAX", 1)
    monkeypatch.setattr(yigui.casework.jobs, "_note_overdue", fails)
    with pytest.raises(LeftBehind), answered_for():
        assert note_overdue(day) == 1
    assert note_overdue(day) == 1
    noted = {c.pk: c.overdue_noted_on for c in Case.objects.filter(pk__in=[c.pk for c in cases])}
    assert [noted[c.pk] for c in cases] == [None, None, day, day]


def test_what_fails_is_gone_past_once_a_run_and_what_waits_behind_it_is_done() -> None:
    left, tried = list(range(10)), list[int]()

    def do(number: int) -> bool:
        tried.append(number)
        if number % 2 == 0:
            raise POISON
        left.remove(number)
        return True

    went = each_past(lambda skip: left[skip : skip + 3], do, job="test")
    assert (went.done, went.failed) == (5, 5)
    assert sorted(tried) == list(range(10))
    # Where nothing fails, one run takes as many as one run takes.
    assert each_past(lambda skip: [1, 2][skip:], lambda _: True, job="test").done == 2


def test_sending_results(monkeypatch: pytest.MonkeyPatch) -> None:
    deliver_feedback()
    first, second = (city.accept_class3().feedback.get() for _ in range(2))
    with monkeypatch.context() as patched:
        patched.setattr(yigui.casework.feedback, "_deliver", poisoned(yigui.casework.feedback._deliver, first.pk))
        assert deliver_feedback() == 1
    assert Feedback.objects.get(pk=second.pk).delivered_at is not None
    left = Feedback.objects.get(pk=first.pk)
    assert (left.attempts, left.delivered_at) == (1, None)
    assert deliver_feedback() == 1


def test_telling_partners(monkeypatch: pytest.MonkeyPatch) -> None:
    # Between two healthy ones, whichever way they are gone through; each with a message behind the first.
    told: dict[str, list[OutMessage]] = {}
    for code in ("first_partner", "second_partner", "third_partner"):
        partner = city.partner(code, code, base_url="http://127.0.0.1:9")
        told[code] = [
            OutMessage.objects.create(message_id=uuid.uuid4(), partner=partner, kind="finished", content={"n": n}) for n in (1, 2)
        ]
    asked: list[tuple[str, int]] = []

    def answer(partner: Partner, question: Question, **more: Any) -> Answered:
        asked.append((partner.code, json.loads(question.signed.body)["content"]["n"]))
        if partner.code == "second_partner":
            raise POISON
        return Answered({"taken": True}, "", "")

    monkeypatch.setattr(yigui.exchange.outbox, "post", answer)
    assert send_waiting() == 4
    now = {code: [OutMessage.objects.get(pk=message.pk) for message in messages] for code, messages in told.items()}
    for code in ("first_partner", "third_partner"):
        assert all(message.taken_at is not None for message in now[code])
    failed, behind = now["second_partner"]
    assert (failed.taken_at, failed.attempts) == (None, 1)
    assert failed.next_try_at is not None
    # What stands behind it waits: a partner hears things in the order in which they happened.
    assert (behind.taken_at, behind.attempts) == (None, 0)
    assert ("second_partner", 2) not in asked


def test_cases_of_a_silent_partner_do_not_keep_others_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    unanswered, answered = waiting(monkeypatch), waiting(monkeypatch)
    check = ItemHandler.check

    def answers(handler: ItemHandler, facts: Any) -> list[Finding]:
        silent = facts["credit_code"] == unanswered.form["credit_code"]
        return [Finding("identity_match", "公安暂时没有应答。", Level.WAIT)] if silent else list(check(handler, facts))

    monkeypatch.setattr(ItemHandler, "check", answers)
    monkeypatch.setattr("yigui.casework.waiting.CASES_MAX", 1)
    for _ in range(Case.objects.filter(status=CaseStatus.WAITING).count()):
        recheck_waiting()
    assert Case.objects.get(pk=unanswered.pk).status == CaseStatus.WAITING
    assert Case.objects.get(pk=answered.pk).status == CaseStatus.OPEN
