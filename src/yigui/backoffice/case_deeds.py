"""What people do on the case page: take a step and decide it, return, withdraw, correct, finish again, see in full."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from yigui.applying.ending import WITHDRAWN, sure_of
from yigui.applying.returned import begin_correction
from yigui.backoffice.cases import case_page
from yigui.backoffice.return_points import points_of_post
from yigui.casework.decide_step import claim_step, decide_step, release_step
from yigui.casework.enums import CaseStatus, Verb, Verdict
from yigui.casework.errors import CaseNotFound, StepMoved
from yigui.casework.finish_case import finish_again
from yigui.casework.models import Case, Step
from yigui.casework.queries import case_by_no, current_step
from yigui.casework.return_case import decline_returned_case, return_refused_case
from yigui.casework.take_up_case import take_up_case
from yigui.casework.who_may import refuse_unfit, why_not
from yigui.casework.withdraw_case import withdraw_case
from yigui.common import clock
from yigui.common.errors import Conflict, Forbidden, NotFound, YiguiError
from yigui.common.texts import int_or_none
from yigui.identity.proof import CodeWrong
from yigui.shell.inbox import inbox_page, to_take
from yigui.shell.refused import refusal_said
from yigui.shell.sure import asked, wants_asking
from yigui.staff.enums import StepKind, ViewGround
from yigui.staff.full_views import record_case_view, record_full_view, stated
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right

Page = Callable[..., HttpResponse]


def on_case_page(view: Page) -> Page:
    """View decorator: a refused deed shows the page of its case again, as it stands now, with the sentence and what was typed.

    Who may not do it is refused outside, where that is recorded; a case that is not there has no page.
    """

    @wraps(view)
    def deed(request: Any, case_no: str, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, case_no, *args, **kwargs)
        except (Forbidden, CaseNotFound) as refused:
            if not isinstance(refused, CodeWrong):
                raise
            # Who may do it has mistyped six digits: what else was typed stands.
            return case_page(request, case_by_no(case_no), refused=refusal_said(request, refused), status=refused.http_status)
        except YiguiError as refused:
            said = refusal_said(request, refused)
            return case_page(request, case_by_no(case_no), refused=said, status=refused.http_status)

    return deed


def _step_id(request: HttpRequest) -> int:
    step = int_or_none(request.POST.get("step", ""))
    if step is None:
        raise YiguiError("请求中没有写明环节，请刷新后重试。")
    return step


def _see_in_full(user: User, case: Case, reason: str, ground: str = ViewGround.WORK) -> None:
    subjects = [subject for subject in (case.person, case.employer) if subject is not None]
    for subject in subjects:
        record_full_view(user=user, subject=subject, reason=reason, case_no=case.case_no, ground=ground)
    if not subjects:
        record_case_view(user=user, case_id=case.pk, case_no=case.case_no, reason=reason, ground=ground)


@require_POST
@page_right("cases")
@on_case_page
def claim(request: OfficerRequest, case_no: str) -> HttpResponse:
    """Take the waiting step; from now on the case shows in full, which is recorded."""
    _take(request.user, case_by_no(case_no), _step_id(request))
    return redirect("backoffice:case", case_no=case_no)


def take_step(user: User, step: Step) -> None:
    """Take a waiting step for somebody, as the button of its page does."""
    _take(user, step.case, step.pk)


def _take(user: User, case: Case, step_id: int) -> None:
    claim_step(case_id=case.pk, step_id=step_id, actor=user)
    _see_in_full(user, case, f"办理 {case.item_name}")


_DECLINED = "不予办理后本件终结，不能恢复，并向申请人告知原因和救济途径。"


def _asks(request: OfficerRequest, found: Case, verb: Verb) -> bool:
    """Whether somebody is to be asked first: who may do it and has said why. All others are refused by the deed itself."""
    said = request.POST.get("opinion", "").strip()
    return wants_asking(request) and bool(said) and why_not(request.user, found, verb, clock.today()) is None


def _address(found: Case) -> str:
    return reverse("backoffice:case", args=[found.case_no])


#: Steps that are tried until one is still there.
_TRIES = 5


def _next_of(user: User) -> str:
    """The address of the most urgent step that waits for somebody: one they have taken already, else the next one, taken now; their inbox where none waits."""
    for one in [w for w in inbox_page(user, clock.today(), code="step").rows if not w.row.can_take][:1]:
        return one.url
    for one in to_take(user, clock.today(), code="step")[:_TRIES]:
        try:
            take_step(user, Step.objects.select_related("case").get(pk=one.row.key))
        except (Conflict, Forbidden):
            continue
        return one.url
    return reverse("backoffice:inbox")


@require_POST
@page_right("meeting")
@on_case_page
def see_for_meeting(request: OfficerRequest, case_no: str) -> HttpResponse:
    """Open a case with its papers before a meeting decides it: for who may hold that meeting; recorded as at every other step that is taken.

    Raises:
        StepMoved: it does not stand at its meeting. NotAuthorised, SamePerson, OwnKin: somebody else holds it.
    """
    found = case_by_no(case_no)
    step = current_step(found)
    if found.status != CaseStatus.OPEN or step is None or step.code != StepKind.MEETING:
        raise StepMoved(f"办件 {case_no} 现不在集体研究环节，请刷新后查看。", case_no=case_no)
    refuse_unfit(request.user, step, Verb.PASS, clock.today())
    _see_in_full(request.user, found, f"集体研究 {found.item_name}")
    return redirect("backoffice:case", case_no=case_no)


@require_POST
@page_right("cases")
@on_case_page
def see_in_full(request: OfficerRequest, case_no: str) -> HttpResponse:
    """Open a case in full for the rest of the day, for a stated reason; recorded for everybody it is about."""
    ground, reason = stated(request.POST.get("ground", ""), request.POST.get("reason", ""))
    _see_in_full(request.user, case_by_no(case_no), reason, ground)
    return redirect("backoffice:case", case_no=case_no)


@require_POST
@page_right("cases")
@on_case_page
def release(request: OfficerRequest, case_no: str) -> HttpResponse:
    """Put the step back for colleagues, with a note."""
    found = case_by_no(case_no)
    release_step(case_id=found.pk, step_id=_step_id(request), actor=request.user, note=request.POST.get("opinion", ""))
    messages.info(request, "已放回待办，其他人员可以领取。")
    return redirect("backoffice:queue")


@require_POST
@page_right("cases")
@on_case_page
def decide(request: OfficerRequest, case_no: str) -> HttpResponse:
    """Pass, return for correction, or decline."""
    found = case_by_no(case_no)
    goes_on = request.POST.get("then") == "next"
    verdict = Verdict.PASS if goes_on else request.POST.get("verdict", "")
    if verdict not in Verdict.values:
        raise NotFound("没有这种处理意见，请刷新页面后重试。")
    if verdict == Verdict.DECLINE and _asks(request, found, Verb.DECLINE):
        return asked(request, sure_of(found, "不予办理", request.POST["opinion"], _DECLINED, back=_address(found)))
    done = decide_step(
        case_id=found.pk, step_id=_step_id(request), actor=request.user, verdict=verdict, points=points_of_post(request.POST),
        opinion=request.POST.get("opinion", ""), today=clock.today(), shown=request.POST.get("shown", ""),
    )  # fmt: skip
    if done.effect_error:
        messages.error(request, f"环节已通过，但办结未成功：{done.effect_error}")
    else:
        said, now = str(Verdict(verdict).label), done.get_status_display()
        messages.success(request, f"办件 {done.case_no}：{said}" + (f"，现为“{now}”。" if now != said else "。"))
        if goes_on:
            return redirect(_next_of(request.user))
    return redirect("backoffice:case", case_no=case_no)


@require_POST
@page_right("cases")
@on_case_page
def withdraw(request: OfficerRequest, case_no: str) -> HttpResponse:
    """Withdraw at the applicant's wish."""
    found = case_by_no(case_no)
    if _asks(request, found, Verb.WITHDRAW):
        return asked(request, sure_of(found, "撤回办件", request.POST["opinion"], WITHDRAWN, back=_address(found)))
    withdraw_case(case_id=found.pk, actor=request.user, note=request.POST.get("opinion", ""), today=clock.today())
    messages.info(request, f"办件 {case_no} 已撤回。")
    return redirect("backoffice:case", case_no=case_no)


