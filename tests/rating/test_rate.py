"""A service is rated once: at the screen of the window, on the phone, on the platform, at the machine, with the code of the slip."""

import datetime as dt
import re
import threading

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client

from tests import city
from tests.conftest import TODAY
from tests.mobile.test_phone import on_the_phone
from tests.pages import page_of, signed_in, text_of
from tests.portal.test_applying import login_of
from tests.rating.services import new_window, served_at, service_of
from yigui.casework.accept_case import accept_case
from yigui.casework.query_code import query_code
from yigui.db.presence import Moved
from yigui.rating.given import Given
from yigui.rating.models import Rating, Service
from yigui.rating.queries import asked_at_window
from yigui.rating.rate import rate_at_window, rate_by_slip, rate_own
from yigui.registry.models import Person
from yigui.staff.errors import NotAuthorised

GOOD, BAD = Given(5), Given(2, ("hall_long_wait",), "排了一个小时")


def rating_of(service: Service) -> Rating:
    return Rating.objects.using("owner").get(service_id=service.pk)


def test_the_window_asks_about_a_finished_case_takes_the_answer_once_and_goes_back_to_the_number() -> None:
    window = new_window()
    ticket, (case,) = served_at(window)
    screen, service = window.screen, service_of(case)
    asked = page_of(screen.get("/hall/window/"))
    assert "您对刚才的服务满意吗" in asked
    assert case.item_name in asked
    address = f"/hall/window/rate/?service={service.pk}&level=2"
    assert address.replace("&", "&amp;") in screen.get("/hall/window/").content.decode()
    page = page_of(screen.get(address))
    assert "等候太久" in page
    assert "讲解清楚" not in page
    bare = screen.post("/hall/window/rate/", {"service": service.pk, "level": "2", "words": " "})
    assert bare.status_code == 422
    assert "请至少选一项原因" in text_of(bare)
    other = screen.post("/hall/window/rate/", {"service": service.pk, "level": "2", "tags": ["hall_warm"], "words": "还没说完"})
    assert "所选的标签与满意程度不符" in text_of(other)
    assert "还没说完" in text_of(other)
    assert screen.post("/hall/window/rate/", {"service": service.pk, "level": "2", "tags": ["hall_long_wait"]}).status_code == 302
    assert "谢谢您的评价" in page_of(screen.get("/hall/window/rated/"))
    kept = rating_of(service)
    assert (kept.level, kept.tags, kept.door, kept.rated_on) == (2, ["hall_long_wait"], "window", TODAY)
    assert (service.user_id, service.desk_id, service.hall_id) == (window.teller.pk, window.desk.pk, window.desk.location_id)
    shown = page_of(screen.get("/hall/window/"))
    assert "您对刚才的服务满意吗" not in shown
    assert str(ticket) in shown
    again = screen.post("/hall/window/rate/", {"service": service.pk, "level": "5"})
    assert again.status_code == 422
    assert "该服务已评价，无需重复评价" in text_of(again)


def test_each_case_of_a_visit_is_asked_about_and_who_would_rather_not_is_left_alone() -> None:
    window = new_window()
    _, cases = served_at(window, cases=2)
    screen = window.screen
    assert {row.service for row in asked_at_window(window.secret, TODAY)} == {service_of(case).pk for case in cases}
    rate_at_window(secret=window.secret, service=service_of(cases[1]).pk, given=GOOD, today=TODAY)
    (left,) = asked_at_window(window.secret, TODAY)
    assert left.service == service_of(cases[0]).pk
    screen.post("/hall/window/not-now/", {"ticket": left.ticket})
    assert "您对刚才的服务满意吗" not in page_of(screen.get("/hall/window/"))
    assert asked_at_window(window.secret, TODAY), "nobody was made to answer, and nothing counts as an answer"


def test_who_was_only_advised_rates_the_ticket_and_a_visit_with_a_case_has_no_second_one_for_its_ticket() -> None:
    window = new_window()
    advised, _ = served_at(window, cases=0, is_done=True)
    (asked,) = asked_at_window(window.secret, TODAY)
    assert asked.service == service_of(advised).pk
    rate_at_window(secret=window.secret, service=asked.service, given=BAD, today=TODAY)
    served, _ = served_at(window, is_done=True)
    assert not Service.objects.filter(ticket=served).exists()


def test_a_window_takes_nothing_about_the_one_before_once_the_next_one_sits_there_nor_anything_of_another_window() -> None:
    window, beside = new_window(), new_window()
    _, (case,) = served_at(window, is_done=True)
    number = service_of(case).pk
    with pytest.raises(Moved, match="评价时间已过"):
        rate_at_window(secret=beside.secret, service=number, given=GOOD, today=TODAY)
    served_at(window, cases=0)
    assert asked_at_window(window.secret, TODAY, is_typing=True) == []
    with pytest.raises(Moved, match="凭受理回执在网上或手机上评价"):
        rate_at_window(secret=window.secret, service=number, given=GOOD, today=TODAY)
    with pytest.raises(NotAuthorised, match="不是在用的窗口屏"):
        rate_at_window(secret="yigui-demo-machine", service=number, given=GOOD, today=TODAY)


