"""A key that is taken is a check or a sentence: every unique constraint that accepting and carrying out a case can come to.

The list is made by carrying out every open item and asking the database which tables it has written, and by what the items declare.
"""

import ast
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, connections, transaction

import yigui
from tests import city, money
from tests.items.effects import carried_out
from tests.items.money_forms import FORMS
from tests.items.test_effects_refuse_nothing import situation_of
from tests.pages import signed_in, text_of
from yigui.casework.accept_case import accept_case
from yigui.casework.application import examine
from yigui.casework.handlers import open_codes, writes_of
from yigui.common.rooms import rooms, taken
from yigui.db.faults import constraint_of, database_sentence
from yigui.levy.injury_rate import set_injury_rate

_SEQUENCE = "numbered by a sequence"
_RANDOM = "sixteen random characters"
_OF_CASE = "begins with what this case, bill, refund or voucher has just been numbered: two cases cannot come to the same"
_LOCKED = "written under the lock of the case, which is read first"
_CAUGHT = "asked for first, and caught where it is written"
#: Keys of which no case can find a row there already, and why.
NOT_TAKEN = {
    "registry_employer_unit_no_key": _SEQUENCE, "person_one_no": _SEQUENCE, "casework_case_case_no_key": _SEQUENCE,
    "contributions_bill_pkey": _SEQUENCE, "contributions_open_bill_pkey": _SEQUENCE,
    "contributions_order_code_key": _RANDOM, "documents_issued_code_key": _RANDOM,
    "accounts_entry_pkey": _OF_CASE, "contributions_line_pkey": _OF_CASE, "refund_due_once": _OF_CASE, "entry_once": _OF_CASE,
    "dossier_fact_once": _OF_CASE, "signature_distinct_people": _OF_CASE, "signature_once_per_step": _OF_CASE,
    "warrant_once_per_transaction": _OF_CASE,
    "warrant_once_per_subject": _LOCKED, "event_once": _LOCKED, "step_once_per_round": _LOCKED, "task_event_once": _LOCKED,
    "archive_due_pkey": "kept by a trigger that leaves what is there",
    "rating_service_case_id_key": "kept by a trigger that leaves what is there",
    "rating_service_ticket_id_key": "of a ticket, not of a case",
    "registry_name_character_pkey": "kept by a trigger that leaves what is there",
    "task_once_per_origin": _CAUGHT, "casework_case_idempotency_key_key": _CAUGHT, "documents_stored_file_pkey": _CAUGHT,
    "ledger_voucher_reverses_id_key": "no item reverses a voucher; a run of two people does",
}  # fmt: skip

_WRITTEN = "SELECT relname::text FROM pg_stat_xact_user_tables WHERE n_tup_ins + n_tup_upd > 0"
#: Unique indexes and exclusions of a table, but for a key that is one column the database numbers by itself. A part bears the table's.
_UNIQUE = """
SELECT t.relname::text, i.relname::text
FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
WHERE (x.indisunique OR x.indisexclusion) AND t.relname = ANY (%s) AND t.relnamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT 1 FROM pg_inherits h WHERE h.inhrelid = t.oid)
  AND NOT (x.indnkeyatts = 1 AND EXISTS (
      SELECT 1 FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum = x.indkey[0] AND a.attidentity <> ''))
"""


@cache
def written_tables() -> frozenset[str]:
    """Tables that accepting and carrying out writes, in the ordinary situation of every open item, and those the items declare."""
    found = {table for code in open_codes() for table in writes_of(code)}
    for code in sorted(open_codes()):
        application = situation_of(code)
        with connection.cursor() as cursor:
            # What the situation has written is counted as over: a statement by itself ends with a flush.
            cursor.execute("SELECT pg_stat_force_next_flush()")
        with carried_out(application), connection.cursor() as cursor:
            cursor.execute(_WRITTEN)
            found |= {name for (name,) in cursor.fetchall()}
    return frozenset(found)


