"""No warrant, no write: proved with raw SQL as the application's own role."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from tests import city
from tests.staff.test_rights import applied, granted
from yigui.casework.models import Case, Step
from yigui.common.rooms import Kind, tables
from yigui.registry.models import Person
from yigui.warrants.bulk_seals import protected_tables
from yigui.warrants.models import Change, Warrant
from yigui.warrants.set_seals import set_tables

#: Every protected table of every room.
PROTECTED = sorted(name for name, table in tables().items() if table.kind is Kind.PROTECTED)
#: What a column of a sample row holds, by its type.
_SAMPLES = {
    "int2": 1, "int4": 1, "int8": 1, "numeric": 1, "bool": False, "text": "1", "varchar": "1", "bpchar": "1", "date": "2026-11-10",
    "timestamptz": "2026-11-10T10:00+08:00", "jsonb": "{}", "_text": "{}", "_varchar": "{}", "_int8": "{}", "_int4": "{}",
}  # fmt: skip


def sqlstate(error: pytest.ExceptionInfo[DatabaseError]) -> str:
    return str(error.value.__cause__.sqlstate)  # type: ignore[union-attr]


def refused(sql: str, parameters: list[Any] | None = None) -> str:
    """Run SQL as the application and give the code it was refused with."""
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
    return sqlstate(error)


def test_the_application_works_under_its_own_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("yigui_app", False, False)


def quoted(name: str) -> str:
    return f'"{name}"'


def first_column(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1", [table])
        return str(cursor.fetchone()[0])


def has_a_row(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table})")
        return bool(cursor.fetchone()[0])


def sample_row(table: str) -> None:
    """A row that no warrant has written, put where the generated city has none; past the guards, by a superuser."""
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute(
            "SELECT attname, typname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid "
            "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attnotnull AND NOT atthasdef AND attidentity = ''",
            [table],
        )
        values = {name: _SAMPLES[kind] for name, kind in cursor.fetchall()}
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(map(quoted, values))}) VALUES ({', '.join(['%s'] * len(values))})",
            list(values.values()),
        )


def test_every_protected_model_is_declared_so() -> None:
    assert set(protected_tables()) | set(set_tables()) <= set(PROTECTED)
    assert len(PROTECTED) > 35


@pytest.mark.parametrize("table", PROTECTED)
def test_update_without_a_warrant_is_refused(table: str) -> None:
    if "UPDATE" not in tables()[table].granted:
        column = first_column(table)
        assert refused(f"UPDATE {table} SET {column} = {column}") == "42501"
        return
    if not has_a_row(table):
        sample_row(table)
    assert refused(f"UPDATE {table} SET id = id WHERE id = (SELECT min(id) FROM {table})") in ("YG001", "YG003")


@pytest.mark.parametrize("table", PROTECTED)
def test_insert_without_a_warrant_is_refused(table: str) -> None:
    # The guards stand before whatever else the table asks of a row.
    expected = "YG001" if "INSERT" in tables()[table].granted else "42501"
    assert refused(f"INSERT INTO {table} DEFAULT VALUES") == expected


@pytest.mark.parametrize("table", PROTECTED)
def test_delete_and_truncate_are_refused(table: str) -> None:
    assert refused(f"DELETE FROM {table}") == "42501"
    assert refused(f"TRUNCATE {table}") == "42501"


@pytest.mark.parametrize("table", PROTECTED)
def test_the_owner_is_bound_by_the_guards_too(table: str) -> None:
    with pytest.raises(DatabaseError) as error, transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")
    assert sqlstate(error) == "YG003"


def test_a_session_variable_cannot_switch_the_guards_off() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = 'registry_person'::regclass AND NOT tgisinternal")
        names = ",".join(row[0] for row in cursor.fetchall())
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL pgtrigger.ignore = '{{{names}}}'")
        cursor.execute("UPDATE registry_person SET mobile = '1' WHERE id = 1")
    assert sqlstate(error) == "YG001"


def test_the_application_cannot_switch_triggers_off() -> None:
    assert refused("SET LOCAL session_replication_role = replica") == "42501"
    assert refused("ALTER TABLE registry_person DISABLE TRIGGER USER") == "42501"
    assert (
        refused(
            "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name) RETURNS boolean LANGUAGE sql AS 'SELECT true'"
        )
        == "42501"
    )


@pytest.mark.parametrize("table", ["warrants_warrant", "warrants_signature", "warrants_change"])
def test_warrants_and_history_cannot_be_written_by_hand(table: str) -> None:
    for statement in (f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1", f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
        assert refused(statement) == "42501"


def never_changed() -> list[str]:
    """Tables whose rows nobody may change: history, and protected rows that are only appended to."""
    kept = [(name, t) for name, t in tables().items() if t.kind in (Kind.PROTECTED, Kind.APPEND_ONLY)]
    return sorted({name for name, t in kept if "UPDATE" not in t.granted} | {"benefits_back_due"})


@pytest.mark.parametrize("table", never_changed())
def test_finished_history_is_append_only(table: str) -> None:
    column = first_column(table)
    assert refused(f"UPDATE {table} SET {column} = {column}") == "42501"
    assert refused(f"DELETE FROM {table}") == "42501"
    with pytest.raises(DatabaseError) as error, transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")
    assert sqlstate(error) == "YG003"


def test_the_issuing_function_of_the_lowest_floor_is_out_of_reach() -> None:
    sql = "SELECT warrants_issue_v1('case', 1, 'x', '', 1::smallint, '', NULL, ARRAY['accept'], ARRAY[1::bigint], ARRAY[now()])"
    assert refused(sql) == "42501"


def test_a_warrant_is_open_only_in_the_transaction_that_issued_it() -> None:
    case = city.accept_class3()
    warrant = Warrant.objects.get(kind="case", subject_id=case.pk)
    assert case.person is not None
    assert refused("UPDATE registry_person SET mobile = '2' WHERE id = %s", [case.person.pk]) == "YG001"
    assert refused("SELECT casework_issue_warrant_v1(%s)", [case.pk]) == "YG005"
    assert Warrant.objects.filter(kind="case", subject_id=case.pk).get() == warrant


def test_every_row_bears_the_warrant_that_wrote_it_and_raw_sql_is_in_the_history() -> None:
    case = city.accept_class3()
    warrant = Warrant.objects.get(kind="case", subject_id=case.pk)
    assert case.person is not None
    assert Person.objects.get(pk=case.person.pk).warrant_id == warrant.pk
    change = Change.objects.get(warrant=warrant)
    assert (change.table_name, change.row_id, change.kind) == ("registry_person", case.person.pk, "U")
    assert change.before["mobile"] != change.after["mobile"] == "13912340000"


def elsewhere() -> str:
    """A reviewer in a county's hall whose right is for the whole city."""

    def make() -> str:
        user = city.new_user("reviewer", username="elsewhere", agency="51118101")
        granted(applied(user, steps=("review",), item_groups=["*"]))
        return str(user.username)

    return city.of_city("elsewhere", make)


