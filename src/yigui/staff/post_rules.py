"""Templates of authority (岗位权限模板): what a post at a level of agency holds, line by line; and findings of the yearly check."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from yigui.common.money import format_fen
from yigui.registry.enums import AreaLevel
from yigui.registry.models import Agency
from yigui.staff.enums import AreaScope, RequestStatus, Role, StepKind
from yigui.warrants.guards import append_only


class PostRuleQuerySet(models.QuerySet["PostRule"]):
    """Templates by what holds now."""

    def in_force(self) -> "PostRuleQuerySet":
        """The newest of each post and level that was put in force."""
        newest = self.filter(status=RequestStatus.GRANTED).order_by("post", "level", "-granted_at", "-id")
        return newest.distinct("post", "level")


class PostRule(models.Model):
    """What a post may hold (岗位权限模板, R062): the rule that rights are applied for by and compared with.

    `lines` is a list of `{"step", "item_groups", "amount_fen_max"}`: a step of the post, items or groups, and the sum one decision may
    free (fen, null for any). The one put in force last for a post and level of agency is in force. It is made like a right, in
    four steps of four people at city level (`staff_post_rule_guard_v1`), and never changed.

    Source: 社会保险经办岗位权限管理办法（人社厅发〔2021〕64号）第十六、十七、二十条.
    """

    post = models.CharField("岗位", max_length=20, choices=Role.choices)
    level = models.CharField("机构级别", max_length=10, choices=AreaLevel.choices)
    area_scope = models.CharField("地区范围", max_length=4, choices=AreaScope.choices)
    lines = models.JSONField("权限", default=list)
    reason = models.CharField("依据", max_length=200)
    status = models.CharField("状态", max_length=10, choices=RequestStatus.choices, default=RequestStatus.APPLIED)
    applied_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(auto_now_add=True)
    checked_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    granted_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField("启用时间", null=True)
    refused_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    note = models.CharField("未批准的原因", max_length=200, blank=True)
    # The transaction of the last step: two steps are never one transaction.
    moved_xid = models.BigIntegerField(null=True, editable=False)

    objects = PostRuleQuerySet.as_manager()

    class Meta:
        db_table = "staff_post_rule"
        verbose_name = "岗位权限模板"
        constraints = (
            models.UniqueConstraint(
                "post", "level", condition=Q(status__in=("applied", "checked", "approved")), name="post_rule_one_on_its_way"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_post_display()}（{self.get_level_display()}）权限模板 {self.pk} 号"

    @property
    def lines_text(self) -> str:
        """Its lines in words."""
        return "；".join(line_text(line) for line in self.lines)


def line_text(line: dict[str, Any]) -> str:
    """A line of a template in words."""
    items = "、".join("全部事项" if group == "*" else group for group in line["item_groups"])
    amount = "不限" if line["amount_fen_max"] is None else f"至 {format_fen(line['amount_fen_max'])} 元"
    return f"{StepKind(line['step']).label}：{items}，金额{amount}"


class RightsCheck(models.Model):
    """The yearly check of an agency's posts and rights by internal control of the level above (年度权限检查, R314). Append-only.

    `findings` is a list of `{"user", "kind", "text"}` as the reports showed them on that day; `counts` says how many of each kind.
    """

    agency = models.ForeignKey(Agency, models.PROTECT)
    year = models.IntegerField("年度")
    checked_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    checked_at = models.DateTimeField("检查时间", auto_now_add=True)
    counts = models.JSONField("发现数量", default=dict)
    findings = models.JSONField("发现", default=list)
    conclusion = models.CharField("检查意见", max_length=500)

    class Meta:
        db_table = "staff_rights_check"
        verbose_name = "年度权限检查"
        constraints = (models.UniqueConstraint("agency", "year", name="rights_check_once_a_year"),)
        triggers: ClassVar[list[Any]] = append_only("rights_check")
