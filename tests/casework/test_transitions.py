"""The life of a case is one table: the database has the same, every status has an exit, and somebody who exists can take it."""

import ast
import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

import yigui
from tests import city
from tests.conftest import TODAY
from yigui.casework.decide_step import decide_step
from yigui.casework.enums import FINAL, CaseStatus, Verb, Verdict
from yigui.casework.errors import StepMoved
from yigui.casework.findings import Finding, Level
from yigui.casework.finish_case import finish_again, finish_approved
from yigui.casework.models import Case, Event
from yigui.casework.queries import current_step
from yigui.casework.resubmit_case import resubmit_case
from yigui.casework.return_case import decline_returned_case, return_refused_case
from yigui.casework.returns import Point
from yigui.casework.transitions import TRANSITIONS, Transition, Who, database_rows, move, way_out
from yigui.casework.who_may import why_not
from yigui.casework.withdraw_case import withdraw_case
from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.items.common.base import ItemHandler
from yigui.items.registration.unit_enrolment import UnitEnrolment
from yigui.staff.enums import BUSINESS, RequestStatus, StepKind
from yigui.staff.models import Authority, User

UNFINISHED = [status for status in CaseStatus if status not in FINAL]
ENDS = [(row, source) for row in TRANSITIONS for source in row.sources if set(row.targets) & set(FINAL)]


def test_the_databases_list_is_the_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT source, target, after_refusal FROM casework_transitions_v1()")
        rows = cursor.fetchall()
    # A step that passes may leave the case open; the database does not see that as a change.
    assert len(rows) == len(set(rows))
    assert set(rows) == database_rows()


def test_every_verb_of_the_chain_stands_in_the_table() -> None:
    assert {row.verb for row in TRANSITIONS} == set(Verb)


@pytest.mark.parametrize("status", UNFINISHED)
def test_every_status_that_is_not_final_has_a_way_to_one_that_is(status: CaseStatus) -> None:
    way = way_out(status)
    assert way
    assert set(way[-1].targets) & set(FINAL)
    # Not by the system alone: somebody can end it.
    assert any(set(row.who) - {Who.SYSTEM} for row, source in ENDS if source == status)


def test_a_final_status_leads_nowhere() -> None:
    assert not [row for row in TRANSITIONS if set(row.sources) & set(FINAL)]
    assert [way_out(status) for status in FINAL] == [[], [], []]


SOURCE = Path(yigui.__file__).parent
#: Where the status of a case is set: (module, what it does).
SETS_STATUS = {
    ("casework/transitions.py", "case.status"): "`move`, the only way a status changes",
    ("casework/accept_case.py", "Case"): "a new case begins with one the table has for it",
}


def knows_cases(tree: ast.Module) -> bool:
    """Whether a module can have a case in its hands: it names the class, or takes something of casework."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "Case":
            return True
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("yigui.casework"):
            return True
    return False


def statuses_set(tree: ast.Module) -> Iterator[str]:
    """Every place that sets a status: on a row, alone or among others, by name, by a statement on many, or when the row is made."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            parts = [part for target in targets for part in ast.walk(target)]
            yield from (ast.unparse(part) for part in parts if isinstance(part, ast.Attribute) and part.attr == "status")
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called == "setattr" and not (isinstance(node.args[1], ast.Constant) and node.args[1].value != "status"):
                yield called
            writes = {"update", "create", "get_or_create", "update_or_create", "Case"}
            if called.split(".")[-1] in writes and any(keyword.arg == "status" for keyword in node.keywords):
                yield called
            fields = [ast.unparse(argument) for argument in (*node.args, *(k.value for k in node.keywords))]
            if called.endswith(".bulk_update") and any("status" in field for field in fields):
                yield called


def test_no_other_module_changes_a_status() -> None:
    files = [f for f in SOURCE.rglob("*.py") if "migrations" not in f.parts]
    trees = {str(f.relative_to(SOURCE)): ast.parse(f.read_text()) for f in files}
    assert len(trees) > 200
    found = {(name, place) for name, tree in trees.items() if knows_cases(tree) for place in statuses_set(tree)}
    assert found == SETS_STATUS.keys()


