"""The kind that is rows of its own (明细)."""

from typing import Any

from django import forms

from yigui.catalogue.field_kinds.base import FieldKind, Question
from yigui.catalogue.form_fields import TableField


class TableKind(FieldKind):
    """Rows (明细), each with the columns of `options`; filled by a list of its own, never from a cell."""

    is_open = True
    value_type = list
    empty = None
    takes_list = True
    is_typed = False

    def form_field(self, question: Question) -> forms.Field:
        return TableField(**self._common(question))

    def typed(self, stored: Any) -> Any:
        return stored or []

    def words(self, question: Question, stored: Any) -> str:
        return f"{len(stored)} 行"

    def schema(self, question: Question) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "object"}}

    def from_cell(self, question: Question, text: str) -> Any:
        raise TypeError(f"{question.field.name}: rows do not come from a cell")
