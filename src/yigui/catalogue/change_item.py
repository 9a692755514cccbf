"""Changing an item's risk record (事项变更): class, route, places of review and finishing, from a day on.

Signed like a grant of rights, by people of the city, for it holds in every county: a section head or director applies with the reason,
internal control examines it, another director approves, the security administrator carries it into the catalogue. It holds for cases
accepted from its day on; older ones keep their version.
"""

import datetime as dt
from functools import partial

from django.db import IntegrityError, transaction

from yigui.catalogue.declarations import catalogue
from yigui.catalogue.errors import ChangeMoved, ChangeRefused
from yigui.catalogue.models import ChangeStatus, ItemChange
from yigui.catalogue.routes import Record, wrong_with
from yigui.common import clock
from yigui.common.cache import forget_kept
from yigui.common.reasons import reason_of
from yigui.db.presence import act_as, code_of, proof_of, signed
from yigui.staff.enums import Role
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User
from yigui.staff.same_person import is_one_of
from yigui.staff.scope import is_at_city

#: Whose turn a change is, by its status.
TURNS: dict[str, Role] = {
    ChangeStatus.APPLIED: Role.AUDITOR, ChangeStatus.CHECKED: Role.DIRECTOR, ChangeStatus.APPROVED: Role.SECURITY_ADMIN,
}  # fmt: skip


def apply_for_change(*, applicant: User, code: str, record: Record, valid_from: dt.date, reason: str, today: dt.date) -> ItemChange:
    """Apply for a change of an item's risk record.

    Raises:
        NotAuthorised: the applicant is no section head or director of the city.
        ChangeRefused: unknown item, no change, below the minimum of the class, not from a later day, without reason, or another
            change of the item is under way.
    """
    if not may_apply(applicant):
        raise NotAuthorised("事项变更须由市级科室负责人或分管领导申请，县区不得自行变更。")
    if code not in catalogue().versions:
        raise ChangeRefused(f"事项目录中没有 {code}，请核对事项编码。", item=code)
    if valid_from <= today:
        raise ChangeRefused(f"生效日期须晚于今天（{today}），已受理的办件不受影响。", item=code)
    before = catalogue().item(code, valid_from).record
    if record == before:
        raise ChangeRefused(f"事项 {code} 的风险等级、环节和地点没有变化。", item=code)
    if sentence := wrong_with(record, catalogue().item(code, valid_from).kind):
        raise ChangeRefused(sentence, item=code)
    said = reason_of(reason, f"请写明变更事项 {code} 的理由", partial(ChangeRefused, item=code))
    try:
        with transaction.atomic():
            act_as(applicant)
            return ItemChange.objects.create(
                code=code, valid_from=valid_from, before=before.as_dict(), reason=said, applied_by=applicant,
                **record.as_dict(),
            )  # fmt: skip
    except IntegrityError as error:
        if "item_change_open_once" not in str(error):
            raise
        raise ChangeRefused(f"事项 {code} 有一项变更正在办理，请先办完。", item=code) from error


@transaction.atomic
def check_change(*, change_id: int, controller: User) -> ItemChange:
    """Internal control (内控) examines a change: not the one who applied.

    Raises:
        NotAuthorised: no auditor of the city, or the applicant. ChangeMoved: examined already.
    """
    change = _locked(change_id, ChangeStatus.APPLIED)
    _turn_of(controller, change)
    act_as(controller)
    change.status, change.checked_by, change.checked_at = ChangeStatus.CHECKED, controller, clock.now()
    change.save(update_fields=["status", "checked_by", "checked_at"])
    return change


@transaction.atomic
def approve_change(*, change_id: int, leader: User) -> ItemChange:
    """A leader approves an examined change; not the one who applied.

    Raises:
        NotAuthorised: no director of the city, or the applicant. ChangeMoved: not examined, or decided already.
    """
    change = _locked(change_id, ChangeStatus.CHECKED)
    _turn_of(leader, change)
    act_as(leader)
    change.status, change.approved_by, change.approved_at = ChangeStatus.APPROVED, leader, clock.now()
    change.save(update_fields=["status", "approved_by", "approved_at"])
    return change


@transaction.atomic
def refuse_change(*, change_id: int, person: User, note: str) -> ItemChange:
    """Whoever's turn it is refuses a change, with the reason; that is its end.

    Raises:
        NotAuthorised: somebody else's turn. ChangeMoved: over already. ChangeRefused: without reason.
    """
    change = _locked(change_id, *TURNS)
    _turn_of(person, change)
    said = reason_of(note, "请写明不予批准的原因", partial(ChangeRefused, item=change.code))
    act_as(person)
    change.status, change.refused_by, change.note = ChangeStatus.REFUSED, person, said[:200]
    change.save(update_fields=["status", "refused_by", "note"])
    return change


@transaction.atomic
def take_back_change(*, change_id: int, applicant: User) -> ItemChange:
    """The applicant takes a change back before anybody has examined it.

    Raises:
        NotAuthorised: somebody else applied. ChangeMoved: examined already.
    """
    change = _locked(change_id, ChangeStatus.APPLIED)
    if change.applied_by_id != applicant.pk:
        raise NotAuthorised("事项变更只能由申请人本人撤回。")
    act_as(applicant)
    change.status, change.refused_by = ChangeStatus.TAKEN_BACK, applicant
    change.save(update_fields=["status", "refused_by"])
    return change


@transaction.atomic
def effect_change(*, change_id: int, administrator: User, today: dt.date) -> ItemChange:
    """The security administrator carries an approved change into the catalogue: the version is written, the warrant kept.

    Raises:
        NotAuthorised: not the security administrator of the city. ChangeMoved: not approved, or done already.
        ChangeRefused: its day has come meanwhile, and cases of that day are under way.
        NotSeen, CodeWrong: not signed in, or not confirmed with a one-time code.
    """
    change = _locked(change_id, ChangeStatus.APPROVED)
    _turn_of(administrator, change)
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
        NotAuthorised: not the security administrator of the city. ChangeMoved: not approved, or done already. ChangeRefused: its day is yet to come.
    """
    change = _locked(change_id, ChangeStatus.APPROVED)
    _turn_of(administrator, change)
    if change.valid_from > today:
        raise ChangeRefused(f"生效日期 {change.valid_from} 未到，请办理生效。", item=change.code)
    act_as(administrator)
    change.status, change.refused_by, change.note = ChangeStatus.REFUSED, administrator, "生效日期已过，未予办理"
    change.save(update_fields=["status", "refused_by", "note"])
    return change


def may_apply(person: User) -> bool:
    """Whether somebody may apply for a change: it holds for the whole house, so nobody of a county."""
    return person.role in (Role.SECTION_HEAD, Role.DIRECTOR) and is_at_city(person)


def may_move(change: ItemChange, person: User) -> bool:
    """Whether it is this person's turn: the button and the refusal read the same answer."""
    role = TURNS.get(change.status)
    return role == person.role and is_at_city(person) and not is_one_of(person, _parties(change))


def _parties(change: ItemChange) -> tuple[int | None, ...]:
    return change.applied_by_id, change.checked_by_id, change.approved_by_id


def _turn_of(person: User, change: ItemChange) -> None:
    if not may_move(change, person):
        post = TURNS[change.status].label
        raise NotAuthorised(f"该事项变更现须由市级的{post}办理，且未参与其他环节。")


def _locked(change_id: int, *status: str) -> ItemChange:
    change = ItemChange.objects.select_for_update(of=("self",)).filter(pk=change_id).first()
    if change is None or change.status not in status:
        raise ChangeMoved("该项变更已由他人处理，请刷新后查看。", change_id=change_id)
    return change
