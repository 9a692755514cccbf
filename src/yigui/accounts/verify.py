"""Verification of personal accounts: every yearly closing follows from the one before and the year's entries, and stands there once."""

from collections.abc import Iterator

from django.db import connections

from yigui.common.sqlfiles import named_sql
from yigui.registry.enums import insurance_label

_STATEMENTS = named_sql("accounts", "verify")


def account_faults(using: str) -> Iterator[str]:
    """A sentence for every account whose yearly closing does not follow from its entries, or that has two of a year."""
    with connections[using].cursor() as cursor:
        cursor.execute(_STATEMENTS["twice"])
        for person_id, insurance, year, batches in cursor.fetchall():
            by = "、".join(f"第 {number} 号" for number in batches)
            yield f"accounts_year（个人 id={person_id}，{insurance_label(insurance)}，{year} 年）：同一年度计息、结转了两次（{by}批次）。"
        cursor.execute(_STATEMENTS["years"])
        for person_id, insurance, year in cursor.fetchall():
            yield f"accounts_year（个人 id={person_id}，{insurance_label(insurance)}，{year} 年）：结转与账页不符。"
