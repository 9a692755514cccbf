"""Somebody leaves (离职离岗): the account is off at once, what was in hand goes back and is listed (R314: no sign-in tonight)."""

from dataclasses import dataclass

from django.db.models import Q

from yigui.casework.decide_step import release_step
from yigui.casework.enums import CaseStatus, StepState
from yigui.casework.models import Case, Draft, Step
from yigui.identity.confirm_account import end_sessions
from yigui.runs.models import Batch, BatchStatus
from yigui.staff.account_requests import ask_about_account
from yigui.staff.enums import AccountKind, StaffVerb
from yigui.staff.errors import AccountRefused
from yigui.staff.models import AccountRequest, User
from yigui.staff.records import deed

#: Cases of one kind a hand-over lists at most; the rest is counted.
LISTED_MAX = 200


@dataclass(frozen=True)
class HandOver:
    """What somebody leaves behind, case numbers in order.

    `released`: claims given back to colleagues. `returned`: cases with the applicant, which any colleague can take up.
    `drafts`: unfinished forms. `batches`: batches the person prepared that are not executed.
    """

    request: AccountRequest
    released: list[str]
    returned: list[str]
    drafts: int
    batches: list[int]


def leave(*, actor: User, user: User, reason: str) -> HandOver:
    """File that somebody leaves: no sign-in from this moment, claims given back, and a request that ends post and authority.

    Raises:
        NotAuthorised, AccountRefused: see `ask_about_account`; or the account is off already.
    """
    if not user.is_active:
        raise AccountRefused(f"{user.full_name} 的账号已停用。")
    claimed = list(
        Step.objects.filter(claimed_by=user, state=StepState.READY).select_related("case").order_by("case__due_on")[:LISTED_MAX]
    )
    mine = Q(handled_by=user) | Q(handled_by=None, accepted_by=user)
    returned = list(
        Case.objects.filter(mine, status=CaseStatus.RETURNED).order_by("id").values_list("case_no", flat=True)[:LISTED_MAX]
    )
    batches = list(
        Batch.objects.filter(prepared_by=user, status__in=(BatchStatus.PREPARED, BatchStatus.APPROVED)).values_list("pk", flat=True)
    )
    drafts = Draft.objects.filter(user=user, login=None, applicant=None).count()
    released = [step.case.case_no for step in claimed]
    listed = {"released": released, "returned": returned, "drafts": drafts, "batches": batches}
    with deed(actor=actor, verb=StaffVerb.LEFT, reason=reason.strip(), **listed):
        request = ask_about_account(actor=actor, user=user, kind=AccountKind.LEAVE, reason=reason)
        for step in claimed:
            release_step(case_id=step.case_id, step_id=step.pk, actor=user, note=f"{user.full_name} 离岗，退回待办。")
        user.is_active, user.desk = False, None
        user.save(update_fields=["is_active", "desk"])
        end_sessions(user)
    return HandOver(request, released, returned, drafts, batches)
