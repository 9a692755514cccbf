"""One inbox: every source gives rows, counts and a look; it is sorted, filtered, paged, bounded, and leads to pages that open."""

import datetime as dt

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.conftest import TODAY
from tests.doors.world import World
from tests.pages import signed_in, text_of, tree_of
from tests.tasks.work import CENTRE, again, new_task
from yigui.casework.drafts import open_draft
from yigui.casework.hand_over_draft import hand_over_draft, take_draft
from yigui.casework.models import Case, Step
from yigui.common import rooms
from yigui.common.inbox import COUNT_MAX, Row, Source, Tally, Target, Turn, tally
from yigui.identity.models import UnitRequest
from yigui.registry.models import Employer
from yigui.shell import inbox
from yigui.shell.inbox import PAGE, inbox_page, sources_for, tallies, urgency_of
from yigui.staff.enums import Role
from yigui.staff.grant_rights import apply_for_rights
from yigui.staff.models import User
from yigui.tasks.end_task import finish
from yigui.tasks.enums import TaskState
from yigui.tasks.work_on import take


@pytest.fixture(scope="module")
def world(fresh_city: None) -> World:
    """A city in which most sources have something for somebody."""
    made = World()
    city.decide(city.accept_class2(), "reviewer", "returned", "请补营业执照。")
    UnitRequest.objects.create(employer=Employer.objects.order_by("id")[5], full_name="李晓", phone="13800000000")
    apply_for_rights(
        applicant=city.user("head"), user=city.user("reviewer2"), steps=["review"], item_groups=["REG"], area_code="*", valid_from=TODAY,
        valid_to=dt.date(2027, 1, 1), reason="工作需要",
    )  # fmt: skip
    new_task("recovery", due_on=TODAY - dt.timedelta(days=3))
    new_task("recovery", due_on=TODAY)
    return made


def officers() -> list[User]:
    return [u for u in User.objects.select_related("agency__area").order_by("id") if not u.password.startswith("!")]


def test_every_role_has_an_inbox_and_every_source_somebody() -> None:
    asked = {source.code for user in officers() for source in sources_for(user)}
    assert asked == {source.code for room in rooms.rooms() for source in room.inbox}
    assert all(sources_for(user) for user in officers())


def test_every_row_leads_to_a_page_that_opens_and_has_a_look(world: World) -> None:
    seen = set()
    for user in officers():
        client = signed_in(user.username)
        for source in sources_for(user):
            for waiting in inbox_page(user, TODAY, code=source.code).rows[:2]:
                assert client.get(waiting.url).status_code == 200, (user, waiting.url)
                assert source.lines(user, TODAY, waiting.row.key) is not None
                seen.add(source.code)
    assert {"step", "task", "rights", "unit_requests", "returned", "help"} <= seen


def test_what_does_not_wait_for_somebody_has_no_look_for_them(world: World) -> None:
    for user in officers():
        for source in sources_for(user):
            assert source.lines(user, TODAY, "0") is None


def test_counts_are_those_of_the_rows(world: World) -> None:
    for user in officers():
        counts = tallies(user, TODAY)
        for source in sources_for(user):
            rows = [row for row in source.rows(user, TODAY, COUNT_MAX) if row.turn != Turn.COLLEAGUE]
            assert counts[source.code].total == len(rows), (user, source.code)
            assert counts[source.code].overdue == sum(urgency_of(r.due_on, TODAY) == "overdue" for r in rows)


def test_it_is_sorted_by_due_day_and_filtered_by_kind_and_urgency(world: World) -> None:
    user = city.user("teller")
    days = [w.row.due_on or dt.date.max for w in inbox_page(user, TODAY).rows]
    assert days == sorted(days)
    assert {w.source.code for w in inbox_page(user, TODAY, code="task").rows} == {"task"}
    assert [w.row.due_on for w in inbox_page(user, TODAY, code="task", urgency="today").rows] == [TODAY]
    assert all(w.row.due_on and w.row.due_on < TODAY for w in inbox_page(user, TODAY, urgency="overdue").rows)


def test_it_is_paged_and_no_row_is_lost_or_shown_twice() -> None:
    made = {new_task("resident_subsidy", due_on=TODAY + dt.timedelta(days=k % 7)).pk for k in range(PAGE * 2 + 3)}
    user = city.user("accountant")
    seen: list[str] = []
    number = 1
    while True:
        page = inbox_page(user, TODAY, code="task", number=number)
        seen += [w.row.key for w in page.rows]
        if not page.has_more:
            break
        number += 1
    assert len(seen) == len(set(seen))
    assert {str(pk) for pk in made} <= set(seen)


