"""What can be true of an amount is declared once: every form, list and message that asks for it gets the same question and the same refusal."""

from dataclasses import replace

import pytest

from tests import city
from tests.items.money_forms import employer_with_staff
from tests.items.test_effects_refuse_nothing import situation_of
from yigui.casework.application import examine
from yigui.casework.handlers import open_codes
from yigui.catalogue.declarations import declared
from yigui.catalogue.shapes import FieldType
from yigui.common.money import plain_fen
from yigui.law.contribution import Odd, wage_span
from yigui.levy.declare import judge
from yigui.registry.models import Employment

ITEMS = {code: versions[-1] for code, versions in sorted(declared().versions.items())}
SPANS = declared().on(city.TODAY).amount_spans
ASKED = [(c, f.name) for c, item in ITEMS.items() if c in open_codes() for f in item.input_fields if f.name in SPANS]


def test_every_span_of_an_amount_is_for_a_field_that_is_asked() -> None:
    assert {name for _, name in ASKED} == SPANS.keys()
    assert {f.type for item in ITEMS.values() for f in item.input_fields if f.name in SPANS} == {FieldType.MONEY}
    assert {code for code, _ in ASKED} >= {"REG-004", "REG-005", "CHG-006", "LVY-003"}


@pytest.mark.parametrize(("code", "name"), ASKED)
def test_an_amount_far_from_the_bounds_is_asked_about_and_one_that_cannot_be_is_refused(code: str, name: str) -> None:
    application = situation_of(code)

    def found(typed: str) -> set[tuple[str, str]]:
        said = examine(replace(application, form=dict(application.form) | {name: typed})).findings
        return {(f.check, str(f.level)) for f in said if f.field == name and f.check in ("wage_unusual", "amount_plausible")}

    assert found("0.01") == {("wage_unusual", "remind")}
    assert found("999999.00") == {("wage_unusual", "remind")}
    assert found("9999999999.99") == {("amount_plausible", "refuse")}
    assert found("5200.00") == set()


def test_a_list_of_bases_is_judged_by_the_same_span() -> None:
    employer = employer_with_staff()
    person = Employment.objects.filter(employer=employer, end_period=None).select_related("person")[0].person
    span = wage_span(employer.area_id, 202601)
    for fen in (span.low_fen - 1, span.low_fen, span.high_fen, span.high_fen + 1, span.impossible_fen, span.impossible_fen + 1):
        row = {"id_number": person.id_number, "person_name": person.name, "declared_wage": plain_fen(fen)}
        (verdict,) = judge(rows=[row], employer=employer, year=2026)
        how = span.how_odd(fen)
        assert (verdict.state == "bad") == (how == Odd.IMPOSSIBLE), fen
        assert verdict.is_unusual == (how in (Odd.LOW, Odd.HIGH)), fen
