"""Runs and their progress, batches, written answers to their warnings, and the plans that are made on their day."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Trim
from django.db.models.lookups import GreaterThanOrEqual

from yigui.runs.checks import is_bar, is_warning
from yigui.staff.models import User
from yigui.warrants.guards import append_only


class RunStatus(models.TextChoices):
    """Status of a run (批处理状态)."""

    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "失败"
    ABORTED = "aborted", "已中断"


class Run(models.Model):
    """One batch run: kind, area and period, progress and result.

    While it runs its session holds a lock of its number, so that everybody can see whether it still lives (`abort_dead_runs`);
    `process` and `backend_pid` say where to look.
    """

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
    process = models.CharField("进程", max_length=80, blank=True)
    backend_pid = models.IntegerField("数据库会话", null=True)
    batch = models.ForeignKey("Batch", models.PROTECT, null=True, related_name="+")

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
    A batch that was made by itself on its day (`is_automatic`) has nobody in `prepared_by` until a person has taken it over (确认).
    Once prepared its content is frozen; the database refuses everything else (`runs_batch_guard_v1`). What an execution left out
    because it was no longer so stands in `taken_out`; `executed_*` are then less than what was approved, and never more; fen.
    A void batch says who, when and why (`runs_batch_ends_v1`); one that was prepared in its place says which it replaces.
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
    is_automatic = models.BooleanField("自动生成", default=False)
    prepared_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    prepared_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField("确认时间", null=True)
    needs_check = models.BooleanField("须复核", default=False)
    checked_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    checked_at = models.DateTimeField("复核时间", null=True)
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    approved_at = models.DateTimeField(null=True)
    executed_at = models.DateTimeField(null=True)
    executed_count = models.BigIntegerField("执行行数", null=True)
    executed_fen = models.BigIntegerField("执行金额", null=True)
    executed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, db_index=False)
    taken_out = models.JSONField("执行时剔除", default=list)
    voided_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, db_index=False)
    voided_at = models.DateTimeField("作废时间", null=True)
    void_reason = models.CharField("作废原因", max_length=200, blank=True, db_default="")
    replaces = models.ForeignKey("self", models.PROTECT, related_name="replaced_by", null=True)
    # The order it was prepared for, where it was in the background; written by the database.
    order = models.ForeignKey("runs.Order", models.PROTECT, related_name="batches", null=True)
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
            models.CheckConstraint(
                condition=Q(prepared_by__isnull=False)
                | Q(is_automatic=True, checked_by=None, approved_by=None, status__in=("draft", "prepared", "void")),
                name="batch_prepared_by_somebody",
            ),
        )
        indexes = (models.Index(fields=["kind", "-id"], name="batch_by_kind"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.area_code} {self.period}"

    @property
    def is_sound(self) -> bool:
        """Whether no check bars it; only then may it be approved."""
        return not any(map(is_bar, self.checks))

    @property
    def warnings(self) -> list[dict[str, Any]]:
        """The checks whoever signs has to answer in writing."""
        return [row for row in self.checks if is_warning(row)]

    @property
    def state_label(self) -> str:
        """The state in words, saying whose turn it is."""
        if self.status != BatchStatus.PREPARED:
            return str(self.get_status_display())
        if self.prepared_by_id is None:
            return "待确认"
        return "待复核" if self.needs_check and self.checked_by_id is None else "待审批"

    @property
    def signers(self) -> list[User]:
        """Who has put a name to it, in the order of signing: took it over, checked, approved. Preparing alone is no signature."""
        confirmed = self.prepared_by if self.confirmed_at is not None else None
        return [person for person in (confirmed, self.checked_by, self.approved_by) if person is not None]

    @property
    def written_count(self) -> int:
        """Rows the execution wrote."""
        return self.row_count if self.executed_count is None else self.executed_count

    @property
    def written_fen(self) -> int:
        """What the execution came to, fen."""
        return self.total_fen if self.executed_fen is None else self.executed_fen


class WrittenAnswer(models.Model):
    """A written answer (书面说明) to a warning of a batch, by a person who signs it. Append-only; the next signer reads it."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="answers")
    check_id = models.CharField("校验", max_length=40)
    step = models.CharField("环节", max_length=10)
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.CharField("说明", max_length=500)
    answered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "runs_answer"
        verbose_name = "书面说明"
        constraints = (
            models.UniqueConstraint("batch", "check_id", "person", name="answer_once"),
            models.CheckConstraint(condition=GreaterThanOrEqual(Length(Trim("text")), 4), name="answer_says_something"),
        )
        triggers: ClassVar[list[Any]] = append_only("answer")


