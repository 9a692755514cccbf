"""Files of money, receipts, whose they are, refunds, electronic receipts."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from yigui.receipts.enums import ReceiptSource
from yigui.registry.models import Employer, Person
from yigui.warrants.guards import append_only, guarded
from yigui.warrants.models import Protected


class ReceiptFile(models.Model):
    """A file or message of money that arrived (到账文件), with its control sums; the same content comes in once."""

    source = models.CharField("渠道", max_length=10, choices=ReceiptSource.choices)
    partner = models.CharField("协作单位", max_length=40)
    area_code = models.CharField("收款地区", max_length=6)
    file_name = models.CharField("文件名", max_length=200)
    digest = models.CharField("SM3", max_length=64, unique=True)
    row_count = models.IntegerField("行数")
    total_fen = models.BigIntegerField("金额合计")
    duplicate_count = models.IntegerField("重复行", default=0)
    rejected = models.JSONField("退回的行", default=list)
    imported_by_id = models.BigIntegerField("导入人", null=True)
    received_on = models.DateField("接收日期")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "contributions"
        db_table = "contributions_receipt_file"
        verbose_name = "到账文件"
        triggers: ClassVar[list[Any]] = append_only("receipt_file")


class Receipt(models.Model):
    """Money that arrived (到账记录), as the partner reported it. Its reference comes in once, whatever file it stands in."""

    file = models.ForeignKey(ReceiptFile, models.PROTECT, related_name="receipts", db_constraint=False)
    partner = models.CharField("协作单位", max_length=40)
    reference = models.CharField("流水号", max_length=80)
    row_no = models.IntegerField("行号")
    area_code = models.CharField("收款地区", max_length=6)
    received_on = models.DateField("到账日期")
    amount_fen = models.BigIntegerField("金额")
    bill_id = models.BigIntegerField("缴费单号", null=True)
    order_id = models.BigIntegerField("缴费通知号", null=True)
    employer_id = models.BigIntegerField("单位", null=True)
    person_id = models.BigIntegerField("个人", null=True)
    insurance = models.SmallIntegerField("险种", null=True)
    owed_period = models.IntegerField("所属期", null=True)
    payer_name = models.CharField("付款人", max_length=120, blank=True)
    payer_account = models.CharField("付款账号", max_length=40, blank=True)
    text = models.CharField("附言", max_length=300, blank=True)

    class Meta:
        app_label = "contributions"
        db_table = "contributions_receipt"
        verbose_name = "到账记录"
        constraints = (
            models.UniqueConstraint("partner", "reference", name="receipt_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="receipt_positive"),
        )
        indexes = (models.Index(fields=["employer_id", "id"], name="receipt_by_employer"),)
        triggers: ClassVar[list[Any]] = append_only("receipt")


class Claim(models.Model):
    """Whose money a receipt with an unknown payer is (认领): a finding with its reason, not yet a booking."""

    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="claims", db_constraint=False)
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="+", db_constraint=False)
    reason = models.CharField("依据", max_length=200)
    claimed_by_id = models.BigIntegerField("认领人")
    claimed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "contributions"
        db_table = "contributions_claim"
        verbose_name = "到账认领"
        constraints = (models.UniqueConstraint("receipt", name="claim_once"),)
        triggers: ClassVar[list[Any]] = append_only("claim")


class Refund(Protected):
    """An approved refund (退费): how much goes back, to which account, out of which receipts. Class 1."""

    case_id = models.BigIntegerField("办件", unique=True)
    employer = models.ForeignKey(Employer, models.PROTECT, null=True, related_name="+", db_constraint=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_constraint=False)
    amount_fen = models.BigIntegerField("退费金额")
    account_name = models.CharField("户名", max_length=120)
    account_no = models.CharField("银行账号", max_length=40)

    class Meta:
        app_label = "contributions"
        db_table = "contributions_refund"
        verbose_name = "退费"
        constraints = (models.CheckConstraint(condition=Q(amount_fen__gt=0), name="refund_positive"),)
        triggers: ClassVar[list[Any]] = guarded("refund", protection_class=1)


class RefundDue(Protected):
    """What of a refund a book owes the payee (待付退费), as its decision posted it to 2001.04: one row per refund, area that pays and fund. Fen.

    It is paid by a batch of refunds; whether it has been, the batches' payments and the bank's results say (`payment.refunds`).
    """

    refund = models.ForeignKey(Refund, models.PROTECT, related_name="dues", db_constraint=False)
    area_code = models.CharField("支付地区", max_length=6)
    fund = models.CharField("基金", max_length=30)
    amount_fen = models.BigIntegerField("应付金额")

    class Meta:
        app_label = "contributions"
        db_table = "contributions_refund_due"
        verbose_name = "待付退费"
        constraints = (
            models.UniqueConstraint("refund", "area_code", "fund", name="refund_due_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="refund_due_positive"),
        )
        triggers: ClassVar[list[Any]] = guarded("refund_due", protection_class=1)


class RefundPayee(Protected):
    """The account a refund goes to instead of the one it was decided with (退费改付): the newest of a refund holds."""

    refund = models.ForeignKey(Refund, models.PROTECT, related_name="payees", db_constraint=False)
    bank_code = models.CharField("开户银行", max_length=14)
    account_name = models.CharField("户名", max_length=120)
    account_no = models.CharField("银行账号", max_length=40)
    batch_id = models.BigIntegerField("批次")

    class Meta:
        app_label = "contributions"
        db_table = "contributions_refund_payee"
        verbose_name = "退费改付"
        triggers: ClassVar[list[Any]] = guarded("refund_payee", protection_class=1)


class ElectronicReceipt(models.Model):
    """An electronic receipt (社保电子票据) of money that paid bills: numbered, verifiable by its document's code."""

    number = models.CharField("票据号", max_length=20, unique=True)
    receipt = models.ForeignKey(Receipt, models.PROTECT)
    document_code = models.CharField("验证码", max_length=20, unique=True)
    amount_fen = models.BigIntegerField("金额")
    issued_at = models.DateTimeField(auto_now_add=True)
    voided_at = models.DateTimeField("作废时间", null=True)
    void_reason = models.CharField("作废原因", max_length=200, blank=True)
    voided_by_id = models.BigIntegerField("作废人", null=True)

    class Meta:
        app_label = "contributions"
        db_table = "contributions_electronic_receipt"
        verbose_name = "电子票据"
        constraints = (models.UniqueConstraint("receipt", condition=Q(voided_at=None), name="electronic_receipt_one_valid"),)
