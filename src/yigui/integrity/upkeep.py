"""Whether the house is looked after (运行维护): the last backup, its comparison, the last drill, verification and seal, and which is overdue.

The terms are those of the alarms in docs/operating/monitoring.md and of the drill in docs/operating/backup.md.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from yigui.common import clock
from yigui.common.reasons import reason_of
from yigui.db.presence import act_as
from yigui.integrity.models import Root, Seal
from yigui.runs.errors import DrillRefused, ReasonMissing
from yigui.runs.models import Drill, Run, RunStatus
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User
from yigui.staff.rights import has_page_right

#: What happens every night is missing after a day and a half; the drill is held every quarter.
NIGHTLY, QUARTERLY = dt.timedelta(hours=36), dt.timedelta(days=92)
#: Kinds of runs by which a backup, its comparison and a verification are noted.
BACKUP, CHECK, VERIFY = "backup", "backup-check", "verify"
#: The page right of whoever writes a drill down.
DRILL_RIGHT = "upkeep_drill"
#: The longest a drill is believed to have taken: a week.
MINUTES_MAX = 7 * 24 * 60
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True)
class Point:
    """One thing that is looked after: when it was done last, how it stands, whether that is overdue or wrong, and what to do."""

    label: str
    last: dt.datetime | None
    said: str
    is_wrong: bool
    advice: str


def points() -> list[Point]:
    """All of them, at this moment."""
    return [_backup(), _check(), _drill(), _verification(), _seal(), _published()]


def _latest(kind: str, **more: object) -> Run | None:
    return Run.objects.filter(kind=kind, **more).order_by("-id").first()


def _is_late(at: dt.datetime | None, term: dt.timedelta) -> bool:
    return at is None or at < clock.now() - term


def _backup() -> Point:
    good, newest = _latest(BACKUP, status=RunStatus.DONE), _latest(BACKUP)
    last = good.ended_at if good is not None else None
    is_late = _is_late(last, NIGHTLY)
    if newest is not None and newest.status == RunStatus.FAILED:
        said, is_late = f"最近一次备份失败：{newest.error}", True
    elif good is None:
        said = "没有登记过备份。"
    else:
        said = f"材料 {good.result.get('papers', 0)} 份，文件 {good.result.get('files', 0)} 个，清单摘要 {good.result.get('digest', '')[:16]}…"
        if good.result.get("damaged"):
            said, is_late = f"{said}；材料 {good.result['damaged']} 份与摘要不符", True
    return Point("备份", last, said, is_late, "每晚一次。请检查备份定时任务，或在服务器上运行 yigui backup。")


def _check() -> Point:
    backed, newest = _latest(BACKUP, status=RunStatus.DONE), _latest(CHECK)
    last = newest.ended_at if newest is not None else None
    if newest is not None and newest.status == RunStatus.FAILED:
        return Point("备份核对", last, f"核对不符：{newest.error}", True, "请改用另一份备份，并查明原因。")
    if backed is None:
        return Point("备份核对", last, "没有登记过备份，无从核对。", True, "请先备份，再运行 yigui check-backup 目录。")
    if newest is None or newest.result.get("digest") != backed.result.get("digest"):
        return Point(
            "备份核对", last, "最近一份备份尚未逐个文件核对。", _is_late(last, QUARTERLY), "请运行 yigui check-backup 目录。"
        )
    return Point("备份核对", last, "最近一份备份的全部文件与清单相符。", False, "")


def _drill() -> Point:
    drill = Drill.objects.select_related("user").order_by("-held_on", "-id").first()
    if drill is None:
        return Point(
            "恢复演练", None, "没有登记过恢复演练。", True, "每季度一次：在另一台机器上恢复最近的备份，核验并办结一件业务。"
        )
    held = dt.datetime.combine(drill.held_on, dt.time(), tzinfo=clock.now().tzinfo)
    outcome = "恢复成功" if drill.succeeded else "未能恢复"
    said = f"{drill.held_on} 由{drill.user.full_name}演练，{outcome}，用时 {drill.minutes} 分钟。"
    return Point(
        "恢复演练", drill.noted_at, said, not drill.succeeded or _is_late(held, QUARTERLY), "每季度一次，未成功的应尽快重做。"
    )


def _verification() -> Point:
    newest = _latest(VERIFY)
    last = newest.ended_at if newest is not None else None
    faults = int(newest.result.get("faults", 0)) if newest is not None else 0
    if faults:
        return Point(
            "数据核验",
            last,
            f"有 {faults} 处不符。",
            True,
            "请保持现场，在“数据核验”页查看各处不符，并通知安全保密管理员；查明前不要恢复备份。",
        )
    said = "没有不符。" if newest is not None else "没有核验过。"
    return Point("数据核验", last, said, _is_late(last, NIGHTLY), "每晚一次。请检查核验定时任务，或在服务器上运行 yigui verify。")


def _seal() -> Point:
    newest = Seal.objects.order_by("-id").first()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM casework_event WHERE id > %s LIMIT 100001) e",
            [newest.last_event_id if newest else 0],
        )
        (waiting,) = cursor.fetchone()
    said = f"待封存事件 {'超过 100000' if waiting > 100000 else waiting} 个。"
    last = newest.sealed_at if newest is not None else None
    return Point(
        "每日封存",
        last,
        said,
        bool(waiting) and _is_late(last, NIGHTLY),
        "每日零时三十分一次。请检查任务进程，或在服务器上运行 yigui seal --write。",
    )


def _published() -> Point:
    newest = Root.objects.order_by("-number").first()
    if newest is None:
        return Point("记录封存", None, "尚未封存，没有可公布的封存根。", False, "")
    return Point("记录封存", newest.sealed_at, f"第 {newest.number} 号，累计 {newest.total_count} 条。", False, "")


@transaction.atomic
def note_drill(*, user: User, held_on: dt.date, digest: str, minutes: int, succeeded: bool, note: str) -> Drill:
    """Write a drill of restoring down; it stays.

    Raises:
        NotAuthorised: not theirs to do. DrillRefused: a day to come, no digest of a manifest, or a time nobody needs. ReasonMissing: nothing
        is said of how it went.
    """
    if not has_page_right(user, DRILL_RIGHT):
        raise NotAuthorised("恢复演练由系统管理员登记。")
    if held_on > timezone.localdate():
        raise DrillRefused("演练日期不能晚于今天，请按实际演练的日期登记。")
    plain = digest.strip().lower()
    if len(plain) != 64 or not set(plain) <= _HEX:
        raise DrillRefused("备份清单摘要为 64 位十六进制字符，备份完成时由 yigui backup 显示，请核对后登记。")
    if not 0 < minutes <= MINUTES_MAX:
        raise DrillRefused(f"用时应为 1 至 {MINUTES_MAX} 分钟的整数，请核对后登记。")
    said = reason_of(note, "请写明演练经过，例如在哪台机器上恢复、核验和办件的结果", ReasonMissing)
    act_as(user)
    return Drill.objects.create(held_on=held_on, digest=plain, minutes=minutes, succeeded=succeeded, note=said, user=user)
