"""Words of audit."""

from django.db import models


class Stratum(models.TextChoices):
    """The part of a month's cases one is drawn from (分层), the strictest that fits."""

    CLASS_1 = "class_1", "一类办件"
    RAISED = "raised", "升级办件"
    CLASS_2 = "class_2", "二类办件"
    CLASS_3 = "class_3", "三类办件"


class State(models.TextChoices):
    """How a sampled case stands (检查状态)."""

    WAITING = "waiting", "待检查"
    SOUND = "sound", "未发现差错"
    WRONG = "wrong", "有差错"


class Progress(models.TextChoices):
    """How far a sample is (样本进度)."""

    OPEN = "open", "检查中"
    CLOSED = "closed", "已出结果"


class Severity(models.TextChoices):
    """How grave what a rule finds is (疑点等次)."""

    S1 = "S1", "严重"
    S2 = "S2", "一般"
    S3 = "S3", "关注"


class Frequency(models.TextChoices):
    """How often a rule runs (频次)."""

    DAILY = "daily", "每日"
    WEEKLY = "weekly", "每周"
    MONTHLY = "monthly", "每月"


class Way(models.TextChoices):
    """How a rule is looked for (做法)."""

    STATEMENT = "statement", "定期筛查"
    TASK = "task", "由其他任务核查"
    LACKS = "lacks", "尚未筛查"
