"""Ways around the record of rows that a superuser has with its own functions, or with tables beside: each is named."""

import pytest
from django.conf import settings

from tests import city, money
from tests.integrity.test_every_row_and_column import ask, undone
from yigui.common import rooms
from yigui.integrity.recording import record_all, take_in
from yigui.integrity.seal import seal_day
from yigui.integrity.verify import record_faults, record_itself, verify_all
from yigui.runs.models import Batch

PERSON = "registry_person"


@pytest.fixture(scope="module")
def house() -> None:
    """A month levied and in part paid, sealed."""
    city.accept_class3()
    money.levied()
    money.receive(money.row(100_00, AAB001=city.next_employee().employer.unit_no))
    seal_day()


def put_in_past_the_triggers(table: str) -> str:
    """A copy of a row under another number; gives it."""
    names = [name for (name,) in ask(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''", table
    )]  # fmt: skip
    ask("SET LOCAL session_replication_role = replica")
    values = ", ".join("t.id + 98765432" if name == "id" else f't."{name}"' for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    for (unique,) in ask(
        "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = %s::regclass AND indisunique AND NOT indisprimary", table
    ):
        for (constraint,) in ask("SELECT conname FROM pg_constraint WHERE conindid = %s::regclass", unique):
            ask(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}" CASCADE')
        ask(f"DROP INDEX IF EXISTS {unique}")
    ask(f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {values} FROM {table} AS t ORDER BY id LIMIT 1")
    ask("SET LOCAL session_replication_role = origin")
    return str(ask(f"SELECT max(id) FROM {table}")[0][0])


def test_silent_before(house: None) -> None:
    assert list(verify_all()) == []


def test_a_part_under_a_batch_of_a_kind_that_does_not_write_the_table_is_named(house: None) -> None:
    batch = Batch.objects.filter(status="executed", kind="levy").latest("id").pk
    with undone():
        ask(f"CREATE TABLE benefits_payment_{batch} (LIKE benefits_payment INCLUDING ALL)")
        ask(f"ALTER TABLE benefits_payment_{batch} OWNER TO yigui_owner")
        ask(f"ALTER TABLE benefits_payment ATTACH PARTITION benefits_payment_{batch} FOR VALUES IN ({batch})")
        before = list(record_faults("benefits_payment", "super"))
        ask("SELECT integrity_take_parts_v1()")
        assert before == list(record_faults("benefits_payment", "super"))
    assert len(before) == 1
    assert before[0].startswith("benefits_payment ")
    assert before[0].endswith(f"=benefits_payment_{batch}：分区所属批次的种类不写入本表。")


def test_rows_whose_column_vanished_and_came_back_are_named(house: None) -> None:
    with undone():
        ask(f"UPDATE pg_trigger SET tgenabled = 'D' WHERE tgrelid = '{PERSON}'::regclass AND NOT tgisinternal")
        ask(f"UPDATE {PERSON} SET mobile = '13900001111' WHERE id = 1")
        ask(f"UPDATE pg_trigger SET tgenabled = 'O' WHERE tgrelid = '{PERSON}'::regclass AND NOT tgisinternal")
        ask(f"ALTER TABLE {PERSON} RENAME COLUMN mobile TO away")
        ask(f"SELECT integrity_record_v1('{PERSON}', '')")
        ask(f"ALTER TABLE {PERSON} RENAME COLUMN away TO mobile")
        ask(f"SELECT integrity_record_v1('{PERSON}', '')")
        faults = list(record_faults(PERSON, "super"))
    assert faults == [f"{PERSON}：列 {column} 曾被移除，移除前后的记录未能核对。" for column in ("away", "mobile")]


def test_a_column_that_is_added_is_no_fault_and_one_that_a_release_removed_is_declared(
    house: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with undone():
        ask(f"ALTER TABLE {PERSON} ADD COLUMN more integer NOT NULL DEFAULT 7")
        ask(f"SELECT integrity_record_v1('{PERSON}', '')")
        assert list(record_faults(PERSON, "super")) == []
        ask(f"ALTER TABLE {PERSON} DROP COLUMN more")
        ask(f"SELECT integrity_record_v1('{PERSON}', '')")
        assert list(record_faults(PERSON, "super")) == [f"{PERSON}：列 more 曾被移除，移除前后的记录未能核对。"]
        table = rooms.tables()[PERSON]
        declared = {**rooms.tables(), PERSON: rooms.replace(table, removed=("more",))}
        monkeypatch.setattr("yigui.integrity.verify.tables", lambda: declared)
        assert list(record_faults(PERSON, "super")) == []


@pytest.mark.parametrize("load", ["", "OPENING-777777", "genuine"])
def test_a_row_taken_in_later_is_named(load: str, house: None) -> None:
    named = (
        ask("SELECT subject_no FROM warrants_warrant WHERE kind = 'opening' ORDER BY id LIMIT 1")[0][0]
        if load == "genuine"
        else load
    )
    with undone():
        row = put_in_past_the_triggers(PERSON)
        ask("SELECT integrity_take_in_v1(%s, %s)", PERSON, named)
        entry = ask("SELECT id FROM integrity_entry WHERE op = 'O' AND keys = ARRAY[%s]", row)[0][0]
        assert list(record_itself("super")) == [
            f"integrity_entry id={entry}：表 {PERSON} 的记录在首次登记之后补登，不属于已登记的期初装载。"
        ]


def test_a_row_of_another_table_is_not_taken_in_under_the_citys_load(house: None, monkeypatch: pytest.MonkeyPatch) -> None:
    number, run = ask("SELECT subject_no, subject_id FROM warrants_warrant WHERE kind = 'opening' ORDER BY id LIMIT 1")[0]
    with undone():
        put_in_past_the_triggers("documents_paper" if ask("SELECT 1 FROM documents_paper LIMIT 1") else "staff_authority")
        ask("SELECT integrity_take_in_v1('documents_paper', %s), integrity_take_in_v1('staff_authority', %s)", number, number)
        monkeypatch.setattr(settings, "OPENINGS", [])
        assert [fault.partition("：")[2] for fault in record_itself("super")] == [
            "表 staff_authority 的记录在首次登记之后补登，不属于已登记的期初装载。"
        ]
        monkeypatch.setattr(settings, "OPENINGS", [range(run, run + 1)])
        assert list(record_itself("super")) == []


def test_another_preparation_and_a_further_load_that_is_known_are_silent(house: None) -> None:
    before = ask("SELECT count(*) FROM integrity_entry WHERE op = 'O'")
    record_all()
    assert ask("SELECT count(*) FROM integrity_entry WHERE op = 'O'") == before
    take_in([PERSON], ask("SELECT subject_no FROM warrants_warrant WHERE kind = 'opening' ORDER BY id DESC LIMIT 1")[0][0])
    assert list(record_itself("default")) == []


def test_a_database_recorded_before_taking_in_was_closed_is_closed_at_its_next_preparation(house: None) -> None:
    with undone():
        ask("SET LOCAL session_replication_role = replica")
        ask("DELETE FROM integrity_entry WHERE op = 'O' AND keys = '{}'")
        ask("SET LOCAL session_replication_role = origin")
        ask(f"SELECT integrity_record_v1('{PERSON}', '')")
        row = put_in_past_the_triggers(PERSON)
        ask("SELECT integrity_take_in_v1(%s)", PERSON)
        entry = ask("SELECT id FROM integrity_entry WHERE op = 'O' AND keys = ARRAY[%s]", row)[0][0]
        assert f"integrity_entry id={entry}：表 {PERSON} 的记录在首次登记之后补登，不属于已登记的期初装载。" in list(
            record_itself("super")
        )


def test_a_second_row_of_the_same_key_is_named(house: None) -> None:
    with undone():
        ask("SET LOCAL session_replication_role = replica")
        ask("ALTER TABLE staff_authority DROP CONSTRAINT staff_authority_pkey CASCADE")
        ask("INSERT INTO staff_authority OVERRIDING SYSTEM VALUE SELECT * FROM staff_authority ORDER BY id LIMIT 1")
        faults = list(record_faults("staff_authority", "super"))
    assert sorted(fault.partition("：")[2] for fault in faults) == ["主键不存在或无效，可能有重复的记录。", "同一主键有多条记录。"]


def test_rows_of_a_table_that_inherits_are_named(house: None) -> None:
    with undone():
        ask("CREATE TABLE beside () INHERITS (staff_authority)")
        ask("ALTER TABLE beside OWNER TO yigui_owner")
        ask("INSERT INTO beside SELECT * FROM staff_authority ORDER BY id LIMIT 1")
        faults = list(record_faults("staff_authority", "super"))
    assert sorted(fault.partition("：")[2] for fault in faults) == ["同一主键有多条记录。", "有继承本表的其他表，其记录混入本表。"]


def test_row_security_that_hides_rows_from_verification_is_named(house: None) -> None:
    with undone():
        ask(f"ALTER TABLE {PERSON} FORCE ROW LEVEL SECURITY")
        assert f"{PERSON}：行级安全限制了核验，可能有未核验的记录。" in list(record_faults(PERSON, "super"))
    with undone():
        ask(f"ALTER TABLE {PERSON} OWNER TO postgres")
        ask(f"GRANT SELECT ON {PERSON} TO yigui_owner")
        assert f"{PERSON}：行级安全限制了核验，可能有未核验的记录。" in list(record_faults(PERSON, "super"))
