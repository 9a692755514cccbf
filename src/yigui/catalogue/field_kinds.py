"""Kinds of fields (字段类型): one class each, for form, stored value, words, schema and cell of a workbook.

A value goes round without loss, whichever way: `restore(store(clean(x))) == clean(x)`, and what is shown or typed again cleans
to the same value. Whoever needs to know a kind of field asks it here; nobody else compares types.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.validators import MinValueValidator
from django.utils import timezone

from yigui.catalogue.form_fields import (
    BankAccountField,
    CreditCodeField,
    IdNumberField,
    MoneyField,
    MonthField,
    PhoneField,
    TableField,
)
from yigui.catalogue.shapes import Field, FieldType
from yigui.common.cache import kept_for
from yigui.common.identifiers import mask_number, mask_phone
from yigui.common.money import format_fen
from yigui.common.months import format_period
from yigui.registry.models import Area

#: Nobody alive, and nothing a paper of theirs tells, is older.
OLDEST_DAY = dt.date(1900, 1, 1)
TEXT_MAX = 200
NOTE_MAX = 1000
_SEPARATORS = "、，,;；"


@dataclass(frozen=True)
class Question:
    """A field as it is asked on a day: the codes that can be chosen, and the words of all that ever could."""

    field: Field
    options: Mapping[str, str]
    labels: Mapping[str, str]

    @property
    def label(self) -> str:
        return self.field.label


class FieldKind:
    """A line of text; the other kinds differ from it.

    `takes_list`: its raw value is a list. `is_box`: a browser sends nothing for what is not ticked. `is_typed`: it is filled
    in the form, or in a cell of a list. `hint` says how to fill a cell.
    """

    takes_list: ClassVar[bool] = False
    is_box: ClassVar[bool] = False
    is_typed: ClassVar[bool] = True
    hint: ClassVar[str] = ""
    form_class: ClassVar[type[forms.CharField]] = forms.CharField
    #: What a cleaned value is, and what it is where nothing was filled in.
    value_type: ClassVar[type] = str
    empty: ClassVar[Any] = ""

    def form_field(self, question: Question) -> forms.Field:
        """The input of a form."""
        return self.form_class(max_length=TEXT_MAX, strip=True, **self._common(question))

    @staticmethod
    def _common(question: Question, **messages: str) -> dict[str, Any]:
        field = question.field
        return {
            "label": field.label, "required": field.required,
            "error_messages": {"required": f"请填写{field.label}。"} | messages,
        }  # fmt: skip

    def clean(self, question: Question, raw: Any) -> Any:
        """The value of what was typed.

        Raises:
            ValidationError: it cannot be read, or is missing where the field is required; with the sentence.
        """
        return self.form_field(question).clean(raw)

    def store(self, value: Any) -> Any:
        """A value as JSON: dates as ISO text, decimals as text, money in fen, months as YYYYMM."""
        return value

    def restore(self, stored: Any) -> Any:
        """The value again of what `store` kept."""
        return stored

    def typed(self, stored: Any) -> Any:
        """A stored value as somebody would type it."""
        return "" if stored is None else stored

    def show(self, question: Question, stored: Any) -> str:
        """A stored value in words, for pages and documents; "" for none."""
        return "" if stored in (None, "", []) else self.words(question, stored)

    def words(self, question: Question, stored: Any) -> str:
        """A stored value that is there, in words."""
        return str(self.typed(stored))

    def masked(self, text: str) -> str:
        """The words of a value for whoever needs not see a personal number in full."""
        return text

    def schema(self, question: Question) -> dict[str, Any]:
        """JSON Schema of the raw value."""
        return {"type": "string"}

    def from_cell(self, question: Question, text: str) -> Any:
        """The text of a cell as the form would send it."""
        return text.strip()


class TextKind(FieldKind):
    """Several lines."""

    def form_field(self, question: Question) -> forms.Field:
        return forms.CharField(max_length=NOTE_MAX, widget=forms.Textarea(attrs={"rows": 2}), **self._common(question))


class EnumKind(FieldKind):
    """One of a code list; free text where the list is kept elsewhere and is not declared here."""

    def form_field(self, question: Question) -> forms.Field:
        if not question.options:
            return super().form_field(question)
        wrong = f"{question.label}没有“%(value)s”这个选项，请从列表中选择。"
        choices = [("", "请选择"), *question.options.items()]
        return forms.ChoiceField(choices=choices, **self._common(question, invalid_choice=wrong))

    def words(self, question: Question, stored: Any) -> str:
        return question.labels.get(stored, str(stored))

    def schema(self, question: Question) -> dict[str, Any]:
        return {"type": "string"} | ({"enum": list(question.options)} if question.options else {})

    def from_cell(self, question: Question, text: str) -> Any:
        plain = text.strip()
        return plain if plain in question.options else _code_of(question, plain)


class EnumListKind(FieldKind):
    """Several of a code list."""

    value_type = list
    empty: ClassVar[list[str]] = []
    takes_list = True
    is_box = True

    def form_field(self, question: Question) -> forms.Field:
        wrong = f"{question.label}没有“%(value)s”这个选项，请从列表中选择。"
        return forms.MultipleChoiceField(
            choices=list(question.options.items()),
            widget=forms.CheckboxSelectMultiple,
            **self._common(question, invalid_choice=wrong),
        )

    def typed(self, stored: Any) -> Any:
        return stored or []

    def words(self, question: Question, stored: Any) -> str:
        return "、".join(question.labels.get(code, code) for code in stored)

    def schema(self, question: Question) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string", "enum": list(question.options)}}

    def from_cell(self, question: Question, text: str) -> Any:
        """Codes or words between commas; a word may hold a comma itself, so the longest that fits is taken."""
        words = sorted([*question.options, *question.options.values()], key=len, reverse=True)
        end = rf"\s*(?:[{_SEPARATORS}]|$)\s*"
        one = re.compile(
            rf"(?:({'|'.join(map(re.escape, words))})|([^{_SEPARATORS}]+)){end}" if words else rf"()([^{_SEPARATORS}]+){end}"
        )
        found = (known or other.strip() for known, other in one.findall(text.strip()))
        return [word if word in question.options else _code_of(question, word) for word in found if word]


def _code_of(question: Question, words: str) -> str:
    """The code of a label; what was written where no label is so."""
    return next((code for code, label in question.options.items() if label == words), words)


class IdNumberKind(FieldKind):
    form_class = IdNumberField

    def masked(self, text: str) -> str:
        return mask_number(text)


class CreditCodeKind(FieldKind):
    form_class = CreditCodeField


class BankAccountKind(FieldKind):
    form_class = BankAccountField

    def masked(self, text: str) -> str:
        return mask_number(text)


class PhoneKind(FieldKind):
    form_class = PhoneField

    def masked(self, text: str) -> str:
        return mask_phone(text)


class EmailKind(FieldKind):
    def form_field(self, question: Question) -> forms.Field:
        return forms.EmailField(max_length=100, **self._common(question, invalid="电子邮箱格式不正确，例如 name@example.cn。"))


class RegionKind(EnumKind):
    """A division of the city (行政区划): its code; the counties can be chosen, every division has its name."""

    def form_field(self, question: Question) -> forms.Field:
        wrong = "行政区划 %(value)s 不在本统筹区内，请从列表中选择。"
        return forms.ChoiceField(
            choices=lambda: [("", "请选择"), *_counties().items()], **self._common(question, invalid_choice=wrong)
        )

    def words(self, question: Question, stored: Any) -> str:
        return _areas().get(stored, str(stored))

    def schema(self, question: Question) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\d{6}$"}

    def from_cell(self, question: Question, text: str) -> Any:
        plain = text.strip()
        return next((code for code, name in _counties().items() if name == plain), plain)


@kept_for(60)
def _counties() -> dict[str, str]:
    return dict(Area.objects.filter(level="county").order_by("code").values_list("code", "name"))


@kept_for(60)
def _areas() -> dict[str, str]:
    return dict(Area.objects.order_by("code").values_list("code", "name"))


class DateKind(FieldKind):
    value_type = dt.date
    empty = None
    hint = "日期，如 2026-11-10"

    def form_field(self, question: Question) -> forms.Field:
        formats = ["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y年%m月%d日"]
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        wrong = f"{question.label}不是日期，请按 2026-01-31 的形式填写。"
        early = f"{question.label}过早，不可能属实，请核对后重新录入。"
        field = forms.DateField(widget=widget, input_formats=formats, **self._common(question, invalid=wrong))
        field.validators.append(MinValueValidator(OLDEST_DAY, early))
        return field

    def store(self, value: Any) -> Any:
        return value.isoformat() if value else None

    def restore(self, stored: Any) -> Any:
        return dt.date.fromisoformat(stored) if stored else None

    def schema(self, question: Question) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


class DateTimeKind(FieldKind):
    """An instant; typed and shown in Chinese time, to the minute or the second."""

    value_type = dt.datetime
    empty = None
    hint = "日期和时间，如 2026-11-10 08:30"

    def form_field(self, question: Question) -> forms.Field:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        wrong = f"{question.label}不是日期和时间，请按 2026-01-31 08:30 的形式填写。"
        return forms.DateTimeField(widget=widget, **self._common(question, invalid=wrong))

    def store(self, value: Any) -> Any:
        return value.isoformat() if value else None

    def restore(self, stored: Any) -> Any:
        return dt.datetime.fromisoformat(stored) if stored else None

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
    value_type = int
    empty = None
    hint = "年月，如 2026-11"
    form_class = MonthField

    def typed(self, stored: Any) -> Any:
        return format_period(stored) if stored else ""

    def schema(self, question: Question) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\d{4}-?\d{2}$"}


class MoneyKind(FieldKind):
    """An amount: typed in yuan, kept in fen."""

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
    value_type = int
    empty = None
    biggest: ClassVar[int] = 10**9

    def form_field(self, question: Question) -> forms.Field:
        return forms.IntegerField(min_value=0, max_value=self.biggest, **self._common(question))

    def schema(self, question: Question) -> dict[str, Any]:
        return {"type": "integer"}


class YearKind(IntKind):
    biggest = 9999


class DecimalKind(FieldKind):
    """A number with decimals; kept as text, so that nothing is rounded. Twelve decimals: an index that a sheet prints as an indexed wage
    over a base comes back to the fen."""

    value_type = Decimal
    empty = None

    def form_field(self, question: Question) -> forms.Field:
        return forms.DecimalField(max_digits=20, decimal_places=12, **self._common(question))

    def store(self, value: Any) -> Any:
        return None if value is None else f"{value:f}"

    def restore(self, stored: Any) -> Any:
        return None if stored in (None, "") else Decimal(stored)

    def words(self, question: Question, stored: Any) -> str:
        return f"{Decimal(stored).normalize():f}"

    def schema(self, question: Question) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^-?\d{1,8}(\.\d{1,12})?$"}


class BoolKind(FieldKind):
    """Yes or no; not ticked is no."""

    value_type = bool
    empty = False
    is_box = True
    hint = "是 或 否"

    def form_field(self, question: Question) -> forms.Field:
        return forms.BooleanField(**{**self._common(question), "required": False})

    def typed(self, stored: Any) -> Any:
        return bool(stored)

    def words(self, question: Question, stored: Any) -> str:
        return "是" if stored else "否"

    def schema(self, question: Question) -> dict[str, Any]:
        return {"type": "boolean"}

    def from_cell(self, question: Question, text: str) -> Any:
        return text.strip().lower() in ("是", "1", "true", "√")


class TableKind(FieldKind):
    """Rows (明细), each with the columns of `options`; filled by a list of its own, never from a cell."""

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


KINDS: Mapping[FieldType, FieldKind] = {
    FieldType.STRING: FieldKind(), FieldType.TEXT: TextKind(), FieldType.ENUM: EnumKind(), FieldType.ENUM_LIST: EnumListKind(),
    FieldType.ID_NUMBER: IdNumberKind(), FieldType.CREDIT_CODE: CreditCodeKind(), FieldType.BANK_ACCOUNT: BankAccountKind(),
    FieldType.PHONE: PhoneKind(), FieldType.EMAIL: EmailKind(), FieldType.REGION: RegionKind(), FieldType.DATE: DateKind(),
    FieldType.DATETIME: DateTimeKind(), FieldType.MONTH: MonthKind(), FieldType.YEAR: YearKind(), FieldType.MONEY: MoneyKind(),
    FieldType.INT: IntKind(), FieldType.DECIMAL: DecimalKind(), FieldType.BOOL: BoolKind(), FieldType.TABLE: TableKind(),
}  # fmt: skip
# Uploads travel as materials; every other kind has its class.
assert KINDS.keys() == set(FieldType) - {FieldType.FILES}


def kind_of(field: Field) -> FieldKind:
    """The kind of a field of a form."""
    return KINDS[field.type]
