"""What pages show of volumes and of what waits to be filed."""

from django.db.models import QuerySet

from yigui.archive.errors import NoSuchVolume
from yigui.archive.models import Counter, Due, Rule, Volume
from yigui.casework.models import Case
from yigui.casework.queries import own_cases
from yigui.staff.models import User

#: Tests of a volume that a page shows, newest first.
CHECKS_MAX = 20


def volumes_for(user: User) -> "QuerySet[Volume]":
    """The volumes of somebody's own areas."""
    return Volume.objects.filter(own_cases(user)).select_related("agency", "area")


def volume_for(user: User, number: str) -> Volume:
    """One of them by its number.

    Raises:
        NoSuchVolume: there is none in their areas.
    """
    found = (
        volumes_for(user)
        .select_related("case", "case__agency", "case__area", "case__accepted_by", "filed_by")
        .filter(number=number)
        .first()
    )
    if found is None:
        raise NoSuchVolume("没有这个档号的案卷，或该案卷不属于您所在机构管理的地区，请核对档号。")
    return found


def volume_of(case: Case) -> Volume | None:
    """The volume of a case."""
    return Volume.objects.filter(case=case).first()


def waiting_for(user: User) -> "QuerySet[Due]":
    """Cases of somebody's own areas that could not be filed."""
    return Due.objects.filter(own_cases(user, "case__")).exclude(reason="").select_related("case", "case__agency", "case__area")


def waiting_case(user: User, case_no: str) -> Due:
    """One of them by the number of its case.

    Raises:
        NoSuchVolume: it does not wait, or not in their areas.
    """
    found = waiting_for(user).filter(case__case_no=case_no).first()
    if found is None:
        raise NoSuchVolume("该办件不在待归档，或不属于您所在机构管理的地区，请从待归档清单进入。")
    return found


def classes() -> list[tuple[str, str]]:
    """Classes by number and name, as rules have them."""
    rows = Rule.objects.order_by("class_no").values_list("class_no", "class_name").distinct()
    return [(str(number), f"{number} {name}") for number, name in rows]


def years() -> list[tuple[str, str]]:
    """Years there are volumes of, the newest first."""
    return [(str(year), f"{year} 年") for year in Counter.objects.order_by("-year").values_list("year", flat=True).distinct()]
