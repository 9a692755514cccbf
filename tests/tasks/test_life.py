"""What people do with a task, and what they are refused."""

import datetime as dt

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.conftest import TODAY
from tests.tasks.work import CENTRE, COUNTY, again, agency, new_task, taken
from yigui.common.workdays import add_workdays
from yigui.registry.queries import due_after
from yigui.staff.models import User
from yigui.tasks.end_task import drop, finish, reopen
from yigui.tasks.enums import TaskState
from yigui.tasks.errors import NotYours, TaskMoved, TaskRefused
from yigui.tasks.keep_up import escalate_overdue, replace_absent
from yigui.tasks.kinds import kind_version
from yigui.tasks.models import Task
from yigui.tasks.queries import task_for, tasks_for
from yigui.tasks.references import Reference
from yigui.tasks.verify import task_faults
from yigui.tasks.work_on import hand_on, prolong, put_back, take


class Undo(Exception):
    """Rolls the tampering back."""


def inbox(username: str) -> set[int]:
    return set(tasks_for(city.user(username)).values_list("pk", flat=True))


def test_a_task_begins_with_its_term_in_working_days_and_its_log() -> None:
    task = new_task("benefit_review")
    assert task.due_on == add_workdays(TODAY, 10).day
    assert task.posts == ["reviewer"]
    assert [(e.verb, e.actor_name) for e in task.events.all()] == [("open", "系统")]
    assert list(task_faults("default")) == []


def test_one_origin_has_one_task_of_a_kind_and_part() -> None:
    origin, person = Reference("test", 10_001), city.next_person()
    first = new_task(origin=origin, person=person)
    assert new_task(origin=origin, person=person).pk == first.pk
    assert new_task(origin=origin, person=person, part="2").pk != first.pk
    assert new_task("recovery", origin=origin, person=person).pk != first.pk


def test_it_stands_in_the_inbox_of_whoever_may_take_it_and_of_nobody_else() -> None:
    task = new_task("benefit_review", at=COUNTY)
    reviewers = {f"reviewer-{COUNTY[:6]}", f"hall-reviewer-{COUNTY[:6]}"}
    assert {u.username for u in User.objects.all() if task.pk in inbox(u.username)} == reviewers
    take(task_id=task.pk, actor=city.user(f"reviewer-{COUNTY[:6]}"))
    assert {u.username for u in User.objects.all() if task.pk in inbox(u.username)} == {f"reviewer-{COUNTY[:6]}"}
    with pytest.raises(TaskMoved, match=r"沙湾审核.*名下"):
        take(task_id=task.pk, actor=city.user(f"teller-{COUNTY[:6]}"))


def test_it_lies_in_the_section_whose_stage_it_is_and_goes_to_the_head_above_it_when_overdue() -> None:
    task = new_task("benefit_review")
    assert str(task.section) == "待遇审核科"
    assert {u.username for u in User.objects.all() if task.pk in inbox(u.username)} == {"reviewer2"}
    with pytest.raises(NotYours, match="待遇审核科的审核人员"):
        take(task_id=task.pk, actor=city.user("reviewer"))
    escalate_overdue(task.due_on + dt.timedelta(days=1))
    task = again(task)
    assert str(task.escalated_section) == "业务审核部"
    assert task.pk in inbox("head")
    assert task.pk not in inbox("head2")
    taken_up = take(task_id=task.pk, actor=city.user("head"))
    assert taken_up.owner == city.user("head")


def test_a_section_nobody_is_left_in_leaves_its_tasks_to_the_agency() -> None:
    task = new_task("benefit_review")
    User.objects.using("super").filter(username="reviewer2").update(is_active=False)
    try:
        assert replace_absent() >= 1
        assert again(task).section is None
        assert task.pk in inbox("reviewer")
    finally:
        User.objects.using("super").filter(username="reviewer2").update(is_active=True)


def test_somebody_of_another_agency_does_not_see_it() -> None:
    task = new_task(at=COUNTY)
    with pytest.raises(NotYours, match="您不能查看"):
        task_for(city.user("reviewer-511102"), task.pk)
    assert task_for(city.user("head"), task.pk).pk == task.pk  # the head above a county without one


