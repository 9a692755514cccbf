"""Organisation of the generated city: sections by stages, places with their hours, desks."""

import datetime as dt

from yigui.registry.models import Agency
from yigui.staff.enums import DeskKind, LocationKind, Stage
from yigui.staff.locations import Desk, Host, Location
from yigui.staff.organisation import Section

#: Name, the one above, stages, zones, user name of the head.
DeclaredSection = tuple[str, str, tuple[str, ...], tuple[str, ...], str]

#: Sections of the city centre.
CENTRE_SECTIONS: tuple[DeclaredSection, ...] = (
    ("局领导", "", (Stage.LEAD,), (), "director"),
    ("综合业务科", "", (Stage.ACCEPT, Stage.RECHECK), (), "head2"),
    ("业务审核部", "", (Stage.REVIEW,), (), "head"),
    ("参保征缴审核科", "业务审核部", (Stage.REVIEW, Stage.LEVY), ("levy", "none"), ""),
    ("待遇审核科", "业务审核部", (Stage.REVIEW, Stage.BENEFIT), ("pension",), ""),
    ("财务科", "", (Stage.FINANCE,), (), ""),
    ("稽核内控科", "", (Stage.AUDIT,), (), "auditor"),
    ("档案科", "", (Stage.ARCHIVE,), (), ""),
    ("信息中心", "", (Stage.INFORMATION,), (), "sysadmin"),
)
#: Sections of a county's agency.
COUNTY_SECTIONS: tuple[DeclaredSection, ...] = (
    ("综合业务股", "", (Stage.ACCEPT, Stage.RECHECK), (), ""),
    ("业务审核股", "", (Stage.REVIEW,), (), ""),
)
#: Desks of the city's hall; the ninth is for special business.
CENTRE_DESKS = (*((str(n), DeskKind.GENERAL) for n in range(1, 9)), ("9", DeskKind.SPECIAL))

_DAY = "09:00-12:00 13:00-17:00"
_WEEK = [_DAY] * 5 + ["", ""]
_HOST_WEEK = [_DAY] * 5 + ["09:00-12:00", ""]
_ALWAYS = ["00:00-24:00"] * 7


def sections_of(agency: Agency, declared: tuple[DeclaredSection, ...]) -> dict[str, Section]:
    """An agency's sections by name, each after the one above it."""
    made: dict[str, Section] = {}
    for name, above, stages, zones, _ in declared:
        made[name] = Section.objects.using("owner").create(
            agency=agency, name=name, parent=made.get(above), stages=list(stages), zones=list(zones), valid_from=dt.date(2020, 1, 1)
        )
    return made


def places_of_centre(agency: Agency) -> tuple[dict[str, Desk], Location]:
    """The city's hall in the government service centre with its desks by number, its self-service area, a bank outlet; gives the area."""
    host = Host.objects.using("owner").create(name="乐山市政务服务中心", address="市中区柏杨中路 1 号", hours=_HOST_WEEK)
    hall = _place(
        agency, LocationKind.HALL, "市政务服务中心社保大厅", address="市中区柏杨中路 1 号二楼", phone="0833-12333", host=host
    )
    area = _place(agency, LocationKind.SELF_SERVICE, "市社保局自助服务区", hours=_ALWAYS, stays_open_on_holidays=True)
    _place(agency, LocationKind.OUTLET, "嘉州银行柏杨支行", address="市中区柏杨中路 88 号", hours=_WEEK)
    return _desks(hall, CENTRE_DESKS), area


def places_of_county(agency: Agency, area_name: str) -> Desk:
    """A county's hall with one desk, and a point in a township; gives the desk."""
    hall = _place(agency, LocationKind.HALL, f"{area_name}社保服务大厅", hours=_WEEK)
    _place(agency, LocationKind.TOWNSHIP, f"{area_name}城关镇便民服务中心", hours=_WEEK)
    return _desks(hall, (("1", DeskKind.GENERAL),))["1"]


def _place(agency: Agency, kind: str, name: str, **more: object) -> Location:
    return Location.objects.using("owner").create(agency=agency, kind=kind, name=name, **more)


def _desks(hall: Location, declared: tuple[tuple[str, str], ...]) -> dict[str, Desk]:
    return {
        number: Desk.objects.using("owner").create(agency=hall.agency, location=hall, number=number, kind=kind)
        for number, kind in declared
    }
