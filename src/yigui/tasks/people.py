"""Who exists for a task: colleagues of an agency by post, and the agency above that has them when this one does not."""

import datetime as dt
from collections.abc import Collection

from django.db.models import F, Q, QuerySet

from yigui.registry.models import Agency, Area
from yigui.staff.enums import Role, Stage
from yigui.staff.models import User
from yigui.staff.organisation import Section
from yigui.staff.sections import chart_on

#: Accounts of channels and programs bear a password nobody can type; they are no colleagues.
_NO_PERSON = "!"
#: Areas lie at most so deep (province, city, county).
_DEPTH_MAX = 5


def colleagues(posts: Collection[str], agency_id: str, section_id: int | None = None) -> QuerySet[User]:
    """People of an agency, or of one of its sections, who hold one of the posts, active, by role and id."""
    rows = User.objects.filter(role__in=posts, agency_id=agency_id, is_active=True)
    if section_id is not None:
        rows = rows.filter(Q(section_id=section_id) | Q(pk__in=Section.objects.filter(pk=section_id).values("head_id")))
    return rows.exclude(password__startswith=_NO_PERSON).order_by("role", "id")


def is_colleague(user: User) -> bool:
    """Whether this account is a person at work, not a channel or a program."""
    return user.is_active and not user.password.startswith(_NO_PERSON)


def agency_above(agency: Agency) -> Agency | None:
    """The agency that goes on with a merged one; else the agency of the parent area, None at the top."""
    if agency.successor_id is not None:
        return Agency.objects.select_related("area").get(pk=agency.successor_id)
    parent = agency.area.parent_id
    if parent is None:
        return None
    return _of_area(parent)


def _of_area(area_code: str) -> Agency | None:
    """The agency at work for an area: its first own, else the one that goes on with its own."""
    rows = Agency.objects.select_related("area", "successor__area").filter(area_id=area_code)
    found = rows.order_by(F("successor").asc(nulls_first=True), "code").first()
    return found.successor or found if found is not None else None


def agency_of_area(area_code: str) -> Agency:
    """The agency of an area, or of the nearest area above it that has one.

    Raises:
        Agency.DoesNotExist: there is none up to the top.
    """
    at: Area | None = Area.objects.select_related("parent").get(pk=area_code)
    for _ in range(_DEPTH_MAX):
        if at is None:
            break
        found = _of_area(at.pk)
        if found is not None:
            return found
        at = at.parent
    raise Agency.DoesNotExist(f"区划 {area_code} 及其上级没有经办机构。")


def agency_with(posts: Collection[str], agency: Agency) -> Agency | None:
    """The agency itself, or the nearest above it, where somebody holds one of the posts; None when nobody does anywhere."""
    at: Agency | None = agency
    for _ in range(_DEPTH_MAX):
        if at is None:
            return None
        if colleagues(posts, at.pk).exists():
            return at
        at = agency_above(at)
    return None


def section_with(posts: Collection[str], agency: Agency, *, stage: str, zone: str, on: dt.date) -> Section | None:
    """The agency's section for a stage of the work and a zone, where one of its people holds one of the posts; else None: the
    task is the whole agency's."""
    found = chart_on(on).section_of_stage(Stage(stage), zone=zone, agency_id=agency.pk)
    if found is None or found.agency_id != agency.pk or not colleagues(posts, agency.pk, found.pk).exists():
        return None
    return found


def section_of_head(section: Section | None, on: dt.date) -> Section | None:
    """The section itself or the nearest above it in its tree that has a section head; None when none has."""
    chart = chart_on(on)
    at = chart.sections.get(section.pk) if section else None
    while at is not None:
        if colleagues((Role.SECTION_HEAD,), at.agency_id, at.pk).exists():
            return at
        at = chart.sections.get(at.parent_id) if at.parent_id else None
    return None


def agency_of_head(agency: Agency) -> Agency | None:
    """The agency whose section heads answer for this one's tasks: its own, or the nearest above that has one."""
    return agency_with((Role.SECTION_HEAD,), agency)
