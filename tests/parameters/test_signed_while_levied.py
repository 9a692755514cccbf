"""What is signed and what is levied know of each other, whichever comes first and however close they are."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections

from tests import money
from tests.city import user
from tests.parameters.test_change_parameter import as_the_files_say, checked, proposed, tried
from tests.parameters.test_trials_leave_nobody_out import AREA
from yigui.common.errors import YiguiError
from yigui.parameters.change_parameter import sign
from yigui.parameters.models import ParameterChange, Trial
from yigui.runs import staged
from yigui.runs.batches import approve_batch, batch_of, void_batch
from yigui.runs.kinds import kind_of
from yigui.runs.models import Batch

__all__ = ["as_the_files_say"]


def bounds_of(first: dt.date, last: int) -> ParameterChange:
    return proposed(
        valid_from=first, valid_to=first.replace(day=last), columns={"floor": "5200", "ceiling": "22938"}, published_on=first,
        late_reason="补录当月的上下限",
    )  # fmt: skip


def approved(period: int) -> Batch:
    batch = money.plan(period, AREA)
    return approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))


def at_once(deed: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    said: list[Any] = []

    def run() -> None:
        try:
            said.append(deed())
        except Exception as error:
            said.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, said


@contextmanager
def being_closed(batch: Batch, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[Any]]]:
    """The batch is marked as executed and its transaction is still open; the function lets it end and gives what came of it."""
    reached, go = threading.Event(), threading.Event()
    real = staged.mark_executed

    def slow(*given: Any, **more: Any) -> Any:
        done = real(*given, **more)
        reached.set()
        go.wait(60)
        return done

    with monkeypatch.context() as patched:
        patched.setattr(staged, "mark_executed", slow)
        thread, said = at_once(lambda: staged.execute(batch_id=batch.pk).status)
        assert reached.wait(60), said

        def end() -> list[Any]:
            go.set()
            thread.join(60)
            return said

        try:
            yield end
        finally:
            end()


def test_nobody_signs_past_a_month_that_is_just_being_levied(monkeypatch: pytest.MonkeyPatch) -> None:
    change = bounds_of(dt.date(2026, 3, 1), 31)
    batch = approved(202603)
    trial = tried(change)
    assert trial.summary["levied"] == []
    checked(change)
    with being_closed(batch, monkeypatch) as end:
        signing, said = at_once(
            lambda: sign(change_id=change.pk, leader=user("director"), trial_id=trial.pk, shown=trial.digest).status
        )
        signing.join(3)
        assert signing.is_alive(), said
        assert end() == ["executed"]
        signing.join(60)
    (refused,) = said
    assert "试算之后又征收" in str(refused), refused
    change.refresh_from_db()
    assert change.status == "checked"


def test_a_trial_begins_after_the_month_that_is_just_being_levied_and_counts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    change = bounds_of(dt.date(2026, 4, 1), 30)
    batch = approved(202604)
    with being_closed(batch, monkeypatch) as end:
        trying, said = at_once(lambda: tried(change))
        trying.join(3)
        assert trying.is_alive(), said
        assert end() == ["executed"]
        trying.join(120)
    (trial,) = said
    assert isinstance(trial, Trial), trial
    assert [row["period"] for row in trial.summary["levied"]] == [202604]


def test_a_plan_of_before_the_signature_is_not_executed_by_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    change = bounds_of(dt.date(2026, 2, 1), 28)
    batch = approved(202602)
    trial = tried(change)
    checked(change)
    assert sign(change_id=change.pk, leader=user("director"), trial_id=trial.pk, shown=trial.digest).status == "signed"
    with pytest.raises(YiguiError, match="请作废后重新生成"):
        staged.execute(batch_id=batch.pk)
    # Nor past the program's own look.
    monkeypatch.setattr(type(kind_of("levy")), "look_again", lambda self, b: None)
    with pytest.raises(Exception, match=f"参数变更 {change.pk} 号"):
        staged.execute(batch_id=batch.pk)
    assert batch_of(batch.pk).status == "approved"
    monkeypatch.undo()
    void_batch(batch_id=batch.pk, user=user("director"), reason="签署了新的上下限，重新生成")
    anew = approved(202602)
    assert staged.execute(batch_id=anew.pk).status == "executed"
