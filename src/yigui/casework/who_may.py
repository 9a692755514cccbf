"""Who may act on a case, and why not (谁能办、为什么不能办): the one answer for queues, pages, buttons, deeds and suggestions.

What can be done at all stands in `transitions.py`; here stands whether this person fits the part. For a step the database
answers (`casework_unfit_v1`): it is the one that enforces, and the sentence is said here.
"""

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property

from django.db import connection

from yigui.casework.day_end import why_closed
from yigui.casework.enums import CaseStatus, StepState, Verb
from yigui.casework.errors import OwnKin, SamePerson, StepMoved
from yigui.casework.models import Case, Step
from yigui.casework.queries import current_step, has_worked_on, open_cases_of
from yigui.casework.transitions import Who, transition_of
from yigui.catalogue.declarations import Item, catalogue
from yigui.common.errors import YiguiError
from yigui.db.rows import asked_once
from yigui.identity.models import UnitLogin
from yigui.identity.unit_logins import may_apply
from yigui.registry.models import Employer, Person
from yigui.staff.enums import Role, StepKind
from yigui.staff.errors import NotAuthorised
from yigui.staff.full_views import has_looked, has_stated_reason
from yigui.staff.models import Authority, User
from yigui.staff.rights import may
from yigui.staff.same_person import accounts_of
from yigui.staff.scope import agencies_of

#: What each code of `casework_unfit_v1` and `casework_unfit_desk_v1` is told as; "" where the item's own sentence is.
SENTENCES = {
    "inactive": "该账号已停用，不能办理业务。",
    "no_officer": "渠道账号和接口账号只能申请、补正和撤回，办理环节须由经办人员本人处理。",
    "authority": "",
    "amount": "本件金额超过您的授权上限，请交由有相应权限的人员办理。",
    "back_office": "该环节在后台办理，前台柜员不能处理（前后台分离）。",
    "finish_site": "复杂业务由后台办结，前台柜员不能办理最后一个环节（前后台分离）。",
    "floor": "该环节在现场办理，须由受理机构、受理大厅的工作人员处理。",
    "no_place": "您的账号未登记柜台和办公场所，本机构有多个服务大厅，不能办理现场环节，请联系系统管理员登记办公场所。",
    "trainee": "见习人员不能审核、复核办件，请交由其他人员办理。",
    "oneself": "不能办理本人的业务，请交由其他人员办理（回避）。",
    "kin": "本件是您亲属（已申报或登记可查）的业务，须回避，请放回后由其他人员办理。",
    "same_person": "",
    "desk_closed": "您所在的柜台已撤销，不能受理业务，请联系综合业务科或系统管理员重新分配柜台。",
    "special_desk": "该业务属于特殊业务，须由特殊业务窗口专人办理。",
}


@dataclass(frozen=True)
class Reason:
    """Why somebody may not: a stable code, the sentence for the screen, and the refusal a deed raises."""

    code: str
    sentence: str
    error: type[YiguiError] = NotAuthorised


class _Read:
    """What several questions of somebody about one case have in common, read once."""

    def __init__(self, actor: User | None, case: Case, step: Step | None, on: dt.date) -> None:
        self.actor, self.case, self.on, self._step = actor, case, on, step

    @cached_property
    def step(self) -> Step | None:
        """The step that was asked about, or else the one the case stands at."""
        return self._step or current_step(self.case)

    @cached_property
    def unfit(self) -> str | None:
        """What the database says of them at that step."""
        assert self.step is not None
        assert self.actor is not None
        with connection.cursor() as cursor:
            cursor.execute("SELECT casework_why_not_v1(%s, %s, %s)", [self.step.pk, self.actor.pk, self.on])
            (code,) = cursor.fetchone()
        return code  # type: ignore[no-any-return]


