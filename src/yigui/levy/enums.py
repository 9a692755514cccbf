"""Codes of the levy. Insurance codes within the big tables are those of LD/T 92 (险种类型 AAE140)."""

from django.db import models

#: Insurances levied month by month.
MONTHLY = ("employee_pension", "unemployment", "injury", "maternity", "employee_medical")


class BillKind(models.IntegerChoices):
    """Kind of a bill (应缴类型)."""

    CURRENT = 1, "当期"
    BACK = 2, "补缴"
    DIFFERENCE = 3, "差额"
    SURCHARGE = 4, "滞纳金"
    LUMP_SUM = 5, "一次性趸缴"
    RESIDENT = 6, "居民年缴"
    REFUND = 9, "退费"
