"""Kinds of text: several lines, and numbers and addresses of people, banks and telephones."""

from django import forms

from yigui.catalogue.field_kinds.base import FieldKind, Question
from yigui.catalogue.form_fields import BankAccountField, CreditCodeField, EmailField, IdNumberField, LinesField, PhoneField
from yigui.common.identifiers import mask_number, mask_phone

NOTE_MAX = 1000


class TextKind(FieldKind):
    """Several lines."""

    def form_field(self, question: Question) -> forms.Field:
        return LinesField(max_length=NOTE_MAX, widget=forms.Textarea(attrs={"rows": 2}), **self._common(question))


class IdNumberKind(FieldKind):
    form_class = IdNumberField

    def masked(self, text: str) -> str:
        return mask_number(text)


class CreditCodeKind(FieldKind):
    is_open = True
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
        return EmailField(max_length=100, **self._common(question, invalid="电子邮箱格式不正确，例如 name@example.cn。"))
