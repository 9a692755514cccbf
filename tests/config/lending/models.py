"""Books that are lent."""

from django.db import models

from yigui.registry.models import Person


class Loan(models.Model):
    """A book somebody has borrowed; nobody else's business."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_constraint=False)
    title = models.CharField("书名", max_length=80)

    class Meta:
        db_table = "lending_loan"
