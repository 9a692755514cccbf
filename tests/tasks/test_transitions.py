"""Every state of a task has an exit by a person who exists; the database keeps the same table; every kind has people."""

import datetime as dt
import re
from contextlib import suppress

import pytest
from django.db import DatabaseError, connection, connections, transaction

from tests import city
from tests.conftest import TODAY
from tests.tasks.work import CENTRE, COUNTY, again, agency, new_task, taken
from yigui.registry.models import Agency
from yigui.staff.models import User
from yigui.tasks.end_task import drop, finish, reopen
from yigui.tasks.enums import ENDED, UNFINISHED, TaskState, TaskVerb
from yigui.tasks.kinds import _all, all_kinds
from yigui.tasks.models import Task
from yigui.tasks.people import agency_of_head, agency_with, colleagues
from yigui.tasks.transitions import TRANSITIONS, Part, moves, transition_of, ways_out
from yigui.tasks.who_may import why_not
from yigui.tasks.work_on import hand_on


def in_state(state: TaskState) -> Task:
    """A task in a state, brought there by people."""
    if state == TaskState.OPEN:
        return new_task()
    task = taken()
    if state == TaskState.HANDED_ON:
        return hand_on(task_id=task.pk, actor=city.user("reviewer"), note="请接手。", to=city.user("reviewer2"))
    if state == TaskState.DONE:
        return finish(task_id=task.pk, actor=city.user("reviewer"), outcome="not_paid", note="核对无误。", today=TODAY)
    if state == TaskState.DROPPED:
        return drop(task_id=task.pk, actor=city.user("head"), note="重复。", today=TODAY)
    return task


def people() -> list[User]:
    return list(User.objects.exclude(password__startswith="!").filter(is_active=True).select_related("agency"))


def end_reached_from(state: TaskState) -> TaskState | None:
    """The final state people who exist bring a task to, one deed after the other; None where nobody can."""
    seen: set[str] = set()
    waiting = [(state, in_state(state))]
    while waiting:
        at, task = waiting.pop(0)
        seen.add(at)
        for row in ways_out(at):
            able = [u for u in people() if not why_not(u, again(task), row.verb)]
            if not able:
                continue
            if row.target in ENDED:
                return row.target
            if row.target is not None and row.target not in seen:
                waiting.append((row.target, in_state(row.target)))
    return None


@pytest.mark.parametrize("state", UNFINISHED)
def test_from_every_state_somebody_who_exists_brings_a_task_to_its_end(state: TaskState) -> None:
    assert end_reached_from(state) in ENDED


def test_the_table_knows_every_state_and_names_a_part_for_every_row() -> None:
    reached = {TaskState.OPEN} | {row.target for row in TRANSITIONS if row.target}
    assert reached == set(TaskState)
    assert all(row.parts for row in TRANSITIONS)
    assert {verb for row in TRANSITIONS for verb in [row.verb]} == set(TaskVerb)
    # An ended task is opened again by its head only, and with a word.
    assert [(r.parts, r.needs_note) for r in TRANSITIONS if set(r.sources) & set(ENDED)] == [((Part.HEAD,), True)]


@pytest.mark.parametrize("source", list(TaskState))
@pytest.mark.parametrize("target", list(TaskState))
def test_the_database_keeps_the_same_table(source: TaskState, target: TaskState) -> None:
    task = in_state(source)
    values = {
        "state": target, "owner_id": city.user("reviewer").pk, "ended_on": TODAY if target in ENDED else None,
        "outcome": "unchanged" if target == TaskState.DONE else "",
    }  # fmt: skip
    is_allowed = (source, target) in moves() or (source == target and source not in ENDED)
    state = ""
    with suppress(Back), transaction.atomic():
        try:
            with transaction.atomic():
                Task.objects.filter(pk=task.pk).update(**values)
        except DatabaseError as refused:
            state = refused.__cause__.sqlstate  # type: ignore[union-attr]
        raise Back
    assert (state == "") if is_allowed else state in ("YG003", "YG006"), state


