"""Kinds of fields: every value goes round without loss, whichever way, for every field of every item."""

import datetime as dt
import json
import zoneinfo
from decimal import Decimal
from typing import Any

import pytest
from django.forms import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from yigui.catalogue.declarations import Item, catalogue, declared
from yigui.catalogue.field_kinds import KINDS, Question, kind_of
from yigui.catalogue.forms import form_class, question_of, restored_values, schema_of, shown_values, stored_values, typed_values
from yigui.catalogue.shapes import Field, FieldType
from yigui.common.identifiers import citizen_check_character
from yigui.common.normalise import plain_text
from yigui.registry.models import Area

TODAY = dt.date(2026, 11, 10)
ITEMS = declared().items(TODAY)
QUESTIONS = [(item, question_of(item, field, TODAY)) for item in ITEMS for field in item.input_fields]
CHINA = zoneinfo.ZoneInfo("Asia/Shanghai")

lines = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=60)
months = st.builds(lambda y, m: f"{y}-{m:02d}", st.integers(1949, 2099), st.integers(1, 12))
days = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)).map(dt.date.isoformat)


def _citizen(place: int, born: dt.date, number: int) -> str:
    first = f"{511100 + place}{born:%Y%m%d}{number:03d}"
    return first + citizen_check_character(first)


#: What people write into a field of each kind; the choices of lists are drawn from the field itself.
WRITTEN: dict[FieldType, st.SearchStrategy[Any]] = {
    FieldType.STRING: lines, FieldType.TEXT: lines, FieldType.EMAIL: st.sampled_from(["", "a.b@example.cn"]),
    FieldType.ID_NUMBER: st.builds(_citizen, st.integers(1, 99), st.dates(dt.date(1920, 1, 1), TODAY), st.integers(0, 999)),
    FieldType.CREDIT_CODE: st.just("91350100M000100Y43"), FieldType.PHONE: st.sampled_from(["", "13812345678", "0833-2101234"]),
    FieldType.BANK_ACCOUNT: st.from_regex(r"\A[0-9]{8,32}\Z"), FieldType.DATE: st.one_of(days, days.map(lambda d: d.replace("-", "/"))),
    FieldType.DATETIME: st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2199, 12, 31)).map(lambda d: d.isoformat(" ")),  # noqa: DTZ001
    FieldType.MONTH: st.one_of(months, months.map(lambda m: m.replace("-", ""))), FieldType.YEAR: st.integers(0, 9999).map(str),
    FieldType.MONEY: st.decimals(-(10**12), 10**12, places=2).map(lambda d: f"{d:f}"), FieldType.INT: st.integers(0, 10**9).map(str),
    FieldType.DECIMAL: st.decimals(-(10**7), 10**7, places=6).map(str), FieldType.BOOL: st.booleans(),
    FieldType.TABLE: st.lists(st.dictionaries(st.sampled_from(["id_number", "amount"]), lines, min_size=1), max_size=3),
}  # fmt: skip


def written(question: Question) -> st.SearchStrategy[Any]:
    kind = question.field.type
    if kind == FieldType.REGION:
        return st.sampled_from(list(Area.objects.filter(level="county").values_list("code", flat=True)))
    if kind == FieldType.ENUM:
        return st.sampled_from(list(question.options)) if question.options else lines
    if kind == FieldType.ENUM_LIST:
        return st.lists(st.sampled_from(list(question.options)), unique=True)
    return WRITTEN[kind]


def round_trips(question: Question, raw: Any) -> Any:
    """Clean what was written and take it round every way; gives the value, None where the form refuses it."""
    kind = kind_of(question.field)
    try:
        value = kind.clean(question, raw)
    except ValidationError:
        return None
    stored = json.loads(json.dumps(kind.store(value), ensure_ascii=False))
    assert kind.restore(stored) == value
    assert type(kind.restore(stored)) is type(value)
    assert kind.clean(question, kind.typed(stored)) == value
    assert isinstance(kind.show(question, stored), str)
    if kind.is_typed and stored not in (None, "", []):
        for cell in (
            kind.show(question, stored),
            str(kind.typed(stored)) if not kind.takes_list else "，".join(kind.typed(stored)),
        ):
            assert kind.clean(question, kind.from_cell(question, cell)) == value, cell
    return value


def is_taken(question: Question, raw: Any) -> bool:
    """Whether the form takes what was written, blanks and what nobody sees aside."""
    try:
        kind_of(question.field).clean(question, raw)
    except ValidationError:
        return False
    return not isinstance(raw, str) or bool(plain_text(raw))


def test_every_kind_but_uploads_has_its_class() -> None:
    assert KINDS.keys() == set(FieldType) - {FieldType.FILES}
    assert {q.field.type for _, q in QUESTIONS} == set(KINDS)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_value_goes_round_every_way(kind: FieldType, data: st.DataObject) -> None:
    question = data.draw(st.sampled_from([q for _, q in QUESTIONS if q.field.type == kind]))
    raw = data.draw(written(question))
    value = round_trips(question, raw)
    # Nothing that was written is lost on the way into the form: what it takes is empty only where nothing was written.
    assert value not in (None, "", []) or raw in (None, "", [], False) or not is_taken(question, raw)


