"""Codes of receipts."""

from django.db import models


class ReceiptSource(models.TextChoices):
    """The way money came (到账渠道)."""

    TAX = "tax", "税务征收"
    BANK = "bank", "银行直收"
    CARD = "card", "持卡缴费"


#: Deposit account the money lands in: the treasury through tax, the income account otherwise.
DEPOSIT_OF = {ReceiptSource.TAX.value: "1005", ReceiptSource.BANK.value: "1002", ReceiptSource.CARD.value: "1002"}
