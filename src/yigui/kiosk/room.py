"""The self-service area: the pages of employers and persons a second time, and calls for help."""

from yigui.common.rooms import Door, Entry, Kind, MenuGroup, Mount, Room, Table, stays
from yigui.kiosk.inbox_sources import HELP_CALLS
from yigui.staff.enums import Role

_START = "kiosk:start"
#: At a machine others use after you, the session ends after so many idle seconds.
_IDLE = 120
_NAME = "自助服务区"

ROOM = Room(
    "kiosk",
    floor=11,
    tables={"kiosk_help_call": Table(Kind.EVIDENCE, signed=("helper_id",), merged=stays("当时的求助"))},
    rights={"help": {Role.TELLER, Role.GUIDE}, "devices": {Role.SECTION_HEAD}},
    menu_groups=(MenuGroup(95, "hall", "大厅", "users"),),
    menu=(
        Entry(110, "自助区求助", "kiosk:calls", "users", "help", group="hall"),
        Entry(120, "自助终端", "kiosk:devices", "list", "devices", group="hall"),
    ),
    mounts=(
        Mount("kiosk/unit/", "yigui.portal.urls", namespace="kiosk_unit"),
        Mount("kiosk/me/", "yigui.mobile.urls", namespace="kiosk_me"),
        Mount("kiosk/", "yigui.kiosk.urls"),
    ),
    doors=(
        Door("kiosk_unit", "kiosk", _NAME, begins={("employer", "kiosk"): _START}, first_page=_START, idle_seconds=_IDLE),
        Door("kiosk_me", "kiosk", _NAME, begins={("person", "kiosk"): _START}, first_page=_START, idle_seconds=_IDLE),
    ),
    public=(
        *(f"kiosk:{page}" for page in ("start", "activate", "leave", "ask", "help_state")),
        *(f"kiosk_unit:{page}" for page in ("sign_in", "second", "ask_to_open", "forgotten", "by_code", "sign_out")),
        *(f"kiosk_me:{page}" for page in ("sign_in", "by_code", "sign_out", "elder", "manifest", "service_worker")),
    ),
    inbox=(HELP_CALLS,),
    opens={"help_calls": ("kiosk:calls", "")},
    deeds={
        "kiosk:draft": "帮助填写申请",
        "kiosk:join": "协助求助",
        "kiosk:note": "登记求助结果",
        "kiosk:base_list_template": "下载名单模板",
        "kiosk:draft_list_returned": "下载退回的名册行",
    },
)
