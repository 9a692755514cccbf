"""Codes of receipts."""

from django.db import models


class ReceiptSource(models.TextChoices):
    """The way money came (到账渠道)."""

    TAX = "tax", "税务征收"
    BANK = "bank", "银行直收"
    CARD = "card", "持卡缴费"


#: Deposit account the money lands in: the treasury through tax, the income account otherwise.
DEPOSIT_OF = {ReceiptSource.TAX.value: "1005", ReceiptSource.BANK.value: "1002", ReceiptSource.CARD.value: "1002"}


class Fate(models.TextChoices):
    """What became of a line that was not booked (去向)."""

    KNOWN = "known", "已入账"
    REJECTED = "rejected", "退回"
    WAITING = "waiting", "待核"


class Cause(models.TextChoices):
    """Why a line was not booked by itself (原因)."""

    BAD = "bad", "有误"
    NOT_OURS = "not_ours", "不是收入户"
    ASIDE = "aside", "不是明细"
    UNBOOKED = "unbooked", "银行未记账"
    SAME = "same", "重复"
    OTHER_CONTENT = "other_content", "流水号重复而内容不同"
    BATCH = "batch", "批量入账无法拆分"
    REVERSAL = "reversal", "冲正到账"
    REVERSED_DEBIT = "reversed_debit", "冲正支出"
    RETURNED_PAYOUT = "returned_payout", "支付退汇"
    CHAIN = "chain", "余额不连续"
    TWO_SOURCES = "two_sources", "两个渠道同报"
    ALIKE = "alike", "疑为同一笔"


#: Of lines that could not be read as money of an account of ours (退回): what they moved, nobody knows.
UNREAD = frozenset({Cause.BAD, Cause.NOT_OURS})


class Outcome(models.TextChoices):
    """How a line that was not booked came to its end."""

    BOOKED = "booked", "入账"
    REVERSED = "reversed", "冲回"
    RESULT = "result", "转发放结果"
    LEFT_OUT = "left_out", "不入账"
    CORRECTED = "corrected", "已更正"
