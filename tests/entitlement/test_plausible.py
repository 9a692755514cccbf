"""No fact of a dossier is beyond what can be: refused at its field by the pre-review, and by name where an award reads the dossier."""

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.city import TODAY, application
from tests.entitlement.people import RETIREMENT_MATERIALS, carry, done, next_retiring, prereview_form, retirement_form
from tests.entitlement.test_dossier import PAPERS, day_of, findings
from tests.law.sheets import Sheet, base_of, by_clerk, typed
from tests.law.test_needs import PLACES, facts_of
from tests.pages import page_of, signed_in
from yigui.casework.accept_case import accept_case
from yigui.casework.application import examine
from yigui.common.errors import YiguiError
from yigui.common.months import add_months, format_period, period_of
from yigui.entitlement import assess_person
from yigui.entitlement.dossier import Answers, dossier_of
from yigui.entitlement.models import Award, Benefit
from yigui.items.pension import _answers, retirement_prereview
from yigui.items.pension._answers import titles_of
from yigui.law.calculation import plain
from yigui.law.fact_bounds import CHOSEN, INDICES, most_of, out_of_bounds
from yigui.law.needs import ALL, FactKind, Need, needs
from yigui.law.pension import ImpossibleRecord
from yigui.law.retirement_age import RetirementGroup
from yigui.levy.record import ContributionRecord, record_of

NUMERIC = [need for need in ALL if need.kind not in CHOSEN]
DAYS = [dt.date(year, 3, 15) for year in (2024, 2025, 2026)]


def asked_at(need: Need) -> Sheet:
    """A sheet of a place and day whose rule uses a need, all of its other facts in order."""
    area, day = next((area, day) for area in PLACES for day in DAYS if need in needs(area, day))
    return Sheet(area, facts_of(area, day), base_of(day.year, Decimal(8000)), {})


def absurd(need: Need) -> list[str]:
    """Values of the form that no paper bears: a step beyond the bound, far beyond it, and below zero."""
    most = most_of(need) / 100 if need.kind is FactKind.MONEY else most_of(need)
    return [str(most + 1), str(most * 3), *(["0"] if need in INDICES else [])]


CASES = [(need, value) for need in NUMERIC for value in absurd(need)]


