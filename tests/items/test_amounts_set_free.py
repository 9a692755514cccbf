"""The amount a signer's limit is held against is the money the effects post or award, all months together (R068), item by item.

What is set free is not worked out again here: the statement of the pay run says what it would pay before and after the effects.
"""

import pytest

from tests import city
from tests.items.benefit_forms import FORMS
from tests.items.effects import carried_out, payable, refused_at_limit, set_free
from tests.items.situations import NOW, SITUATIONS
from yigui.casework.application import examine
from yigui.casework.handlers import handler_of, open_codes, writes_of
from yigui.common.rooms import Kind, rooms, tables
from yigui.registry.models import Person

#: Rooms whose protected tables say what is paid to whom. An item that writes one of them decides about money, but for these tables.
PAYING_ROOMS = {"entitlement", "payment", "receipts"}
SETS_NOTHING_FREE = {
    "benefits_pre_review": "a judgement about a record; no benefit begins with it",
    "benefits_dossier_fact": "what a later award rests on",
    "benefits_recovery": "money that is claimed back",
    "benefits_recovery_return": "money that has come back",
}
#: Items that change a benefit and let nothing more of it be paid: what is asked about the limit is nothing, and nothing is freed.
FREES_NOTHING = {"PEN-006": "suspension", "PEN-008": "payment account"}


def paying_tables() -> set[str]:
    return {
        name
        for room in rooms() if room.name in PAYING_ROOMS
        for name, table in room.tables.items() if table.kind is Kind.PROTECTED and name not in SETS_NOTHING_FREE
    }  # fmt: skip


def test_every_item_that_sets_money_free_is_looked_at() -> None:
    assert {room.name for room in rooms()} >= PAYING_ROOMS
    assert {name for name, table in tables().items() if table.kind is Kind.PROTECTED} >= SETS_NOTHING_FREE.keys()
    paying = {code for code in open_codes() if set(writes_of(code)) & paying_tables()}
    assert paying == SITUATIONS.keys() | FREES_NOTHING.keys()
    assert not SITUATIONS.keys() & FREES_NOTHING.keys()


@pytest.mark.parametrize("code", sorted(FREES_NOTHING))
def test_an_item_that_frees_nothing_asks_nothing_of_a_limit(code: str) -> None:
    form, materials, _ = FORMS[FREES_NOTHING[code]]()
    application = city.application(code, form, username="special", materials=materials)
    person = Person.objects.get(id_number=form["id_number"])
    before = payable(person, NOW)
    with carried_out(application) as case:
        assert case.amount_fen is None
        assert set_free(case, before, person, NOW) <= 0


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
