"""The phone pages of persons; online, persons apply here too."""

from yigui.common.rooms import Door, Mount, Room

#: Pages of those who are not signed in yet.
_OPEN = ("sign_in", "by_code", "sign_out", "elder", "manifest", "service_worker")

ROOM = Room(
    "mobile",
    floor=11,
    mounts=(Mount("m/", "yigui.mobile.urls"),),
    public=tuple(f"mobile:{page}" for page in _OPEN),
    doors=(
        Door("mobile", "mobile", "掌上社保", begins={("person", "mobile"): "mobile:apply", ("person", "online"): "mobile:apply"}),
    ),
    deeds={
        ":months": "查看缴费月份",
        ":record": "查看逐月缴费记录",
        ":record_file": "下载逐月缴费记录",
        ":benefits": "查看待遇",
        ":retirement": "查看退休测算",
        ":views": "查看谁看过我的信息",
        ":sessions": "管理登录设备",
    },
)
