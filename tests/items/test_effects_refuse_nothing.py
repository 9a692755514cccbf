"""Checks contain what the effects refuse: an application that passes them is carried out, as long as nothing changes in between.

Each open item is tried with an ordinary application and with each field of it otherwise; the effects of those that its checks let pass
are carried out and undone.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import yigui
from tests import city
from tests.entitlement.people import done
from tests.items.benefit_forms import FORMS
from tests.items.effects import NotAccepted, refusal_of
from tests.items.money_forms import FORMS as MONEY_FORMS
from tests.items.situations import SITUATIONS, Situation, recovery
from tests.items.test_item_cases import file_of, prepared, read
from tests.items.variations import variations
from yigui.casework.application import Application, examine
from yigui.casework.handlers import open_codes

SOURCE = Path(yigui.__file__).parent
#: Items whose ordinary form in `tests/items/*.yaml` is refused: they need something to have happened before.
AFTER_SOMETHING = {"FND-002", "FND-003", "PEN-007", "RES-001", "UNE-005", "ACC-003"}


def situation_of(code: str) -> Application:
    """An application of the item that is accepted as it is."""
    if code in AFTER_SOMETHING:
        found: Situation = recovery() if code == "FND-003" else SITUATIONS[code]()
        return city.application(code, found.form, username="special", materials=found.materials)
    path = file_of(code)
    cases = read(path)["cases"]
    return prepared(path, next(c for c in cases if not {"refused", "reminded", "invalid"} & c.keys()))[0]


@pytest.mark.parametrize("code", sorted(open_codes()))
def test_what_the_checks_pass_the_effects_carry_out(code: str) -> None:
    application = situation_of(code)
    assert refusal_of(application) is None
    refused = []
    for name, form in variations(code, dict(application.form), application.today):
        try:
            said = refusal_of(replace(application, form=form))
        except NotAccepted:
            continue
        if said is not None:
            refused.append(f"{name}: {said}")
    assert not refused, "the checks pass these, the effects do not:\n" + "\n".join(refused)


def said_of(code: str, form: dict[str, Any], materials: Sequence[str]) -> dict[str, str]:
    """What the checks refuse: check and sentence."""
    examination = examine(city.application(code, form, username="special", materials=materials))
    return {finding.check: finding.message for finding in examination.refusals}


def test_another_benefit_drawn_is_found_at_the_acceptance() -> None:
    claim = SITUATIONS["UNE-001"]()
    done("UNE-001", claim.form, claim.materials)
    form, materials, _ = FORMS["disability"]()
    other = form | {"id_number": claim.person.id_number, "person_name": claim.person.name, "benefit_start": "2026-12"}
    assert said_of("PEN-004", other, materials)["other_benefit_drawn"] == f"{claim.person.name} 在领失业保险金，请先终止后再核定。"


def test_a_benefit_that_has_ended_is_not_suspended() -> None:
    heirs = SITUATIONS["PEN-005"]()
    done("PEN-005", heirs.form, heirs.materials)
    form, materials, _ = FORMS["suspension"]()
    other = form | {"id_number": heirs.person.id_number, "person_name": heirs.person.name}
    assert "is_pensioner" in said_of("PEN-006", other, materials)


def test_an_account_that_bears_the_value_already_is_not_corrected() -> None:
    form, materials, _ = MONEY_FORMS["account"]()
    done("ACC-001", form, tuple(materials))
    assert said_of("ACC-001", form, materials)["value_changed"] == "所选月份的记账额与应记录一致，无需更正。"


def test_a_parameter_of_the_law_that_is_not_stored_is_a_finding() -> None:
    form, materials, _ = FORMS["rural"]()
    said = said_of("UNE-002", form | {"unemployed_date": "2024-06-30"}, materials)
    assert "没有配置" in said["computable"], said


#: Every refusal an effect can come to: module and function -> the checks that make it at the acceptance, and what else is to be said.
#: With checks, only something that happened between acceptance and effects can bring it; without, the words say why no effect does.
STANDS_BEFORE: dict[tuple[str, str], tuple[tuple[str, ...], str]] = {
    ("entitlement/award.py", "open_benefit"): (("computable", "min_years"), "what is awarded by the law is above zero"),
    ("entitlement/award.py", "_make_way"): (("other_benefit_drawn", "no_other_pension_paid"), "the first asks the same function"),
    ("entitlement/award.py", "release_first_payment"): (("calculation_approved",), ""),
    ("entitlement/award.py", "suspend"): (("reason_listed",), ""),
    ("payment/reissue.py", "send_again"): (("returned_found",), ""),
    ("entitlement/award.py", "resume"): (("is_suspended",), ""),
    ("entitlement/award.py", "reopen_after_death"): ((), "the item asks first whether a death ended it; what has ended has a last month"),
    ("entitlement/assess_person.py", "judge_record"): (("min_years", "min_years_early", "computable"), ""),
    ("entitlement/plausible.py", "judge_answers"): (("dossier_complete", "min_years", "min_years_early", "computable"), ""),
    ("entitlement/assess_person.py", "assess_person"): (("min_years", "min_years_early", "computable"), ""),
    ("entitlement/after_allowance.py", "pension_after_allowance"): (("min_years", "min_years_early"), ""),
    ("entitlement/assess_person.py", "_pre_account"): (("dossier_complete", "min_years", "min_years_early"), ""),
    ("entitlement/dossier.py", "needed_dossier"): (("min_years", "min_years_early"), ""),
    ("items/common/facts.py", "_read"): ((), "only of half a form, while it is being filled in; effects read the whole"),
    ("items/common/waiting_money.py", "as_accepted"): ((), "the money was there at the acceptance; whoever signs is told before (`told_before_signing`)"),
    ("items/pension/facts.py", "known_facts"): (("min_years", "min_years_early"), ""),
    ("items/pension/disability_allowance.py", "_dossier"): (("capacity_lost",), ""),
    ("items/pension/_answers.py", "typed_answers"): (("dossier_complete",), ""),
    ("items/pension/_correction.py", "corrected"): (("computable",), ""),
    ("items/pension/pension_recalculation.py", "_value"): (("computable",), ""),
    ("items/pension/pension_recalculation.py", "_as_on_file"): (("computable",), ""),
    ("items/pension/pension_recalculation.py", "_work_started"): (("computable",), ""),
    ("charges/orders.py", "create_order"): (("something_due", "has_arrears", "paid_once", "once_a_year"), ""),
    ("charges/orders.py", "cancel_order"): ((), "the payer cancels"),
    ("accounts/correct.py", "correct_entries"): (("value_changed", "balance_not_negative"), "interest_known asks for the rates"),
    ("receipts/refunds.py", "refund"): (("paid_by_applicant",), ""),
    ("receipts/refunds.py", "_settle_refund_bill"): (("paid_by_applicant",), "it asks is_covered"),
    ("registry/persons.py", "sentences"): (
        ("no_overlap", "no_active_relation", "one_month_one_unit", "unit_not_registered", "number_not_used", "merge_overlap"), ""
    ),
    ("registry/merging.py", "merge_persons"): (("merge_money",), "the check asks the same function"),
    ("casework/handlers.py", "__post_init__"): ((), "whom a case is about is asked at the acceptance"),
    ("casework/handlers.py", "handler_of"): ((), "an item without code is not accepted"),
    ("catalogue/declarations.py", "item"): ((), "the version of a case is in force when it is accepted, and is kept"),
    ("catalogue/declarations.py", "_items_of"): ((), "declarations are read when the house starts"),
    ("catalogue/declarations.py", "load_catalogue"): ((), "declarations are read when the house starts"),
    ("exchange/asking.py", "_plain"): ((), "partners are asked at the acceptance; the case keeps their answers"),
    ("exchange/asking.py", "_read"): ((), "partners are asked at the acceptance; the case keeps their answers"),
    ("exchange/asking.py", "post"): ((), "partners are asked at the acceptance; the case keeps their answers"),
    ("items/common/facts.py", "needed"): (("computable",), "what a form requires is there; what it leaves open the amount asks for first"),
    ("items/common/base.py", "employer_subject"): ((), "whom a case is about is asked at the acceptance"),
    ("items/common/base.py", "needed_person"): (("person_known", "query_right"), ""),
    ("items/common/base.py", "needed_employer"): (("unit_active",), ""),
    ("items/pension/pension_recalculation.py", "_found"): (("computable",), ""),
    ("items/registration/employee_stop_enrolment.py", "apply"): (("active_relation",), ""),
    ("items/change/unit_basic_info_change.py", "apply"): (("old_value",), ""),
    ("items/change/person_basic_info_change.py", "apply"): (("old_value",), ""),
    ("items/change/person_key_info_change.py", "apply"): (("old_value", "merge_known"), ""),
}  # fmt: skip
_NO_REFUSALS = {"ValueError", "NotImplementedError", "UnknownField", "CheckMissing"}


def imported_by(path: Path) -> Iterator[tuple[Path, str]]:
    """Modules of the rooms below and the names an item takes from them."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("yigui."):
            found = SOURCE / ("/".join(str(node.module).split(".")[1:]) + ".py")
            if found.exists() and found.relative_to(SOURCE).parts[0] not in ("items", "common", "law"):
                yield from ((found, name.name) for name in node.names)


