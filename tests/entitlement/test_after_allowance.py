"""An allowance by the full formula goes on as the pension at the age; one by the own basic part is made again before."""

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections, transaction

from tests.city import TODAY, application
from tests.entitlement import sheet_people
from tests.entitlement.people import RETIREMENT_MATERIALS, done
from tests.entitlement.sheet_people import prereview_of
from tests.entitlement.test_dossiers_of_all import CLAIM_PAPERS, PAPERS, claim, disabled
from tests.law.sheets import Sheet, base_of
from yigui.casework.application import examine
from yigui.casework.models import Case
from yigui.common.money import format_fen
from yigui.common.months import add_months, format_period, period_of
from yigui.entitlement import assess_person
from yigui.entitlement.after_allowance import NOT_COMPUTED_AGAIN, pension_after_allowance
from yigui.entitlement.errors import AwardRefused
from yigui.entitlement.models import Award, Benefit
from yigui.law.payout_months import payout_months
from yigui.law.retirement_age import RetirementGroup
from yigui.levy.record import record_of
from yigui.registry.models import Person
from yigui.tasks.models import Task
from yigui.tasks.watches import look_for_ending

KNOWN = {"total_months": 300, "deemed_months": 60, "pre_account_months": 80}


def drawing(monkeypatch: pytest.MonkeyPatch, start: dt.date, born: dt.date) -> tuple[Person, Sheet, Benefit]:
    """Somebody with an allowance since a day; the base of later years is higher."""
    person, sheet = disabled(monkeypatch, start, born, **KNOWN)
    monkeypatch.setattr(assess_person, "base_at", lambda _, day, __: base_of(day.year, Decimal(8000 if day.year < 2026 else 8400)))
    done("PEN-004", claim(person, period_of(start), "60"), CLAIM_PAPERS)
    return person, sheet, Benefit.objects.get(person=person)


def retiring(monkeypatch: pytest.MonkeyPatch, person: Person, sheet: Sheet, day: dt.date, kind: str = "01") -> dict[str, Any]:
    """The form of the retirement, its dossier built before."""
    monkeypatch.setattr(sheet_people, "way_out", lambda _: ("1", RetirementGroup.MEN, kind, person.born_on))
    age = (day.year - person.born_on.year) * 12 + day.month - person.born_on.month
    later = dataclasses.replace(
        sheet, facts=dataclasses.replace(sheet.facts, retired_on=day, payout_months=payout_months(age, day))
    )
    done("PEN-001", prereview_of(later, person) | {"unit_no": ""}, PAPERS, username="teller", **sheet_people.ANSWERED)
    return sheet_people._who(person) | {
        "retire_type": kind, "retire_date": day.isoformat(), "deemed_months": "60", "account_name": person.name,
        "actual_months": str(record_of(person, "employee_pension", until=period_of(day)).months), "account_no": f"62284811{person.pk:011d}",
        "benefit_start": format_period(add_months(period_of(day), 1)), "mobile": "13812345678",
    }  # fmt: skip


def test_a_full_allowance_goes_on_as_the_pension_and_is_not_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    person, sheet, allowance = drawing(monkeypatch, dt.date(2025, 2, 1), dt.date(1966, 5, 1))
    before = allowance.awards.get()
    assert (before.inputs["kind"], allowance.end_period) == ("full", 202610)
    assert NOT_COMPUTED_AGAIN in str(notes_of(before))
    look_for_ending(TODAY)
    task = Task.objects.get(origin_kind="ending", origin_id=allowance.pk)
    assert NOT_COMPUTED_AGAIN in task.note

    case = done("PEN-002", retiring(monkeypatch, person, sheet, dt.date(2026, 10, 1)), RETIREMENT_MATERIALS)
    ended, pension = Benefit.objects.filter(person=person).order_by("start_period")
    award = pension.awards.get()
    assert (ended.status, ended.end_period, pension.start_period) == ("ended", 202610, 202611)
    # A base of 8400 would have given more: the amount is the allowance's, in the parts it was computed of.
    assert award.total_fen == before.total_fen
    assert [line[0] for line in award.lines][:2] == ["basic", "account"]
    assert (award.inputs["retired_on"], award.inputs["base_yuan"]) == ("2025-02-01", "8000")
    assert case.document is not None
    assert any(NOT_COMPUTED_AGAIN in note for note in case.document.content["notes"])
    # Made again from what it keeps it stays the same.
    again, _, _ = assess_person.reassess(award.inputs, TODAY)
    assert again.total_fen == before.total_fen


