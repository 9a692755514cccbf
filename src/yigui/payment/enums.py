"""Codes of payment. The numbers stand in the big tables, where a row counts every byte."""

from django.db import models

#: Kinds of batches that pay benefits: the month's, and what is paid between two of them.
PAY_KINDS = ("pay", "pay-supplement")


class LineReason(models.IntegerChoices):
    """Why a line is in a pay run (发放类别)."""

    MONTH = 1, "当月待遇"
    UNPAID = 2, "补发未发月份"
    DIFFERENCE = 3, "补发差额"
    DEDUCTION = 9, "抵扣多领"


class Hold(models.IntegerChoices):
    """Why a line of a run is held back (拦截原因)."""

    NONE = 0, "发放"
    DEAD = 1, "有死亡信息"
    UNCERTIFIED = 2, "资格认证逾期"
    DOUBLED = 3, "重复领取"
    NOT_IN_PAYMENT = 4, "已暂停、终止或改期"
    ACCOUNT_CHANGED = 5, "领取账户已变更"
    REEMPLOYED = 6, "已重新就业"
    PAID_MEANWHILE = 7, "已由其他批次发放"
    SENTENCED = 8, "服刑信息待核实"
    OVERPAID = 9, "应发小于已发"
    IN_DOUBT = 10, "银行结果矛盾、待核实"
    ARRIVED = 11, "已核实到账，不再重发"
    DEAD_ACCOUNT = 12, "收款账户是死亡人员本人的"
    WITHDRAWN = 13, "重发已撤回"


class PaymentStatus(models.TextChoices):
    """What the bank said about a payment (到账结果)."""

    PAID = "paid", "已到账"
    RETURNED = "returned", "退票"


class ResultFinding(models.TextChoices):
    """What a person found out about a result that contradicts another (核实结论)."""

    KEPT = "kept", "以先前结果为准"
    ADOPTED = "adopted", "以本行为准"


class RefundHold(models.IntegerChoices):
    """What became of a refund that a batch was approved for (退费处理)."""

    PAID = 0, "支付"
    DEAD = 1, "收款人已登记死亡"
    NOT_DUE = 4, "已由其他批次支付或不再应付"
    ACCOUNT_CHANGED = 5, "收款账户已变更"
