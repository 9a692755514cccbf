"""Bases, injury rates, deferrals, lines, bills, receipts, allocations, orders, refunds, electronic receipts."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from yigui.contributions.enums import BillKind, OrderStatus, ReceiptSource
from yigui.registry.enums import Insurance
from yigui.registry.models import Employer, Person
from yigui.warrants.guards import append_only, guarded
from yigui.warrants.models import Protected, SetGuarded


class ContributionBase(Protected):
    """The declared wage (申报工资) of a person in these months, or the base a flexible worker chose; fen a month.

    Of several rows that hold in a month the newest one counts: a correction is a new row, both values are kept.
    """

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="个人", related_name="+", db_index=False, db_constraint=False)
    employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name="单位", null=True, related_name="+", db_index=False, db_constraint=False
    )
    declared_fen = models.BigIntegerField("申报工资")
    start_period = models.IntegerField("起始年月")
    end_period = models.IntegerField("终止年月", null=True)
    year = models.SmallIntegerField("缴费年度", null=True)
    reason = models.CharField("原因", max_length=20)

    class Meta:
        db_table = "contributions_base"
        verbose_name = "缴费基数"
        constraints = (
            models.CheckConstraint(condition=Q(declared_fen__gt=0), name="base_positive"),
            models.CheckConstraint(
                condition=Q(end_period=None) | Q(end_period__gte=F("start_period")), name="base_ends_after_start"
            ),
        )
        indexes = (
            models.Index(fields=["person", "employer", "start_period"], name="base_by_person"),
            models.Index(fields=["employer", "year"], name="base_by_employer"),
        )
        triggers: ClassVar[list[Any]] = guarded("contribution_base", protection_class=3)


class InjuryRate(Protected):
    """The floating step (浮动费率) of an employer's work-injury rate from a month on, percent of the benchmark."""

    employer = models.ForeignKey(Employer, models.PROTECT, verbose_name="单位", related_name="+", db_constraint=False)
    floating_percent = models.DecimalField("浮动比例", max_digits=6, decimal_places=2)
    cost_ratio = models.DecimalField("支缴率", max_digits=14, decimal_places=6)
    start_period = models.IntegerField("起始年月")

    class Meta:
        db_table = "contributions_injury_rate"
        verbose_name = "工伤浮动费率"
        constraints = (models.UniqueConstraint("employer", "start_period", name="injury_rate_once"),)
        triggers: ClassVar[list[Any]] = guarded("injury_rate", protection_class=2)


class Deferral(Protected):
    """An approved deferral (延缴): the months owed need not be paid before `due_on`, and bear no surcharge until then."""

    employer = models.ForeignKey(Employer, models.PROTECT, verbose_name="单位", related_name="+", db_constraint=False)
    insurance = models.SmallIntegerField("险种")
    start_period = models.IntegerField("起始年月")
    end_period = models.IntegerField("终止年月")
    due_on = models.DateField("缓缴到期日")
    guarantee_kind = models.CharField("担保方式", max_length=20)

    class Meta:
        db_table = "contributions_deferral"
        verbose_name = "缓缴"
        triggers: ClassVar[list[Any]] = guarded("deferral", protection_class=1)


class LevyLine(models.Model):
    """A line of the levy (征缴明细): what is due for one person, insurance and month owed. Amounts in fen.

    `source_id` above zero is the levy batch, below zero minus the case. `period` is the accounting period (AAE002),
    `owed_period` the month the money is for (AAE003). `employer_id` is 0 for a flexible worker. Lines of a batch lie in
    partitions of their own; those of cases are appended to one partition and may be negative (差额).
    """

    pk = models.CompositePrimaryKey("employer_id", "person_id", "insurance", "owed_period", "source_id")
    source_id = models.BigIntegerField("来源")
    person_id = models.BigIntegerField("个人")
    employer_id = models.BigIntegerField("单位")
    area = models.IntegerField("参保地")
    period = models.IntegerField("做账期号")
    owed_period = models.IntegerField("所属期")
    base_fen = models.IntegerField("缴费基数")
    employer_fen = models.IntegerField("单位缴费")
    person_fen = models.IntegerField("个人缴费")
    account_fen = models.IntegerField("记入个人账户")
    insurance = models.SmallIntegerField("险种")
    warrant_id = models.BigIntegerField("授权凭据", null=True)

    class Meta:
        managed = False
        db_table = "contributions_line"
        verbose_name = "征缴明细"


