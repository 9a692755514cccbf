"""One Django form per item, built from its declared fields: counter, portal, API and Excel import all bind it."""

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from django import forms

from yigui.catalogue.declarations import Field, Item, catalogue
from yigui.common.identifiers import is_bank_account, is_credit_code, is_phone, widen_citizen_number
from yigui.common.money import parse_yuan
from yigui.common.months import format_period, parse_period
from yigui.registry.models import Area

TEXT_MAX = 200
NOTE_MAX = 1000


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
            raise forms.ValidationError("统一社会信用代码校验未通过,请核对证照。", code="credit_code")


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


def _regions() -> list[tuple[str, str]]:
    """The divisions of the city, as choices; asked for when a form is shown or bound."""
    return [("", "请选择"), *Area.objects.filter(level="county").order_by("code").values_list("code", "name")]


class TableField(forms.JSONField):
    """Rows of a table as a JSON list of objects."""

    def clean(self, value: Any) -> Any:
        rows = super().clean(json.dumps(value) if isinstance(value, list) else value)
        if rows is not None and (not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows)):
            raise forms.ValidationError("应为若干行的列表。", code="table")
        return rows


def options_of(item: Item, field: Field) -> Mapping[str, str]:
    """Code and label of a field's options; of insurances only those the item handles."""
    options = catalogue().enums.get(field.options or "", {})
    if field.options == "insurance":
        return {code: label for code, label in options.items() if code in item.insurances}
    return options


def _field(item: Item, field: Field) -> forms.Field:
    common: dict[str, Any] = {
        "label": field.label, "required": field.required, "error_messages": {"required": f"请填写{field.label}。"},
    }  # fmt: skip
    options = options_of(item, field)
    if field.type == "region":
        common["error_messages"]["invalid_choice"] = "行政区划 %(value)s 不在本统筹区内，请从列表中选择。"
        return forms.ChoiceField(choices=_regions, **common)
    if field.type == "enum" and options:
        common["error_messages"]["invalid_choice"] = f"{field.label}没有“%(value)s”这个选项，请从列表中选择。"
        choices = [("", "请选择"), *options.items()]
        return forms.ChoiceField(choices=choices, **common)
    if field.type == "enum_list":
        common["error_messages"]["invalid_choice"] = f"{field.label}没有“%(value)s”这个选项，请从列表中选择。"
        return forms.MultipleChoiceField(choices=list(options.items()), widget=forms.CheckboxSelectMultiple, **common)
    if field.type == "date":
        common["error_messages"]["invalid"] = f"{field.label}不是日期，请按 2026-01-31 的形式填写。"
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        return forms.DateField(widget=widget, input_formats=["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y年%m月%d日"], **common)
    if field.type == "datetime":
        return forms.DateTimeField(**common)
    if field.type == "text":
        return forms.CharField(max_length=NOTE_MAX, widget=forms.Textarea(attrs={"rows": 2}), **common)
    if field.type == "bool":
        return forms.BooleanField(**{**common, "required": False})
    if field.type in ("int", "year"):
        return forms.IntegerField(min_value=0, max_value=9999 if field.type == "year" else 10**9, **common)
    if field.type == "decimal":
        return forms.DecimalField(max_digits=14, decimal_places=6, **common)
    if field.type == "email":
        common["error_messages"]["invalid"] = "电子邮箱格式不正确，例如 name@example.cn。"
        return forms.EmailField(max_length=100, **common)
    if field.type == "table":
        return TableField(**common)
    kind = {
        "money": MoneyField, "month": MonthField, "id_number": IdNumberField, "credit_code": CreditCodeField,
        "phone": PhoneField, "bank_account": BankAccountField,
    }.get(field.type, forms.CharField)  # fmt: skip
    return kind(max_length=TEXT_MAX, strip=True, **common)


@cache
def form_class(item: Item) -> type[forms.Form]:
    """The form of an item version; its field order is the catalogue's."""
    fields = {field.name: _field(item, field) for field in item.input_fields}
    return type(f"Form_{item.slug}", (forms.Form,), fields)


def stored_values(item: Item, cleaned: dict[str, Any]) -> dict[str, Any]:
    """Cleaned values as JSON: dates as ISO text, money in fen, months as YYYYMM."""

    def plain(value: Any) -> Any:
        if isinstance(value, dt.date):
            return value.isoformat()
        return str(value) if isinstance(value, Decimal) else value

    return {f.name: plain(cleaned.get(f.name)) for f in item.input_fields}


def restored_values(item: Item, stored: dict[str, Any]) -> dict[str, Any]:
    """What `stored_values` kept, as Python values again."""
    values = dict(stored)
    for field in item.input_fields:
        value = values.get(field.name)
        if value and field.type == "date":
            values[field.name] = dt.date.fromisoformat(value)
    return values


def shown_value(field: Field, value: Any) -> str:
    """A stored value in words, for pages and documents."""
    if value is None or value == "" or value == []:
        return ""
    options = catalogue().enums.get(field.options or "", {})
    if field.type == "enum_list":
        return "、".join(options.get(v, v) for v in value)
    if field.type == "enum":
        return options.get(value, str(value))
    if field.type == "money":
        return f"{value / 100:,.2f} 元"
    if field.type == "month":
        return format_period(value)
    if field.type == "bool":
        return "是" if value else "否"
    if field.type == "table":
        return f"{len(value)} 行"
    if field.type == "region":
        return Area.objects.filter(pk=value).values_list("name", flat=True).first() or str(value)
    return str(value)


def schema_of(item: Item) -> dict[str, Any]:
    """JSON Schema of an item's form, for the API's description."""
    kinds: dict[str, dict[str, Any]] = {
        "date": {"type": "string", "format": "date"}, "int": {"type": "integer"}, "year": {"type": "integer"},
        "bool": {"type": "boolean"}, "month": {"type": "string", "pattern": r"^\d{4}-?\d{2}$"},
        "money": {"type": "string", "pattern": r"^-?\d{1,13}(\.\d{1,2})?$", "description": "元"},
        "table": {"type": "array", "items": {"type": "object"}},
    }  # fmt: skip
    properties = {}
    for field in item.input_fields:
        schema = dict(kinds.get(field.type, {"type": "string"}))
        options = options_of(item, field)
        if field.type == "enum_list":
            schema = {"type": "array", "items": {"type": "string", "enum": list(options)}}
        elif options:
            schema["enum"] = list(options)
        properties[field.name] = schema | {"title": field.label}
        if field.index_code:
            properties[field.name]["x-index-code"] = field.index_code
    required = [f.name for f in item.input_fields if f.required and f.type != "bool"]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