def test_it_goes_from_hand_to_hand_with_a_word() -> None:
    task = taken(by="reviewer")
    with pytest.raises(TaskRefused, match="须写明原因"):
        put_back(task_id=task.pk, actor=city.user("reviewer"), note=" ")
    put_back(task_id=task.pk, actor=city.user("reviewer"), note="须柜台联系本人。")
    task = take(task_id=task.pk, actor=city.user("reviewer2"))
    task = hand_on(task_id=task.pk, actor=city.user("reviewer2"), note="请受理重核。", post="teller")
    assert (task.state, task.owner_id, task.posts) == (TaskState.HANDED_ON, None, ["teller"])
    assert task.pk in inbox("teller")
    assert task.pk not in inbox("reviewer")
    task = take(task_id=task.pk, actor=city.user("teller"))
    task = hand_on(task_id=task.pk, actor=city.user("teller"), note="请您定。", to=city.user("head2"))
    assert task.pk in inbox("head2")
    assert task.pk not in inbox("head")
    assert task.pk not in inbox("teller")
    assert [e.verb for e in task.events.order_by("seq")] == ["open", "take", "put_back", "take", "hand_on", "take", "hand_on"]


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ({"to": "reviewer"}, "不能转交给本人"),
        ({"to": "cashier"}, "岗位不办理这类任务"),
        ({"to": "channel-mobile"}, "不在岗"),
        ({"post": "cashier"}, "请选择转交给谁"),
        ({"post": "section_head", "agency": COUNTY}, "没有其他在岗的科室负责人"),
    ],
)
def test_it_is_handed_on_only_to_who_can_do_it(to: dict[str, str], words: str) -> None:
    task = taken(by="reviewer")
    more = {k: city.user(v) if k == "to" else agency(v) if k == "agency" else v for k, v in to.items()}
    with pytest.raises(TaskRefused, match=words):
        hand_on(task_id=task.pk, actor=city.user("reviewer"), note="请接手。", **more)  # type: ignore[arg-type]


def test_only_its_owner_finishes_it_with_an_outcome_of_its_kind_and_the_words_it_needs() -> None:
    task = taken(by="reviewer")
    with pytest.raises(NotYours, match="名下"):
        finish(task_id=task.pk, actor=city.user("reviewer2"), outcome="not_paid", note="无误。", today=TODAY)
    with pytest.raises(TaskRefused, match="请选择处理结果"):
        finish(task_id=task.pk, actor=city.user("reviewer"), outcome="claimed", note="无误。", today=TODAY)
    with pytest.raises(TaskRefused, match="须写明处理情况"):
        finish(task_id=task.pk, actor=city.user("reviewer"), outcome="not_paid", note="", today=TODAY)
    task = finish(task_id=task.pk, actor=city.user("reviewer"), outcome="not_paid", note="出生日期不影响待遇。", today=TODAY)
    assert (task.state, task.outcome, task.said, task.ended_on) == (TaskState.DONE, "not_paid", "出生日期不影响待遇。", TODAY)
    with pytest.raises(TaskMoved, match="已办结"):
        finish(task_id=task.pk, actor=city.user("reviewer"), outcome="not_paid", note="再来。", today=TODAY)


def test_the_system_s_own_outcomes_cannot_be_chosen() -> None:
    task = taken("overdue_case", by="head")
    with pytest.raises(TaskRefused, match="请选择处理结果"):
        finish(task_id=task.pk, actor=city.user("head"), outcome="ended", note="办完了。", today=TODAY)


def test_only_its_head_drops_and_reopens_it() -> None:
    task = taken(by="reviewer")
    with pytest.raises(NotYours, match="科室负责人"):
        drop(task_id=task.pk, actor=city.user("reviewer"), note="不做了。", today=TODAY)
    task = drop(task_id=task.pk, actor=city.user("head"), note="与另一任务重复。", today=TODAY)
    assert (task.state, task.said) == (TaskState.DROPPED, "与另一任务重复。")
    with pytest.raises(NotYours):
        reopen(task_id=task.pk, actor=city.user("reviewer"), note="还要做。", today=TODAY)
    later = TODAY + dt.timedelta(days=30)
    task = reopen(task_id=task.pk, actor=city.user("head2"), note="并不重复。", today=later)
    assert (task.state, task.owner_id, task.said, task.ended_on) == (TaskState.OPEN, None, "", None)
    assert task.due_on == add_workdays(later, 30).day


def test_overdue_it_stands_in_the_inbox_of_the_head() -> None:
    task = taken(by=f"reviewer-{COUNTY[:6]}", at=COUNTY)
    day_after = task.due_on + dt.timedelta(days=1)
    assert task.pk not in inbox("head")
    assert escalate_overdue(task.due_on) == 0 or again(task).escalated_on is None
    assert escalate_overdue(day_after) >= 1
    assert again(task).escalated_on == day_after
    assert task.pk in inbox("head")
    assert task.pk in inbox(f"reviewer-{COUNTY[:6]}")
    assert escalate_overdue(day_after) == 0
    with pytest.raises(TaskRefused, match="应晚于"):
        prolong(task_id=task.pk, actor=city.user("head"), due_on=task.due_on, note="再等。", today=day_after)
    prolong(task_id=task.pk, actor=city.user("head"), due_on=day_after + dt.timedelta(days=9), note="等档案。", today=day_after)
    assert task.pk not in inbox("head")
    assert list(task_faults("default")) == []


