"""What a warrant wrote is told in words: no number of a row elsewhere, no code where there is a word, no column without a Chinese name."""

import re

import pytest

from tests import city
from tests.pages import page_of, signed_in
from yigui.casework.accept_case import accept_case
from yigui.casework.models import Case
from yigui.warrants.models import Change, Warrant
from yigui.warrants.queries import changed_fields, changes_of


def stopped() -> Case:
    leaving = city.next_employee()
    return accept_case(city.application("REG-006", city.stop_form(leaving), materials=["termination_proof"]))


@pytest.mark.parametrize("make", [stopped, city.accept_class3], ids=["REG-006", "class 3"])
def test_no_key_and_no_code_of_ours(make: object) -> None:
    case = make()  # type: ignore[operator]
    changes = changes_of(Warrant.objects.get(kind="case", subject_no=case.case_no))
    told = [field for change in changes for field in changed_fields(change)]
    assert told
    for label, before, after in told:
        assert not label.isascii(), label
        for value in (before, after):
            assert not re.fullmatch(r"True|False|[a-z]+_[a-z_]+", str(value)), (label, value)


def test_references_flags_amounts_and_months_are_said() -> None:
    after = {
        "id": 7, "warrant_id": 9, "person_id": 12, "employer_id": 13, "start_period": 202611, "declared_wage_fen": 512300, "end_period": None,
        "employment_form": "01",
    }  # fmt: skip
    fields = changed_fields(Change(table_name="registry_employment", row_id=7, kind="insert", before=None, after=after))
    assert "2026-11" in [value for _, _, value in fields]
    assert "5123.00 元" in [str(value).replace(",", "") for _, _, value in fields]
    assert {12, 13, 7, 9}.isdisjoint({value for _, _, value in fields})


def test_the_case_page_names_what_was_written_without_its_row() -> None:
    case = stopped()
    change = changes_of(Warrant.objects.get(kind="case", subject_no=case.case_no))[0]
    page = page_of(signed_in("teller").get(f"/cases/{case.case_no}/"))
    written = page.split("授权凭据")[-1].split("</table>")[0]
    assert change.get_kind_display() in written
    assert not re.search(rf"{change.get_kind_display()}\S* {change.row_id}：", written)
