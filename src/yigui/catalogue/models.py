"""Item versions as the database knows them, and the changes of an item's risk record that people sign."""

from django.db import models

from yigui.staff.enums import DeskKind
from yigui.staff.models import User


class ChangeStatus(models.TextChoices):
    """Status of a change of an item (事项变更)."""

    APPLIED = "applied", "待内控审核"
    CHECKED = "checked", "待领导批准"
    APPROVED = "approved", "待生效办理"
    EFFECTED = "effected", "已办理"
    REFUSED = "refused", "未批准"
    TAKEN_BACK = "taken_back", "已撤回"


class RiskRecord(models.Model):
    """The risk record of an item (风险鉴定): its class, the steps of its route, and where it is reviewed and finished."""

    risk_class = models.SmallIntegerField("风险等级")
    route = models.JSONField("环节")
    review_site = models.CharField("审核地点", max_length=12, default="")
    finish_site = models.CharField("办结地点", max_length=12, default="")

    class Meta:
        abstract = True


class ItemChange(RiskRecord):
    """An application to change an item's risk record from a day on: a section of the city applies, internal control examines it, a
    leader approves, the security administrator carries it into the catalogue. Four people.

    `refused_by` is who ended it otherwise: whoever's turn it was, or the applicant.
    `before` is the record it replaces: {"risk_class", "route", "review_site", "finish_site"}.
    """

    code = models.CharField("事项", max_length=16)
    valid_from = models.DateField("生效日期")
    before = models.JSONField("变更前")
    reason = models.CharField("变更理由", max_length=400)
    status = models.CharField("状态", max_length=10, choices=ChangeStatus.choices, default=ChangeStatus.APPLIED)
    applied_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(auto_now_add=True)
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    effected_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    effected_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    note = models.CharField("未批准的原因", max_length=200, default="", db_default="")

    class Meta:
        db_table = "catalogue_item_change"
        verbose_name = "事项变更"
        constraints = (
            models.UniqueConstraint(
                "code",
                condition=models.Q(status__in=(ChangeStatus.APPLIED, ChangeStatus.CHECKED, ChangeStatus.APPROVED)),
                name="item_change_open_once",
            ),
        )


class Source(models.TextChoices):
    """Where the risk record of a version comes from."""

    FILE = "file", "目录文件"
    KEPT = "kept", "沿用上一版本"
    CHANGE = "change", "经批准的变更"


class ItemVersion(RiskRecord):
    """One version of one item. Written by the owner when the catalogue is loaded, and by `catalogue_effect_change_v1` when a change
    has been signed; the application only reads.

    `digest` is that of the declaration the version's content comes from; `reason` and `change` say why its risk record differs.
    """

    code = models.CharField("事项", max_length=16)
    valid_from = models.DateField("生效日期")
    name = models.CharField("名称", max_length=80)
    kind = models.CharField("类别", max_length=10)
    # Where the item is accepted at a counter, as the file says (its key `window`); what says nothing counts as special business.
    desk_kind = models.CharField("受理柜台", max_length=10, choices=DeskKind.choices, default="", db_default="")
    # For whom the item is, as the file says (`person`, `employer`); "": a version of a release that did not tell the database.
    applicant = models.CharField("申请人", max_length=10, default="", db_default="")
    digest = models.CharField("SM3", max_length=64)
    source = models.CharField("来源", max_length=8, choices=Source.choices, default=Source.FILE)
    reason = models.CharField("变更理由", max_length=400, default="")
    change = models.ForeignKey(ItemChange, models.PROTECT, null=True, related_name="versions")

    class Meta:
        db_table = "catalogue_item_version"
        verbose_name = "事项版本"
        constraints = (models.UniqueConstraint("code", "valid_from", name="item_version_once"),)
