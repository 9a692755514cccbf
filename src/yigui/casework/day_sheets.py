"""The sheet of a teller's day (日终轧账单): the record. The deeds are in `day_end.py`."""

from django.db import models
from django.db.models import Q


class DaySheet(models.Model):
    """What a teller's day came to (日终轧账单), signed by the teller and looked through by another person. Grain: one row a teller and day.

    `content` is what the page showed: `cases` (number, item, status, papers taken, whether they are bound), `counts`, `differences` as sentences.
    """

    user = models.ForeignKey("staff.User", models.PROTECT, related_name="+", verbose_name="柜员")
    day = models.DateField("业务日期")
    content = models.JSONField("内容")
    differences = models.IntegerField("差异数")
    explanation = models.CharField("差异说明", max_length=200, blank=True, default="")
    closed_at = models.DateTimeField("轧账时间")
    checked_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+", null=True, verbose_name="复核人")
    checked_at = models.DateTimeField("复核时间", null=True)
    check_note = models.CharField("复核意见", max_length=200, blank=True, default="")

    class Meta:
        db_table = "casework_day_sheet"
        verbose_name = "日终轧账单"
        constraints = (models.UniqueConstraint("user", "day", name="day_sheet_once"),)
        indexes = (models.Index(fields=["-id"], name="day_sheet_unchecked", condition=Q(checked_at=None)),)
