"""The table of a list (名单): the columns of an item, the workbook to fill in, how a file is read, and the rows that came back as a workbook."""

import datetime as dt
from collections.abc import Mapping, Sequence

from yigui.casework.handlers import Place, handler_of
from yigui.casework.models import ApplicationList
from yigui.catalogue.declarations import Field, Item, catalogue
from yigui.catalogue.field_kinds import PERSON_NAMES, kind_of
from yigui.catalogue.forms import narrowed, question_of
from yigui.catalogue.shapes import FieldType
from yigui.common.tables import Sheet, workbook
from yigui.common.texts import in_one
from yigui.documents.tabular import Column, Kind

#: Set by the door, the same for the whole list.
_BY_DOOR = frozenset({"unit_no", "settle_period", "id_type"})
#: Cells that may be left blank though the form wants them: what the door, the day or the number itself tells.
_MAY_BE_BLANK = frozenset({"insurances", "enrol_date", "change_date", "employment_form", "gender", "birth_date"})
#: What a cell of a field is read as; the others are words.
_READ_AS: Mapping[FieldType, Kind] = {
    FieldType.ID_NUMBER: Kind.ID, FieldType.CREDIT_CODE: Kind.ID, FieldType.BANK_ACCOUNT: Kind.NUMBER, FieldType.PHONE: Kind.NUMBER,
    FieldType.DATE: Kind.DATE, FieldType.MONTH: Kind.MONTH, FieldType.MONEY: Kind.AMOUNT,
}  # fmt: skip
#: Amounts that are averages of a year: what is more than a fen of them is rounded, and said.
_AVERAGES = frozenset({"declared_wage"})


def columns_of(item: Item) -> list[Field]:
    """The columns of an item's list: its inputs less what the door sets."""
    return [f for f in item.input_fields if f.name not in _BY_DOOR and kind_of(f).is_typed]


def template_of(item: Item, place: Place) -> bytes:
    """A workbook to fill in: long numbers keep their digits, the choices that the rule of the place knows are offered, one row is an example
    that is never read as data."""
    offered = handler_of(item).offered(place, {})
    fields = columns_of(item)
    notes: list[Sequence[str]] = [["一行一人，列名不要改动。第一行是示例，不会作为数据读取，可以删除。留空的栏按系统默认值。"]]
    choices: dict[int, Sequence[str]] = {}
    for column, field in enumerate(fields):
        words = list(narrowed(question_of(item, field, place.today), offered.get(field.name)).options.values())
        notes.append(
            [field.label, "必填" if _must(field) else "选填", f"可填：{'、'.join(words)}" if words else kind_of(field).hint]
        )
        if words and not kind_of(field).takes_list:
            choices[column] = words
        elif field.type == FieldType.BOOL:
            choices[column] = ("是", "否")
    labels = [field.label for field in fields]
    example = [_EXAMPLES.get(field.name, next(iter(choices.get(column, ())), "")) for column, field in enumerate(fields)]
    return workbook(
        Sheet(item.name, labels, rows=[example], widths=[22] * len(labels), is_form=True, choices=choices),
        Sheet("填写说明", (), rows=notes, widths=(26, 10, 60)),
    )


#: What the example of a template shows; its number is nobody's.
_EXAMPLES = {
    "id_number": "510000199001010000", "person_name": "示例：张三", "birth_date": "1990-01-01", "mobile": "13800000000", "phone": "13800000000",
    "declared_wage": "5200.00", "enrol_date": "2026-11-10", "change_date": "2026-11-10",
}  # fmt: skip


def _must(field: Field) -> bool:
    """Whether a cell of a list must be filled."""
    return field.required and field.name not in _MAY_BE_BLANK


def returned_of(kept: ApplicationList, today: dt.date) -> bytes:
    """The rows of a list that came back, as they were sent, each with its reason; mended, the workbook can be sent again as it is."""
    item = catalogue().item(kept.item_code, today)
    fields = columns_of(item)
    rows = [
        [*(row.get("cells", {}).get(field.name, "") for field in fields), in_one(row["sentences"])]
        for row in kept.rows
        if row["state"] == "bad" and row["sentences"]
    ]
    labels = [field.label for field in fields]
    return workbook(Sheet("退回的行", [*labels, "退回原因"], rows=rows, widths=[22] * len(labels) + [60], is_form=True))


def asked_of(kept: ApplicationList) -> bytes:
    """What has to be agreed to of every good row of a list, row by row: the page shows the first sentences."""
    rows = [
        [str(row["row_no"]), row["name"], row["number"], text]
        for row in kept.rows
        if row["state"] == "good"
        for text in row.get("reminders", {}).values()
    ]
    return workbook(Sheet("提示名单", ("文件中的行", "姓名", "证件号码", "提示"), rows=rows, widths=(12, 14, 24, 90)))


def table_columns(item: Item) -> list[Column]:
    """The columns of an item's list as the reader of tables looks for them."""
    return [
        Column(
            f.name, tuple(dict.fromkeys((f.label, f.index_code or f.name))), _kind(f), required=_must(f),
            shown=f.label,
        )
        for f in columns_of(item)
    ]  # fmt: skip


def _kind(field: Field) -> Kind:
    if field.name in PERSON_NAMES:
        return Kind.NAME
    if field.name in _AVERAGES:
        return Kind.AVERAGE
    return _READ_AS.get(field.type, Kind.TEXT)
