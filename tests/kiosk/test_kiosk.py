"""The self-service area: registered machines, a card or a code, help beside the visitor, and nothing left behind."""

import datetime as dt
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests import city
from tests.casework.test_two_at_once import at_once
from tests.city import application
from tests.items import money_forms
from tests.mobile.test_phone import on_the_phone, sent_code
from tests.pages import submitted, text_of
from tests.portal.test_applying import seeker_and_login
from tests.seen import set_password
from yigui.casework.accept_case import accept_case
from yigui.casework.models import Case, Draft
from yigui.catalogue.declarations import catalogue
from yigui.charges.queries import open_bills
from yigui.common.money import format_fen
from yigui.identity import kiosks
from yigui.identity.models import Kiosk, OutsideSession, UnitLogin
from yigui.kiosk.models import HelpCall
from yigui.registry.models import Person
from yigui.staff.locations import Location
from yigui.staff.models import FullView
from yigui.synthetic.demo_staff import PASSWORD

_numbers = iter(range(1000))


def registered(reader: str = "") -> tuple[Client, Kiosk]:
    """A browser that is a machine."""
    client, kiosk, _ = with_key(reader)
    return client, kiosk


def with_key(reader: str) -> tuple[Client, Kiosk, str]:
    """The same, and the key of its reader."""
    area = Location.objects.get(name="市社保局自助服务区")
    head = city.user("head")
    kiosk, secret, key = kiosks.register_kiosk(
        actor=head, location=area, name=f"{next(_numbers)}号机", place="一楼", reader_url=reader
    )
    client = Client()
    assert client.post("/kiosk/activate/", {"secret": secret}).status_code == 302
    return client, kiosk, key


def as_operator(client: Client, login: UnitLogin) -> Client:
    set_password(login, PASSWORD)
    answer = client.post("/kiosk/unit/sign-in/", {"username": login.username, "password": PASSWORD})
    assert answer.status_code == 302, text_of(answer)
    return client


def as_person(client: Client, person: Person) -> Client:
    form = {"id_number": person.id_number, "name": person.name, "code": sent_code(client, person)}
    assert client.post("/kiosk/me/sign-in/code/", form)["Location"] == "/kiosk/me/"
    return client


def staff(name: str) -> Client:
    client = Client()
    client.post("/sign-in/", {"username": name, "password": PASSWORD})
    return client


def test_only_a_registered_machine_opens_the_pages_and_a_switched_off_one_none() -> None:
    stranger = Client()
    assert stranger.get("/kiosk/")["Location"] == "/kiosk/activate/"
    assert stranger.get("/kiosk/me/sign-in/").status_code == 403
    assert stranger.post("/kiosk/activate/", {"secret": "guessed"}).status_code == 422
    client, kiosk = registered()
    kiosk.refresh_from_db()
    assert kiosk.seen_at is not None
    assert kiosk.name in text_of(client.get("/kiosk/"))
    assert client.get("/kiosk/me/sign-in/").status_code == 200
    kiosks.switch_kiosk(actor=city.user("head"), kiosk=kiosk, is_active=False)
    assert client.get("/kiosk/unit/sign-in/").status_code == 403


def test_sixteen_machines_are_registered_on_the_page_and_listed() -> None:
    head = staff("head")
    area = Location.objects.get(name="市社保局自助服务区")
    assert "请选择终端所在的办事场所" in text_of(head.post("/kiosk/devices/", {"name": "自助 0 号", "place": "一楼"}))
    for number in range(16):
        page = head.post("/kiosk/devices/", {"name": f"自助 {number} 号", "place": "一楼", "location": area.pk})
        assert "activate" in text_of(page)
    listed = text_of(head.get("/kiosk/devices/"))
    assert all(f"自助 {number} 号" in listed for number in range(16))
    assert "尚未激活" in listed
    again = head.post("/kiosk/devices/", {"name": "自助 3 号", "place": "一楼", "location": area.pk})
    assert (again.status_code, "换一个名称" in text_of(again)) == (422, True)
    moved = Kiosk.objects.get(name="自助 3 号")
    hall = Location.objects.get(name="市政务服务中心社保大厅")
    head.post("/kiosk/devices/", {"number": moved.pk, "location": hall.pk})
    moved.refresh_from_db()
    assert moved.location == hall
    other = Location.objects.filter(agency="51110201").first()
    assert other is not None
    assert head.post("/kiosk/devices/", {"number": moved.pk, "location": other.pk}).status_code == 422
    assert staff("teller").get("/kiosk/devices/").status_code == 403