def class2_with_signers(*usernames: str) -> Case:
    """A class-2 case whose checks were signed by writing the steps directly, by the owner: the application may not even try."""
    case = city.accept_class2()
    steps = list(Step.objects.filter(case=case).order_by("seq"))
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for step, name in zip(steps[1:], usernames, strict=True):
            cursor.execute("UPDATE casework_step SET state = 'ready' WHERE id = %s AND state = 'waiting'", [step.pk])
            cursor.execute(
                "UPDATE casework_step SET state = 'passed', decided_by_id = %s, decided_at = now(), decided_on = '2026-11-10' WHERE id = %s",
                [city.user(name).pk, step.pk],
            )
        cursor.execute("UPDATE casework_case SET status = 'approved' WHERE id = %s", [case.pk])
    return case


def test_one_person_in_two_steps_is_refused_by_the_database() -> None:
    with pytest.raises(DatabaseError) as error:
        class2_with_signers("reviewer", "reviewer")
    assert sqlstate(error) == "YG004"
    with pytest.raises(DatabaseError) as error:
        class2_with_signers("teller", "rechecker")
    assert sqlstate(error) == "YG004"


@pytest.mark.parametrize(
    ("signers", "why"),
    [
        (("auditor", "rechecker"), "authority"),
        (("reviewer-511181", "rechecker"), "authority"),
        (("elsewhere", "rechecker"), "floor"),
        (("reviewer", "trainee"), "trainee"),
    ],
)
def test_a_step_is_not_signed_by_who_may_not_take_it(signers: tuple[str, ...], why: str) -> None:
    if "elsewhere" in signers:
        elsewhere()
    with pytest.raises(DatabaseError) as error:
        class2_with_signers(*signers)
    assert sqlstate(error) == "YG004"
    assert error.value.__cause__.diag.message_detail == why  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("signers", "words"),
    [
        (("auditor", "rechecker"), "没有该业务环节的操作权限"),
        (("reviewer-511181", "rechecker"), "没有该业务环节的操作权限"),
        (("elsewhere", "rechecker"), "受理大厅的工作人员"),
        (("reviewer", "trainee-rechecker"), "见习人员"),
        (("reviewer", "reviewer"), "不能由同一人办理"),
        (("reviewer", "limited"), "授权上限"),
    ],
)
def test_signatures_written_past_the_guard_get_no_warrant(signers: tuple[str, ...], words: str) -> None:
    case = city.accept_class2()
    city.past_the_guards(case, amount_fen=800_000)
    if "elsewhere" in signers:
        elsewhere()
    for name, more, limit in (("trainee-rechecker", {"is_trainee": True}, None), ("limited", {}, 500_000)):
        if name in signers:
            user = city.new_user("rechecker", username=name, **more)
            granted(applied(user, steps=("recheck",), item_groups=["*"], amount_fen_max=limit))
    steps = list(Step.objects.filter(case=case).order_by("seq"))[1:]
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for step, name in zip(steps, signers, strict=True):
            cursor.execute(
                "UPDATE casework_step SET state = 'passed', decided_by_id = %s, decided_at = now(), decided_on = '2026-11-10' "
                "WHERE id = %s",
                [city.user(name).pk, step.pk],
            )
        cursor.execute("UPDATE casework_case SET status = 'approved' WHERE id = %s", [case.pk])
    with pytest.raises(DatabaseError, match=words) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT casework_issue_warrant_v1(%s)", [case.pk])
    assert sqlstate(error) == "YG004"


