"""The typed outcome: what a case made, asks for and leaves behind; and the flags of cases finished before it."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.test import Client

from tests import city, money
from tests.items import money_forms as forms
from yigui.applying.papers import export_of
from yigui.casework import finish_case
from yigui.casework.accept_case import accept_case
from yigui.casework.enums import CaseStatus
from yigui.casework.models import Case
from yigui.casework.outcomes import FollowUp, Outcome, Result, result_of, stored_outcome
from yigui.integrity.verify import verify_all


def earlier(outcome: Outcome, *, warrant_id: int, changes: int, task_ids: Sequence[int]) -> dict[str, Any]:
    """An outcome as cases kept it before it had fields of its own."""
    flags = [*(f"file:{digest}" for digest in outcome.files), *([f"order:{outcome.order}"] if outcome.order else [])]
    return {"summary": outcome.summary, "flags": flags, "warrant": warrant_id, "changes": changes}


def page_of(case: Case) -> str:
    """The case page as a teller sees it."""
    client = Client()
    client.force_login(city.user("teller"), backend="yigui.identity.staff_backend.StaffBackend")
    answer = client.get(f"/cases/{case.case_no}/")
    assert answer.status_code == 200
    return answer.content.decode()


def exported() -> Case:
    """A finished case that made a workbook."""
    money.levied(202610)
    form, materials, _ = forms.FORMS["unit enquiry"]()
    case = accept_case(city.application("ENQ-004", form | {"print_format": "02"}, channel="kiosk", materials=materials))
    assert case.status == CaseStatus.FINISHED, case.effect_error
    return Case.objects.get(pk=case.pk)


def test_what_is_stored_is_read_again() -> None:
    outcome = Outcome("已办结。", files=["a" * 64], order="P1", follow_ups=[FollowUp("recovery", "追回。", amount_fen=5, part="1")])
    stored = stored_outcome(outcome, warrant_id=7, changes=2, task_ids=[12])
    assert result_of(stored) == Result("已办结。", ("a" * 64,), "P1", ("recovery",))
    assert stored["follow_ups"] == [{"kind": "recovery", "task": 12}]
    assert (stored["warrant"], stored["changes"]) == (7, 2)


def test_flags_of_earlier_cases_are_read_as_what_they_meant() -> None:
    flags = ["order:P1", "file:" + "b" * 64, "benefit_review", "award"]
    stored = {"summary": "已办结。", "flags": flags, "warrant": 7, "changes": 2}
    assert result_of(stored) == Result("已办结。", ("b" * 64,), "P1", ("benefit_review", "first_payment"))


def test_a_case_that_is_not_finished_has_no_result() -> None:
    assert city.accept_class2().result == Result()


@pytest.mark.parametrize("is_earlier", [False, True])
def test_the_file_of_a_case_is_given_whenever_it_was_finished(monkeypatch: pytest.MonkeyPatch, is_earlier: bool) -> None:
    if is_earlier:
        monkeypatch.setattr(finish_case, "stored_outcome", earlier)
    case = exported()
    assert ("flags" in case.outcome) is is_earlier
    assert export_of(case).content[:2] == b"PK"
    page = page_of(case)
    assert f"/cases/{case.case_no}/export/" in page
    assert list(verify_all()) == []


@pytest.mark.parametrize("is_earlier", [False, True])
def test_the_order_of_a_case_is_offered_whenever_it_was_finished(monkeypatch: pytest.MonkeyPatch, is_earlier: bool) -> None:
    if is_earlier:
        monkeypatch.setattr(finish_case, "stored_outcome", earlier)
    form, materials, _ = forms.FORMS["flexible pay"]()
    case = accept_case(city.application("LVY-007", form, materials=materials))
    case = Case.objects.get(pk=case.pk)
    assert case.result.order, case.effect_error
    page = page_of(case)
    assert f'href="/pay/{case.result.order}"' in page
    assert list(verify_all()) == []