class Bill(models.Model):
    """A bill (缴费单): what an employer, or a person paying alone, owes for one insurance out of one batch or case. Fen.

    `paid_fen` is no column: it is the sum of the allocations. Never changed; a negative bill is a credit (抵缴).
    `for_bill` of a surcharge is the bill that was late.
    """

    pk = models.CompositePrimaryKey("id", "source_id", "area")
    id = models.BigIntegerField("缴费单号")
    source_id = models.BigIntegerField("来源")
    employer_id = models.BigIntegerField("单位")
    person_id = models.BigIntegerField("个人")
    area = models.IntegerField("参保地")
    insurance = models.SmallIntegerField("险种")
    kind = models.SmallIntegerField("类型", choices=BillKind.choices)
    period = models.IntegerField("做账期号")
    start_period = models.IntegerField("所属期起")
    end_period = models.IntegerField("所属期止")
    person_count = models.IntegerField("人数")
    base_fen = models.BigIntegerField("基数合计")
    employer_fen = models.BigIntegerField("单位部分")
    person_fen = models.BigIntegerField("个人部分")
    account_fen = models.BigIntegerField("记入个人账户")
    total_fen = models.BigIntegerField("应缴合计")
    due_on = models.DateField("缴费期限")
    for_bill = models.BigIntegerField("所属缴费单", null=True)
    warrant_id = models.BigIntegerField("授权凭据", null=True)

    class Meta:
        managed = False
        db_table = "contributions_bill"
        verbose_name = "缴费单"


class OpenBill(models.Model):
    """A bill money is still to come for, or a credit still to be set off (未结清缴费单): what matching looks at; fen.

    Derived, and kept by the database alone: it opens with its bill, shrinks with every allocation and goes when nothing is
    left, so that matching reads what is open instead of the bills of all years. `yigui verify` holds it against the bills.
    """

    bill_id = models.BigIntegerField("缴费单号", primary_key=True)
    source_id = models.BigIntegerField("来源")
    employer_id = models.BigIntegerField("单位")
    person_id = models.BigIntegerField("个人")
    area = models.IntegerField("参保地")
    insurance = models.SmallIntegerField("险种")
    kind = models.SmallIntegerField("类型", choices=BillKind.choices)
    start_period = models.IntegerField("所属期起")
    due_on = models.DateField("缴费期限")
    total_fen = models.BigIntegerField("应缴合计")
    left_fen = models.BigIntegerField("未结清")

    class Meta:
        db_table = "contributions_open_bill"
        verbose_name = "未结清缴费单"
        constraints = (
            models.CheckConstraint(
                condition=Q(total_fen__gt=0, left_fen__gt=0, left_fen__lte=F("total_fen"))
                | Q(total_fen__lt=0, left_fen__lt=0, left_fen__gte=F("total_fen")),
                name="open_bill_left",
            ),
        )
        indexes = (models.Index(fields=["employer_id", "person_id"], name="open_bill_by_payer"),)


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
        db_table = "contributions_claim"
        verbose_name = "到账认领"
        constraints = (models.UniqueConstraint("receipt", name="claim_once"),)
        triggers: ClassVar[list[Any]] = append_only("claim")


class Allocation(SetGuarded):
    """What of a receipt pays what of a bill; without a bill it is suspense or credit leaving (退费、转出). Fen.

    Negative: taken back (冲回). For every receipt: amount = allocated + refunded + still in suspense (暂收款).
    """

    receipt_id = models.BigIntegerField("到账记录")
    bill_id = models.BigIntegerField("缴费单")
    bill_source_id = models.BigIntegerField("缴费单来源")
    amount_fen = models.BigIntegerField("金额")
    received_on = models.DateField("到账日期")
    step = models.CharField("匹配方式", max_length=12)
    case_id = models.BigIntegerField("办件", null=True)

    class Meta:
        db_table = "contributions_allocation"
        verbose_name = "缴费分配"
        indexes = (
            models.Index(fields=["bill_id"], name="allocation_by_bill"),
            models.Index(fields=["receipt_id"], name="allocation_by_receipt"),
            models.Index(fields=["warrant_id"], name="allocation_by_warrant"),
        )


