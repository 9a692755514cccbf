"""Codes of contributions. Insurance codes within the big tables are those of LD/T 92 (险种类型 AAE140)."""

from django.db import models

from yigui.registry.enums import Insurance

#: AAE140 of each insurance, used in lines, bills and account entries, where a row counts every byte.
AAE140 = {
    Insurance.EMPLOYEE_PENSION.value: 110, Insurance.CIVIL_SERVICE_PENSION.value: 120, Insurance.RESIDENT_PENSION.value: 170,
    Insurance.LAND_PENSION.value: 180, Insurance.UNEMPLOYMENT.value: 210, Insurance.EMPLOYEE_MEDICAL.value: 310,
    Insurance.RESIDENT_MEDICAL.value: 390, Insurance.INJURY.value: 410, Insurance.MATERNITY.value: 510,
}  # fmt: skip
INSURANCE_OF = {number: Insurance(code) for code, number in AAE140.items()}
#: Insurances levied month by month.
MONTHLY = ("employee_pension", "unemployment", "injury", "maternity", "employee_medical")


def insurance_label(number: int) -> str:
    """The insurance with this AAE140 in words."""
    return INSURANCE_OF[number].label


class BillKind(models.IntegerChoices):
    """Kind of a bill (应缴类型)."""

    CURRENT = 1, "当期"
    BACK = 2, "补缴"
    DIFFERENCE = 3, "差额"
    SURCHARGE = 4, "滞纳金"
    LUMP_SUM = 5, "一次性趸缴"
    RESIDENT = 6, "居民年缴"
    REFUND = 9, "退费"


class ReceiptSource(models.TextChoices):
    """The way money came (到账渠道)."""

    TAX = "tax", "税务征收"
    BANK = "bank", "银行直收"
    CARD = "card", "持卡缴费"


#: Deposit account the money lands in: the treasury through tax, the income account otherwise.
DEPOSIT_OF = {ReceiptSource.TAX.value: "1005", ReceiptSource.BANK.value: "1002", ReceiptSource.CARD.value: "1002"}


class OrderStatus(models.TextChoices):
    """Status of a payment order (缴费单状态)."""

    OPEN = "open", "待缴费"
    PAID = "paid", "已缴费"
    CANCELLED = "cancelled", "已撤销"
