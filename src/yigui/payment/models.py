"""Pay lines, payments, adjustments, recalculated awards, held lines, reissues, the bank's results."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yigui.entitlement.enums import BenefitKind
from yigui.entitlement.models import Benefit
from yigui.payment.enums import Hold, LineReason, PaymentStatus, RefundHold
from yigui.warrants.guards import append_only, guarded
from yigui.warrants.models import Protected, SetGuarded


class PayLine(models.Model):
    """A line of a pay run (发放明细): a benefit, the month it is for, why, how much; fen. Partitioned by the year of that month.

    The key forbids a second payment: of one benefit and month there is one line of each version, and a later version pays only
    what the earlier ones did not.
    """

    pk = models.CompositePrimaryKey("benefit_id", "pay_period", "version")
    batch_id = models.BigIntegerField("批次")
    benefit_id = models.BigIntegerField("待遇")
    person_id = models.BigIntegerField("个人")
    area = models.IntegerField("发放地区")
    period = models.IntegerField("做账期号")
    pay_period = models.IntegerField("所属期")
    basic_fen = models.BigIntegerField("基础养老金")
    account_fen = models.BigIntegerField("个人账户养老金")
    transitional_fen = models.BigIntegerField("过渡性养老金")
    extra_fen = models.BigIntegerField("补贴")
    adjusted_fen = models.BigIntegerField("历次调待")
    amount_fen = models.BigIntegerField("金额")
    version = models.SmallIntegerField("序次")
    kind = models.SmallIntegerField("待遇种类", choices=BenefitKind.choices)
    insurance = models.SmallIntegerField("险种")
    reason = models.SmallIntegerField("发放类别", choices=LineReason.choices)

    class Meta:
        app_label = "benefits"
        managed = False
        db_table = "benefits_line"
        verbose_name = "发放明细"


class Payment(models.Model):
    """What one benefit is paid in one run (支付指令), into which account; `seq` is its place in the files. Fen."""

    pk = models.CompositePrimaryKey("batch_id", "benefit_id")
    batch_id = models.BigIntegerField("批次")
    benefit_id = models.BigIntegerField("待遇")
    person_id = models.BigIntegerField("个人")
    amount_fen = models.BigIntegerField("金额")
    seq = models.IntegerField("序号")
    area = models.IntegerField("发放地区")
    insurance = models.SmallIntegerField("险种")
    bank_code = models.CharField("开户银行", max_length=14)
    account_name = models.CharField("户名", max_length=60)
    account_no = models.CharField("账号", max_length=40)

    class Meta:
        app_label = "benefits"
        managed = False
        db_table = "benefits_payment"
        verbose_name = "支付指令"


class Adjustment(models.Model):
    """What an annual adjustment gave a pensioner, by the steps of its plan; fen."""

    pk = models.CompositePrimaryKey("benefit_id", "batch_id")
    batch_id = models.BigIntegerField("批次")
    benefit_id = models.BigIntegerField("待遇")
    person_id = models.BigIntegerField("个人")
    area = models.IntegerField("发放地区")
    months = models.IntegerField("累计缴费月数")
    before_fen = models.BigIntegerField("调整前")
    increase_fen = models.BigIntegerField("增加")
    steps = ArrayField(models.BigIntegerField(), verbose_name="各项")

    class Meta:
        app_label = "benefits"
        managed = False
        db_table = "benefits_adjustment"
        verbose_name = "调待明细"


class Recalculated(models.Model):
    """An award made again by a recalculation run, as it waits for the decision (重算结果); fen."""

    pk = models.CompositePrimaryKey("batch_id", "benefit_id")
    batch_id = models.BigIntegerField("批次")
    benefit_id = models.BigIntegerField("待遇")
    start_period = models.IntegerField("执行年月")
    base_year = models.SmallIntegerField("计发基数年度")
    is_provisional = models.BooleanField("预发")
    before_fen = models.BigIntegerField("重算前")
    basic_fen = models.BigIntegerField("基础养老金")
    account_fen = models.BigIntegerField("个人账户养老金")
    transitional_fen = models.BigIntegerField("过渡性养老金")
    extra_fen = models.BigIntegerField("补贴")
    inputs = models.JSONField("核定依据")
    lines = models.JSONField("核定明细")

    class Meta:
        app_label = "benefits"
        managed = False
        db_table = "benefits_recalculation"
        verbose_name = "重算结果"


class HeldLine(SetGuarded):
    """A line that an executed run held back (拦截明细), and why; `at_execution`: approved, and taken out when it was looked at again."""

    batch_id = models.BigIntegerField("批次")
    benefit_id = models.BigIntegerField("待遇")
    pay_period = models.IntegerField("所属期")
    amount_fen = models.BigIntegerField("金额")
    hold = models.SmallIntegerField("原因", choices=Hold.choices)
    at_execution = models.BooleanField("执行时剔除", default=False)

    class Meta:
        app_label = "benefits"
        db_table = "benefits_held"
        verbose_name = "拦截明细"
        indexes = (
            models.Index(fields=["batch_id", "hold"], name="held_by_batch"),
            models.Index(fields=["benefit_id"], name="held_by_benefit"),
        )


class Reissue(Protected):
    """A returned payment that is sent again (退票重发), perhaps to a new account; `attempt` counts from 2."""

    batch_id = models.BigIntegerField("原批次")
    benefit = models.ForeignKey(Benefit, models.PROTECT, db_constraint=False)
    attempt = models.SmallIntegerField("次数")
    amount_fen = models.BigIntegerField("金额")
    bank_code = models.CharField("开户银行", max_length=14)
    account_name = models.CharField("户名", max_length=60)
    account_no = models.CharField("账号", max_length=40)
    sent_batch = models.BigIntegerField("随批次", null=True)
    case_id = models.BigIntegerField("办件")

    class Meta:
        app_label = "benefits"
        db_table = "benefits_reissue"
        verbose_name = "退票重发"
        constraints = (models.UniqueConstraint("batch_id", "benefit", "attempt", name="reissue_once"),)
        indexes = (models.Index(fields=["sent_batch"], name="reissue_by_batch"),)
        triggers: ClassVar[list[Any]] = guarded("reissue", protection_class=2)


class ResultFile(models.Model):
    """A file of the bank's results (发放结果文件); the same content comes in once."""

    digest = models.CharField("SM3", max_length=64, unique=True)
    file_name = models.CharField("文件名", max_length=200)
    row_count = models.IntegerField("行数")
    paid_count = models.IntegerField("到账")
    returned_count = models.IntegerField("退票")
    rejected = models.JSONField("退回的行", default=list)
    received_on = models.DateField("接收日期")
    user_id = models.BigIntegerField("接收人", null=True)

    class Meta:
        app_label = "benefits"
        db_table = "benefits_result_file"
        verbose_name = "发放结果文件"
        triggers: ClassVar[list[Any]] = append_only("result_file")


