"""The phone pages of persons; online, persons apply here too."""

from yigui.common.rooms import Door, Mount, Room

ROOM = Room(
    "mobile",
    floor=11,
    mounts=(Mount("m/", "yigui.mobile.urls"),),
    doors=(Door("mobile", "mobile", begins={("person", "mobile"): "mobile:apply", ("person", "online"): "mobile:apply"}),),
    deeds={
        ":months": "查看缴费月份",
        ":benefits": "查看待遇",
        ":retirement": "查看退休测算",
        ":views": "查看谁看过我的信息",
        ":sessions": "管理登录设备",
    },
)
