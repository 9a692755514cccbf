"""What people do to a step: claim, release, pass, return for correction, decline."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction

from yigui.casework.decisions import new_letter, said_of, store_letter
from yigui.casework.enums import CaseStatus, FeedbackResult, StepState, Verb, Verdict
from yigui.casework.errors import CaseRefused, NoMeeting, OpinionMissing, StepMoved
from yigui.casework.finish_case import finish_decided
from yigui.casework.follow_ups import settle_tasks
from yigui.casework.models import Case, Decision, Feedback, ReturnPoint, Step
from yigui.casework.queries import locked_case
from yigui.casework.queues import suggest_person
from yigui.casework.rehearse import before_signing, sign_outcome
from yigui.casework.return_case import tell_returned
from yigui.casework.returns import Point, keep_points, payload_of, told_as
from yigui.casework.signatures import claim, decide, release, take_back
from yigui.casework.transitions import move
from yigui.casework.who_may import refuse_unfit
from yigui.common import clock
from yigui.staff.enums import StepKind
from yigui.staff.models import User

_VERBS: Mapping[str, Verb] = {Verdict.PASS: Verb.PASS, Verdict.RETURN: Verb.RETURN, Verdict.DECLINE: Verb.DECLINE}
#: Steps whose opinion is a document of its own: the written request (请示).
_WRITTEN = (StepKind.REQUEST,)


def _locked_step(case_id: int, step_id: int) -> tuple[Case, Step]:
    case = locked_case(case_id)
    step = Step.objects.filter(case=case, pk=step_id).first()
    if step is None:
        raise StepMoved(f"办件 {case.case_no} 没有该环节，请刷新后查看。", case_no=case.case_no)
    step.case = case
    return case, step


@transaction.atomic
def claim_step(*, case_id: int, step_id: int, actor: User) -> Step:
    """Claim (领取) a waiting step, so that colleagues see who works on it.

    Raises:
        StepMoved: decided already, or claimed by somebody else. SamePerson, NotAuthorised: see `who_may`.
    """
    case, step = _locked_step(case_id, step_id)
    refuse_unfit(actor, step, Verb.CLAIM, clock.today())
    if step.claimed_by_id is None:
        claim(step, actor)
        step.claimed_by, step.claimed_at = actor, clock.now()
        move(case, Verb.CLAIM, case.status, actor=actor, channel="counter", payload={"step": step.code, "seq": step.seq})
    return step


@transaction.atomic
def release_step(*, case_id: int, step_id: int, actor: User, note: str = "") -> Step:
    """Put a claimed step back (放回) for colleagues, with a note for the next one: one's own, or as their head a colleague's."""
    case, step = _locked_step(case_id, step_id)
    refuse_unfit(actor, step, Verb.RELEASE, clock.today())
    if step.claimed_by is None or step.claimed_by_id == actor.pk:
        release(step, actor)
    else:
        note = note.strip() or f"由 {actor.full_name} 从 {step.claimed_by.full_name} 处收回。"
        take_back(step, actor)
    step.claimed_by = step.claimed_at = None
    payload = {"step": step.code, "seq": step.seq}
    move(case, Verb.RELEASE, case.status, actor=actor, channel="counter", note=note, payload=payload)
    return step


@transaction.atomic
def take_back_step(*, case_id: int, step_id: int, by: User, note: str) -> Step:
    """Put back a step that somebody has claimed who cannot go on with it, by the administrator who ends their work.

    Raises:
        NotSeen: the administrator has not signed in. Moved: nobody has claimed it any more.
    """
    case, step = _locked_step(case_id, step_id)
    take_back(step, by)
    step.claimed_by = step.claimed_at = None
    move(case, Verb.RELEASE, case.status, actor=by, channel="counter", note=note, payload={"step": step.code, "seq": step.seq})
    return step


def decide_step(
    *, case_id: int, step_id: int, actor: User, verdict: str, opinion: str, today: dt.date, points: Sequence[Point] = (),
    channel: str = "counter", shown: str = "",
) -> Case:  # fmt: skip
    """Decide a step: pass, return for correction, or decline.

    When the last step passes, the approval is committed first and the case is finished in a transaction of its own; should
    the process die between the two, the worker finishes it.

    Args:
        points: what a return names, paper or field with a reason each; at least one.
        shown: the digest of the result the signer was shown (`rehearse.to_sign`); asked for with the last step of a case whose result is signed.

    Raises:
        CaseRefused: what the item asks before a signature stands against it (`before_signing`).
        Moved: the result is another than the one before has signed, or than was shown.
        StepMoved: somebody else decided first. SamePerson, NotAuthorised: see `who_may`.
        OpinionMissing: a return that names nothing, a decline without reason, or a request without text. PointUnknown.
        NoMeeting: the meeting step has no minutes that decided this case.
        OwnKin: the case is about kin of the actor, declared or as the registry knows them.
    """
    opinion = opinion.strip()
    with transaction.atomic():
        case, step = _locked_step(case_id, step_id)
        refuse_unfit(actor, step, _VERBS[verdict], today)
        _refuse_unsaid(case, step, verdict, opinion)
        standing = before_signing(case) if verdict == Verdict.PASS else []
        if against := [f for f in standing if f.is_refusal]:
            raise CaseRefused(against)
        kept = keep_points(case, points, actor, today=today) if verdict == Verdict.RETURN else []
        step.opinion = told_as(case, kept, opinion)
        suggested = _suggested(case, today) if verdict == Verdict.PASS else None
        is_last = decide(step, actor, verdict, step.opinion, today, suggested_to=suggested)
        if verdict == Verdict.PASS and case.risk_class < 3:
            sign_outcome(step, actor, shown)
        case.returned_on = today if verdict == Verdict.RETURN else None
        to = _leads_to(verdict, is_last=is_last)
        letter = new_letter(case, to, step.opinion, kept)
        move(
            case, _VERBS[verdict], to, actor=actor, channel=channel, note=step.opinion,
            payload={
                "step": step.code, "seq": step.seq, "round": step.round, **({"points": payload_of(kept)} if kept else {}),
                # What came up since the acceptance and was passed with: the chain says what its signer knew.
                **({"standing": [f.sentence for f in standing]} if standing else {}),
                **said_of(letter),
            },
            keep=("returned_on",),
        )  # fmt: skip
        _tell(case, verdict, opinion, kept)
        store_letter(letter)
        if case.status == CaseStatus.DECLINED:
            settle_tasks(case, today=today)
    if case.status == CaseStatus.APPROVED:
        return finish_decided(case_id=case.pk, operator=actor)
    return case


def _refuse_unsaid(case: Case, step: Step, verdict: str, opinion: str) -> None:
    if verdict == Verdict.DECLINE and not opinion:
        raise OpinionMissing("不予办理须写明原因，一次性告知申请人。", case_no=case.case_no)
    if verdict == Verdict.PASS and step.code in _WRITTEN and not opinion:
        raise OpinionMissing("请示环节须写明事实、依据和处理建议。", case_no=case.case_no)
    if step.code == StepKind.MEETING and not Decision.objects.filter(case=case, round=case.round, verdict=verdict).exists():
        raise NoMeeting(f"办件 {case.case_no} 没有会议纪要，请先登记集体研究结果。", case_no=case.case_no)


def _tell(case: Case, verdict: str, opinion: str, kept: Sequence[ReturnPoint]) -> None:
    if verdict == Verdict.RETURN:
        tell_returned(case, told_as(case, kept, opinion))
    elif verdict == Verdict.DECLINE:
        result = FeedbackResult.DECLINED
        Feedback.objects.create(case=case, channel=case.channel, message=f"{result.label}：{opinion}", result=result)


def _leads_to(verdict: str, *, is_last: bool) -> CaseStatus:
    """The status the case comes to."""
    if verdict != Verdict.PASS:
        return CaseStatus.RETURNED if verdict == Verdict.RETURN else CaseStatus.DECLINED
    return CaseStatus.APPROVED if is_last else CaseStatus.OPEN


def _suggested(case: Case, today: dt.date) -> User | None:
    """For whom the step after this one is suggested."""
    waiting = list(Step.objects.filter(case=case, round=case.round, state=StepState.WAITING).order_by("seq")[:2])
    if not waiting:
        return None
    following = waiting[0]
    following.case = case
    return suggest_person(following, is_last=len(waiting) == 1, today=today)