def test_no_row_is_lost_where_numbers_of_one_day_gain_a_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = [
        Row(key=str(n), kind="", what="", more="", whose="", due_on=TODAY, since=None, target=Target("item_changes")) for n in range(95, 95 + PAGE * 2)
    ]  # fmt: skip
    source = Source(
        1, "kept", "", "", "", frozenset(), rows=lambda user, today, most: kept[:most], days=lambda *_: [], lines=lambda *_: None
    )
    monkeypatch.setattr(inbox, "sources_for", lambda user: [source])
    pages = [inbox_page(city.user("head"), TODAY, number=n) for n in (1, 2)]
    assert [w.row.key for page in pages for w in page.rows] == [row.key for row in kept]


def test_a_tally_counts_by_urgency_and_says_when_it_stopped() -> None:
    yesterday, tomorrow = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)
    assert tally([yesterday, TODAY, tomorrow, None], TODAY) == Tally(1, 1, 2, False)
    many = tally([yesterday] * (COUNT_MAX + 1), TODAY)
    assert (many.overdue, many.is_cut) == (COUNT_MAX, True)


def test_the_statements_of_an_inbox_do_not_grow_with_it(world: World) -> None:
    client = signed_in("reviewer")

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/inbox/").status_code == 200
        return len(queries)

    before = cost()
    for _ in range(6):
        new_task()
        city.accept_class2()
    assert cost() <= before
    assert before < 40


def test_the_count_in_the_menu_is_a_part_the_browser_may_keep(world: World) -> None:
    answer = signed_in("head").get("/inbox/count/")
    assert "max-age=10" in answer["Cache-Control"]
    total = sum(tallies(city.user("head"), TODAY).values(), Tally()).total
    assert str(total) in text_of(answer)
    assert 'hx-get="/inbox/count/"' in signed_in("head").get("/cases/").content.decode()


def test_an_empty_inbox_says_so_and_offers_the_rest() -> None:
    client = signed_in("logadmin")
    assert "没有待办，辛苦了" in text_of(client.get("/inbox/"))
    assert "看全部待办" in text_of(client.get("/inbox/?kind=task"))


@pytest.mark.parametrize(
    "query", ["?kind=nothing", "?urgency=x&page=999999999", "?page=-1", "?at=task:999", "?at=::", "?page=3&kind=task"]
)
def test_an_address_that_says_nothing_useful_shows_the_inbox(query: str) -> None:
    assert signed_in("reviewer").get(f"/inbox/{query}").status_code == 200


def test_the_next_one_is_the_most_urgent_nobody_has() -> None:
    first = new_task("repayment", due_on=TODAY - dt.timedelta(days=30))
    second = new_task("repayment", due_on=TODAY - dt.timedelta(days=29))
    answer = signed_in("teller").post("/inbox/next/", {"kind": "task"})
    assert answer["Location"] == f"/tasks/{first.pk}/"
    assert again(first).owner == city.user("teller")
    answer = signed_in("teller2").post("/inbox/next/", {"kind": "task"})
    assert answer["Location"] == f"/tasks/{second.pk}/"


def test_the_next_step_is_claimed_and_seeing_it_is_recorded() -> None:
    case = city.accept_class2()
    city.past_the_guards(case, due_on=TODAY - dt.timedelta(days=60))
    _suggested(case, "reviewer")
    answer = signed_in("reviewer").post("/inbox/next/", {"kind": "step"})
    assert answer["Location"] == f"/cases/{case.case_no}/"
    assert Step.objects.get(case=case, state="ready").claimed_by == city.user("reviewer")


def _suggested(case: Case, username: str) -> Step:
    """A waiting step as if it had been this colleague's turn."""
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Step.objects.using("super").filter(case=case, state="ready").update(suggested_to=city.user(username).pk)
    return Step.objects.get(case=case, state="ready")


def test_what_is_a_colleagues_turn_is_counted_as_theirs_and_taken_last() -> None:
    reviewer = city.user("reviewer2")
    theirs, mine = _suggested(city.accept_class2(), "reviewer"), _suggested(city.accept_class2(), "reviewer2")
    rows = {row.key: row for row in next(s for s in sources_for(reviewer) if s.code == "step").rows(reviewer, TODAY, COUNT_MAX)}
    assert (rows[str(theirs.pk)].turn, rows[str(mine.pk)].turn) == (Turn.COLLEAGUE, Turn.MINE)
    counted, news = tallies(reviewer, TODAY)["step"].total, inbox.news_of(reviewer, TODAY, None)
    _suggested(theirs.case, "reviewer2")
    assert (tallies(reviewer, TODAY)["step"].total, inbox.news_of(reviewer, TODAY, None)) == (counted + 1, news + 1)
    _suggested(theirs.case, "reviewer")
    order = [waiting.row.turn for waiting in inbox.to_take(reviewer, TODAY, code="step")]
    assert order == sorted(order)
    assert {Turn.MINE, Turn.COLLEAGUE} <= set(order)
    answer = signed_in("reviewer2").post("/inbox/next/", {"kind": "step"})
    taken = Case.objects.get(case_no=answer["Location"].strip("/").split("/")[-1])
    assert Step.objects.get(case=taken, state="ready").suggested_to_id == reviewer.pk


