"""A bad rating is looked into by somebody who had no part in the service, called back, answered, and rated again by the visitor."""

import datetime as dt

import pytest
from django.db import connections, transaction
from django.test import Client

from tests import city
from tests.conftest import TODAY
from tests.pages import page_of, signed_in, text_of
from tests.rating.services import new_window, served_at, service_of
from yigui.casework.query_code import query_code
from yigui.db.presence import Moved
from yigui.rating.bad_ratings import bad_rating_of, look_for_bad, move_stuck, repair
from yigui.rating.given import Given
from yigui.rating.queries import followed
from yigui.rating.rate import rate_again, rate_at_window, rate_by_slip
from yigui.registry.models import Agency
from yigui.staff.errors import NotAuthorised
from yigui.tasks.end_task import drop, finish
from yigui.tasks.errors import NotYours, TaskRefused
from yigui.tasks.keep_up import escalate_overdue
from yigui.tasks.models import Task
from yigui.tasks.who_may import worklist
from yigui.tasks.work_on import hand_on, take

SAID = Given(2, ("hall_cold", "hall_long_wait"), "头也不抬", wants_call=True, phone="13900001111")


def rated_badly(given: Given = SAID) -> tuple[str, Task]:
    window = new_window()
    _, (case,) = served_at(window)
    number = service_of(case).pk
    receipt = rate_at_window(secret=window.secret, service=number, given=given, today=TODAY)
    return receipt, Task.objects.get(kind="bad_rating", origin_id=number)


def test_a_bad_rating_becomes_a_task_that_names_nobody_and_a_good_one_does_not() -> None:
    window = new_window()
    _, cases = served_at(window, cases=2)
    bad, good = (service_of(case).pk for case in cases)
    rate_at_window(secret=window.secret, service=good, given=Given(3), today=TODAY)
    rate_at_window(secret=window.secret, service=bad, given=SAID, today=TODAY)
    task = Task.objects.get(kind="bad_rating", origin_id=bad)
    assert not Task.objects.filter(kind="bad_rating", origin_id=good).exists()
    assert (task.person_id, task.employer_id, task.subject_name, task.form) == (None, None, "", {})
    assert task.note == "2026-11-10 收到差评“不满意”。请回访核实、整改并答复。"
    assert task.due_on == dt.date(2026, 11, 17), "five working days"
    assert look_for_bad(TODAY) == 0
    assert window.teller.role not in task.posts


def test_from_the_call_back_to_the_second_opinion() -> None:
    receipt, task = rated_badly()
    head = signed_in("head2")
    page = f"/ratings/{task.origin_id}/"
    assert head.get(page).status_code == 403, "not before it was taken"
    take(task_id=task.pk, actor=city.user("head2"))
    assert f'href="{page}"' in text_of(head.get(f"/tasks/{task.pk}/"))
    shown = page_of(head.get(page))
    assert "头也不抬" in shown
    assert "等候太久、态度冷淡" in shown
    assert "13900001111" in shown
    form = {"finding": "true", "call": "not_wanted", "said": "已核实", "answer": "已批评教育"}
    refused = head.post(f"{page}repair/", form)
    assert refused.status_code == 422
    assert "请先电话回访" in text_of(refused)
    assert "已批评教育" in text_of(refused), "nothing is lost"
    with pytest.raises(TaskRefused, match="登记核实结果、回访和答复"):
        finish(task_id=task.pk, actor=city.user("head2"), outcome="answered", note="办了", today=TODAY)
    public = Client()
    link = f"/ratings/receipt/?receipt={receipt}"
    assert "由没有经办过这项服务的人员核实整改" in page_of(public.get(link))
    done = head.post(f"{page}repair/", form | {"call": "reached"}, follow=True)
    assert "并可以再作评价" in text_of(done)
    assert Task.objects.get(pk=task.pk).state == "done"
    answered = page_of(public.get(link))
    assert "已批评教育" in answered
    assert "已核实" not in answered, "what was found is the agency's"
    again = public.post("/ratings/receipt/again/", {"receipt": receipt, "opinion": "almost", "words": "可以了"})
    assert "您对处理结果：基本满意" in page_of(again)
    twice = public.post("/ratings/receipt/again/", {"receipt": receipt, "opinion": "content"})
    assert twice.status_code == 422
    assert "您已对本轮答复作过评价" in text_of(twice)
    assert Task.objects.filter(kind="bad_rating", origin_id=task.origin_id).count() == 1


def _answered(task: Task, by: str = "head2") -> None:
    officer = city.user(by)
    take(task_id=task.pk, actor=officer)
    repair(officer=officer, service=task.origin_id, finding="untrue", call="reached", said="已查", answer="说明", today=TODAY)


