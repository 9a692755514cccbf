"""What every kind of field answers, and the kind that is a line of text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms

from yigui.catalogue.form_fields import LineField, NameField
from yigui.catalogue.shapes import Field

TEXT_MAX = 200
#: Fields that hold the name of one person (those of accounts and contacts may be of units and offices).
PERSON_NAMES = frozenset({"person_name", "agent_name", "guardian_name", "payee_name", "spouse_name", "legal_rep"})


@dataclass(frozen=True)
class Question:
    """A field as it is asked on a day: the codes that can be chosen, and the words of all that ever could."""

    field: Field
    options: Mapping[str, str]
    labels: Mapping[str, str]

    @property
    def label(self) -> str:
        return self.field.label


#: What stands where text is not shown.
HIDDEN = "（领取后可见）"


class FieldKind:
    """A line of text; the other kinds differ from it.

    `takes_list`: its raw value is a list. `is_box`: a browser sends nothing for what is not ticked. `is_typed`: it is filled
    in the form, or in a cell of a list. `hint` says how to fill a cell.
    """

    takes_list: ClassVar[bool] = False
    is_box: ClassVar[bool] = False
    is_typed: ClassVar[bool] = True
    hint: ClassVar[str] = ""
    #: Its words are choices, amounts, days or numbers of units: they name nobody.
    is_open: ClassVar[bool] = False
    form_class: ClassVar[type[forms.CharField]] = LineField
    #: What a cleaned value is, and what it is where nothing was filled in.
    value_type: ClassVar[type] = str
    empty: ClassVar[Any] = ""

    def form_field(self, question: Question) -> forms.Field:
        """The input of a form."""
        form_class = NameField if question.field.name in PERSON_NAMES else self.form_class
        return form_class(max_length=TEXT_MAX, strip=True, **self._common(question))

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
        """The words of a value for whoever needs not see somebody's data in full. A line of text can hold anything, a new name or number too."""
        return text if self.is_open else HIDDEN

    def schema(self, question: Question) -> dict[str, Any]:
        """JSON Schema of the raw value."""
        return {"type": "string"}

    def from_cell(self, question: Question, text: str) -> Any:
        """The text of a cell as the form would send it."""
        return text.strip()
