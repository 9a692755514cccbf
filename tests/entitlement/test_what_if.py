"""The look ahead takes assumptions: how wages grow, months without contributions; what was assumed stands beside the result."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from tests.city import TODAY
from tests.entitlement.people import awarded
from tests.items.benefit_forms import not_yet_retiring
from tests.mobile.test_phone import on_the_phone
from tests.pages import page_of, signed_in, text_of
from yigui.charges.case_bills import month_due
from yigui.common.money import format_fen, plain_fen
from yigui.entitlement import assess_person
from yigui.entitlement.assess_person import account_in
from yigui.entitlement.calculator import _last_year, calculator
from yigui.entitlement.dossier import Answers, dossier_of
from yigui.entitlement.plausible import months_of_age
from yigui.law.calculation import round_half_up
from yigui.law.contribution import base_bounds
from yigui.law.province import province_of
from yigui.law.retirement_age import RetirementGroup
from yigui.levy.record import RecordRows, record_of
from yigui.registry.models import Person


def looked(person: Person, **asked: str) -> dict[str, Any]:
    return calculator(person, **({"group": "F50", "deemed": "0", "month": ""} | asked), today=TODAY)


def test_growing_wages_raise_base_and_account_by_so_much_a_year() -> None:
    person = not_yet_retiring()
    flat, grown = looked(person), looked(person, growth="5")
    assert flat["refused"] == grown["refused"] == ""
    period = flat["chosen"].period
    assert grown["chosen"].period == period
    years = period // 100 - flat["found"].base.year
    assert years > 0
    assert grown["found"].base.local == (flat["found"].base.local * Decimal("1.05") ** years).quantize(Decimal("0.01"))
    assert "按每年增长 5% 推算" in grown["found"].base.source
    assert "每年增长 5%" in grown["assumed"]
    assert "增长" not in flat["assumed"]
    # The basic part grows with the base; the chart and the chosen month say the same.
    basic = {c.kind: c.amount_fen for c in grown["found"].assessment.components}
    before = {c.kind: c.amount_fen for c in flat["found"].assessment.components}
    assert basic["basic"] > before["basic"]
    assert basic["account"] >= before["account"]
    for found in (flat, grown):
        assert found["chosen"].total_fen == found["found"].assessment.total_fen
    assert grown["chosen"].total_fen > flat["chosen"].total_fen


def test_months_without_contributions_are_missing_in_years_and_account() -> None:
    person = not_yet_retiring()
    last = format_last(looked(person))
    flat, paused = looked(person, month=last), looked(person, month=last, pause="6")
    assert flat["chosen"].total_months - paused["chosen"].total_months == 6
    assert paused["found"].facts.total_months == paused["chosen"].total_months
    assert paused["found"].facts.account_fen < flat["found"].facts.account_fen
    assert paused["chosen"].total_fen < flat["chosen"].total_fen
    assert "今后中断缴费 6 个月" in paused["assumed"]
    # More than there are to come: none of them is paid, and none that was paid is lost.
    none = looked(person, month=last, pause="480")
    assert none["chosen"].total_months == none["record"].months


def test_a_base_of_ones_own_changes_account_and_index_and_says_what_it_costs() -> None:
    person = not_yet_retiring()
    last = format_last(looked(person))
    flat = looked(person, month=last)
    period, area = TODAY.year * 100 + TODAY.month, person.area_id
    bounds = base_bounds(area, period)
    low, high = (looked(person, month=last, base=plain_fen(fen)) for fen in (bounds.floor_fen, bounds.ceiling_fen))
    assert low["refused"] == high["refused"] == ""
    assert low["chosen"].total_fen < high["chosen"].total_fen
    assert low["chosen"].total_months == flat["chosen"].total_months == high["chosen"].total_months
    months = int(flat["chosen"].total_months - flat["record"].months)
    assert months > 0
    # The account by hand: eight percent of the base for every month to come, beside what stands today.
    standing = account_in(person, area, high["chosen"].period // 100)[0]
    assert high["found"].facts.account_fen - standing == round_half_up(Decimal(bounds.ceiling_fen) * 8 * months / 100)
    wages = province_of(area).wages
    trial = Decimal(bounds.ceiling_fen) / 100 / wages[max(wages)]
    of_record = high["found"].index.value
    paid = high["record"].months
    assert high["found"].facts.average_index == ((of_record * paid + trial * months) / (paid + months)).quantize(
        Decimal("0.0001"), ROUND_HALF_UP
    )
    # The chart and the chosen month say the same; cost and difference stand beside it.
    assert high["chosen"].total_fen == high["found"].assessment.total_fen
    due = month_due(
        insurance="employee_pension", declared_fen=bounds.ceiling_fen, period=period, area=area, employer=None
    ).total_fen
    assert f"每月约 {format_fen(due)} 元，共约 {format_fen(due * months)} 元" in high["cost"]
    assert f"多 {format_fen(high['chosen'].total_fen - flat['chosen'].total_fen)} 元" in high["cost"]
    assert f"今后按月缴费基数 {format_fen(bounds.ceiling_fen)} 元缴费" in high["assumed"]
    assert (flat["cost"], flat["found"].facts.average_index) == ("", flat["found"].index.value)
    for typed, words in (
        ("五千", "不是金额"),
        (plain_fen(bounds.ceiling_fen + 1), "上下限"),
        (plain_fen(bounds.floor_fen - 1), "上下限"),
        ("-5", ""),
    ):
        refused = looked(person, month=last, base=typed)
        assert refused["refused"], typed
        assert words in refused["refused"]
        assert refused["base"] == typed
    phone = page_of(
        on_the_phone(person).get("/m/retirement/", {"group": "F50", "base": plain_fen(bounds.ceiling_fen), "month": last})
    )
    assert high["cost"] in phone
    counter = text_of(
        signed_in("teller").get(
            f"/persons/{person.person_no}/retirement/", {"group": "F50", "base": plain_fen(bounds.ceiling_fen), "month": last}
        )
    )
    assert high["cost"] in counter


def test_missing_months_paid_now_count_and_say_what_they_cost_and_bring() -> None:
    person = not_yet_retiring()
    flat, more = looked(person, growth="2"), looked(person, growth="2", back="24")
    assert more["refused"] == ""
    assert more["chosen"].total_months - flat["chosen"].total_months == 24
    assert more["found"].facts.total_months == more["chosen"].total_months
    assert more["found"].assessment.total_fen == more["chosen"].total_fen
    gain = more["chosen"].total_fen - flat["chosen"].total_fen
    assert gain > 0
    last = more["record"].years[-1]
    due = month_due(
        insurance="employee_pension",
        declared_fen=last.base_sum_fen // last.months,
        period=202611,
        area=person.area_id,
        employer=None,
    )
    cost = due.total_fen * 24
    assert due.total_fen > 0
    # The account grew by the percent of the same base.
    assert more["found"].facts.account_fen - flat["found"].facts.account_fen == pytest.approx(due.base_fen * 24 * 0.08, abs=100)
    assert f"约需 {format_fen(cost)} 元" in more["return"]
    assert f"多 {format_fen(gain)} 元" in more["return"]
    assert f"约 {-(-cost // gain)} 个月收回" in more["return"]
    assert flat["return"] == ""


def format_last(found: dict[str, Any]) -> str:
    period = found["options"][-1].period
    return f"{period // 100}-{period % 100:02d}"


@pytest.mark.parametrize(
    "asked",
    [
        {"growth": "16"},
        {"growth": "-1"},
        {"growth": "NaN"},
        {"growth": "一"},
        {"pause": "-1"},
        {"pause": "481"},
        {"pause": "半年"},
        {"back": "481"},
    ],
)
def test_nonsense_is_refused_with_what_was_typed(asked: dict[str, str]) -> None:
    found = looked(not_yet_retiring(), **asked)
    assert next(iter(asked.values())) in found["refused"]
    assert found["options"] == []


def test_both_pages_take_the_assumptions() -> None:
    person = not_yet_retiring()
    query = "?group=F50&deemed=0&growth=3&pause=2&back=12"
    for page in (
        text_of(signed_in("teller").get(f"/persons/{person.person_no}/retirement/{query}")),
        text_of(on_the_phone(person).get(f"/m/retirement/{query}")),
    ):
        assert "每年增长 3%" in page
        assert "今后中断缴费 2 个月" in page
        assert 'name="growth" value="3"' in page
        assert "补缴 12 个月按现行个人缴费标准约需" in page


def test_no_group_is_taken_for_a_womans_own() -> None:
    person = not_yet_retiring()
    assert (person.gender, dossier_of(person)) == ("2", None)
    for client, url in (
        (signed_in("teller"), f"/persons/{person.person_no}/retirement/"),
        (on_the_phone(person), "/m/retirement/"),
    ):
        for asked in ("", "?group=M60&deemed=0"):
            page = text_of(client.get(url + asked))
            assert ("请先选择退休年龄类别" in page, '<option value="" selected>请选择' in page, "法定退休" in page) == (
                True,
                True,
                False,
            )
        for group in ("F50", "F55"):
            page = text_of(client.get(f"{url}?group={group}&deemed=0"))
            assert ("请先选择退休年龄类别" in page, f'value="{group}" selected' in page, "法定退休" in page) == (False, True, True)


def test_no_more_months_are_made_up_than_are_missing_since_the_working_age() -> None:
    person = not_yet_retiring()
    since, youngest = months_of_age(person, TODAY)
    lack = since - record_of(person, "employee_pension").months
    assert lack > 0
    assert looked(person, back=str(lack))["refused"] == ""
    assert f"自年满 {youngest} 周岁至本月没有缴费记录的 {lack} 个月" in looked(person, back=str(lack + 1))["refused"]


@pytest.mark.parametrize("month", ["2025-13", "2025-00", "1999-01", "明年"])
def test_a_month_that_cannot_be_chosen_is_refused_beside_its_field_and_stays_there(month: str) -> None:
    person = not_yet_retiring()
    assert looked(person)["month_refused"] == ""
    assert looked(person, month=format_last(looked(person)))["month_refused"] == ""
    page = page_of(
        signed_in("teller").get(f"/persons/{person.person_no}/retirement/", {"group": "F50", "deemed": "0", "month": month})
    )
    beside = page.split(f'name="month" value="{month}"')[1]
    assert "不是可选的退休年月" in beside.split("</div>")[0]


def test_whoever_has_an_award_reads_the_same_whatever_was_typed() -> None:
    _, benefit = awarded()
    said = {looked(benefit.person, **asked)["refused"] for asked in ({}, {"growth": "500"}, {"deemed": "9999"}, {"back": "12"})}
    assert len(said) == 1
    assert "退休测算只用于尚未核定的人员" in said.pop()


def test_months_of_the_last_year_lie_where_the_record_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """19 years, and October to December 2025: ten more until October 2026, not nineteen."""
    person = Person(gender="1", born_on=dt.date(1966, 5, 1), area_id="511102")
    years = tuple(SimpleNamespace(person_id=0, year=y, months=12, base_sum_fen=12 * 5000_00) for y in range(2006, 2025))
    lines = tuple((SimpleNamespace(owed_period=p, base_fen=5000_00, period=p), True) for p in (202510, 202511, 202512))
    rows = RecordRows(years, lines)  # type: ignore[arg-type]
    monkeypatch.setattr(assess_person, "rows_of", lambda *_, **__: rows)
    monkeypatch.setattr(assess_person, "account_in", lambda *_, **__: (50_000_00, False, None))
    answers = Answers(deemed_months=0, titles=frozenset())
    found = assess_person.what_if(person, area="511102", group=RetirementGroup.MEN, answers=answers, as_of=TODAY)
    assert {one.period: one.total_months for one in found}[202610] == 19 * 12 + 3 + 10
    record = rows.until(999912)
    assert assess_person.is_last_month_known(record)
    # Of a year taken over only the number is known, and the estimate says what it takes.
    part = RecordRows((SimpleNamespace(person_id=0, year=2025, months=3, base_sum_fen=3 * 5000_00),), ()).until(999912)  # type: ignore[arg-type]
    assert not assess_person.is_last_month_known(part)
    assert _last_year(part) == "2025 年只知缴费 3 个月而不知是哪些月，按 1 至 3 月试算。"
