"""Kinds of time: a day, an instant, a month."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.validators import MinValueValidator
from django.utils import timezone

from yigui.catalogue.field_kinds.base import FieldKind, Question
from yigui.catalogue.form_fields import DayField, MomentField, MonthField
from yigui.common.months import format_period

#: Nobody alive, and nothing a paper of theirs tells, is older.
OLDEST_DAY = dt.date(1900, 1, 1)


class IsoKind(FieldKind):
    """A day or an instant, kept as ISO 8601 writes it."""

    is_open = True
    value_type: ClassVar[type[dt.date]] = dt.date
    empty = None

    def store(self, value: Any) -> Any:
        return value.isoformat() if value else None

    def restore(self, stored: Any) -> Any:
        return self.value_type.fromisoformat(stored) if stored else None


class DateKind(IsoKind):
    hint = "日期，如 2026-11-10"

    def form_field(self, question: Question) -> forms.Field:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        wrong = f"{question.label}不是日期，请按 2026-01-31 的形式填写。"
        early = f"{question.label}过早，不可能属实，请核对后重新录入。"
        field = DayField(widget=widget, **self._common(question, invalid=wrong))
        field.validators.append(MinValueValidator(OLDEST_DAY, early))
        return field

    def schema(self, question: Question) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


class DateTimeKind(IsoKind):
    """An instant; typed and shown in Chinese time, to the minute or the second."""

    value_type = dt.datetime
    hint = "日期和时间，如 2026-11-10 08:30"

    def form_field(self, question: Question) -> forms.Field:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        wrong = f"{question.label}不是日期和时间，请按 2026-01-31 08:30 的形式填写。"
        return MomentField(widget=widget, **self._common(question, invalid=wrong))

    def typed(self, stored: Any) -> Any:
        if not stored:
            return ""
        at = timezone.localtime(self.restore(stored))
        return (
            f"{at:%Y-%m-%d %H:%M:%S.%f}" if at.microsecond else f"{at:%Y-%m-%d %H:%M:%S}" if at.second else f"{at:%Y-%m-%d %H:%M}"
        )

    def schema(self, question: Question) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}


class MonthKind(FieldKind):
    is_open = True
    value_type = int
    empty = None
    hint = "年月，如 2026-11"
    form_class = MonthField

    def typed(self, stored: Any) -> Any:
        return format_period(stored) if stored else ""

    def schema(self, question: Question) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\d{4}-?\d{2}$"}
