"""The nightly seal."""

from yigui.common.rooms import Job, Kind, Room, Table, Verification
from yigui.integrity.jobs import seal_today
from yigui.integrity.verify import seals

ROOM = Room(
    "integrity",
    floor=9,
    tables={"casework_seal": Table(Kind.APPEND_ONLY)},
    jobs=(Job("casework.seal_day", seal_today, cron="30 0 * * *"),),
    verifications=(Verification(110, "每日封存", seals),),
)