def test_nothing_left_to_take_is_said() -> None:
    answer = signed_in("logadmin").post("/inbox/next/", follow=True)
    assert "没有可领取的待办了" in text_of(answer)


def test_the_old_queues_lead_to_the_inbox() -> None:
    for path in ("/queue/", "/queue/cross-check/"):
        assert signed_in("reviewer").get(path)["Location"] == "/inbox/?kind=step"


def test_a_task_is_worked_from_the_inbox_and_a_refusal_keeps_the_page() -> None:
    task = new_task("medical_retired")
    client = signed_in("reviewer")
    back = f"/inbox/?kind=task&at=task:{task.pk}"
    assert client.post(f"/tasks/{task.pk}/take/", {"back": back})["Location"] == back
    page = text_of(client.get(back))
    assert "处理结果" in page
    answer = client.post(f"/tasks/{task.pk}/finish/", {"back": back, "outcome": "not_paid", "note": ""}, follow=True)
    assert "须写明处理情况" in text_of(answer)
    client.post(f"/tasks/{task.pk}/finish/", {"back": back, "outcome": "not_paid", "note": "本人放弃趸缴。"})
    assert again(task).state == TaskState.DONE


def test_a_deed_goes_back_to_our_own_inbox_only() -> None:
    task = new_task("medical_retired")
    answer = signed_in("reviewer").post(f"/tasks/{task.pk}/take/", {"back": "https://evil.example/inbox/"})
    assert answer["Location"] == f"/tasks/{task.pk}/"


def test_somebody_else_s_task_is_refused_by_name() -> None:
    task = new_task("resident_subsidy")
    for name in ("teller", "reviewer", "reviewer-511111"):
        answer = signed_in(name).get(f"/tasks/{task.pk}/")
        assert (answer.status_code, f"第 {task.pk} 号任务由" in text_of(answer)) == (403, True)
        assert signed_in(name).post(f"/tasks/{task.pk}/take/").status_code == 403
    assert signed_in("reviewer").get("/tasks/999999/").status_code == 404
    assert task.agency_id == CENTRE


def test_names_of_people_are_masked_in_every_row_and_look(world: World) -> None:
    for name in ("teller", "reviewer", "director"):
        user, client = city.user(name), signed_in(name)
        for waiting in inbox_page(user, TODAY).rows:
            page = str(tree_of(client.get(f"/inbox/?at={waiting.at}")))
            persons = [c.subject_name for c in Case.objects.filter(case_no=waiting.row.target.number, person__isnull=False)]
            assert not [n for n in persons if n in page]


def test_finishing_takes_what_was_taken_out_of_the_inbox() -> None:
    task = take(task_id=new_task("medical_retired").pk, actor=city.user("reviewer"))
    finish(task_id=task.pk, actor=city.user("reviewer"), outcome="not_paid", note="放弃。", today=TODAY)
    rows = [
        r.key for s in sources_for(city.user("reviewer")) if s.code == "task" for r in s.rows(city.user("reviewer"), TODAY, 500)
    ]
    assert str(task.pk) not in rows


def test_roles_without_tasks_still_open_it() -> None:
    for role in Role:
        user = next(u for u in officers() if u.role == role)
        assert signed_in(user.username).get("/inbox/").status_code == 200


def test_what_is_handed_over_to_a_special_desk_waits_in_the_inbox_of_its_people() -> None:
    person, special = city.next_person(), city.user("special")

    def handed() -> list[str]:
        return [waiting.row.what for waiting in inbox_page(special, TODAY, code="handed").rows]

    before = len(handed())
    draft = open_draft(user=city.user("teller"), item_code="CHG-004", form={}, person=person)
    assert len(handed()) == before
    hand_over_draft(teller=city.user("teller"), token=draft.token, desk_id=special.desk_id, today=TODAY)
    assert len(handed()) == before + 1
    assert not any(person.name in what for what in handed())
    assert "handed" not in {w.source.code for w in inbox_page(city.user("teller2"), TODAY, code="").rows}
    take_draft(teller=special, token=draft.token)
    assert len(handed()) == before