@pytest.mark.parametrize("state", ["passed", "returned"])
def test_a_step_is_not_written_as_decided(state: str) -> None:
    case = city.accept_class2()
    sql = (
        "INSERT INTO casework_step (case_id, round, seq, code, site, state, item_code, area_code, agency_id, reason, opinion, decided_by_id) "
        "SELECT case_id, round, 9, 'recheck', site, %s, item_code, area_code, agency_id, '', '', %s FROM casework_step "
        "WHERE case_id = %s AND seq = 2"
    )
    parameters = [state, city.user("rechecker").pk, case.pk]
    assert refused(sql, parameters) == "42501"
    with pytest.raises(DatabaseError) as error, transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(sql, parameters)
    assert sqlstate(error) == "YG006"


def test_a_route_with_a_step_missing_gets_no_warrant() -> None:
    case = city.accept_class2()
    assert refused("UPDATE casework_case SET status = 'approved' WHERE id = %s", [case.pk]) == "YG006"
    city.past_the_guards(case, status="approved")
    assert refused("SELECT casework_issue_warrant_v1(%s)", [case.pk]) == "YG005"


def test_a_case_cannot_be_lowered_below_the_catalogue() -> None:
    case = city.accept_class1()
    assert refused("UPDATE casework_case SET risk_class = 3 WHERE id = %s", [case.pk]) == "YG006"


def test_a_case_cannot_be_finished_without_its_warrant_nor_changed_afterwards() -> None:
    case = city.accept_class2()
    city.past_the_guards(case, status="approved")
    assert refused("UPDATE casework_case SET status = 'finished' WHERE id = %s", [case.pk]) == "YG001"
    done = city.accept_class3()
    assert refused("UPDATE casework_case SET subject_name = '别人' WHERE id = %s", [done.pk]) == "YG003"
    assert refused("UPDATE casework_step SET opinion = '改' WHERE case_id = %s", [done.pk]) == "42501"
    assert refused("DELETE FROM casework_case WHERE id = %s", [done.pk]) == "42501"


def test_a_class_3_warrant_cannot_touch_key_information(monkeypatch: pytest.MonkeyPatch) -> None:
    from yigui.items.change.person_basic_info_change import PersonBasicInfoChange
    from yigui.registry.persons import change_person

    def reach_for_the_birth_date(self: Any, facts: Any, case: Any) -> Any:
        change_person(person=facts.person, values={"born_on": "1950-01-01"})

    monkeypatch.setattr(PersonBasicInfoChange, "apply", reach_for_the_birth_date)
    case = city.accept_class3()
    assert case.status == "approved"
    assert "需要 1 类办件的授权凭据" in case.effect_error
    assert case.person is not None
    assert str(Person.objects.get(pk=case.person.pk).born_on) != "1950-01-01"
    assert not Warrant.objects.filter(kind="case", subject_id=case.pk).exists()


def test_authority_cannot_be_granted_by_raw_sql() -> None:
    sql = (
        "INSERT INTO staff_authority (user_id, step, item_group, area_code, valid_from, valid_to) "
        "VALUES (%s, 'approve', '*', '*', '2026-01-01', '2027-01-01')"
    )
    assert refused(sql, [city.user("teller").pk]) == "42501"