def test_who_is_not_content_has_it_looked_into_once_more_and_then_it_ends() -> None:
    receipt, task = rated_badly()
    with pytest.raises(Moved, match="还没有答复"):
        rate_again(receipt=receipt, opinion="content", words="", today=TODAY)
    _answered(task)
    rate_again(receipt=receipt, opinion="not_content", words="没有人道歉", today=TODAY)
    second = Task.objects.get(kind="bad_rating", origin_id=task.origin_id, part="2")
    assert "仍不满意，请重新核实整改" in second.note
    officer = city.user("head2")
    take(task_id=second.pk, actor=officer)
    assert bad_rating_of(officer=officer, service=task.origin_id).former == "没有人道歉"
    repair(officer=officer, service=task.origin_id, finding="true", call="not_reached", said="已查", answer="致歉", today=TODAY)
    rate_again(receipt=receipt, opinion="not_content", words="", today=TODAY)
    assert [row.opinion for row in followed(receipt)] == ["not_content", "not_content"]
    assert Task.objects.filter(kind="bad_rating", origin_id=task.origin_id).count() == 2
    with pytest.raises(Moved, match="您已对本轮答复作过评价"):
        rate_again(receipt=receipt, opinion="content", words="", today=TODAY)


def test_who_had_a_part_in_the_case_neither_sees_nor_takes_nor_is_given_its_bad_rating() -> None:
    number = "510101199001010010"
    window = new_window()
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE staff_user SET id_number = %s WHERE id = %s", [number, window.teller.pk])
    _, (case,) = served_at(window)
    rate_by_slip(case_no=case.case_no, code=query_code(case.case_no), given=Given(1, (), "不给办"), today=TODAY)
    task = Task.objects.get(kind="bad_rating", origin_id=service_of(case).pk)
    # The teller's account as a head.
    twin = city.user(city.new_user("section_head", id_number=number, password="Ein-Passwort-9").username)
    assert not Task.objects.filter(worklist(twin), pk=task.pk).exists()
    with pytest.raises(NotYours, match="没有经办过的人员核实"):
        take(task_id=task.pk, actor=twin)
    other = city.user("head2")
    assert Task.objects.filter(worklist(other), pk=task.pk).exists()
    take(task_id=task.pk, actor=other)
    with pytest.raises(TaskRefused, match="没有经办过的人员核实"):
        hand_on(task_id=task.pk, actor=other, note="请办", to=twin)
    with pytest.raises(NotAuthorised):
        bad_rating_of(officer=twin, service=task.origin_id)


def test_it_cannot_be_dropped_and_overdue_it_is_told_to_the_head() -> None:
    _, task = rated_badly()
    with pytest.raises(NotYours, match="差评不能撤销"):
        drop(task_id=task.pk, actor=city.user("head"), note="不办了", today=TODAY)
    assert escalate_overdue(dt.date(2026, 11, 18)) >= 1
    late = Task.objects.get(pk=task.pk)
    assert late.escalated_on == dt.date(2026, 11, 18)
    assert Task.objects.filter(worklist(city.user("head")), pk=task.pk).exists()


def test_whoever_does_not_want_a_call_is_not_called_and_their_number_is_not_shown() -> None:
    _, task = rated_badly(Given(1, ("hall_rude",)))
    officer = city.user("head2")
    take(task_id=task.pk, actor=officer)
    found = bad_rating_of(officer=officer, service=task.origin_id)
    assert (found.wants_call, found.phone) == (False, "")
    with pytest.raises(Moved, match="没有同意回访"):
        repair(officer=officer, service=task.origin_id, finding="true", call="reached", said="已查", answer="致歉", today=TODAY)
    repair(officer=officer, service=task.origin_id, finding="true", call="not_wanted", said="已查", answer="致歉", today=TODAY)


def test_a_receipt_that_is_guessed_opens_nothing() -> None:
    receipt, _ = rated_badly()
    number = receipt.partition("-")[0]
    client = Client(REMOTE_ADDR="198.51.100.7")
    assert client.get(f"/ratings/receipt/?receipt={number}-AAAAAAAA").status_code == 404
    answers = {client.post("/ratings/receipt/", {"receipt": f"{number}-AAAAAAAA"}).status_code for _ in range(122)}
    assert answers == {404, 429}
    other = Client(REMOTE_ADDR="203.0.113.9")
    assert other.post("/ratings/receipt/", {"receipt": receipt}).status_code == 200, "shut for nobody else"
    assert page_of(other.get(f"/ratings/receipt/?receipt={receipt}"))


