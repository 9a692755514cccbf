"""A flexible retirement of an employee is put into writing in time (人社部发〔2024〕94号), or is none."""

import datetime as dt

import pytest

from tests import city
from tests.entitlement.people import RETIREMENT_MATERIALS, next_retiring, retirement_form, settle_unit
from yigui.casework.application import examine
from yigui.common.months import add_months, first_day
from yigui.entitlement.assess_person import span_of
from yigui.law.retirement_age import RetirementGroup, RetirementSpan, notice_until
from yigui.levy.models import ContributionYear
from yigui.registry.models import Employment, Person

#: Of a woman born on the last of a month: 50 with nine months.
SPAN = RetirementSpan(202411, 202608, 202908)
BORN = dt.date(1975, 11, 30)


@pytest.mark.parametrize(
    ("kind", "retired_on", "last"),
    [
        ("flexible_early", dt.date(2026, 5, 20), dt.date(2026, 2, 20)),
        ("flexible_early", dt.date(2026, 5, 31), dt.date(2026, 2, 28)),
        # Before 2025 there was no rule to keep: the day itself.
        ("flexible_early", dt.date(2025, 2, 20), dt.date(2025, 2, 20)),
        ("flexible_late", dt.date(2027, 1, 15), dt.date(2026, 7, 30)),
    ],
)
def test_the_last_day_is_counted_back_from_the_chosen_or_the_statutory_day(kind: str, retired_on: dt.date, last: dt.date) -> None:
    assert notice_until(kind, BORN, SPAN, retired_on) == last


def said(form: dict[str, object]) -> list[str]:
    found = examine(city.application("PEN-002", form, username="special", materials=RETIREMENT_MATERIALS)).findings
    return [f"{f.message}{f.detail}" for f in found if f.check == "notice_given"]


def early() -> tuple[Person, int]:
    """A woman at work who may retire early in October 2026, years before the statutory month."""
    ids = ContributionYear.objects.values_list("person_id", flat=True).distinct()
    at_work = Employment.objects.filter(end_period=None).values("person_id")
    rows = Person.objects.filter(pk__in=ids, retired_on=None, gender="2").filter(pk__in=at_work).order_by("-id")
    spans = ((p, span_of(p, RetirementGroup.WOMEN_50)) for p in rows)
    person = next(p for p, span in spans if span.earliest <= 202610 < span.statutory)
    settle_unit(person)
    return person, 202610


def test_an_early_retirement_asks_for_three_months_notice() -> None:
    person, month = early()
    form = retirement_form(person, month, retire_type="05")
    assert said(form) != []
    assert "2026-07-20" in said(form)[0]
    (late,) = said(form | {"notice_date": "2026-07-21"})
    assert "请改选以后的退休时间" in late
    assert said(form | {"notice_date": "2026-07-20"}) == []


def test_a_late_retirement_asks_for_an_agreement_a_month_before_the_age() -> None:
    person, statutory = next_retiring(202506)
    month = add_months(statutory, 1)
    form = retirement_form(person, month, retire_type="06")
    last = first_day(add_months(statutory, -1)).replace(day=min(person.born_on.day, 28))
    assert "请填写退休审批表所附书面材料的日期" in said(form)[0]
    (late,) = said(form | {"notice_date": first_day(statutory).replace(day=28).isoformat()})
    assert "按法定退休年龄办理" in late
    assert said(form | {"notice_date": last.isoformat()}) == []


def test_a_retirement_at_the_statutory_age_asks_for_none() -> None:
    person, month = next_retiring()
    assert said(retirement_form(person, month)) == []
