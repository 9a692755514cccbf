"""Kinds of fields (字段类型): one class each, for form, stored value, words, schema and cell of a workbook.

A value goes round without loss, whichever way: `restore(store(clean(x))) == clean(x)`, and what is shown or typed again cleans
to the same value. Whoever needs to know a kind of field asks it here; nobody else compares types.
"""

from collections.abc import Mapping

from yigui.catalogue.field_kinds.amounts import DecimalKind, IntKind, MoneyKind, YearKind
from yigui.catalogue.field_kinds.base import PERSON_NAMES, FieldKind, Question
from yigui.catalogue.field_kinds.choices import BoolKind, EnumKind, EnumListKind, RegionKind
from yigui.catalogue.field_kinds.days import OLDEST_DAY, DateKind, DateTimeKind, MonthKind
from yigui.catalogue.field_kinds.tables import TableKind
from yigui.catalogue.field_kinds.texts import BankAccountKind, CreditCodeKind, EmailKind, IdNumberKind, PhoneKind, TextKind
from yigui.catalogue.shapes import Field, FieldType
from yigui.common.identifiers import mask_name

__all__ = ["KINDS", "OLDEST_DAY", "PERSON_NAMES", "FieldKind", "Question", "kind_of", "masked_words"]

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


#: LD/T 92: birth; the number and the name of a unit, which are public.
_BORN, _OF_UNITS = "AAC006", frozenset({"AAB001", "AAB004"})


def masked_words(field: Field, text: str) -> str:
    """The words of a value as somebody reads them who needs not see whose they are: by the kind of data, whatever the field is called."""
    if field.index_code in _OF_UNITS:
        return text
    if field.index_code == _BORN:
        return f"{text[:4]}-**-**"
    is_name = field.name in PERSON_NAMES or field.label.endswith(("姓名", "联系人"))
    return mask_name(text) if is_name else kind_of(field).masked(text)
