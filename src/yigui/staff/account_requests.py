"""What two people do to an account (账号办理): the system administrator asks, the security administrator confirms."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from yigui.common import clock
from yigui.db.presence import act_as, code_of, proof_of, signed
from yigui.registry.models import Agency
from yigui.staff.enums import AccountKind, AccountStatus, Role, StaffVerb
from yigui.staff.errors import AccountRefused, NotAuthorised, RequestMoved
from yigui.staff.models import AccountRequest, User
from yigui.staff.records import deed
from yigui.staff.same_person import is_one_of
from yigui.staff.scope import administers_accounts, agencies_of, is_at_city

#: What ends all authority of the person, under a warrant: confirmed at city level.
UNDER_WARRANT = (AccountKind.ROLE, AccountKind.TRANSFER, AccountKind.LEAVE)

#: What concerns sign-in: of an account nobody signs in with there is nothing to do.
_OF_SIGN_IN = (AccountKind.UNLOCK, AccountKind.PASSWORD, AccountKind.DEVICE)


def ask_about_account(
    *, actor: User, user: User, kind: str, reason: str, role: str = "", to_agency: Agency | None = None
) -> AccountRequest:
    """Ask for a new post, a transfer, a leave, an unlock, a new password, a first or a new device for a colleague.

    Raises:
        NotAuthorised: no system administrator who answers for the colleague, or for oneself.
        AccountRefused: no reason, nothing would change, a post for somebody whose number is not known, or the same is asked for already.
    """
    if not administers_accounts(actor, user.agency_id):
        raise NotAuthorised("账号办理须由本机构或市级的系统管理员申请。")
    if is_one_of(actor, [user.pk]):
        raise NotAuthorised("不能为本人申请账号办理，请由另一名系统管理员提出。")
    if kind not in AccountKind.values or not reason.strip():
        raise AccountRefused("请选择办理事项并写明原因。")
    if user.is_door and kind in _OF_SIGN_IN:
        raise AccountRefused(f"{user.full_name} 是{user.get_kind_display()}，不能登录，没有密码和动态口令可办理。")
    if kind == AccountKind.ROLE and role == user.role:
        raise AccountRefused(f"{user} 的岗位没有变化，请选择新的岗位。")
    if kind == AccountKind.ROLE and role and not user.id_number:
        raise AccountRefused(f"{user.full_name} 的身份证号尚未登记，不能授予岗位（四类岗位互斥按证件号核对），请先补登。")
    if kind == AccountKind.TRANSFER and (to_agency is None or to_agency.pk == user.agency_id):
        raise AccountRefused("请选择调往的机构，不能与现机构相同。")
    try:
        with transaction.atomic():
            act_as(actor)
            return AccountRequest.objects.create(
                user=user, kind=kind, role=role if kind == AccountKind.ROLE else "", reason=reason.strip(), asked_by=actor,
                to_agency=to_agency if kind == AccountKind.TRANSFER else None,
            )  # fmt: skip
    except IntegrityError as error:
        if "account_request_open_once" not in str(error):
            raise
        raise AccountRefused(f"{user.full_name} 已有待确认的“{AccountKind(kind).label}”申请，请先办结或撤回。") from error


def may_decide(request: AccountRequest, person: User) -> bool:
    """Whether somebody may confirm or refuse a request: button, inbox and refusal read the same answer."""
    if request.status != AccountStatus.ASKED or person.role != Role.SECURITY_ADMIN or not person.is_active:
        return False
    if (
        is_one_of(person, (request.user_id, request.asked_by_id))
        or not agencies_of(person).filter(pk=request.user.agency_id).exists()
    ):
        return False
    return request.kind not in UNDER_WARRANT or is_at_city(person)


@transaction.atomic
def confirm_request(*, request_id: int, administrator: User, details: Mapping[str, Any] | None = None) -> AccountRequest:
    """Confirm a request. Posts, transfers and leaves are carried out by the database; what concerns sign-in by `identity`.

    Args:
        details: what else belongs to the record, as JSON.

    Raises:
        NotAuthorised, RequestMoved: see there. NotSeen, CodeWrong: not signed in, or no one-time code for a post.
        YiguiError: the post may not be given (四类岗位互斥).
    """
    request = _of(request_id, administrator)
    with deed(actor=administrator, verb=StaffVerb.CONFIRMED, reason=request.reason, request=request.pk, **(details or {})):
        if request.kind in UNDER_WARRANT:
            signed("SELECT staff_change_post_v1(%s, %s, %s)", proof_of(administrator), code_of(administrator), request.pk)
        else:
            _close(request, AccountStatus.DONE, administrator)
    request.refresh_from_db()
    return request


@transaction.atomic
def refuse_request(*, request_id: int, administrator: User, note: str) -> AccountRequest:
    """Refuse a request, with the reason."""
    request = _of(request_id, administrator)
    if not note.strip():
        raise AccountRefused("请写明不同意的原因。")
    request.note = note.strip()[:200]
    _close(request, AccountStatus.REFUSED, administrator)
    return request


@transaction.atomic
def take_request_back(*, request_id: int, actor: User) -> AccountRequest:
    """The one who asked takes a request back while nobody has decided."""
    request = _locked(request_id)
    if request is None or request.asked_by_id != actor.pk:
        raise RequestMoved("该申请已由他人处理，或不是您提出的，不能撤回。", request_id=request_id)
    act_as(actor)
    request.status = AccountStatus.TAKEN_BACK
    request.save(update_fields=["status"])
    return request


def _locked(request_id: int) -> AccountRequest | None:
    """The request while it waits; whoever decides at the same moment finds it decided."""
    rows = AccountRequest.objects.select_for_update(of=("self",)).select_related("user__agency__area", "to_agency")
    return rows.filter(pk=request_id, status=AccountStatus.ASKED).first()


def _of(request_id: int, administrator: User) -> AccountRequest:
    request = _locked(request_id)
    if request is None:
        raise RequestMoved("该账号办理申请已由他人处理，请刷新后查看。", request_id=request_id)
    if not may_decide(request, administrator):
        raise NotAuthorised("账号办理须由申请人和本人之外的安全保密管理员确认；岗位、调动和离岗由市级确认。")
    return request


def _close(request: AccountRequest, status: AccountStatus, administrator: User) -> None:
    act_as(administrator)
    request.status, request.decided_by, request.decided_at = status, administrator, clock.now()
    request.save(update_fields=["status", "decided_by", "decided_at", "note"])


__all__ = [
    "UNDER_WARRANT",
    "ask_about_account",
    "confirm_request",
    "may_decide",
    "refuse_request",
    "take_request_back",
]
