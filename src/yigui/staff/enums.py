"""Roles, steps and windows."""

from django.db import models


class Role(models.TextChoices):
    """The post of a person (岗位)."""

    TELLER = "teller", "综合柜员"
    REVIEWER = "reviewer", "审核人员"
    RECHECKER = "rechecker", "专职复核员"
    SECTION_HEAD = "section_head", "科室负责人"
    DIRECTOR = "director", "分管领导"
    AUDITOR = "auditor", "稽核人员"
    CASHIER = "cashier", "出纳"
    ACCOUNTANT = "accountant", "会计"
    GUIDE = "guide", "导办人员"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全保密管理员"
    AUDIT_ADMIN = "audit_admin", "安全审计员"


class Step(models.TextChoices):
    """A step of a route (环节)."""

    ACCEPT = "accept", "受理"
    REVIEW = "review", "审核"
    RECHECK = "recheck", "复核"
    REQUEST = "request", "请示"
    MEETING = "meeting", "上会"
    APPROVE = "approve", "审批"
    FINISH = "finish", "办结"


#: The steps each role may be given. A role not named holds no step of a case.
STEPS_OF_ROLE: dict[str, tuple[str, ...]] = {
    Role.TELLER: (Step.ACCEPT, Step.RECHECK),
    Role.REVIEWER: (Step.REVIEW,),
    Role.RECHECKER: (Step.RECHECK,),
    Role.SECTION_HEAD: (Step.REQUEST,),
    Role.DIRECTOR: (Step.MEETING, Step.APPROVE),
}


class WindowKind(models.TextChoices):
    """Kind of a counter window (窗口)."""

    GENERAL = "general", "综合业务窗口"
    SPECIAL = "special", "特殊业务窗口"


class RequestStatus(models.TextChoices):
    """Status of an application for rights (权限申请)."""

    APPLIED = "applied", "待领导批准"
    APPROVED = "approved", "待授权"
    GRANTED = "granted", "已授权"
    REFUSED = "refused", "未批准"
