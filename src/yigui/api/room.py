"""The interface for partners."""

from yigui.common.rooms import Mount, Room

ROOM = Room("api", floor=11, mounts=(Mount("api/", "yigui.api.urls:api", asks_itself=True),))
