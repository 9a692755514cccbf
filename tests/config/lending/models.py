"""Books that are lent, and those somebody would like to have."""

from typing import Any, ClassVar

from django.db import models

from yigui.registry.models import Person
from yigui.warrants.guards import guarded
from yigui.warrants.models import Protected


class Loan(Protected):
    """A book somebody has borrowed (借阅); `counted_in` is the batch that has found it lent, None before the first."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_constraint=False)
    title = models.CharField("书名", max_length=80)
    counted_in = models.BigIntegerField("盘点批次", null=True)

    class Meta:
        db_table = "lending_loan"
        triggers: ClassVar[list[Any]] = guarded("loan", protection_class=3)


class Wish(models.Model):
    """A book somebody asked for; nothing rests on it."""

    title = models.CharField("书名", max_length=80)

    class Meta:
        db_table = "lending_wish"
