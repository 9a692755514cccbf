"""A process killed between approval and effect: nothing lost, nothing done twice."""

import datetime as dt
import os
import signal
import subprocess
import sys
import textwrap

import pytest

from tests import city
from tests.casework.test_routes_and_decisions import meet
from tests.conftest import ROOT
from yigui.casework.accept_case import accept_case
from yigui.casework.errors import StepMoved
from yigui.casework.feedback import deliver_feedback
from yigui.casework.finish_case import finish_again, finish_approved
from yigui.casework.jobs import finish_stuck_cases, note_overdue
from yigui.casework.models import Case, Event, Feedback
from yigui.registry.models import Employer, Person
from yigui.staff.errors import NotAuthorised
from yigui.warrants.models import Warrant

KILLED_AFTER_APPROVAL = """
    import yigui.casework.decide_step as module
    module.finish_decided = lambda **_: os.kill(os.getpid(), signal.SIGKILL)
"""
KILLED_INSIDE_THE_EFFECT = """
    import yigui.casework.finish_case as module
    module.changes_digest = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
"""


def recheck_in_a_process_that_dies(case: Case, where: str) -> None:
    script = f"""
    import os, signal, datetime as dt
    import django
    django.setup()
    from tests import seen
    seen.carry()
    from yigui.casework.decide_step import decide_step
    from yigui.casework.queries import current_step
    from yigui.casework.models import Case
    from yigui.staff.models import User
    {textwrap.dedent(where).replace(chr(10), chr(10) + "    ")}
    case = Case.objects.get(pk={case.pk})
    decide_step(case_id=case.pk, step_id=current_step(case).pk, actor=User.objects.get(username="rechecker"),
                verdict="passed", opinion="", today=dt.date(2026, 11, 10))
    """
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    died = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], env=environment, capture_output=True, text=True)
    assert died.returncode == -signal.SIGKILL, died.stderr


@pytest.mark.parametrize("where", [KILLED_AFTER_APPROVAL, KILLED_INSIDE_THE_EFFECT])
def test_a_case_killed_on_its_last_steps_is_finished_once_by_the_worker(where: str) -> None:
    case = city.accept_class2()
    city.decide(case, "reviewer")
    recheck_in_a_process_that_dies(case, where)
    left = Case.objects.get(pk=case.pk)
    assert left.status == "approved"
    assert not Employer.objects.filter(credit_code=case.form["credit_code"]).exists()
    assert not Warrant.objects.filter(kind="case", subject_id=case.pk).exists()
    assert finish_stuck_cases() >= 1
    assert Case.objects.get(pk=case.pk).status == "finished"
    assert finish_stuck_cases() == 0
    assert finish_approved(case_id=case.pk).status == "finished"
    assert Employer.objects.filter(credit_code=case.form["credit_code"]).count() == 1
    assert Event.objects.filter(case=case, verb="finish").count() == 1


def test_effects_refused_undo_everything_and_the_case_says_why() -> None:
    seeker = city.next_seeker()
    case = city.accept_class1(change_item="02", old_value=None, new_value=seeker.id_number)
    for name in ("reviewer", "rechecker", "head"):
        city.decide(case, name)
    meet(case)
    # Before the leader approves, somebody else is registered under the number the case asks for.
    assert accept_case(city.application("REG-004", city.enrolment_form(seeker))).status == "finished"
    left = city.decide(case, "director")
    assert left.status == "approved"
    assert f"证件号码 {seeker.id_number} 已被其他参保人使用" in left.effect_error
    assert left.person is not None
    assert Person.objects.get(pk=left.person.pk).id_number == case.form["id_number"]
    assert not Warrant.objects.filter(kind="case", subject_id=case.pk).exists()
    assert Event.objects.filter(case=case).order_by("-seq")[0].verb == "effect_failed"
    with pytest.raises(NotAuthorised):
        finish_again(case_id=case.pk, actor=city.user("reviewer-511123"))
    with pytest.raises(StepMoved, match="现为“已办结”"):
        finish_again(case_id=city.accept_class3().pk, actor=city.user("director"))
    again = finish_again(case_id=case.pk, actor=city.user("director"))
    assert (again.status, again.effect_error) == ("approved", left.effect_error)


def test_overdue_marks_are_written_once() -> None:
    case = city.accept_class1()
    day = dt.date(2026, 12, 30)
    assert note_overdue(day) >= 1
    assert note_overdue(day) == 0
    assert Event.objects.filter(case=case, verb="overdue").count() == 1


def test_results_are_delivered_once() -> None:
    case = city.accept_class3()
    assert deliver_feedback() >= 1
    delivered = Feedback.objects.get(case=case).delivered_at
    assert delivered is not None
    deliver_feedback()
    assert Feedback.objects.get(case=case).delivered_at == delivered
