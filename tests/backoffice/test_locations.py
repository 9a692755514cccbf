"""The pages of places, hosts and desks, and what the public reads of them."""

import datetime as dt

import pytest
from django.test import Client

from tests import city
from tests.conftest import TODAY
from tests.pages import page_of, text_of
from yigui.staff.locations import Desk, Host, Location, OpeningException
from yigui.synthetic.demo_staff import PASSWORD

DAYS = {f"day_{n}": "09:00-12:00 13:00-17:00" for n in range(5)} | {"day_5": "", "day_6": ""}


def signed_in(username: str) -> Client:
    client = Client()
    client.post("/sign-in/", {"username": username, "password": PASSWORD})
    return client


def test_the_head_of_the_floor_makes_a_hall_a_special_desk_and_seats_somebody() -> None:
    client = signed_in("head2")
    sent = {
        "verb": "save",
        "kind": "hall",
        "name": "高新区分厅",
        "address": "高新路 2 号",
        "phone": "0833-2100000",
        "reason": "新设",
    }
    answer = client.post("/locations/?new=1", sent | DAYS, follow=True).content.decode()
    assert "办事场所“高新区分厅”已保存" in answer
    hall = Location.objects.get(name="高新区分厅")
    page = f"/locations/?location={hall.pk}"
    assert "必填" in client.post(page, {"verb": "desk", "number": "1", "kind": "special"}).content.decode()
    answer = client.post(
        page, {"verb": "desk", "number": "1", "kind": "special", "reason": "特殊业务"}, follow=True
    ).content.decode()
    assert "1号特殊业务窗口 已设立" in answer
    desk = Desk.objects.get(location=hall)
    answer = client.get(f"/desks/{desk.pk}/").content.decode()
    assert "本柜台现在没有人员" in answer
    # A trainee is not even offered for a special desk.
    assert "唐小雨" not in answer
    sent = {"verb": "seat", "person": city.user("teller2").pk, "seat_reason": "专人专责"}
    answer = client.post(f"/desks/{desk.pk}/", sent, follow=True).content.decode()
    assert "周立群 已分配到 1号特殊业务窗口" in answer
    assert "专人专责" in answer
    answer = client.post(f"/desks/{desk.pk}/", {"verb": "free", "person": city.user("teller2").pk}, follow=True).content.decode()
    assert "周立群 已离开" in answer
    answer = client.post(f"/desks/{desk.pk}/", {"verb": "close", "close_reason": "撤并"}, follow=True).content.decode()
    assert "1号特殊业务窗口 已撤销" in answer
    assert client.post(f"/desks/{desk.pk}/", {"verb": "close", "close_reason": "撤并"}).status_code == 422


def test_a_mistake_is_told_and_what_was_typed_stays() -> None:
    client = signed_in("head2")
    sent = {"verb": "save", "kind": "hall", "name": "城东分厅", "address": "城东路 9 号", "reason": "新设", "day_0": "九点"}
    page = client.post("/locations/?new=1", sent).content.decode()
    assert "星期一：“九点”不是开放时间" in page
    assert 'value="城东路 9 号"' in page
    assert 'value="九点"' in page


def test_only_who_runs_the_floor_changes_places_and_others_are_told_who_may() -> None:
    hall = Location.objects.get(name="市政务服务中心社保大厅")
    # A head of another section and the auditor read.
    for username in ("head", "auditor"):
        client = signed_in(username)
        page = client.get(f"/locations/?location={hall.pk}").content.decode()
        assert "9" in page
        assert "保存场所" not in page
        refused = client.post(f"/locations/?location={hall.pk}", {"verb": "close", "close_reason": "x"})
        assert refused.status_code == 403
        assert "由综合业务科负责人或系统管理员调整" in text_of(refused)
    desk = Desk.objects.get(location=hall, number="9")
    assert signed_in("head").post(f"/desks/{desk.pk}/", {"verb": "close", "close_reason": "x"}).status_code == 403
    assert signed_in("sysadmin").get(f"/desks/{desk.pk}/").status_code == 200
    assert signed_in("sysadmin").get("/desks/999999/").status_code == 404
    assert signed_in("teller").get(f"/desks/{desk.pk}/").status_code == 403


