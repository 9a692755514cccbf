"""The record of rows, the nightly seals, verification."""

from yigui.common.rooms import READ, Functions, Job, Kind, Room, Table, Verification
from yigui.integrity.catalogue import catalogue_faults
from yigui.integrity.jobs import seal_today, take_parts
from yigui.integrity.manifest import manifest_faults
from yigui.integrity.privileges import privilege_faults
from yigui.integrity.verify import records, seals

ROOM = Room(
    "integrity",
    floor=9,
    tables={
        # Written by the triggers of recorded tables and by the seal alone.
        "casework_seal": Table(Kind.APPEND_ONLY, READ),
        "integrity_shape": Table(Kind.APPEND_ONLY, READ),
        "integrity_entry": Table(Kind.APPEND_ONLY, READ),
        "integrity_root": Table(Kind.APPEND_ONLY, READ),
        "integrity_counter": Table(Kind.EVIDENCE, READ),
        # By the owner, at a preparation.
        "integrity_policy": Table(Kind.APPEND_ONLY, READ),
        "integrity_catalogue": Table(Kind.APPEND_ONLY, READ),
    },
    functions=Functions(
        after=("warrants", "runs"),
        callable=(
            "integrity_take_parts_v1", "integrity_seal_v1", "integrity_seal_events_v1",
            "integrity_faults_v1", "integrity_entry_faults_v1", "integrity_root_faults_v1",
            "integrity_unheard_v1", "integrity_late_v1", "integrity_catalogue_v1", "integrity_acl_v1", "integrity_is_ours_v1",
            "integrity_flags_v1",
        ),
        files=("functions", "seals", "catalogue"),
    ),
    jobs=(
        Job("casework.seal_day", seal_today, cron="30 0 * * *", label="每日封存"),
        Job("integrity.take_parts", take_parts, cron="*/5 * * * *", label="登记批次写入的记录"),
    ),
    verifications=(
        Verification(5, "函数与触发器", catalogue_faults), Verification(6, "权限与角色", privilege_faults), Verification(7, "数据库目录", manifest_faults),
        Verification(110, "每日封存", seals),
        Verification(120, "记录摘要", records),
    ),
)  # fmt: skip
