"""Changing an item's risk record (事项变更): class, route, places of review and finishing, from a day on.

Signed like a grant of rights: a section head or director applies with the reason, another director approves, the security
administrator carries it into the catalogue. It holds for cases accepted from its day on; older ones keep their version.
"""

import datetime as dt

from django.db import IntegrityError, transaction

from yigui.catalogue.declarations import catalogue
from yigui.catalogue.errors import ChangeMoved, ChangeRefused
from yigui.catalogue.models import ChangeStatus, ItemChange
from yigui.catalogue.routes import Record, wrong_with
from yigui.common import clock
from yigui.common.cache import forget_kept
from yigui.db.presence import act_as, code_of, proof_of, signed
from yigui.staff.enums import Role
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User

REASON_MIN = 4


def apply_for_change(*, applicant: User, code: str, record: Record, valid_from: dt.date, reason: str, today: dt.date) -> ItemChange:
    """Apply for a change of an item's risk record.

    Raises:
        NotAuthorised: the applicant is no section head or director.
        ChangeRefused: unknown item, no change, below the minimum of the class, not from a later day, without reason, or another
            change of the item is under way.
    """
    if applicant.role not in (Role.SECTION_HEAD, Role.DIRECTOR):
        raise NotAuthorised("事项变更须由科室负责人或分管领导申请。")
    if code not in catalogue().versions:
        raise ChangeRefused(f"事项目录中没有 {code}，请核对事项编码。", item=code)
    if valid_from <= today:
        raise ChangeRefused(f"生效日期须晚于今天（{today}），已受理的办件不受影响。", item=code)
    before = catalogue().item(code, valid_from).record
    if record == before:
        raise ChangeRefused(f"事项 {code} 的风险等级、环节和地点没有变化。", item=code)
    if sentence := wrong_with(record):
        raise ChangeRefused(sentence, item=code)
    if len(reason.strip()) < REASON_MIN:
        raise ChangeRefused("请写明变更的理由。", item=code)
    try:
        with transaction.atomic():
            act_as(applicant)
            return ItemChange.objects.create(
                code=code, valid_from=valid_from, before=before.as_dict(), reason=reason.strip(), applied_by=applicant,
                **record.as_dict(),
            )  # fmt: skip
    except IntegrityError as error:
        if "item_change_open_once" not in str(error):
            raise
        raise ChangeRefused(f"事项 {code} 有一项变更正在办理，请先办完。", item=code) from error


@transaction.atomic
def approve_change(*, change_id: int, leader: User, is_approved: bool) -> ItemChange:
    """A leader approves or refuses a change; not the one who applied.

    Raises:
        NotAuthorised: no director, or the applicant. ChangeMoved: decided already.
    """
    change = _locked(change_id, ChangeStatus.APPLIED)
    if leader.role != Role.DIRECTOR or leader.pk == change.applied_by_id:
        raise NotAuthorised("事项变更须由申请人以外的分管领导批准。")
    act_as(leader)
    change.status = ChangeStatus.APPROVED if is_approved else ChangeStatus.REFUSED
    change.approved_by, change.approved_at = leader, clock.now()
    change.save(update_fields=["status", "approved_by", "approved_at"])
    return change


@transaction.atomic
def effect_change(*, change_id: int, administrator: User, today: dt.date) -> ItemChange:
    """The security administrator carries an approved change into the catalogue: the version is written, the warrant kept.

    Raises:
        NotAuthorised: not the security administrator. ChangeMoved: not approved, or done already.
        ChangeRefused: its day has come meanwhile, and cases of that day are under way.
        NotSeen, CodeWrong: not signed in, or not confirmed with a one-time code.
    """
    change = _locked(change_id, ChangeStatus.APPROVED)
    if administrator.role != Role.SECURITY_ADMIN:
        raise NotAuthorised("事项变更须由安全保密管理员办理生效。")
    if change.valid_from <= today:
        raise ChangeRefused(f"生效日期 {change.valid_from} 已到，请不予办理，另行申请。", item=change.code)
    signed("SELECT catalogue_effect_change_v1(%s, %s, %s)", proof_of(administrator), code_of(administrator), change.pk)
    change.refresh_from_db()
    transaction.on_commit(forget_kept)
    return change


@transaction.atomic
def drop_change(*, change_id: int, administrator: User, today: dt.date) -> ItemChange:
    """The security administrator drops an approved change whose day has come before it was carried in.

    Raises:
        NotAuthorised: not the security administrator. ChangeMoved: not approved, or done already. ChangeRefused: its day is yet to come.
    """
    change = _locked(change_id, ChangeStatus.APPROVED)
    if administrator.role != Role.SECURITY_ADMIN:
        raise NotAuthorised("事项变更须由安全保密管理员办理。")
    if change.valid_from > today:
        raise ChangeRefused(f"生效日期 {change.valid_from} 未到，请办理生效。", item=change.code)
    act_as(administrator)
    change.status, change.effected_by, change.effected_at = ChangeStatus.REFUSED, administrator, clock.now()
    change.save(update_fields=["status", "effected_by", "effected_at"])
    return change


def _locked(change_id: int, status: str) -> ItemChange:
    change = ItemChange.objects.select_for_update(of=("self",)).filter(pk=change_id).first()
    if change is None or change.status != status:
        raise ChangeMoved("该项变更已由他人处理，请刷新后查看。", change_id=change_id)
    return change