class PaymentOrder(models.Model):
    """A payment order (缴费通知): bills a person or employer is going to pay together, with the number that is paid by.

    The number stands in the QR code and comes back with the money; it is paid once (`contributions_order_guard_v1`).
    """

    employer = models.ForeignKey(Employer, models.PROTECT, null=True, related_name="+", db_constraint=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_constraint=False)
    case_id = models.BigIntegerField("办件")
    case_no = models.CharField("办件编号", max_length=40)
    amount_fen = models.BigIntegerField("应缴金额")
    pay_channel = models.CharField("缴费方式", max_length=20)
    bills = models.JSONField("缴费单")
    code = models.CharField("缴费码", max_length=24, unique=True)
    status = models.CharField("状态", max_length=10, choices=OrderStatus.choices, default=OrderStatus.OPEN)
    valid_until = models.DateField("有效期至")
    paid_receipt = models.ForeignKey(Receipt, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "contributions_order"
        verbose_name = "缴费通知"
        constraints = (models.CheckConstraint(condition=Q(amount_fen__gt=0), name="order_positive"),)
        indexes = (
            models.Index(fields=["employer", "-id"], name="order_by_employer"),
            models.Index(fields=["person", "-id"], name="order_by_person"),
        )


class Refund(Protected):
    """An approved refund (退费): how much goes back, to which account, out of which receipts. Class 1."""

    case_id = models.BigIntegerField("办件", unique=True)
    employer = models.ForeignKey(Employer, models.PROTECT, null=True, related_name="+", db_constraint=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_constraint=False)
    amount_fen = models.BigIntegerField("退费金额")
    account_name = models.CharField("户名", max_length=120)
    account_no = models.CharField("银行账号", max_length=40)

    class Meta:
        db_table = "contributions_refund"
        verbose_name = "退费"
        constraints = (models.CheckConstraint(condition=Q(amount_fen__gt=0), name="refund_positive"),)
        triggers: ClassVar[list[Any]] = guarded("refund", protection_class=1)


class LevyRate(models.Model):
    """The rates and bounds a levy batch was made with: the law's parameters as they were read. Append-only."""

    batch_id = models.BigIntegerField()
    area_code = models.CharField(max_length=6)
    insurance = models.CharField(max_length=24, choices=Insurance.choices)
    aae140 = models.SmallIntegerField()
    payer = models.CharField(max_length=10)
    risk_class = models.CharField(max_length=1, blank=True)
    employer_e8 = models.BigIntegerField()
    person_e8 = models.BigIntegerField()
    account_e8 = models.BigIntegerField()
    floor_fen = models.BigIntegerField()
    ceiling_fen = models.BigIntegerField()
    source = models.CharField(max_length=200)

    class Meta:
        db_table = "contributions_levy_rate"
        indexes = (models.Index(fields=["batch_id"], name="levy_rate_by_batch"),)
        triggers: ClassVar[list[Any]] = append_only("levy_rate")


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
        db_table = "contributions_electronic_receipt"
        verbose_name = "电子票据"
        constraints = (models.UniqueConstraint("receipt", condition=Q(voided_at=None), name="electronic_receipt_one_valid"),)


class ContributionYear(SetGuarded):
    """Months paid in a calendar year as taken over from before the levy plans (历年缴费记录): months, and the sum of their bases (fen).

    Grain: (person, insurance AAE140, year). What was levied here is not in it: `record.py` adds the two.
    """

    pk = models.CompositePrimaryKey("person_id", "insurance", "year")
    person_id = models.BigIntegerField("个人")
    insurance = models.SmallIntegerField("险种")
    year = models.SmallIntegerField("年度")
    months = models.SmallIntegerField("缴费月数")
    base_sum_fen = models.BigIntegerField("缴费基数合计")

    class Meta:
        db_table = "contributions_year"
        verbose_name = "历年缴费记录"
        constraints = (
            models.CheckConstraint(condition=models.Q(months__range=(1, 12)), name="contribution_year_months"),
            models.CheckConstraint(condition=models.Q(base_sum_fen__gt=0), name="contribution_year_base"),
        )