@pytest.mark.parametrize(("need", "value"), CASES, ids=[f"{need.name}={value}" for need, value in CASES])
def test_an_absurd_number_is_refused_by_the_form_and_by_the_award(need: Need, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = asked_at(need)
    form = typed(sheet) | {_answers.field_of(need): value}
    if need.name == "converted_months":
        form["retire_type"] = "02"
    with pytest.raises(AssertionError) as said:
        by_clerk(sheet, form=form, papers=("special_work_record",))
    assert f"“{need.label}”须" in str(said.value)
    # The form aside: whoever reads such a dossier refuses it, by name.
    monkeypatch.setattr(_answers, "incomplete", nothing)
    with pytest.raises(ImpossibleRecord, match="退休档案不能据以核定") as refused:
        by_clerk(sheet, form=form, papers=("special_work_record",))
    assert (refused.value.data["need"], f"“{need.label}”" in refused.value.message) == (need.name, True)


def nothing(*_: Any) -> Iterator[Any]:
    return iter(())


def test_the_bound_itself_is_no_slip_of_the_hand() -> None:
    assert len(NUMERIC) >= 13
    assert {n.name: out_of_bounds(n, most_of(n)) for n in NUMERIC} == {n.name: "" for n in NUMERIC}
    assert all(out_of_bounds(n, most_of(n) + 1) for n in NUMERIC)


def test_months_do_not_exceed_the_life_of_the_person() -> None:
    for name in ("deemed_months", "converted_months", "pre_account_months", "local_months"):
        need = next(n for n in ALL if n.name == name)
        sheet = asked_at(need)
        form = typed(sheet) | {_answers.field_of(need): "700", "retire_type": "02"}
        with pytest.raises(AssertionError, match="超过年满 16 周岁至退休的") as said:
            by_clerk(sheet, form=form, papers=("special_work_record",))
        assert f"“{need.label}”为 700 个月" in str(said.value)


def test_a_percentage_with_nobody_entitled_to_it_is_refused_naming_both() -> None:
    sheet = asked_at(next(n for n in ALL if n.name == "supplement_percent"))
    form = typed(sheet) | {"supplement_percent": "0.1"}
    for titles in (["none"], ["childless"]):
        with pytest.raises(AssertionError) as said:
            by_clerk(sheet, form=form | {"benefit_titles": titles})
        assert ("“加发待遇的身份”" in str(said.value), "“加发比例合计”" in str(said.value)) == (True, True)
    assert by_clerk(sheet, form=form | {"benefit_titles": ["one_child"]}).part("supplement") > 0
    assert by_clerk(sheet, form=form | {"benefit_titles": ["none"], "supplement_percent": "0"}).part("supplement") == 0


def test_what_a_clerk_typed_at_the_window_is_refused_at_its_fields() -> None:
    person, month = next_retiring()
    form = prereview_form(person, day_of(month))
    found = findings(
        "PEN-001",
        form | {"average_index": "99", "supplement_percent": "500", "deemed_months": "9999", "pre_account_months": "100000", "evidence": "xx"},
        PAPERS,
    )  # fmt: skip
    assert set(found) == {"average_index", "supplement_percent", "deemed_months", "pre_account_months", "evidence"}
    assert "材料名称和编号" in found["evidence"]
    # The kinds together: months of each that can be, and not on top of what was paid.
    found = findings("PEN-001", form | {"deemed_months": "400"}, PAPERS)
    assert "实缴" in found["deemed_months"] or "参加工作" in found["deemed_months"]
    booked = {"pre_account_months": "410", "evidence": "养老保险手册 第 7 号"}
    assert "超过参加工作（" in findings("PEN-001", form | booked, PAPERS)["pre_account_months"]
    found = findings("PEN-001", form | booked | {"work_start_date": "1985-01-01"}, PAPERS)
    assert "多于累计缴费月数" in found["pre_account_months"]
    for text in ("xxxxxx", "123456", "是是是是", "。。。。"):
        assert "材料名称" in findings("PEN-001", form | {"average_index": "1.2", "evidence": text}, PAPERS)["evidence"]
    assert findings("PEN-001", form | {"average_index": "1.2", "evidence": "养老保险手册"}, PAPERS) == {}


def test_an_index_above_the_cap_of_the_base_is_asked_about() -> None:
    person, month = next_retiring()
    form = prereview_form(person, day_of(month), evidence="养老保险手册")

    def asked(**changed: Any) -> list[str]:
        found = examine(application("PEN-001", form | changed, username="teller", materials=PAPERS)).findings
        assert not [f for f in found if f.is_refusal]
        said = [f.message for f in found if f.field in ("average_index", "supplement_percent")]
        return [words for words in said if not words.startswith("按系统的缴费记录")]

    assert asked(average_index="3") == []
    (words,) = asked(average_index="3.2")
    assert "平均工资的 3 倍" in words
    (words,) = asked(benefit_titles=["one_child"], supplement_percent="0.4")
    assert ("合计 0.1%" in words, "所填为 0.4%" in words) == (True, True)
    assert asked(benefit_titles=["one_child"], supplement_percent="0.1") == []


def test_an_index_beside_that_of_the_record_is_asked_about_with_both_numbers() -> None:
    person, month = next_retiring()
    form = prereview_form(person, day_of(month), evidence="养老保险手册 川字 0077 号")

    def asked(**changed: Any) -> list[str]:
        found = examine(application("PEN-001", form | changed, username="teller", materials=PAPERS)).findings
        assert not [f for f in found if f.is_refusal]
        return [f.message for f in found if f.field == "average_index" and f.needs_reason]

    by_record = assess_person.assess_person(
        person, area=person.area_id, retired_on=dt.date.fromisoformat(day_of(month)), answers=_plain(form), as_of=TODAY
    ).facts.average_index
    (words,) = asked(average_index="2.9")
    assert (f"为 {plain(by_record)}，" in words, "为 2.9：" in words) == (True, True)
    assert asked() == []
    assert asked(average_index=f"{by_record:.4f}") == []
    with pytest.raises(YiguiError, match="按系统的缴费记录"):
        accept_case(application("PEN-001", form | {"average_index": "2.9"}, username="teller", materials=PAPERS))


def test_months_before_the_accounts_that_the_record_does_not_know_are_asked_about() -> None:
    """Hundreds of yuan a month hang on them where the transitional part counts them."""
    person, month = next_retiring()
    form = prereview_form(person, day_of(month), evidence="个人账户手册 川字 0078 号")
    before = record_of(person, "employee_pension", until=month).months_before(199601)

    def asked(**changed: Any) -> list[str]:
        found = examine(application("PEN-001", form | changed, username="teller", materials=PAPERS)).findings
        assert not [f for f in found if f.is_refusal]
        return [f.message for f in found if f.field == "pre_account_months" and f.needs_reason]

    (words,) = asked(pre_account_months="200")
    assert (f"此前实缴 {before} 个月，视同缴费 0 个月" in words, "为 200 个月：" in words) == (True, True)
    assert asked() == []
    assert asked(pre_account_months=str(before)) == []
    with pytest.raises(YiguiError, match="建账年月"):
        accept_case(application("PEN-001", form | {"pre_account_months": "200"}, username="teller", materials=PAPERS))


def test_a_record_that_does_not_say_its_early_months_is_held_against_the_start_of_work(monkeypatch: pytest.MonkeyPatch) -> None:
    person, month = next_retiring()
    form = prereview_form(person, day_of(month), evidence="个人账户手册 川字 0078 号", work_start_date="1994-03-15")
    monkeypatch.setattr(ContributionRecord, "months_before", lambda *_: None)

    def asked(months: str) -> list[str]:
        found = examine(application("PEN-001", form | {"pre_account_months": months}, username="teller", materials=PAPERS)).findings
        return [f.message for f in found if f.field == "pre_account_months" and f.needs_reason]

    # March 1994 to December 1995, both counted.
    assert asked("22") == []
    (words,) = asked("23")
    assert "1994-03-15 至此最多 22 个月" in words


def test_titles_that_contradict_each_other_are_refused_by_the_form_and_by_the_award(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = asked_at(next(n for n in ALL if n.name == "supplement_percent"))
    form = typed(sheet) | {"benefit_titles": ["one_child", "childless"]}
    with pytest.raises(AssertionError, match="不能同时选“独生子女父母”和“无子女”"):
        by_clerk(sheet, form=form)
    monkeypatch.setattr(_answers, "incomplete", nothing)
    with pytest.raises(ImpossibleRecord, match="不能同时选“独生子女父母”和“无子女”"):
        by_clerk(sheet, form=form)


def _plain(form: dict[str, Any]) -> Answers:
    """What the form of `prereview_form` answers."""
    return Answers(
        group=RetirementGroup(form["retirement_group"]), titles=frozenset(), deemed_months=0,
        work_started_on=dt.date.fromisoformat(form["work_start_date"]),
    )  # fmt: skip


def test_deemed_and_paid_months_fit_between_the_start_of_work_and_the_retirement() -> None:
    """Who began to work after the accounts had begun and was paid for ever since has no month that counts as paid."""
    person, month = next_retiring()
    day = day_of(month)
    paid = record_of(person, "employee_pension", until=month).months
    started = add_months(month, 1 - paid)
    form = prereview_form(person, day, work_start_date=f"{format_period(started)}-01")
    assert "deemed_months" not in findings("PEN-001", form, PAPERS)
    said = findings("PEN-001", form | {"deemed_months": "1"}, PAPERS)["deemed_months"]
    assert f"超过参加工作（{format_period(started)}-01）至退休的 {paid} 个月" in said
    assert "deemed_months" not in findings(
        "PEN-001", form | {"deemed_months": "1", "work_start_date": f"{format_period(add_months(started, -1))}-01"}, PAPERS
    )


def test_an_award_refuses_a_dossier_that_was_made_before_the_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    person, month = next_retiring()
    with monkeypatch.context() as before:
        before.setattr(retirement_prereview, "incomplete", nothing)
        before.setattr(retirement_prereview, "unlikely", nothing)
        before.setattr(assess_person, "judge_answers", lambda *_, **__: None)
        form = prereview_form(person, day_of(month), average_index="99", supplement_percent="0.5", evidence="xx")
        done("PEN-001", form, PAPERS, username="teller")
    dossier = dossier_of(person)
    assert dossier is not None
    assert dossier.answers.average_index == 99
    found = findings("PEN-002", retirement_form(person, month), RETIREMENT_MATERIALS, "special")
    assert "“平均缴费工资指数”须大于 0、不超过 10" in found["retire_date"]
    assert "PEN-001" in found["retire_date"]


def test_what_was_accepted_before_the_bounds_is_not_awarded_when_it_is_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    """A case on its way with such a dossier: the last step computes again, and nothing is awarded."""
    person, month = next_retiring()
    with monkeypatch.context() as before:
        before.setattr(retirement_prereview, "incomplete", nothing)
        before.setattr(retirement_prereview, "unlikely", nothing)
        before.setattr(assess_person, "judge_answers", lambda *_, **__: None)
        done("PEN-001", prereview_form(person, day_of(month), average_index="99", evidence="xx"), PAPERS, username="teller")
        form = retirement_form(person, month)
        case = accept_case(application("PEN-002", form, username="special", materials=RETIREMENT_MATERIALS))
    case = carry(case)
    assert (case.status, "退休档案不能据以核定" in case.effect_error, "PEN-001" in case.effect_error) == ("approved", True, True)
    assert not Award.objects.filter(benefit__person=person).exists()
    assert not Benefit.objects.filter(person=person).exists()


def test_a_day_too_far_ahead_is_told_one_last_month_and_not_two() -> None:
    person, month = next_retiring()
    form = prereview_form(person, day_of(month)) | {"retire_date": "2033-01-20"}
    found = examine(application("PEN-001", form, username="teller", materials=PAPERS)).findings
    words = [f.message + f.detail for f in found if f.field == "retire_date"]
    assert len(words) == 2
    assert all(format_period(add_months(period_of(TODAY), 12)) in w for w in words)


def test_titles_of_another_place_are_neither_offered_nor_taken() -> None:
    person, month = next_retiring()
    client = signed_in("teller")
    url = client.post("/counter/drafts/", {"item": "PEN-001", "person_no": person.person_no})["Location"]
    page = page_of(client.get(url))
    offered = set(re.findall(r'name="benefit_titles" value="(\w+)"', page))
    assert offered == {"none", *titles_of(person.area_id, TODAY)}
    assert ("one_child" in offered, "xining" in offered, "西宁" in page) == (True, False, False)
    form = prereview_form(person, day_of(month), benefit_titles=["xining"], evidence="增发地区证明 第 7 号")
    assert "没有“西宁（增发地区）”的加发" in findings("PEN-001", form, PAPERS)["benefit_titles"]
    # A form of nobody yet has those of the agency's own place.
    url = client.post("/counter/drafts/", {"item": "PEN-001"})["Location"]
    page = page_of(client.get(url))
    assert set(re.findall(r'name="benefit_titles" value="(\w+)"', page)) == offered
    assert "西宁" not in page
