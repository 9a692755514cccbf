"""The menu: entries by page right."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from yigui.staff.models import User
from yigui.staff.rights import has_page_right


@dataclass(frozen=True)
class Entry:
    """One entry of the menu; `key` is its access key with Alt."""

    label: str
    url: str
    icon: str
    is_here: bool
    key: str


#: (label, url name, icon, page right, access key)
_ENTRIES = (
    ("柜员工作台", "counter:workbench", "home", "counter", "1"),
    ("我的办件", "counter:my_cases", "list", "counter", "2"),
    ("待办", "backoffice:queue", "inbox", "queue", "1"),
    ("科室待办", "backoffice:own_section", "inbox", "section", ""),
    ("交叉复核", "backoffice:cross_check", "check", "counter", "3"),
    ("集体研究", "backoffice:meetings", "meeting", "meeting", "3"),
    ("办件查询", "backoffice:cases", "search", "cases", "4"),
    ("参保查询", "counter:search", "users", "persons", "5"),
    ("超时办件", "backoffice:overdue", "clock", "overdue", "6"),
    ("事项目录", "counter:catalogue", "file", "catalogue", "7"),
    ("办事引导", "enquiry:guide", "search", "help", ""),
    ("自助区求助", "kiosk:calls", "users", "help", ""),
    ("自助终端", "kiosk:devices", "list", "devices", ""),
    ("财务工作台", "finance:home", "home", "finance", ""),
    ("批次", "finance:batches", "list", "finance", ""),
    ("到账导入", "finance:receipts", "upload", "finance", ""),
    ("发放结果", "finance:results", "upload", "money_in", ""),
    ("资格认证", "finance:certification", "check", "finance", ""),
    ("暂收款", "finance:suspense", "inbox", "finance", ""),
    ("退费支付", "finance:refunds", "file", "finance", ""),
    ("记账凭证", "finance:vouchers", "file", "books", ""),
    ("科目余额", "finance:balances", "list", "books", ""),
    ("三方对账", "finance:reconciliation", "check", "books", ""),
    ("地区间结算", "finance:settlement", "users", "books", ""),
    ("数据接收", "backoffice:imports", "upload", "imports", ""),
    ("网上开通", "backoffice:unit_requests", "users", "unit_requests", ""),
    ("部门共享", "backoffice:partners", "list", "partners", ""),
    ("工作日历", "backoffice:calendar", "clock", "calendar", ""),
    ("抽查规则", "backoffice:sampling", "check", "sampling", ""),
    ("岗位授权", "backoffice:rights", "key", "rights", ""),
    ("组织机构", "backoffice:organisation", "users", "organisation", ""),
    ("事项变更", "backoffice:item_changes", "file", "item_changes", ""),
    ("账号管理", "backoffice:accounts", "users", "accounts", ""),
    ("数据核验", "backoffice:integrity", "shield", "integrity", ""),
    ("查看记录", "backoffice:view_log", "eye", "view_log", ""),
)


def menu_of(user: Any, path: str) -> list[Entry]:
    """The entries a person of the staff may open; nobody else has a menu."""
    if not isinstance(user, User):
        return []
    allowed = [(label, reverse(name), icon, key) for label, name, icon, right, key in _ENTRIES if has_page_right(user, right)]
    # A page inside a room marks the room's own entry, not that of the building around it: the longest address wins.
    here = max((url for _, url, _, _ in allowed if path == url or (url != "/" and path.startswith(url))), key=len, default="")
    return [Entry(label, url, icon, url == here, key) for label, url, icon, key in allowed]
