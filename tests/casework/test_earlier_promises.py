"""Flags of cases finished before there were tasks become tasks, once."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests import city
from tests.conftest import TODAY
from tests.entitlement.people import done, pensioner
from yigui.casework import earlier_promises, finish_case
from yigui.casework.earlier_promises import adopt_earlier_promises
from yigui.casework.models import Case
from yigui.casework.outcomes import Outcome
from yigui.db.each import LeftBehind
from yigui.integrity.verify import verify_all
from yigui.runs.models import Run
from yigui.tasks.models import Task


def earlier(outcome: Outcome, *, warrant_id: int, changes: int, task_ids: Sequence[int]) -> dict[str, Any]:
    """An outcome as cases kept it before, when nobody took the flag up."""
    return {"summary": outcome.summary, "flags": ["benefit_review", "order:x"], "warrant": warrant_id, "changes": changes}


def fails(*args: Any) -> None:
    raise RuntimeError("no place left")


def test_what_was_promised_before_the_upgrade_is_kept_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as before:
        before.setattr(finish_case, "stored_outcome", earlier)
        before.setattr(finish_case, "open_follow_ups", lambda *args, **more: [])
        case = done("CHG-004", city.key_change_form(pensioner().person), city.KEY_MATERIALS)
    assert not Task.objects.filter(origin_id=case.pk).exists()
    with monkeypatch.context() as broken, pytest.raises(LeftBehind, match=f"adopt_earlier_promises {case.pk}: RuntimeError"):
        broken.setattr(earlier_promises, "_open", fails)
        adopt_earlier_promises(TODAY)
    assert Run.objects.filter(kind=earlier_promises.KIND).latest("pk").status == "failed"
    assert adopt_earlier_promises(TODAY) == 1
    task = Task.objects.get(origin_kind="case", origin_id=case.pk)
    assert (task.kind, task.person_id, task.origin_no) == ("benefit_review", case.person_id, case.case_no)
    assert adopt_earlier_promises(TODAY) == 0
    assert Case.objects.get(pk=case.pk).outcome["flags"] == ["benefit_review", "order:x"]
    assert list(verify_all()) == []
