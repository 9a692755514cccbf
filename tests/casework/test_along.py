"""What is written beside a case or into a file of money is written by the transaction of its deed, not by one that merely ran before it."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection, transaction

from tests import city, money
from yigui.casework.models import CaseMaterial, Event
from yigui.receipts.models import ReceiptFile


@pytest.fixture
def beside() -> Iterator[psycopg.Cursor]:
    """The application's login in another session, whose transaction has its number already."""
    given = connection.get_connection_params()
    with psycopg.connect(**{key: given[key] for key in ("host", "port", "user", "password", "dbname") if key in given}) as other:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
            yield cursor
        other.rollback()


_SHARED = "INSERT INTO casework_case_material (case_id, material_code, source, note) VALUES (%s, 'household_book', 'shared', '部门核验一致')"
_TOLD = "INSERT INTO casework_feedback (case_id, channel, message, result, attempts, created_at) VALUES (%s, 'mobile', '假', 'finished', 0, now())"


@pytest.mark.parametrize("statement", [_SHARED, _TOLD])
def test_a_deed_of_another_transaction_carries_nothing(beside: psycopg.Cursor, statement: str) -> None:
    case = city.accept_class3()
    assert Event.objects.filter(case=case).exists()
    beside.execute(statement, [case.pk])
    with pytest.raises(psycopg.Error, match="只随受理、补正、办结") as refused:
        beside.connection.commit()
    assert refused.value.sqlstate == "YG009"


def test_nothing_is_put_to_a_file_that_another_transaction_reads(beside: psycopg.Cursor) -> None:
    money.levied()
    row = money.row(100, AAB001=city.next_employee().employer.unit_no, AAE086=money.reference())
    money.receive(row)
    file = ReceiptFile.objects.latest("pk")
    with pytest.raises(psycopg.Error, match="不是本次读入的") as refused:
        beside.execute(
            "INSERT INTO ledger_bank_line (fund, area_code, deposit, account_no, booked_on, amount_fen, reference, text, file_id, party, "
            "is_referenced, nth, seq, note) "
            "VALUES ('employee_pension', '511100', '1002', 'x', '2026-11-10', -100, 'evil', '', %s, '', true, 1, 0, '')",
            [file.pk],
        )
    assert refused.value.sqlstate == "YG006"


def test_a_deed_within_a_savepoint_carries_what_belongs_to_it() -> None:
    with transaction.atomic(), transaction.atomic():
        case = city.accept_class1()
    assert CaseMaterial.objects.filter(case=case).exists()
