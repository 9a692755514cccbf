"""What must be so before a task may end with an outcome, where only the room of the matter can know (e.g. a bill that is paid)."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yigui.tasks.models import Task

#: (kind, outcome; the state of a task that is dropped, 撤销, in its place) -> the sentence that refuses, "" when it may end.
_CHECKS: dict[tuple[str, str], Callable[["Task"], str]] = {}


def register_check(kind: str, outcome: str, check: Callable[["Task"], str]) -> None:
    """Register a check; called once by the room of the matter when Django starts."""
    assert _CHECKS.get((kind, outcome), check) is check, f"two checks for {kind} {outcome}"
    _CHECKS[(kind, outcome)] = check


def refusal_of(task: "Task", outcome: str) -> str:
    """Why a task may not end with an outcome; "" when it may."""
    check = _CHECKS.get((task.kind, outcome))
    return check(task) if check else ""
