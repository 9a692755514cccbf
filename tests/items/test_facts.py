"""Facts are typed: an item has the facts its checks ask for, and an unknown name is an error."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from typing import Any, get_type_hints

import pytest

from tests import city
from yigui.casework.handlers import handler_of, open_codes
from yigui.catalogue.declarations import Field, Item, declared
from yigui.catalogue.field_kinds import Question, kind_of
from yigui.catalogue.forms import question_of
from yigui.common.errors import YiguiError
from yigui.items.common.checks import COMMON_CHECKS, CheckMissing, check_function
from yigui.items.common.facts import Facts, UnknownField

#: Every version: a case keeps the one it was accepted under.
OPEN = [item for code in sorted(open_codes()) for item in declared().versions[code]]


def checks_of(item: Item) -> list[str]:
    return list(dict.fromkeys([*COMMON_CHECKS, *(c.id for c in item.checks)]))


def names_in(source: str) -> Iterator[tuple[str, int]]:
    """Fields that some code takes for granted, with the line: `facts["name"]`, `facts.needed("name")`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Subscript):
            of, named = node.value, node.slice
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "needed":
            of, named = node.func.value, node.args[0]
        else:
            continue
        if isinstance(of, ast.Name) and of.id == "facts":
            assert isinstance(named, ast.Constant)
            yield str(named.value), node.lineno


def names_read(function: Any) -> set[str]:
    return {name for name, _ in names_in(textwrap.dedent(inspect.getsource(function)))}


@pytest.mark.parametrize("item", OPEN, ids=lambda i: f"{i.code} {i.valid_from}")
def test_an_item_has_the_facts_and_the_fields_its_checks_ask_for(item: Item) -> None:
    handler: Any = handler_of(item)
    fields = {f.name for f in item.fields}
    for check_id in checks_of(item):
        function = check_function(check_id, item.code)
        wanted = get_type_hints(function)["facts"]
        assert issubclass(handler.facts_class, wanted), (
            f"{item.code} works with {handler.facts_class}, {check_id} asks for {wanted}"
        )
        assert names_read(function) <= fields, (item.code, check_id)


@pytest.mark.parametrize("item", OPEN, ids=lambda i: f"{i.code} {i.valid_from}")
def test_an_item_reads_no_field_it_does_not_have(item: Item) -> None:
    module = inspect.getmodule(type(handler_of(item)))
    assert module is not None
    fields = {f.name for f in item.fields}
    for name, line in names_in(inspect.getsource(module)):
        assert name in fields, f"{item.code} line {line}: {name}"


def facts_of(code: str) -> Facts:
    item = declared().versions[code][-1]
    return Facts(item=item, values={"case_no": ""}, application=city.application(code, {}))


def test_a_misspelt_name_is_an_error_and_an_absent_field_is_none_only_where_asked_so() -> None:
    facts = facts_of("ENQ-006")
    assert facts["case_no"] == ""
    assert facts["id_number"] is None
    with pytest.raises(UnknownField, match="ENQ-006 has no field 'qestion'"):
        facts["qestion"]
    with pytest.raises(UnknownField, match="retire_date"):
        facts["retire_date"]
    assert facts.get("retire_date") is None
    with pytest.raises(UnknownField, match="no item has a field 'retire_dat'"):
        facts.get("retire_dat")


def test_a_field_one_cannot_do_without_is_asked_for_in_words() -> None:
    item = declared().versions["PEN-007"][-1]
    facts = Facts(item=item, values={"start_month": None, "change_reason": "01"}, application=city.application("PEN-007", {}))
    assert facts["start_month"] is None
    with pytest.raises(YiguiError, match="请填写") as asked:
        facts.needed("start_month")
    assert asked.value.data["field"] == "start_month"
    assert facts.needed("change_reason") == "01"
    with pytest.raises(UnknownField, match="PEN-007 has no field 'retire_date'"):
        facts.needed("retire_date")


@pytest.mark.parametrize("item", [v[-1] for _, v in sorted(declared().versions.items())], ids=lambda i: i.code)
def test_what_was_typed_has_the_type_that_its_name_promises(item: Item) -> None:
    """The literals of `field_names` are true of what forms clean: what is there has the type, what was left empty is what its kind says."""
    for field in item.input_fields:
        kind, asked = kind_of(field), question_of(item, field, item.valid_from)
        empty = kind.form_field(Question(replace_required(field), asked.options, asked.labels)).clean(None)
        assert empty == kind.empty, (item.code, field.name)
        assert empty is None or type(empty) is kind.value_type, (item.code, field.name)


def replace_required(field: Field) -> Field:
    return field.model_copy(update={"required": False})


def test_a_check_that_nobody_has_written_is_named_with_its_item() -> None:
    with pytest.raises(CheckMissing, match="no function for check case_fund of ENQ-006; write it"):
        check_function("case_fund", "ENQ-006")


def test_an_item_may_have_its_own_function_for_a_shared_check() -> None:
    assert check_function("query_right", "ENQ-006") is not check_function("query_right", "ENQ-003")
    assert check_function("query_right", "ENQ-001") is check_function("query_right", "ENQ-003")


def test_what_one_item_alone_names_stands_beside_it() -> None:
    known = [i for versions in declared().versions.values() for i in versions[-1:]]
    for item in (i for i in OPEN if i in known):
        for check in item.checks:
            if sum(check.id in {c.id for c in other.checks} for other in known) == 1 and check.id not in COMMON_CHECKS:
                module = check_function(check.id, item.code).__module__
                assert module == f"yigui.items.{item.group}.{item.slug}", (item.code, check.id, module)
