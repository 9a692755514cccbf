"""Codes of benefits. The numbers stand in the big tables, where a row counts every byte."""

from django.db import models


class BenefitKind(models.IntegerChoices):
    """Kind of a benefit (待遇种类). Those from `FUNERAL` are paid once."""

    PENSION = 1, "职工基本养老金"
    DISABILITY = 2, "病残津贴"
    RESIDENT = 3, "城乡居民养老金"
    UNEMPLOYMENT = 4, "失业保险金"
    FUNERAL = 11, "丧葬补助金"
    SURVIVOR = 12, "抚恤金"
    ACCOUNT = 13, "个人账户一次性待遇"
    RURAL_GRANT = 14, "一次性生活补助"


#: Paid month by month; a person has one of them at a time.
MONTHLY_KINDS = (BenefitKind.PENSION, BenefitKind.DISABILITY, BenefitKind.RESIDENT, BenefitKind.UNEMPLOYMENT)
#: Whoever draws them has to be certified every year (领取资格认证).
CERTIFIED_KINDS = (BenefitKind.PENSION, BenefitKind.DISABILITY, BenefitKind.RESIDENT)


class BenefitStatus(models.TextChoices):
    """Status of a benefit (待遇状态)."""

    PENDING = "pending", "待首次拨付"
    ACTIVE = "active", "正常发放"
    SUSPENDED = "suspended", "暂停"
    ENDED = "ended", "终止"


class AmountSource(models.TextChoices):
    """What an amount came from."""

    AWARD = "award", "核定"
    RECALCULATION = "recalculation", "重核"
    ADJUSTMENT = "adjustment", "调待"
    OPENING = "opening", "期初"


class LineReason(models.IntegerChoices):
    """Why a line is in a pay run (发放类别)."""

    MONTH = 1, "当月待遇"
    UNPAID = 2, "补发未发月份"
    DIFFERENCE = 3, "补发差额"
    DEDUCTION = 9, "抵扣多领"


class Hold(models.IntegerChoices):
    """Why a line of a run is held back (拦截原因)."""

    NONE = 0, "发放"
    DEAD = 1, "已登记死亡"
    UNCERTIFIED = 2, "资格认证逾期"
    DOUBLED = 3, "重复领取"
    OVERPAID = 9, "应发小于已发"


class PaymentStatus(models.TextChoices):
    """What the bank said about a payment (到账结果)."""

    PAID = "paid", "已到账"
    RETURNED = "returned", "退票"


class CertifyWay(models.TextChoices):
    """Way of a certification (认证方式); data match first."""

    DATA = "data", "数据比对"
    MOBILE = "mobile", "手机人脸"
    KIOSK = "kiosk", "自助机"
    OUTLET = "outlet", "银行网点"
    COUNTER = "counter", "窗口"
    ASSISTED = "assisted", "协助认证"
    AWARD = "award", "待遇核定时"
