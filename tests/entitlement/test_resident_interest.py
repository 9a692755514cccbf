"""A resident's pension counts the interest of years that are not closed yet; without a rate it is provisional and made again when it is there."""

from decimal import Decimal

import pytest
from django.db import connections, transaction

from tests.city import user
from tests.entitlement.people import CITY, decided, done
from tests.items.situations import resident
from yigui.accounts.models import AccountEntry, EntryKind
from yigui.entitlement.models import BackDue, Benefit
from yigui.law import account_interest
from yigui.law.account_interest import year_end_by_month
from yigui.payment.recalculate_run import RECALCULATE
from yigui.registry.enums import AAE140, Insurance
from yigui.registry.models import Person
from yigui.runs.models import Run
from yigui.runs.opening_warrant import opening_warrant
from yigui.runs.staged import execute, prepare


def credited(person: Person, period: int, fen: int) -> None:
    """An opening load brings what was credited in a month of an earlier year, which nobody has closed."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        warrant = opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
        AccountEntry.objects.using("owner").bulk_create([
            AccountEntry(
                person_id=person.pk, insurance=AAE140[Insurance.RESIDENT_PENSION], warrant_id=warrant, year=period // 100, period=period,
                owed_period=period, kind=EntryKind.CONTRIBUTION, base_fen=0, amount_fen=fen, source_id=0,
            )
        ])  # fmt: skip


def test_interest_that_is_not_published_is_waited_for_and_paid_back(monkeypatch: pytest.MonkeyPatch) -> None:
    claim, person = resident()
    credited(person, 202401, 10_000_00)
    monkeypatch.setattr(account_interest, "has_interest", lambda *_: False)
    case = done("RES-001", claim, ("id_card", "bank_card"))
    benefit = Benefit.objects.get(person=person)
    first = benefit.awards.get()
    assert (first.is_provisional, first.base_year) == (True, 2026)
    assert first.inputs["account_since"]["moves"][0] == [2024, 1, 10_000_00]
    assert case.document is not None
    assert any("尚未公布" in note and "补发差额" in note for note in case.document.content["notes"])
    assert RECALCULATE.arrivals(area_code=CITY, today=first.assessed_on) == []

    monkeypatch.setattr(account_interest, "has_interest", lambda *_: True)
    monkeypatch.setattr(account_interest, "interest_rate", lambda *_: Decimal(3))
    assert RECALCULATE.arrivals(area_code=CITY, today=first.assessed_on) == [2026]
    marks = BackDue.objects.filter(benefit_id=benefit.pk).count()
    batch = prepare(RECALCULATE, area_code=CITY, period=2026, user=user("head"))
    assert batch.is_sound, batch.checks
    execute(batch_id=decided(batch).pk)
    again = benefit.awards.order_by("-version")[0]
    interest = year_end_by_month(0, [(1, 10_000_00)], Decimal(3), 2024).closing_fen
    interest = year_end_by_month(interest, [], Decimal(3), 2025).closing_fen - 10_000_00
    assert (again.version, again.is_provisional, again.inputs["account_fen"] - first.inputs["account_fen"]) == (2, False, interest)
    assert again.total_fen > first.total_fen
    assert "account_since" not in again.inputs
    assert BackDue.objects.filter(benefit_id=benefit.pk).count() == marks + 1
