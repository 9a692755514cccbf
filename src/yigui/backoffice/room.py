"""Queues and cases of the back office, and the pages of those who look after the house."""

from yigui.common.rooms import Entry, Home, Mount, Room
from yigui.staff.enums import ADMINISTRATORS, BUSINESS, Role

ROOM = Room(
    "backoffice",
    floor=11,
    rights={
        "queue": BUSINESS - {Role.TELLER},
        "cross_check": BUSINESS,
        "cases": BUSINESS | {Role.AUDITOR, Role.CASHIER, Role.ACCOUNTANT},
        "meeting": {Role.DIRECTOR},
        "overdue": {Role.SECTION_HEAD, Role.DIRECTOR, Role.AUDITOR},
        "imports": {Role.SECTION_HEAD},
        "integrity": {Role.AUDITOR, Role.AUDIT_ADMIN},
        "calendar": {Role.SECTION_HEAD},
        "sampling": {Role.AUDITOR},
        "view_log": {Role.AUDITOR, Role.AUDIT_ADMIN},
        "accounts": {Role.SYSTEM_ADMIN},
        "organisation": ADMINISTRATORS | {Role.SECTION_HEAD, Role.DIRECTOR, Role.AUDITOR},
        "organisation_edit": {Role.SYSTEM_ADMIN},
        "section": BUSINESS | {Role.AUDITOR},
        "item_changes": {Role.SECTION_HEAD, Role.DIRECTOR, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.AUDITOR},
        "rights_apply": {Role.SECTION_HEAD, Role.DIRECTOR},
        "rights": {Role.SECTION_HEAD, Role.DIRECTOR, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN},
        "unit_requests": {Role.SECTION_HEAD},
        "partners": {Role.SECTION_HEAD, Role.DIRECTOR, Role.AUDITOR, Role.SYSTEM_ADMIN},
    },
    menu=(
        Entry(30, "待办", "backoffice:queue", "inbox", "queue", "1"),
        Entry(35, "科室待办", "backoffice:own_section", "inbox", "section"),
        # A teller alone needs the entry; the others find cross-checks among their own.
        Entry(40, "交叉复核", "backoffice:cross_check", "check", "counter", "3"),
        Entry(50, "集体研究", "backoffice:meetings", "meeting", "meeting", "3"),
        Entry(60, "办件查询", "backoffice:cases", "search", "cases", "4"),
        Entry(80, "超时办件", "backoffice:overdue", "clock", "overdue", "6"),
        Entry(240, "数据接收", "backoffice:imports", "upload", "imports"),
        Entry(250, "网上开通", "backoffice:unit_requests", "users", "unit_requests"),
        Entry(260, "部门共享", "backoffice:partners", "list", "partners"),
        Entry(270, "工作日历", "backoffice:calendar", "clock", "calendar"),
        Entry(280, "抽查规则", "backoffice:sampling", "check", "sampling"),
        Entry(290, "岗位授权", "backoffice:rights", "key", "rights"),
        Entry(292, "组织机构", "backoffice:organisation", "users", "organisation"),
        Entry(294, "事项变更", "backoffice:item_changes", "file", "item_changes"),
        Entry(300, "账号管理", "backoffice:accounts", "users", "accounts"),
        Entry(310, "数据核验", "backoffice:integrity", "shield", "integrity"),
        Entry(320, "查看记录", "backoffice:view_log", "eye", "view_log"),
    ),
    homes=(
        Home(20, "queue", "backoffice:queue"),
        Home(40, "cases", "backoffice:cases"),
        Home(50, "integrity", "backoffice:integrity"),
        Home(60, "accounts", "backoffice:accounts"),
        Home(70, "rights", "backoffice:rights"),
    ),
    mounts=(Mount("", "yigui.backoffice.urls"),),
)
