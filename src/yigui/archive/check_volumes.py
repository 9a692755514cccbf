"""Testing volumes (四性检测) after they were filed: every volume once a year by the job, and any of them on demand. Faults become somebody's work."""

import datetime as dt
import json

from django.db import transaction
from django.db.models import Exists, OuterRef

from yigui.archive.enums import Stage
from yigui.archive.four_checks import TOOL, Tested, faults_in, tested
from yigui.archive.models import Check, Volume
from yigui.archive.records import changed_pieces, gaps_of
from yigui.common import clock
from yigui.db.each import each, within
from yigui.db.presence import asked, proof_of
from yigui.staff.models import User
from yigui.tasks.end_task import settle_origin
from yigui.tasks.enums import TaskState
from yigui.tasks.models import Task
from yigui.tasks.open_task import next_part, open_task
from yigui.tasks.references import Reference

#: Kind of its tasks, and the outcome by which a fault is registered as past mending.
FAULT, KNOWN = "archive_fault", "known"
#: Origin of its tasks: id is the volume, number its number, part the check.
VOLUME = "volume"
#: Volumes taken up at once, seconds one run of the job works.
TAKEN_MAX, RUN_SECONDS = 200, 45


def check_yearly() -> int:
    """Test volumes that were not tested this year, oldest first; gives how many. The next run goes on where this one ends."""
    begins = dt.datetime(clock.now().year, 1, 1, tzinfo=clock.CHINA)
    (begun,) = asked("SELECT archive_check_from_v1()")

    def behind(last: int | None) -> list[int]:
        return _not_tested(begins, begun if last is None else last)

    return each(within(RUN_SECONDS, behind), _check, job="archive.check_yearly").done


def _not_tested(begins: dt.datetime, after: int) -> list[int]:
    """Volumes filed before a year, without a test of it; those up to a number have one, or failed in this run."""
    tested_since = Exists(Check.objects.filter(volume=OuterRef("pk"), at__gte=begins))
    rows = Volume.objects.filter(~tested_since, pk__gt=after, filed_at__lt=begins).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:TAKEN_MAX])


@transaction.atomic
def _check(number: int) -> bool:
    keep(Volume.objects.select_related("agency", "person", "employer").get(pk=number), None)
    return True


@transaction.atomic
def check_now(*, volume: Volume, actor: User) -> Check:
    """Test a volume on demand.

    Raises:
        NotSeen: nobody is signed in.
    """
    return keep(volume, actor)


def keep(volume: Volume, actor: User | None) -> Check:
    """Test a volume, keep what was found, and open or end the task about it."""
    found = test_of(volume)
    made = asked(
        "SELECT archive_keep_check_v1(%s, %s, %s, %s)",
        proof_of(actor) if actor else "", volume.pk, TOOL, json.dumps(found.results),
    )[0]  # fmt: skip
    kept = Check.objects.get(pk=made)
    origin = Reference(VOLUME, volume.pk, volume.number)
    if kept.is_sound:
        settle_origin(origin, outcome="sound", note=f"{kept.get_stage_display()}检测各项合格。", today=clock.today())
    else:
        open_task(
            kind="archive_fault", origin=origin, part=next_part(FAULT, origin), agency=volume.agency, area_code=volume.area_id, today=clock.today(),
            person=volume.person, employer=volume.employer if volume.person is None else None,
            note=f"案卷 {volume.number}（办件 {volume.case_no}）检测不合格：{found.sentence}",
        )  # fmt: skip
    return kept


def _known_faults(volume: Volume) -> dict[str, list[str]]:
    """By check the faults somebody has answered for: those that stand in the note it was filed with, and those registered as past mending (无法恢复，已登记)."""
    tests = list(volume.checks.filter(stage=Stage.FILING)) if volume.note else []
    registered = Task.objects.filter(kind=FAULT, origin_kind=VOLUME, origin_id=volume.pk, state=TaskState.DONE, outcome=KNOWN)
    for task in registered.order_by("-pk")[:1]:
        tests += volume.checks.filter(at__lte=task.events.latest("seq").at).order_by("-pk")[:1]
    found: dict[str, list[str]] = {}
    for test in tests:
        for check, faults in faults_in(test.results).items():
            found.setdefault(check, []).extend(faults)
    return found


def test_of(volume: Volume) -> Tested:
    """Everything that is looked at in a volume: files and documents, its list as it was filed, its number; without what is known of it."""
    found = tested(list(volume.listed.order_by("seq")), gaps_of(volume.case_id))
    changed = changed_pieces(volume.pk)
    found.look("list", f"卷内文件有 {changed} 件与办件的记录或案卷摘要不符" if changed else "")
    before = volume.seq == 1 or Volume.objects.filter(
        agency=volume.agency_id, year=volume.year, class_no=volume.class_no, seq=volume.seq - 1
    ).exists()  # fmt: skip
    found.look("number", "" if before else f"缺上一卷（{volume.seq - 1} 号）")
    found.leave_out(_known_faults(volume))
    return found
