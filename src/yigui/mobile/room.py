"""The phone pages of persons; online, persons apply here too."""

from yigui.common.rooms import Door, Mount, Room

ROOM = Room(
    "mobile",
    floor=11,
    mounts=(Mount("m/", "yigui.mobile.urls"),),
    doors=(Door("mobile", "mobile", begins={("person", "mobile"): "mobile:apply", ("person", "online"): "mobile:apply"}),),
)
