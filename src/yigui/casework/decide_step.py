"""What people do to a step: claim, release, pass, return for correction, decline."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from yigui.casework.enums import CaseStatus, FeedbackResult, StepState, Verb, Verdict
from yigui.casework.errors import NoMeeting, OpinionMissing, SamePerson, StepMoved
from yigui.casework.event_chain import append_event
from yigui.casework.finish_case import finish_approved
from yigui.casework.follow_ups import settle_tasks
from yigui.casework.models import Case, Decision, Feedback, Step
from yigui.casework.queries import locked_case, suggest_person
from yigui.casework.rounds import drop_waiting
from yigui.catalogue.declarations import catalogue
from yigui.common import clock
from yigui.staff.enums import Role
from yigui.staff.enums import Step as StepCode
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User
from yigui.staff.rights import may

_VERBS: Mapping[str, Verb] = {Verdict.PASS: Verb.PASS, Verdict.RETURN: Verb.RETURN, Verdict.DECLINE: Verb.DECLINE}
#: Steps whose opinion is a document of its own: the written request (请示).
_WRITTEN = (StepCode.REQUEST,)


def _ready_step(case_id: int, actor: User, step_id: int) -> tuple[Case, Step]:
    case = locked_case(case_id, CaseStatus.OPEN, actor=actor)
    step = Step.objects.select_for_update(of=("self",)).filter(case=case, pk=step_id).first()
    if step is None or step.state != StepState.READY or step.round != case.round:
        raise StepMoved(f"办件 {case.case_no} 的该环节已由他人处理，请刷新后查看。", case_no=case.case_no)
    return case, step


def refuse_unfit(case: Case, step: Step, actor: User, today: dt.date) -> None:
    """Refuse a person who acted on the case before, or has no authority for the step.

    Raises:
        SamePerson, NotAuthorised.
    """
    item = catalogue().version(case.item_code, case.item_version)
    if not may(
        user_id=actor.pk, step=step.code, item_code=case.item_code, area_code=case.area_id, on=today, amount_fen=case.amount_fen
    ):
        raise NotAuthorised(item.check_named("operator_authorised").message, item=case.item_code, step=step.code)
    if step.site == "back_office" and actor.role == Role.TELLER:
        raise NotAuthorised("该环节在后台办理，前台柜员不能处理（前后台分离）。", case_no=case.case_no)
    if step.code != StepCode.MEETING:
        others = Step.objects.filter(case=case, decided_by=actor).exclude(seq=step.seq).exclude(code=StepCode.MEETING)
        if others.exists():
            raise SamePerson(item.check_named("different_person").message, case_no=case.case_no)


@transaction.atomic
def claim_step(*, case_id: int, step_id: int, actor: User) -> Step:
    """Claim (领取) a waiting step, so that colleagues see who works on it.

    Raises:
        StepMoved: decided already, or claimed by somebody else. SamePerson, NotAuthorised: see `refuse_unfit`.
    """
    case, step = _ready_step(case_id, actor, step_id)
    refuse_unfit(case, step, actor, clock.today())
    if step.claimed_by_id not in (None, actor.pk):
        raise StepMoved(f"办件 {case.case_no} 已由 {step.claimed_by} 领取。", case_no=case.case_no)
    if step.claimed_by_id is None:
        step.claimed_by, step.claimed_at = actor, clock.now()
        step.save()
        append_event(case, Verb.CLAIM, actor=actor, channel="counter", payload={"step": step.code, "seq": step.seq})
    return step


@transaction.atomic
def release_step(*, case_id: int, step_id: int, actor: User, note: str = "") -> Step:
    """Put a claimed step back (放回) for colleagues, with a note for the next one."""
    case, step = _ready_step(case_id, actor, step_id)
    if step.claimed_by_id != actor.pk:
        raise StepMoved(f"办件 {case.case_no} 不在您名下。", case_no=case.case_no)
    step.claimed_by = step.claimed_at = None
    step.save()
    append_event(case, Verb.RELEASE, actor=actor, channel="counter", note=note, payload={"step": step.code, "seq": step.seq})
    return step


def decide_step(
    *, case_id: int, step_id: int, actor: User, verdict: str, opinion: str, today: dt.date, channel: str = "counter"
) -> Case:
    """Decide a step: pass, return for correction, or decline.

    When the last step passes, the approval is committed first and the case is finished in a transaction of its own; should
    the process die between the two, the worker finishes it.

    Raises:
        StepMoved: somebody else decided first. SamePerson, NotAuthorised: see `refuse_unfit`.
        OpinionMissing: a return or decline without reason, or a request without text.
        NoMeeting: the meeting step has no minutes that decided this case.
    """
    opinion = opinion.strip()
    with transaction.atomic():
        case, step = _ready_step(case_id, actor, step_id)
        if step.claimed_by_id not in (None, actor.pk):
            raise StepMoved(f"办件 {case.case_no} 已由 {step.claimed_by} 领取，请由其处理或放回。", case_no=case.case_no)
        refuse_unfit(case, step, actor, today)
        if verdict != Verdict.PASS and not opinion:
            raise OpinionMissing("退回或不予办理须写明原因，一次性告知申请人。", case_no=case.case_no)
        if verdict == Verdict.PASS and step.code in _WRITTEN and not opinion:
            raise OpinionMissing("请示环节须写明事实、依据和处理建议。", case_no=case.case_no)
        if step.code == StepCode.MEETING and not _has_decision(case, verdict):
            raise NoMeeting(f"办件 {case.case_no} 没有会议纪要，请先登记集体研究结果。", case_no=case.case_no)
        step.state, step.decided_by, step.decided_at, step.decided_on = verdict, actor, clock.now(), today
        step.opinion = opinion
        step.save()
        _move(case, step, verdict, actor, today)
        append_event(
            case, _VERBS[verdict], actor=actor, channel=channel, note=opinion,
            payload={"step": step.code, "seq": step.seq, "round": step.round},
        )  # fmt: skip
        if verdict != Verdict.PASS:
            result = FeedbackResult.RETURNED if verdict == Verdict.RETURN else FeedbackResult.DECLINED
            Feedback.objects.create(case=case, channel=case.channel, message=f"{result.label}：{opinion}", result=result)
        if case.status == CaseStatus.DECLINED:
            settle_tasks(case, today=today)
    if case.status == CaseStatus.APPROVED:
        return finish_approved(case_id=case.pk, operator=actor)
    return case


def _has_decision(case: Case, verdict: str) -> bool:
    return Decision.objects.filter(case=case, round=case.round, verdict=verdict).exists()


def _move(case: Case, step: Step, verdict: str, actor: User, today: dt.date) -> None:
    if verdict == Verdict.PASS:
        following = Step.objects.filter(case=case, round=case.round, state=StepState.WAITING).order_by("seq").first()
        if following is None:
            case.status = CaseStatus.APPROVED
        else:
            signed = Step.objects.filter(case=case, decided_by__isnull=False).values_list("decided_by_id", flat=True)
            following.state, following.ready_at = StepState.READY, clock.now()
            following.suggested_to = suggest_person(following, exclude=list(signed), today=today)
            following.save()
    else:
        case.status = CaseStatus.RETURNED if verdict == Verdict.RETURN else CaseStatus.DECLINED
        case.returned_on = today if verdict == Verdict.RETURN else None
        drop_waiting(case)
    case.save()
