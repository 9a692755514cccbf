"""Verification of personal accounts: every yearly closing follows from the one before and the year's entries."""

from collections.abc import Iterator

from django.db import connections

from yigui.common.sqlfiles import named_sql
from yigui.registry.enums import insurance_label

_YEARS = named_sql("accounts", "verify")["years"]


def account_faults(using: str) -> Iterator[str]:
    """A sentence for every account whose yearly closing does not follow from its entries."""
    with connections[using].cursor() as cursor:
        cursor.execute(_YEARS)
        for person_id, insurance, year in cursor.fetchall():
            yield f"accounts_year（个人 id={person_id}，{insurance_label(insurance)}，{year} 年）：结转与账页不符。"