def test_whoever_leaves_leaves_no_task_behind() -> None:
    leaving = city.new_user("reviewer", username="leaving", full_name="将离职", password="Yigui-2026")
    task = take(task_id=new_task().pk, actor=leaving)
    User.objects.using("super").filter(pk=leaving.pk).update(is_active=False)
    assert replace_absent() == 1
    task = again(task)
    assert (task.state, task.owner_id) == (TaskState.OPEN, None)
    assert "已不在岗" in task.events.order_by("-seq")[0].note
    assert task.pk in inbox("reviewer")


def test_a_pool_that_nobody_is_left_in_goes_to_the_agency_above() -> None:
    task = hand_on(
        task_id=taken(by=f"reviewer-{COUNTY[:6]}", at=COUNTY).pk, actor=city.user(f"reviewer-{COUNTY[:6]}"), note="请柜台。", post="teller"
    )  # fmt: skip
    User.objects.using("super").filter(agency_id=COUNTY).update(is_active=False)
    try:
        assert replace_absent() >= 1
        task = again(task)
        assert (task.agency_id, task.state) == (CENTRE, TaskState.OPEN)
        assert task.pk in inbox("teller")
    finally:
        User.objects.using("super").filter(agency_id=COUNTY).update(is_active=True)


def test_one_bad_task_does_not_stop_the_report_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    from yigui.tasks import keep_up

    bad, good = new_task(due_on=TODAY), new_task(due_on=TODAY)
    real = keep_up._escalate

    def fails(task: Task, today: dt.date) -> bool:
        if task.pk == bad.pk:
            raise TypeError("'<' not supported")
        return real(task, today)

    monkeypatch.setattr(keep_up, "_escalate", fails)
    escalate_overdue(TODAY + dt.timedelta(days=1))
    assert again(good).escalated_on is not None
    assert again(bad).escalated_on is None


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE tasks_task SET note = '别的事' WHERE id = %s", "事由与任务记录不符"),
        ("UPDATE tasks_task SET due_on = '2030-01-01' WHERE id = %s", "完成期限与任务记录不符"),
        ("UPDATE tasks_task SET state = 'dropped', ended_on = now() WHERE id = %s", "状态、结束日期与任务记录不符"),
        ("UPDATE tasks_event SET note = '改过' WHERE task_id = %s AND seq = 2", "内容与摘要不符"),
        ("DELETE FROM tasks_event WHERE task_id = %s AND seq = 2", "缺第 2 条"),
        ("DELETE FROM tasks_event WHERE task_id = %s AND seq <= 3", "没有任务记录"),
        ("DELETE FROM tasks_task WHERE id = %s", "不存在"),
    ],
)
def test_verify_names_the_task_a_superuser_changed(sql: str, words: str) -> None:
    task = taken(by="reviewer")
    put_back(task_id=task.pk, actor=city.user("reviewer"), note="放回。")
    with pytest.raises(Undo), transaction.atomic(using="super"):
        with connections["super"].cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(sql, [task.pk])
            assert cursor.rowcount > 0
        faults = list(task_faults("super"))
        assert any(words in fault and str(task.pk) in fault for fault in faults), faults
        raise Undo


def test_a_list_of_tasks_costs_the_same_however_long_it_is() -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            [str(t.owner) + t.agency.name for t in tasks_for(city.user("reviewer"))[:50]]
        return len(queries)

    before = cost()
    for _ in range(5):
        new_task()
    # The person, the sections they head, the list.
    assert cost() == before == 3


def test_a_head_gives_more_time_within_the_terms_of_its_kind_and_less_for_their_own() -> None:
    task = new_task()
    term = kind_version(task.kind, task.kind_version).term_workdays
    head = city.user("head")
    limit = due_after(TODAY, 2 * term).day
    for day in (dt.date(2099, 12, 31), limit + dt.timedelta(days=1)):
        with pytest.raises(TaskRefused, match=f"期限为 {term} 个工作日，最多延至 {limit}"):
            prolong(task_id=task.pk, actor=head, due_on=day, note="等档案。", today=TODAY)
    assert again(task).due_on == task.due_on
    assert prolong(task_id=task.pk, actor=head, due_on=limit, note="等档案。", today=TODAY).due_on == limit
    # Of the head's own task the terms count from the day it came up, so that they do not grow with each day.
    later = due_after(TODAY, 3).day
    with transaction.atomic():
        # Past its log, and therefore undone: verification would name it.
        Task.objects.filter(pk=task.pk).update(owner=head, state="taken")
        with pytest.raises(TaskRefused, match="须由其他负责人延期"):
            prolong(task_id=task.pk, actor=head, due_on=limit + dt.timedelta(days=1), note="再等。", today=later)
        transaction.set_rollback(True)
