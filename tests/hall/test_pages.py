"""The pages of the hall: machine, screens, guide desk, calling, figures, settings."""

import pytest
from django.test import Client

from tests import city
from tests.conftest import TODAY
from tests.pages import signed_in
from tests.visits.halls import new_desk, new_hall, ticket
from yigui.casework.accept_case import accept_case
from yigui.casework.models import Case
from yigui.registry.models import Employment
from yigui.staff.locations import Location
from yigui.visits.desk_work import call_next
from yigui.visits.models import Contact, DeskState, HallDevice, Ticket, Visit
from yigui.visits.queries import cases_of, is_called, visits_of
from yigui.visits.tickets import has_left


def _device(kind: str) -> Client:
    client = Client()
    response = client.post("/hall/activate/", {"secret": f"yigui-demo-{kind}"})
    assert response.headers["Location"] == f"/hall/{kind}/"
    return client


@pytest.mark.parametrize("kind", ["machine", "screen", "window"])
def test_a_device_is_activated_by_its_secret_and_shows_its_own_page_alone(kind: str) -> None:
    client = _device(kind)
    assert client.get(f"/hall/{kind}/").status_code == 200
    for other in {"machine", "screen", "window"} - {kind}:
        assert client.get(f"/hall/{other}/").status_code == 403
    assert Client().get(f"/hall/{kind}/").status_code == 403
    assert Contact.objects.filter(device__kind=kind, device__name__startswith="1 号" if kind != "screen" else "大厅屏").exists()


def test_a_wrong_code_activates_nothing() -> None:
    response = Client().post("/hall/activate/", {"secret": "wrong"})
    assert response.status_code == 422
    assert "激活码不正确" in response.content.decode()
    assert Client().post("/hall/seen/").status_code == 204


def test_a_touch_at_the_machine_gives_a_ticket_and_shows_it() -> None:
    client = _device("machine")
    page = client.get("/hall/machine/").content.decode()
    assert "退休与养老金" in page
    assert "老年人" in page
    assert "已预约" not in page
    response = client.post("/hall/machine/", {"kind": "benefit", "priority": "elderly", "id_number": ""})
    shown = client.get(response.headers["Location"]).content.decode()
    given = Ticket.objects.latest("id")
    assert (given.kind, given.priority, given.source) == ("benefit", "elderly", "machine")
    assert str(given) in shown
    assert ("请到导办台询问" in shown) != is_called(given.hall, "benefit", TODAY)
    refused = client.post("/hall/machine/", {"kind": "benefit", "priority": "none", "id_number": "123"})
    assert refused.status_code == 422
    assert "证件号码不完整" in refused.content.decode()
    assert client.get("/hall/machine/tickets/1/").status_code in (200, 404)
    assert _device("machine").get("/hall/machine/tickets/999999/").status_code == 404


def _stopped(employment: Employment) -> Case:
    return accept_case(city.application("REG-006", city.stop_form(employment), materials=["termination_proof"]))


def test_a_visit_from_the_machine_over_the_desk_to_its_cases_and_the_screens() -> None:
    """One ticket, one identity check, two cases; the screens show it, and the case's page counts it."""
    machine, screen, window, teller = _device("machine"), _device("screen"), _device("window"), signed_in("teller")
    person = city.next_employee()
    act = lambda do, **more: teller.post("/hall/desk/act/", {"do": do} | more)  # noqa: E731
    desk = city.user("teller").desk
    assert desk is not None
    assert "打开 1号综合业务窗口" in teller.get("/hall/desk/").content.decode()
    act("open", desk=desk.pk)
    # Whoever came in earlier tests is gone.
    Ticket.objects.using("owner").filter(hall_id=desk.location_id).update(state="left")
    machine.post("/hall/machine/", {"kind": "unit", "priority": "none", "id_number": person.person.id_number})
    given = Ticket.objects.latest("id")
    act("next")
    assert str(given) in screen.get("/hall/screen/").content.decode()
    assert "请到本窗口" in window.get("/hall/window/").content.decode()
    act("start")
    page = teller.get("/hall/desk/").content.decode()
    assert person.person.id_number in page
    act("identify", id_number=person.person.id_number, proof="id_card")
    strip = teller.get("/hall/desk/strip/", headers={"HX-Request": "true"}).content.decode()
    assert "已核验（身份证原件）" in strip
    case = _stopped(person)
    other = _stopped(city.next_employee())
    visit = Visit.objects.get(ticket=given)
    assert cases_of(visit) == [case, other]
    assert visits_of(case) == [visit]
    shown = signed_in("reviewer").get(f"/cases/{case.case_no}/").content.decode()
    assert f"{given}" in shown
    assert "到厅 1 次" in shown
    act("finish_next")
    assert Visit.objects.get(pk=visit.pk).ended_at is not None
    assert "空闲" in teller.get("/hall/desk/strip/", headers={"HX-Request": "true"}).content.decode()
    act("close")
    assert DeskState.objects.get(desk=desk).state == "closed"


