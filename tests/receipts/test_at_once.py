"""One receipt and two who share it out at once. A file of its own: what is shared out here is not posted."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection, connections, transaction

from tests import money
from tests.city import next_employee, user
from yigui.charges.models import Allocation
from yigui.db.presence import be_present
from yigui.receipts.recognise import recognise
from yigui.receipts.verify import bounds_of_receipts


def _file_of_one_fen(cursor: Any, name: str) -> int:
    cursor.execute(
        "INSERT INTO contributions_receipt_file (source, partner, area_code, file_name, digest, row_count, total_fen, duplicate_count, rejected, "
        "received_on, created_at, lines_in) VALUES ('bank', %s, '511102', 'x', encode(sha256(%s::bytea), 'hex'), 1, 1, 0, '[]', '2026-11-09', now(), 1) "
        "RETURNING id",
        [name, name],
    )
    (file,) = cursor.fetchone()
    cursor.execute(
        "INSERT INTO contributions_receipt (file_id, partner, reference, row_no, area_code, received_on, amount_fen, payer_name, payer_account, text, seq) "
        "VALUES (%s, %s, %s, 1, '511102', '2026-11-09', 1, '', '', '', 1)",
        [file, name, name],
    )
    return int(file)


def test_two_who_share_out_one_receipt_at_once_share_it_out_once() -> None:
    money.levied()
    unit = next_employee().employer
    left = sum(s.left_fen for s in money.bills(unit) if s.left_fen > 0)
    unknown = money.receive(money.row(left // 3, AAB004="不明")).file
    assert unknown is not None
    receipt = unknown.receipts.get()
    recognise(
        receipt_id=receipt.pk,
        unit_no=unit.unit_no,
        reason="单位出示的汇款凭证",
        ground="付款人为其代缴，已核对委托书",
        user=user("cashier"),
    )
    match = "SELECT coalesce(sum(fen), 0) FROM contributions_match_v1(%s, NULL, NULL)"

    def share(file: int) -> int:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT contributions_issue_receipt_warrant_v1(%s)", [file])
                cursor.execute(match, [[receipt.pk]])
                return int(cursor.fetchone()[0])
        finally:
            connections.close_all()

    with transaction.atomic(), connection.cursor() as cursor:
        be_present(user("cashier"))
        first, second = _file_of_one_fen(cursor, "at once 1"), _file_of_one_fen(cursor, "at once 2")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT contributions_issue_receipt_warrant_v1(%s)", [first])
            cursor.execute(match, [[receipt.pk]])
            assert cursor.fetchone()[0] == receipt.amount_fen
            other = pool.submit(share, second)
            time.sleep(1)
            assert not other.done(), "it waits for the first"
        assert other.result() == 0
    assert sum(a.amount_fen for a in Allocation.objects.filter(receipt_id=receipt.pk)) == receipt.amount_fen
    assert list(bounds_of_receipts("default")) == []
