"""The pages of the organisation: the tree, a section's facts, making and closing one; a section's own page."""

import pytest
from django.test import Client

from tests import city
from tests.conftest import TODAY
from yigui.casework.models import Case
from yigui.staff.organisation import Section
from yigui.synthetic.demo_staff import PASSWORD


def signed_in(username: str) -> Client:
    client = Client()
    client.post("/sign-in/", {"username": username, "password": PASSWORD})
    return client


def section(name: str, agency: str = "51110001") -> Section:
    return Section.objects.get(agency_id=agency, name=name)


def test_the_system_administrator_makes_moves_and_closes_a_section_on_the_page() -> None:
    client = signed_in("sysadmin")
    page = client.get("/organisation/").content.decode()
    assert "参保征缴审核科" in page
    # Nobody reviews medical items alone, but 业务审核部 does for all: no gap.
    assert "还没有科室承担" not in page
    sent = {
        "verb": "save",
        "name": "医疗工伤审核科",
        "stages": ["review"],
        "zones": ["medical"],
        "parent": str(section("业务审核部").pk),
    }
    assert "必填" in client.post("/organisation/?new=1", sent).content.decode()
    assert not Section.objects.filter(name="医疗工伤审核科").exists()
    answer = client.post("/organisation/?new=1", sent | {"reason": "机构改革方案"}, follow=True)
    made = section("医疗工伤审核科")
    assert "科室“医疗工伤审核科”已保存" in answer.content.decode()
    assert made.parent == section("业务审核部")
    page = client.get(f"/organisation/?section={made.pk}").content.decode()
    assert "设立科室" in page
    assert "机构改革方案" in page
    assert "彭宇" in page
    answer = client.post(f"/organisation/?section={made.pk}", {"verb": "close", "close_reason": ""})
    assert "请填写撤销依据" in answer.content.decode()
    answer = client.post(f"/organisation/?section={made.pk}", {"verb": "close", "close_reason": "撤并"}, follow=True)
    assert "已撤销" in answer.content.decode()
    made.refresh_from_db()
    assert made.valid_to is not None


def test_what_was_typed_stays_when_a_section_is_refused() -> None:
    client = signed_in("sysadmin")
    sent = {"verb": "save", "name": "财务科", "stages": ["finance"], "reason": "想再设一个"}
    page = client.post("/organisation/?new=1", sent).content.decode()
    assert "已有名为“财务科”的科室" in page
    assert 'value="想再设一个"' in page


def test_others_read_the_tree_and_cannot_change_it() -> None:
    client = signed_in("director")
    page = client.get(f"/organisation/?section={section('财务科').pk}").content.decode()
    assert "许嘉欣" in page
    assert "保存科室" not in page
    assert client.post("/organisation/?new=1", {"verb": "save", "name": "x", "reason": "y"}).status_code == 403
    assert not Section.objects.filter(name="x").exists()


def test_the_city_reads_its_counties_and_a_county_only_itself() -> None:
    client = signed_in("director")
    assert "业务审核股" in client.get("/organisation/?agency=51110201").content.decode()
    assert client.get(f"/organisation/?agency=51110201&section={section('财务科').pk}").status_code == 404
    reviewer = signed_in("reviewer-511102")
    own = section("业务审核股", "51110201")
    assert reviewer.get("/sections/").headers["Location"] == f"/sections/{own.pk}/"
    assert reviewer.get(f"/sections/{own.pk}/").status_code == 200
    assert reviewer.get(f"/sections/{section('业务审核部').pk}/").status_code == 403


@pytest.mark.parametrize("path", ["/organisation/?section=abc", "/organisation/?agency=999", "/sections/999999/"])
def test_what_does_not_exist_is_not_found(path: str) -> None:
    assert signed_in("director").get(path).status_code == 404


def test_a_class_1_case_shows_on_the_page_of_its_section_with_its_peoples_work() -> None:
    case: Case = city.accept_class1()
    head = signed_in("head")
    page = head.get(f"/sections/{section('业务审核部').pk}/").content.decode()
    assert case.case_no in page
    assert "赵文博" in page
    finance = signed_in("director").get(f"/sections/{section('财务科').pk}/").content.decode()
    assert case.case_no not in finance
    floor = signed_in("head2").get(f"/sections/{section('综合业务科').pk}/").content.decode()
    accepted = Case.objects.filter(accepted_by=city.user("special"), accepted_on__gte=TODAY.replace(day=1)).count()
    assert accepted >= 1
    row = floor[floor.index("何静秋") :].split("</tr>")[0]
    assert f'<td class="text-end num">{accepted}</td>' in row