def test_the_guide_takes_back_what_is_at_the_desk_of_who_has_gone() -> None:
    hall = new_hall()
    left, desk = new_desk(hall)
    visitor = ticket(hall)
    call_next(teller=left, today=TODAY)
    guide = signed_in(city.new_user("guide", location=hall).username)
    page = guide.get("/hall/guide/").content.decode()
    assert f"{desk} · {left.full_name}" in page
    answer = guide.post("/hall/guide/", {"do": "take_back", "ticket": visitor.pk}, follow=True).content.decode()
    assert f"{visitor} 已收回" in answer
    assert f"{desk} · {left.full_name}" not in answer
    assert Ticket.objects.get(pk=visitor.pk).state == "waiting"


def test_the_guide_undoes_a_departure_pressed_by_mistake() -> None:
    hall = new_hall()
    new_desk(hall, is_open=False)
    visitor = ticket(hall)
    guide = signed_in(city.new_user("guide", location=hall).username)
    page = guide.post("/hall/guide/", {"do": "left", "ticket": visitor.pk}, follow=True).content.decode()
    assert (f"{visitor} 已登记离开" in page, "撤销离开" in page) == (True, True)
    page = guide.post("/hall/guide/", {"do": "stayed", "ticket": visitor.pk}, follow=True).content.decode()
    assert (f"{visitor} 的离开登记已撤销" in page, "撤销离开" in page) == (True, False)
    assert Ticket.objects.get(pk=visitor.pk).state == "waiting"


def test_whoever_is_sent_to_a_desk_that_calls_nobody_is_not_told_to_wait_there() -> None:
    hall = new_hall()
    teller, _ = new_desk(hall)
    _, shut = new_desk(hall, is_open=False)
    _, busy = new_desk(hall)
    client = signed_in(teller.username)
    for desk, said, told in ((shut, "（没有叫号）", "请来人在大厅等候叫号"), (busy, "", "请来人到该窗口等候")):
        visitor = ticket(hall)
        client.post("/hall/desk/act/", {"do": "next"})
        page = "".join(client.get("/hall/desk/").content.decode().split())
        assert f"{desk}·个人参保缴费{said}</option>" in page
        asked = {"do": "transfer", "to": f"{desk.pk} personal", "reason": "该窗口熟悉"}
        assert told in client.post("/hall/desk/act/", asked, follow=True).content.decode()
        has_left(actor=city.user("guide"), ticket=visitor)


def test_the_guide_gives_tickets_sends_on_and_all_is_counted() -> None:
    guide = signed_in("guide")
    hall = Location.objects.get(name="市政务服务中心社保大厅")
    response = guide.post("/hall/guide/", {"do": "ticket", "kind": "personal", "priority": "none", "id_number": ""}, follow=True)
    given = Ticket.objects.latest("id")
    assert f"已取号 {given}" in response.content.decode()
    guide.post("/hall/guide/", {"do": "send", "outcome": "phone"})
    day = guide.get("/hall/day/").content.decode()
    assert "手机办" in day
    guide.post("/hall/guide/", {"do": "left", "ticket": given.pk})
    assert Ticket.objects.get(pk=given.pk).state == "left"
    assert given.hall_id == hall.pk
    refused = guide.post("/hall/guide/", {"do": "ticket", "kind": "none", "priority": "none", "id_number": "51"})
    assert refused.status_code == 422
    assert 'value="51"' in refused.content.decode()


def test_who_runs_the_floor_sets_skills_shifts_and_devices_and_a_guide_does_not() -> None:
    head = signed_in("head2")
    assert "大厅设备" in head.get("/hall/settings/").content.decode()
    made = head.post("/hall/settings/", {"do": "device", "kind": "screen", "name": "二楼屏", "place": "二楼", "desk": ""})
    assert "激活码" in made.content.decode()
    device = HallDevice.objects.get(name="二楼屏")
    again = head.post("/hall/settings/", {"do": "device", "kind": "screen", "name": "二楼屏", "place": "二楼", "desk": ""})
    assert again.status_code == 422
    assert "已有名为“二楼屏”的设备" in again.content.decode()
    head.post("/hall/settings/", {"do": "switch", "device": device.pk, "is_active": "0"})
    assert not HallDevice.objects.get(pk=device.pk).is_active
    desk = city.user("teller2").desk
    assert desk is not None
    head.post("/hall/settings/", {"do": "skills", "desk": desk.pk, "kinds": ["personal", "unit"]})
    assert {skill.kind for skill in desk.skills.all()} == {"personal", "unit"}
    head.post(
        "/hall/settings/", {"do": "shift", "desk": desk.pk, "first": city.user("teller2").pk, "second": city.user("teller").pk}
    )
    assert "2号综合业务窗口" in signed_in("teller").get("/hall/desk/").content.decode()
    assert signed_in("guide").get("/hall/settings/").status_code == 403
    # Of the review section: she may open the page, and is refused what is not her section's.
    refused = signed_in("head").post("/hall/settings/", {"do": "skills", "desk": desk.pk, "kinds": ["personal"]})
    assert refused.status_code == 422
    assert "综合业务科负责人" in refused.content.decode()
