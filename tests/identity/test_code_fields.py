"""Every deed that asks for a one-time code has a form with the field for it: what the tests hand over by themselves a person has to type."""

import re

import pytest

from tests.conftest import ROOT

SOURCE = ROOT / "src" / "yigui"
#: One cell for requests that go from hand to hand; the view of a page says which of its deeds wants a code.
CELL = "backoffice/includes/decide_cell.html"
#: Pages with that cell, and their views.
CELLS = {
    "backoffice/item_changes.html": "item_changes.py", "backoffice/account_requests.html": "account_requests.py",
    "backoffice/includes/rights_row.html": "rights.py", "backoffice/merges.html": "merges.py",
}  # fmt: skip
#: Templates with the form of each deed, by the module that takes the code.
FORMS = {
    "casework/signatures.py": {"backoffice/includes/case_deeds.html", "backoffice/meetings.html"},
    "catalogue/change_item.py": {CELL},
    "parameters/change_parameter.py": {"backoffice/parameter_change.html"},
    "payment/bank_results.py": {"finance/includes/confirm_form.html", "finance/includes/waiting_rows.html"},
    "runs/batches.py": {"finance/batch.html"},
    "staff/account_requests.py": {CELL},
    "staff/grant_rights.py": {CELL},
    "staff/merge_agencies.py": {CELL},
}


def template(name: str) -> str:
    return (SOURCE / name.split("/")[0] / "templates" / name).read_text()


_TAKES = re.compile(r"^from yigui\.(?:db\.presence|identity\.proof) import (?:\([^)]*|[^\n(]*)\bcode_of\b", re.M)


def test_every_module_that_takes_a_code_says_where_it_is_typed() -> None:
    taking = {str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*.py") if _TAKES.search(path.read_text())}
    assert taking - {"identity/proof.py"} == FORMS.keys()


@pytest.mark.parametrize("name", sorted({name for names in FORMS.values() for name in names}))
def test_the_form_of_a_deed_that_takes_a_code_has_the_field(name: str) -> None:
    forms = [form for form in re.findall(r"<form.*?</form>", template(name), re.S) if "identity/includes/code.html" in form]
    assert forms, "the field stands in no form of it"


def test_every_field_for_a_code_belongs_to_a_deed_that_takes_one() -> None:
    pages = [(room, path) for room in SOURCE.iterdir() for path in room.glob("templates/**/*.html")]
    found = {str(path.relative_to(room / "templates")) for room, path in pages if "identity/includes/code.html" in path.read_text()}
    assert found == {name for names in FORMS.values() for name in names}


@pytest.mark.parametrize(("name", "view"), CELLS.items())
def test_a_page_with_the_cell_of_deeds_says_which_of_them_wants_a_code(name: str, view: str) -> None:
    assert f'{{% include "{CELL}"' in template(name)
    assert re.search(r"\bDecideCell\(.*?wants_code=(?!False)", (SOURCE / "backoffice" / view).read_text(), re.S)
