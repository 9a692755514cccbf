"""One fact corrected after the award: the dossier is written anew and read; months and account are those on file, or it is refused."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tests.city import application
from tests.entitlement.people import awarded, done
from tests.entitlement.sheet_people import awarded_by_people
from tests.law.sheets import Sheet, base_of
from tests.law.test_needs import facts_of
from yigui.accounts.models import AccountYear
from yigui.accounts.queries import balance_of, open_years
from yigui.casework.application import examine
from yigui.casework.handlers import handler_of
from yigui.common.money import plain_fen
from yigui.common.months import format_period
from yigui.entitlement import assess_person
from yigui.entitlement.dossier import answers_of_award, dossier_of
from yigui.entitlement.models import Award, Benefit
from yigui.items.pension._correction import Basis, known_value
from yigui.law.pension import assess
from yigui.registry.models import Person

PAPERS = ("application_form", "id_card", "payment_receipt", "personnel_file")


def form_of(benefit: Benefit, what: str, old: str, new: str) -> dict[str, Any]:
    person = benefit.person
    return {
        "id_number": person.id_number, "person_name": person.name, "change_item": what, "old_value": old, "new_value": new, "reason": "重新认定",
        "benefit_start": format_period(benefit.start_period),
    }  # fmt: skip


def refusals(benefit: Benefit, what: str, old: str, new: str) -> str:
    found = examine(application("PEN-009", form_of(benefit, what, old, new), username="special", materials=PAPERS)).findings
    return "".join(f.message + f.detail for f in found if f.is_refusal)


def test_deemed_months_found_later_are_kept_in_the_dossier_and_count_from_there() -> None:
    person, benefit = awarded()
    first = benefit.awards.get()
    # Half months are months; once held they can be corrected again.
    for version, (old, new) in enumerate([("0", "12.5"), ("12.5", "24")], 2):
        case = done("PEN-009", form_of(benefit, "02", old, new), PAPERS)
        dossier = dossier_of(person)
        assert dossier is not None
        assert (dossier.answers.deemed_months, dossier.pre_review.case_id) == (Decimal(new), case.pk)
        deemed, titles = (next(f for f in dossier.facts if f.name == name) for name in ("deemed_months", "titles"))
        assert (case.case_no in deemed.source, "重新认定" in deemed.source, case.case_no in titles.source) == (True, True, False)
        award = benefit.awards.get(version=version)
        assert Decimal(award.inputs["total_months"]) == Decimal(first.inputs["total_months"]) + Decimal(new)
        assert Decimal(award.inputs["deemed_months"]) == Decimal(new)
        found = assess(assess_person.facts_from(award.inputs), assess_person.base_at(person.area_id, *_days(award)))
        assert award.total_fen == found.total_fen
        benefit.refresh_from_db()
        # Adjustments and survivors go by the months of the newest award.
        assert benefit.contribution_months == int(Decimal(award.inputs["total_months"]))
    assert known_value(benefit.awards.get(version=3), "02") == "24"


def _days(award: Award) -> tuple[dt.date, dt.date]:
    return dt.date.fromisoformat(award.inputs["retired_on"]), award.assessed_on


def test_months_and_account_are_those_on_file_or_refused_by_name() -> None:
    person, benefit = awarded()
    inputs = benefit.awards.get().inputs
    total, account = str(inputs["total_months"]), plain_fen(inputs["account_fen"])
    words = refusals(benefit, "01", total, str(int(total) + 12))
    assert f"按缴费记录和退休档案为 {total} 个月" in words
    words = refusals(benefit, "04", account, "999999.00")
    assert "ACC-001" in words
    assert "离退休类别本身不改变" in refusals(benefit, "05", "01", "02")
    assert "不使用“虚账（视同账户）储存额”" in refusals(benefit, "10", "0", "1000.00")
    assert f"原核定所用的值为 {inputs['average_index']}" in refusals(benefit, "03", "0.1234", "1.2")
    for text in ("12.3", "-6", "NaN", "Infinity", "九"):
        assert "不适用于所选的变更项目" in refusals(benefit, "02", "0", text)
    assert dossier_of(person) is not None


def test_a_correction_that_changes_nothing_is_refused_and_a_changed_record_is_said() -> None:
    _, benefit = awarded()
    inputs = benefit.awards.get().inputs
    assert "与原核定相同" in refusals(benefit, "02", "0", "0.0")
    facts = examine(application("PEN-009", form_of(benefit, "02", "0", "6"), username="special", materials=PAPERS)).facts
    shown = {line.label: (line.before, line.after) for line in handler_of(facts.item).preview(facts)}
    assert shown["视同缴费月数（含折算）"] == ("0", "6")
    assert shown["累计缴费月数"] == (str(inputs["total_months"]), str(inputs["total_months"] + 6))


@pytest.mark.parametrize(
    ("area", "name", "what", "old", "new", "value"),
    [
        ("330000", "transitional_index", "08", "1.1", "1.23456789", Decimal("1.23456789")),
        ("440100", "weighted_years", "09", "7.5", "8.25", Decimal("8.25")),
        ("310000", "notional_account_fen", "10", "12000.00", "13000.50", 13_000_50),
        ("540000", "local_months", "13", "130", "180", 180),
        ("510000", "titles", "06", "独生子女父母", "无", frozenset()),
    ],
)
def test_every_fact_a_place_uses_can_be_corrected_by_its_name(
    area: str, name: str, what: str, old: str, new: str, value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The award after the correction is what the formula gives with the corrected fact, in the place's own rule."""
    day = dt.date(2025, 3, 15)
    titles: dict[str, Any] = {"titles": frozenset({"plateau"})} if area == "540000" else {"titles": frozenset({"one_child"})}
    if name == "titles":
        titles["supplement_percent"] = None  # the place's own percent of the title
    sheet = Sheet(area, facts_of(area, day, **titles), base_of(2025, Decimal(8000)), {})
    monkeypatch.setattr(assess_person, "base_at", lambda *_: sheet.base)
    award = awarded_by_people(sheet)
    benefit = award.benefit
    case = done("PEN-009", form_of(benefit, what, old, new), PAPERS)
    second = benefit.awards.get(version=2)
    again = assess(facts_of(area, day, **titles | {name: value}), sheet.base)
    assert (second.source_id, second.total_fen, award.total_fen != second.total_fen) == (case.pk, again.total_fen, True)