def test_no_statement_changes_a_status() -> None:
    files = [f for f in (*SOURCE.rglob("*.sql"), *SOURCE.rglob("*.py")) if "migrations" not in f.parts]
    changes = re.compile(r"UPDATE\s+casework_case\b(?:(?!WHERE|;).)*\bstatus\s*=", re.S | re.I)
    assert changes.search("UPDATE casework_case c SET tries = 1,\n status = 'open' WHERE id = 1")
    assert [f.name for f in files if changes.search(f.read_text())] == []


@pytest.mark.parametrize(
    "statement",
    [
        "anything.status = 'open'", "note, row.case.status = '', 'open'", "row.status: str = 'open'", "setattr(row, 'status', 'open')",
        "setattr(row, name, value)", "rows.filter(pk=1).update(status='open')", "Case(status='open')",
        "Case.objects.bulk_update(rows, fields=['status'])",
    ],
)  # fmt: skip
def test_each_way_of_setting_a_status_is_seen(statement: str) -> None:
    tree = ast.parse(f"from yigui.casework.models import Case\n{statement}\n")
    assert knows_cases(tree)
    assert len(list(statuses_set(tree))) == 1


def waiting(monkeypatch: pytest.MonkeyPatch) -> Case:
    with monkeypatch.context() as patched:
        found = [Finding("identity_match", "公安暂时没有应答。", Level.WAIT)]
        patched.setattr(ItemHandler, "check", lambda self, facts: found)
        return city.accept_class2()


def refused(monkeypatch: pytest.MonkeyPatch) -> Case:
    """An approved case whose effects were refused."""

    def refuse(self: Any, facts: Any, case: Any) -> Any:
        raise YiguiError("单位编号已用完，请联系系统管理员。")

    case = city.accept_class2()
    city.decide(case, "reviewer")
    with monkeypatch.context() as patched:
        patched.setattr(UnitEnrolment, "apply", refuse)
        return city.decide(case, "rechecker")


MADE: dict[str, Callable[[pytest.MonkeyPatch], Case]] = {
    CaseStatus.OPEN: lambda _: city.accept_class2(),
    CaseStatus.WAITING: waiting,
    CaseStatus.RETURNED: lambda _: city.decide(city.accept_class2(), "reviewer", "returned", "请更正地址"),
    CaseStatus.APPROVED: refused,
}


def do(row: Transition, case: Case, actor: User) -> Case:
    """Do what a row of the table says, by the use case people have for it."""
    if row.verb == Verb.WITHDRAW:
        return withdraw_case(case_id=case.pk, actor=actor, note="不办了", today=TODAY)
    if row.verb == Verb.FINISH:
        return finish_again(case_id=case.pk, actor=actor)
    if case.status == CaseStatus.RETURNED:
        return decline_returned_case(case_id=case.pk, actor=actor, note="逾期未补正", today=TODAY)
    step = current_step(case)
    assert step is not None
    return decide_step(case_id=case.pk, step_id=step.pk, actor=actor, verdict=Verdict.DECLINE, opinion="证照已吊销", today=TODAY)


@pytest.mark.parametrize(("row", "source"), ENDS, ids=lambda value: getattr(value, "verb", value))
def test_each_end_is_reached_by_a_person_who_exists(row: Transition, source: CaseStatus, monkeypatch: pytest.MonkeyPatch) -> None:
    case = MADE[source](monkeypatch)
    assert case.status == source
    able = [user for user in User.objects.order_by("id") if why_not(user, case, row.verb, TODAY) is None]
    assert able
    before = Event.objects.filter(case=case).count()
    done = do(row, case, able[0])
    assert (done.status in FINAL, done.status in row.targets) == (True, True)
    assert Case.objects.get(pk=case.pk).status == done.status
    assert Event.objects.filter(case=case).count() == before + 1
    newest = Event.objects.filter(case=case).latest("seq")
    assert (newest.verb, newest.actor_id) == (row.verb, able[0].pk)


