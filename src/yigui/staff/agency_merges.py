"""Merging an agency into another (机构合并): the record of who asked, who confirmed, what moved."""

from django.db import models
from django.db.models import F, Q

from yigui.registry.models import Agency
from yigui.staff.enums import AccountStatus


class AgencyMerge(models.Model):
    """One agency goes into another (机构合并, R012): asked by a system administrator of the city, confirmed by a security administrator.

    People, sections, places, desks and machines come under the other agency; areas, units, persons, coverage, accounts, books and
    everything that was signed stay as they are: they belong to areas, and the merged agency's name stays where it acted. `moved` says
    how much moved, by kind. The database carries it out (`staff_merge_agencies_v1`).
    """

    merged = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name="被合并机构")
    into = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name="并入机构")
    reason = models.CharField("批准文件", max_length=200)
    status = models.CharField("状态", max_length=10, choices=AccountStatus.choices, default=AccountStatus.ASKED)
    asked_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField("说明", max_length=200, blank=True)
    moved = models.JSONField("转入数量", default=dict)
    moved_xid = models.BigIntegerField(null=True, editable=False)

    class Meta:
        db_table = "staff_agency_merge"
        verbose_name = "机构合并"
        constraints = (
            models.CheckConstraint(condition=~Q(merged=F("into")), name="agency_merge_of_two"),
            models.UniqueConstraint("merged", condition=Q(status__in=("asked", "done")), name="agency_merged_once"),
        )

    def __str__(self) -> str:
        return f"{self.merged.name}并入{self.into.name}"
