"""Values a form about a benefit begins with: what the record, the account, the award and the law know already."""

import datetime as dt
from typing import Any

from yigui.catalogue.declarations import Item
from yigui.common.money import plain_fen
from yigui.common.months import add_months, first_day, format_period, period_of
from yigui.entitlement.assess_person import PENSION, group_of, window_of
from yigui.entitlement.enums import BenefitKind
from yigui.entitlement.models import Benefit
from yigui.entitlement.queries import amount_at, death_of, monthly_benefit, pre_review_of
from yigui.law.retirement_age import RetirementGroup
from yigui.law.unemployment import benefit_months
from yigui.levy.record import months_covered, record_of
from yigui.payment.queries import account_left
from yigui.registry.enums import INSURANCE_OF
from yigui.registry.models import Person
from yigui.registry.queries import bare_coverages_of

#: How a certification is made at each door (certify_way): by phone, at the kiosk, at an outlet; in person at the counter.
_CERTIFY_WAY = {"mobile": "02", "online": "02", "kiosk": "03", "bank_outlet": "04"}


def benefit_values(item: Item, person: Person, today: dt.date, channel: str) -> dict[str, Any]:
    """Values of the fields of an item that is about a benefit, "" and None left out by the caller."""
    names = {f.name for f in item.input_fields}
    benefit = monthly_benefit(person)
    values: dict[str, Any] = {"apply_date": today.isoformat()}
    death = death_of(person.id_number) if "death_date" in names else None
    if "account_name" in names and "payee_name" not in names:
        values["account_name"] = person.name
    if "retire_date" in names:
        values |= _retirement(person, today)
    elif benefit is not None:
        values |= _of_benefit(item, benefit)
    if "account_balance" in names:
        insurance = "resident_pension" if item.code.startswith("RES") else PENSION
        until = period_of(death.died_on if death else today)
        values["account_balance"] = plain_fen(account_left(person, insurance, until=until).left_fen)
    if death is not None:
        values["death_date"] = death.died_on.isoformat()
    if item.code == "CRT-001":
        values |= {"survival_status": "01", "certify_way": _CERTIFY_WAY.get(channel, "05")}
    if item.code == "RES-001":
        sixty = add_months(period_of(person.born_on), 60 * 12 + 1)
        years = len(record_of(person, "resident_pension").years)
        values |= {"actual_months": years * 12, "benefit_start": format_period(sixty)}
    if item.code == "UNE-001":
        values |= _unemployment(person, today)
    return values


def _retirement(person: Person, today: dt.date) -> dict[str, Any]:
    """As pre-reviewed; else the statutory month, the paid months until then, and the month after as start."""
    pre = pre_review_of(person)
    if pre is not None:
        day, kind, deemed = pre.retired_on, pre.retire_type, pre.deemed_months
    else:
        group = RetirementGroup.MEN if person.gender != "2" else group_of(person, today)
        month = first_day(window_of(person, group).statutory)
        # The day of the birthday where the month has it, else its last.
        last = first_day(add_months(period_of(month), 1)) - dt.timedelta(days=1)
        day, kind, deemed = month.replace(day=min(person.born_on.day, last.day)), "01", 0
    return {
        "retire_date": day.isoformat(), "retire_type": kind, "deemed_months": deemed,
        "actual_months": record_of(person, PENSION, until=period_of(day)).months,
        "benefit_start": format_period(add_months(period_of(day), 1)),
    }  # fmt: skip


def _of_benefit(item: Item, benefit: Benefit) -> dict[str, Any]:
    """The benefit's own insurance, start, account and amount."""
    values: dict[str, Any] = {"insurance": INSURANCE_OF[benefit.insurance].value}
    if item.code == "PEN-010":
        amount = amount_at(benefit, benefit.start_period)
        values |= {
            "benefit_start": format_period(benefit.start_period), "account_no": benefit.account_no, "pay_method": "01",
            "amount": plain_fen(amount.total_fen) if amount else None,
        }  # fmt: skip
    if item.code == "PEN-007" and benefit.suspended_from:
        values["start_month"] = format_period(benefit.suspended_from)
    if item.code == "PEN-009":
        values["benefit_start"] = format_period(benefit.start_period)
    if item.code == "FND-003":
        values["benefit_item"] = "08" if benefit.kind == BenefitKind.RESIDENT else "01"
    return values


def _unemployment(person: Person, today: dt.date) -> dict[str, Any]:
    """Months since the last claim and what they give, by the newest relation's end."""
    coverages = bare_coverages_of(person)
    ended = [c.end_period for c in coverages if c.insurance == "unemployment" and c.end_period]
    if not ended:
        return {}
    day = first_day(add_months(max(ended), 1)) - dt.timedelta(days=1)
    months = months_covered(coverages, "unemployment", period_of(day))
    return {
        "unemployed_date": day.isoformat(), "paid_months": months, "entitled_months": benefit_months(months, person.area_id, day),
        "benefit_start": format_period(add_months(period_of(today), 1)),
    }  # fmt: skip
