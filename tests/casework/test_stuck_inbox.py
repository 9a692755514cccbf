"""A case that bears why it could not go on stands in the inbox of whoever can do something about it, by the rule of who may act."""

from typing import Any

import pytest

from tests import city
from tests.casework.test_transitions import MADE, gone, waiting
from tests.conftest import TODAY
from yigui.casework.enums import CaseStatus, Verb
from yigui.casework.models import Case
from yigui.casework.waiting import recheck_waiting
from yigui.casework.who_may import why_not
from yigui.common.errors import YiguiError
from yigui.items.change.person_basic_info_change import PersonBasicInfoChange
from yigui.items.common.base import ItemHandler
from yigui.shell.inbox import inbox_page
from yigui.staff.enums import BUSINESS
from yigui.staff.models import User


def people() -> list[User]:
    return list(User.objects.select_related("agency__area").filter(is_active=True, role__in=BUSINESS).order_by("id"))


def told(case: Case) -> set[str]:
    return {u.username for u in people() if any(w.row.key == str(case.pk) for w in inbox_page(u, TODAY, code="stuck").rows)}


def able(case: Case, *verbs: Verb) -> set[str]:
    return {u.username for u in people() if any(why_not(u, case, verb, TODAY) is None for verb in verbs)}


@pytest.mark.parametrize("teller", ["teller", "teller-511111"])
def test_a_refused_effect_reaches_everybody_who_may_return_it(teller: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Any, facts: Any, case: Any) -> Any:
        raise YiguiError("试验拒绝。")

    with monkeypatch.context() as patched:
        patched.setattr(PersonBasicInfoChange, "apply", refuse)
        case = city.accept_class3(username=teller)
    assert case.status == "approved"
    returning = able(case, Verb.RETURN)
    assert returning
    assert returning <= told(case)
    # Nobody is told who can do nothing about it, and whoever took part is told.
    assert told(case) <= able(case, Verb.RETURN, Verb.WITHDRAW, Verb.FINISH)
    assert teller in told(case)


def test_a_waiting_case_with_a_fault_reaches_its_handler_and_the_heads_or_a_colleague(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Any, facts: Any) -> Any:
        raise ZeroDivisionError("the program")

    case = waiting(monkeypatch)
    assert told(case) == set()
    with monkeypatch.context() as patched:
        patched.setattr(ItemHandler, "check", fail)
        recheck_waiting()
    case = Case.objects.get(pk=case.pk)
    assert (case.status, bool(case.effect_error)) == ("waiting", True)
    assert {"teller", "head"} <= told(case)
    assert "teller2" not in told(case)
    with gone(case, "post taken"):
        assert "teller2" in told(Case.objects.get(pk=case.pk))
        assert "teller-511111" not in told(case)


def test_a_returned_case_whose_handler_has_left_reaches_a_colleague(monkeypatch: pytest.MonkeyPatch) -> None:
    def told_of(case: Case) -> dict[str, str]:
        return {
            u.username: w.row.whose
            for u in people()
            if not u.is_door
            for w in inbox_page(u, TODAY, code="returned").rows
            if w.row.key == str(case.pk)
        }

    case = MADE[CaseStatus.RETURNED](monkeypatch)
    assert told_of(case) == {"teller": "我受理"}
    for how in ("inactive", "post taken", "transferred"):
        with gone(case, how):
            left = told_of(Case.objects.get(pk=case.pk))
            assert "teller2" in left
            assert all("已离岗" in whose for whose in left.values())
            # Each of them may take it up, and nobody of another agency is told.
            assert set(left) <= able(Case.objects.get(pk=case.pk), Verb.TAKE_UP)
            assert "teller-511111" not in left
