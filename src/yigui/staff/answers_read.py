"""Which answers to their requests people have read (未批准的申请，已阅)."""

from typing import Any, ClassVar

from django.db import models

from yigui.warrants.guards import append_only


class AnswerRead(models.Model):
    """Who asked has read that a request came to nothing. Grain: one row per request and account that read it; append-only.

    `kind` is a `NotGranted` kind, `number` the request's key in its table.
    """

    kind = models.CharField("申请种类", max_length=30)
    number = models.BigIntegerField("申请编号")
    read_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name="申请人")
    read_at = models.DateTimeField("阅知时间", auto_now_add=True)

    class Meta:
        db_table = "staff_answer_read"
        verbose_name = "未批准的申请已阅"
        constraints = (models.UniqueConstraint("kind", "number", "read_by", name="answer_read_once"),)
        triggers: ClassVar[list[Any]] = append_only("answer_read")
