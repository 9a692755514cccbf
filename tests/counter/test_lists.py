"""Lists that an employer brings to the counter, and a second list beside the first, at both doors."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from tests import city
from tests.conftest import TODAY
from tests.pages import page_of, text_of
from tests.pages import signed_in as at_the_counter
from tests.portal.test_applying import login_of
from tests.portal.test_lists import ITEM, SCAN, company, row_of, states, workbook
from tests.portal.test_signing_in import signed_in
from yigui.applying.lists import accept_list, earlier_lists, left_behind, read_list
from yigui.casework.application_lists import keep_list
from yigui.casework.models import ApplicationList, Case
from yigui.catalogue.declarations import catalogue
from yigui.common.errors import YiguiError
from yigui.counter.drafts import door_of as counter_door
from yigui.db.presence import be_present
from yigui.portal.applying import door_at
from yigui.registry.models import Employer, Employment
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import FullView


def sent(client: Client, url: str, rows: list[dict[str, Any]], **more: str) -> Any:
    return client.post(url, {"file": SimpleUploadedFile("名单.xlsx", workbook(rows)), **more})


def at_door(door: str, employer: Employer) -> tuple[Client, str]:
    """A browser at a door and where lists of an employer are sent there."""
    if door == "counter":
        return at_the_counter("teller"), f"/counter/lists/{employer.unit_no}/REG-004/"
    return signed_in(login_of(employer)), "/unit/apply/lists/REG-004/"


def kept_at(answer: Any) -> ApplicationList:
    assert answer.status_code == 302, text_of(answer)[-600:]
    return ApplicationList.objects.get(token=answer["Location"].strip("/").rsplit("/", 1)[-1])


def test_a_list_brought_to_the_counter_is_judged_returned_and_accepted() -> None:
    login, seekers = company(3)
    client, url = at_door("counter", login.employer)
    page = text_of(client.get(f"/employers/{login.employer.unit_no}/"))
    assert url in page
    assert login.employer.name in text_of(client.get(url))
    good, bad, last = seekers
    kept = kept_at(sent(client, url, [row_of(good), row_of(bad, declared_wage="很多"), row_of(last)]))
    assert (states(kept), kept.login_id) == ({"good": 2, "bad": 1}, None)
    assert FullView.objects.filter(subject="employer", subject_id=login.employer_id, reason__contains="名单").exists()
    at = f"/counter/list/{kept.token}/"
    assert "不是金额" in text_of(client.get(at))
    back = openpyxl.load_workbook(io.BytesIO(client.get(f"{at}returned.xlsx").content)).worksheets[0]
    assert (back.max_row, back.cell(1, back.max_column).value) == (2, "退回原因")
    page = text_of(client.post(f"{at}accept/", follow=True))
    assert "已办结 <strong>2</strong> 人" in page
    for seeker in (good, last):
        case = Case.objects.get(person__id_number=seeker.id_number, item_code="REG-004")
        assert (case.status, case.channel, case.accepted_by.username, case.login) == ("finished", "counter", "teller", None)
        assert f"/cases/{case.case_no}/" in page
    assert not Employment.objects.filter(employer=login.employer, person__id_number=bad.id_number).exists()


def test_a_list_at_the_counter_is_its_tellers_alone() -> None:
    login, seekers = company(1)
    client, url = at_door("counter", login.employer)
    kept = kept_at(sent(client, url, [row_of(seekers[0])]))
    other = city.new_user("teller", password="Ein-Passwort-9")
    stranger = at_the_counter(other.username)
    at = f"/counter/list/{kept.token}/"
    assert [stranger.get(at).status_code, stranger.get(f"{at}returned.xlsx").status_code] == [404, 404]
    assert stranger.post(f"{at}accept/").status_code == 404
    assert signed_in(login).get(f"/unit/apply/list/{kept.token}/").status_code == 404
    assert at_the_counter("reviewer").get(url).status_code == 403


def test_whoever_may_not_accept_the_item_sends_no_list_of_it() -> None:
    login, seekers = company(1)
    nobody = city.new_user("teller", password="Ein-Passwort-9")
    client = at_the_counter(nobody.username)
    before = ApplicationList.objects.count()
    url = f"/counter/lists/{login.employer.unit_no}/REG-004/"
    assert "授权" in text_of(client.get(url)) or "权限" in text_of(client.get(url))
    assert sent(client, url, [row_of(seekers[0])]).status_code == 422
    assert ApplicationList.objects.count() == before
    assert not FullView.objects.filter(user=nobody).exists()
    assert client.get(f"/counter/lists/{login.employer.unit_no}/LVY-002/").status_code == 404
    assert client.get("/counter/lists/0/REG-004/").status_code == 404


def of_counter(username: str = "teller") -> Any:
    request = type("Request", (), {"user": city.user(username)})()
    return counter_door(request)


def test_after_the_15th_the_counter_says_so_once_and_reads_nothing() -> None:
    login, seekers = company(2)
    rows = workbook([row_of(s) for s in seekers])
    late = dt.date(2026, 11, 16)
    with pytest.raises(YiguiError, match="1日至15日"):
        read_list(of_counter(), item=ITEM, employer=login.employer, content=rows, file_name="a.xlsx", today=late)
    kept = read_list(of_counter(), item=ITEM, employer=login.employer, content=rows, file_name="a.xlsx", today=TODAY)
    with pytest.raises(YiguiError, match="1日至15日"):
        accept_list(of_counter(), kept, confirmed=(), today=late)
    kept.refresh_from_db()
    assert states(kept) == {"good": 2}


def test_what_stops_a_list_half_way_takes_nothing_back(monkeypatch: pytest.MonkeyPatch) -> None:
    login, seekers = company(3)
    kept = read_list(
        of_counter(),
        item=ITEM,
        employer=login.employer,
        content=workbook([row_of(s) for s in seekers]),
        file_name="a.xlsx",
        today=TODAY,
    )
    calls = iter((True, False))
    accept = __import__("yigui.applying.lists", fromlist=["accept_case"]).accept_case

    def once(application: Any) -> Any:
        if next(calls):
            return accept(application)
        raise NotAuthorised("今天已轧账，不再受理。")

    monkeypatch.setattr("yigui.applying.lists.accept_case", once)
    with pytest.raises(NotAuthorised):
        accept_list(of_counter(), kept, confirmed=(), today=TODAY)
    kept.refresh_from_db()
    assert states(kept) == {"done": 1, "good": 2}
    monkeypatch.undo()
    assert states(accept_list(of_counter(), kept, confirmed=(), today=TODAY)) == {"done": 3}


@pytest.mark.parametrize("door", ["portal", "counter"])
@pytest.mark.parametrize("how", ["merge", "replace"])
def test_a_second_list_is_asked_about_and_merged_or_put_in_the_place_of_the_first(door: str, how: str) -> None:
    login, (one, two, three) = company(3)
    client, url = at_door(door, login.employer)
    first = kept_at(sent(client, url, [row_of(one), row_of(two)]))
    count = ApplicationList.objects.count()
    asked = sent(client, url, [row_of(two, declared_wage="7000"), row_of(three)])
    assert (asked.status_code, ApplicationList.objects.count()) == (422, count)
    assert "请选择“并入已有名单”或“替换已有名单”" in text_of(asked)
    assert "2 人核对通过、尚未提交" in text_of(client.get(url))
    second = kept_at(sent(client, url, [row_of(two, declared_wage="7000"), row_of(three)], how=how))
    first.refresh_from_db()
    assert states(first) == {"moved": 2}
    assert {row["number"] for row in second.rows} == {s.id_number for s in ((one, two, three) if how == "merge" else (two, three))}
    old = f"{'/counter' if door == 'counter' else '/unit/apply'}/list/{first.token}/"
    assert str(second.token) in text_of(client.get(old))
    # Nothing is accepted out of the first any more.
    client.post(f"{old}accept/")
    people = Case.objects.filter(item_code="REG-004", person__id_number__in=[s.id_number for s in (one, two, three)])
    assert people.count() == 0
    client.post(f"{old.replace(str(first.token), str(second.token))}accept/")
    assert people.count() == (3 if how == "merge" else 2)
    assert Employment.objects.get(employer=login.employer, person__id_number=two.id_number).declared_wage_fen == 7000_00
    # Once handed in, nothing is asked.
    assert "how" not in text_of(client.get(url)).split("<form", 1)[-1].split("</form>")[0]


@pytest.mark.parametrize("door", ["portal", "counter"])
def test_a_merged_list_says_what_came_back_in_the_first_and_a_replaced_one_who_is_left_out(door: str) -> None:
    login, (one, two, three, four) = company(4)
    client, url = at_door(door, login.employer)
    at = "/counter/list/" if door == "counter" else "/unit/apply/list/"
    wrong = row_of(two, declared_wage="很多")
    first = kept_at(sent(client, url, [row_of(one), wrong, row_of(three, declared_wage="很多")]))
    assert states(first) == {"good": 1, "bad": 2}
    second = kept_at(sent(client, url, [row_of(three)], how="merge"))
    page = page_of(client.get(f"{at}{second.token}/"))
    assert f'<a href="{at}{first.token}/">名单.xlsx</a>' in page
    assert "<strong>1</strong> 行退回，之后的名单中没有更正" in page
    assert "不再提交" not in page
    # The only row of the third came back: whoever had passed is named, and the first list's row is not forgotten either.
    third = kept_at(sent(client, url, [row_of(four, declared_wage="很多")], how="replace"))
    assert states(third) == {"bad": 1}
    page = page_of(client.get(f"{at}{third.token}/"))
    for left_out in (one, three):
        assert left_out.name in page
    assert " 原已核对通过，不在本名单待提交的人员中" in page
    assert f"{at}{second.token}/" in page
    assert "<strong>1</strong> 行退回，之后的名单中没有更正" in page
    # Mended at last, nothing is said any more of the row; who was replaced stays named.
    fourth = kept_at(sent(client, url, [row_of(two), row_of(one), row_of(three), row_of(four)]))
    assert "没有更正" not in page_of(client.get(f"{at}{fourth.token}/"))


def test_a_row_that_came_back_is_not_taken_for_mended_because_of_a_namesake() -> None:
    login, (good, other, mended) = company(3)
    client, url = at_door("counter", login.employer)
    # Two of one name: one with a number of his own, of the other a part.
    rows = [row_of(good), row_of(other, person_name=mended.name), row_of(mended, id_number="51110219")]
    first = kept_at(sent(client, url, rows, how="replace"))
    assert states(first) == {"good": 1, "bad": 2}
    second = kept_at(sent(client, url, [row_of(mended)], how="merge"))
    assert states(second) == {"good": 2}
    # Whose number was none is found by the name; the other is still to be mended.
    assert [(left.kept.pk, left.returned) for left in left_behind(second)] == [(first.pk, 1)]


def test_of_two_rows_of_one_person_that_differ_both_come_back() -> None:
    login, (one, two) = company(2)
    client, url = at_door("counter", login.employer)
    kept = kept_at(sent(client, url, [row_of(one, declared_wage="6000"), row_of(two), row_of(one, declared_wage="7000")]))
    assert [row["state"] for row in kept.rows] == ["bad", "good", "bad"]
    first, last = kept.rows[0], kept.rows[2]
    assert first["sentences"] == [f"与第 {last['row_no']} 行是同一人而内容不同，请只保留正确的一行。"]
    assert last["sentences"] == [f"与第 {first['row_no']} 行是同一人而内容不同，请只保留正确的一行。"]


def test_a_row_that_went_over_goes_with_the_papers_it_came_with() -> None:
    form = city.transfer_form()
    item, login = catalogue().item("CHG-006", TODAY), login_of(Employer.objects.get(unit_no=form["unit_no"]))
    send: Callable[..., ApplicationList] = lambda rows, **more: read_list(  # noqa: E731
        door_at("portal", login),
        item=item,
        employer=login.employer,
        content=workbook(rows, item),
        file_name="调入.xlsx",
        today=TODAY,
        **more,
    )
    first = send([form | {"insurances": ""}], papers={"employment_contract": ("合同一.pdf", SCAN)})
    assert states(first) == {"good": 1}
    stranger = city.transfer_form()
    second = send([stranger | {"insurances": ""}], how="merge")
    assert [(row["state"], row.get("file", "")) for row in second.rows][-1] == ("good", "调入.xlsx")
    kept = accept_list(door_at("portal", login), second, confirmed=("period_assigned",), today=TODAY)
    case = Case.objects.get(case_no=kept.rows[-1]["case_no"])
    assert case.materials.get(material_code="employment_contract").paper.file_name == "合同一.pdf"


def test_a_row_that_another_tab_accepts_out_of_the_first_list_is_accepted_once() -> None:
    login, (one, two) = company(2)
    door = door_at("portal", login)
    first = read_list(door, item=ITEM, employer=login.employer, content=workbook([row_of(one)]), file_name="一.xlsx", today=TODAY)
    stale = ApplicationList.objects.get(pk=first.pk)
    second = read_list(
        door, item=ITEM, employer=login.employer, content=workbook([row_of(two)]), file_name="二.xlsx", today=TODAY, how="merge"
    )
    accept_list(door, stale, confirmed=(), today=TODAY)
    done = accept_list(door, second, confirmed=(), today=TODAY)
    assert states(done) == {"done": 2}
    assert Case.objects.filter(item_code="REG-004", person__id_number=one.id_number).count() == 1
    assert earlier_lists(door, ITEM, login.employer) == []


def test_a_row_that_came_without_papers_gets_none_of_the_list_it_goes_over_into() -> None:
    form = city.transfer_form()
    item, login = catalogue().item("CHG-006", TODAY), login_of(Employer.objects.get(unit_no=form["unit_no"]))
    door = door_at("portal", login)
    send: Callable[..., ApplicationList] = lambda row, name: read_list(  # noqa: E731
        door, item=item, employer=login.employer, content=workbook([row | {"insurances": ""}], item), file_name="调入.xlsx", today=TODAY,
        papers={"employment_contract": (name, SCAN)}, how="merge",
    )  # fmt: skip
    first = send(form, "合同一.pdf")
    first.papers = {}
    with transaction.atomic():
        be_present(login)
        first.save(update_fields=["papers"])
    second = send(city.transfer_form(), "合同二.pdf")
    assert second.papers
    kept = accept_list(door, second, confirmed=("period_assigned",), today=TODAY)
    lent = kept.rows[-1]
    assert (lent["number"], lent["papers"], lent["state"]) == (form["id_number"], {}, "bad")
    assert "材料不齐全" in "".join(lent["sentences"])


def test_a_merged_list_holds_no_more_people_than_one_list(monkeypatch: pytest.MonkeyPatch) -> None:
    login, (one, two, three) = company(3)
    client, url = at_door("counter", login.employer)
    first = kept_at(sent(client, url, [row_of(one), row_of(two)], how="replace"))
    count = ApplicationList.objects.count()
    monkeypatch.setattr("yigui.applying.lists.ROWS_MAX", 2)
    refused = sent(client, url, [row_of(three)], how="merge")
    assert (refused.status_code, ApplicationList.objects.count()) == (422, count)
    assert "共 3 行，超过一份名单的上限 2 行" in text_of(refused)
    # Asked again where the rows go over, of what waits by then.
    given = {
        "user": first.user,
        "login": None,
        "employer": first.employer,
        "item_code": "REG-004",
        "file_name": "二.xlsx",
        "papers": {},
    }
    rows = [{"row_no": 2, "state": "good", "number": three.id_number, "values": {}, "sentences": []}]
    with pytest.raises(YiguiError, match="超过一份名单的上限 2 行"):
        keep_list(**given, rows=rows, most=2, lines_in=len(rows), how="merge")
    first.refresh_from_db()
    assert (states(first), ApplicationList.objects.count()) == ({"good": 2}, count)
    # Whoever is named in both counts once.
    second = kept_at(sent(client, url, [row_of(two)], how="merge"))
    assert states(second) == {"good": 2}