class Order(models.Model):
    """Who asked for a preparation that goes on in the background (生成申请), as the database has seen them. Grain: one row per request.

    `period` as the kind counts it: YYYYMM, a year, 0 for a kind without one. An order makes one batch (`runs_open_v1`).
    """

    kind = models.CharField("类别", max_length=30)
    area_code = models.CharField("地区", max_length=6)
    # Of a release before: not said, which opens nothing.
    period = models.IntegerField("所属期", null=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField("申请时间")

    class Meta:
        db_table = "runs_order"
        verbose_name = "生成申请"
        triggers: ClassVar[list[Any]] = append_only("run_order")


class BatchWritten(models.Model):
    """What the function of a kind has really written for a batch (执行记录), said by itself at its end (`runs_written_v1`). Grain: one row per
    executed batch of a kind that writes protected tables.

    `taken_*` is what the second look took out; `books` what remained to be posted then: [{event, area, fund, fen}], by debit, NULL where
    nothing did. Rows and amounts together are what was approved; fen.
    """

    batch = models.OneToOneField(Batch, models.PROTECT, primary_key=True, related_name="written")
    warrant_id = models.BigIntegerField("授权凭据")
    row_count = models.BigIntegerField("写入行数")
    total_fen = models.BigIntegerField("写入金额")
    taken_rows = models.BigIntegerField("剔除行数")
    taken_fen = models.BigIntegerField("剔除金额")
    books = models.JSONField("应记账", null=True)
    written_at = models.DateTimeField("写入时间")

    class Meta:
        db_table = "runs_written"
        verbose_name = "执行记录"
        triggers: ClassVar[list[Any]] = append_only("batch_written")


class PlannedRun(models.Model):
    """A plan that makes itself on its day (自动生成计划): which, for what, when it was due, and what became of it.

    Grain: one row per kind, area and period, made on the day. `batch` is the batch that stands for it, whoever made it;
    while there is none `error` says why, and those who would prepare it are told until it is made or one of them decides that it
    is not to be made (`dismissed_*`).
    """

    kind = models.CharField("类别", max_length=30)
    area_code = models.CharField("地区", max_length=6)
    period = models.IntegerField("所属期")
    due_on = models.DateField("应生成日期")
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="+")
    error = models.TextField("未能生成的原因", blank=True)
    tried_on = models.DateField("最近尝试日期", null=True)
    dismissed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    dismissed_at = models.DateTimeField("决定不生成的时间", null=True)
    dismissed_reason = models.CharField("不生成的理由", max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "runs_planned"
        verbose_name = "自动生成计划"
        constraints = (models.UniqueConstraint("kind", "area_code", "period", name="planned_once"),)
        indexes = (models.Index(fields=["id"], condition=Q(batch=None, dismissed_by=None), name="planned_open"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.area_code} {self.period}"


class JobRetry(models.Model):
    """A failed background job that somebody has put into the queue again (重新执行): which, by whom, why. Append-only.

    `job_id` is the queue's number of the job and no key into it: what failed is forgotten after thirty days, this is not.
    """

    job_id = models.BigIntegerField("任务编号", db_index=True)
    task_name = models.CharField("任务", max_length=128)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField("原因", max_length=200)
    retried_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        db_table = "runs_job_retry"
        verbose_name = "任务重新执行"
        triggers: ClassVar[list[Any]] = append_only("job_retry")


class Drill(models.Model):
    """A drill of restoring (恢复演练), as whoever held it says: of which backup, on which day, how long it took, whether work went on. Append-only.

    `digest` is the digest of the backup's manifest that `yigui backup` has printed.
    """

    held_on = models.DateField("演练日期")
    digest = models.CharField("备份清单摘要", max_length=64)
    minutes = models.IntegerField("用时（分钟）")
    succeeded = models.BooleanField("恢复成功")
    note = models.CharField("经过", max_length=200)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    noted_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        db_table = "runs_drill"
        verbose_name = "恢复演练"
        constraints = (models.CheckConstraint(condition=Q(minutes__gt=0), name="drill_took_time"),)
        triggers: ClassVar[list[Any]] = append_only("drill")
