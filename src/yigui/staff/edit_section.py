"""Making, moving, changing and closing a section (科室的设立、调整、撤销)."""

import datetime as dt
from collections.abc import Collection

from django.db import IntegrityError

from yigui.registry.models import Agency
from yigui.staff.enums import StaffVerb, Stage
from yigui.staff.errors import OrganisationRefused
from yigui.staff.models import User
from yigui.staff.organisation import Section
from yigui.staff.records import deed
from yigui.staff.scope import refuse_organising


def save_section(
    *, actor: User, agency: Agency, name: str, parent: Section | None, stages: Collection[str], zones: Collection[str],
    head: User | None, on: dt.date, reason: str, section: Section | None = None,
) -> Section:  # fmt: skip
    """Make a section, or change one: name, place in the tree, stages, zones, head. Nobody's rights change with it (R010).

    Raises:
        NotAuthorised: the actor does not look after the sections of the agency.
        OrganisationRefused: no name or reason, the name is taken, the place would be a circle or in another agency, a head of
            another agency.
    """
    refuse_organising(actor, agency)
    verb = StaffVerb.SECTION_EDITED if section else StaffVerb.SECTION_MADE
    row = section or Section(agency=agency, valid_from=on)
    row.name, row.parent, row.head = name.strip(), parent, head
    row.stages, row.zones = [s for s in Stage.values if s in stages], sorted(zones)
    _refuse_unfit(row, reason)
    try:
        with deed(actor=actor, verb=verb, reason=reason.strip()):
            row.save()
    except IntegrityError as error:
        if "section_once" not in str(error):
            raise
        raise OrganisationRefused(f"{agency.name}已有名为“{row.name}”的科室，请换一个名称。") from error
    return row


def _refuse_unfit(row: Section, reason: str) -> None:
    if not row.name or not reason.strip():
        raise OrganisationRefused("请填写科室名称和调整依据。")
    if row.head is not None and (row.head.agency_id != row.agency_id or not row.head.is_active):
        raise OrganisationRefused(f"{row.head.full_name} 不是本机构在岗人员，不能担任“{row.name}”负责人。")
    parent = row.parent
    if parent is not None and (parent.agency_id != row.agency_id or parent.valid_to is not None):
        raise OrganisationRefused(f"上级科室“{parent.name}”已撤销或不属于本机构，请重新选择。")
    while parent is not None:
        if parent.pk == row.pk:
            raise OrganisationRefused(f"科室“{row.name}”不能归到自己的下级之下，请选择其他上级科室。")
        parent = parent.parent


def close_section(*, actor: User, section: Section, on: dt.date, reason: str) -> Section:
    """Close a section from a day on (one made that day, from the next); its row stays, so that the past can be read.

    Raises:
        NotAuthorised: the actor does not look after the sections of the agency.
        OrganisationRefused: no reason, closed already, or people or sections still belong to it.
    """
    refuse_organising(actor, section.agency)
    if not reason.strip():
        raise OrganisationRefused("请填写撤销依据。")
    if section.valid_to is not None:
        raise OrganisationRefused(f"科室“{section.name}”已于 {section.valid_to} 撤销。")
    below = list(section.children.filter(valid_to=None)[:5])
    if below:
        raise OrganisationRefused(f"科室“{section.name}”下还有：{'、'.join(s.name for s in below)}，请先调整下级科室。")
    people = [*section.people.filter(is_active=True)[:5], *section.managed_people.filter(is_active=True)[:5]]
    if people:
        names = "、".join(dict.fromkeys(p.full_name for p in people))
        raise OrganisationRefused(f"科室“{section.name}”还有人员：{names}，请先在账号管理中调整其科室。")
    with deed(actor=actor, verb=StaffVerb.SECTION_CLOSED, reason=reason.strip()):
        section.valid_to = max(section.valid_from, on - dt.timedelta(days=1))
        section.save()
    return section
