"""Functions and guards in the database are compared with those this program brings: what was replaced, dropped or switched off is named."""

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
