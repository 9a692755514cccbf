"""Pay lines, payments, adjustments, recalculated awards, held lines, reissues, the bank's results."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q

from yigui.entitlement.enums import BenefitKind
from yigui.entitlement.models import Benefit
from yigui.payment.enums import Hold, LineReason, PaymentStatus, RefundHold, ResultFinding
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


class ReissueQuerySet(models.QuerySet["Reissue"]):
    """Decisions to send a returned payment again."""

    def standing(self) -> "ReissueQuerySet":
        """Those that were not withdrawn."""
        return self.filter(withdrawn_batch=None)


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
    #: The batch of two people that took the decision back before any run sent it (撤回重发); the payment waits to be decided anew.
    withdrawn_batch = models.BigIntegerField("撤回批次", null=True)
    case_id = models.BigIntegerField("办件")

    objects = ReissueQuerySet.as_manager()

    class Meta:
        app_label = "benefits"
        db_table = "benefits_reissue"
        verbose_name = "退票重发"
        constraints = (
            models.UniqueConstraint(
                fields=["batch_id", "benefit", "attempt"], condition=Q(withdrawn_batch=None), name="reissue_once"
            ),
            models.CheckConstraint(condition=Q(sent_batch=None) | Q(withdrawn_batch=None), name="reissue_sent_or_withdrawn"),
        )
        indexes = (models.Index(fields=["sent_batch"], name="reissue_by_batch"),)
        triggers: ClassVar[list[Any]] = guarded("reissue", protection_class=2)


class ResultFile(models.Model):
    """A file of the bank's results (发放结果文件); the same content comes in once, and every line of it is accounted for.

    A line is one payment: a word on a whole file or block is one for each of its payments. `paid_count` and `returned_count` were taken in,
    `known_count` said what was on record, `pending_count` are not final, `waiting_count` wait for a person (`WaitingResult`), `rejected`
    holds the rest in full with a sentence each. `undated_count`: how many of those taken in bear no day, and got that of the file's receipt.
    """

    digest = models.CharField("SM3", max_length=64, unique=True)
    file_name = models.CharField("文件名", max_length=200)
    row_count = models.IntegerField("行数")
    paid_count = models.IntegerField("到账")
    returned_count = models.IntegerField("退票")
    known_count = models.IntegerField("此前已接收", db_default=0, default=0)
    pending_count = models.IntegerField("处理中", db_default=0, default=0)
    waiting_count = models.IntegerField("待核实", db_default=0, default=0)
    undated_count = models.IntegerField("未注明日期", db_default=0, default=0)
    rejected = models.JSONField("退回的行", default=list)
    received_on = models.DateField("接收日期")
    user_id = models.BigIntegerField("接收人", null=True)

    #: Heads of columns that nobody read: what stands under them is in the kept file.
    unread_heads = models.JSONField("未读取的列", default=list, db_default=[])

    #: Sentences about the file as a whole, told by the import that has just taken it in.
    notes: Sequence[str] = ()

    class Meta:
        app_label = "benefits"
        db_table = "benefits_result_file"
        verbose_name = "发放结果文件"
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    row_count=F("paid_count") + F("returned_count") + F("known_count") + F("pending_count") + F("waiting_count")
                    + Func(F("rejected"), function="jsonb_array_length", output_field=models.IntegerField())
                ),
                name="result_file_adds_up",
            ),
        )  # fmt: skip
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


class BankWord(SetGuarded):
    """What the bank says of a payment (银行结果): whether it arrived, fen, and with which file that came in."""

    status = models.CharField("结果", max_length=10, choices=PaymentStatus.choices)
    reason = models.CharField("原因", max_length=100, blank=True)
    amount_fen = models.BigIntegerField("金额")
    booked_on = models.DateField("记账日")
    file_id = models.BigIntegerField("文件")

    class Meta:
        abstract = True


class PaymentResult(BankWord):
    """The bank's first final word on an attempt of a payment, one row each; what it said after that is a `LaterResult`."""

    pk = models.CompositePrimaryKey("batch_id", "benefit_id", "attempt")
    batch_id = models.BigIntegerField("批次")
    benefit_id = models.BigIntegerField("待遇")
    attempt = models.SmallIntegerField("次数")

    class Meta:
        app_label = "benefits"
        db_table = "benefits_result"
        verbose_name = "到账结果"
        indexes = (
            models.Index(fields=["status"], condition=Q(status="returned"), name="result_returned"),
            models.Index(fields=["file_id", "batch_id"], name="result_of_file"),
        )


class LaterResult(BankWord):
    """What the bank said after its first final word (后续结果): money that came back after it had arrived (隔日退汇), or a return that a person
    has found to be none. `seq` counts from 1; the last word counts."""

    pk = models.CompositePrimaryKey("batch_id", "benefit_id", "attempt", "seq")
    batch_id = models.BigIntegerField("批次")
    benefit_id = models.BigIntegerField("待遇")
    attempt = models.SmallIntegerField("次数")
    seq = models.SmallIntegerField("序号")

    class Meta:
        app_label = "benefits"
        db_table = "benefits_later_result"
        verbose_name = "后续结果"
        indexes = (models.Index(fields=["file_id", "batch_id"], name="later_result_of_file"),)