@require_POST
@page_right("counter")
@on_case_page
def take_up(request: OfficerRequest, case_no: str) -> HttpResponse:
    """Take a returned case up for the applicant at the window, and open its form; seeing it in full is recorded."""
    found = case_by_no(case_no)
    case = take_up_case(case_id=found.pk, actor=request.user, today=clock.today())
    _see_in_full(request.user, found, f"接手补正 {found.item_name}")
    return redirect("counter:draft", token=begin_correction(case, request.user).token)


@require_POST
@page_right("counter")
@on_case_page
def correct(request: OfficerRequest, case_no: str) -> HttpResponse:
    """Open the form of a returned case for correction."""
    found = case_by_no(case_no)
    refuse_unfit(request.user, found, Verb.RESUBMIT, clock.today())
    return redirect("counter:draft", token=begin_correction(found, request.user).token)


@require_POST
@page_right("cases")
@on_case_page
def finish(request: OfficerRequest, case_no: str) -> HttpResponse:
    """Try again to finish an approved case whose effects were refused."""
    done = finish_again(case_id=case_by_no(case_no).pk, actor=request.user)
    if done.effect_error:
        messages.error(request, f"办结仍未成功：{done.effect_error}")
    return redirect("backoffice:case", case_no=case_no)


@require_POST
@page_right("cases")
@on_case_page
def send_back(request: OfficerRequest, case_no: str) -> HttpResponse:
    """Return an approved case whose effects were refused, so that it can be corrected or withdrawn."""
    return_refused_case(
        case_id=case_by_no(case_no).pk, actor=request.user, points=points_of_post(request.POST), note=request.POST.get("opinion", ""),
        today=clock.today(),
    )  # fmt: skip
    messages.info(request, f"办件 {case_no} 已退回补正，已告知申请人。")
    return redirect("backoffice:case", case_no=case_no)


@require_POST
@page_right("cases")
@on_case_page
def decline(request: OfficerRequest, case_no: str) -> HttpResponse:
    """Decline a returned case that is not corrected."""
    found = case_by_no(case_no)
    if _asks(request, found, Verb.DECLINE):
        return asked(request, sure_of(found, "不予办理", request.POST["opinion"], _DECLINED, back=_address(found)))
    decline_returned_case(case_id=found.pk, actor=request.user, note=request.POST.get("opinion", ""), today=clock.today())
    messages.info(request, f"办件 {case_no} 不予办理，已告知申请人。")
    return redirect("backoffice:case", case_no=case_no)
