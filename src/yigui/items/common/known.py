"""What is known before a form is filled in (预填): the calendar, the person, the employer. Nobody types what the house knows."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from yigui.catalogue.declarations import Item
from yigui.catalogue.intake import intake_of
from yigui.charges.case_bills import base_in_force
from yigui.common.money import plain_fen
from yigui.common.months import format_period
from yigui.registry.models import Employer, Employment, Person
from yigui.registry.queries import active_employment


@dataclass(frozen=True)
class Known:
    """Whom a new form is about, through which channel, on which day."""

    item: Item
    channel: str
    today: dt.date
    person: Person | None
    employer: Employer | None

    @cached_property
    def period(self) -> int:
        """The period (YYYYMM) the business counts for."""
        return intake_of(self.item, self.channel, self.today).period

    @cached_property
    def names(self) -> frozenset[str]:
        """Names of the fields of the form."""
        return frozenset(f.name for f in self.item.input_fields)

    @cached_property
    def employment(self) -> Employment | None:
        """The person's employment in the period."""
        return active_employment(self.person, self.period) if self.person else None


def values_of(known: Known) -> dict[str, Any]:
    """Raw values by field name, whether the form has the field or not."""
    values = _of_calendar(known)
    if known.person is not None:
        values |= _of_person(known, known.person)
    if known.employment is not None and known.item.applicant == "employer":
        if known.employer is None:
            values["unit_no"] = known.employment.employer.unit_no
        values["declared_wage"] = plain_fen(known.employment.declared_wage_fen)
        values["employment_form"] = known.employment.employment_form
    return values | (_of_employer(known, known.employer) if known.employer else {})


def _of_calendar(known: Known) -> dict[str, Any]:
    period, today = format_period(known.period), known.today.isoformat()
    return {
        "settle_period": period, "change_date": today, "enrol_date": today, "unit_enrol_date": today, "id_type": "01",
        "employment_form": "01", "levy_method": "01", "year": known.today.year, "start_month": period, "end_month": period,
    }  # fmt: skip


def _of_person(known: Known, person: Person) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id_type": person.id_type, "id_number": person.id_number, "person_name": person.name, "gender": person.gender,
        "birth_date": person.born_on.isoformat(), "ethnicity": person.ethnicity, "nationality": person.nationality,
        "household_type": person.household_type, "mobile": person.mobile,
        "work_start_date": person.work_started_on.isoformat() if person.work_started_on else None,
    }  # fmt: skip
    if known.item.applicant == "person" and "contribution_base" in known.names:
        base = base_in_force(person=person, employer=None, period=known.period)
        values["contribution_base"] = plain_fen(base) if base else None
    return values


def _of_employer(known: Known, employer: Employer) -> dict[str, Any]:
    values: dict[str, Any] = {
        "unit_no": employer.unit_no, "credit_code": employer.credit_code, "contact_name": employer.contact_name, "phone": employer.phone,
        "industry_risk": employer.industry_risk,
    }  # fmt: skip
    # What is paid on a form that is always about a person goes to the person's account, whoever began it.
    if not any(f.name == "id_number" and f.required for f in known.item.input_fields):
        values |= {"account_name": employer.account_name, "account_no": employer.account_no}
    return values
