"""The counter of tellers, and the pages of persons, employers and items that other officers read too."""

from yigui.common.rooms import Entry, Home, Mount, Room
from yigui.staff.enums import ADMINISTRATORS, BUSINESS, Role

ROOM = Room(
    "counter",
    floor=11,
    rights={
        "counter": {Role.TELLER},
        "day_sheets": {Role.TELLER, Role.RECHECKER, Role.SECTION_HEAD, Role.DIRECTOR, Role.AUDITOR},
        "day_sheets_of_others": {Role.RECHECKER, Role.SECTION_HEAD, Role.DIRECTOR, Role.AUDITOR},
        "persons": BUSINESS | {Role.AUDITOR, Role.CASHIER, Role.ACCOUNTANT},
        "suspension_notices": {Role.TELLER, Role.REVIEWER},
        "catalogue": frozenset(Role) - ADMINISTRATORS,
    },
    menu=(
        Entry(10, "柜员工作台", "counter:workbench", "home", "counter", "1"),
        Entry(20, "我的办件", "counter:my_cases", "list", "counter", "2"),
        Entry(22, "日终轧账", "counter:day_end", "check", "counter", group="cases"),
        Entry(83, "轧账复核", "counter:day_sheets", "check", "day_sheets_of_others", group="cases"),
        Entry(70, "参保查询", "counter:search", "users", "persons", "5"),
        Entry(90, "事项目录", "counter:catalogue", "file", "catalogue", "7"),
    ),
    homes=(Home(10, "counter", "counter:workbench"), Home(80, "catalogue", "counter:catalogue")),
    mounts=(Mount("", "yigui.counter.urls"),),
    opens={
        "workbench": ("counter:workbench", ""),
        "person": ("counter:person", "person_no"),
        "employer": ("counter:employer", "unit_no"),
        "day_sheet": ("counter:day_sheet", "sheet_id"),
    },
    deeds={
        "counter:home": "打开首页",
        "counter:person": "查看人员",
        "counter:person_in_full": "查看人员完整信息",
        "counter:employer": "查看单位",
        "counter:employer_in_full": "查看单位完整信息",
        "counter:person_dues": "查看人员缴费",
        "counter:account": "查看个人账户",
        "counter:person_record": "查看逐月缴费记录",
        "counter:person_record_export": "申请导出逐月缴费记录",
        "counter:person_benefits": "查看人员待遇",
        "counter:tell": "登记停发前告知",
        "counter:retirement": "查看退休测算",
        "counter:employer_dues": "查看单位缴费",
        "counter:task_case": "由任务发起办件",
        "counter:start_draft": "开始受理",
        "counter:day_end": "日终轧账",
        "counter:day_sheets": "查看轧账单",
        "counter:day_sheet": "复核轧账单",
        "counter:draft_hand_over": "移交受理草稿",
        "counter:draft_take": "接收受理草稿",
    },
)
