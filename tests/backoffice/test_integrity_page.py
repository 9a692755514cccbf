"""The auditors' page names what is verified and runs in words: no code of a kind, no bare YYYYMM, nothing of how a result is kept."""

from tests.pages import signed_in, text_of
from yigui.common.rooms import rooms
from yigui.runs.models import Run, RunStatus


def test_runs_are_named_in_words() -> None:
    Run.objects.create(kind="earlier-promises", status=RunStatus.DONE)
    Run.objects.create(kind="pay-plan", area_code="511100", period="202611", status=RunStatus.DONE)
    Run.objects.create(kind="verify", status=RunStatus.DONE, result={"faults": 0})
    page = text_of(signed_in("auditor").get("/integrity/"))
    assert "既往承诺转为待办" in page
    assert "（生成） 乐山市 2026-11" in page
    assert "不符 0" in page
    for machine in ("earlier-promises", "pay-plan", "{}", "202611", "511100"):
        assert machine not in page, machine


def test_the_page_names_everything_that_is_verified() -> None:
    page = text_of(signed_in("auditor").get("/integrity/"))
    parts = {part.label for room in rooms() for part in room.verifications}
    assert {"函数与触发器", "权限与角色", "事件链", "记录摘要"} <= parts
    assert [part for part in parts if part not in page] == []