def of_another_door(monkeypatch: pytest.MonkeyPatch, make: Callable[[pytest.MonkeyPatch], Case]) -> Case:
    """The same case as a partner's program handed it in: accepted by its account."""
    door, real = city.user("api-demo"), city.application

    def from_outside(item_code: str, form: dict[str, Any], **more: Any) -> Any:
        return real(item_code, form, **(more | {"username": door.username, "channel": "online"}))

    with monkeypatch.context() as patched:
        patched.setattr(city, "application", from_outside)
        return make(monkeypatch)


@contextmanager
def gone(case: Case, how: str) -> Iterator[None]:
    """Whoever handles a case is there no more: until the end of the test."""
    handler = User.objects.filter(pk=case.handler_id)
    before = handler.values("is_active", "role", "agency_id", "desk_id", "location_id").get()
    rights = Authority.objects.filter(user_id=case.handler_id, withdrawn_at=None)
    held = list(rights.values_list("pk", flat=True))
    changes: dict[str, dict[str, Any]] = {
        "inactive": {"is_active": False}, "post taken": {"role": "", "desk_id": None},
        "transferred": {"role": "", "agency_id": "51110201", "desk_id": None, "location_id": None}, "right ended": {},
    }  # fmt: skip

    def write(user: dict[str, Any], withdrawn: dt.datetime | None) -> None:
        with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
            if how != "inactive":
                # When somebody is switched off the database keeps the moment itself: what they signed before counts.
                cursor.execute("SET LOCAL session_replication_role = replica")
            if user:
                names = ", ".join(f"{'window_id' if name == 'desk_id' else name} = %s" for name in user)
                cursor.execute(f"UPDATE staff_user SET {names} WHERE id = %s", [*user.values(), case.handler_id])
            if how != "inactive":
                cursor.execute("UPDATE staff_authority SET withdrawn_at = %s WHERE id = ANY (%s)", [withdrawn, held])

    write(changes[how], clock.now())
    try:
        yield
    finally:
        write(before, None)


GONE = ("inactive", "transferred", "post taken", "right ended")


