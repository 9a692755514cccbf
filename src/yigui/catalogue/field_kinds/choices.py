"""Kinds that are chosen from a list: one code, several, a division of the city, yes or no."""

import re
from typing import Any, ClassVar

from django import forms

from yigui.catalogue.field_kinds.base import FieldKind, Question
from yigui.catalogue.form_fields import YesField
from yigui.common.cache import kept_for
from yigui.common.normalise import plain_text
from yigui.registry.models import Area

_SEPARATORS = "、，,;；"
#: Choices that a sentence names; of more it says that there is a list.
_NAMED_MAX = 12


def _no_such(question: Question) -> str:
    """What is said of a word that is none of the choices: a list that was typed elsewhere shows none, so few are named."""
    words = list(question.options.values())
    may_be = f"可填：{'、'.join(words)}" if len(words) <= _NAMED_MAX else "请从列表中选择"
    return f"{question.label}没有“%(value)s”这个选项，{may_be.replace('%', '%%')}。"


class EnumKind(FieldKind):
    """One of a code list; free text where the list is kept elsewhere and is not declared here."""

    is_open = True

    def form_field(self, question: Question) -> forms.Field:
        if not question.options:
            return super().form_field(question)
        wrong = _no_such(question)
        choices = [("", "请选择"), *question.options.items()]
        return forms.ChoiceField(choices=choices, **self._common(question, invalid_choice=wrong))

    def words(self, question: Question, stored: Any) -> str:
        return question.labels.get(stored, str(stored))

    def schema(self, question: Question) -> dict[str, Any]:
        return {"type": "string"} | ({"enum": list(question.options)} if question.options else {})

    def from_cell(self, question: Question, text: str) -> Any:
        plain = plain_text(text)
        return plain if plain in question.options else _code_of(question, plain)


class EnumListKind(FieldKind):
    """Several of a code list."""

    is_open = True
    value_type = list
    empty: ClassVar[list[str]] = []
    takes_list = True
    is_box = True

    def form_field(self, question: Question) -> forms.Field:
        wrong = _no_such(question)
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
    """The code of a label, also as 男性 is written for 男 and 汉 for 汉族; what was written where no label is so."""
    plain = plain_text(words)
    known = {label: code for code, label in reversed(list(question.options.items()))}
    return next((known[word] for word in (plain, plain.removesuffix("性"), f"{plain}族") if word in known), plain)


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


class BoolKind(FieldKind):
    """Yes or no; not ticked is no."""

    is_open = True
    value_type = bool
    empty = False
    is_box = True
    hint = "是 或 否"

    def form_field(self, question: Question) -> forms.Field:
        return YesField(**{**self._common(question), "required": False})

    def typed(self, stored: Any) -> Any:
        return bool(stored)

    def words(self, question: Question, stored: Any) -> str:
        return "是" if stored else "否"

    def schema(self, question: Question) -> dict[str, Any]:
        return {"type": "boolean"}

    def from_cell(self, question: Question, text: str) -> Any:
        return text.strip()
