"""Fields of forms that read what people write: money, months, numbers of people and organisations."""

import json
from typing import Any

from django import forms

from yigui.common.identifiers import is_bank_account, is_credit_code, is_phone, widen_citizen_number
from yigui.common.money import parse_yuan
from yigui.common.months import format_period, parse_period


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
        return (super().to_python(value) or "").upper().replace(" ", "")

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not is_credit_code(value):
            raise forms.ValidationError("统一社会信用代码校验未通过，请核对证照。", code="credit_code")


class PhoneField(forms.CharField):
    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not is_phone(value):
            raise forms.ValidationError("请填写 11 位手机号码，或带区号的固定电话（如 0833-2101234）。", code="phone")


class BankAccountField(forms.CharField):
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