def test_a_card_in_the_reader_opens_the_session_once_fresh_and_only_here() -> None:
    client, kiosk, key = with_key("http://127.0.0.1:9101/card")
    person = city.next_person()
    now = int(time.time())
    fresh = kiosks.sign_card(key, id_number=person.id_number, name=person.name, at=now)
    other = kiosks.sign_card("another key", id_number=person.id_number, name=person.name, at=now)
    stale = kiosks.sign_card(key, id_number=person.id_number, name=person.name, at=now - 60)
    for card, sentence in ((other, "无法核验"), (stale, "已超时"), ("nonsense", "没有读到卡片")):
        answer = client.post("/kiosk/me/sign-in/", {"card": card})
        assert (answer.status_code, sentence in text_of(answer)) == (422, True)
    assert client.post("/kiosk/me/sign-in/", {"card": fresh})["Location"] == "/kiosk/me/"
    assert person.name in text_of(client.get("/kiosk/me/"))
    assert client.get("/m/")["Location"] == "/kiosk/", "a machine stays in its own pages"
    kiosk.refresh_from_db()
    assert kiosk.reader_key == "", "only the database keeps it"
    again = Client()
    again.cookies = client.cookies.copy()
    answer = again.post("/kiosk/me/sign-in/", {"card": fresh})
    assert (answer.status_code, "已超时" in text_of(answer)) == (422, True), "a reading opens once"


def test_the_session_of_a_machine_ends_after_two_idle_minutes() -> None:
    client, _ = registered()
    person = city.next_person()
    as_person(client, person)
    sessions = OutsideSession.objects.filter(person=person, ended_at=None)
    sessions.update(seen_at=timezone.now() - dt.timedelta(seconds=100))
    assert client.get("/kiosk/me/").status_code == 200
    sessions.update(seen_at=timezone.now() - dt.timedelta(seconds=121))
    assert client.get("/kiosk/me/")["Location"] == "/kiosk/"
    assert client.get("/kiosk/me/")["Location"] == "/kiosk/"
    assert not sessions.exists()


def test_more_than_ten_items_of_employers_are_open_and_the_counters_own_are_not() -> None:
    items = [i for i in catalogue().items(city.TODAY) if "kiosk" in i.channels]
    assert len([i for i in items if "employer" in (i.applicant, *i.also_applicant)]) >= 11
    online = [i.code for i in catalogue().items(city.TODAY) if "online" in i.channels]
    assert not {"REG-014", "PEN-010", "MAT-003"} & ({i.code for i in items} | set(online))


def test_an_operator_enrols_a_person_at_the_machine_and_the_answer_is_there() -> None:
    seeker, login = seeker_and_login()
    client, _ = registered()
    as_operator(client, login)
    token = begun(client, "/kiosk/unit/apply/drafts/", "REG-004")
    filled(token, city.enrolment_form(seeker))
    started = timezone.now()
    answer = submitted(client, token)
    assert answer.status_code == 302, text_of(answer)
    case = Case.objects.get(channel="kiosk", login=login)
    assert answer["Location"] == f"/kiosk/unit/cases/{case.case_no}/"
    assert (case.status, case.finished_at is not None) == ("finished", True)
    assert case.finished_at - started < timezone.timedelta(minutes=3)
    assert "已办结" in text_of(client.get(f"/kiosk/unit/cases/{case.case_no}/"))


def begun(client: Client, url: str, item: str) -> str:
    answer = client.post(url, {"item": item})
    assert answer.status_code == 302, text_of(answer)
    return str(answer["Location"])


def filled(url: str, form: dict[str, Any]) -> Draft:
    draft = Draft.objects.get(token=url.rstrip("/").rsplit("/", 1)[1])
    draft.form = draft.form | form
    draft.save()
    return draft


