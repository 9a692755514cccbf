"""What a suspension asks back ends with its correction as an error, where every month paid since is due after all; else it is somebody's word."""

import pytest

from tests.city import TODAY, user
from tests.entitlement.people import FIRST_RUN, done, next_month, paid
from tests.payment import test_skipped_months as skipped
from tests.payment import test_unemployment_stopped as stopped
from tests.payment.test_unemployment_stopped import drawing, form_of, resumed
from yigui.common.months import add_months
from yigui.entitlement.models import Benefit
from yigui.tasks.end_task import finish
from yigui.tasks.enums import TaskState
from yigui.tasks.errors import TaskRefused
from yigui.tasks.models import Task
from yigui.tasks.work_on import take

_standards = stopped._standards
SUSPENDED = add_months(FIRST_RUN, -3)


def paid_before_us() -> Benefit:
    """Somebody whose months before our first run were paid by whoever had the benefit then."""
    if next_month() == FIRST_RUN:
        paid()
    return drawing(add_months(FIRST_RUN, -6))


def recovery_of(benefit: Benefit) -> Task:
    return Task.objects.get(kind="recovery", person_id=benefit.person_id)


def test_the_recovery_of_a_suspension_in_error_ends_with_its_correction() -> None:
    benefit = paid_before_us()
    done("PEN-006", form_of(benefit, "04", SUSPENDED, "见通报"), ("id_card",))
    task = recovery_of(benefit)
    assert task.state == TaskState.OPEN
    case = done("PEN-007", resumed(benefit, "04", FIRST_RUN), ("id_card",))
    task.refresh_from_db()
    assert (task.state, task.outcome) == (TaskState.DONE, "stopped_in_error")
    assert case.case_no in task.said
    assert "不追回" in task.said


def test_the_recovery_of_a_sentence_that_was_none_and_of_months_left_behind_is_somebody_s_word() -> None:
    served = paid_before_us()
    done("PEN-006", form_of(served, "01", SUSPENDED), ("id_card", "court_document"))
    done("PEN-007", resumed(served, "04", FIRST_RUN), ("id_card",))
    pension = skipped.drawing()
    last = add_months(next_month(), -1)
    done("PEN-006", skipped.of(pension, "06", last) | {"note": "比对有误"}, ("id_card",), confirmed=("reason_listed",))
    paid()
    # The month that was paid lies before the one it goes on from: it is left behind, and is to be asked back.
    done("PEN-007", skipped.of(pension, "04", add_months(last, 1)), ("id_card",))
    for benefit in (served, pension):
        task = recovery_of(benefit)
        assert task.state == TaskState.OPEN
        take(task_id=task.pk, actor=user("teller"))
        with pytest.raises(TaskRefused, match="须写明处理情况"):
            finish(task_id=task.pk, actor=user("teller"), outcome="none_due", note="", today=TODAY)
        with pytest.raises(TaskRefused, match="请选择处理结果"):
            finish(task_id=task.pk, actor=user("teller"), outcome="stopped_in_error", note="误停", today=TODAY)
        finish(task_id=task.pk, actor=user("teller"), outcome="none_due", note="改判无罪，见判决书，已发月份无须追回", today=TODAY)
        task.refresh_from_db()
        assert (task.state, task.outcome) == (TaskState.DONE, "none_due")


def test_a_pension_stopped_in_error_and_resumed_from_the_same_month_asks_nothing_back() -> None:
    pension = skipped.drawing()
    last = add_months(next_month(), -1)
    done("PEN-006", skipped.of(pension, "06", last) | {"note": "比对有误"}, ("id_card",), confirmed=("reason_listed",))
    assert recovery_of(pension).state == TaskState.OPEN
    done("PEN-007", skipped.of(pension, "04", last), ("id_card",))
    assert recovery_of(pension).outcome == "stopped_in_error"