def test_who_left_no_number_and_is_known_to_nobody_is_not_said_to_have_been_called() -> None:
    window = new_window()
    ticket, _ = served_at(window, cases=0, is_done=True)
    service = service_of(ticket).pk
    given = Given(1, ("hall_rude",), "", wants_call=True)
    rate_at_window(secret=window.secret, service=service, given=given, today=TODAY)
    task = Task.objects.get(kind="bad_rating", origin_id=service)
    officer = city.user("head2")
    take(task_id=task.pk, actor=officer)
    page = f"/ratings/{service}/"
    head = signed_in("head2")
    shown = page_of(head.get(page))
    assert "没有留下电话" in shown
    assert "没有回访电话" in shown
    assert "已拨打，未能接通" not in shown
    form = {"finding": "unclear", "said": "已查", "answer": "致歉"}
    for call in ("reached", "not_reached", "not_wanted"):
        refused = head.post(f"{page}repair/", form | {"call": call})
        assert refused.status_code == 422
        assert "请选“没有回访电话”" in text_of(refused)
    assert head.post(f"{page}repair/", form | {"call": "no_number"}).status_code == 302
    assert Task.objects.get(pk=task.pk).state == "done"


def test_who_left_a_number_is_not_ended_as_without_one() -> None:
    _, task = rated_badly()
    officer = city.user("head2")
    take(task_id=task.pk, actor=officer)
    with pytest.raises(Moved, match="请先电话回访"):
        repair(officer=officer, service=task.origin_id, finding="true", call="no_number", said="已查", answer="致歉", today=TODAY)


def test_a_head_who_had_a_part_does_not_open_the_task() -> None:
    window = new_window()
    twin_number = "510101199001010029"
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE staff_user SET id_number = %s WHERE id = %s", [twin_number, window.teller.pk])
    _, (case,) = served_at(window)
    rate_at_window(secret=window.secret, service=service_of(case).pk, given=SAID, today=TODAY)
    task = Task.objects.get(kind="bad_rating", origin_id=service_of(case).pk)
    twin = city.new_user("section_head", id_number=twin_number, password="Ein-Passwort-9").username
    page = signed_in(twin).get(f"/tasks/{task.pk}/")
    assert page.status_code in (403, 404)
    assert "不满意" not in text_of(page)
    assert signed_in("head2").get(f"/tasks/{task.pk}/").status_code == 200


def test_where_the_heads_had_a_part_the_auditor_of_the_agency_can_take_it() -> None:
    _, task = rated_badly()
    auditor = city.user(city.new_user("auditor", password="Ein-Passwort-9").username)
    assert Task.objects.filter(worklist(auditor), pk=task.pk).exists()
    assert take(task_id=task.pk, actor=auditor).owner_id == auditor.pk


def test_a_pool_in_which_everybody_had_a_part_gives_the_task_to_where_somebody_had_none() -> None:
    number, county = "510101199001010037", Agency.objects.get(pk="51118101")
    window = new_window()
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE staff_user SET id_number = %s WHERE id = %s", [number, window.teller.pk])
    _, (case,) = served_at(window)
    rate_at_window(secret=window.secret, service=service_of(case).pk, given=SAID, today=TODAY)
    task = Task.objects.get(kind="bad_rating", origin_id=service_of(case).pk)
    city.new_user("section_head", agency=county.pk, password="Ein-Passwort-9")
    hand_on(task_id=task.pk, actor=city.user("head2"), note="请县里核实", post="section_head", agency=county)
    move_stuck(TODAY)
    assert Task.objects.get(pk=task.pk).agency_id == county.pk, "somebody of it can take it"
    posts = ["section_head", "director", "auditor"]
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SELECT id, id_number FROM staff_user WHERE agency_id = %s AND role = ANY (%s)", [county.pk, posts])
        people = cursor.fetchall()
        cursor.execute("UPDATE staff_user SET id_number = %s WHERE id = ANY (%s)", [number, [row[0] for row in people]])
    try:
        assert move_stuck(TODAY) >= 1
        moved = Task.objects.get(pk=task.pk)
        assert (moved.agency_id, moved.state, moved.owner_id, sorted(moved.posts)) == ("51110001", "open", None, sorted(posts))
        assert "没有其他未经办过" in moved.events.order_by("-seq")[0].note
        assert take(task_id=task.pk, actor=city.user("head2")).state == "taken"
    finally:
        with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for user, former in people:
                cursor.execute("UPDATE staff_user SET id_number = %s WHERE id = %s", [former, user])
