"""The online platform of employers (网上服务平台)."""

from yigui.common.rooms import Door, Mount, Room

ROOM = Room(
    "portal",
    floor=11,
    mounts=(Mount("unit/", "yigui.portal.urls"),),
    doors=(Door("portal", "online", begins={("employer", "online"): "portal:apply"}),),
)
