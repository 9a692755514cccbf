"""Merging an agency into another (机构合并, R012): what stands in the way, who asks, who confirms."""

from collections.abc import Iterator

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from yigui.common import clock
from yigui.db.presence import act_as, code_of, proof_of, signed
from yigui.registry.models import Agency
from yigui.staff.enums import ADMINISTRATORS, AccountKind, AccountStatus, RequestStatus, Role, StaffVerb
from yigui.staff.errors import NotAuthorised, OrganisationRefused, RequestMoved
from yigui.staff.locations import Desk, Location
from yigui.staff.models import AccountRequest, AgencyMerge, RightsRequest, User
from yigui.staff.organisation import Section
from yigui.staff.records import deed
from yigui.staff.same_person import is_one_of
from yigui.staff.scope import is_at_city

#: Posts whose power grows with the level of the agency: they are given anew, by two people, after a merge into a higher one.
_POWER_BY_LEVEL = ADMINISTRATORS | {Role.SECTION_HEAD, Role.DIRECTOR, Role.AUDITOR}
#: Names a hindrance tells.
_TOLD_MAX = 5


def counts_of(agency: Agency) -> dict[str, int]:
    """How much of an agency moves when it is merged, by kind."""
    return {
        "people": User.objects.filter(agency=agency).count(),
        "sections": Section.objects.filter(agency=agency).count(),
        "locations": Location.objects.filter(agency=agency).count(),
        "desks": Desk.objects.filter(agency=agency).count(),
    }


def hindrances(merged: Agency, into: Agency) -> list[str]:
    """Why one agency cannot be merged into another now, a sentence each; empty when it can."""
    return list(_hindrances(merged, into))


def _hindrances(merged: Agency, into: Agency) -> Iterator[str]:
    if merged.pk == into.pk:
        yield "请选择两个不同的机构。"
        return
    for agency in (merged, into):
        if agency.successor_id is not None:
            yield f"{agency.name}已于 {agency.merged_on} 并入其他机构，不能再合并。"
    if into.area.parent_id == merged.area_id:
        yield f"{merged.name}是上级机构，不能并入下级的{into.name}。"
    if merged.area.level != into.area.level:
        holding = User.objects.filter(agency=merged, role__in=_POWER_BY_LEVEL, is_active=True)
        if found := _told(holding):
            yield f"{found} 的岗位随机构级别扩大权力，请先由两人免去，合并后重新任命。"
    pending = RightsRequest.objects.filter(
        user__agency=merged, status__in=(RequestStatus.APPLIED, RequestStatus.CHECKED, RequestStatus.APPROVED)
    )
    if count := pending.count():
        yield f"{merged.name}有 {count} 份在办的权限申请，请先办结或撤回。"
    waiting = AccountRequest.objects.filter(Q(user__agency=merged) | Q(to_agency=merged, kind=AccountKind.TRANSFER))
    if count := waiting.filter(status=AccountStatus.ASKED).count():
        yield f"{merged.name}有 {count} 份待确认的账号办理，请先办结或撤回。"
    twice = User.objects.filter(agency=merged, is_active=True).exclude(id_number="")
    if found := _told(twice.filter(id_number__in=User.objects.filter(agency=into, is_active=True).values("id_number"))):
        yield f"{found} 在两个机构各有启用的账号（一人一号），请先停用其中一个。"
    loose = Desk.objects.filter(agency=merged, location=None, closed_on=None)
    if numbers := list(loose.values_list("number", flat=True)[:_TOLD_MAX]):
        yield f"{'、'.join(numbers)} 号柜台未设在办事场所，请先调整或撤销。"


def _told(people: QuerySet[User]) -> str:
    names = [str(user) for user in people.order_by("full_name")[: _TOLD_MAX + 1]]
    return "、".join(names[:_TOLD_MAX]) + ("等" if len(names) > _TOLD_MAX else "")


