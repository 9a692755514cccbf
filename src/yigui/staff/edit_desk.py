"""Making, changing and closing desks, and who sits where (柜台的设立、调整、撤销，人员分配)."""

import datetime as dt

from django.db import IntegrityError

from yigui.staff.enums import DeskKind, Role, StaffVerb
from yigui.staff.errors import OrganisationRefused
from yigui.staff.locations import Desk, Location
from yigui.staff.models import User
from yigui.staff.records import deed
from yigui.staff.scope import refuse_off_floor

#: Posts that sit at desks.
SEATED_ROLES = (Role.TELLER, Role.GUIDE, Role.RECHECKER)


def save_desk(*, actor: User, location: Location, number: str, kind: str, note: str, reason: str, desk: Desk | None = None) -> Desk:
    """Make a desk in a hall, or change its number, kind or note.

    Raises:
        NotAuthorised: the actor does not run the floor there.
        OrganisationRefused: no number or reason, the place has no desks or is closed, the number is taken.
    """
    refuse_off_floor(actor, location.agency)
    verb = StaffVerb.DESK_EDITED if desk else StaffVerb.DESK_MADE
    row = desk or Desk(agency=location.agency)
    row.location, row.number, row.kind, row.note = location, number.strip(), kind, note.strip()
    if not row.number or kind not in DeskKind.values or not reason.strip():
        raise OrganisationRefused("请填写窗口号、类别和依据。")
    if not location.has_desks:
        raise OrganisationRefused(f"“{location.name}”是{location.get_kind_display()}，不设柜台。")
    if location.closed_on is not None or row.closed_on is not None:
        raise OrganisationRefused(f"“{location.name}”或该柜台已停用，不能调整。")
    if row.is_special:
        trainees = [p.full_name for p in row.people.filter(is_trainee=True)] if row.pk else []
        if trainees:
            raise OrganisationRefused(f"{'、'.join(trainees)} 为见习人员，不能在特殊业务窗口，请先调整。")
    try:
        with deed(actor=actor, verb=verb, reason=reason.strip()):
            row.save()
    except IntegrityError as error:
        if "desk_once" not in str(error):
            raise
        raise OrganisationRefused(f"“{location.name}”已有 {row.number} 号窗口，请换一个窗口号。") from error
    return row


def close_desk(*, actor: User, desk: Desk, on: dt.date, reason: str) -> list[User]:
    """Close a desk; gives the people who sit there. They accept nothing at the counter until they are given another desk.

    Raises:
        NotAuthorised: the actor does not run the floor there.
        OrganisationRefused: no reason, or closed already.
    """
    refuse_off_floor(actor, desk.agency)
    if not reason.strip():
        raise OrganisationRefused("请填写撤销依据。")
    if desk.closed_on is not None:
        raise OrganisationRefused(f"{desk.number} 号柜台已于 {desk.closed_on} 撤销。")
    people = list(desk.people.order_by("full_name")[:100])
    with deed(actor=actor, verb=StaffVerb.DESK_CLOSED, reason=reason.strip()):
        desk.closed_on = on
        desk.save()
    return people


def give_desk(*, actor: User, person: User, desk: Desk | None, reason: str) -> User:
    """Seat somebody at a desk, or at none. Only those named for a special desk accept special business there (专人专责, R030).

    Raises:
        NotAuthorised: the actor does not run the floor there.
        OrganisationRefused: no reason; a desk of another agency or a closed one; a post that sits at no desk; a trainee at a
            special desk.
    """
    refuse_off_floor(actor, person.agency)
    if not reason.strip():
        raise OrganisationRefused("请填写分配依据。")
    if desk is not None:
        if desk.agency_id != person.agency_id or desk.closed_on is not None:
            raise OrganisationRefused(f"{desk.number} 号柜台已撤销或不属于 {person.full_name} 所在机构。")
        if person.role not in SEATED_ROLES:
            raise OrganisationRefused(f"{person} 不在柜台岗位，请先调整岗位。")
        if desk.is_special and (person.is_trainee or person.role != Role.TELLER):
            raise OrganisationRefused(f"{person} 为见习或非柜员岗位，不能在特殊业务窗口。")
    with deed(actor=actor, verb=StaffVerb.DESK_GIVEN, reason=reason.strip()):
        person.desk = desk
        person.save(update_fields=["desk"])
    return person
