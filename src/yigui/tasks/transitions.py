"""The whole life of a task (任务状态转换) on one screen: what may be done in which state, where it leads, and by whom.

The database's guard is made from this table (`models.Task`); a test wants for every state that is not final a way to a final one
by somebody who exists.
"""

from dataclasses import dataclass
from enum import StrEnum

from yigui.tasks.enums import ENDED, UNFINISHED, TaskState, TaskVerb


class Part(StrEnum):
    """In what part somebody acts on a task. `who_may` says who fits."""

    POOL = "pool"  # a colleague of the agency whose post the kind names
    OWNER = "owner"  # who has taken it
    RECEIVER = "receiver"  # to whom it was handed on
    HEAD = "head"  # the section head of the agency, or of the one above where it has none
    SYSTEM = "system"  # no person: what happened elsewhere, or the clock


@dataclass(frozen=True)
class Transition:
    """One row of the table. `sources` is empty for a task that does not exist yet, `target` None when it stays where it is."""

    verb: TaskVerb
    sources: tuple[TaskState, ...]
    target: TaskState | None
    parts: tuple[Part, ...]
    needs_note: bool = False


_OPEN, _TAKEN, _HANDED_ON = UNFINISHED[0], UNFINISHED[1], UNFINISHED[2]

#: verb, from, to, who, and whether it needs a word.
TRANSITIONS = (
    Transition(TaskVerb.OPEN, (), _OPEN, (Part.SYSTEM,)),
    Transition(TaskVerb.TAKE, (_OPEN, _HANDED_ON), _TAKEN, (Part.POOL, Part.RECEIVER, Part.HEAD)),
    Transition(TaskVerb.PUT_BACK, (_TAKEN, _HANDED_ON), _OPEN, (Part.OWNER, Part.RECEIVER, Part.HEAD), needs_note=True),
    Transition(TaskVerb.HAND_ON, UNFINISHED, _HANDED_ON, (Part.OWNER, Part.POOL, Part.HEAD), needs_note=True),
    Transition(TaskVerb.BEGIN_CASE, (_TAKEN,), None, (Part.OWNER,)),
    Transition(TaskVerb.LOSE_CASE, UNFINISHED, None, (Part.SYSTEM,)),
    Transition(TaskVerb.PROLONG, UNFINISHED, None, (Part.HEAD,), needs_note=True),
    Transition(TaskVerb.ESCALATE, UNFINISHED, None, (Part.SYSTEM,)),
    Transition(TaskVerb.REPLACE, UNFINISHED, _OPEN, (Part.SYSTEM,)),
    Transition(TaskVerb.MOVE, UNFINISHED, None, (Part.SYSTEM,)),
    Transition(TaskVerb.FINISH, (_TAKEN,), TaskState.DONE, (Part.OWNER,)),
    Transition(TaskVerb.SETTLE, UNFINISHED, TaskState.DONE, (Part.SYSTEM,)),
    Transition(TaskVerb.DROP, UNFINISHED, TaskState.DROPPED, (Part.HEAD,), needs_note=True),
    Transition(TaskVerb.REOPEN, ENDED, _OPEN, (Part.HEAD,), needs_note=True),
)


def transition_of(state: str, verb: TaskVerb) -> Transition | None:
    """The row for doing something to a task in a state; None when it cannot be done."""
    return next((row for row in TRANSITIONS if row.verb == verb and state in row.sources), None)


def moves() -> tuple[tuple[str, str], ...]:
    """Every change of state there is, as the database's guard keeps them; sorted."""
    found = {(str(s), str(row.target)) for row in TRANSITIONS for s in row.sources if row.target not in (None, s)}
    return tuple(sorted(found))


def steps() -> tuple[tuple[str, str, str], ...]:
    """Every step a log may take, as the database keeps them: verb, state before, state after; sorted."""
    return tuple(sorted((str(row.verb), str(s), str(row.target or s)) for row in TRANSITIONS for s in row.sources))


def ways_out(state: TaskState) -> list[Transition]:
    """The rows that a person may use in a state (no part of `SYSTEM` alone)."""
    return [row for row in TRANSITIONS if state in row.sources and row.parts != (Part.SYSTEM,)]
