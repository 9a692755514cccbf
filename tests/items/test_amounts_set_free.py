"""The amount a signer's limit is held against is the money the effects post or award, all months together (R068), item by item.

What is set free is not worked out again here: the statement of the pay run says what it would pay before and after the effects.
"""

import ast
from pathlib import Path

import pytest

from tests import city
from tests.items.effects import carried_out, payable, refused_at_limit, set_free
from tests.items.situations import SITUATIONS
from yigui import items
from yigui.casework.application import examine
from yigui.casework.handlers import handler_of
from yigui.catalogue.declarations import catalogue

#: Use cases that set money free. An item that calls one of them decides about money.
FREEING = {
    "open_benefit", "pay_once", "retire", "release_first_payment", "resume", "owe_back", "send_again", "refund", "certify",
    "open_assisted_task", "close_for_death",
}  # fmt: skip


def calls_of(path: Path) -> set[str]:
    return {n.func.id for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}


def test_every_item_that_sets_money_free_is_looked_at() -> None:
    folder = Path(items.__file__).parent
    paying = {
        i.code for i in catalogue().items(city.TODAY) if (p := folder / i.group / f"{i.slug}.py").exists() and calls_of(p) & FREEING
    }
    assert paying == SITUATIONS.keys()


@pytest.mark.parametrize("code", sorted(SITUATIONS))
def test_the_amount_is_what_the_decision_sets_free(code: str) -> None:
    found = SITUATIONS[code]()
    person = found.person
    application = city.application(code, found.form, username="special", materials=found.materials)
    examination = examine(application)
    assert examination.refusals == []
    asked = handler_of(examination.item).amount_fen(examination.facts)
    assert asked is not None
    before = payable(person, found.until)
    with carried_out(application) as case:
        freed = set_free(case, before, person, found.until)
        assert case.amount_fen == asked
        assert freed > 0
        assert asked == freed if not found.is_at_least else asked >= freed
        steps = {step.code for step in case.steps.all()}
        for step, username in (("review", "reviewer"), ("recheck", "rechecker"), ("approve", "director")):
            if step in steps:
                assert not refused_at_limit(case, username, asked)[step], step
                assert refused_at_limit(case, username, asked - 1)[step], step
