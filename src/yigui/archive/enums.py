"""Words of the archive."""

from django.db import models


class Period(models.TextChoices):
    """How long a volume is kept (保管期限)."""

    PERMANENT = "permanent", "永久"
    YEARS = "years", "定期"
    UNDECIDED = "undecided", "期限待定"


class PieceKind(models.TextChoices):
    """What a piece of a volume is (卷内文件类别)."""

    RESULT = "result", "结果文书"
    LETTER = "letter", "告知文书"
    MINUTES = "minutes", "会议纪要"
    FORM = "form", "业务申请表"
    PROOF = "proof", "部门核验凭据"
    MATERIAL = "material", "申请材料"
    CHAIN = "chain", "办理过程"


class Stage(models.TextChoices):
    """When a volume is checked (检测环节)."""

    FILING = "filing", "归档"
    YEARLY = "yearly", "年度"
    DEMAND = "demand", "临时"


class Property(models.TextChoices):
    """The four properties (四性)."""

    AUTHENTIC = "authentic", "真实性"
    WHOLE = "whole", "完整性"
    USABLE = "usable", "可用性"
    SAFE = "safe", "安全性"


class Result(models.TextChoices):
    """What a check found (检测结果)."""

    PASS = "pass", "合格"
    FAIL = "fail", "不合格"
    NOTED = "noted", "已登记"
    NOT_MADE = "not_made", "未检"
