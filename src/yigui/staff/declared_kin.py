"""Whose business officers keep away from (回避对象): the record of who declared it and who ended it. The deeds are in `kin.py`."""

from django.db import models
from django.db.models import Q


class Relation(models.TextChoices):
    """What somebody is to an officer (亲属关系), as 公务员回避规定 names those whose business is kept away from."""

    SPOUSE = "spouse", "配偶"
    DIRECT = "direct", "直系血亲"
    COLLATERAL = "collateral", "三代以内旁系血亲"
    IN_LAW = "in_law", "近姻亲"
    INTEREST = "interest", "其他利害关系人"


class DeclaredKin(models.Model):
    """Somebody whose business an officer keeps away from (回避对象). Grain: one row per declaration; open while `ended_at` is NULL."""

    user = models.ForeignKey("staff.User", models.PROTECT, related_name="declared_kin", verbose_name="工作人员")
    id_number = models.CharField("身份证号", max_length=18)
    full_name = models.CharField("姓名", max_length=60)
    relation = models.CharField("关系", max_length=12, choices=Relation.choices)
    reason = models.CharField("代为登记的原因", max_length=200, blank=True, default="")
    declared_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    declared_at = models.DateTimeField("申报时间")
    ended_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField("解除时间", null=True)
    end_reason = models.CharField("解除原因", max_length=200, blank=True, default="")

    class Meta:
        db_table = "staff_kin"
        verbose_name = "回避申报"
        constraints = (models.UniqueConstraint("user", "id_number", condition=Q(ended_at=None), name="kin_declared_once"),)
