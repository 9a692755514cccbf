"""When the last backup, its comparison, the drill, the verification and the seal were; what is overdue stands out; drills are written down."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from tests import city
from tests.pages import page_of, signed_in, text_of
from yigui.common import clock
from yigui.integrity.upkeep import Point, note_drill, points
from yigui.runs.errors import DrillRefused, ReasonMissing
from yigui.runs.models import Drill, Run, RunStatus
from yigui.staff.errors import NotAuthorised

DIGEST = "ab" * 32
HELD = {
    "held_on": "2026-11-09",
    "digest": DIGEST,
    "minutes": "45",
    "succeeded": "yes",
    "note": "在备用机恢复，核验无输出，办结一件",
}


@pytest.fixture
def nothing_noted() -> None:
    """No backup, comparison or verification of another test."""
    Run.objects.using("super").filter(kind__in=("backup", "backup-check", "verify")).delete()


def point(label: str) -> Point:
    return next(p for p in points() if p.label == label)


def noted(kind: str, *, ago: dt.timedelta = dt.timedelta(), **more: Any) -> Run:
    values = {"status": RunStatus.DONE, "result": {"digest": DIGEST, "files": 12, "papers": 3, "damaged": 0}} | more
    return Run.objects.create(kind=kind, ended_at=clock.now() - ago, **values)


def page() -> str:
    return page_of(signed_in("sysadmin").get("/upkeep/"))


def test_what_was_never_done_is_overdue(nothing_noted: None) -> None:
    assert "没有登记过备份" in page()
    assert "没有核验过" in page()
    assert {p.label for p in points() if p.is_wrong} >= {"备份", "备份核对", "数据核验"}


def test_a_backup_of_tonight_is_well_and_one_of_the_day_before_is_late(nothing_noted: None) -> None:
    noted("backup", ago=dt.timedelta(hours=37))
    assert point("备份").is_wrong
    noted("backup", ago=dt.timedelta(hours=35))
    assert not point("备份").is_wrong
    assert "材料 3 份，文件 12 个" in page()
    noted("backup", status=RunStatus.FAILED, result={}, error="pg_dump 未成功")
    assert "最近一次备份失败：pg_dump 未成功" in page()
    assert point("备份").is_wrong
    noted("backup", result={"digest": DIGEST, "files": 12, "papers": 3, "damaged": 1})
    assert "材料 1 份与摘要不符" in point("备份").said


def test_a_backup_is_compared_file_by_file(nothing_noted: None) -> None:
    noted("backup", result={"digest": "cd" * 32, "files": 1, "papers": 0, "damaged": 0})
    assert "尚未逐个文件核对" in point("备份核对").said
    noted("backup-check", result={"digest": "cd" * 32, "files": 1, "papers": 0, "damaged": 0})
    assert (point("备份核对").is_wrong, point("备份核对").said) == (False, "最近一份备份的全部文件与清单相符。")
    noted("backup-check", status=RunStatus.FAILED, result={}, error="有 1 个文件缺失")
    assert point("备份核对").is_wrong


def test_faults_of_the_last_verification_stand_out(nothing_noted: None) -> None:
    noted("verify", result={"faults": 0})
    assert not point("数据核验").is_wrong
    noted("verify", result={"faults": 2})
    assert (point("数据核验").is_wrong, point("数据核验").said) == (True, "有 2 处不符。")
    noted("verify", ago=dt.timedelta(hours=40), result={"faults": 0})
    assert point("数据核验").is_wrong


def test_a_drill_is_written_down_by_the_system_administrator() -> None:
    admin = signed_in("sysadmin")
    if not Drill.objects.exists():
        assert "没有登记过恢复演练" in page()
        assert point("恢复演练").is_wrong
    assert "恢复演练已登记" in text_of(admin.post("/upkeep/", HELD, follow=True))
    drill = Drill.objects.latest("id")
    assert (drill.user, drill.minutes, drill.succeeded) == (city.user("sysadmin"), 45, True)
    assert not point("恢复演练").is_wrong
    assert "在备用机恢复" in page()
    note_drill(
        user=city.user("sysadmin"),
        held_on=dt.date(2026, 11, 9),
        digest=DIGEST,
        minutes=10,
        succeeded=False,
        note="备份目录不能读取",
    )
    assert point("恢复演练").is_wrong


def _post(client: Client, **changed: str) -> str:
    return text_of(client.post("/upkeep/", HELD | changed))


def test_a_drill_that_cannot_have_been_is_refused_and_what_was_typed_stays() -> None:
    admin, before = signed_in("sysadmin"), Drill.objects.count()
    assert "演练日期不能晚于今天" in _post(admin, held_on="2999-01-01")
    said = _post(admin, digest="不是摘要")
    assert "备份清单摘要为 64 位十六进制字符" in said
    assert "在备用机恢复，核验无输出，办结一件" in said
    for wrong in ({"minutes": "0"}, {"minutes": "999999"}, {"succeeded": ""}, {"note": "短"}, {"held_on": ""}):
        assert "恢复演练已登记" not in _post(admin, **wrong)
    assert Drill.objects.count() == before
    with pytest.raises(DrillRefused, match="用时"):
        note_drill(
            user=city.user("sysadmin"), held_on=dt.date(2026, 1, 5), digest=DIGEST, minutes=0, succeeded=True, note="核验无输出"
        )
    with pytest.raises(ReasonMissing):
        note_drill(user=city.user("sysadmin"), held_on=dt.date(2026, 1, 5), digest=DIGEST, minutes=9, succeeded=True, note="")


@pytest.mark.parametrize("who", ["secadmin", "logadmin", "auditor", "director"])
def test_others_who_look_after_the_house_read_it_and_write_nothing(who: str) -> None:
    reader, before = signed_in(who), Drill.objects.count()
    assert "登记恢复演练" not in page_of(reader.get("/upkeep/"))
    assert reader.post("/upkeep/", HELD).status_code == 403
    with pytest.raises(NotAuthorised):
        note_drill(user=city.user(who), held_on=dt.date(2026, 11, 9), digest=DIGEST, minutes=9, succeeded=True, note="核验无输出")
    assert Drill.objects.count() == before


@pytest.mark.parametrize("who", ["teller", "head", "cashier"])
def test_nobody_else_opens_it(who: str) -> None:
    assert signed_in(who).get("/upkeep/").status_code == 403
