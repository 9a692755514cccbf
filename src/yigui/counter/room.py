"""The counter of tellers, and the pages of persons, employers and items that other officers read too."""

from yigui.common.rooms import Entry, Home, Mount, Room
from yigui.staff.enums import ADMINISTRATORS, BUSINESS, Role

ROOM = Room(
    "counter",
    floor=11,
    rights={
        "counter": {Role.TELLER},
        "persons": BUSINESS | {Role.AUDITOR, Role.CASHIER, Role.ACCOUNTANT},
        "catalogue": frozenset(Role) - ADMINISTRATORS,
    },
    menu=(
        Entry(10, "柜员工作台", "counter:workbench", "home", "counter", "1"),
        Entry(20, "我的办件", "counter:my_cases", "list", "counter", "2"),
        Entry(70, "参保查询", "counter:search", "users", "persons", "5"),
        Entry(90, "事项目录", "counter:catalogue", "file", "catalogue", "7"),
    ),
    homes=(Home(10, "counter", "counter:workbench"), Home(80, "catalogue", "counter:catalogue")),
    mounts=(Mount("", "yigui.counter.urls"),),
    opens={"person": ("counter:person", "person_no"), "employer": ("counter:employer", "unit_no")},
)