class Back(Exception):
    """Undoes what a test wrote past the log."""


@pytest.mark.parametrize("column", ["kind", "note", "origin_id", "amount_fen", "opened_on", "person_id"])
def test_what_is_fixed_cannot_be_changed_by_anybody(column: str) -> None:
    task = new_task()
    value = {"kind": "recovery", "note": "x", "origin_id": 7, "amount_fen": 5, "opened_on": dt.date(2020, 1, 1), "person_id": 0}[
        column
    ]
    with pytest.raises(DatabaseError, match="来源和内容不能修改"), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(**{column: value})


def test_a_task_cannot_be_deleted_nor_its_log_changed() -> None:
    task = new_task()
    for sql in (
        f"DELETE FROM tasks_task WHERE id = {task.pk}", f"DELETE FROM tasks_event WHERE task_id = {task.pk}",
        f"UPDATE tasks_event SET note = 'x' WHERE task_id = {task.pk}",
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.mark.parametrize("kind", [k.code for k in all_kinds(TODAY)])
@pytest.mark.parametrize("at", [CENTRE, COUNTY])
def test_a_task_of_every_kind_lies_with_people_who_exist(kind: str, at: str) -> None:
    task = new_task(kind, at=at)
    able = [u for u in people() if not why_not(u, again(task), TaskVerb.TAKE)]
    assert able, f"nobody can take {kind} of {at}"
    assert agency_of_head(task.agency) is not None


def test_a_county_without_the_post_leaves_it_to_the_agency_above() -> None:
    county = agency(COUNTY)
    assert not colleagues(["section_head"], COUNTY).exists()
    assert new_task("overdue_case", at=COUNTY).agency_id == CENTRE
    assert new_task("benefit_review", at=COUNTY).agency_id == COUNTY
    assert agency_with(["teller"], county) == county


def test_a_deed_the_table_does_not_have_is_said_in_words() -> None:
    task = in_state(TaskState.DONE)
    assert transition_of(task.state, TaskVerb.TAKE) is None
    assert "已办结" in why_not(city.user("reviewer"), task, TaskVerb.TAKE)
    assert reopen(task_id=task.pk, actor=city.user("head"), note="漏看一项。", today=TODAY).state == TaskState.OPEN


def test_channels_and_programs_are_nobody() -> None:
    task = new_task("first_payment")
    for name in ("channel-mobile", "api-demo"):
        assert "不是在岗人员" in why_not(city.user(name), task, TaskVerb.TAKE)
    assert Agency.objects.count() > 5


def test_the_database_knows_how_tasks_end_by_themselves() -> None:
    declared: dict[tuple[str, str], set[str]] = {}
    for kind, versions in _all().items():
        for outcome in (o for version in versions for o in version.outcomes if o.closes or o.by_system):
            declared.setdefault((kind, outcome.code), set()).update(outcome.items)
    assert len(declared) > 20
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('tasks_ends_v1(text, text)'::regprocedure)")
        rows = re.findall(r"\('(\w+)', '(\w+)', '([A-Z0-9 -]*)'\)", cursor.fetchone()[0])
    assert {(kind, code): set(items.split()) for kind, code, items in rows} == declared
    assert len(rows) == len(declared)


def test_every_end_by_the_system_has_a_ground_of_its_own() -> None:
    """What is not named in `tasks_is_over_v1` is never over: such a task would stay in its inbox for ever."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('tasks_is_over_v1(tasks_task, text)'::regprocedure)")
        grounds = {(kind, outcome) for kind, outcome, _ in re.findall(r"'(\w+) (\w+) (\w+)'", cursor.fetchone()[0])}
    by_system = {
        (kind, outcome.code)
        for kind, versions in _all().items()
        for version in versions
        for outcome in version.outcomes
        if outcome.by_system
    }
    assert grounds == by_system
