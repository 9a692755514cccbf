"""What a superuser changed without `verify` saying a word, when it was tried on release 0.1 (38 kinds): each is named now."""

import pytest
from django.db import connections, transaction

from tests import city, money
from tests.conftest import TODAY
from tests.entitlement.people import paid
from tests.integrity.test_every_row_and_column import ask, row_faults, undone, without_constraints
from tests.pdf import pdf
from yigui.db.presence import act_as
from yigui.documents.store import keep_paper
from yigui.integrity.seal import seal_day
from yigui.integrity.verify import verify_all
from yigui.staff.models import FullView

A_CASE = "id = (SELECT max(case_id) FROM casework_decision)"
OF_CASE = "case_id = (SELECT max(case_id) FROM casework_decision)"
OF_RUN = "(SELECT max(id) FROM warrants_warrant WHERE kind = 'run')"
COPIED = "INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {values} FROM {table} AS t LIMIT 1"

#: What was done, to which table, and how.
CHANGES = [
    ("the amount of a receipt", "contributions_receipt", "UPDATE {table} SET amount_fen = amount_fen + 1 WHERE id = (SELECT max(id) FROM {table})"),
    ("the payer of a receipt", "contributions_receipt", "UPDATE {table} SET payer_name = '别人' WHERE id = (SELECT max(id) FROM {table})"),
    ("the bank account of a payment", "benefits_payment", "UPDATE {table} SET account_no = '6222000011112222' WHERE seq = 1"),
    ("the name of a payment's account", "benefits_payment", "UPDATE {table} SET account_name = '别人' WHERE seq = 1"),
    ("the amounts of two payments exchanged", "benefits_payment",
     "UPDATE {table} AS t SET amount_fen = o.amount_fen FROM {table} AS o WHERE (t.seq, o.seq) IN ((1, 2), (2, 1)) AND t.batch_id = o.batch_id "
     "AND t.amount_fen <> o.amount_fen"),
    ("a balance one yuan higher", "accounts_year", "UPDATE {table} SET opening_fen = opening_fen + 100, closing_fen = closing_fen + 100 "
     "WHERE person_id = (SELECT min(person_id) FROM {table})"),
    ("a credit nobody paid", "accounts_entry",
     "INSERT INTO {table} (warrant_id, person_id, base_fen, amount_fen, source_id, period, owed_period, insurance, year, kind) "
     "SELECT max(id), 1, 0, 99999900, 987654321, 202611, 202611, 110, 2026, 1 FROM warrants_warrant"),
    ("a person put in under the opening warrant", "registry_person", COPIED),
    ("a coverage put in under the opening warrant", "registry_coverage", COPIED),
    ("an authority put in under the opening warrant", "staff_authority", COPIED),
    ("a signer of a run exchanged", "warrants_signature", f"UPDATE {{table}} SET user_id = 999 WHERE warrant_id = {OF_RUN} AND seq = 1"),
    ("a signature of a run removed", "warrants_signature", f"DELETE FROM {{table}} WHERE warrant_id = {OF_RUN}"),
    ("the warrant of a run removed", "warrants_warrant", f"DELETE FROM {{table}} WHERE id = {OF_RUN}"),
    ("the class of a run's warrant", "warrants_warrant", f"UPDATE {{table}} SET risk_class = 3 WHERE id = {OF_RUN}"),
    ("who approved a pay run", "runs_batch", "UPDATE {table} SET approved_by_id = 999 WHERE kind = 'pay' AND status = 'executed'"),
    ("a set's seal removed", "warrants_set_seal", "DELETE FROM {table} WHERE id = (SELECT max(id) FROM {table})"),
    ("all seals of a table's sets removed", "warrants_set_seal", "DELETE FROM {table} WHERE table_name = 'ledger_entry'"),
    ("the newest seal removed", "casework_seal", "DELETE FROM {table} WHERE id = (SELECT max(id) FROM {table})"),
    ("the day of a seal", "casework_seal", "UPDATE {table} SET day = day - 1 WHERE id = (SELECT max(id) FROM {table})"),
    *((f"a case's {column}", "casework_case", f"UPDATE {{table}} SET {column} = {value} WHERE {A_CASE}") for column, value in (
        ("person_id", "person_id + 1"), ("subject_name", "'别人'"), ("channel", "'online'"), ("accepted_by_id", "999"),
        ("accepted_at", "accepted_at - interval '1 day'"), ("finished_at", "finished_at + interval '1 day'"), ("due_on", "due_on + 1"),
        ("document_id", "NULL"),
    )),
    ("an opinion", "casework_step", f"UPDATE {{table}} SET opinion = '不同意' WHERE {OF_CASE} AND seq = 2"),
    ("when a step was decided", "casework_step", f"UPDATE {{table}} SET decided_at = decided_at - interval '1 day' WHERE {OF_CASE} AND seq = 2"),
    ("the minutes of a meeting", "casework_meeting", "UPDATE {table} SET minutes = '没有开会' WHERE id = (SELECT max(id) FROM {table})"),
    ("who attended a meeting", "casework_attendee", "UPDATE {table} SET user_id = 999 WHERE id = (SELECT max(id) FROM {table})"),
    ("the verdict of a meeting", "casework_decision", "UPDATE {table} SET verdict = 'declined' WHERE id = (SELECT max(id) FROM {table})"),
    ("the source of a material", "casework_case_material", f"UPDATE {{table}} SET source = 'promised' WHERE {OF_CASE} AND material_code = 'id_card'"),
    ("the paper of a material", "casework_case_material", f"UPDATE {{table}} SET paper_id = 987654 WHERE {OF_CASE} AND material_code = 'id_card'"),
    ("whose paper it is", "documents_paper", "UPDATE {table} SET person_id = 1 WHERE id = (SELECT max(id) FROM {table})"),
    ("the file of a paper", "documents_paper", "UPDATE {table} SET file_id = repeat('0', 64) WHERE id = (SELECT max(id) FROM {table})"),
    ("when somebody signed", "warrants_signature", f"UPDATE {{table}} SET signed_at = signed_at - interval '1 day' WHERE warrant_id = {OF_RUN}"),
    *((f"a warrant's {column}", "warrants_warrant", f"UPDATE {{table}} SET {column} = {value} WHERE id = (SELECT max(id) FROM {{table}} WHERE kind = 'case')")
      for column, value in (("area_code", "'511199'"), ("item_code", "'CHG-003x'"), ("meeting_id", "999"), ("issued_at", "issued_at - interval '1 day'"))),
    ("when a row was changed", "warrants_change", "UPDATE {table} SET changed_at = changed_at - interval '1 day' WHERE id = (SELECT max(id) FROM {table})"),
    ("what a row was before", "warrants_change", "UPDATE {table} SET before = '{{}}' WHERE id = (SELECT max(id) FROM {table} WHERE kind = 'U')"),
    ("an issued document removed", "documents_issued", "DELETE FROM {table} WHERE id = (SELECT max(id) FROM {table})"),
    ("the day of a document", "documents_issued", "UPDATE {table} SET issued_on = issued_on - 1 WHERE id = (SELECT max(id) FROM {table})"),
    ("a stored file's row removed", "documents_stored_file", "DELETE FROM {table} WHERE digest = (SELECT max(digest) FROM {table})"),
    ("the log of looks removed", "staff_full_view", "DELETE FROM {table}"),
    ("an employment registered by nobody", "exchange_employment_registration", COPIED),
    ("an item of class 1 as one of class 3 without a route", "catalogue_item_version",
     "UPDATE {table} SET risk_class = 3, route = '[]' WHERE code = 'CHG-004'"),
    ("an account of another role", "staff_user", "UPDATE {table} SET role = 'director' WHERE username = 'teller'"),
]  # fmt: skip


