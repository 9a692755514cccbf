"""Statements of a person's accounts (权益记录单), put together for a page."""

import datetime as dt
from dataclasses import dataclass

from yigui.accounts.queries import YearStatement, statement
from yigui.payment.queries import AccountLeft, account_left
from yigui.registry.enums import AAE140, Insurance, insurance_label
from yigui.registry.models import Person

_ACCOUNTS = (Insurance.EMPLOYEE_PENSION, Insurance.EMPLOYEE_MEDICAL, Insurance.RESIDENT_PENSION)
YEARS = 10


@dataclass(frozen=True)
class AccountStatement:
    """An account: its name, what stands in it and what a pension left of it, its last years newest first."""

    label: str
    money: AccountLeft
    years: list[YearStatement]


def statements_of(person: Person, today: dt.date) -> list[AccountStatement]:
    """The person's accounts with their last ten years; accounts without a year left out."""
    found = []
    for insurance in _ACCOUNTS:
        number = AAE140[insurance.value]
        years = statement(
            person.pk, number, insurance_name=insurance.value, area=person.area_id, start_year=today.year - YEARS + 1, end_year=today.year
        )  # fmt: skip
        if years:
            found.append(AccountStatement(insurance_label(number), account_left(person, insurance.value), list(reversed(years))))
    return found
