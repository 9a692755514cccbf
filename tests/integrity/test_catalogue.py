"""Functions and guards in the database are compared with those this program brings: what was replaced, dropped or switched off is named."""

import re
from collections.abc import Callable

import pytest

from tests.integrity.test_every_row_and_column import ask, undone
from yigui.integrity.catalogue import brought, catalogue_faults

PERSON_GUARDS = sorted(name for table, name in brought()[1] if table == "registry_person")
#: A guard whose function is made with it and has its name.
OWN_FUNCTION = next(name for name in PERSON_GUARDS if name in brought()[0])


def test_silent_on_a_good_database() -> None:
    assert list(catalogue_faults("default")) == []
    bodies, guards = brought()
    assert len(bodies) > 300
    assert len(guards) > 150


@pytest.mark.parametrize("name", ["warrants_stamp_v1", "integrity_faults_v1", "identity_confirm_v1", OWN_FUNCTION])
def test_a_function_that_was_replaced_is_named(name: str) -> None:
    with undone():
        (definition,) = ask("SELECT pg_get_functiondef(p.oid) FROM pg_proc p WHERE proname = %s", name)[0]
        ask(definition.replace("BEGIN", "BEGIN PERFORM 1;", 1))
        assert list(catalogue_faults("super")) == [f"函数 {name}：内容与本程序的不符。"]


def _space_in_a_literal(text: str) -> str:
    return text.replace("'yigui_app'", "'yigui_app '", 1)


def _line_less_after_a_comment(text: str) -> str:
    return re.sub(r"(\n +--[^\n]*)\n +", r"\1 ", text, count=1)


def _statement_into_a_comment(text: str) -> str:
    begin = text.index("-- What was signed has been compared")
    end = text.index("-- The opening load", begin)
    return f"{text[:begin]}{' '.join(text[begin:end].split())}\n    {text[end:]}"


def _letters_of_a_literal(text: str) -> str:
    return re.sub(r"= '([a-z_]+)'", lambda found: f"= '{found[1].upper()}'", text, count=1)


def _space_in_the_message(text: str) -> str:
    return re.sub(r"(\n *BEGIN\b.*?)'([^']+)'", r"\1'\2 '", text, count=1, flags=re.S)


def _line_more(text: str) -> str:
    return text.replace("BEGIN", "BEGIN\n", 1)


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("casework_door_v1", _space_in_a_literal),
        ("identity_signed_v1", _space_in_a_literal),
        ("registry_rows_by_hand_v1", _space_in_a_literal),
        ("warrants_by_application_v1", _space_in_a_literal),
        ("warrants_stamp_v1", _statement_into_a_comment),
        ("casework_case_guard_v1", _line_less_after_a_comment),
        ("casework_decide_v1", _letters_of_a_literal),
        (OWN_FUNCTION, _space_in_the_message),
        (OWN_FUNCTION, _line_more),
    ],
)
def test_one_character_of_a_body_is_named(name: str, changed: Callable[[str], str]) -> None:
    """White space and letters count: within a literal they are another rule, and a comment swallows what no line parts from it."""
    with undone():
        (definition,) = ask("SELECT pg_get_functiondef(p.oid) FROM pg_proc p WHERE proname = %s", name)[0]
        other = changed(definition)
        assert other != definition
        ask(other)
        assert list(catalogue_faults("super")) == [f"函数 {name}：内容与本程序的不符。"]


@pytest.mark.parametrize("name", PERSON_GUARDS)
def test_a_guard_that_is_off_or_away_or_calls_another_function_is_named(name: str) -> None:
    with undone():
        ask(f"ALTER TABLE registry_person DISABLE TRIGGER {name}")
        assert list(catalogue_faults("super")) == [f"registry_person：触发器 {name} 被停用。"]
        ask(f"DROP TRIGGER {name} ON registry_person")
        assert list(catalogue_faults("super")) == [f"registry_person：触发器 {name} 不存在。"]
        ask("CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")
        ask(f"CREATE TRIGGER {name} AFTER INSERT ON registry_person FOR EACH STATEMENT EXECUTE FUNCTION nothing()")
        assert [fault for fault in catalogue_faults("super") if "调用的不是" in fault]


def test_all_triggers_of_a_table_switched_off_are_named_with_those_of_its_foreign_keys() -> None:
    with undone():
        ask("ALTER TABLE staff_authority DISABLE TRIGGER ALL")
        faults = list(catalogue_faults("super"))
    assert all(fault.startswith("staff_authority：触发器 ") and fault.endswith(" 被停用。") for fault in faults)
    assert any("RI_ConstraintTrigger" in fault for fault in faults)