@cache
def functions_of(path: Path) -> dict[str, list[ast.FunctionDef]]:
    """Functions of a module by name; those of a class by the name of the class too, for whoever makes one."""
    found: dict[str, list[ast.FunctionDef]] = {}
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            found.setdefault(node.name, []).append(node)
        for method in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(method, ast.FunctionDef) and isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(method)
    return found


def reached(path: Path, name: str) -> set[str]:
    """Functions of a module that calling one of its names can come to, within the module."""
    functions, waiting, seen = functions_of(path), [name], set[str]()
    while waiting:
        here = waiting.pop()
        if here in functions and here not in seen:
            seen.add(here)
            waiting += [n.id for f in functions[here] for n in ast.walk(f) if isinstance(n, ast.Name)]
    return seen


def raises(function: ast.FunctionDef) -> bool:
    """Whether a function raises a refusal itself."""
    for node in ast.walk(function):
        if isinstance(node, ast.Raise) and node.exc is not None:
            name = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            if ast.unparse(name) not in _NO_REFUSALS:
                return True
    return False


def refusals() -> set[tuple[str, str]]:
    """Module and function of every refusal in an item, and in what the items call of the rooms below."""
    found = set()
    for path in sorted((SOURCE / "items").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and raises(node):
                found.add((str(path.relative_to(SOURCE)), node.name))
        for module, name in imported_by(path):
            functions = functions_of(module)
            for one in reached(module, name):
                found |= {(str(module.relative_to(SOURCE)), f.name) for f in functions[one] if raises(f)}
    return found


def test_every_refusal_of_effects_has_its_check_or_its_race() -> None:
    found = refusals()
    assert found - STANDS_BEFORE.keys() == set(), "say which check stands before these"
    assert STANDS_BEFORE.keys() - found == set(), "these refuse nothing any more"


def test_the_checks_that_stand_before_exist() -> None:
    sources = "".join(path.read_text() for path in (SOURCE / "items").rglob("*.py"))
    named = {name for checks, _ in STANDS_BEFORE.values() for name in checks}
    assert [name for name in sorted(named) if not re.search(rf'(?:@check\(|Finding\(\s*)"{name}"', sources)] == []
    assert all(checks or words for checks, words in STANDS_BEFORE.values())
