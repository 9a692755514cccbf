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


#: Those who carry a case from step to step.
BUSINESS = frozenset({Role.TELLER, Role.REVIEWER, Role.RECHECKER, Role.SECTION_HEAD, Role.DIRECTOR})
#: Who serves whoever comes to a counter of the city (全市通办): they accept, and examine what was accepted there.
SERVING = frozenset({Role.TELLER, Role.REVIEWER, Role.RECHECKER})
#: 三员: they look after the system and have no part in its business.
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})


class UserKind(models.TextChoices):
    """Who works with an account (账号类别): somebody, whoever stands at a door (网上、掌上、自助), or a partner's program."""

    PERSON = "person", "人员账号"
    DOOR = "door", "渠道账号"
    PROGRAM = "program", "接口账号"


class StepKind(models.TextChoices):
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
    Role.TELLER: (StepKind.ACCEPT, StepKind.RECHECK),
    Role.REVIEWER: (StepKind.REVIEW,),
    Role.RECHECKER: (StepKind.RECHECK,),
    Role.SECTION_HEAD: (StepKind.REQUEST,),
    Role.DIRECTOR: (StepKind.MEETING, StepKind.APPROVE),
}


class DeskKind(models.TextChoices):
    """Kind of a desk (柜台、窗口)."""

    GENERAL = "general", "综合业务窗口"
    SPECIAL = "special", "特殊业务窗口"


class Stage(models.TextChoices):
    """A stage of the work (业务流程分段); sections are made for stages, not for insurances (R038)."""

    ACCEPT = "accept", "受理"
    REVIEW = "review", "审核"
    RECHECK = "recheck", "复核"
    BENEFIT = "benefit", "待遇核发"
    LEVY = "levy", "征缴"
    FINANCE = "finance", "基金财务"
    AUDIT = "audit", "稽核内控"
    ARCHIVE = "archive", "档案"
    INFORMATION = "information", "信息"
    LEAD = "lead", "领导决策"


#: The stage a step of a case belongs to; the section of that stage has it in its inbox.
STAGE_OF_STEP: dict[str, Stage] = {
    StepKind.ACCEPT: Stage.ACCEPT,
    StepKind.REVIEW: Stage.REVIEW,
    StepKind.RECHECK: Stage.RECHECK,
    StepKind.REQUEST: Stage.REVIEW,
    StepKind.MEETING: Stage.LEAD,
    StepKind.APPROVE: Stage.LEAD,
    StepKind.FINISH: Stage.REVIEW,
}


class LocationKind(models.TextChoices):
    """Kind of a place where business is done (办事场所)."""

    HALL = "hall", "服务大厅"
    SELF_SERVICE = "self_service", "自助服务区"
    OUTLET = "outlet", "合作银行网点"
    TOWNSHIP = "township", "乡镇（街道）服务点"


class StaffVerb(models.TextChoices):
    """What was done to the organisation or to an account (机构人员变动)."""

    UNKNOWN = "unknown", "无经办记录的改动"
    BASELINE = "baseline", "启用留痕时的现状"
    SECTION_MADE = "section_made", "设立科室"
    SECTION_EDITED = "section_edited", "调整科室"
    SECTION_CLOSED = "section_closed", "撤销科室"
    HOST_SAVED = "host_saved", "登记进驻单位"
    LOCATION_MADE = "location_made", "设立办事场所"
    LOCATION_EDITED = "location_edited", "调整办事场所"
    LOCATION_CLOSED = "location_closed", "停用办事场所"
    OPENING_SAID = "opening_said", "公布开放例外"
    CALENDAR_SET = "calendar_set", "调整工作日历"
    DESK_MADE = "desk_made", "设立柜台"
    DESK_EDITED = "desk_edited", "调整柜台"
    DESK_CLOSED = "desk_closed", "撤销柜台"
    DESK_GIVEN = "desk_given", "分配柜台"
    KIOSK_EDITED = "kiosk_edited", "调整自助终端"
    ACCOUNT_MADE = "account_made", "建立账号"
    ACCOUNT_EDITED = "account_edited", "修改账号"
    SWITCHED = "switched", "启停账号"
    LEFT = "left", "离职离岗"
    CONFIRMED = "confirmed", "两人办理"
    PASSWORD_CHANGED = "password_changed", "本人修改密码"
    HASH_FORGOTTEN = "hash_forgotten", "移出旧版密码摘要"
    MERGED = "merged", "机构合并"
    RULE_MOVED = "rule_moved", "办理权限模板"


class ViewGround(models.TextChoices):
    """For what somebody looks at a record in full (查看事由). `WORK` is recorded by the work itself and cannot be chosen."""

    WORK = "work", "办理业务"
    IDENTITY = "identity", "核对证件"
    CALL = "call", "接听来电、接待来访"
    COMPLAINT = "complaint", "投诉、信访、复议"
    AUDIT = "audit", "稽核检查"
    DATA = "data", "数据核对整改"
    JUDICIAL = "judicial", "有权机关查询"
    OTHER = "other", "其他工作需要"


class RequestStatus(models.TextChoices):
    """Status of an application for rights (权限申请)."""

    APPLIED = "applied", "已申请"
    CHECKED = "checked", "内控已审核"
    APPROVED = "approved", "领导已批准"
    GRANTED = "granted", "已办理"
    REFUSED = "refused", "未批准"
    TAKEN_BACK = "taken_back", "已撤回"


class AccountKind(models.TextChoices):
    """What two people do to an account (账号办理事项)."""

    ROLE = "role", "调整岗位"
    TRANSFER = "transfer", "调往其他机构"
    LEAVE = "leave", "离职离岗"
    UNLOCK = "unlock", "解除锁定"
    PASSWORD = "password", "重置密码"
    DEVICE = "device", "启用或更换动态口令"


class AccountStatus(models.TextChoices):
    """Status of a request about an account."""

    ASKED = "asked", "待安全保密管理员确认"
    DONE = "done", "已办理"
    REFUSED = "refused", "未同意"
    TAKEN_BACK = "taken_back", "已撤回"


class AreaScope(models.TextChoices):
    """For which area a template of authority gives its rights."""

    OWN = "own", "本机构地区"
    ALL = "all", "全市"


class DifferenceKind(models.TextChoices):
    """How somebody's rights differ from the rule of the post (权限差异)."""

    BEYOND = "beyond", "超出岗位规则"
    LACKING = "lacking", "少于岗位规则"
    NO_RULE = "no_rule", "岗位没有规则"
    EXCLUSIVE = "exclusive", "互斥岗位"
    GONE = "gone", "离岗停用未收回"
    TEMPORARY = "temporary", "临时授权"
    UNUSED = "unused", "长期未使用"
    ENDING = "ending", "即将到期"


class RequestKind(models.TextChoices):
    """What an application asks for (申请类别)."""

    GRANT = "grant", "授予权限"
    WITHDRAW = "withdraw", "收回权限"
