"""A provisional award is made again when what it waited for is published, whatever it was, and the months since are paid."""

import dataclasses
import datetime as dt

import pytest

from tests import money
from tests.city import TODAY, user
from tests.entitlement.people import decided
from tests.entitlement.sheet_people import awarded_by_people
from tests.law.sheets import Sheet, transcribed
from yigui.entitlement.assess_person import reassess
from yigui.entitlement.enums import BenefitKind
from yigui.entitlement.models import Award, BackDue
from yigui.law import account_interest
from yigui.payment.recalculate_run import RECALCULATE, _has_arrived
from yigui.runs import schedule
from yigui.runs.batches import approve_batch, check_batch, confirm_batch
from yigui.runs.schedule import plan_arrivals, prepare_due
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


def test_an_award_is_made_again_by_itself_when_the_last_fact_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "run_kinds", lambda: [RECALCULATE])
    known = account_interest.has_interest
    monkeypatch.setattr(
        account_interest, "has_interest", lambda insurance, year, area: year != 2024 and known(insurance, year, area)
    )
    first = awarded_by_people(sichuan(), credited=202406)
    assert first.is_provisional
    monkeypatch.setattr(account_interest, "has_interest", known)

    assert 2025 in RECALCULATE.arrivals(area_code="511100", today=TODAY)
    plan_arrivals(TODAY)
    (made,) = [row for row in prepare_due(TODAY) if row.period == 2025]
    batch = made.batch
    assert batch is not None, made.error
    assert (batch.is_automatic, batch.state_label, batch.is_sound) == (True, "待确认", True)
    # It waits for those who sign, once: nothing else is put down meanwhile.
    assert 2025 not in RECALCULATE.arrivals(area_code="511100", today=TODAY)
    confirm_batch(batch_id=batch.pk, user=user("head"), answers=money.answers(batch))
    check_batch(batch_id=batch.pk, user=user("accountant"), answers=money.answers(batch))
    approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))
    execute(batch_id=batch.pk)
    again = Award.objects.get(benefit_id=first.benefit_id, version=2)
    assert (again.is_provisional, again.total_fen > first.total_fen) == (False, True)
    assert BackDue.objects.filter(benefit_id=first.benefit_id, from_period=first.start_period).exists()
    assert 2025 not in RECALCULATE.arrivals(area_code="511100", today=TODAY)

    # The next award of the year that waits for something is made again too, by the same plan opened once more.
    monkeypatch.setattr(
        account_interest, "has_interest", lambda insurance, year, area: year != 2024 and known(insurance, year, area)
    )
    awarded_by_people(sichuan(), credited=202406)
    monkeypatch.setattr(account_interest, "has_interest", known)
    assert [row.pk for row in plan_arrivals(TODAY)] == [made.pk]
    made.refresh_from_db()
    assert (made.batch, made.tried_on) == (None, None)


@pytest.mark.parametrize(
    ("open_since", "last_year", "day", "has_arrived"),
    [
        (None, None, dt.date(2025, 8, 1), False), (None, None, dt.date(2026, 6, 1), True), (2025, 2025, dt.date(2026, 6, 1), True),
        (None, 2031, dt.date(2026, 6, 1), False), (2015, 2025, dt.date(2026, 6, 1), False),
    ],
)  # fmt: skip
def test_only_the_last_fact_makes_an_award_final(
    open_since: int | None, last_year: int | None, day: dt.date, has_arrived: bool
) -> None:
    """The base of the year, the wage of the last year on record and every rate since the account's last closing, all of them."""
    assert _has_arrived("511102", 2025, open_since, last_year, BenefitKind.PENSION, today=day) is has_arrived
