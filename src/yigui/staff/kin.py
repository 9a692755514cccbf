"""Kin that officers have declared (回避申报, R309): whose business they neither accept nor decide, beside those the registry knows.

A declaration only takes away: the officer makes it alone, or somebody who answers for them with a reason. It is ended by somebody else, with a
reason. The database asks the same (`staff_kin_guard_v1`), and refuses steps by it (`benefits_kin_v1`, `casework_unfit_at_v1`).
"""

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from yigui.common import clock
from yigui.common.errors import NotFound
from yigui.common.identifiers import read_citizen_number
from yigui.common.normalise import plain_identity
from yigui.common.reasons import reason_of
from yigui.db.presence import act_as
from yigui.staff.declared_kin import DeclaredKin, Relation
from yigui.staff.enums import Role
from yigui.staff.errors import AccountRefused, NotAuthorised
from yigui.staff.models import User
from yigui.staff.same_person import is_one_of
from yigui.staff.scope import agencies_of

#: Who may declare for a colleague, and end a declaration.
LOOKS_AFTER = (Role.SECTION_HEAD, Role.DIRECTOR, Role.AUDITOR)


def looks_after(actor: User, user: User) -> bool:
    """Whether somebody may declare for a colleague and end a declaration of theirs: never for oneself, under whichever account."""
    return (
        actor.is_active and actor.role in LOOKS_AFTER and not is_one_of(actor, [user.pk])
        and agencies_of(actor).filter(pk=user.agency_id).exists()
    )  # fmt: skip


def declared_to(actor: User) -> QuerySet[DeclaredKin]:
    """The declarations somebody reads: their own, and those of whom they look after; the open ones first."""
    rows = DeclaredKin.objects.select_related("user__agency", "declared_by", "ended_by").order_by("ended_at", "-id")
    wanted = Q(user=actor)
    if actor.role in LOOKS_AFTER:
        wanted |= Q(user__agency__in=agencies_of(actor))
    return rows.filter(wanted)


@transaction.atomic
def declare_kin(*, actor: User, user: User, id_number: str, full_name: str, relation: str, reason: str = "") -> DeclaredKin:
    """Declare whose business an officer keeps away from from now on.

    Args:
        reason: why somebody else declares it; not asked of the officer.

    Raises:
        NotAuthorised: neither the officer nor somebody who looks after them. NotSeen: not signed in.
        AccountRefused: no name, no citizen's number, the own one, declared already, or no reason.
    """
    number = plain_identity(id_number)
    said = ""
    if not is_one_of(actor, [user.pk]):
        if not looks_after(actor, user):
            raise NotAuthorised("回避对象由本人申报，或由本机构、市级的科室负责人、分管领导、内控人员代为登记。")
        said = reason_of(reason, f"请写明代 {user.full_name} 登记回避对象的原因", AccountRefused)
    if not full_name.strip():
        raise AccountRefused("请填写回避对象的姓名。")
    if read_citizen_number(number) is None:
        raise AccountRefused(f"身份证号 {number} 校验不符，请核对。")
    if number == user.id_number:
        raise AccountRefused("本人的业务本就须回避，不必申报。")
    if relation not in Relation.values:
        raise AccountRefused("请选择与回避对象的关系。")
    act_as(actor)
    try:
        with transaction.atomic():
            return DeclaredKin.objects.create(
                user=user, id_number=number, full_name=full_name.strip(), relation=relation, reason=said, declared_by=actor,
                declared_at=clock.now(),
            )  # fmt: skip
    except IntegrityError as error:
        if "kin_declared_once" not in str(error):
            raise
        raise AccountRefused(f"{full_name.strip()} 已在 {user.full_name} 的回避对象中，不必重复申报。") from error


@transaction.atomic
def end_kin(*, actor: User, kin_id: int, reason: str) -> DeclaredKin:
    """End a declaration, with the reason: somebody who looks after the officer, never the officer.

    Raises:
        NotFound: none, or ended. NotAuthorised: see `looks_after`. AccountRefused: no reason. NotSeen: not signed in.
    """
    found = DeclaredKin.objects.select_for_update(of=("self",)).select_related("user").filter(pk=kin_id, ended_at=None).first()
    if found is None:
        raise NotFound("该回避申报不存在或已解除，请刷新页面。")
    if not looks_after(actor, found.user):
        raise NotAuthorised("回避申报由本人之外的科室负责人、分管领导、内控人员解除，本人不能解除。")
    found.end_reason = reason_of(reason, f"请写明解除 {found.user.full_name} 回避申报的原因", AccountRefused)
    act_as(actor)
    found.ended_by, found.ended_at = actor, clock.now()
    found.save(update_fields=["ended_by", "ended_at", "end_reason"])
    return found