class ResultCheck(models.Model):
    """Somebody has compared a file of results in which payments came back with the bank's statement (退票核对). Grain: one row per file and person.

    Two people answer for a file: whoever brought it in and another, or two others where a program did. Until then what came back
    is not due again (`benefits_result_confirmed_v1`). `statement` is where the money stands: number or day of the bank's statement.
    """

    file = models.ForeignKey(ResultFile, models.PROTECT, related_name="checked_by", db_constraint=False)
    user_id = models.BigIntegerField("核对人")
    statement = models.CharField("对账单", max_length=100)
    checked_at = models.DateTimeField("核对时间")

    class Meta:
        app_label = "benefits"
        db_table = "benefits_result_check"
        verbose_name = "退票核对"
        constraints = (models.UniqueConstraint("file", "user_id", name="result_check_once"),)
        triggers: ClassVar[list[Any]] = append_only("result_check")


class PaymentResult(SetGuarded):
    """The bank's word on an attempt of a payment: final, one row each."""

    pk = models.CompositePrimaryKey("batch_id", "benefit_id", "attempt")
    batch_id = models.BigIntegerField("批次")
    benefit_id = models.BigIntegerField("待遇")
    attempt = models.SmallIntegerField("次数")
    status = models.CharField("结果", max_length=10, choices=PaymentStatus.choices)
    reason = models.CharField("原因", max_length=100, blank=True)
    amount_fen = models.BigIntegerField("金额")
    booked_on = models.DateField("记账日")
    file_id = models.BigIntegerField("文件")

    class Meta:
        app_label = "benefits"
        db_table = "benefits_result"
        verbose_name = "到账结果"
        indexes = (models.Index(fields=["status"], condition=Q(status="returned"), name="result_returned"),)


class RefundStaged(models.Model):
    """A refund as it waits in a batch for the decision (待审退费): what is owed, and the account it would go to; fen."""

    pk = models.CompositePrimaryKey("batch_id", "due_id")
    batch_id = models.BigIntegerField("批次")
    due_id = models.BigIntegerField("待付退费")
    amount_fen = models.BigIntegerField("金额")
    bank_code = models.CharField("开户银行", max_length=14)
    account_name = models.CharField("户名", max_length=120)
    account_no = models.CharField("银行账号", max_length=40)

    class Meta:
        app_label = "benefits"
        db_table = "benefits_refund_staged"
        verbose_name = "待审退费"
        constraints = (models.CheckConstraint(condition=Q(amount_fen__gt=0), name="refund_staged_positive"),)
        indexes = (models.Index(fields=["due_id"], name="refund_staged_by_due"),)
        triggers: ClassVar[list[Any]] = append_only("refund_staged")


class RefundPayment(SetGuarded):
    """What an executed batch did with a refund it was approved for (退费支付): paid (hold 0), or taken out and why; fen.

    One row for every staged one. `attempt` counts the payments of one refund: a second payment of the same attempt cannot be written.
    """

    pk = models.CompositePrimaryKey("batch_id", "due_id")
    batch_id = models.BigIntegerField("批次")
    due_id = models.BigIntegerField("待付退费")
    attempt = models.SmallIntegerField("次数")
    hold = models.SmallIntegerField("处理", choices=RefundHold.choices)
    amount_fen = models.BigIntegerField("金额")
    bank_code = models.CharField("开户银行", max_length=14)
    account_name = models.CharField("户名", max_length=120)
    account_no = models.CharField("银行账号", max_length=40)

    class Meta:
        app_label = "benefits"
        db_table = "benefits_refund_payment"
        verbose_name = "退费支付"
        constraints = (models.UniqueConstraint("due_id", "attempt", condition=Q(hold=0), name="refund_paid_once"),)


class RefundResult(SetGuarded):
    """The bank's word on a refund of a batch (退费到账结果): final, one row each; fen."""

    pk = models.CompositePrimaryKey("batch_id", "due_id")
    batch_id = models.BigIntegerField("批次")
    due_id = models.BigIntegerField("待付退费")
    status = models.CharField("结果", max_length=10, choices=PaymentStatus.choices)
    reason = models.CharField("原因", max_length=100, blank=True)
    amount_fen = models.BigIntegerField("金额")
    booked_on = models.DateField("记账日")
    file_id = models.BigIntegerField("文件")

    class Meta:
        app_label = "benefits"
        db_table = "benefits_refund_result"
        verbose_name = "退费到账结果"
