"""What a teller need not do: open the only hit, look for the item in official words, type what the house knows of a number."""

import re

import pytest
from django.test import Client

from tests import city
from tests.pages import PART, signed_in, text_of
from tests.portal.test_applying import login_of
from tests.portal.test_signing_in import signed_in as operator_of
from yigui.casework.errors import FormInvalid
from yigui.casework.models import Draft
from yigui.casework.who_may import Reason
from yigui.catalogue.declarations import catalogue
from yigui.counter.item_finder import all_items, find_items, items_about, items_of_teller
from yigui.registry.models import Person
from yigui.staff.models import FullView


def test_the_one_record_with_the_number_opens_at_enter_and_nothing_else_does() -> None:
    client, employment = signed_in(), city.next_employee()
    person, employer = employment.person, employment.employer
    for number in (person.id_number, f"{person.id_number[:6]} {person.id_number[6:14]} {person.id_number[14:]}", person.person_no):
        assert client.post("/search/results/", {"q": number}).headers["Location"] == f"/persons/{person.person_no}/"
    for number in (employer.unit_no, employer.credit_code):
        assert client.post("/search/results/", {"q": number}).headers["Location"] == f"/employers/{employer.unit_no}/"
    # While one types, what is found is listed.
    assert client.post("/search/results/", {"q": person.id_number}, headers=PART).status_code == 200
    for part in (person.id_number[:12], person.name, employer.name[:3]):
        assert client.post("/search/results/", {"q": part}).status_code == 200


def _found(text: str) -> list[str]:
    return [row.item.code for row in find_items(all_items(city.TODAY), text)]


def test_items_are_found_by_the_words_of_the_counter_and_their_initials() -> None:
    assert _found("增员")[:2] == ["REG-004", "REG-005"]
    assert _found("减员")[0] == "REG-006" == _found("jy")[0] == _found("退工")[0]
    assert "REG-006" in _found("停保")
    assert {"LVY-003", "LVY-004", "LVY-005"} <= set(_found("补缴"))
    assert {"CHG-006", "TRF-001"} <= set(_found("转移"))
    assert _found("reg006") == ["REG-006"], "the code still does"


def test_the_words_are_of_items_that_are_there() -> None:
    known = {item.code for item in catalogue().items(city.TODAY)}
    assert set(catalogue().on(city.TODAY).words) <= known


def test_what_fits_comes_first_and_what_a_teller_does_most_before_it() -> None:
    teller, employee = city.new_user("teller"), city.next_employee().person
    codes = [row.item.code for row in items_about(teller, employee, city.TODAY)]
    assert codes[0] == "REG-006", "somebody at work leaves"
    assert codes.index("REG-004") > codes.index("CHG-003") > codes.index("REG-006")
    stranger = Person(pk=0, id_number=employee.id_number, life_status="01")
    assert items_about(teller, stranger, city.TODAY)[0].item.code in {"REG-004", "REG-005", "REG-007"}


def test_what_was_done_most_of_late_comes_first() -> None:
    teller = city.user("teller")
    for _ in range(3):
        city.accept_class3()
    done = [row.item.code for row in items_of_teller(teller, city.TODAY)]
    fresh = [row.item.code for row in items_of_teller(city.new_user("teller"), city.TODAY)]
    assert fresh == sorted(fresh)
    assert done != fresh
    assert set(done) == set(fresh)


def _live(client: Client, url: str, form: dict[str, object]) -> str:
    return client.post(f"{url}live/", form).content.decode()


def _draft(url: str) -> Draft:
    return Draft.objects.get(token=url.split("/")[-2])


def test_a_number_fills_in_what_the_registry_has_and_that_is_recorded() -> None:
    employment = city.next_employee()
    person, client = employment.person, signed_in()
    url = client.post("/counter/drafts/", {"item": "REG-006", "unit_no": employment.employer.unit_no}).headers["Location"]
    before = FullView.objects.filter(subject_id=person.pk).count()
    answer = _live(client, url, {**_draft(url).form, "id_number": person.id_number})
    assert _draft(url).form["person_name"] == person.name
    assert re.search(r'id="wrap_person_name"[^>]*hx-swap-oob="true"', answer)
    assert person.name in answer
    assert FullView.objects.filter(subject_id=person.pk, reason__startswith="受理 REG-006").count() == before + 1
    _live(client, url, dict(_draft(url).form))
    assert FullView.objects.filter(subject_id=person.pk).count() == before + 1, "told once"


def test_another_number_replaces_what_was_told_and_leaves_what_was_typed() -> None:
    client, (one, other) = signed_in(), (city.next_employee().person, city.next_employee().person)
    url = client.post("/counter/drafts/", {"item": "CHG-003"}).headers["Location"]
    _live(client, url, {"id_number": one.id_number})
    assert _draft(url).form["person_name"] == one.name
    _live(client, url, {**_draft(url).form, "id_number": other.id_number})
    assert _draft(url).form["person_name"] == other.name
    _live(client, url, {**_draft(url).form, "person_name": "张三", "id_number": one.id_number})
    assert _draft(url).form["person_name"] == "张三", "what somebody typed stays, and is checked"


