"""A fault that passes is tried again by itself, ever later; a refusal is not, and says its sentence."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError

from tests import city
from tests.pages import signed_in, text_of
from yigui.casework.finish_case import PAUSES, finish_again
from yigui.casework.jobs import finish_stuck_cases
from yigui.casework.models import Case, Step
from yigui.casework.queries import current_step
from yigui.common import clock
from yigui.db.faults import database_sentence, is_passing
from yigui.items.change.person_basic_info_change import PersonBasicInfoChange
from yigui.items.registration.unit_enrolment import UnitEnrolment


class _Diag:
    def __init__(self, sqlstate: str) -> None:
        self.sqlstate, self.message_primary = sqlstate, "守护触发器拒绝。"


class _Cause(Exception):
    def __init__(self, sqlstate: str) -> None:
        self.diag = _Diag(sqlstate)


def answered(sqlstate: str, kind: type[Exception] = OperationalError) -> Exception:
    error = kind("the server's words")
    error.__cause__ = _Cause(sqlstate) if sqlstate else None
    return error


@pytest.mark.parametrize("state", ["53100", "53300", "08006", "57P01", "40P01", "40001", "55P03", ""])
def test_what_passes(state: str) -> None:
    assert is_passing(answered(state))
    assert "系统将自动重试" in database_sentence(answered(state), is_tried_again=True)  # type: ignore[arg-type]
    # Whoever does not try again says nothing of it.
    assert "自动重试" not in database_sentence(answered(state))  # type: ignore[arg-type]
    assert is_passing(InterfaceError("connection already closed"))


@pytest.mark.parametrize("state", ["23505", "23514", "42501", "22003", "YG002"])
def test_what_does_not_pass(state: str) -> None:
    assert not is_passing(answered(state, DatabaseError))
    assert "自动重试" not in database_sentence(answered(state, DatabaseError))  # type: ignore[arg-type]
    assert not is_passing(ValueError("program"))
    assert not is_passing(IntegrityError("no answer"))


def effect(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(self: Any, facts: Any, case: Any) -> Any:
        raise error

    monkeypatch.setattr(PersonBasicInfoChange, "apply", fail)


def make_due(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(next_try_at=clock.now() - dt.timedelta(seconds=1))


def test_a_full_disk_is_waited_for_and_the_case_finished_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        effect(patched, answered("53100"))
        case = city.accept_class3()
        assert (case.status, case.tries) == ("approved", 1)
        assert "53100" in case.effect_error
        assert case.next_try_at is not None
        finish_stuck_cases()
        # Its time has not come.
        assert Case.objects.get(pk=case.pk).tries == 1
        make_due(case)
        finish_stuck_cases()
        left = Case.objects.get(pk=case.pk)
        assert left.next_try_at is not None
        assert left.tries == 2
        assert left.next_try_at - clock.now() > dt.timedelta(minutes=PAUSES[1] - 1)
    make_due(case)
    finish_stuck_cases()
    done = Case.objects.get(pk=case.pk)
    assert (done.status, done.effect_error, done.next_try_at) == ("finished", "", None)


def test_after_the_last_attempt_a_person_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        effect(patched, answered("40P01"))
        case = city.accept_class3()
        Case.objects.filter(pk=case.pk).update(tries=len(PAUSES))
        make_due(case)
        finish_stuck_cases()
        left = Case.objects.get(pk=case.pk)
        assert (left.tries, left.next_try_at) == (len(PAUSES) + 1, None)
        finish_stuck_cases()
        assert Case.objects.get(pk=case.pk).tries == len(PAUSES) + 1
    assert finish_again(case_id=case.pk, actor=city.user("teller")).status == "finished"


@pytest.mark.parametrize("error", [answered("23514", IntegrityError), answered("YG003", DatabaseError)])
def test_a_refusal_is_not_tried_again(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    effect(monkeypatch, error)
    case = city.accept_class3()
    assert (case.status, case.next_try_at) == ("approved", None)
    assert case.effect_error
    before = case.events.count()
    finish_stuck_cases()
    assert case.events.count() == before


def test_a_fault_of_the_program_after_the_last_step_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Any, facts: Any, case: Any) -> Any:
        raise ZeroDivisionError("the program")

    case = city.accept_class2()
    city.decide(case, "reviewer")
    step = current_step(case)
    assert step is not None
    with monkeypatch.context() as patched:
        patched.setattr(UnitEnrolment, "apply", fail)
        answer = signed_in("rechecker").post(
            f"/cases/{case.case_no}/decide/", {"step": step.pk, "verdict": "passed", "opinion": "同意"}, follow=True
        )
        assert answer.status_code == 200
        assert "环节已通过，但办结未成功：系统处理时出错（ZeroDivisionError）" in text_of(answer)
        left = Case.objects.get(pk=case.pk)
        assert (left.status, left.tries, "系统将自动重试" in left.effect_error) == ("approved", 1, True)
        assert left.next_try_at is not None
        assert Step.objects.get(pk=step.pk).state == "passed"
        # When it is not tried again, nobody is told that it is.
        Case.objects.filter(pk=case.pk).update(tries=len(PAUSES), next_try_at=clock.now() - dt.timedelta(seconds=1))
        finish_stuck_cases()
        left = Case.objects.get(pk=case.pk)
        assert (left.next_try_at, "系统将自动重试" in left.effect_error, "再次办结" in left.effect_error) == (None, False, True)
        assert finish_again(case_id=case.pk, actor=city.user("rechecker")).status == "approved"
    assert finish_again(case_id=case.pk, actor=city.user("rechecker")).status == "finished"
