"""The nightly seals."""

from typing import Any, ClassVar

from django.db import models

from yigui.warrants.guards import append_only


class Seal(models.Model):
    """The nightly seal (每日封存): one root over the heads of all chains that grew, and over the seal before."""

    day = models.DateField("日期")
    first_event_id = models.BigIntegerField()
    last_event_id = models.BigIntegerField()
    chain_count = models.IntegerField()
    previous = models.CharField(max_length=64)
    root = models.CharField("根摘要", max_length=64)
    sealed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "casework"
        db_table = "casework_seal"
        verbose_name = "每日封存"
        constraints = (models.UniqueConstraint("first_event_id", name="seal_in_a_row"),)
        triggers: ClassVar[list[Any]] = append_only("seal")
