"""The whole life of a case (办件状态转换) on one screen: what may be done to it in which status, where that leads, and by whom.

The database's own list (`casework_transitions_v1` in `sql/transitions.sql`) is made from it (`./yigui docs transitions --write`); a test
wants for every status that is not final a way to a final one.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Model

from yigui.casework.enums import FINAL, CaseStatus, Verb
from yigui.casework.errors import StepMoved
from yigui.casework.event_chain import append_event
from yigui.casework.models import Case, Event
from yigui.db.presence import be_present
from yigui.db.rows import update_row, update_together
from yigui.staff.models import User


class Who(StrEnum):
    """In what part somebody acts on a case. `who_may` says who fits."""

    HANDLER = "handler"  # the acceptor (受理人), or the colleague who has taken the correction up
    COUNTER = "counter"  # a teller who may accept the item here, for an applicant who came to the counter
    APPLICANT = "applicant"  # the person or employer who applied, at any door of theirs
    STEP_HOLDER = "step_holder"  # who may take the step the case stands at
    SECTION_HEAD = "section_head"  # who may request or approve for the item
    LEADER = "leader"  # the head or leader who answers for whoever has claimed the step
    WORKER = "worker"  # who worked on the case or may do one of its steps
    SYSTEM = "system"  # no person: the process itself


@dataclass(frozen=True)
class Transition:
    """One row of the table. `sources` is empty for a case that does not exist yet, `targets` for one that stays where it is.

    `is_after_refusal`: only while the case bears the reason why its effects were refused.
    """

    verb: Verb
    sources: tuple[CaseStatus, ...]
    targets: tuple[CaseStatus, ...]
    who: tuple[Who, ...]
    is_after_refusal: bool = False


_OPEN, _WAITING, _RETURNED, _APPROVED = CaseStatus.OPEN, CaseStatus.WAITING, CaseStatus.RETURNED, CaseStatus.APPROVED
_UNFINISHED = (_OPEN, _WAITING, _RETURNED, _APPROVED)
_ASKED = (Who.HANDLER, Who.APPLICANT, Who.COUNTER)

#: verb, from, to, who.
TRANSITIONS = (
    Transition(Verb.ACCEPT, (), (_OPEN, _WAITING, _APPROVED), (Who.HANDLER,)),
    Transition(Verb.VERIFY, (_WAITING,), (_OPEN, _APPROVED), (Who.SYSTEM,)),
    Transition(Verb.RETURN, (_WAITING,), (_RETURNED,), (Who.SYSTEM,)),
    Transition(Verb.CLAIM, (_OPEN,), (), (Who.STEP_HOLDER,)),
    Transition(Verb.RELEASE, (_OPEN,), (), (Who.STEP_HOLDER, Who.LEADER, Who.SYSTEM)),
    Transition(Verb.MEETING, (_OPEN,), (), (Who.STEP_HOLDER,)),
    Transition(Verb.PASS, (_OPEN,), (_OPEN, _APPROVED), (Who.STEP_HOLDER,)),
    Transition(Verb.RETURN, (_OPEN,), (_RETURNED,), (Who.STEP_HOLDER,)),
    Transition(Verb.DECLINE, (_OPEN,), (CaseStatus.DECLINED,), (Who.STEP_HOLDER,)),
    Transition(Verb.TAKE_UP, (_RETURNED,), (), (Who.COUNTER,)),
    Transition(Verb.RESUBMIT, (_RETURNED,), (_OPEN, _WAITING, _APPROVED), (Who.HANDLER, Who.APPLICANT)),
    Transition(Verb.DECLINE, (_RETURNED,), (CaseStatus.DECLINED,), (Who.SECTION_HEAD,)),
    Transition(Verb.FINISH, (_APPROVED,), (CaseStatus.FINISHED,), (Who.WORKER, Who.SYSTEM)),
    Transition(Verb.EFFECT_FAILED, (_APPROVED,), (), (Who.WORKER, Who.SYSTEM)),
    Transition(Verb.RETURN, (_APPROVED,), (_RETURNED,), (Who.SECTION_HEAD,), is_after_refusal=True),
    Transition(Verb.WITHDRAW, (_OPEN, _WAITING, _RETURNED), (CaseStatus.WITHDRAWN,), _ASKED),
    Transition(Verb.WITHDRAW, (_APPROVED,), (CaseStatus.WITHDRAWN,), (*_ASKED, Who.SECTION_HEAD), is_after_refusal=True),
    Transition(Verb.OVERDUE, _UNFINISHED, (), (Who.SYSTEM,)),
)


def database_rows() -> set[tuple[str, str, bool]]:
    """The changes of status as the database keeps them: from ("" for a new case), to, only after a refusal."""
    return {
        (str(source), str(target), t.is_after_refusal) for t in TRANSITIONS for source in t.sources or ("",) for target in t.targets
    }


def transition_of(case: Case, verb: Verb) -> Transition | None:
    """The row for doing something to a case as it stands; None when it cannot be done."""
    for row in TRANSITIONS:
        if row.verb == verb and case.status in row.sources and (case.effect_error or not row.is_after_refusal):
            return row
    return None


def move(
    case: Case, verb: Verb, to: str, *, actor: User | None, channel: str = "", note: str = "",
    payload: Mapping[str, Any] | None = None, last: Event | None = None, keep: Collection[str] = (), along: Sequence[Model] = (),
) -> Event:  # fmt: skip
    """Bring a case into a status and write the event of it: the only way a status changes.

    Args:
        case: locked by the caller.
        keep: further columns the caller has set and wants stored.
        along: new rows that are stored with them.
        last: the newest link of the chain, when the caller has just made it.

    Raises:
        StepMoved: the table has no such row.
    """
    row = transition_of(case, verb)
    if row is None or to not in (row.targets or (case.status,)):
        raise StepMoved(
            f"办件 {case.case_no} 现为“{case.get_status_display()}”，不能“{verb.label}”，请刷新后查看。", case_no=case.case_no
        )
    if to != case.status and to in (CaseStatus.DECLINED, CaseStatus.RETURNED):
        be_present(actor)
    if along:
        case.status = to
        update_together(case, ("status", *keep), along)
    elif to != case.status or keep:
        case.status = to
        update_row(case, ("status", *keep))
    return append_event(case, verb, actor=actor, channel=channel, note=note, payload=dict(payload or {}), last=last)


def way_out(status: CaseStatus) -> list[Transition]:
    """The shortest way from a status to a final one; empty for a final status, or when there is none."""
    ways: dict[str, list[Transition]] = {str(status): []}
    waiting = [str(status)]
    while waiting:
        here = waiting.pop(0)
        if here in FINAL:
            return ways[here]
        for row in TRANSITIONS:
            for target in row.targets if here in row.sources else ():
                if target not in ways:
                    ways[target] = [*ways[here], row]
                    waiting.append(target)
    return []
