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
