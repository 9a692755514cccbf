"""The flow of a form: its drafts and lists are casework's."""

from yigui.common.rooms import Room

ROOM = Room("applying", floor=10)
