"""Whoever was ever insured can have a dossier: who pays alone, who stopped paying, who lost all capacity, who has deemed months only."""

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tests.city import TODAY, application
from tests.entitlement import sheet_people
from tests.entitlement.people import done, next_retiring, prereview_form
from tests.entitlement.sheet_people import awarded_by_people, built, opened, prereview_of
from tests.law.sheets import Sheet, base_of
from tests.law.test_needs import ANSWERED, facts_of
from yigui.casework.application import examine
from yigui.casework.models import Case
from yigui.catalogue.declarations import declared
from yigui.common.months import format_period
from yigui.entitlement import assess_person
from yigui.entitlement.dossier import dossier_of
from yigui.entitlement.errors import AwardRefused
from yigui.entitlement.models import Benefit
from yigui.items.prefill import initial_values
from yigui.law.payout_months import payout_months
from yigui.law.pension import assess
from yigui.law.retirement_age import RetirementGroup
from yigui.levy.record import record_of
from yigui.registry.models import Coverage, Employer, Person
from yigui.tasks.models import Task

CITY = "511100"
PAPERS = ("personnel_file", "id_card")
BARE: dict[str, Any] = dict.fromkeys(ANSWERED) | {"titles": frozenset()}


def refusals(
    form: dict[str, Any], item: str = "PEN-001", username: str = "teller", papers: tuple[str, ...] = PAPERS
) -> dict[str, str]:
    found = examine(application(item, form, username=username, materials=papers)).findings
    return {f.field or f.check: f.message + f.detail for f in found if f.is_refusal}


def paying_alone() -> Person:
    """Somebody who pays as a flexible worker, born early enough to retire soon."""
    rows = Coverage.objects.filter(insurance="employee_pension", employer=None, end_period=None).select_related("person")
    return max((c.person for c in rows.order_by("id")[:400] if c.person.retired_on is None), key=lambda p: -p.born_on.toordinal())


def test_who_pays_alone_is_pre_reviewed_without_a_unit() -> None:
    person = paying_alone()
    form = prereview_form(person, "2026-10-20", retire_type="03", unit_no="", retirement_group="F55")
    if person.gender != "2":
        form.pop("retirement_group")
    form["work_start_date"] = person.work_started_on.isoformat() if person.work_started_on else "1996-01-01"
    assert refusals(form) == {}
    other = Employer.objects.order_by("id")[0]
    assert "请将单位编号留空" in refusals(form | {"unit_no": other.unit_no})["unit_no"]
    assert "未查询到单位编号" in refusals(form | {"unit_no": "000"})["unit_no"]
    done("PEN-001", form, PAPERS, username="teller")
    assert dossier_of(person) is not None


def test_who_is_insured_under_a_unit_is_pre_reviewed_under_it() -> None:
    person, month = next_retiring()
    form = prereview_form(person, f"{format_period(month)}-20")
    assert refusals(form) == {}
    assert "请填写该单位的单位编号" in refusals(form | {"unit_no": ""})["unit_no"]


def test_nobody_who_draws_a_pension_is_pre_reviewed() -> None:
    person = Person.objects.exclude(retired_on=None).filter(benefits__kind=1).order_by("id")[0]
    form = prereview_form(person, "2026-10-20", retire_type="03")
    found = examine(application("PEN-001", form, username="teller", materials=PAPERS)).findings
    assert "not_pensioner" in {f.check for f in found if f.is_refusal}


# --- the disability allowance ----------------------------------------------------------------------------------------------------


def disabled(monkeypatch: pytest.MonkeyPatch, start: dt.date, born: dt.date, **facts: Any) -> tuple[Person, Sheet]:
    """A man who lost all capacity, with the dossier of an allowance from a day on."""
    age = (start.year - born.year) * 12 + start.month - born.month
    whole = facts_of(CITY, start, **BARE | {"payout_months": payout_months(age, start)} | facts)
    sheet = Sheet(CITY, whole, base_of(start.year, Decimal(8000)), {})
    monkeypatch.setattr(sheet_people, "way_out", lambda _: ("1", RetirementGroup.MEN, "03", born))
    return built(sheet), sheet


def claim(person: Person, start: int, deemed: str) -> dict[str, Any]:
    return {
        "id_number": person.id_number, "person_name": person.name, "appraisal_no": "乐劳鉴〔2026〕7号", "appraisal_date": "2026-10-08",
        "actual_months": str(record_of(person, "employee_pension", until=start).months), "deemed_months": deemed,
        "benefit_start": format_period(start), "account_name": person.name, "account_no": f"62284811{person.pk:011d}",
    }  # fmt: skip


CLAIM_PAPERS = ("application_form", "id_card", "labour_capacity_conclusion", "bank_card")


