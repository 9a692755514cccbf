"""The online platform of employers (网上服务平台)."""

from yigui.common.rooms import Door, Mount, Room

#: Pages of those who are not signed in yet.
_OPEN = ("sign_in", "second", "ask_to_open", "forgotten", "by_code", "sign_out")

ROOM = Room(
    "portal",
    floor=11,
    mounts=(Mount("unit/", "yigui.portal.urls"),),
    public=tuple(f"portal:{page}" for page in _OPEN),
    doors=(Door("portal", "online", "网上服务平台", begins={("employer", "online"): "portal:apply"}),),
    deeds={
        ":dues": "查看缴费",
        ":unit_bill": "查看缴费单",
        ":unit_bill_pdf": "打印缴费单",
        ":staff": "查看参保人员",
        ":operators": "管理经办人",
        ":operator": "管理经办人",
        ":account": "查看账号",
        ":device": "管理动态口令",
    },
)
