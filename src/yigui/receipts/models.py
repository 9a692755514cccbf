"""Files of money, receipts, whose they are, refunds, electronic receipts."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from yigui.receipts.enums import Fate, Outcome, ReceiptSource
from yigui.registry.models import Employer, Person
from yigui.warrants.guards import append_only, guarded
from yigui.warrants.models import Protected


class ReceiptFile(models.Model):
    """A file or message of money that arrived (到账文件), with its control sums; the same content comes in once.

    Every line of it is accounted for: taken (`row_count` receipts and `debit_count` lines of the bank account), known already, rejected or
    waiting for a person. Files from before that was kept have `lines_in` 0.
    """

    source = models.CharField("渠道", max_length=10, choices=ReceiptSource.choices)
    partner = models.CharField("协作单位", max_length=40)
    area_code = models.CharField("收款地区", max_length=6)
    file_name = models.CharField("文件名", max_length=200)
    digest = models.CharField("SM3", max_length=64, unique=True)
    row_count = models.IntegerField("行数")
    total_fen = models.BigIntegerField("金额合计")
    duplicate_count = models.IntegerField("重复行", default=0)
    #: Of files before lines were kept in full (`ReceiptLine`), cut at 1,000.
    rejected = models.JSONField("退回的行", default=list)
    lines_in = models.IntegerField("来文行数", default=0, db_default=0)
    debit_count = models.IntegerField("支出行", default=0, db_default=0)
    known_count = models.IntegerField("已知行", default=0, db_default=0)
    rejected_count = models.IntegerField("退回行", default=0, db_default=0)
    waiting_count = models.IntegerField("待核行", default=0, db_default=0)
    imported_by_id = models.BigIntegerField("导入人", null=True)
    #: Heads of columns that nobody read: what stands under them is in the kept file.
    unread_heads = models.JSONField("未读取的列", default=list, db_default=[])
    received_on = models.DateField("接收日期")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "contributions"
        db_table = "contributions_receipt_file"
        verbose_name = "到账文件"
        constraints = (
            models.CheckConstraint(
                condition=Q(lines_in=0, debit_count=0, known_count=0, rejected_count=0, waiting_count=0)
                | Q(lines_in=F("row_count") + F("debit_count") + F("known_count") + F("rejected_count") + F("waiting_count")),
                name="receipt_file_adds_up",
            ),
        )
        triggers: ClassVar[list[Any]] = append_only("receipt_file")


class Receipt(models.Model):
    """Money that arrived (到账记录), as the partner reported it.

    A line is known again by its `content`: account, direction, day, amount, party and reference together; where the partner gives no
    reference of its own (`is_referenced`), several lines may be alike, and `nth` counts them.
    """

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
    account_no = models.CharField("收款账号", max_length=40, blank=True, default="", db_default="")
    is_referenced = models.BooleanField("有流水号", default=True, db_default=True)
    content = models.UUIDField("内容", null=True)
    nth = models.SmallIntegerField("同内容第几笔", default=1, db_default=1)
    seq = models.IntegerField("文件中第几行", default=0, db_default=0)
    doubt = models.CharField("疑点", max_length=200, blank=True, default="", db_default="")
    #: Of a line without a reference: what else the bank tells it apart by (`exchange.receipt_rows.mark_of`).
    mark = models.CharField("辨识", max_length=32, blank=True, default="", db_default="")

    class Meta:
        app_label = "contributions"
        db_table = "contributions_receipt"
        verbose_name = "到账记录"
        constraints = (
            models.UniqueConstraint("content", "nth", name="receipt_content_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="receipt_positive"),
        )
        indexes = (
            models.Index(fields=["partner", "reference"], name="receipt_by_reference"),
            models.Index(fields=["employer_id", "id"], name="receipt_by_employer"),
            # Few are in doubt, and the inbox asks for them among all.
            models.Index(fields=["area_code", "id"], name="receipt_in_doubt", condition=~Q(doubt="")),
        )
        triggers: ClassVar[list[Any]] = append_only("receipt")


class ReceiptLine(models.Model):
    """A line of a file that became neither a receipt nor a line of the bank account: known already, rejected, or waiting (未入账的行).

    Kept in full, as it was read; `raw` is what stood there when it could not be read. How one that waited or was rejected came to its end: `LineEnd`.
    """

    file = models.ForeignKey(ReceiptFile, models.PROTECT, related_name="lines", db_constraint=False)
    seq = models.IntegerField("文件中第几行")
    row_no = models.IntegerField("行号")
    fate = models.CharField("去向", max_length=10, choices=Fate.choices)
    cause = models.CharField("原因", max_length=20)
    sentence = models.CharField("说明", max_length=400)
    #: The receipt it is known as, or that it undoes.
    receipt_id = models.BigIntegerField("相关到账", null=True)
    reference = models.CharField("流水号", max_length=80, blank=True)
    is_referenced = models.BooleanField("有流水号", default=True)
    is_debit = models.BooleanField("支出", default=False)
    received_on = models.DateField("日期", null=True)
    amount_fen = models.BigIntegerField("金额", null=True)
    account_no = models.CharField("账号", max_length=40, blank=True)
    area_code = models.CharField("收款地区", max_length=6)
    bill_id = models.BigIntegerField("缴费单号", null=True)
    order_code = models.CharField("缴费码", max_length=40, blank=True)
    unit_no = models.CharField("单位编号", max_length=40, blank=True)
    credit_code = models.CharField("统一社会信用代码", max_length=40, blank=True)
    id_number = models.CharField("证件号码", max_length=40, blank=True)
    insurance = models.SmallIntegerField("险种", null=True)
    owed_period = models.IntegerField("所属期", null=True)
    payer_name = models.CharField("付款人", max_length=120, blank=True)
    payer_account = models.CharField("付款账号", max_length=40, blank=True)
    text = models.CharField("附言", max_length=300, blank=True)
    payment_no = models.CharField("支付编号", max_length=60, blank=True)
    content = models.UUIDField("内容", null=True)
    mark = models.CharField("辨识", max_length=32, blank=True, default="", db_default="")
    #: Of a rejected line: the day and the amount that could be read, by which it is known again when it comes put right.
    told_on = models.DateField("读出的日期", null=True)
    told_fen = models.BigIntegerField("读出的金额", null=True)
    raw = models.TextField("原文", blank=True)

    class Meta:
        app_label = "contributions"
        db_table = "contributions_receipt_line"
        verbose_name = "未入账的行"
        constraints = (models.UniqueConstraint("file", "seq", name="receipt_line_once"),)
        indexes = (
            models.Index(fields=["content"], name="receipt_line_by_content"),
            models.Index(fields=["file"], name="receipt_line_rejected", condition=Q(fate=Fate.REJECTED)),
        )
        triggers: ClassVar[list[Any]] = append_only("receipt_line")

    @property
    def signed_fen(self) -> int | None:
        """The amount with its direction: below zero is money out; None where it could not be read."""
        return -self.amount_fen if self.is_debit and self.amount_fen is not None else self.amount_fen


class LineEnd(models.Model):
    """How a line that waited or was rejected came to its end (未入账行的处理): booked after all, undone, handed over, left out, or come
    again put right, with the reason and by whom."""

    line = models.OneToOneField(ReceiptLine, models.PROTECT, related_name="end", db_constraint=False)
    outcome = models.CharField("结果", max_length=10, choices=Outcome.choices)
    #: The receipt file it was booked with, the batch or file of results it was handed to, or the receipt it is put right as.
    target_id = models.BigIntegerField("去向编号", null=True)
    reason = models.CharField("依据", max_length=200)
    decided_by_id = models.BigIntegerField("处理人", null=True)
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "contributions"
        db_table = "contributions_receipt_line_end"
        verbose_name = "未入账行的处理"
        triggers: ClassVar[list[Any]] = append_only("receipt_line_end")


class BankStatement(models.Model):
    """A statement of a bank account that came in (银行对账单): whose account, and the balances it opens and closes with. Fen.

    Each opens where the one before closed; where it does not, a statement is missing between them. `opened_on`: its first day, None where it does not say.
    """

    file = models.ForeignKey(ReceiptFile, models.PROTECT, related_name="statements", db_constraint=False)
    number = models.SmallIntegerField("文件中第几份")
    area_code = models.CharField("收款地区", max_length=6)
    account_no = models.CharField("账号", max_length=40)
    opened_on = models.DateField("起始日期", null=True)
    closed_on = models.DateField("对账单日期", null=True)
    opening_fen = models.BigIntegerField("期初余额", null=True)
    closing_fen = models.BigIntegerField("期末余额", null=True)
    moved_fen = models.BigIntegerField("发生额", null=True)

    class Meta:
        app_label = "contributions"
        db_table = "contributions_bank_statement"
        verbose_name = "银行对账单"
        indexes = (models.Index(fields=["account_no", "closed_on"], name="statement_by_account"),)
        triggers: ClassVar[list[Any]] = append_only("bank_statement")


class Claim(models.Model):
    """Whose money a receipt with an unknown payer is (认领): a finding with its reason, not yet a booking.

    Where what came with the money speaks for somebody else, the database keeps what it says (`against`) and asks for a ground. It holds until two
    people have undone it (`ClaimUndo`), for what is left of the money then; the next claim of the receipt is its `nth`.
    """

    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="claims", db_constraint=False)
    employer = models.ForeignKey(Employer, models.PROTECT, null=True, related_name="+", db_constraint=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_constraint=False)
    reason = models.CharField("依据", max_length=200)
    against = models.CharField("来款信息不一致之处", max_length=600, blank=True, default="", db_default="")
    ground = models.CharField("核实情况", max_length=200, blank=True, default="", db_default="")
    claimed_by_id = models.BigIntegerField("认领人")
    claimed_at = models.DateTimeField(auto_now_add=True)
    nth = models.SmallIntegerField("第几次认领", default=1, db_default=1)

    class Meta:
        app_label = "contributions"
        db_table = "contributions_claim"
        verbose_name = "到账认领"
        constraints = (
            models.UniqueConstraint("receipt", "nth", name="claim_of_receipt_once"),
            models.CheckConstraint(condition=Q(employer=None) ^ Q(person=None), name="claim_of_one"),
        )
        triggers: ClassVar[list[Any]] = append_only("claim")

    @property
    def payer_name(self) -> str:
        payer = self.employer or self.person
        return payer.name if payer else ""


class ClaimUndo(models.Model):
    """A claim that was wrong (撤销认领): asked for by one, confirmed by another; what is left of the receipt then is unknown again."""

    claim = models.OneToOneField(Claim, models.PROTECT, related_name="undo", db_constraint=False)
    reason = models.CharField("原因", max_length=200)
    asked_by_id = models.BigIntegerField("申请人")
    asked_at = models.DateTimeField(auto_now_add=True)
    confirmed_by_id = models.BigIntegerField("确认人", null=True)
    confirmed_at = models.DateTimeField("确认时间", null=True)

    class Meta:
        app_label = "contributions"
        db_table = "contributions_claim_undo"
        verbose_name = "撤销认领"
        constraints = (
            models.CheckConstraint(
                condition=Q(confirmed_by_id=None) | ~Q(confirmed_by_id=F("asked_by_id")), name="claim_undo_by_two"
            ),
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
    #: Whose account it is, by the number of their identity document; "" of an employer's, and of accounts from before it was asked.
    payee_number = models.CharField("收款人证件号码", max_length=18, blank=True, default="", db_default="")
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