def notes_of(award: Award) -> list[str]:
    """The notes of the sheet of an award."""
    document = Case.objects.get(pk=award.source_id).document
    assert document is not None
    return list(document.content["notes"])


def test_an_early_retirement_out_of_a_full_allowance_is_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    person, sheet, _ = drawing(monkeypatch, dt.date(2025, 2, 1), dt.date(1966, 5, 1))
    form = retiring(monkeypatch, person, sheet, dt.date(2026, 6, 1), "05") | {"notice_date": "2026-01-01"}
    found = examine(application("PEN-002", form, username="special", materials=RETIREMENT_MATERIALS)).findings
    asked = [f for f in found if "没有写明" in f.message]
    assert [f.needs_reason for f in asked] == [True]


def test_an_allowance_that_was_to_be_made_again_is_made_again_before_the_retirement(monkeypatch: pytest.MonkeyPatch) -> None:
    person, _, allowance = drawing(monkeypatch, dt.date(2025, 2, 1), dt.date(1969, 12, 1))
    assert allowance.awards.get().inputs["again_from"] == 202603
    record = record_of(person, "employee_pension", until=202802)
    with pytest.raises(AwardRefused, match="2026-03 起应按基本养老金公式重新计发"):
        pension_after_allowance(person, retired_on=dt.date(2028, 3, 1), as_of=TODAY, record=record)
    assert pension_after_allowance(person, retired_on=dt.date(2026, 2, 1), as_of=TODAY, record=record) is None


def as_release_0_1_kept_it(award: Award, kind: str) -> Award:
    """The award with what release 0.1 kept of one, which the guards let nobody write."""
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Award.objects.using("super").filter(pk=award.pk).update(inputs={"appraisal_no": "鉴〔2025〕1号", "kind": kind})
    return Award.objects.get(pk=award.pk)


def test_the_pension_after_a_full_allowance_of_release_0_1_is_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    person, sheet, allowance = drawing(monkeypatch, dt.date(2025, 2, 1), dt.date(1966, 5, 1))
    award = as_release_0_1_kept_it(allowance.awards.get(), "full")
    look_for_ending(TODAY)
    assert NOT_COMPUTED_AGAIN in Task.objects.get(origin_kind="ending", origin_id=allowance.pk).note
    form = retiring(monkeypatch, person, sheet, dt.date(2026, 10, 1))
    found = examine(application("PEN-002", form, username="special", materials=RETIREMENT_MATERIALS)).findings
    (asked,) = [f for f in found if "没有保存计发依据" in f.message]
    assert asked.needs_reason
    assert f"{format_fen(award.assessed_fen)} 元" in asked.message
    assert not [f for f in found if f.is_refusal]


@pytest.mark.parametrize("kind", ["half", "short"])
def test_the_pension_after_a_part_allowance_of_release_0_1_is_computed(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    person, sheet, allowance = drawing(monkeypatch, dt.date(2025, 2, 1), dt.date(1966, 5, 1))
    award = as_release_0_1_kept_it(allowance.awards.get(), kind)
    look_for_ending(TODAY)
    note = Task.objects.get(origin_kind="ending", origin_id=allowance.pk).note
    assert ("按本人档案办理退休手续" if kind == "half" else "支付期满后停发") in note
    case = done("PEN-002", retiring(monkeypatch, person, sheet, dt.date(2026, 10, 1)), RETIREMENT_MATERIALS)
    assert case.document is not None
    assert not any(NOT_COMPUTED_AGAIN in line for line in case.document.content["notes"])
    pension = Benefit.objects.get(person=person, start_period=202611)
    # Computed of the day of the retirement, whose base is higher.
    assert pension.awards.get().inputs["retired_on"] == "2026-10-01"
    assert pension.awards.get().assessed_fen != award.assessed_fen
