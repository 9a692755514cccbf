"""The hall: ticket machine, guide desk, calling at desks, screens."""

from yigui.common.rooms import Entry, Mount, Room
from yigui.staff.enums import Role

ROOM = Room(
    "hall",
    floor=11,
    rights={
        "hall_desk": {Role.TELLER},
        "hall_guide": {Role.GUIDE, Role.SECTION_HEAD},
        "hall_day": {Role.GUIDE, Role.SECTION_HEAD, Role.DIRECTOR, Role.AUDITOR},
        "hall_settings": {Role.SECTION_HEAD, Role.SYSTEM_ADMIN},
    },
    menu=(
        Entry(12, "叫号", "hall:desk", "users", "hall_desk"),
        Entry(104, "导办台", "hall:guide", "users", "hall_guide", group="hall"),
        Entry(106, "大厅看板", "hall:day", "clock", "hall_day", group="hall"),
        Entry(122, "大厅设置", "hall:settings", "list", "hall_settings", group="hall"),
    ),
    strip=("hall:strip", "hall_desk"),
    mounts=(Mount("hall/", "yigui.hall.urls"),),
    public=tuple(
        f"hall:{page}" for page in ("activate", "seen", "machine", "ticket", "screen", "window", "rate", "rated", "not_now")
    ),
    deeds={
        "hall:act": "叫号",
        "hall:strip": "查看叫号条",
        "hall:activate": "激活大厅设备",
        "hall:seen": "设备联系",
        "hall:machine": "取号",
        "hall:ticket": "查看号票",
        "hall:screen": "查看大厅屏",
        "hall:window": "查看窗口屏",
        "hall:rate": "在窗口屏评价",
        "hall:rated": "查看评价结果",
        "hall:not_now": "暂不评价",
    },
)
