"""Business items register with casework; they have no tables."""

from yigui.common.rooms import Room

ROOM = Room("items", floor=8)