@settings(max_examples=3, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("item", ITEMS, ids=lambda i: i.code)
def test_a_whole_form_of_every_item_goes_round(item: Item, data: st.DataObject) -> None:
    raw = {f.name: data.draw(written(question_of(item, f, TODAY)), f.name) for f in item.input_fields}
    for field in item.input_fields:
        round_trips(question_of(item, field, TODAY), raw[field.name])
    bound = form_class(item, TODAY)(raw)
    bound.is_valid()
    cleaned = {f.name: bound.cleaned_data.get(f.name) for f in item.input_fields if f.name in bound.cleaned_data}
    stored = json.loads(json.dumps(stored_values(item, cleaned)))
    assert {k: v for k, v in restored_values(item, stored).items() if k in cleaned} == cleaned
    again = form_class(item, TODAY)(typed_values(item, stored))
    again.is_valid()
    assert {k: again.cleaned_data.get(k) for k in cleaned} == cleaned
    assert all(text for _, text in shown_values(item, stored))
    assert set(schema_of(item, TODAY)["properties"]) == {f.name for f in item.input_fields}


def of_kind(kind: FieldType, name: str = "") -> Question:
    return next(q for _, q in QUESTIONS if q.field.type == kind and q.field.name.startswith(name))


@pytest.mark.parametrize(
    ("kind", "raw", "value", "stored", "shown"),
    [
        (FieldType.MONEY, " 5,200.5 ", 520050, 520050, "5,200.50 元"),
        (FieldType.MONEY, "-0.01", -1, -1, "-0.01 元"),
        (FieldType.MONTH, "2026年3月", 202603, 202603, "2026-03"),
        (FieldType.DECIMAL, "0.80", Decimal("0.80"), "0.80", "0.8"),
        (FieldType.DECIMAL, "1200", Decimal(1200), "1200", "1200"),
        (FieldType.DATE, "2026/02/28", dt.date(2026, 2, 28), "2026-02-28", "2026-02-28"),
        (FieldType.DATETIME, "2026-02-28 08:30", dt.datetime(2026, 2, 28, 8, 30, tzinfo=CHINA), "2026-02-28T08:30:00+08:00", "2026-02-28 08:30"),
        (FieldType.ID_NUMBER, "11010119900307193x", "11010119900307193X", "11010119900307193X", "11010119900307193X"),
        (FieldType.BOOL, "on", True, True, "是"),
        (FieldType.BOOL, None, False, False, "否"),
        (FieldType.TABLE, [{"a": 1}], [{"a": 1}], [{"a": 1}], "1 行"),
    ],
)  # fmt: skip
def test_what_a_kind_makes_of_a_value(kind: FieldType, raw: Any, value: Any, stored: Any, shown: str) -> None:
    question = of_kind(kind)
    assert kind_of(question.field).clean(question, raw) == value
    assert kind_of(question.field).store(value) == stored
    assert kind_of(question.field).show(question, stored) == shown


@pytest.mark.parametrize(
    ("kind", "name", "raw", "words"),
    [
        (FieldType.MONEY, "", "12.345", "请填写金额（元）"), (FieldType.MONTH, "", "2026-13", "请填写年月"),
        (FieldType.DATE, "", "31.12.2026", "不是日期"),
        (FieldType.DATETIME, "", "morning", "不是日期和时间"), (FieldType.ENUM, "gender", "5", "没有“5”这个选项"),
        (FieldType.REGION, "", "990000", "不在本统筹区内"),
        (FieldType.PHONE, "", "12", "11 位手机号码"), (FieldType.BANK_ACCOUNT, "", "12", "8 至 32 位数字"), (FieldType.EMAIL, "", "a@", "电子邮箱格式不正确"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_sentence(kind: FieldType, name: str, raw: str, words: str) -> None:
    question = of_kind(kind, name)
    with pytest.raises(ValidationError, match=words):
        kind_of(question.field).clean(question, raw)


def test_a_cell_may_hold_words_that_hold_commas() -> None:
    field = Field.model_validate(
        {"name": "x", "label": "行业", "type": "enum_list", "required": True, "index_code": None, "options": "industry"},
        context={"enums": {"industry"}},
    )
    options = catalogue().on(TODAY).enums["industry"]
    question = Question(field, options, options)
    assert kind_of(field).from_cell(question, "农、林、牧、渔业， 制造业；A、不存在") == ["A", "C", "A", "不存在"]


def test_a_withdrawn_code_is_still_said_of_an_old_case_but_cannot_be_chosen() -> None:
    question = of_kind(FieldType.ENUM, "gender")
    now = Question(question.field, {k: v for k, v in question.options.items() if k != "9"}, question.labels)
    assert kind_of(question.field).show(now, "9") == "未说明"
    with pytest.raises(ValidationError):
        kind_of(question.field).clean(now, "9")


def test_special_years_and_rates_come_back_as_numbers() -> None:
    """A case that waited for a partner is checked again from what was stored."""
    for code, name in (("PEN-003", "special_years"), ("LVY-012", "new_rate"), ("LVY-012", "cost_ratio")):
        item = catalogue().item(code, TODAY)
        assert restored_values(item, json.loads(json.dumps(stored_values(item, {name: Decimal("9.5")}))))[name] == Decimal("9.5")
