"""What Django keeps for itself."""

from yigui.common.rooms import READ, Kind, Room, Table

#: Written by migrations, as the owner. Groups and permissions of Django are not used: rights are functions of user and object.
_DJANGO = ("django_migrations", "django_content_type", "auth_group", "auth_group_permissions", "auth_permission")

ROOM = Room("db", floor=0, tables={name: Table(Kind.DERIVED, READ) for name in _DJANGO})
