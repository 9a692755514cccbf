"""Runs and their progress."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from yigui.staff.models import User


class RunStatus(models.TextChoices):
    """Status of a run (批处理状态)."""

    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "失败"


class Run(models.Model):
    """One batch run: kind, area and period, progress and result."""

    kind = models.CharField("类别", max_length=30)
    area_code = models.CharField("地区", max_length=6, blank=True)
    period = models.CharField("所属期", max_length=10, blank=True)
    status = models.CharField("状态", max_length=10, choices=RunStatus.choices, default=RunStatus.RUNNING)
    done_steps = models.IntegerField("已完成", default=0)
    total_steps = models.IntegerField("总数", default=0)
    result = models.JSONField("结果", default=dict)
    error = models.TextField("错误", blank=True)
    started_by = models.ForeignKey(User, models.PROTECT, null=True)
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "runs_run"
        verbose_name = "批处理"
        indexes = (models.Index(fields=["kind", "-id"], name="run_by_kind"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.area_code} {self.period}".strip()

    @property
    def percent(self) -> int:
        return 100 * self.done_steps // self.total_steps if self.total_steps else 0


class BatchStatus(models.TextChoices):
    """Status of a batch that writes protected data (批次状态)."""

    DRAFT = "draft", "生成中"
    PREPARED = "prepared", "待审批"
    APPROVED = "approved", "待执行"
    EXECUTED = "executed", "已执行"
    VOID = "void", "已作废"


class Batch(models.Model):
    """A batch (批次) that writes protected data: prepared, checked, approved by another person, executed under its warrant.

    Grain: one row per attempt; one executed batch per kind, area, period and subject. Area is any node: its counties are in it.
    Where `needs_check` is set a third person checks it between (复核), and its warrant is of class 1.
    `subject` tells batches of one month apart that are each about one thing (the voucher to be reversed); empty otherwise.
    Once prepared its content is frozen; the database refuses everything else (`runs_batch_guard_v1`).
    """

    kind = models.CharField("类别", max_length=30)
    area_code = models.CharField("地区", max_length=6)
    period = models.IntegerField("所属期")
    subject = models.CharField("对象", max_length=40, blank=True)
    status = models.CharField("状态", max_length=10, choices=BatchStatus.choices, default=BatchStatus.DRAFT)
    row_count = models.BigIntegerField("行数", default=0)
    total_fen = models.BigIntegerField("金额", default=0)
    digest = models.CharField("摘要", max_length=64, blank=True)
    summary = models.JSONField("内容", default=dict)
    checks = models.JSONField("校验", default=list)
    areas = ArrayField(models.CharField(max_length=6), default=list)
    prepared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(null=True)
    needs_check = models.BooleanField("须复核", default=False)
    checked_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    checked_at = models.DateTimeField("复核时间", null=True)
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    approved_at = models.DateTimeField(null=True)
    executed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "runs_batch"
        verbose_name = "批次"
        constraints = (
            models.UniqueConstraint(
                "kind", "area_code", "period", "subject", condition=Q(status="executed"), name="batch_executed_once"
            ),
            models.UniqueConstraint(
                "kind",
                "area_code",
                "period",
                "subject",
                condition=Q(status__in=("draft", "prepared", "approved")),
                name="batch_one_open",
            ),
            models.CheckConstraint(condition=Q(approved_by=None) | ~Q(approved_by=F("prepared_by")), name="batch_two_people"),
            models.CheckConstraint(
                condition=Q(checked_by=None)
                | (~Q(checked_by=F("prepared_by")) & (Q(approved_by=None) | ~Q(checked_by=F("approved_by")))),
                name="batch_three_people",
            ),
        )
        indexes = (models.Index(fields=["kind", "-id"], name="batch_by_kind"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.area_code} {self.period}"

    @property
    def is_sound(self) -> bool:
        """Whether every check passed; only then may it be approved."""
        return all(check["passed"] for check in self.checks)