class WaitingResult(models.Model):
    """A line that contradicts what is on record of its payment, cannot be put in order with it, or names a payee that cannot be compared (待核实结果).

    A person decides. `series` P or R, `batch_id`, `subject_id` (benefit or what is owed), `attempt` name the payment.
    """

    file = models.ForeignKey(ResultFile, models.PROTECT, related_name="waiting", db_constraint=False)
    row_no = models.IntegerField("行")
    series = models.CharField("类别", max_length=1)
    batch_id = models.BigIntegerField("批次")
    subject_id = models.BigIntegerField("待遇或退费")
    attempt = models.SmallIntegerField("次数")
    status = models.CharField("结果", max_length=10, choices=PaymentStatus.choices)
    reason = models.CharField("原因", max_length=100, blank=True)
    amount_fen = models.BigIntegerField("金额")
    booked_on = models.DateField("记账日", null=True)
    sentence = models.CharField("说明", max_length=200)

    class Meta:
        app_label = "benefits"
        db_table = "benefits_result_waiting"
        verbose_name = "待核实结果"
        constraints = (models.UniqueConstraint("file", "row_no", name="result_waiting_once"),)
        indexes = (models.Index(fields=["batch_id", "subject_id"], name="result_waiting_by_payment"),)
        triggers: ClassVar[list[Any]] = append_only("result_waiting")


class ResultDecision(models.Model):
    """What a person found out about a line that waited (核实结论): what is on record holds, or the line, then a file of its own (`file_id`)."""

    waiting = models.OneToOneField(WaitingResult, models.PROTECT, related_name="decision", db_constraint=False, primary_key=True)
    verdict = models.CharField("结论", max_length=10, choices=ResultFinding.choices)
    file_id = models.BigIntegerField("登记回执", null=True)
    words = models.CharField("依据", max_length=200)
    user_id = models.BigIntegerField("核实人")
    decided_at = models.DateTimeField("核实时间")

    class Meta:
        app_label = "benefits"
        db_table = "benefits_result_decision"
        verbose_name = "核实结论"
        triggers: ClassVar[list[Any]] = append_only("result_decision")


class SettledReturn(SetGuarded):
    """Money the bank gave back of months paid without right (退票冲减): `amount_fen` of it ended claims, with a run; the rest is the payee's."""

    pk = models.CompositePrimaryKey("batch_id", "benefit_id", "attempt")
    batch_id = models.BigIntegerField("批次")
    benefit_id = models.BigIntegerField("待遇")
    attempt = models.SmallIntegerField("次数")
    amount_fen = models.BigIntegerField("冲减金额")
    prior_fen = models.BigIntegerField("其中以前年度")
    run_id = models.BigIntegerField("随批次")

    class Meta:
        app_label = "benefits"
        db_table = "benefits_settled_return"
        verbose_name = "退票冲减"
        constraints = (
            models.CheckConstraint(condition=Q(prior_fen__gte=0, amount_fen__gte=F("prior_fen")), name="settled_return_positive"),
        )


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


class RefundResult(BankWord):
    """The bank's word on a refund of a batch (退费到账结果): final, one row each; fen."""

    pk = models.CompositePrimaryKey("batch_id", "due_id")
    batch_id = models.BigIntegerField("批次")
    due_id = models.BigIntegerField("待付退费")

    class Meta:
        app_label = "benefits"
        db_table = "benefits_refund_result"
        verbose_name = "退费到账结果"
        indexes = (models.Index(fields=["file_id", "batch_id"], name="refund_result_of_file"),)


class LaterRefundResult(BankWord):
    """What the bank said of a refund after its first final word (退费后续结果), as `LaterResult`; fen."""

    pk = models.CompositePrimaryKey("batch_id", "due_id", "seq")
    batch_id = models.BigIntegerField("批次")
    due_id = models.BigIntegerField("待付退费")
    seq = models.SmallIntegerField("序号")

    class Meta:
        app_label = "benefits"
        db_table = "benefits_later_refund_result"
        verbose_name = "退费后续结果"
        indexes = (models.Index(fields=["file_id", "batch_id"], name="later_refund_result_of_file"),)


class Raised(models.Model):
    """What a raise of standards (待遇标准调整) gives a benefit from a month on, as it waits for the decision and as it was executed; fen a month.

    One row per batch, benefit and month at which its amount changes.
    """

    batch_id = models.BigIntegerField("批次")
    benefit_id = models.BigIntegerField("待遇")
    start_period = models.IntegerField("执行年月")
    before_fen = models.BigIntegerField("调整前")
    after_fen = models.BigIntegerField("调整后")
    words = models.CharField("依据", max_length=300)

    class Meta:
        app_label = "benefits"
        db_table = "benefits_raise"
        verbose_name = "待遇标准调整明细"
        constraints = (
            models.UniqueConstraint("batch_id", "benefit_id", "start_period", name="raise_once"),
            models.CheckConstraint(condition=models.Q(after_fen__gte=models.F("before_fen")), name="raise_is_no_less"),
        )
        indexes = (models.Index(fields=["benefit_id", "start_period"], name="raise_of_benefit"),)
        triggers: ClassVar[list[Any]] = append_only("benefit_raise")
