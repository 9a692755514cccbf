"""States and verbs of casework."""

from django.db import models


class CaseStatus(models.TextChoices):
    """Status of a case (办件状态)."""

    WAITING = "waiting", "待部门核验"
    OPEN = "open", "办理中"
    RETURNED = "returned", "退回补正"
    APPROVED = "approved", "待办结"
    FINISHED = "finished", "已办结"
    DECLINED = "declined", "不予办理"
    WITHDRAWN = "withdrawn", "已撤回"


#: Statuses after which nothing changes any more.
FINAL = (CaseStatus.FINISHED, CaseStatus.DECLINED, CaseStatus.WITHDRAWN)


class StepState(models.TextChoices):
    """State of a step (环节状态)."""

    WAITING = "waiting", "未到"
    READY = "ready", "待处理"
    PASSED = "passed", "通过"
    RETURNED = "returned", "退回"
    DECLINED = "declined", "不予办理"
    DROPPED = "dropped", "未进行"


class Verdict(models.TextChoices):
    """What a person decides at a step (处理意见)."""

    PASS = "passed", "通过"
    RETURN = "returned", "退回补正"
    DECLINE = "declined", "不予办理"


class Verb(models.TextChoices):
    """Verbs of the event chain (办件事件)."""

    ACCEPT = "accept", "受理"
    CLAIM = "claim", "领取"
    RELEASE = "release", "放回"
    PASS = "pass", "通过"
    RETURN = "return", "退回补正"
    DECLINE = "decline", "不予办理"
    TAKE_UP = "take_up", "接手补正"
    RESUBMIT = "resubmit", "补正后重新提交"
    WITHDRAW = "withdraw", "撤回"
    MEETING = "meeting", "集体研究"
    FINISH = "finish", "办结"
    EFFECT_FAILED = "effect_failed", "办结未成功"
    OVERDUE = "overdue", "超时提醒"
    VERIFY = "verify", "部门核验"


class MaterialSource(models.TextChoices):
    """Where a material came from (材料来源)."""

    SCANNED = "scanned", "扫描或拍照上传"
    ON_FILE = "on_file", "沿用在档材料"
    SHARED = "shared", "部门共享核验"
    SEEN = "seen", "核验原件"
    GENERATED = "generated", "系统生成签名确认"


class ReturnReason(models.TextChoices):
    """Why a paper or a field is returned (退回原因)."""

    MISSING = "missing", "缺少材料"
    UNCLEAR = "unclear", "材料不清晰或缺页"
    EXPIRED = "expired", "材料已过期"
    UNSIGNED = "unsigned", "未签字或未盖章"
    INCONSISTENT = "inconsistent", "材料与填报内容不一致"
    WRONG = "wrong", "填报有误"
    DIFFERS = "differs", "与登记信息或部门核验结果不一致"
    CONDITION = "condition", "不符合办理条件，须补充说明"
    OTHER = "other", "其他（见说明）"


class FeedbackResult(models.TextChoices):
    """What a result tells (反馈结果)."""

    FINISHED = "finished", "已办结"
    RETURNED = "returned", "需要补正"
    DECLINED = "declined", "不予办理"
    WITHDRAWN = "withdrawn", "已撤回"
