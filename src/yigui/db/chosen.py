"""The row somebody chose: a number that came in a form or an address, looked up among the rows they may choose from."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from yigui.common.texts import int_or_none

Row = TypeVar("Row", bound=Model)


def chosen_row(rows: QuerySet[Row], number: str) -> Row | None:
    """The one of the rows with this number; None where it is none of them, or no number at all."""
    key = int_or_none(number)
    return None if key is None else rows.filter(pk=key).first()
