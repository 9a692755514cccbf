"""Somebody leaves, or gets another post or agency (离岗、转岗交接): what was in hand goes back to colleagues and is listed (R314)."""

from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import Q

from yigui.casework.decide_step import take_back_step
from yigui.casework.enums import CaseStatus, StepState
from yigui.casework.models import Case, Draft, Step
from yigui.identity.confirm_account import Confirmed, confirm_account, end_sessions
from yigui.runs.models import Batch, BatchStatus
from yigui.staff.account_requests import ask_about_account
from yigui.staff.edit_account import switch_account
from yigui.staff.enums import AccountKind, StaffVerb
from yigui.staff.errors import AccountRefused
from yigui.staff.models import AccountRequest, User
from yigui.staff.records import deed
from yigui.tasks.enums import TaskState
from yigui.tasks.models import Task
from yigui.tasks.people import is_colleague
from yigui.tasks.work_on import put_back

#: Numbers of one kind a hand-over lists at most; `counts` has them all.
LISTED_MAX = 200
#: After these somebody works elsewhere or does other work. A leaver's work went back when the leave was filed.
_ENDS_THE_WORK = (AccountKind.ROLE, AccountKind.TRANSFER)


@dataclass(frozen=True)
class HandOver:
    """What somebody leaves behind; each list holds at most `LISTED_MAX`, `counts` says how many there are of each.

    `released`: numbers of cases whose claims went back to colleagues. `tasks`: tasks put back. `returned`: numbers of cases with the
    applicant, which any colleague can take up. `batches`: batches the person prepared that are not executed. `drafts`: unfinished
    forms, in `counts` alone.
    """

    released: list[str]
    tasks: list[int]
    returned: list[str]
    batches: list[int]
    counts: dict[str, int]


def leave(*, actor: User, user: User, reason: str) -> tuple[AccountRequest, HandOver]:
    """File that somebody leaves: no sign-in from this moment, work given back, and a request that ends post and authority.

    Raises:
        NotAuthorised, AccountRefused: see `ask_about_account`; or somebody who has left already.
    """
    if not user.is_active and not user.role:
        raise AccountRefused(f"{user.full_name} 已离岗，账号已停用。")
    with transaction.atomic():
        request = ask_about_account(actor=actor, user=user, kind=AccountKind.LEAVE, reason=reason)
        handed = hand_over(user, by=actor, note=f"{user.full_name} 离岗，退回待办。")
        with deed(actor=actor, verb=StaffVerb.LEFT, reason=reason.strip(), **asdict(handed)):
            user.is_active, user.desk = False, None
            user.save(update_fields=["is_active", "desk"])
        end_sessions(user)
    return request, handed


@transaction.atomic
def suspend(*, actor: User, user: User, reason: str) -> HandOver:
    """Switch an account off for a time (暂时停用); nobody could go on with what its holder has in hand, so that is given back.

    Raises:
        NotAuthorised, AccountRefused: see `switch_account`; nothing is given back then.
    """
    handed = hand_over(user, by=actor, note=f"{user.full_name} 的账号停用，退回待办。")
    switch_account(actor=actor, user=user, is_active=False, reason=reason, details=asdict(handed))
    end_sessions(user)
    return handed


@transaction.atomic
def confirm(*, request_id: int, administrator: User) -> Confirmed:
    """Confirm what two people do to an account; whoever gets another post or agency hands the work over first.

    Raises:
        NotAuthorised, RequestMoved, AccountRefused: see `confirm_account`; nothing is handed over then.
    """
    request = AccountRequest.objects.select_related("user__agency").filter(pk=request_id).first()
    if request is None or request.kind not in _ENDS_THE_WORK:
        return confirm_account(request_id=request_id, administrator=administrator)
    handed = hand_over(request.user, by=administrator, note=f"{request.user.full_name} {request.what}，退回待办。")
    return confirm_account(request_id=request_id, administrator=administrator, details=asdict(handed))


@transaction.atomic
def hand_over(user: User, *, by: User, note: str) -> HandOver:
    """Give back to colleagues every claim and every task somebody has, and list what else was theirs. `by`: whoever ends the work."""
    claimed = list(
        Step.objects.filter(claimed_by=user, state=StepState.READY).select_related("case").order_by("case__due_on", "id")
    )
    for step in claimed:
        take_back_step(case_id=step.case_id, step_id=step.pk, by=by, note=note)
    taken = (
        Task.objects.filter(owner=user, state__in=(TaskState.TAKEN, TaskState.HANDED_ON))
        if is_colleague(user)
        else Task.objects.none()
    )
    tasks = list(taken.order_by("due_on", "id"))
    for task in tasks:
        put_back(task_id=task.pk, actor=user, note=note, by=by)
    handled = Q(handled_by=user) | Q(handled_by=None, accepted_by=user)
    returned = Case.objects.filter(handled, status=CaseStatus.RETURNED).order_by("id").values_list("case_no", flat=True)
    batches = (
        Batch.objects.filter(prepared_by=user, status__in=(BatchStatus.PREPARED, BatchStatus.APPROVED))
        .order_by("id")
        .values_list("pk", flat=True)
    )
    drafts = Draft.objects.filter(user=user, login=None, applicant=None).count()
    return HandOver(
        released=[step.case.case_no for step in claimed[:LISTED_MAX]], tasks=[task.pk for task in tasks[:LISTED_MAX]],
        returned=list(returned[:LISTED_MAX]), batches=list(batches[:LISTED_MAX]),
        counts={
            "released": len(claimed), "tasks": len(tasks), "returned": returned.count(), "batches": batches.count(), "drafts": drafts,
        },
    )  # fmt: skip
