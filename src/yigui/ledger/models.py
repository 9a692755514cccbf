"""Accounts, vouchers, entries, closings and bank statements."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yigui.registry.enums import Insurance
from yigui.warrants.guards import append_only
from yigui.warrants.models import SetGuarded


class Side(models.TextChoices):
    """Side of an entry (借贷方向)."""

    DEBIT = "D", "借"
    CREDIT = "C", "贷"


class LedgerAccount(models.Model):
    """An account of the chart (会计科目), carried over from the declarations; read only. Used from `from_period` on."""

    code = models.CharField("科目编码", max_length=10, primary_key=True)
    name = models.CharField("科目名称", max_length=60)
    account_class = models.CharField("类别", max_length=12)
    side = models.CharField("余额方向", max_length=1, choices=Side.choices)
    funds = ArrayField(models.CharField(max_length=24), verbose_name="适用基金")
    is_zero_at_close = models.BooleanField("期末应为零", default=False)
    from_period = models.IntegerField("启用期间", default=0)

    class Meta:
        db_table = "ledger_account"
        verbose_name = "会计科目"

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class PostingRule(models.Model):
    """How an event is posted from a day on (记账规则), carried over from the declarations: `lines` [[side, account or `deposit`, name of the amount]].
    The database lets nobody post an event to other accounts. Grain: one row per event and version."""

    event = models.CharField("业务", max_length=40)
    version = models.DateField("版本")
    lines = models.JSONField("分录")

    class Meta:
        db_table = "ledger_rule"
        verbose_name = "记账规则"
        constraints = (models.UniqueConstraint("event", "version", name="rule_once"),)


class Voucher(SetGuarded):
    """A voucher (记账凭证) in the book of one fund and area. Written only by `ledger_write_v1`."""

    fund = models.CharField("基金", max_length=24, choices=Insurance.choices)
    area_code = models.CharField("核算地区", max_length=6)
    period = models.IntegerField("会计期间")
    posted_on = models.DateField("日期")
    event = models.CharField("业务", max_length=40)
    rule_version = models.DateField("记账规则版本")
    summary = models.CharField("摘要", max_length=200)
    source_kind = models.CharField("来源", max_length=20)
    source_id = models.BigIntegerField("来源编号")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, db_constraint=False, related_name="reversed_by")
    reason = models.CharField("冲销原因", max_length=200, blank=True)
    xid = models.BigIntegerField("事务号")
    created_at = models.DateTimeField("记账时间")

    class Meta:
        db_table = "ledger_voucher"
        verbose_name = "记账凭证"
        indexes = (
            models.Index(fields=["area_code", "fund", "period", "id"], name="voucher_by_book"),
            models.Index(fields=["source_kind", "source_id"], name="voucher_by_source"),
            models.Index(fields=["warrant_id"], name="voucher_by_warrant"),
        )

    def __str__(self) -> str:
        return f"记-{self.pk}"


class Entry(SetGuarded):
    """An entry (分录): a positive amount on a side. Book and period repeat the voucher's, for sums without a join."""

    voucher = models.ForeignKey(Voucher, models.PROTECT, related_name="entries", db_constraint=False, db_index=False)
    seq = models.SmallIntegerField("行号")
    fund = models.CharField("基金", max_length=24)
    area_code = models.CharField("核算地区", max_length=6)
    period = models.IntegerField("会计期间")
    account = models.ForeignKey(LedgerAccount, models.PROTECT, verbose_name="科目", db_constraint=False, db_index=False)
    side = models.CharField("方向", max_length=1, choices=Side.choices)
    amount_fen = models.BigIntegerField("金额")
    party = models.CharField("往来", max_length=40, blank=True)

    class Meta:
        db_table = "ledger_entry"
        verbose_name = "分录"
        constraints = (
            models.UniqueConstraint("voucher", "seq", name="entry_once"),
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="entry_positive"),
            models.CheckConstraint(condition=models.Q(side__in=Side.values), name="entry_side"),
        )
        indexes = (models.Index(fields=["area_code", "fund", "account", "period"], name="entry_by_account"),)


class Closing(SetGuarded):
    """A closed period (结账) of a book: no later posting into it or an earlier one. With the voucher numbers (凭证号) it gave."""

    fund = models.CharField("基金", max_length=24, choices=Insurance.choices)
    area_code = models.CharField("核算地区", max_length=6)
    period = models.IntegerField("会计期间")
    batch_id = models.BigIntegerField("批次")
    voucher_count = models.IntegerField("凭证数")
    debit_fen = models.BigIntegerField("借方发生额")
    closed_at = models.DateTimeField("结账时间")

    class Meta:
        db_table = "ledger_closing"
        verbose_name = "结账"
        constraints = (models.UniqueConstraint("area_code", "fund", "period", name="closing_once"),)


class VoucherNumber(SetGuarded):
    """The number of a voucher within its book and period, without gaps, given when the period is closed."""

    voucher = models.OneToOneField(Voucher, models.PROTECT, primary_key=True, db_constraint=False)
    number = models.IntegerField("凭证号")

    class Meta:
        db_table = "ledger_voucher_number"
        verbose_name = "凭证号"


class BankLine(models.Model):
    """A line of the statement of a fund's deposit account (银行对账单) that is no contribution, as received; money out is below zero.

    The same content comes in once (`nth` counts lines that are alike where the bank gives no reference). `note` says why a line needs no
    further look, as where the bank took back within one file what it had credited.
    """

    fund = models.CharField("基金", max_length=24, choices=Insurance.choices)
    area_code = models.CharField("核算地区", max_length=6)
    deposit = models.CharField("存款科目", max_length=4)
    account_no = models.CharField("账号", max_length=40)
    booked_on = models.DateField("记账日")
    amount_fen = models.BigIntegerField("金额")
    reference = models.CharField("流水号", max_length=80)
    text = models.CharField("附言", max_length=300, blank=True)
    file_id = models.BigIntegerField("文件")
    party = models.CharField("对方", max_length=120, blank=True, default="", db_default="")
    is_referenced = models.BooleanField("有流水号", default=True, db_default=True)
    content = models.UUIDField("内容", null=True)
    nth = models.SmallIntegerField("同内容第几笔", default=1, db_default=1)
    seq = models.IntegerField("文件中第几行", default=0, db_default=0)
    note = models.CharField("说明", max_length=100, blank=True, default="", db_default="")

    class Meta:
        db_table = "ledger_bank_line"
        verbose_name = "银行流水"
        constraints = (models.UniqueConstraint("content", "nth", name="bank_line_content_once"),)
        indexes = (
            models.Index(fields=["area_code", "fund", "booked_on"], name="bank_line_by_book"),
            models.Index(fields=["account_no", "reference"], name="bank_line_by_reference"),
            models.Index(fields=["file_id"], name="bank_line_by_file"),
        )
        triggers: ClassVar[list[Any]] = append_only("bank_line")