@dataclass(frozen=True)
class _Asked:
    """One question: who wants to do what to which case, on which day; from outside with their login."""

    actor: User | None
    case: Case
    read: _Read
    verb: Verb
    on: dt.date
    login: UnitLogin | None = None
    applicant: Person | None = None

    @property
    def officer(self) -> User:
        assert self.actor is not None
        return self.actor

    @property
    def is_outside(self) -> bool:
        return self.login is not None or self.applicant is not None


def why_not(
    actor: User, target: Case | Step, verb: Verb, on: dt.date, *, login: UnitLogin | None = None, applicant: Person | None = None
) -> Reason | None:
    """Why somebody may not do something to a case or to a step of it; None when they may.

    Args:
        actor: the officer, or the account of the channel for somebody outside.
        login, applicant: the employer's operator or the person outside who asks.
    """
    case, step = (target.case, target) if isinstance(target, Step) else (target, None)
    return _why_not(_Asked(actor, case, _Read(actor, case, step, on), verb, on, login, applicant))


def _why_not(asked: _Asked) -> Reason | None:
    case, verb = asked.case, asked.verb
    row = transition_of(case, verb)
    if row is None:
        message = f"办件 {case.case_no} 现为“{case.get_status_display()}”，不能“{verb.label}”，请刷新后查看。"
        return Reason("status", message, StepMoved)
    reasons = []
    for who in row.who:
        if (who == Who.APPLICANT) != asked.is_outside:
            continue
        reason = _PARTS[who](asked)
        if reason is None:
            return None
        reasons.append(reason)
    return reasons[0] if reasons else Reason("nobody", f"办件 {case.case_no} 不能由您“{verb.label}”。")


def applicant_may(case: Case, verb: Verb, on: dt.date, *, login: UnitLogin | None = None, applicant: Person | None = None) -> bool:
    """Whether somebody outside may do something to a case; reads nothing that they may not read themselves."""
    row = transition_of(case, verb)
    if row is None or Who.APPLICANT not in row.who:
        return False
    return _applicant(_Asked(None, case, _Read(None, case, None, on), verb, on, login, applicant)) is None


def refuse_unfit(
    actor: User, target: Case | Step, verb: Verb, on: dt.date, *, login: UnitLogin | None = None, applicant: Person | None = None
) -> None:
    """Refuse who may not.

    Raises:
        NotAuthorised, SamePerson: the person does not fit. StepMoved: the case does not stand where that can be done.
    """
    reason = why_not(actor, target, verb, on, login=login, applicant=applicant)
    if reason is not None:
        case = target.case if isinstance(target, Step) else target
        raise reason.error(reason.sentence, case_no=case.case_no, item=case.item_code, verb=str(verb), reason=reason.code)


def why_not_accept(
    operator: User, item: Item, *, channel: str, area_code: str, on: dt.date, amount_fen: int | None = None
) -> Reason | None:
    """Why somebody may not accept an item (受理) for an area through a channel; None when they may."""
    reason = why_not_here(operator, item, channel, on)
    if reason is not None:
        return reason
    ask = {"user_id": operator.pk, "step": StepKind.ACCEPT, "item_code": item.code, "area_code": area_code, "on": on}
    return None if may(**ask, amount_fen=amount_fen) else no_authority(item)  # type: ignore[arg-type]


def no_authority(item: Item) -> Reason:
    """Why somebody may not accept an item for which they hold no authority."""
    return Reason("authority", item.check_named("operator_authorised").message)


def why_not_begin(operator: User, item: Item, *, areas: Collection[str], on: dt.date) -> Reason | None:
    """Why a teller may not open the form of an item, filled with somebody's data, about anybody in one of these areas; None when they may.

    Special business may be begun by whoever accepts anything at all, to be handed over to a special desk; at a desk that is closed
    nothing is begun.
    """
    here = why_not_here(operator, item, "counter", on) or why_not_today(operator, "counter", on)
    if here is not None and here.code != "special_desk":
        return here
    if any(may(user_id=operator.pk, step=StepKind.ACCEPT, item_code=item.code, area_code=area, on=on) for area in areas):
        return None
    accepts = Authority.objects.in_force(on).filter(user=operator, step=StepKind.ACCEPT)
    if here is not None and accepts.exists():
        return None
    return Reason("authority", item.check_named("operator_authorised").message)