def said_by_use_cases() -> set[str]:
    """Constraints whose violation a use case turns into a refusal that names the record: `sentences({"name": …})`."""
    found: set[str] = set()
    for path in Path(yigui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "sentences" and isinstance(node.args[0], ast.Dict):
                found |= {str(ast.literal_eval(key)) for key in node.args[0].keys if key is not None}
    return found


def unique_keys(tables: Iterable[str]) -> list[tuple[str, str]]:
    """Table and constraint of everything that may stand there once only."""
    with connection.cursor() as cursor:
        cursor.execute(_UNIQUE, [sorted(tables)])
        return cursor.fetchall()


def test_every_key_that_a_case_can_find_taken_has_its_sentence() -> None:
    rows = unique_keys(written_tables())
    assert len(rows) > 30
    known = {*taken(), *said_by_use_cases(), *NOT_TAKEN}
    assert sorted(name for _, name in rows if name not in known) == [], "say in the room's `taken` what stands there already"
    assert NOT_TAKEN.keys() - {name for _, name in rows} == set(), "no case comes to these any more"
    assert NOT_TAKEN.keys() & taken().keys() == set()


def test_every_sentence_is_one_of_a_constraint_of_its_rooms_tables() -> None:
    for room in rooms():
        assert room.taken.keys() <= {name for _, name in unique_keys(room.tables)}, room.name
        assert all(words.endswith("。") and "请" in words for words in room.taken.values())


#: Columns that are empty in a row a key speaks of.
EMPTY = frozenset({"withdrawn_batch"})
#: Columns that another rule of the table speaks of, by the key: what two rows have in them, SQL.
OTHERWISE = {
    "exchange_inbound_file_continues_id_key": {"digest": "md5(random()::text) || md5(random()::text)", "continues_id": "1"},
    "harmless_once": {"confirmed_by_id": "NULL", "confirmed_at": "NULL", "ended_by_id": "NULL", "ended_at": "NULL"},
}
#: A value of each type, for a table in which the city has nothing yet.
VALUES = {"date": "2026-01-01", "timestamp with time zone": "2026-01-01", "boolean": "false", "jsonb": "[]"}


@pytest.mark.parametrize("name", sorted(taken()))
def test_what_the_database_refuses_by_a_taken_key_comes_as_its_sentence(name: str) -> None:
    """A row is written a second time just as it stands, past the guards: the unique key itself answers."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SELECT indrelid::regclass::text FROM pg_index WHERE indexrelid = %s::regclass", [name])
        (table,) = cursor.fetchone()
        cursor.execute(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute "
            "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attidentity = ''",
            [table],
        )
        types = dict(cursor.fetchall())
        columns = ", ".join(types)
        said = OTHERWISE.get(name, {})
        again = ", ".join(said.get(column, column) for column in types)
        for _ in range(2 if said else 1):
            cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {again} FROM {table} LIMIT 1")
        for _ in range(2 if cursor.rowcount == 0 else 0):
            given = {
                column: None if column in EMPTY else VALUES.get(kind, "1") for column, kind in types.items() if column not in said
            }
            cursor.execute(
                f"INSERT INTO {table} ({columns}) VALUES ({', '.join(said.get(column, '%s') for column in types)})",
                list(given.values()),
            )
    assert constraint_of(refused.value) == name
    assert database_sentence(refused.value) == f"{taken()[name]}本次未产生任何变更。"


def test_a_second_rate_from_one_month_is_refused_at_the_acceptance() -> None:
    form, materials, _ = FORMS["rate"]()
    case = accept_case(city.application("LVY-012", form, materials=materials))
    for who in ("reviewer", "rechecker"):
        case = city.decide(case, who)
    assert case.status == "finished"
    again = examine(city.application("LVY-012", form, materials=materials)).refusals
    assert [(f.check, f.field) for f in again] == [("rate_in_steps", "start_month")]
    assert "已核定，同一月份不能再核定" in again[0].detail
    assert not examine(city.application("LVY-012", form | {"start_month": "2027-01"}, materials=materials)).refusals


def test_a_rate_set_while_the_case_was_on_its_way_stands_on_the_case_as_a_sentence() -> None:
    form, materials, _ = FORMS["rate"]()
    case = accept_case(city.application("LVY-012", form, materials=materials))
    with transaction.atomic():
        money.class_1_warrant()
        set_injury_rate(employer=case.employer, floating_percent=Decimal(80), cost_ratio=Decimal("0.1"), start=202612)
    city.decide(case, "reviewer")
    case = city.decide(case, "rechecker")
    assert case.status == "approved"
    assert "同一月份不能再核定，请改自其他月份起执行" in case.effect_error
    page = text_of(signed_in("reviewer").get(f"/cases/{case.case_no}/"))
    assert "同一月份不能再核定" in page