def test_the_screen_stops_asking_some_time_after_the_visitor_has_gone() -> None:
    window = new_window()
    ticket, (case,) = served_at(window, is_done=True)
    assert asked_at_window(window.secret, TODAY)
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("UPDATE visits_ticket SET ended_at = ended_at - interval '90 seconds' WHERE id = %s", [ticket.pk])
    assert asked_at_window(window.secret, TODAY) == []
    # Whoever is typing has longer.
    assert asked_at_window(window.secret, TODAY, is_typing=True)
    rate_at_window(secret=window.secret, service=service_of(case).pk, given=GOOD, today=TODAY)


def test_a_person_rates_an_own_case_on_the_phone_reads_it_there_and_nobody_elses() -> None:
    person, other = city.next_person(), city.next_person()
    case = accept_case(city.application("CHG-003", city.basic_change_form(person), materials=["id_card"]))
    person = Person.objects.get(pk=person.pk)
    phone = on_the_phone(person)
    assert "您对这次服务满意吗" in page_of(phone.get(f"/m/cases/{case.case_no}/"))
    assert "态度冷淡" in page_of(phone.get(f"/m/cases/{case.case_no}/rate/?level=2"))
    refused = phone.post(f"/m/cases/{case.case_no}/rate/", {"level": "1", "words": "", "phone": "13800138000", "wants_call": "1"})
    assert refused.status_code == 422
    assert 'value="13800138000"' in text_of(refused)
    assert phone.post(f"/m/cases/{case.case_no}/rate/", {"level": "5"}).status_code == 302
    assert "您已评价：<strong>非常满意</strong>" in page_of(phone.get(f"/m/cases/{case.case_no}/"))
    assert rating_of(service_of(case)).holder == f"person:{person.pk}"
    assert "该服务已评价，无需重复评价" in text_of(phone.post(f"/m/cases/{case.case_no}/rate/", {"level": "1", "words": "改"}))
    again = phone.get(f"/m/cases/{case.case_no}/rate/?level=2")
    assert again.headers["Location"] == f"/m/cases/{case.case_no}/", "it is not offered once more"
    assert on_the_phone(other).post(f"/m/cases/{case.case_no}/rate/", {"level": "1", "words": "x"}).status_code == 404
    with pytest.raises(NotAuthorised, match="不是您的办件"):
        rate_own(holder=other, case_no=case.case_no, given=GOOD, today=TODAY)


def test_an_operator_rates_a_case_of_the_employer_and_the_person_it_is_about_does_not_read_what_was_said() -> None:
    employment = city.next_employee()
    case = accept_case(city.application("REG-006", city.stop_form(employment), materials=["termination_proof"]))
    login = login_of(employment.employer)
    rate_own(holder=login, case_no=case.case_no, given=Given(1, (), "办得太慢"), today=TODAY)
    kept = rating_of(service_of(case))
    assert (kept.holder, kept.door) == (f"unit:{employment.employer_id}", "online")
    page = page_of(on_the_phone(employment.person).get(f"/m/cases/{case.case_no}/"))
    assert "办得太慢" not in page
    assert "您已评价" not in page


def test_the_slip_opens_the_rating_of_its_case_by_its_code_alone() -> None:
    case = city.accept_class3()
    client, code = Client(), query_code(case.case_no)
    assert case.person is not None
    by_number = client.post("/progress/", {"case_no": case.case_no, "code": case.person.id_number[-6:]})
    assert "您对这次服务满意吗" not in page_of(by_number), "the last places of a number are known to many"
    assert "您对这次服务满意吗" in page_of(client.post("/progress/", {"case_no": case.case_no, "code": code}))
    form = {"case_no": case.case_no, "code": code, "level": "1"}
    assert "推诿不受理" in page_of(client.post("/progress/rate/", form))
    assert not Rating.objects.using("owner").filter(service_id=service_of(case).pk).exists()
    assert client.post("/progress/rate/", form | {"send": "1"}).status_code == 422
    assert "谢谢您的评价：非常不满意" in page_of(client.post("/progress/rate/", form | {"send": "1", "words": "跑了三趟"}))
    assert rating_of(service_of(case)).holder == ""
    again = client.post("/progress/rate/", form | {"send": "1", "words": "又来了"})
    assert again.status_code == 422
    assert "该服务已评价" in text_of(again)
    wrong = client.post("/progress/rate/", form | {"code": "AAAA-AAAA"})
    assert wrong.status_code == 404
    with pytest.raises(NotAuthorised, match="不相符"):
        rate_by_slip(case_no=case.case_no, code="AAAAAAAA", given=GOOD, today=TODAY)


