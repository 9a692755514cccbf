"""A result stands under the file its warrant is of, and a file of results accounts for its own rows and no others."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests import city
from tests.city import TODAY, user
from tests.entitlement.people import paid
from tests.items.situations import last_paid
from yigui.db.presence import be_present
from yigui.payment.bank_files import payment_no
from yigui.payment.bank_results import confirm_results, import_results
from yigui.payment.models import LaterResult, Payment, PaymentResult


def rows(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def file_of(digest: str, returned: int, by: int | None = None) -> int:
    ((made,),) = rows(
        "INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, rejected, received_on, user_id) "
        "VALUES (repeat(%s, 64), 'x', %s, 0, %s, '[]', '2026-11-10', %s) RETURNING id",
        [digest, returned, returned, by],
    )
    rows("SELECT benefits_issue_result_warrant_v1(%s)", [made])
    return int(made)


def says(table: str, payment: Payment, file: int, status: str, seq: int | None = None) -> None:
    column, value = (", seq", [seq]) if seq else ("", [])
    rows(
        f"INSERT INTO {table} (warrant_id, batch_id, benefit_id, attempt{column}, status, reason, amount_fen, booked_on, file_id) "
        f"SELECT o.warrant_id, %s, %s, 1{', %s' * len(value)}, %s, '', %s, '2026-11-10', %s FROM warrants_open_v1() AS o",
        [payment.batch_id, payment.benefit_id, *value, status, payment.amount_fen, file],
    )


def free_payments(most: int) -> list[Payment]:
    """Payments of the last run that the bank has said nothing of."""
    paid()
    run = last_paid()
    told = PaymentResult.objects.filter(batch_id=run.pk).values_list("benefit_id", flat=True)
    return list(Payment.objects.filter(batch_id=run.pk).exclude(benefit_id__in=told).order_by("-seq")[:most])


def test_a_file_that_accounts_for_more_than_stands_is_not_kept() -> None:
    (one,) = free_payments(1)
    with pytest.raises(DatabaseError, match="与实际写入的结果不符"), transaction.atomic():
        be_present(user("cashier"))
        file = file_of("a", 2, user("cashier").pk)
        says("benefits_result", one, file, "returned")
        rows("SET CONSTRAINTS ALL IMMEDIATE", [])


def test_a_result_under_the_file_of_another_warrant_is_refused_and_ones_own_is_kept() -> None:
    arrived, back = free_payments(2)
    head = "支付编号|处理结果|原因|金额|记账日期\r\n"
    lines = f"{payment_no(arrived.batch_id, arrived.benefit_id)}|成功|||{TODAY}\r\n{payment_no(back.batch_id, back.benefit_id)}|失败|账号错误||{TODAY}\r\n"
    theirs = import_results(content=(head + lines).encode(), file_name="a.txt", today=TODAY, user=user("cashier"))
    assert (theirs.paid_count, theirs.returned_count) == (1, 1)
    confirm_results(file_id=theirs.pk, statement="2026-11-10 对账单第3行", user=user("accountant"))
    with pytest.raises(DatabaseError, match="只能登记在本次接收的文件下"), transaction.atomic():
        be_present(city.program("bank"))
        file_of("b", 1)
        says("benefits_later_result", arrived, theirs.pk, "returned", 1)
    assert not LaterResult.objects.filter(batch_id=arrived.batch_id, benefit_id=arrived.benefit_id).exists()
