"""One receipt and two who share it out at once. A file of its own: what is shared out here is not posted."""

import time
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, connections, transaction

from tests import money
from tests.city import next_employee, user
from yigui.charges.models import Allocation
from yigui.receipts.recognise import recognise
from yigui.receipts.verify import bounds_of_receipts
from yigui.runs.batches import approve_batch, issue_warrant, open_batch, seal_content
from yigui.runs.kinds import Content, Opening


def _warrant(subject: str) -> None:
    """One under which a test does by hand what it tests; of its own, so that two can be open at once."""
    batch = open_batch(money.MACHINE, Opening("511102", 202611, (), subject), user=user("head"))
    seal_content(batch, Content(0, 0, "", {}, []))
    issue_warrant(approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch)))


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

    def share() -> int:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                _warrant("at once 2")
                cursor.execute(match, [[receipt.pk]])
                return int(cursor.fetchone()[0])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic(), connection.cursor() as cursor:
            _warrant("at once 1")
            cursor.execute(match, [[receipt.pk]])
            assert cursor.fetchone()[0] == receipt.amount_fen
            other = pool.submit(share)
            time.sleep(2)
            assert not other.done(), "it waits for the first"
        assert other.result() == 0
    for subject in ("at once 1", "at once 2"):
        money.throw_away_open(subject=subject)
    assert sum(a.amount_fen for a in Allocation.objects.filter(receipt_id=receipt.pk)) == receipt.amount_fen
    assert list(bounds_of_receipts("default")) == []
