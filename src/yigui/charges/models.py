"""Deferrals, payment orders, and what of which receipt pays what of a bill."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from yigui.charges.enums import OrderStatus
from yigui.registry.models import Employer, Person
from yigui.warrants.guards import guarded
from yigui.warrants.models import Protected, SetGuarded


class Deferral(Protected):
    """An approved deferral (延缴): the months owed need not be paid before `due_on`, and bear no surcharge until then."""

    employer = models.ForeignKey(Employer, models.PROTECT, verbose_name="单位", related_name="+", db_constraint=False)
    insurance = models.SmallIntegerField("险种")
    start_period = models.IntegerField("起始年月")
    end_period = models.IntegerField("终止年月")
    due_on = models.DateField("缓缴到期日")
    guarantee_kind = models.CharField("担保方式", max_length=20)

    class Meta:
        app_label = "contributions"
        db_table = "contributions_deferral"
        verbose_name = "缓缴"
        triggers: ClassVar[list[Any]] = guarded("deferral", protection_class=1)


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
        app_label = "contributions"
        db_table = "contributions_allocation"
        verbose_name = "缴费分配"
        indexes = (
            models.Index(fields=["bill_id"], name="allocation_by_bill"),
            models.Index(fields=["receipt_id"], name="allocation_by_receipt"),
            models.Index(fields=["warrant_id"], name="allocation_by_warrant"),
            # Receipts the bank took back are few, and looked for among the bills of a whole month.
            models.Index(fields=["bill_id"], name="allocation_reversed", condition=Q(step="reversal")),
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
    paid_receipt = models.ForeignKey("contributions.Receipt", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "contributions"
        db_table = "contributions_order"
        verbose_name = "缴费通知"
        constraints = (models.CheckConstraint(condition=Q(amount_fen__gt=0), name="order_positive"),)
        indexes = (
            models.Index(fields=["employer", "-id"], name="order_by_employer"),
            models.Index(fields=["person", "-id"], name="order_by_person"),
        )
