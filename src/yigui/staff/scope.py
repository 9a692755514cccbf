"""Whose agencies a person of the staff administers: the own one, and at city level those of its counties too."""

from django.db.models import Q, QuerySet

from yigui.common.errors import NotFound
from yigui.registry.enums import AreaLevel
from yigui.registry.models import Agency
from yigui.registry.queries import areas_under
from yigui.staff.enums import Role, Stage
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User

#: Agencies a list offers, at most.
AGENCIES_MAX = 200


def agencies_of(user: User) -> QuerySet[Agency]:
    """The agencies at work that a person administers, by code: areas of a merged one belong to whoever goes on with it."""
    own = user.agency
    wanted = Q(pk=own.pk)
    if own.area.level == AreaLevel.CITY:
        wanted |= Q(area=own.area_id) | Q(area__parent=own.area_id)
    return Agency.objects.at_work().filter(wanted).select_related("area").order_by("code")


def own_areas(user: User) -> list[str]:
    """The areas somebody's agency answers for: its own, at city level the counties too. What pages show of areas is of these and of no other, but for
    what is served city-wide (全市通办)."""
    return areas_under(user.agency.area_id)


def agency_choices(user: User) -> list[tuple[str, str]]:
    """The same as code and name, for a list to choose from."""
    return list(agencies_of(user).values_list("pk", "name")[:AGENCIES_MAX])


def agency_for(user: User, code: str) -> Agency:
    """The agency with a code, or the person's own without one.

    Raises:
        NotFound: there is none, or it has been merged into another one. NotAuthorised: not one the person administers.
    """
    found = Agency.objects.select_related("area", "successor").filter(pk=code or user.agency_id).first()
    if found is None:
        raise NotFound(f"没有编号为 {code} 的机构，请从列表中选择。", agency=code)
    if found.successor is not None:
        raise NotFound(f"{found.name}已并入{found.successor.name}，请查看后者。", agency=code)
    refuse_elsewhere(user, found, "该机构的信息")
    return found


def refuse_elsewhere(user: User, agency: Agency, what: str) -> None:
    """Refuse what belongs to an agency the person does not administer. One of the staff may know that it is there.

    Args:
        what: the record in words, as the sentence begins.

    Raises:
        NotAuthorised: who may is named.
    """
    if not agencies_of(user).filter(pk=agency.pk).exists():
        raise NotAuthorised(
            f"{what}属于{agency.name}，不在您的管理范围，请由该机构或市级机构有相应权限的人员办理。", agency=agency.pk
        )


def is_at_city(user: User) -> bool:
    """Whether somebody works at city level, where rights are set for all."""
    return user.agency.area.level == AreaLevel.CITY


def refuse_below_city(user: User, what: str) -> None:
    """Refuse who works in a county what holds for every county.

    Args:
        what: the matter in words, as the sentence begins.

    Raises:
        NotAuthorised: not of the city.
    """
    if not is_at_city(user):
        raise NotAuthorised(f"{what}对全市各经办机构有效，须由市级机构办理。")


def administers_accounts(user: User, agency_code: str) -> bool:
    """Whether somebody may make and edit accounts of an agency, and ask for what two people do to them."""
    return user.is_active and user.role == Role.SYSTEM_ADMIN and agencies_of(user).filter(pk=agency_code).exists()


def refuse_off_floor(user: User, agency: Agency | None = None) -> None:
    """Refuse who does not run the floor; the same at the page and in the deed.

    Args:
        agency: whose place or desk it is; None for a host, which may house places of any agency.

    Raises:
        NotAuthorised: of another post, or the place is not in their hands.
    """
    if not runs_the_floor(user):
        raise NotAuthorised("办事场所、柜台和进驻单位由综合业务科负责人或系统管理员调整。")
    if agency is None:
        refuse_below_city(user, "进驻单位的开放时间")
    else:
        refuse_elsewhere(user, agency, "该场所、柜台")


def refuse_organising(user: User, agency: Agency) -> None:
    """Refuse who does not look after the sections of an agency; the same at the page and in the deed.

    Raises:
        NotAuthorised: not a system administrator, or the agency is not in their hands.
    """
    if user.role != Role.SYSTEM_ADMIN:
        raise NotAuthorised("组织机构由系统管理员调整。")
    refuse_elsewhere(user, agency, "该科室")


def runs_the_floor(user: User) -> bool:
    """Whether somebody may make desks and places and seat people: the head of the section that runs the counter, or the system
    administrator (R017)."""
    if user.role == Role.SYSTEM_ADMIN:
        return True
    return user.role == Role.SECTION_HEAD and user.section is not None and Stage.ACCEPT in user.section.stages