def test_a_helper_joins_fills_leaves_a_note_and_the_visitor_hands_in() -> None:
    client, kiosk = registered()
    person = city.next_person()
    as_person(client, person)
    form = begun(client, "/kiosk/me/apply/drafts/", "CHG-003")
    token = form.rstrip("/").rsplit("/", 1)[1]
    assert "已呼叫工作人员" in text_of(client.post("/kiosk/help/", {"draft": token}, headers={"HX-Request": "true"}))
    client.post("/kiosk/help/", {"draft": token})
    call = HelpCall.objects.get(applicant=person)
    guide, other = staff("guide"), staff("teller")
    assert kiosk.name in text_of(guide.get("/kiosk/calls/"))
    assert person.name not in text_of(guide.get("/kiosk/calls/"))
    assert guide.get(f"/kiosk/help/drafts/{token}/").status_code == 409
    assert guide.post(f"/kiosk/calls/{call.pk}/join/").status_code == 302
    assert FullView.objects.filter(subject="person", subject_id=person.pk, reason__contains="自助区协助").exists()
    assert other.post(f"/kiosk/calls/{call.pk}/join/").status_code == 409
    assert other.get(f"/kiosk/calls/{call.pk}/").status_code == 409
    assert guide.get(f"/kiosk/help/drafts/{token}/").status_code == 200
    change = {"change_item": "phone", "new_value": "13900001234"}
    change = application("CHG-003", {}).form | change
    assert guide.post(f"/kiosk/help/drafts/{token}/live/", change).status_code == 200
    assert Draft.objects.get(token=token).form["new_value"] == "13900001234"
    refused = guide.post(f"/kiosk/help/drafts/{token}/submit/")
    assert (refused.status_code, "由办事人核对" in text_of(refused)) == (403, True)
    guide.post(f"/kiosk/calls/{call.pk}/note/", {"note": "请核对手机号码后提交"})
    assert "请核对手机号码后提交" in text_of(client.get("/kiosk/help/state/"))
    guide.post(f"/kiosk/calls/{call.pk}/note/", {"note": "办好了", "end": "1"})
    assert guide.get(f"/kiosk/help/drafts/{token}/").status_code == 409
    call.refresh_from_db()
    assert (call.helper.username, call.note, call.ended_at is not None) == ("guide", "办好了", True)


def test_helper_and_visitor_who_type_at_the_same_moment_lose_nothing() -> None:
    """Different fields are both kept, whichever is saved first; of the same one the later stays, and its page is told what the other had typed."""
    client, _ = registered()
    person = city.next_person()
    as_person(client, person)
    form = begun(client, "/kiosk/me/apply/drafts/", "CHG-003")
    token = form.rstrip("/").rsplit("/", 1)[1]
    client.post("/kiosk/help/", {"draft": token})
    guide = staff("guide")
    assert guide.post(f"/kiosk/calls/{HelpCall.objects.get(applicant=person).pk}/join/").status_code == 302
    start = application("CHG-003", {}).form | {"change_item": "phone"}

    def typed(who: Client, address: str, page: str, **fields: str) -> Callable[[], str]:
        version = str(Draft.objects.get(token=token).version)
        sent = start | fields | {"draft_version": version, "page_key": page}
        return lambda: text_of(who.post(f"{address}live/", sent))

    visitor, helper = partial(typed, client, form, "visitor"), partial(typed, guide, f"/kiosk/help/drafts/{token}/", "helper")
    visitor()()
    at_once(visitor(new_value="13900001234"), helper(change_item="address"))
    kept = Draft.objects.get(token=token)
    assert (kept.form["new_value"], kept.form["change_item"]) == ("13900001234", "address")
    start = start | {"change_item": "address", "new_value": "13900001234"}
    told = at_once(visitor(new_value="13911110001"), helper(new_value="13922220002"))
    last = Draft.objects.get(token=token).form["new_value"]
    assert last in ("13911110001", "13922220002")
    other = "13922220002" if last == "13911110001" else "13911110001"
    # Who helps nobody any more is with nobody: the accounts are those of every test.
    guide.post(f"/kiosk/calls/{HelpCall.objects.get(applicant=person).pk}/note/", {"note": "好了", "end": "1"})
    later = told[0 if last == "13911110001" else 1]
    assert f"另一页面填的是“{other}”，已按本页改为“{last}”" in later


def test_help_needs_somebody_signed_in_and_ends_when_they_leave() -> None:
    client, _ = registered()
    assert client.post("/kiosk/help/").status_code == 403
    person = city.next_person()
    as_person(client, person)
    client.post("/kiosk/help/")
    client.post("/kiosk/me/sign-out/")
    call = HelpCall.objects.get(applicant=person)
    assert call.ended_at is not None
    assert staff("guide").post(f"/kiosk/calls/{call.pk}/join/").status_code == 409


@pytest.mark.parametrize("place", ["/m/", "/kiosk/me/"])
def test_a_person_who_owes_sees_their_own_bill(place: str) -> None:
    person = money_forms.new_flexible()
    accept_case(application("LVY-007", money_forms.pay_form(person), materials=["id_card"]))
    bill = open_bills(person=person)[0]
    client = on_the_phone(person) if place == "/m/" else as_person(registered()[0], person)
    answer = client.get(f"{place}dues/")
    assert answer.status_code == 200
    assert bill.left_fen > 0
    assert f"应缴 {format_fen(bill.bill.total_fen)} 元" in text_of(answer)


def test_the_record_by_month_is_printed_at_the_machine_and_kept_by_no_one() -> None:
    client = as_person(registered()[0], city.next_employee().person)
    page = text_of(client.get("/kiosk/me/record/"))
    assert ("打印本页" in page, "record.xlsx" in page) == (True, False)
    assert client.get("/kiosk/me/record.xlsx")["Location"] == "/kiosk/me/record/"