def why_not_here(operator: User, item: Item, channel: str, on: dt.date) -> Reason | None:
    """Why somebody may not accept an item from where they sit (柜台已撤销、须到特殊业务窗口); None when they may, and at doors without desks.

    The database answers (`casework_unfit_desk_v1`), as it does when the acceptance is signed and when the warrant is issued.
    """
    if channel != "counter":
        return None
    (code,) = asked_once("SELECT casework_unfit_desk_v1(%s, %s, %s, %s, NULL)", operator.pk, channel, item.desk_kind, on)
    return None if code is None else Reason(code, SENTENCES[code])


def why_not_today(operator: User, channel: str, on: dt.date) -> Reason | None:
    """Why a teller accepts nothing at the counter on a day: it is closed, or an earlier one is not (日终轧账); None when they may."""
    said = why_closed(operator, on) if channel == "counter" else ""
    return Reason("day_end", said) if said else None


def needs_special_desk(operator: User, item: Item, channel: str, on: dt.date) -> bool:
    """Whether the item is special business and the teller does not sit at a special desk (R029)."""
    reason = why_not_here(operator, item, channel, on)
    return reason is not None and reason.code == "special_desk"


def unfit(case: Case, *, seq: int, code: str, site: str, is_last: bool, user_id: int, on: dt.date) -> str | None:
    """The code of why a person may not take a step of this kind, written or not; None when they may."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT casework_unfit_v1(%s, %s::int, %s, %s, %s, %s, %s)", [case.pk, seq, code, site, is_last, user_id, on]
        )
        (answer,) = cursor.fetchone()
    return answer  # type: ignore[no-any-return]


def _step_holder(asked: _Asked) -> Reason | None:
    case, actor = asked.case, asked.officer
    step = asked.read.step
    if step is not None and step.state != StepState.READY and step.decided_by_id == actor.pk:
        return Reason(
            "status", f"办件 {case.case_no} 的该环节您已在另一页面办理（{step.get_state_display()}），请刷新后查看。", StepMoved
        )
    if step is None or step.state != StepState.READY or step.round != case.round:
        return Reason("status", f"办件 {case.case_no} 的该环节已由他人处理，请刷新后查看。", StepMoved)
    if asked.verb == Verb.RELEASE:
        return None if step.claimed_by_id == actor.pk else Reason("claimed", f"办件 {case.case_no} 不在您名下。", StepMoved)
    if step.code == StepKind.MEETING and asked.verb == Verb.CLAIM:
        return Reason("meeting", "集体研究由主持人在“集体研究”页登记，不必领取。")
    if asked.read.unfit is not None:
        return _said(case, asked.read.unfit)
    if step.claimed_by_id not in (None, actor.pk):
        return Reason("claimed", f"办件 {case.case_no} 已由 {step.claimed_by} 领取，请由其处理或放回。", StepMoved)
    return None


def _said(case: Case, code: str) -> Reason:
    item = catalogue().version(case.item_code, case.item_version)
    if code == "same_person":
        return Reason(code, item.check_named("different_person").message, SamePerson)
    if code == "kin":
        return Reason(code, SENTENCES[code], OwnKin)
    return Reason(code, SENTENCES[code] or item.check_named("operator_authorised").message)


def _handler(asked: _Asked) -> Reason | None:
    """Whoever accepted it or has taken it up; what is handed in again at a counter is accepted there once more."""
    case, actor = asked.case, asked.officer
    if case.handler_id != actor.pk or not (actor.is_door or is_at_counter_of(actor, case)):
        return _handled(case, asked.on)
    if asked.verb != Verb.RESUBMIT or actor.is_door:
        return None
    return why_not_here(actor, catalogue().version(case.item_code, case.item_version), "counter", asked.on)


def is_at_counter_of(who: User, case: Case) -> bool:
    """Whether somebody works at the counters of the agency that handles a case: not left, moved elsewhere, or without the post."""
    return who.is_active and who.role == Role.TELLER and who.agency_id == case.agency.now_id


def handler_goes_on(case: Case, on: dt.date) -> bool:
    """Whether whoever handles a case can go on with it: at the counter of its agency, with the right to accept the item."""
    who = case.handled_by or case.accepted_by
    if who.is_door:
        return True
    ask = {"user_id": who.pk, "step": StepKind.ACCEPT, "item_code": case.item_code, "area_code": case.area_id, "on": on}
    return is_at_counter_of(who, case) and may(**ask)  # type: ignore[arg-type]


def _handled(case: Case, on: dt.date) -> Reason:
    who = case.handled_by or case.accepted_by
    if handler_goes_on(case, on):
        return Reason("handler", f"办件 {case.case_no} 由 {who.full_name} 受理，请由其办理。")
    where = case.agency.now_id
    return Reason(
        "handler", f"办件 {case.case_no} 的受理人 {who.full_name} 已离岗或调离本岗位，请由受理机构（{where}）的柜员办理。"
    )


def _counter(asked: _Asked) -> Reason | None:
    """A teller for an applicant at the window: of any case that came from outside, and of a colleague's in the same agency.

    A colleague's case is corrected by others; it is withdrawn by others only when whoever handles it cannot go on: left, moved, without post or right.
    """
    case, teller = asked.case, asked.officer
    if teller.role != Role.TELLER or not teller.has_usable_password():
        return Reason("counter", "由申请人到窗口后，由柜员办理。")
    if case.channel != "counter":
        is_open_to_others = True
    elif case.agency.now_id != teller.agency_id:
        is_open_to_others = False
    else:
        is_open_to_others = asked.verb == Verb.TAKE_UP or not handler_goes_on(case, asked.on)
    if not is_open_to_others:
        return _handled(case, asked.on)
    item = catalogue().version(case.item_code, case.item_version)
    reason = why_not_accept(teller, item, channel="counter", area_code=case.area_id, on=asked.on, amount_fen=case.amount_fen)
    if reason is not None:
        return reason
    is_acting = case.steps.filter(decided_by__in=accounts_of(teller)).exclude(seq=1).exclude(code=StepKind.MEETING).exists()
    return _said(case, "same_person") if is_acting and asked.verb == Verb.TAKE_UP else None


def _applicant(asked: _Asked) -> Reason | None:
    """Who applied, at any door of theirs; of a case from the counter the person or the employer it is about."""
    case, login, person = asked.case, asked.login, asked.applicant
    item = catalogue().version(case.item_code, case.item_version)
    if person is not None:
        is_own = case.applicant_id == person.pk or (
            case.applicant_id is None and case.login_id is None and case.person_id == person.pk and item.applicant == "person"
        )
        return None if is_own else Reason("applicant", "只有申请人本人可以办理，本件由他人或单位申请。")
    assert login is not None
    is_theirs = case.employer_id == login.employer_id and case.applicant_id is None
    if not is_theirs or (case.login_id is None and item.applicant != "employer"):
        return Reason("applicant", "本件不是本单位申请的，不能由本单位办理。")
    if not may_apply(login, item.code):
        return Reason("authority", f"您的账号没有办理“{item.name}”的权限，请联系本单位管理员。")
    return None


def _section_head(asked: _Asked) -> Reason | None:
    """Who may request or approve for the item: it is their business that did not come to its end."""
    case, actor = asked.case, asked.officer
    ask = {"user_id": actor.pk, "item_code": case.item_code, "area_code": case.area_id, "on": asked.on}
    if any(may(**ask, step=step) for step in (StepKind.REQUEST, StepKind.APPROVE)):  # type: ignore[arg-type]
        return None
    return Reason("authority", "须由有权请示或审批本事项的科室负责人、分管领导办理。")


def _leader(asked: _Asked) -> Reason | None:
    """A head or leader of the agency of whoever has claimed the step, or of the city's (as `staff_holds_post_v1`)."""
    step, actor = asked.read.step, asked.officer
    if step is None or step.state != StepState.READY or step.claimed_by is None:
        return Reason("claimed", f"办件 {asked.case.case_no} 的该环节无人领取，不必收回。", StepMoved)
    if actor.role in (Role.SECTION_HEAD, Role.DIRECTOR) and agencies_of(actor).filter(pk=step.claimed_by.agency_id).exists():
        return None
    return Reason(
        "claimed", f"办件 {asked.case.case_no} 已由 {step.claimed_by} 领取，须由其本人放回或由其科室负责人收回。", StepMoved
    )


