"""Whose agencies a person of the staff administers: the own one, and at city level those of its counties too."""

from django.db.models import Q, QuerySet

from yigui.common.errors import NotFound
from yigui.registry.enums import AreaLevel
from yigui.registry.models import Agency
from yigui.staff.enums import Role, Stage
from yigui.staff.models import User


def agencies_of(user: User) -> QuerySet[Agency]:
    """The agencies at work that a person administers, by code: areas of a merged one belong to whoever goes on with it."""
    own = user.agency
    wanted = Q(pk=own.pk)
    if own.area.level == AreaLevel.CITY:
        wanted |= Q(area=own.area_id) | Q(area__parent=own.area_id)
    return Agency.objects.at_work().filter(wanted).select_related("area").order_by("code")


def agency_for(user: User, code: str) -> Agency:
    """The agency with a code, or the person's own without one.

    Raises:
        NotFound: not one the person administers.
    """
    found = agencies_of(user).filter(pk=code or user.agency_id).first()
    if found is None:
        raise NotFound(f"没有机构 {code}，或不在您的管理范围。", agency=code)
    return found


def is_at_city(user: User) -> bool:
    """Whether somebody works at city level, where rights are set for all."""
    return user.agency.area.level == AreaLevel.CITY


def administers_accounts(user: User, agency_code: str) -> bool:
    """Whether somebody may make and edit accounts of an agency, and ask for what two people do to them."""
    return user.is_active and user.role == Role.SYSTEM_ADMIN and agencies_of(user).filter(pk=agency_code).exists()


def runs_the_floor(user: User) -> bool:
    """Whether somebody may make desks and places and seat people: the head of the section that runs the counter, or the system
    administrator (R017)."""
    if user.role == Role.SYSTEM_ADMIN:
        return True
    return user.role == Role.SECTION_HEAD and user.section is not None and Stage.ACCEPT in user.section.stages
