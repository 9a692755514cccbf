"""Sections (科室): the tree of an agency by stages of the work."""

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from yigui.registry.models import Agency
from yigui.staff.enums import Stage


class SectionQuerySet(models.QuerySet["Section"]):
    """Sections by agency and day."""

    def in_force(self, on: dt.date) -> "SectionQuerySet":
        """Those that exist on a day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)


class Section(models.Model):
    """A section (科室) of an agency, a node of its tree (大部门工作制: one may hold several stages).

    `stages` are the stages of the work it does (`Stage`); `zones` the zones of the catalogue (参保征缴, 养老失业待遇 …) it does
    them for, empty for all. It is never made for an insurance. Rights belong to people and posts: moving a section in the tree
    changes nobody's.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="所属机构")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级科室")
    name = models.CharField("科室名称", max_length=40)
    stages = ArrayField(models.CharField(max_length=12, choices=Stage.choices), default=list, verbose_name="业务环节")
    zones = ArrayField(models.CharField(max_length=12), default=list, verbose_name="业务分区")
    head = models.ForeignKey("staff.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="负责人")
    valid_from = models.DateField("设立日期")
    valid_to = models.DateField("撤销日期", null=True, blank=True)

    objects = SectionQuerySet.as_manager()

    class Meta:
        db_table = "staff_section"
        verbose_name = "科室"
        constraints = (
            models.UniqueConstraint("agency", "name", condition=Q(valid_to=None), name="section_once"),
            models.CheckConstraint(condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="section_ends_after_start"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def stage_names(self) -> str:
        """Its stages in words."""
        return "、".join(Stage(code).label for code in self.stages)
