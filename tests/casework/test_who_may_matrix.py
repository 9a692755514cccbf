"""Who may take which step: the rule in words, the database's answer, its guard and the page say the same, for everybody at every step."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, connections, transaction

from tests import city
from tests.casework.test_routes_and_decisions import meet
from tests.conftest import TODAY
from tests.entitlement.people import pensioner
from tests.pages import signed_in
from tests.staff.test_rights import applied, granted
from yigui.casework.accept_case import accept_case
from yigui.casework.enums import Verb
from yigui.casework.models import Case, Step
from yigui.casework.queries import current_step
from yigui.casework.queues import my_queue, suggest_person
from yigui.casework.who_may import unfit, why_not
from yigui.staff.errors import NotAuthorised
from yigui.staff.locations import Location
from yigui.staff.models import Authority, User

PEOPLE = (
    "teller", "teller2", "special", "trainee", "reviewer", "reviewer2", "rechecker", "rechecker2", "head", "head2", "director", "director2",
    "auditor", "cashier", "accountant", "guide", "sysadmin", "secadmin", "logadmin", "teller-511111", "reviewer-511111",
    "hall-reviewer-511111", "hall-rechecker-511111",
)  # fmt: skip


def class_1_at(step: str) -> Case:
    """A class-1 case whose turn is the step."""
    case = city.accept_class1()
    for code, who in (("review", "reviewer"), ("recheck", "rechecker"), ("request", "head")):
        if code == step:
            return case
        city.decide(case, who, opinion="同意，附书面请示")
    if step == "approve":
        meet(case)
    return case


def class_2_at(step: str) -> Case:
    """A class-2 case whose turn is the step."""
    case = city.accept_class2()
    if step == "recheck":
        city.decide(case, "reviewer")
    return case


PLACES: dict[str, tuple[Callable[[str], Case], str]] = {
    "class 2 at its review": (class_2_at, "review"),
    "class 2 at its recheck": (class_2_at, "recheck"),
    "class 1 at its review": (class_1_at, "review"),
    "class 1 at its recheck": (class_1_at, "recheck"),
    "class 1 at its request": (class_1_at, "request"),
    "class 1 at its approval": (class_1_at, "approve"),
    "class 2 with money at its review": (lambda step: with_money(class_2_at(step)), "review"),
    "class 2 with money at its recheck": (lambda step: with_money(class_2_at(step)), "recheck"),
}


def with_money(case: Case, amount_fen: int = 800_000) -> Case:
    """The decision sets so much free."""
    return city.past_the_guards(case, amount_fen=amount_fen)


def limited(step: str) -> User:
    """Somebody who may take the step up to 5000 yuan (R068)."""

    def make() -> User:
        user = city.new_user("reviewer" if step == "review" else "rechecker", full_name=f"限额{step}", password="limited-2026")
        granted(applied(user, steps=(step,), item_groups=["*"], amount_fen_max=500_000))
        return city.user(user.username)

    return city.of_city(f"limited {step}", make)


def in_queue(step: Step, user: User) -> bool:
    return step.pk in {found.pk for found in my_queue(user, TODAY, steps=(step.code,), limit=100_000)}


def suggested(step: Step, user: User) -> bool:
    """Whether the suggestion would have this person if nobody else were there."""
    asked = {"seq": step.seq, "code": step.code, "site": step.site, "is_last": not later(step)}
    return unfit(step.case, **asked, user_id=user.pk, on=TODAY) is None  # type: ignore[arg-type]


def later(step: Step) -> bool:
    return Step.objects.filter(case=step.case, round=step.round, seq__gt=step.seq).exists()


def answer_of_the_database(step: Step, user: User) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT casework_why_not_v1(%s, %s, %s)", [step.pk, user.pk, TODAY])
        (code,) = cursor.fetchone()
    return None if code is None else str(code)


class _Undone(Exception):
    """The guard let it through; nothing of it is to stay."""


def guard_lets_pass(step: Step, user: User) -> bool:
    """Whether the table itself takes a decision of this person, by raw SQL of its owner; it is undone."""
    try:
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            cursor.execute(
                "UPDATE casework_step SET state = 'passed', decided_by_id = %s, decided_on = %s, decided_at = now() WHERE id = %s",
                [user.pk, TODAY, step.pk],
            )
            raise _Undone
    except _Undone:
        return True
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != "YG004":
            raise
        return False


def page_offers(case: Case, user: User) -> bool | None:
    """Whether the case page has the button; None where this person may not open the page."""
    answer = signed_in(user.username).get(f"/cases/{case.case_no}/")
    if answer.status_code == 403:
        return None
    assert answer.status_code == 200
    page = answer.content.decode()
    assert case.case_no in page
    return 'id="claim"' in page


@pytest.mark.parametrize("place", PLACES)
def test_rule_database_guard_and_page_agree_for_everybody(place: str) -> None:
    make, code = PLACES[place]
    case = Case.objects.get(pk=make(code).pk)
    step = current_step(case)
    assert step is not None
    assert step.code == code
    able = []
    known_people = [*PEOPLE, limited("review").username, limited("recheck").username]
    for name in known_people:
        user = city.user(name)
        reason = why_not(user, case, Verb.PASS, TODAY)
        known = answer_of_the_database(step, user)
        assert (reason.code if reason else None) == known, name
        assert guard_lets_pass(step, user) == (known is None), name
        assert in_queue(step, user) == (known is None), name
        assert suggested(step, user) == (known is None), name
        offered = page_offers(case, user)
        if offered is None:
            assert known is not None, f"{name} may take the step and not open the page"
        else:
            assert offered == (known is None), name
        able += [name] if known is None else []
    assert able
    assert len(able) < len(known_people) / 2
    chosen = suggest_person(step, is_last=not later(step), today=TODAY)
    assert chosen is None or why_not(chosen, case, Verb.PASS, TODAY) is None
    assert (chosen is not None) == (code in ("review", "recheck"))


def complex_at_recheck() -> Case:
    """A complex item (the catalogue finishes it in the back office) that a teller has accepted, at its last step."""
    benefit = pensioner()
    form = {
        "id_number": benefit.person.id_number, "person_name": benefit.person.name, "insurance": "employee_pension", "change_reason": "06",
        "start_month": "2026-11", "note": "核实中",
    }  # fmt: skip
    # Whose certification has run out and who was not told of it is asked about.
    asked = city.application("PEN-006", form, username="teller", materials=["id_card"], confirmed=("reason_listed",))
    return city.decide(accept_case(asked), "reviewer")


def test_a_complex_item_is_never_finished_at_the_front_desk() -> None:
    case = complex_at_recheck()
    step = current_step(case)
    assert step is not None
    assert (step.code, step.site, later(step)) == ("recheck", "back_office", False)
    expected = {
        "teller2": "back_office",
        "special": "back_office",
        "trainee": "back_office",
        "reviewer": "authority",
        "rechecker": None,
    }
    assert {name: answer_of_the_database(step, city.user(name)) for name in expected} == expected
    with pytest.raises(NotAuthorised, match="后台"):
        city.decide(case, "teller2")
    assert not guard_lets_pass(step, city.user("teller2"))
    # Not even where the step is said to be on site: the item's own place counts.
    asked = {"seq": 3, "code": "recheck", "site": "on_site", "is_last": True, "on": TODAY}
    assert unfit(case, **asked, user_id=city.user("teller2").pk) == "finish_site"  # type: ignore[arg-type]
    # Of an item that is finished at the front desk the same teller takes the same step.
    simple = current_step(class_2_at("recheck"))
    assert simple is not None
    assert answer_of_the_database(simple, city.user("teller2")) is None
    assert city.decide(case, "rechecker").status == "finished"


@pytest.mark.parametrize(("name", "refused"), [("teller2", "back_office"), ("rechecker2", "Key (kind, subject_id)")])
def test_no_warrant_is_given_for_a_complex_item_whose_last_step_bears_the_front_desk(name: str, refused: str) -> None:
    case = city.decide(complex_at_recheck(), "rechecker")
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        # Past every guard: the case stands before its end again, its last step signed by another.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE casework_case SET status = 'approved' WHERE id = %s", [case.pk])
        cursor.execute("UPDATE casework_step SET decided_by_id = %s WHERE case_id = %s AND seq = 3", [city.user(name).pk, case.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")
        try:
            cursor.execute("SELECT casework_issue_warrant_v1(%s)", [case.pk])
            answer = "given"
        except DatabaseError as error:
            answer = error.__cause__.diag.message_detail  # type: ignore[union-attr]
        transaction.set_rollback(True, using="super")
    # Of the back office it goes as far as a second warrant can: there is one already.
    assert answer.startswith(refused)


def test_an_acceptance_that_this_very_transaction_has_not_written_is_asked_about_again() -> None:
    case = city.accept_class3()
    nobody = city.user("guide").pk
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        # Past every guard, and by another transaction than that which asks: the case stands before its end, accepted by somebody who may not.
        with transaction.atomic(using="super"):
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("UPDATE casework_case SET status = 'approved', accepted_by_id = %s WHERE id = %s", [nobody, case.pk])
            cursor.execute("UPDATE casework_step SET decided_by_id = %s WHERE case_id = %s", [nobody, case.pk])
            cursor.execute("SET LOCAL session_replication_role = origin")
        with pytest.raises(DatabaseError) as refused, transaction.atomic(using="super"):
            cursor.execute("SELECT casework_issue_warrant_v1(%s)", [case.pk])
        transaction.set_rollback(True, using="super")
    diag = refused.value.__cause__.diag  # type: ignore[union-attr]
    assert (diag.sqlstate, diag.message_detail) == ("YG004", "authority")


@pytest.mark.parametrize("code", ["review", "recheck"])
def test_whoever_has_a_limit_decides_no_case_above_it(code: str) -> None:
    user = limited(code)
    case = with_money(class_2_at(code))
    step = current_step(case)
    assert step is not None
    reason = why_not(user, case, Verb.PASS, TODAY)
    assert reason is not None
    assert (reason.code, "超过您的授权上限" in reason.sentence) == ("amount", True)
    assert not in_queue(step, user)
    with pytest.raises(NotAuthorised, match="超过您的授权上限"):
        city.decide(case, user.username)
    answer = signed_in(user.username).post(f"/cases/{case.case_no}/claim/", {"step": step.pk})
    assert answer.status_code == 403
    assert current_step(case).state == "ready"  # type: ignore[union-attr]
    with_money(case, 500_000)
    assert in_queue(step, user)
    done = city.decide(case, user.username)
    assert done.status in ("open", "finished")


def test_a_case_that_says_no_amount_is_above_every_limit_where_its_item_decides_one() -> None:
    user = limited("review")
    materials = city.KEY_MATERIALS
    case = accept_case(
        city.application("CHG-004", city.key_change_form(city.next_person()), username="special", materials=materials)
    )
    assert case.amount_fen is None
    # A name decides no amount; a death that is taken back does.
    assert why_not(user, case, Verb.PASS, TODAY) is None
    without = city.past_the_guards(case, form=case.form | {"change_item": "07"})
    reason = why_not(user, without, Verb.PASS, TODAY)
    assert reason is not None
    assert reason.code == "amount"


def hall(name: str) -> Location:
    centre = city.user("teller").agency_id
    made, _ = Location.objects.using("owner").get_or_create(agency_id=centre, name=name, defaults={"kind": "hall"})
    return Location.objects.get(pk=made.pk)


def test_on_the_floor_is_the_hall_the_applicant_came_to() -> None:
    user = city.of_city("of another hall", lambda: city.new_user("reviewer", full_name="分厅审核", location=hall("城东分厅")))
    if not Authority.objects.filter(user=user).exists():
        granted(applied(user, steps=("review",), item_groups=["*"]))
    case = class_2_at("review")
    step = current_step(case)
    assert step is not None
    assert step.site == "on_site"
    assert answer_of_the_database(step, user) == "floor"
    assert not guard_lets_pass(step, user)
    assert not in_queue(step, user)
    reason = why_not(user, case, Verb.PASS, TODAY)
    assert reason is not None
    assert "受理大厅" in reason.sentence
    # The same hall may; one whose place is not known may only where the agency has no other hall.
    User.objects.using("super").filter(pk=user.pk).update(location=city.user("teller").desk.location)  # type: ignore[union-attr]
    assert answer_of_the_database(step, user) is None
    User.objects.using("super").filter(pk=user.pk).update(location=None)
    assert answer_of_the_database(step, user) == "no_place"
    assert not guard_lets_pass(step, user)
    assert not in_queue(step, user)
    other = hall("城东分厅")
    Location.objects.using("owner").filter(pk=other.pk).update(closed_on=TODAY)
    try:
        assert answer_of_the_database(step, user) is None
    finally:
        Location.objects.using("owner").filter(pk=other.pk).update(closed_on=None)
    # Where the teller sits afterwards is nothing to the case.
    User.objects.using("super").filter(pk=user.pk).update(location=hall("城东分厅"))
    teller = city.user("teller")
    User.objects.using("super").filter(pk=teller.pk).update(desk=None, location=hall("城东分厅"))
    try:
        assert answer_of_the_database(step, user) == "floor"
    finally:
        User.objects.using("super").filter(pk=teller.pk).update(desk=teller.desk, location=teller.location)


def test_what_was_signed_counts_though_the_person_moves_afterwards() -> None:
    case = class_2_at("recheck")
    reviewer = city.user("reviewer")
    User.objects.using("super").filter(pk=reviewer.pk).update(is_trainee=True, location=hall("城东分厅"))
    try:
        assert city.decide(case, "rechecker").status == "finished"
    finally:
        User.objects.using("super").filter(pk=reviewer.pk).update(is_trainee=False, location=reviewer.location)
