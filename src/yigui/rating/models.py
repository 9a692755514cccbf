"""Levels, tags and numbers as declared; services that can be rated; ratings."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yigui.casework.models import Case
from yigui.db.dated_models import DatedRow
from yigui.rating.enums import Call, Door, Finding, Opinion, Scope, Site
from yigui.registry.models import Agency
from yigui.staff.locations import Desk, Location
from yigui.staff.models import User
from yigui.visits.models import HallDevice, Ticket
from yigui.warrants.guards import append_only


class Level(DatedRow):
    """A level (评价等级), as declared: 5 the best. Of a bad one (差评) a reason is wanted, and somebody looks into it."""

    code = models.SmallIntegerField("代码")
    name = models.CharField("名称", max_length=10)
    is_bad = models.BooleanField("差评")

    class Meta:
        db_table = "rating_level"
        verbose_name = "评价等级"
        constraints = (models.UniqueConstraint("code", "valid_from", name="rating_level_once"),)


class Tag(DatedRow):
    """What a level may be given for (评价标签), as declared, by how the service was given."""

    code = models.CharField("代码", max_length=30)
    level = models.SmallIntegerField("等级")
    site = models.CharField("服务方式", max_length=8, choices=Site.choices)
    name = models.CharField("名称", max_length=20)
    place = models.SmallIntegerField("次序")

    class Meta:
        db_table = "rating_tag"
        verbose_name = "评价标签"
        constraints = (models.UniqueConstraint("code", "valid_from", name="rating_tag_once"),)


class RatingRule(DatedRow):
    """A number of ratings (评价规则), as declared."""

    name = models.CharField("名称", max_length=30)
    value = models.IntegerField("取值")
    why = models.CharField("含义", max_length=80)

    class Meta:
        db_table = "rating_rule"
        verbose_name = "评价规则"
        constraints = (models.UniqueConstraint("name", "valid_from", name="rating_rule_once"),)


class Service(models.Model):
    """A service that can be rated (可评服务): a case that has ended, or a ticket that was served and brought no case. Written by the database as it ends,
    with the place and who served. Whether it was rated does not stand here."""

    case = models.OneToOneField(Case, models.PROTECT, null=True, related_name="+")
    ticket = models.OneToOneField(Ticket, models.PROTECT, null=True, related_name="+")
    what = models.CharField("服务内容", max_length=80)
    site = models.CharField("服务方式", max_length=8, choices=Site.choices)
    agency = models.ForeignKey(Agency, models.PROTECT, db_index=False)
    hall = models.ForeignKey(Location, models.PROTECT, null=True, db_index=False)
    desk = models.ForeignKey(Desk, models.PROTECT, null=True, db_index=False)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name="服务人员")
    ended_on = models.DateField("办结日期")

    class Meta:
        db_table = "rating_service"
        verbose_name = "可评服务"
        constraints = (
            models.CheckConstraint(
                condition=Q(case__isnull=False, ticket=None) | Q(case=None, ticket__isnull=False), name="rating_of_case_or_ticket"
            ),
        )
        indexes = (models.Index(fields=["ended_on"], name="rating_service_by_day"),)
        triggers: ClassVar[list[Any]] = append_only("rating_service")


class Rating(models.Model):
    """A rating (评价), one a service. The application does not read this table: who rated, and how, is not for the rated.

    `holder`: whose own pages show it (`person:7`, `unit:3`), "" where nobody has shown who they are. `receipt`: its number and a code that nobody can
    tell: whoever was given it reads what came of the rating, and says whether they are content.
    """

    # Without a constraint of the database: it would lock the service's row, whose mark (xmax) everybody who reads services sees.
    service = models.OneToOneField(Service, models.PROTECT, related_name="+", db_constraint=False)
    level = models.SmallIntegerField("等级")
    tags = ArrayField(models.CharField(max_length=30), verbose_name="标签")
    words = models.CharField("说明", max_length=500, blank=True)
    wants_call = models.BooleanField("愿意接受回访")
    phone = models.CharField("回访电话", max_length=20, blank=True)
    door = models.CharField("评价渠道", max_length=8, choices=Door.choices)
    device = models.ForeignKey(HallDevice, models.PROTECT, null=True, db_index=False)
    holder = models.CharField("评价人", max_length=40, blank=True)
    receipt = models.CharField("评价回执号", max_length=40, unique=True)
    rated_on = models.DateField("评价日期")
    at = models.DateTimeField("评价时间")

    class Meta:
        db_table = "rating_rating"
        verbose_name = "评价"
        indexes = (models.Index(fields=["rated_on"], name="rating_by_day"),)
        triggers: ClassVar[list[Any]] = append_only("rating")


class Repair(models.Model):
    """What somebody independent found about a bad rating, whether they called back, and what the visitor is told (核实整改). Rounds: 2 after the visitor was
    not content with what came of the first."""

    rating = models.ForeignKey(Rating, models.PROTECT, related_name="+", db_index=False)
    round = models.SmallIntegerField("轮次")
    finding = models.CharField("核实结果", max_length=10, choices=Finding.choices)
    call = models.CharField("回访", max_length=12, choices=Call.choices)
    said = models.TextField("核实情况（内部）")
    answer = models.TextField("给评价人的答复")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    made_on = models.DateField("答复日期")
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "rating_repair"
        verbose_name = "差评整改"
        constraints = (models.UniqueConstraint("rating", "round", name="rating_repair_once"),)
        triggers: ClassVar[list[Any]] = append_only("rating_repair")


class SecondOpinion(models.Model):
    """What the visitor says of the answer (整改再评价), once a round."""

    rating = models.ForeignKey(Rating, models.PROTECT, related_name="+", db_index=False)
    round = models.SmallIntegerField("轮次")
    opinion = models.CharField("再评价", max_length=12, choices=Opinion.choices)
    words = models.CharField("说明", max_length=500, blank=True)
    said_on = models.DateField("日期")
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "rating_second"
        verbose_name = "整改再评价"
        constraints = (models.UniqueConstraint("rating", "round", name="rating_second_once"),)
        triggers: ClassVar[list[Any]] = append_only("rating_second")


class MonthSum(models.Model):
    """Satisfaction of a month (月满意度) by agency, hall and desk, as published when the month was over. Levels are None where they would tell a single rating.

    `ended`, `unrated`: services that ended in the month, those of them nobody had rated at its end. `rated` and the levels: of the ratings given in it. `due`,
    `in_time` (agency; None where the levels are): bad ratings whose term ended in it, of months whose levels are told; those of them answered within it. A
    row without hall is what was not served in one.
    """

    month = models.IntegerField("月份")
    scope = models.CharField("范围", max_length=8, choices=Scope.choices)
    agency = models.ForeignKey(Agency, models.PROTECT, db_index=False)
    hall = models.ForeignKey(Location, models.PROTECT, null=True, db_index=False)
    desk = models.ForeignKey(Desk, models.PROTECT, null=True, db_index=False)
    ended = models.IntegerField("办结")
    unrated = models.IntegerField("未评价", null=True)
    rated = models.IntegerField("评价", null=True)
    very_content = models.IntegerField("非常满意", null=True)
    content = models.IntegerField("满意", null=True)
    almost = models.IntegerField("基本满意", null=True)
    bad = models.IntegerField("不满意", null=True)
    very_bad = models.IntegerField("非常不满意", null=True)
    due = models.IntegerField("差评到期", null=True)
    in_time = models.IntegerField("按期答复", null=True)

    class Meta:
        db_table = "rating_month"
        verbose_name = "月满意度"
        constraints = (
            models.UniqueConstraint("month", "scope", "agency", "hall", "desk", nulls_distinct=False, name="rating_month_once"),
        )
        triggers: ClassVar[list[Any]] = append_only("rating_month")

    @property
    def place(self) -> str:
        """The place in words."""
        if self.scope == Scope.AGENCY:
            return str(self.agency.name)
        hall = self.hall.name if self.hall is not None else "网上办理及未分大厅"
        if self.scope == Scope.HALL:
            return str(hall)
        return f"{hall} {self.desk.number}号窗口" if self.desk is not None else f"{hall} 未分窗口"

    @property
    def good_share(self) -> str:
        """The share of the three good levels, in per cent; "" where it is not told or nobody has rated."""
        if not self.rated:
            return ""
        good = (self.very_content or 0) + (self.content or 0) + (self.almost or 0)
        return f"{good * 100 / self.rated:.1f}%"
