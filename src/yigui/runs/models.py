"""Runs and their progress."""

from django.db import models

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