def test_a_host_and_a_day_that_is_different_are_said_on_the_page_and_read_by_the_public() -> None:
    client = signed_in("sysadmin")
    host = Host.objects.get(name="乐山市政务服务中心")
    day = TODAY + dt.timedelta(days=9)
    sent = {"verb": "except", "day": day.isoformat(), "hours": "09:00-11:00", "why": "中心消防演练"}
    answer = client.post(f"/hosts/?host={host.pk}", sent, follow=True).content.decode()
    assert "开放时间已公布" in answer
    public = Client().get(f"/places/?day={day.isoformat()}&kind=hall").content.decode()
    assert "09:00-11:00" in public
    assert "中心消防演练" in public
    said = OpeningException.objects.get(host=host, day=day)
    client.post(f"/hosts/?host={host.pk}", {"verb": "take_back", "exception": said.pk})
    assert "中心消防演练" not in page_of(Client().get(f"/places/?day={day.isoformat()}"))
    assert "请填写日期" in client.post(f"/hosts/?host={host.pk}", sent | {"day": "明天"}).content.decode()


def test_a_new_host_is_registered_and_its_name_stands_once() -> None:
    client = signed_in("sysadmin")
    sent = {"verb": "save", "name": "高新区政务中心", "address": "", "reason": "进驻协议"} | DAYS
    assert "已保存" in client.post("/hosts/", sent, follow=True).content.decode()
    assert "已有名为“高新区政务中心”" in client.post("/hosts/", sent).content.decode()


def test_the_public_reads_places_of_an_area_and_a_day_and_nothing_else_than_what_was_published() -> None:
    page = Client().get("/places/?area=511102").content.decode()
    assert "市中区社保服务大厅" in page
    assert "嘉州银行柏杨支行" not in page
    sunday = Client().get("/places/?day=2026-11-15&kind=hall").content.decode()
    assert sunday.count("不开放") == Location.objects.filter(kind="hall", closed_on=None).count()
    Location.objects.using("owner").filter(name="市中区社保服务大厅").update(hours=[""] * 7)
    assert "开放时间未公布" in Client().get("/places/?area=511102&kind=hall").content.decode()


@pytest.mark.parametrize("day", ["2020-01-01", "2099-01-01", "gestern"])
def test_a_day_nobody_can_promise_is_answered_with_today(day: str) -> None:
    assert "2026年11月10日" in Client().get(f"/places/?day={day}").content.decode()


def test_the_guide_names_places_and_todays_hours_beside_the_ways() -> None:
    page = Client().get("/guide/?visitor=pensioner&item=CHG-004").content.decode()
    counter = page[page.index('data-channel="counter"') :].split("</li>")[0]
    assert "今天" in counter
    assert "09:00-12:00 13:00-17:00" in counter
    assert "/places/" in counter


@pytest.mark.parametrize("path", ["/locations/?location=abc", "/locations/?agency=1", "/hosts/?host=9999"])
def test_what_does_not_exist_is_not_found(path: str) -> None:
    assert signed_in("sysadmin").get(path).status_code == 404


def test_a_closed_desk_names_who_waits_for_another_one() -> None:
    hall = Location.objects.get(name="市政务服务中心社保大厅")
    client = signed_in("head2")
    client.post(f"/locations/?location={hall.pk}", {"verb": "desk", "number": "77", "kind": "general", "reason": "增设"})
    desk = Desk.objects.get(location=hall, number="77")
    client.post(f"/desks/{desk.pk}/", {"verb": "seat", "person": city.user("trainee").pk, "seat_reason": "跟班"})
    said = text_of(client.post(f"/desks/{desk.pk}/", {"verb": "close", "close_reason": "撤并"}, follow=True))
    assert "唐小雨 在分配新柜台之前不能受理业务，请尽快重新分配" in said
    assert "以上人员在分配新柜台之前不能受理业务" in text_of(client.get(f"/desks/{desk.pk}/"))
    assert "（已撤销）" in text_of(signed_in("sysadmin").get("/accounts/?name=trainee"))
