"""An own case taken up again by whoever applied (补正、撤回), whichever door it came through."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from yigui.applying.base_lists import judge_anew
from yigui.applying.door import Door
from yigui.applying.drafts import draft_for_correction
from yigui.applying.ending import WITHDRAWN, sure_of
from yigui.casework.drafts import list_verdict
from yigui.casework.enums import Verb
from yigui.casework.models import Case, Draft
from yigui.casework.progress import channels_for_correction, doors_for_correction
from yigui.casework.who_may import refuse_unfit, why_not
from yigui.casework.withdraw_case import withdraw_case
from yigui.common import clock
from yigui.identity.models import UnitLogin
from yigui.registry.models import Person
from yigui.shell.sure import asked, wants_asking
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User


def correct(door: Door, case: Case) -> HttpResponse:
    """Begin the correction of an own case that was returned, whichever door it came through.

    Raises:
        StepMoved: not returned. NotAuthorised: somebody else applied, or the door does not take the item from them.
    """
    refuse_unfit(door.operator, case, Verb.RESUBMIT, clock.today(), login=door.login, applicant=door.applicant)
    if door.channel not in channels_for_correction(case):
        raise NotAuthorised(
            f"“{case.item_name}”不能在这里补正，{doors_for_correction(case)}。", case_no=case.case_no, channel=door.channel
        )
    draft = begin_correction(case, door.operator, door.login, door.applicant)
    return redirect(door.names.form, token=draft.token)


def begin_correction(case: Case, user: User, login: UnitLogin | None = None, applicant: Person | None = None) -> Draft:
    """The draft that corrects a returned case; a list in it is judged as things stand now."""
    draft = draft_for_correction(case, user, login, applicant)
    if list_verdict(draft) is None:
        judge_anew(draft)
    return draft


def _may_withdraw(door: Door, case: Case) -> bool:
    return why_not(door.operator, case, Verb.WITHDRAW, clock.today(), login=door.login, applicant=door.applicant) is None


def withdraw(request: HttpRequest, door: Door, case: Case) -> HttpResponse:
    """Withdraw an own case, whichever door it came through; asked first where its form wants that.

    Raises:
        StepMoved: it has ended. NotAuthorised: somebody else applied. OpinionMissing: no reason given.
    """
    why = request.POST.get("reason", "")
    if wants_asking(request) and why.strip() and _may_withdraw(door, case):
        back = reverse(door.names.case, args=[case.case_no])
        return asked(request, sure_of(case, "撤回申请", why, WITHDRAWN, back=back, door=door))
    withdraw_case(
        case_id=case.pk, actor=door.operator, note=why, today=clock.today(), channel=door.channel,
        login=door.login, applicant=door.applicant,
    )  # fmt: skip
    messages.info(request, f"办件 {case.case_no} 已撤回。")
    return redirect(door.names.case, case_no=case.case_no)
