"""Tables of rows that hold from one day to another, as dated files declare them (`dated_rows`)."""

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q


class DatedQuerySet(models.QuerySet[Any]):
    """Rows by the day from which they hold."""

    def in_force(self, on: dt.date) -> "DatedQuerySet":
        """Those that hold on a day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)


class DatedRow(models.Model):
    """A row that holds from a day on, to another where it has ended."""

    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
