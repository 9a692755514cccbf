"""The retirement dossier: built by the pre-review, confirmed by its reviewers, read by the award; what is missing is refused by name."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import connection

from tests.city import TODAY, application, user
from tests.entitlement.people import (
    RETIREMENT_MATERIALS,
    decided,
    done,
    next_retiring,
    prereview_form,
    prereviewed,
    released,
    retirement_form,
)
from tests.items.benefit_forms import FORMS
from yigui.casework.application import examine
from yigui.casework.handlers import handler_of
from yigui.catalogue.declarations import declared
from yigui.common.months import add_months, first_day, format_period
from yigui.entitlement.assess_person import facts_from
from yigui.entitlement.dossier import dossier_of
from yigui.entitlement.models import Amount, Benefit
from yigui.entitlement.queries import amount_at
from yigui.integrity.seal import seal_day
from yigui.items.pension._assessment import dossier_section
from yigui.items.pension.facts import PensionFacts
from yigui.items.pension.retirement_prereview import _identity
from yigui.law.pension import assess, base_at, years_of
from yigui.law.pension_adjustment import Pensioner, adjustment_plan
from yigui.levy.record import record_of
from yigui.payment.adjust_run import ADJUST
from yigui.payment.late_adjustment import late_adjustments
from yigui.registry.models import Coverage, Person
from yigui.runs.models import Batch
from yigui.runs.staged import execute, prepare
from yigui.warrants.models import Warrant
from yigui.warrants.set_seals import differing_sets

PAPERS = ("personnel_file", "id_card")


def findings(item: str, form: dict[str, Any], papers: tuple[str, ...], username: str = "teller") -> dict[str, str]:
    """Check and words of each refusal."""
    found = examine(application(item, form, username=username, materials=papers)).findings
    return {f.field or f.check: f.message + f.detail for f in found if f.is_refusal}


def day_of(month: int) -> str:
    return first_day(month).replace(day=20).isoformat()


def adjust_2026() -> None:
    """The adjustment of 2026, executed once for the tests of this file."""
    if not Batch.objects.filter(kind="adjust", status="executed").exists():
        execute(batch_id=decided(prepare(ADJUST, area_code="511100", period=2026, user=user("head"))).pk)


def test_a_pension_is_awarded_from_the_dossier_with_the_persons_titles() -> None:
    person, month = next_retiring()
    form = prereview_form(
        person, day_of(month), benefit_titles=["one_child"], evidence="独生子女父母光荣证 川字 0077 号", evidence_date="1998-05-01"
    )
    case = done("PEN-001", form, PAPERS, username="teller")
    dossier = dossier_of(person)
    assert dossier is not None
    assert (dossier.group, dossier.answers.titles, dossier.answers.deemed_months) == ("F50", frozenset({"one_child"}), 0)
    by_name = {f.name: f for f in dossier.facts}
    assert set(by_name) == {"group", "deemed_months", "titles"}
    assert "独生子女父母光荣证 川字 0077 号" in by_name["titles"].source
    assert by_name["titles"].dated_on.isoformat() == "1998-05-01"
    # It bears the warrant of the case, signed by the reviewers who confirmed it.
    warrant = Warrant.objects.get(pk=by_name["titles"].warrant_id)
    assert (warrant.subject_id, warrant.item_code) == (case.pk, "PEN-001")
    assert warrant.signatures.count() >= 2
    # The receipt of the pre-review and the sheet of the award print it.
    shown = dossier_section(dossier)["rows"]
    assert ["加发待遇的身份", "独生子女父母"] in [row[:2] for row in shown]

    done("PEN-002", retirement_form(person, month), RETIREMENT_MATERIALS)
    award = Benefit.objects.get(person=person).awards.get()
    assert award.inputs["titles"] == ["one_child"]
    assert [line[3] > 0 for line in award.lines if line[0] == "supplement"] == [True]


def test_nothing_is_awarded_without_a_dossier() -> None:
    person, month = next_retiring()
    form = retirement_form(person, month)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM benefits_dossier_fact WHERE person_id = %s", [person.pk])
        assert cursor.fetchone()[0] == 3
    other, later = next_retiring()
    bare = form | {
        "id_number": other.id_number, "person_name": other.name, "birth_date": other.born_on.isoformat(), "retire_date": day_of(later),
        "work_start_date": other.work_started_on.isoformat() if other.work_started_on else "1996-01-01", "account_name": other.name,
        "benefit_start": format_period(add_months(later, 1)),
    }  # fmt: skip
    found = findings("PEN-002", bare, RETIREMENT_MATERIALS, "special")
    assert "没有退休档案，请先办理退休预审（PEN-001）" in found["retire_date"]


def test_a_fact_the_place_needs_is_refused_with_where_it_comes_from() -> None:
    person, month = next_retiring()
    form = prereview_form(person, day_of(month))
    assert findings("PEN-001", form, PAPERS) == {}
    found = findings("PEN-001", form | {"benefit_titles": []}, PAPERS)
    assert "加发待遇的身份" in found["evidence"]
    assert "独生子女父母光荣证" in found["evidence"]
    found = findings("PEN-001", form | {"retirement_group": ""}, PAPERS)
    assert "任职文件" in found["retirement_group"]
    assert "人事档案" in findings("PEN-001", form | {"deemed_months": ""}, PAPERS)["deemed_months"]
    assert "材料名称" in findings("PEN-001", form | {"benefit_titles": ["one_child"]}, PAPERS)["evidence"]
    assert (
        "不能与其他"
        in findings("PEN-001", form | {"benefit_titles": ["none", "one_child"], "evidence": "证"}, PAPERS)["benefit_titles"]
    )


def test_a_fact_the_place_does_not_use_is_refused() -> None:
    person, month = next_retiring()
    found = findings("PEN-001", prereview_form(person, day_of(month), notional_account="1000.00"), PAPERS)
    assert "不使用“虚账（视同账户）储存额”" in found["notional_account"]


def test_a_dossier_of_special_work_rests_on_its_record() -> None:
    person, month = next_retiring()
    form = prereview_form(person, day_of(month), retire_type="02")
    assert findings("PEN-001", form, PAPERS) == {"special_work": "特殊工种提前退休的，请收取特殊工种备案材料。"}
    assert findings("PEN-001", form, (*PAPERS, "special_work_record")) == {}


def test_half_months_of_work_are_held_from_the_paper_to_the_award() -> None:
    person, month = next_retiring()
    form = prereview_form(person, day_of(month), deemed_months="12.3")
    assert "须为整月或半月" in findings("PEN-001", form, PAPERS)["deemed_months"]
    assert "须在 0 至 720 月 之间" in findings("PEN-001", form | {"deemed_months": "-0.5"}, PAPERS)["deemed_months"]
    # People of the generated city may have paid before their work began: what is deemed is then asked about.
    reasons = {"dossier_complete.deemed_months": "下乡插队，档案第 3 页"}
    done("PEN-001", form | {"deemed_months": "12.5"}, PAPERS, username="teller", confirmed=("dossier_complete",), reasons=reasons)
    dossier = dossier_of(person)
    assert dossier is not None
    assert (dossier.answers.deemed_months, dossier.pre_review.deemed_months) == (Decimal("12.5"), 12)
    form = retirement_form(person, month, deemed_months="12")
    assert "应为 12.5" in findings("PEN-002", form, RETIREMENT_MATERIALS, "special")["deemed_months"]
    done("PEN-002", form | {"deemed_months": "12.5"}, RETIREMENT_MATERIALS)
    award = Benefit.objects.get(person=person).awards.get()
    paid = record_of(person, "employee_pension", until=month).months
    assert (award.inputs["deemed_months"], award.inputs["total_months"]) == ("12.5", str(paid + Decimal("12.5")))
    assert assess(
        facts_from(award.inputs), base_at(person.area_id, dt.date(month // 100, month % 100, 1), TODAY)
    ).years == years_of(paid + Decimal("12.5"), "half_up_2")


def test_special_work_and_what_it_is_converted_into_go_together() -> None:
    person, month = next_retiring()
    form = prereview_form(person, day_of(month))
    found = findings("PEN-001", form | {"special_work": "井下采煤", "converted_months": "6"}, PAPERS)
    assert ("请清空" in found["special_work"], "请清空" in found["converted_months"]) == (True, True)

    def previewed(**changed: str) -> dict[str, tuple[str, str]]:
        typed = form | {"retire_type": "02", "evidence": "特殊工种备案表"} | changed
        found = examine(application("PEN-001", typed, username="teller", materials=(*PAPERS, "special_work_record")))
        assert not [f for f in found.findings if f.is_refusal]
        return {line.label: (line.before, line.after) for line in handler_of(found.facts.item).preview(found.facts)}

    # A name that does not tell the kind is held to the strictest one; what is not typed is said not to be converted.
    shown = previewed(special_work="挡车")
    assert (shown["特殊工种"], "不折算" in shown["特殊工种折算月数"][1]) == (("挡车", "须累计满 10 年"), True)
    shown = previewed(special_work="井下采煤", converted_months="6.5")
    assert (shown["特殊工种"], shown["特殊工种折算月数"]) == (("井下采煤", "须累计满 9 年"), ("", "6.5 个月"))


def test_the_identity_typed_is_that_of_the_relation_on_record() -> None:
    person, month = next_retiring()
    form = prereview_form(person, day_of(month), insured_identity="02")
    assert "用人单位名下" in findings("PEN-001", form, PAPERS)["insured_identity"]
    assert findings("PEN-001", form | {"insured_identity": "01"}, PAPERS) == {}


def test_a_woman_insured_by_herself_is_asked_for_what_gave_her_the_age_of_fifty() -> None:
    item, day = declared().item("PEN-001", TODAY), dt.date(2026, 3, 1)
    values = {"insured_identity": "02", "retirement_group": "F50", "retire_date": day}
    facts = PensionFacts(item=item, values=values, application=application("PEN-001", {}, username="teller"))
    person = Person(gender="2", born_on=dt.date(1975, 8, 1), area_id="511102")
    own = Coverage(insurance="employee_pension", employer=None, start_period=200001)
    facts.__dict__ |= {"person": person, "coverages": [own]}
    (asked,) = _identity(facts)
    assert (asked.is_refusal, asked.field, "55 周岁" in asked.detail) == (False, "retirement_group", True)
    values["retirement_group"] = "F55"
    facts = PensionFacts(item=item, values=values, application=facts.application)
    facts.__dict__ |= {"person": person, "coverages": [own]}
    assert list(_identity(facts)) == []


def test_the_award_does_not_differ_from_the_dossier() -> None:
    person, month = next_retiring()
    form = retirement_form(person, month, deemed_months="12")
    assert "退休档案所载" in findings("PEN-002", form, RETIREMENT_MATERIALS, "special")["deemed_months"]


def test_the_official_index_of_the_account_book_is_awarded_and_said() -> None:
    person, month = next_retiring()
    form = prereview_form(person, day_of(month), average_index="0.8123", evidence="养老保险手册")
    # The record gives another one: which of the two counts is answered in writing.
    reasons = {"dossier_complete.average_index": "系统缺少早年的工资，按手册原件"}
    done("PEN-001", form, PAPERS, username="teller", confirmed=("dossier_complete",), reasons=reasons)
    done("PEN-002", retirement_form(person, month), RETIREMENT_MATERIALS)
    award = Benefit.objects.get(person=person).awards.get()
    assert (award.inputs["average_index"], award.inputs["years"]) == ("0.8123", [])


def test_an_altered_fact_of_a_dossier_is_named() -> None:
    person, month = next_retiring()
    prereviewed(person, day_of(month))
    seal_day()
    assert not [s for s in differing_sets("default") if "dossier_fact" in s]
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(current_user, 'benefits_dossier_fact', 'UPDATE')")
        assert cursor.fetchone()[0] is False


def test_a_recalculation_keeps_what_later_adjustments_gave() -> None:
    """Awarded from 2025 on, adjusted in 2026, assessed anew from the start: the new amount and the old increase."""
    _, benefit = released()
    assert benefit.start_period < 202601
    before = benefit.awards.get().total_fen
    adjust_2026()
    increase = Amount.objects.filter(benefit=benefit).order_by("-id")[0].adjusted_fen
    assert increase > 0
    person = Person.objects.get(pk=benefit.person_id)
    form, materials, _ = FORMS["recalculation"]()
    form |= {"id_number": person.id_number, "person_name": person.name, "benefit_start": format_period(benefit.start_period),
             "old_value": benefit.awards.get().inputs["average_index"], "new_value": "1.9"}  # fmt: skip
    done("PEN-009", form, tuple(materials))
    after = benefit.awards.order_by("-version")[0].total_fen
    assert after > before
    assert [amount_at(benefit, month).total_fen for month in (202512, 202611)] == [after, after + increase]  # type: ignore[union-attr]


def test_an_award_after_an_adjustment_gets_it_with_the_first_payment() -> None:
    """Who retired in 2025 and is paid only after the run of 2026 is raised by it too."""
    adjust_2026()
    _, benefit = released()
    assert benefit.start_period <= 202601
    total = benefit.awards.get().total_fen
    plan = adjustment_plan("511100", 2026)
    increase, _ = plan.adjust(Pensioner(benefit.contribution_months, total, benefit.person.born_on, benefit.person.gender))
    assert increase > 0
    held = [amount_at(benefit, month).total_fen for month in (202512, 202601, 202611)]  # type: ignore[union-attr]
    assert held == [total, total + increase, total + increase]
    assert late_adjustments(benefit) == []
    later = Benefit.objects.get(pk=benefit.pk)
    assert later.status == "active"