def _worker(asked: _Asked) -> Reason | None:
    case, actor = asked.case, asked.officer
    ask = {"user_id": actor.pk, "item_code": case.item_code, "area_code": case.area_id, "on": asked.on}
    steps = set(case.steps.filter(round=case.round).values_list("code", flat=True))
    if has_worked_on(case, actor) or any(may(**ask, step=s, amount_fen=case.amount_fen) for s in steps):  # type: ignore[arg-type]
        return None
    return Reason("worker", "只有经办过本件或有权办理本件环节的人员可以再次办结。")


def _nobody(asked: _Asked) -> Reason | None:
    return Reason("system", "该操作由系统自动进行。")


_PARTS: dict[Who, Callable[[_Asked], Reason | None]] = {
    Who.HANDLER: _handler, Who.COUNTER: _counter, Who.APPLICANT: _applicant, Who.STEP_HOLDER: _step_holder,
    Who.SECTION_HEAD: _section_head, Who.LEADER: _leader, Who.WORKER: _worker, Who.SYSTEM: _nobody,
}  # fmt: skip

#: What the case page may offer, in its order.
DEEDS = (
    Verb.CLAIM, Verb.PASS, Verb.RELEASE, Verb.TAKE_UP, Verb.RESUBMIT, Verb.RETURN, Verb.DECLINE, Verb.WITHDRAW, Verb.FINISH,
)  # fmt: skip