def test_an_award_older_than_dossiers_gets_its_first_one() -> None:
    """What such an award keeps is what it rested on; a dossier of another month is not its own."""
    person, benefit = awarded()
    award, dossier = benefit.awards.get(), dossier_of(person)
    assert dossier is not None
    kept = answers_of_award(award.inputs)
    assert (kept.deemed_months, kept.titles, kept.average_index) == (0, frozenset(), None)
    assert Basis.of(award, None).answers == kept
    assert Basis.of(award, dossier).dossier is dossier
    award.inputs["retired_on"] = "2001-01-01"
    assert Basis.of(award, dossier).dossier is None


def test_an_account_read_late_is_that_of_the_year_of_retirement() -> None:
    """Years closed since the retirement bear no interest in the award, however late it is handled."""
    person = Person.objects.get(pk=AccountYear.objects.filter(insurance=110, closing_fen__gt=0).order_by("person_id")[0].person_id)
    last = AccountYear.objects.filter(person_id=person.pk, insurance=110).order_by("-year")[0]
    since = balance_of(person.pk, 110) - last.closing_fen
    after = open_years(person.pk, 110, year=last.year + 2)
    assert (after.closing_fen, after.first_year) == (last.closing_fen, last.year + 1)
    within = open_years(person.pk, 110, year=last.year)
    assert (within.closing_fen, within.first_year) == (last.opening_fen, last.year)
    assert sum(fen for _, _, fen in within.moves) == since
    assert open_years(person.pk, 110, year=last.year - 5).closing_fen == last.closing_fen