def test_a_number_tells_once_and_what_was_emptied_stays_empty() -> None:
    one, other, client = city.next_employee().person, city.next_employee().person, signed_in()
    url = client.post("/counter/drafts/", {"item": "CHG-003"}).headers["Location"]

    def seen() -> list[int]:
        return [FullView.objects.filter(subject_id=person.pk, reason__startswith="受理 CHG-003").count() for person in (one, other)]

    before = seen()
    _live(client, url, {"id_number": one.id_number})
    for _ in range(3):
        _live(client, url, {**_draft(url).form, "person_name": ""})
        assert _draft(url).form["person_name"] == ""
    assert seen() == [before[0] + 1, before[1]]
    for number in (other.id_number, one.id_number):
        _live(client, url, {**_draft(url).form, "id_number": number})
    assert _draft(url).form["person_name"] == one.name, "another number before it: told again"
    assert seen() == [before[0] + 1, before[1] + 1], "and each seen in full once by this form"


def test_a_form_without_a_name_records_one_view_however_often_it_is_checked() -> None:
    person, client = city.next_employee().person, signed_in()
    url = client.post("/counter/drafts/", {"item": "ENQ-006"}).headers["Location"]
    before = FullView.objects.filter(subject_id=person.pk).count()
    for _ in range(3):
        _live(client, url, {**_draft(url).form, "id_number": person.id_number})
    assert FullView.objects.filter(subject_id=person.pk).count() == before + 1


def test_what_is_wrong_with_a_field_that_the_page_does_not_show_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in()
    url = client.post("/counter/drafts/", {"item": "CHG-003"}).headers["Location"]

    def unreadable(_: object) -> None:
        raise FormInvalid({"not_there": ["名册第 3 行无法读取。"]})

    for step in ("examine", "examine_so_far"):
        monkeypatch.setattr(f"yigui.applying.flow.{step}", unreadable)
    answer = _live(client, url, dict(_draft(url).form))
    assert "名册第 3 行无法读取。" in answer
    assert "有误或不能办理 1 项" in answer
    assert "核查通过" not in answer


def test_of_somebody_new_the_registration_tells_the_name_and_the_number_birth_and_gender() -> None:
    seeker, client = city.next_seeker(), signed_in()
    url = client.post("/counter/drafts/", {"item": "REG-004", "unit_no": city.unit(seeker.credit_code).unit_no}).headers["Location"]
    _live(client, url, {**_draft(url).form, "id_number": seeker.id_number})
    form, number = _draft(url).form, seeker.id_number
    assert form["person_name"] == seeker.name
    assert form["birth_date"] == f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    assert form["gender"] == ("1" if int(number[16]) % 2 else "2")


def test_half_a_number_and_a_wrong_one_tell_nothing() -> None:
    person, client = city.next_employee().person, signed_in()
    url = client.post("/counter/drafts/", {"item": "CHG-003"}).headers["Location"]
    wrong = person.id_number[:-1] + next(d for d in "0123456789" if d != person.id_number[-1])
    for number in (person.id_number[:17], wrong):
        _live(client, url, {"id_number": number})
        assert not _draft(url).form.get("person_name")


def test_outside_a_number_tells_nobody_a_name() -> None:
    mine, other = city.next_employee(), city.next_seeker()
    client = operator_of(login_of(mine.employer))
    url = client.post("/unit/apply/drafts/", {"item": "REG-004"}).headers["Location"]
    answer = _live(client, url, {**_draft(url).form, "id_number": other.id_number})
    assert other.name not in answer
    assert not _draft(url).form.get("person_name")


def test_who_may_not_accept_for_somebody_is_told_nothing_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    person, client = city.next_employee().person, signed_in()
    url = client.post("/counter/drafts/", {"item": "CHG-003"}).headers["Location"]
    before = FullView.objects.filter(subject_id=person.pk).count()
    # Their rights end while the form is open.
    ended = Reason("desk", "没有受理权限。")
    monkeypatch.setattr("yigui.counter.drafts.why_not_begin", lambda *_, **__: ended)
    assert person.name not in _live(client, url, {"id_number": person.id_number})
    assert not _draft(url).form.get("person_name")
    assert FullView.objects.filter(subject_id=person.pk).count() == before


def test_the_next_of_the_same_keeps_item_and_employer() -> None:
    client = signed_in()
    case = city.accept_class3()
    page = text_of(client.get(f"/cases/{case.case_no}/"))
    again = re.search(r"<form[^>]*>(?:(?!</form>).)*id=\"again\"", page)
    assert again is not None
    assert f'value="{case.item_code}"' in again[0]
    assert 'id="again"' not in text_of(signed_in("reviewer").get(f"/cases/{case.case_no}/"))
