"""Who may take which step: the rule in words, the database's answer, its guard and the page say the same, for everybody at every step."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, connections, transaction

from tests import city
from tests.casework.test_routes_and_decisions import meet
from tests.conftest import TODAY
from tests.pages import signed_in
from yigui.casework.enums import Verb
from yigui.casework.models import Case, Step
from yigui.casework.queries import current_step
from yigui.casework.who_may import why_not
from yigui.staff.models import User

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
}


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
    for name in PEOPLE:
        user = city.user(name)
        reason = why_not(user, case, Verb.PASS, TODAY)
        known = answer_of_the_database(step, user)
        assert (reason.code if reason else None) == known, name
        assert guard_lets_pass(step, user) == (known is None), name
        offered = page_offers(case, user)
        if offered is None:
            assert known is not None, f"{name} may take the step and not open the page"
        else:
            assert offered == (known is None), name
        able += [name] if known is None else []
    assert able
    assert len(able) < len(PEOPLE) / 2