def deeds_of(actor: User, case: Case, on: dt.date) -> dict[str, Reason | None]:
    """Everything that can be done to a case as it stands, with why this person may not; by verb."""
    read = _Read(actor, case, None, on)
    return {str(verb): _why_not(_Asked(actor, case, read, verb, on)) for verb in DEEDS if transition_of(case, verb) is not None}


def is_deciding_about(user: User, subject: Person | Employer, on: dt.date) -> bool:
    """Whether an open case of a person, or of an employer itself, stands at a step that is this user's to decide: what the decision needs is then
    theirs to look at, in whatever county it is.

    That they look is in the log: by the claim, or by the reason they have stated today for a step that nobody claims (集体研究).
    """
    if isinstance(subject, Person):
        cases = open_cases_of(person_id=subject.pk)
    else:
        cases = [case for case in open_cases_of(employer_id=subject.pk) if case.is_about_unit]
    return any(_is_deciding(user, case, on) for case in cases if case.status == CaseStatus.OPEN)


def _is_deciding(user: User, case: Case, on: dt.date) -> bool:
    step = current_step(case)
    if step is None or step.claimed_by_id not in (None, user.pk):
        return False
    if step.claimed_at is None:
        is_logged = has_stated_reason(user=user, case_no=case.case_no)
    else:
        is_logged = has_looked(user=user, case_no=case.case_no, since=step.claimed_at)
    return is_logged and _Read(user, case, step, on).unfit is None
