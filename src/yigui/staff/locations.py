"""Places where business is done (办事场所), their hosts, their hours, and the desks that stand in them."""

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yigui.registry.models import Agency
from yigui.staff.enums import DeskKind, LocationKind


def no_hours() -> list[str]:
    """A week nothing has been published of."""
    return [""] * 7


def _week(label: str) -> "ArrayField[list[str], list[str]]":
    """Seven texts, Monday first: `09:00-12:00 13:30-17:00`; empty for a closed day."""
    return ArrayField(models.CharField(max_length=60, blank=True), default=no_hours, size=7, verbose_name=label)


class Host(models.Model):
    """Whose house it is (进驻场所主办方): a government service centre (政务服务中心) with a calendar its guests follow (R019)."""

    name = models.CharField("名称", max_length=60, unique=True)
    address = models.CharField("地址", max_length=120, blank=True)
    hours = _week("开放时间")

    class Meta:
        db_table = "staff_host"
        verbose_name = "进驻单位"

    def __str__(self) -> str:
        return self.name


class LocationQuerySet(models.QuerySet["Location"]):
    """Places by day."""

    def in_use(self, on: dt.date) -> "LocationQuerySet":
        """Those that are not closed for good on a day."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=on))


class Location(models.Model):
    """A place where business is done (办事场所). Where it has a host, it opens as the host does; else by its own hours.

    A self-service area (自助服务区) has machines and no desks (R159).
    """

    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="所属机构")
    kind = models.CharField("场所类别", max_length=12, choices=LocationKind.choices)
    name = models.CharField("名称", max_length=60)
    address = models.CharField("地址", max_length=120, blank=True)
    phone = models.CharField("咨询电话", max_length=30, blank=True)
    host = models.ForeignKey(Host, models.PROTECT, null=True, blank=True, verbose_name="进驻单位")
    hours = _week("开放时间")
    stays_open_on_holidays = models.BooleanField("节假日不休", default=False)
    closed_on = models.DateField("停用日期", null=True, blank=True)

    objects = LocationQuerySet.as_manager()

    class Meta:
        db_table = "staff_location"
        verbose_name = "办事场所"
        constraints = (models.UniqueConstraint("agency", "name", condition=Q(closed_on=None), name="location_once"),)

    def __str__(self) -> str:
        return self.name

    @property
    def has_desks(self) -> bool:
        """Whether people sit here behind desks."""
        return self.kind in (LocationKind.HALL, LocationKind.TOWNSHIP)


class OpeningException(models.Model):
    """A day on which a place or its host is not open as the week says (例外日): its hours, empty for closed, and why."""

    location = models.ForeignKey(Location, models.CASCADE, null=True, related_name="exceptions")
    host = models.ForeignKey(Host, models.CASCADE, null=True, related_name="exceptions")
    day = models.DateField("日期")
    hours = models.CharField("开放时间（空为不开放）", max_length=60, blank=True)
    reason = models.CharField("原因", max_length=100)

    class Meta:
        db_table = "staff_opening_exception"
        verbose_name = "开放例外日"
        constraints = (
            models.CheckConstraint(
                condition=Q(location=None, host__isnull=False) | Q(location__isnull=False, host=None), name="exception_of_one"
            ),
            models.UniqueConstraint("location", "day", name="location_exception_once"),
            models.UniqueConstraint("host", "day", name="host_exception_once"),
        )


class Desk(models.Model):
    """A desk (柜台、窗口) in a hall: general business, or special business with people named for it (专人专责)."""

    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="所属机构")
    location = models.ForeignKey(Location, models.PROTECT, null=True, related_name="desks", verbose_name="办事场所")
    number = models.CharField("窗口号", max_length=8)
    kind = models.CharField("窗口类别", max_length=10, choices=DeskKind.choices)
    note = models.CharField("说明", max_length=60, blank=True, db_default="")
    closed_on = models.DateField("撤销日期", null=True, blank=True)

    class Meta:
        db_table = "staff_window"
        verbose_name = "柜台"
        constraints = (
            models.UniqueConstraint(
                fields=["agency", "location", "number"], condition=Q(closed_on=None), nulls_distinct=False, name="desk_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}号{self.get_kind_display()}"

    @property
    def is_special(self) -> bool:
        """Whether special business is accepted here (R029)."""
        return self.kind == DeskKind.SPECIAL and self.closed_on is None
