"""Statements of a person's accounts (权益记录单), put together for a page."""

import datetime as dt

from yigui.accounts.queries import YearStatement, balance_of, statement
from yigui.contributions.enums import AAE140, insurance_label
from yigui.registry.enums import Insurance
from yigui.registry.models import Person

_ACCOUNTS = (Insurance.EMPLOYEE_PENSION, Insurance.EMPLOYEE_MEDICAL, Insurance.RESIDENT_PENSION)


def statements_of(person: Person, today: dt.date) -> list[tuple[str, int, list[YearStatement]]]:
    """Each account's name, what stands in it (fen), and ten years newest first; accounts without a year left out."""
    found = []
    for insurance in _ACCOUNTS:
        number = AAE140[insurance.value]
        years = statement(
            person.pk, number, insurance_name=insurance.value, area=person.area_id, start_year=today.year - 9, end_year=today.year
        )
        if years:
            found.append((insurance_label(number), balance_of(person.pk, number), list(reversed(years))))
    return found
