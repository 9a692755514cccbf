"""Kinds of numbers: money, whole numbers and years, numbers with decimals."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms

from yigui.catalogue.field_kinds.base import FieldKind, Question
from yigui.catalogue.form_fields import MoneyField, NumberField, WholeField
from yigui.common.money import format_fen


class MoneyKind(FieldKind):
    """An amount: typed in yuan, kept in fen."""

    is_open = True
    value_type = int
    empty = None
    hint = "金额（元），最多两位小数"
    form_class = MoneyField

    def typed(self, stored: Any) -> Any:
        return "" if stored is None else format_fen(stored).replace(",", "")

    def words(self, question: Question, stored: Any) -> str:
        return f"{format_fen(stored)} 元"

    def schema(self, question: Question) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^-?\d{1,13}(\.\d{1,2})?$", "description": "元"}

    def from_cell(self, question: Question, text: str) -> Any:
        return text.strip().removesuffix("元").strip()


class IntKind(FieldKind):
    is_open = True
    value_type = int
    empty = None
    biggest: ClassVar[int] = 10**9

    def form_field(self, question: Question) -> forms.Field:
        return WholeField(min_value=0, max_value=self.biggest, **self._common(question))

    def schema(self, question: Question) -> dict[str, Any]:
        return {"type": "integer"}


class YearKind(IntKind):
    biggest = 9999


class DecimalKind(FieldKind):
    """A number with decimals; kept as text, so that nothing is rounded. Twelve decimals: an index that a sheet prints as an indexed wage
    over a base comes back to the fen."""

    is_open = True
    value_type = Decimal
    empty = None

    def form_field(self, question: Question) -> forms.Field:
        return NumberField(max_digits=20, decimal_places=12, **self._common(question))

    def store(self, value: Any) -> Any:
        return None if value is None else f"{value:f}"

    def restore(self, stored: Any) -> Any:
        return None if stored in (None, "") else Decimal(stored)

    def words(self, question: Question, stored: Any) -> str:
        return f"{Decimal(stored).normalize():f}"

    def schema(self, question: Question) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^-?\d{1,8}(\.\d{1,12})?$"}
