"""Kinds of warrants and risk classes (风险等级)."""

from django.db import models


class RiskClass(models.IntegerChoices):
    """Risk class of a case or run; 1 is the highest."""

    HIGH = 1, "一类（高风险）"
    LOW = 2, "二类（低风险）"
    NONE = 3, "三类（无风险）"


class WarrantKind(models.TextChoices):
    """What a warrant authorises."""

    CASE = "case", "办件"
    RUN = "run", "批处理"
    RIGHTS = "rights", "岗位授权"
    ACCOUNT = "account", "账号办理"
    MERGE = "merge", "机构合并"
    ITEM = "item", "事项变更"
    OPENING = "opening", "期初装载"
    RECEIPT = "receipt", "到账凭据"
    RESULT = "result", "发放结果"


class ChangeKind(models.TextChoices):
    """What was done to a protected row."""

    INSERT = "I", "新增"
    UPDATE = "U", "修改"
