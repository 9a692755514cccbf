"""Volumes of finished cases, and what waits to be filed."""

from pathlib import Path

from yigui.archive.check_volumes import check_yearly
from yigui.archive.file_cases import adopt_earlier, file_due
from yigui.archive.verify import volumes
from yigui.common.rooms import READ, Functions, Job, Kind, Room, Table, Verification, stays

_TOGETHER = stays("原档案的案卷，与保留的档案一并查找")

ROOM = Room(
    "archive",
    floor=9,
    tables={
        # As declared.
        "archive_rule": Table(Kind.DERIVED),
        # Everything else is written by the owner's functions alone.
        "archive_due": Table(Kind.WORKING, READ),
        "archive_counter": Table(Kind.EVIDENCE, READ),
        "archive_scan": Table(Kind.WORKING, READ),
        "archive_volume": Table(Kind.APPEND_ONLY, READ, merged=_TOGETHER),
        "archive_piece": Table(Kind.APPEND_ONLY, READ),
        "archive_check": Table(Kind.APPEND_ONLY, READ),
    },
    functions=Functions(
        after=("identity", "documents", "casework"),
        callable=(
            "archive_adopt_v1", "archive_gaps_v1", "archive_list_v1", "archive_volume_digest_v1", "archive_file_v1", "archive_file_noted_v1",
            "archive_hold_v1", "archive_keep_check_v1", "archive_check_from_v1", "archive_changed_v1",
        ),
        definers=(
            "archive_due_v1", "archive_rule_v1", "archive_check_row_v1", "archive_make_v1", "archive_waiting_v1", "archive_keeper_v1", "archive_kept_v1",
        ),
    ),
    jobs=(
        Job("archive.file_due", file_due, cron="* * * * *", label="归档已办结的办件"),
        Job("archive.check_yearly", check_yearly, cron="*/5 20-23 * * *", label="案卷年度检测"),
        Job("archive.adopt_earlier", adopt_earlier, cron="* * * * *", label="既往办件归档"),
    ),
    verifications=(Verification(125, "案卷", volumes),),
    task_kinds=Path(__file__).parent / "declarations" / "tasks",
)  # fmt: skip
