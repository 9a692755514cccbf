"""Volumes on their pages: found, looked at for a reason that is logged, checked, and what waits with its way on."""

import pytest
from django.db import connections, transaction

from tests import city
from tests.archive.papers import filed, lost, paper_of, with_paper
from tests.pages import page_of, signed_in, text_of
from tests.tasks.work import new_task
from yigui.archive.check_volumes import check_now
from yigui.archive.file_cases import file_due
from yigui.archive.models import Due, Volume
from yigui.backoffice.tasks import _origin
from yigui.casework.models import Case
from yigui.staff.models import FullView
from yigui.tasks.models import Task
from yigui.tasks.references import Reference

pytestmark = pytest.mark.usefixtures("fresh_city")


@pytest.fixture(scope="module")
def case(fresh_city: None) -> Case:
    found = with_paper("on a page")
    filed(found)
    return found


def volume_of(case: Case) -> Volume:
    return Volume.objects.get(case=case)


@pytest.mark.parametrize("what", ["number", "case_no"])
def test_a_number_opens_the_volume(case: Case, what: str) -> None:
    answer = signed_in("head").post("/archive/", {"find": getattr(volume_of(case), what)})
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"/archive/{volume_of(case).number}/")


def test_volumes_are_found_by_person_under_every_condition(case: Case) -> None:
    volume = volume_of(case)
    assert case.person is not None
    client = signed_in("head")
    for query in (
        f"who=p{case.person.person_no}", f"number={volume.number[:16]}", f"item={volume.item_code}&year={volume.year}", "class=1&period=years",
        f"who=c{case.case_no}", f"from={volume.ended_on}&until={volume.ended_on}",
    ):  # fmt: skip
        assert volume.number in page_of(client.get(f"/archive/?{query}")), query
    assert volume.number not in page_of(client.get(f"/archive/?who=p{case.person.person_no}&class=2"))
    assert case.subject_name not in page_of(client.get(f"/archive/?who=p{case.person.person_no}"))


def test_a_volume_is_masked_until_a_reason_is_stated_and_that_is_logged(case: Case) -> None:
    volume, paper = volume_of(case), f"/cases/{case.case_no}/papers/{case.materials.get().pk}/"
    client = signed_in("director")
    page = page_of(client.get(f"/archive/{volume.number}/"))
    assert case.subject_name not in page
    assert "data-paper" not in page
    assert "身份证" in page
    assert client.get(paper).status_code == 403
    refused = client.post(f"/archive/{volume.number}/look/", {"ground": "complaint", "reason": "看"})
    assert refused.status_code == 422
    assert "请写明查看事由的具体情况" in text_of(refused)
    before = FullView.objects.count()
    answer = client.post(f"/archive/{volume.number}/look/", {"ground": "complaint", "reason": "来信核对当年材料"}, follow=True)
    page = page_of(answer)
    assert case.subject_name in page
    assert "data-paper" in page
    assert client.get(paper).content.startswith(b"%PDF")
    view = FullView.objects.latest("id")
    assert FullView.objects.count() == before + 1
    assert volume.number in view.reason
    assert (view.user, view.subject_id, view.case_no) == (city.user("director"), case.person_id, case.case_no)


def test_who_handled_the_case_states_a_reason_too(case: Case) -> None:
    assert "data-paper" not in page_of(signed_in("teller").get(f"/archive/{volume_of(case).number}/"))


def test_another_county_finds_no_volume(case: Case) -> None:
    volume = volume_of(case)
    other = city.new_user("section_head", agency="51118101")
    assert other.agency.area_id not in (case.area_id, case.agency.area_id)
    client = signed_in(other.username)
    assert volume.number not in page_of(client.get("/archive/"))
    for answer in (
        client.get(f"/archive/{volume.number}/"),
        *(client.post(f"/archive/{volume.number}/{deed}/") for deed in ("look", "check")),
    ):
        assert answer.status_code == 404
        assert "没有这个档号的案卷" in text_of(answer)


def test_the_case_shows_its_volume(case: Case) -> None:
    assert volume_of(case).number in page_of(signed_in("head").get(f"/cases/{case.case_no}/"))


def test_a_check_on_demand_stands_on_the_page_and_what_is_wrong_is_said() -> None:
    case = with_paper("checked")
    volume = filed(case)
    client = signed_in("auditor")
    assert "四性检测完成，各项合格" in page_of(client.post(f"/archive/{volume.number}/check/", follow=True))
    lost(case)
    page = page_of(client.post(f"/archive/{volume.number}/check/", follow=True))
    assert "四性检测发现问题" in page
    assert "文件不在存储中" in page
    assert signed_in("teller").post(f"/archive/{volume.number}/check/").status_code == 403


def test_what_was_not_filed_is_listed_and_filed_with_a_note() -> None:
    case = with_paper("waits")
    lost(case)
    file_due()
    client = signed_in("head")
    assert "文件不在存储中" in page_of(client.get("/archive/due/"))
    page = f"/archive/due/{case.case_no}/"
    assert "确实补不回的" in page_of(client.get(page))
    other = city.new_user("section_head", agency="51118101")
    assert signed_in(other.username).post(f"{page}note/", {"note": "扫描件损坏，原件已退还本人"}).status_code == 404
    refused = client.post(f"{page}note/", {"note": "丢了"})
    assert refused.status_code == 409
    assert "写明缺什么" in text_of(refused)
    assert ">丢了</textarea>" in refused.content.decode()
    assert "note" not in page_of(signed_in("auditor").get(page)).partition("确实补不回的")[2].partition("</main>")[0]
    done = client.post(f"{page}note/", {"note": "扫描件损坏，原件已退还本人"}, follow=True)
    assert "备考：扫描件损坏，原件已退还本人" in page_of(done)
    assert not Due.objects.filter(case=case).exists()
    assert client.get(page).status_code == 404
    assert paper_of(case).file_name == "waits.pdf"


def test_a_task_about_a_volume_says_and_opens_the_volume_and_of_nothing_else() -> None:
    lost_case = with_paper("lost on a page")
    volume = filed(lost_case)
    lost(lost_case)
    check_now(volume=volume, actor=city.user("head"))
    task = Task.objects.get(kind="archive_fault", origin_id=volume.pk)
    page = page_of(signed_in("head").get(f"/tasks/{task.pk}/"))
    assert f'案卷 <a class="num" id="origin" href="/archive/{volume.number}/">{volume.number}</a>' in page
    assert "死亡信息核定”页" not in page


@pytest.mark.parametrize(
    ("kind", "origin"),
    [("death_conflict", "death_record"), ("fraud_hit", "death_record"), ("no_end", "endless")],
)
def test_what_a_task_came_from_is_said_by_its_own_kind(kind: str, origin: str) -> None:
    task = new_task(kind, origin=Reference(origin, 987654))
    said = {"death_conflict": "死亡信息 987654 号"}.get(kind, "")
    found = _origin(city.user("head"), task)
    assert (found.words if found else "")[: len("死亡信息 987654 号")] == said


def test_a_volume_whose_material_the_catalogue_no_longer_has_is_shown(case: Case) -> None:
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE casework_case_material SET material_code = 'old_paper' WHERE case_id = %s", [case.pk])
    try:
        client = signed_in("director")
        client.post(f"/archive/{volume_of(case).number}/look/", {"ground": "complaint", "reason": "来信核对当年材料"})
        assert "old_paper" in page_of(client.get(f"/archive/{volume_of(case).number}/"))
    finally:
        with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("UPDATE casework_case_material SET material_code = 'id_card' WHERE case_id = %s", [case.pk])
