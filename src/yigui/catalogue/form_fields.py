"""Fields of forms that read what people write: money, months, numbers of people and organisations."""

import json
from typing import Any

from django import forms

from yigui.common.identifiers import is_bank_account, is_credit_code, is_phone, widen_citizen_number
from yigui.common.money import parse_yuan
from yigui.common.months import format_period, parse_period
from yigui.common.normalise import (
    plain_code,
    plain_day,
    plain_identity,
    plain_lines,
    plain_name,
    plain_phone,
    plain_text,
    read_day,
    read_yes,
)


class LineField(forms.CharField):
    """A line of words, plain (`common.normalise`)."""

    def to_python(self, value: Any) -> str:
        return plain_text(super().to_python(value) or "")


class LinesField(forms.CharField):
    """Several lines of words, each plain."""

    def to_python(self, value: Any) -> str:
        return plain_lines(super().to_python(value) or "")


class NameField(forms.CharField):
    """The name of a person: blanks out of Chinese names, one dot between parts. Whether it can be one is asked where a person is registered."""

    def to_python(self, value: Any) -> str:
        return plain_name(super().to_python(value) or "")


class EmailField(forms.EmailField):
    def to_python(self, value: Any) -> str:
        return plain_code(super().to_python(value) or "")


class DayField(forms.DateField):
    """A day, in any of the forms of `read_day`."""

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str) or not plain_day(value):
            return None if isinstance(value, str) else super().to_python(value)
        try:
            return read_day(value)
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error


class MomentField(forms.DateTimeField):
    """A day and a time of it."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(plain_day(value).replace("/", "-") if isinstance(value, str) else value)


class WholeField(forms.IntegerField):
    def to_python(self, value: Any) -> Any:
        return super().to_python(plain_code(value) if isinstance(value, str) else value)


class NumberField(forms.DecimalField):
    def to_python(self, value: Any) -> Any:
        return super().to_python(plain_code(value) if isinstance(value, str) else value)


class TickBox(forms.CheckboxInput):
    """A box whose value is kept as it was sent: Django's own takes every word for yes, 否 too."""

    def __init__(self) -> None:
        super().__init__(check_test=_is_ticked)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(name, False)


def _is_ticked(value: Any) -> bool:
    try:
        return read_yes(value) if isinstance(value, str) else bool(value)
    except ValueError:
        return False


class YesField(forms.BooleanField):
    """Yes or no: a box that is ticked, or a word; a word that means neither is refused, not taken for one of them."""

    widget = TickBox

    def to_python(self, value: Any) -> bool:
        try:
            return read_yes(value) if isinstance(value, str) else bool(value)
        except ValueError as error:
            raise forms.ValidationError(f"{self.label}请填“是”或“否”。", code="yes") from error


class MoneyField(forms.CharField):
    """An amount in yuan as text; cleans to fen. `wage_positive` and its like judge the value, this only the writing."""

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_yuan(text)
        except ValueError as error:
            raise forms.ValidationError("请填写金额（元），最多保留两位小数，例如 5200 或 5,200.50。", code="money") from error


class MonthField(forms.CharField):
    """A month as 2024-01 or 202401; cleans to YYYYMM."""

    def clean(self, value: Any) -> int | None:
        text = super().clean(str(value) if isinstance(value, int) else value)
        if not text:
            return None
        try:
            return parse_period(text)
        except ValueError as error:
            raise forms.ValidationError("请填写年月，例如 2026-03。", code="month") from error

    def prepare_value(self, value: Any) -> Any:
        return format_period(value) if isinstance(value, int) else value


class IdNumberField(forms.CharField):
    """An identity number; blanks dropped, letters upper-cased, 15 digits widened to 18."""

    def to_python(self, value: Any) -> str:
        return widen_citizen_number(super().to_python(value) or "")


class CreditCodeField(forms.CharField):
    def to_python(self, value: Any) -> str:
        return plain_identity(super().to_python(value) or "")

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not is_credit_code(value):
            raise forms.ValidationError("统一社会信用代码校验未通过，请核对证照。", code="credit_code")


class PhoneField(forms.CharField):
    def to_python(self, value: Any) -> str:
        return plain_phone(super().to_python(value) or "")

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not is_phone(value):
            raise forms.ValidationError("请填写 11 位手机号码，或带区号的固定电话（如 0833-2101234）。", code="phone")


class BankAccountField(forms.CharField):
    """The number of an account: digits alone, however they were grouped."""

    def to_python(self, value: Any) -> str:
        return plain_code(super().to_python(value) or "").replace("-", "")

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not is_bank_account(value):
            raise forms.ValidationError("银行账号应为 8 至 32 位数字。", code="bank_account")


class TableField(forms.JSONField):
    """Rows of a table as a JSON list of objects."""

    def clean(self, value: Any) -> Any:
        rows = super().clean(json.dumps(value) if isinstance(value, list) else value)
        if rows is not None and (not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows)):
            raise forms.ValidationError("应为若干行的列表。", code="table")
        return rows