@pytest.mark.parametrize("how", GONE)
@pytest.mark.parametrize(("row", "source"), ENDS, ids=lambda value: getattr(value, "verb", value))
def test_each_end_is_reached_without_whoever_handled_the_case(
    row: Transition, source: CaseStatus, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = MADE[source](monkeypatch)
    with gone(case, how):
        case = Case.objects.get(pk=case.pk)
        people = User.objects.filter(is_active=True).exclude(pk=case.handler_id).order_by("id")
        able = [u for u in people if why_not(u, case, row.verb, TODAY) is None]
        assert able, (row.verb, source)
        # They have a page to do it on.
        assert all(u.role in BUSINESS for u in able)
        assert do(row, case, able[0]).status in FINAL


@pytest.mark.parametrize("how", GONE[:3])
def test_whoever_has_gone_elsewhere_withdraws_nothing_of_the_old_counter(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case.objects.get(pk=waiting(monkeypatch).pk)
    with gone(case, how):
        case = Case.objects.get(pk=case.pk)
        reason = why_not(User.objects.get(pk=case.handler_id), case, Verb.WITHDRAW, TODAY)
        assert reason is not None
        assert "已离岗或调离本岗位" in reason.sentence


@pytest.mark.parametrize(("row", "source"), ENDS, ids=lambda value: getattr(value, "verb", value))
def test_each_end_of_a_case_from_another_door_is_reached_at_the_counter(
    row: Transition, source: CaseStatus, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = Case.objects.get(pk=of_another_door(monkeypatch, MADE[source]).pk)
    assert case.channel == "online"
    people = User.objects.filter(is_active=True).exclude(pk=case.handler_id).order_by("id")
    able = [user for user in people if user.has_usable_password() and why_not(user, case, row.verb, TODAY) is None]
    assert able, (row.verb, source)
    assert do(row, case, able[0]).status in FINAL


def test_a_colleague_withdraws_what_the_counter_took_only_when_its_handler_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case.objects.get(pk=waiting(monkeypatch).pk)
    colleague, elsewhere = city.user("teller2"), city.user("teller-511111")
    reason = why_not(colleague, case, Verb.WITHDRAW, TODAY)
    assert reason is not None
    assert "请由其办理" in reason.sentence
    User.objects.using("super").filter(pk=case.handler_id).update(is_active=False)
    try:
        case = Case.objects.get(pk=case.pk)
        assert why_not(colleague, case, Verb.WITHDRAW, TODAY) is None
        reason = why_not(elsewhere, case, Verb.WITHDRAW, TODAY)
        assert reason is not None
        assert "已离岗" in reason.sentence
        assert (
            withdraw_case(case_id=case.pk, actor=colleague, note="部门一直未答复，申请人不办了", today=TODAY).status == "withdrawn"
        )
    finally:
        User.objects.using("super").filter(pk=case.handler_id).update(is_active=True)


def test_an_approved_case_on_its_way_is_neither_returned_nor_withdrawn() -> None:
    case = city.past_the_guards(city.accept_class2(), status="approved")
    for user in User.objects.all():
        assert why_not(user, Case.objects.get(pk=case.pk), Verb.WITHDRAW, TODAY) is not None
    with pytest.raises(StepMoved, match="待办结"):
        withdraw_case(case_id=case.pk, actor=city.user("teller"), note="不办了", today=TODAY)
    for target in ("returned", "withdrawn"):
        with pytest.raises(DatabaseError, match="不能从“待办结”变为"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE casework_case SET status = %s WHERE id = %s", [target, case.pk])


def test_a_refused_effect_is_returned_with_its_reason_by_the_head_and_corrected(monkeypatch: pytest.MonkeyPatch) -> None:
    case = refused(monkeypatch)
    assert case.effect_error == "单位编号已用完，请联系系统管理员。"
    assert why_not(city.user("teller2"), case, Verb.RETURN, TODAY) is not None
    returned = return_refused_case(
        case_id=case.pk, actor=city.user("head"), points=[Point("wrong", field="address")], note="地址重复登记", today=TODAY
    )
    assert (returned.status, returned.returned_on) == ("returned", TODAY)
    assert "填报项“地址”：填报有误" in returned.feedback.latest("id").message
    assert Event.objects.filter(case=case).latest("seq").payload["refused"] == case.effect_error
    form = case.form | {"address": "市中区嘉定路 3 号"}
    again = city.application("REG-001", form, materials=city.UNIT_MATERIALS, case_id=case.pk)
    corrected = resubmit_case(case=case, application=again)
    assert (corrected.status, corrected.round, corrected.effect_error) == ("open", 2, "")
    city.decide(corrected, "reviewer")
    assert city.decide(corrected, "rechecker").status == "finished"


def test_a_move_the_table_does_not_have_is_refused() -> None:
    case = city.accept_class3()
    with pytest.raises(StepMoved, match="现为“已办结”，不能“退回补正”"):
        move(case, Verb.RETURN, CaseStatus.RETURNED, actor=None)
    open_case = city.accept_class2()
    with pytest.raises(StepMoved):
        move(open_case, Verb.RETURN, CaseStatus.APPROVED, actor=None)
    assert finish_approved(case_id=open_case.pk).status == "open"


def test_the_database_says_steps_and_statuses_as_the_pages_do() -> None:
    asked = [
        ("casework_status_words_v1", CaseStatus.choices),
        ("staff_words_v1", [*StepKind.choices, *RequestStatus.choices]),
    ]
    with connections["owner"].cursor() as cursor:
        for function, choices in asked:
            for code, label in choices:
                cursor.execute(f"SELECT {function}(%s)", [code])
                assert cursor.fetchone() == (label,), code
