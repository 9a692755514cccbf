"""A provisional award is made again when what it waited for is published, whatever it was, and the months since are paid."""

import dataclasses

import pytest

from tests.city import user
from tests.entitlement.people import decided
from tests.entitlement.sheet_people import awarded_by_people
from tests.law.sheets import Sheet, transcribed
from yigui.entitlement.assess_person import reassess
from yigui.entitlement.models import Award, BackDue
from yigui.law import account_interest
from yigui.payment.recalculate_run import RECALCULATE
from yigui.runs.staged import execute, prepare


def sichuan() -> Sheet:
    """A sheet of 2025 whose base is final, of somebody of the tests' city."""
    sheet = next(s for s in transcribed() if s.id == "sichuan-4")
    return dataclasses.replace(sheet, facts=dataclasses.replace(sheet.facts, area="511100"))


def test_an_award_waits_for_the_interest_of_its_account_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = sichuan()
    known = account_interest.has_interest
    monkeypatch.setattr(
        account_interest, "has_interest", lambda insurance, year, area: year != 2024 and known(insurance, year, area)
    )
    first = awarded_by_people(sheet, credited=202406)
    assert (first.is_provisional, first.base_year) == (True, 2025)
    assert first.inputs["account_fen"] == sheet.facts.account_fen
    # What it waits for is not published: nothing is made again, and the page says so.
    still = prepare(RECALCULATE, area_code="511100", period=2025, user=user("head"))
    assert [c["id"] for c in still.checks if not c["passed"]] == ["new"]

    monkeypatch.setattr(account_interest, "has_interest", known)
    batch = prepare(RECALCULATE, area_code="511100", period=2025, user=user("head"))
    assert batch.is_sound, batch.checks
    execute(batch_id=decided(batch).pk)
    again = Award.objects.get(benefit_id=first.benefit_id, version=2)
    rate = account_interest.interest_rate("employee_pension", 2024, "511100")
    year_end = account_interest.year_end_by_month(0, [(6, sheet.facts.account_fen)], rate, 2024)
    assert again.inputs["account_fen"] == year_end.closing_fen > sheet.facts.account_fen
    assert (again.is_provisional, "account_since" in again.inputs) == (False, False)
    assert again.total_fen > first.total_fen
    assert BackDue.objects.filter(benefit_id=first.benefit_id, from_period=first.start_period).exists()
    # It is final, and the same again from what it keeps.
    assessment, _, is_provisional = reassess(again.inputs, again.assessed_on)
    assert (assessment.total_fen, is_provisional) == (again.total_fen, False)