@pytest.fixture(scope="module")
def house() -> None:
    """A class-1 case decided by a meeting, a month levied and in part paid, a pay run, a paper, a look at somebody's data: all sealed."""
    from tests.casework.test_routes_and_decisions import meet

    case = city.accept_class1()
    for name in ("reviewer", "rechecker", "head"):
        city.decide(case, name)
    meet(case)
    city.decide(case, "director")
    money.levied()
    unit = city.next_employee().employer
    money.receive(money.row(100_00, AAB001=unit.unit_no))
    paid()
    keep_paper(pdf(b"one"), "a.pdf", material_code="id_card", taken_by=city.user("teller"), taken_on=TODAY)
    look = {"user_id": city.user("teller").pk, "subject": "person", "subject_id": case.person_id, "reason": "核对"}
    with transaction.atomic():
        act_as(city.user("teller"))
        FullView.objects.create(**look)
    seal_day()


def test_silent_before(house: None) -> None:
    assert list(verify_all()) == []


@pytest.mark.parametrize(("what", "table", "statement"), CHANGES, ids=[what for what, *_ in CHANGES])
def test_it_is_named(what: str, table: str, statement: str, house: None) -> None:
    columns = [name for (name,) in ask(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum", table
    )]  # fmt: skip
    values = ", ".join("t.id + 98765432" if name == "id" else f't."{name}"' for name in columns)
    with undone(), connections["super"].cursor() as cursor:
        without_constraints(table)
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement.format(table=table, names=", ".join(f'"{c}"' for c in columns), values=values))
        changed = cursor.rowcount
        assert changed > 0
        faults = row_faults(table)
    assert len(faults) == min(changed, 20)
    assert all(fault.startswith(f"{table} ") for fault in faults)


def test_as_many_as_were_missed() -> None:
    assert len(CHANGES) >= 38