def test_codes_cannot_be_tried_without_end_and_whoever_tries_shuts_the_case_for_nobody_else() -> None:
    case = city.accept_class3()
    form = {"case_no": case.case_no, "code": "AAAAAAAA", "level": "5"}
    tries = Client(REMOTE_ADDR="198.51.100.7")
    right = form | {"code": query_code(case.case_no)}
    assert {tries.post("/progress/rate/", right).status_code for _ in range(5)} == {200}, "a right one counts for nothing"
    with connections["super"].cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(count), 0) FROM identity_attempt WHERE key LIKE 'progress:source|198.51.100.%%'")
        assert cursor.fetchone() == (0,)
    assert {tries.post("/progress/rate/", form).status_code for _ in range(122)} == {404, 429}
    assert Client(REMOTE_ADDR="203.0.113.99").post("/progress/rate/", right).status_code == 200


def _without_token(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_the_code_of_the_slip_tells_nothing_of_a_rating_nor_whether_there_is_one() -> None:
    """Whoever took the case can print its slip: the progress page says the same before and after, and leads to no receipt."""
    window = new_window()
    _, (case,) = served_at(window)
    asks = {"case_no": case.case_no, "code": query_code(case.case_no)}
    teller = signed_in(window.teller.username)
    before = _without_token(page_of(teller.post("/progress/", asks)))
    receipt = rate_at_window(secret=window.secret, service=service_of(case).pk, given=Given(1, ("hall_rude",), "难听"), today=TODAY)
    for client in (teller, Client()):
        assert _without_token(page_of(client.post("/progress/", asks))) == before
        for page in (client.post("/progress/", asks), client.post("/progress/rate/", asks | {"level": "5"})):
            assert page.status_code == 200
            said = page.content.decode()
            assert receipt not in said
            assert "receipt=" not in said
            assert "已评价" not in text_of(page)
        refused = client.post("/progress/rate/", asks | {"level": "5", "send": "1"})
        assert refused.status_code == 422
        assert receipt not in refused.content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM rating_of_slip_v1(%s, %s, %s)", [case.case_no, query_code(case.case_no), TODAY])
        assert cursor.description is not None
        assert [column.name for column in cursor.description] == ["service_id", "site", "refusal"]
        cursor.execute("SELECT identity_short_code_v1(%s)", [f"rating:{receipt.partition('-')[0]}"])
        assert cursor.fetchone()[0] != receipt.partition("-")[2], "no receipt can be computed"


def test_a_case_under_way_is_not_rated_and_one_that_ended_long_ago_no_more() -> None:
    case = city.accept_class2()
    assert not Service.objects.filter(case=case).exists()
    with pytest.raises(Moved, match="办结后才能评价"):
        rate_by_slip(case_no=case.case_no, code=query_code(case.case_no), given=GOOD, today=TODAY)
    declined = city.decide(case, "reviewer", "declined", "不符合条件")
    assert declined.status == "declined"
    late = TODAY + dt.timedelta(days=31)
    with pytest.raises(Moved, match="超过 30 日的评价期"):
        rate_by_slip(case_no=case.case_no, code=query_code(case.case_no), given=GOOD, today=late)
    rate_by_slip(case_no=case.case_no, code=query_code(case.case_no), given=GOOD, today=TODAY + dt.timedelta(days=30))
    assert rating_of(service_of(declined)).level == 5


def test_two_at_once_leave_one_rating() -> None:
    """The second waits for the first, and is refused in words."""
    case = city.accept_class3()
    said: list[str] = []

    def rate() -> None:
        try:
            rate_by_slip(case_no=case.case_no, code=query_code(case.case_no), given=GOOD, today=TODAY)
            said.append("")
        except Moved as refused:
            said.append(refused.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=rate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["", *["该服务已评价，无需重复评价。"] * 3]


def test_no_page_and_no_login_of_the_staff_reads_who_rated() -> None:
    window = new_window()
    _, (case,) = served_at(window)
    rate_at_window(
        secret=window.secret, service=service_of(case).pk, given=Given(1, ("hall_rude",), "说话很难听的一句"), today=TODAY
    )
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        list(Rating.objects.all())
    teller = signed_in(window.teller.username)
    for path in (f"/cases/{case.case_no}/", "/counter/", "/hall/desk/", "/inbox/"):
        page = text_of(teller.get(path, follow=True))
        assert "说话很难听的一句" not in page
        assert "非常不满意" not in page


def test_nothing_that_the_staff_can_ask_tells_whether_a_service_was_rated() -> None:
    window, beside = new_window(), new_window()
    _, cases = served_at(window, cases=2)
    rate_by_slip(case_no=cases[0].case_no, code=query_code(cases[0].case_no), given=GOOD, today=TODAY)
    numbers = [service_of(case).pk for case in cases]
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT xmax::text FROM rating_service WHERE id = ANY (%s)", [numbers])
        assert cursor.fetchall() == [("0",)]
    said = set()
    for case in cases:
        with pytest.raises(Moved) as refused:
            rate_by_slip(case_no=case.case_no, code=query_code(case.case_no), given=Given(None), today=TODAY)
        said.add(refused.value.message)
    assert said == {"请选择满意程度。"}
    said = set()
    for number in numbers:
        with pytest.raises(Moved) as refused:
            rate_at_window(secret=beside.secret, service=number, given=GOOD, today=TODAY)
        said.add(refused.value.message)
    assert len(said) == 1
