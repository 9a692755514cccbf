"""`yigui verify`: silent on a good database, and names the row after a superuser changes one."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections, transaction

from tests import city
from tests.conftest import TODAY
from tests.integrity.test_every_row_and_column import ask, undone
from tests.pdf import pdf
from yigui.casework.models import Case, Event
from yigui.common import clock
from yigui.common.digests import sm3
from yigui.documents.store import keep_paper, path_of
from yigui.integrity.models import Root, Seal
from yigui.integrity.seal import chain_heads, seal_day
from yigui.integrity.verify import record_faults, seals, verify_all


class Undo(Exception):
    """Rolls the tampering back."""


@contextmanager
def tampered(sql: str, parameters: list[Any]) -> Iterator[list[str]]:
    """Change a row as a superuser with all triggers off, verify, and undo it."""
    faults: list[str] = []
    try:
        with transaction.atomic(using="super"):
            with connections["super"].cursor() as cursor:
                cursor.execute("SET LOCAL session_replication_role = replica")
                cursor.execute(sql, parameters)
                assert cursor.rowcount == 1
            faults += verify_all(using="super")
            raise Undo
    except Undo:
        yield faults


@pytest.fixture(scope="module")
def case() -> Case:
    """A finished class-1 case in a sealed database."""
    from tests.casework.test_routes_and_decisions import meet

    case = city.accept_class1()
    for name in ("reviewer", "rechecker", "head"):
        city.decide(case, name)
    meet(case)
    case = city.decide(case, "director")
    seal_day()
    return case


def test_silent_on_a_good_database(case: Case) -> None:
    assert list(verify_all()) == []
    assert Root.objects.count() > 0


def test_a_changed_person_is_named(case: Case) -> None:
    with tampered("UPDATE registry_person SET born_on = '1950-01-01' WHERE id = %s", [case.person_id]) as faults:
        assert faults[0].startswith(f"registry_person id={case.person_id}：")


def test_a_changed_row_of_the_opening_load_is_named(case: Case) -> None:
    with tampered("UPDATE registry_coverage SET start_period = 198001 WHERE id = %s", [17]) as faults:
        assert faults == ["registry_coverage id=17：现值与最后一次写入时的摘要不符。"]


def test_a_removed_row_of_the_opening_load_is_named(case: Case) -> None:
    with tampered("DELETE FROM registry_employment WHERE id = %s", [23]) as faults:
        assert faults[0].startswith("registry_employment id=23：")


def test_a_changed_event_is_named(case: Case) -> None:
    event = Event.objects.filter(case=case, verb="pass").first()
    assert event is not None
    with tampered("UPDATE casework_event SET note = '不同意' WHERE id = %s", [event.pk]) as faults:
        assert faults[0].startswith(f"casework_event id={event.pk}（")


def test_a_removed_event_is_noticed(case: Case) -> None:
    event = Event.objects.filter(case=case, verb="meeting").get()
    with tampered("DELETE FROM casework_event WHERE id = %s", [event.pk]) as faults:
        assert "事件链缺第" in faults[0]


def test_a_changed_form_is_named(case: Case) -> None:
    sql = "UPDATE casework_case SET form = jsonb_set(form, '{new_value}', '\"1949-10-01\"') WHERE id = %s"
    with tampered(sql, [case.pk]) as faults:
        assert faults[0].startswith(f"casework_case id={case.pk}（办件 {case.case_no}）：申请内容")


def test_a_changed_signer_is_named(case: Case) -> None:
    sql = "UPDATE warrants_signature SET user_id = %s WHERE warrant_id = %s AND step = 'review'"
    with tampered(sql, [city.user("auditor").pk, case.outcome["warrant"]]) as faults:
        assert faults[0].startswith(f"warrants_warrant id={case.outcome['warrant']}（")


def test_changed_history_is_named(case: Case) -> None:
    sql = "UPDATE warrants_change SET before = jsonb_set(before, '{name}', '\"某人\"') WHERE warrant_id = %s"
    with tampered(sql, [case.outcome["warrant"]]) as faults:
        assert faults[0].startswith(f"warrants_change（授权凭据 id={case.outcome['warrant']}")


def test_a_changed_result_is_named(case: Case) -> None:
    sql = "UPDATE casework_case SET outcome = jsonb_set(outcome, '{summary}', '\"别的结果\"') WHERE id = %s"
    with tampered(sql, [case.pk]) as faults:
        assert "办理结果与办结时的摘要不符" in faults[0]


def test_a_chain_rewritten_whole_breaks_the_seal(case: Case) -> None:
    seal = Seal.objects.order_by("-id").first()
    assert seal is not None
    with tampered("UPDATE casework_seal SET root = %s WHERE id = %s", ["0" * 64, seal.pk]) as faults:
        assert faults[0].startswith(f"casework_seal id={seal.pk}")


def test_a_changed_document_is_named(case: Case) -> None:
    assert case.document is not None
    sql = "UPDATE documents_issued SET holder = '别人' WHERE id = %s"
    with tampered(sql, [case.document.pk]) as faults:
        assert faults[0].startswith(f"documents_issued id={case.document.pk}")


def test_a_changed_file_is_noticed(case: Case) -> None:
    stored = keep_paper(
        pdf(b"a paper"), "档案.pdf", material_code="personnel_file", taken_by=city.user("teller"), taken_on=TODAY,
        person=case.person,
    ).file  # fmt: skip
    path = path_of(stored.digest)
    content = path.read_bytes()
    path.write_bytes(pdf(b"another"))
    try:
        assert list(verify_all()) == [f"documents_stored_file {stored.digest[:16]}…：文件内容与摘要不符。"]
    finally:
        path.write_bytes(content)
    assert list(verify_all()) == []


def test_sealing_twice_adds_nothing_and_new_events_go_into_the_next_seal(case: Case) -> None:
    seal_day()
    assert seal_day() is None
    before = Seal.objects.order_by("-id").first()
    city.accept_class3()
    after = seal_day()
    assert before is not None
    assert after is not None
    assert (after.previous, after.first_event_id) == (before.root, before.last_event_id + 1)


def test_the_database_itself_says_the_day_and_the_root_of_a_seal(case: Case) -> None:
    city.accept_class3()
    before = Seal.objects.order_by("-id").first()
    made = seal_day()
    assert made is not None
    assert before is not None
    text = "\n".join([before.root, *chain_heads(made.first_event_id, made.last_event_id)])
    assert made.root == hashlib.sha256(text.encode()).hexdigest()
    assert {made.day, Root.objects.latest("number").day} <= {clock.local(made.sealed_at).date()}


def test_a_seal_that_the_program_made_up_to_release_0_1_is_verified(case: Case) -> None:
    seal = Seal.objects.latest("id")
    text = "\n".join([seal.previous, *chain_heads(seal.first_event_id, seal.last_event_id)])
    for root, said in ((sm3(text), []), (sm3(text + "x"), [f"casework_seal id={seal.pk}（{seal.day}）：封存根与重算结果不符。"])):
        with undone():
            ask("SET LOCAL session_replication_role = replica")
            ask("UPDATE casework_seal SET root = %s WHERE id = %s", root, seal.pk)
            assert list(seals("super")) == said


@pytest.mark.parametrize(
    ("table", "statement", "said"),
    [
        ("registry_person", "UPDATE registry_person SET name = '别人' WHERE id = %s", "有写入摘要而没有变更记录"),
        ("documents_issued", "UPDATE documents_issued SET holder = '别人' WHERE id = %s", "历史记录只能追加，却有改动或删除的摘要"),
        ("documents_issued", "DELETE FROM documents_issued WHERE id = %s", "历史记录只能追加，却有改动或删除的摘要"),
    ],
)
def test_whoever_leaves_only_the_records_triggers_on_is_named_too(case: Case, table: str, statement: str, said: str) -> None:
    faults: list[str] = []
    with connections["super"].cursor() as cursor:
        # Somebody of the opening load, whom nothing has changed.
        cursor.execute(
            f"SELECT min(t.id) FROM {table} t WHERE NOT EXISTS (SELECT 1 FROM warrants_change c WHERE c.table_name = %s AND c.row_id = t.id)",
            [table],
        )
        (row_id,) = cursor.fetchone()
        try:
            with transaction.atomic(using="super"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
                for verb in "iud":
                    cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER integrity_{verb}")
                cursor.execute(statement, [row_id])
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
                faults += record_faults(table, "super")
                raise Undo
        except Undo:
            pass
    assert faults == [f"{table} id={row_id}：{faults[0].partition('：')[2]}"]
    assert said in faults[0]


def test_a_trigger_that_is_off_is_named(case: Case) -> None:
    faults: list[str] = []
    try:
        with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
            cursor.execute("ALTER TABLE casework_step DISABLE TRIGGER integrity_u")
            faults += record_faults("casework_step", "super")
            raise Undo
    except Undo:
        pass
    assert faults == ["casework_step：记录摘要的触发器被停用或不存在，写入没有留下摘要。"]
