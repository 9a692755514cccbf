"""The frame of a page has nothing to declare."""

from yigui.common.rooms import Room

ROOM = Room("shell", floor=2)
