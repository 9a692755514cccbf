"""Posts by GB/T 35616-2025 with their class (岗位分类), who has held which, and requests that change somebody's account."""

from typing import Any

from django.db import models
from django.db.models import Q

from yigui.registry.models import Agency
from yigui.staff.enums import AccountKind, AccountStatus, Role

#: The class of posts that do business (业务经办), alone at service points and for partners.
BUSINESS = "business"


class Post(models.Model):
    """A post (岗位) and its class, as declared; four classes exclude each other. A post without a class cannot be given (R311)."""

    code = models.CharField("岗位", max_length=20, primary_key=True)
    name = models.CharField("岗位名称", max_length=40)
    post_class = models.CharField("岗位类别", max_length=12)
    class_name = models.CharField("类别名称", max_length=20)
    level = models.CharField("岗位等级", max_length=20)
    standard = models.CharField("依据标准", max_length=30)
    cooling_days = models.IntegerField("转岗间隔（天）")

    class Meta:
        db_table = "staff_post"
        verbose_name = "岗位"

    def __str__(self) -> str:
        return self.name


class PostHolding(models.Model):
    """Somebody holds a post in these moments (任岗记录); written by the database with the account's post, never by the application."""

    user = models.ForeignKey("staff.User", models.PROTECT, related_name="holdings")
    post = models.CharField("岗位", max_length=20, choices=Role.choices)
    post_class = models.CharField("岗位类别", max_length=12)
    agency = models.ForeignKey(Agency, models.PROTECT)
    held_from = models.DateTimeField("任岗时间")
    held_to = models.DateTimeField("离岗时间", null=True)

    class Meta:
        db_table = "staff_post_holding"
        verbose_name = "任岗记录"
        constraints = (models.UniqueConstraint("user", condition=Q(held_to=None), name="holding_one_at_a_time"),)
        indexes = (models.Index(fields=["user", "-id"], name="holding_by_user"),)


class AccountRequest(models.Model):
    """What two people do to an account (账号办理申请): the system administrator asks, the security administrator confirms.

    A new post, a transfer to another agency and a leave end all authority of the person, under a warrant of their own; the others
    open what was locked or forgotten. The database keeps posts, distinct people and content (`staff_account_guard_v1`).
    """

    kind = models.CharField("办理事项", max_length=10, choices=AccountKind.choices)
    user = models.ForeignKey("staff.User", models.PROTECT, related_name="account_requests")
    role = models.CharField("新岗位", max_length=20, choices=Role.choices, blank=True)
    to_agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    reason = models.CharField("原因", max_length=200)
    status = models.CharField("状态", max_length=10, choices=AccountStatus.choices, default=AccountStatus.ASKED)
    asked_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField("说明", max_length=200, blank=True)
    moved_xid = models.BigIntegerField(null=True, editable=False)

    class Meta:
        db_table = "staff_account_request"
        verbose_name = "账号办理申请"
        constraints = (models.UniqueConstraint("user", "kind", condition=Q(status="asked"), name="account_request_open_once"),)

    @property
    def what(self) -> str:
        """What is asked for, in words."""
        target: Any = dict(Role.choices).get(self.role) if self.kind == AccountKind.ROLE else self.to_agency
        label = AccountKind(self.kind).label
        return f"{label}：{target or '免去岗位'}" if self.kind in (AccountKind.ROLE, AccountKind.TRANSFER) else str(label)
