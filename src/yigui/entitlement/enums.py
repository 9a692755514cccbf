"""Codes of entitlements. The numbers stand in the big tables, where a row counts every byte."""

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
    RAISE = "raise", "标准调整"
    OPENING = "opening", "期初"


class CertifyWay(models.TextChoices):
    """Way of a certification (认证方式); data match first."""

    DATA = "data", "数据比对"
    MOBILE = "mobile", "手机人脸"
    KIOSK = "kiosk", "自助机"
    OUTLET = "outlet", "银行网点"
    COUNTER = "counter", "窗口"
    ASSISTED = "assisted", "协助认证"
    AWARD = "award", "待遇核定时"


class NoticeWay(models.TextChoices):
    """How somebody was told that the benefit will be held for want of a certification (停发前告知)."""

    MESSAGE = "message", "短信"
    CALL = "call", "电话"
    LETTER = "letter", "书面"
    VISIT = "visit", "上门"
    FAMILY = "family", "亲属"
    VILLAGE = "village", "村（社区）"