def ask_to_merge(*, actor: User, merged: Agency, into: Agency, reason: str) -> AgencyMerge:
    """Ask that one agency goes into another.

    Raises:
        NotAuthorised: no system administrator of the city.
        OrganisationRefused: no reason, or what `hindrances` says.
    """
    if actor.role != Role.SYSTEM_ADMIN or not actor.is_active or not is_at_city(actor):
        raise NotAuthorised("机构合并须由市级系统管理员申请。")
    if not reason.strip():
        raise OrganisationRefused("请填写批准合并的文件名称和文号。")
    _refuse_hindered(merged, into)
    try:
        with deed(actor=actor, verb=StaffVerb.MERGED, reason=reason.strip()):
            return AgencyMerge.objects.create(merged=merged, into=into, reason=reason.strip()[:200], asked_by=actor)
    except IntegrityError as error:
        if "agency_merged_once" not in str(error):
            raise
        raise OrganisationRefused(f"{merged.name}已有在办的合并申请，请先确认或撤回。") from error


def may_decide_merge(merge: AgencyMerge, person: User) -> bool:
    """Whether somebody may confirm or refuse a merge: button, inbox and refusal read the same answer."""
    is_administrator = person.role == Role.SECURITY_ADMIN and person.is_active and is_at_city(person)
    return merge.status == AccountStatus.ASKED and is_administrator and not is_one_of(person, [merge.asked_by_id])


@transaction.atomic
def carry_out_merge(*, merge_id: int, administrator: User) -> AgencyMerge:
    """Confirm a merge: the database moves people, sections, places, desks and machines. Tasks: see `casework.merge_agencies`.

    Raises:
        NotAuthorised, RequestMoved: see there. OrganisationRefused: what `hindrances` says by now.
    """
    merge = _of(merge_id, administrator)
    _refuse_hindered(merge.merged, merge.into)
    with deed(
        actor=administrator,
        verb=StaffVerb.MERGED,
        reason=merge.reason,
        merge=merge.pk,
        merged=merge.merged_id,
        into=merge.into_id,
    ):
        signed(
            "SELECT staff_merge_agencies_v1(%s, %s, %s, %s)",
            proof_of(administrator),
            code_of(administrator),
            merge.pk,
            clock.today(),
        )
    merge.refresh_from_db()
    return merge


@transaction.atomic
def refuse_merge(*, merge_id: int, administrator: User, note: str) -> AgencyMerge:
    """Refuse a merge, with the reason."""
    merge = _of(merge_id, administrator)
    if not note.strip():
        raise OrganisationRefused("请写明不同意的原因。")
    act_as(administrator)
    merge.status, merge.decided_by, merge.decided_at = AccountStatus.REFUSED, administrator, clock.now()
    merge.note = note.strip()[:200]
    merge.save(update_fields=["status", "decided_by", "decided_at", "note"])
    return merge


@transaction.atomic
def take_merge_back(*, merge_id: int, actor: User) -> AgencyMerge:
    """The one who asked takes a merge back while nobody has decided."""
    merge = _locked(merge_id)
    if merge is None or merge.asked_by_id != actor.pk:
        raise RequestMoved("该合并申请已由他人处理，或不是您提出的，不能撤回。", merge_id=merge_id)
    act_as(actor)
    merge.status = AccountStatus.TAKEN_BACK
    merge.save(update_fields=["status"])
    return merge


def _locked(merge_id: int) -> AgencyMerge | None:
    rows = AgencyMerge.objects.select_for_update(of=("self",)).select_related("merged__area", "into__area")
    return rows.filter(pk=merge_id, status=AccountStatus.ASKED).first()


def _of(merge_id: int, administrator: User) -> AgencyMerge:
    merge = _locked(merge_id)
    if merge is None:
        raise RequestMoved("该合并申请已由他人处理，请刷新后查看。", merge_id=merge_id)
    if not may_decide_merge(merge, administrator):
        raise NotAuthorised("机构合并须由申请人之外的市级安全保密管理员确认。")
    return merge


def _refuse_hindered(merged: Agency, into: Agency) -> None:
    found = hindrances(merged, into)
    if found:
        raise OrganisationRefused("".join(found), merged=merged.pk, into=into.pk)
