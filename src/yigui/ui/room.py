"""Components have nothing to declare."""

from yigui.common.rooms import Room

ROOM = Room("ui", floor=0)