def test_an_allowance_is_read_from_its_dossier_and_made_again_when_five_years_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"total_months": 300, "deemed_months": 60, "pre_account_months": 80}
    person, sheet = disabled(monkeypatch, dt.date(2025, 2, 1), dt.date(1969, 12, 1), **known)
    monkeypatch.setattr(assess_person, "base_at", lambda *_: sheet.base)
    begun = initial_values(declared().item("PEN-004", TODAY), channel="counter", today=TODAY, person=person, employer=None)
    written = claim(person, 202502, "60")
    assert {name: str(begun[name]) for name in ("benefit_start", "deemed_months", "actual_months")} == {
        name: written[name] for name in ("benefit_start", "deemed_months", "actual_months")
    }
    assert begun["benefit_titles"] == ["none"]
    case = done("PEN-004", written, CLAIM_PAPERS)
    benefit = Benefit.objects.get(person=person)
    award = benefit.awards.get()
    assert (award.inputs["kind"], award.inputs["statutory_month"], award.inputs["again_from"]) == ("basic", 203103, 202603)
    assert award.total_fen == assess(sheet.facts, sheet.base).part("basic")
    # It is made again from what it keeps, as the allowance and not as a pension.
    again, inputs, _ = assess_person.reassess(award.inputs, award.assessed_on)
    assert (again.total_fen, [c.kind for c in again.components], inputs["again_from"]) == (award.total_fen, ["disability"], 202603)
    task = Task.objects.get(kind="benefit_review", origin_id=case.pk)
    assert task.due_on >= dt.date(2026, 3, 1)

    for start, is_due in ((202602, False), (202603, True)):
        later = dataclasses.replace(
            sheet.facts,
            retired_on=dt.date(2026, start % 100, 1),
            payout_months=payout_months(start % 100 + 672, dt.date(2026, 3, 1)),
        )
        dossier = prereview_of(dataclasses.replace(sheet, facts=later), person) | {"unit_no": ""}
        done("PEN-001", dossier, PAPERS, username="teller", **sheet_people.ANSWERED)
        found = refusals(claim(person, start, "60"), "PEN-004", "special", CLAIM_PAPERS)
        assert ("请先终止后再核定" in found.get("id_number", "")) is not is_due
    done("PEN-004", claim(person, 202603, "60"), CLAIM_PAPERS)
    first, second = Benefit.objects.filter(person=person).order_by("start_period")
    assert (first.status, first.end_period, second.start_period, second.end_period) == ("ended", 202602, 202603, 203103)
    full = second.awards.get()
    assert (full.inputs["kind"], full.total_fen) == ("full", assess(assess_person.facts_from(full.inputs), sheet.base).total_fen)


def test_half_months_count_in_an_allowance_of_somebody_short_of_months(monkeypatch: pytest.MonkeyPatch) -> None:
    """60 months and a half are a year begun above five: 15 months."""
    known = {"total_months": Decimal("60.5"), "deemed_months": Decimal("12.5"), "pre_account_months": Decimal("12.5")}
    person, sheet = disabled(monkeypatch, dt.date(2026, 11, 1), dt.date(1980, 5, 1), **known)
    monkeypatch.setattr(assess_person, "base_at", lambda *_: sheet.base)
    done("PEN-004", claim(person, 202611, "12.5"), CLAIM_PAPERS)
    benefit = Benefit.objects.get(person=person)
    assert (benefit.awards.get().inputs["kind"], benefit.end_period) == ("short", 202801)
    assert benefit.awards.get().total_fen == assess(sheet.facts, sheet.base).part("basic")


# --- the edges of a record -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("area", [CITY, "330000", "320000", "440100"])
def test_deemed_months_and_an_empty_account_are_awarded_as_the_formula_says(area: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever worked only before contributions were paid, and never had an account."""
    day = dt.date(2025, 3, 15)
    whole = facts_of(
        area, day, **ANSWERED | {"titles": frozenset(), "supplement_percent": Decimal(0)}, total_months=240, deemed_months=240, pre_account_months=240,
        average_index=Decimal(1), account_fen=0,
    )  # fmt: skip
    sheet = Sheet(area, whole, base_of(2025, Decimal(8000)), {})
    monkeypatch.setattr(assess_person, "base_at", lambda *_: sheet.base)
    award = awarded_by_people(sheet)
    assert award.total_fen == assess(whole, sheet.base).total_fen
    assert (award.inputs["account_fen"], award.inputs["total_months"]) == (0, 240)


def test_nothing_paid_and_nothing_deemed_is_refused() -> None:
    whole = facts_of(CITY, dt.date(2025, 3, 15), **BARE | {"total_months": 12, "deemed_months": 12, "pre_account_months": 12})
    sheet = Sheet(CITY, whole, base_of(2025, Decimal(8000)), {})
    person = opened(sheet)
    form = prereview_of(sheet, person) | {"deemed_months": "0"}
    form = {name: value for name, value in form.items() if name not in ("average_index", "pre_account_months")}
    facts = examine(application("PEN-001", form, username="teller", materials=PAPERS)).facts
    with pytest.raises(AwardRefused, match="也没有视同缴费月数"):
        _ = facts.assessment


@pytest.mark.parametrize(("area", "is_said"), [("210100", True), (CITY, False)])
def test_a_sheet_says_where_the_rounding_of_the_place_is_not_known(
    area: str, is_said: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = facts_of(area, dt.date(2025, 3, 15), titles=frozenset(), supplement_percent=Decimal(0))
    sheet = Sheet(area, facts, base_of(2025, Decimal(8000)), {})
    monkeypatch.setattr(assess_person, "base_at", lambda *_: sheet.base)
    award = awarded_by_people(sheet)
    document = Case.objects.get(pk=award.source_id).document
    assert document is not None
    assert any("按分计发" in note for note in document.content["notes"]) is is_said
