"""Lists are filtered and added up before they are cut: what is old is not out of the books, what is new is not out of sight."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections, transaction

from tests import city, money
from tests.items.money_forms import employer_with_staff
from yigui.charges.queries import bills_of_payer
from yigui.receipts.models import Receipt
from yigui.receipts.queries import surplus_of
from yigui.receipts.reconcile import reconcile

AREA = "511181"


@contextmanager
def written(*statements: tuple[str, list[object]]) -> Iterator[None]:
    """Rows of a long time that stand there while the block runs: each statement gives what takes its rows away again."""
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement, parameters in statements:
            cursor.execute(statement, parameters)
    try:
        yield
    finally:
        with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(
                "DELETE FROM contributions_allocation WHERE receipt_id IN (SELECT id FROM contributions_receipt WHERE text = 'long')"
            )
            cursor.execute("DELETE FROM contributions_receipt WHERE text = 'long'")
            cursor.execute("DELETE FROM contributions_receipt_file WHERE file_name = 'long'")


def test_a_month_is_reconciled_however_many_files_came_after_it() -> None:
    money.receive(money.row(4_32, AAB004="不明"), area=AREA)
    before = reconcile(areas=[AREA], period=202611)
    assert before.received_fen > 0
    files = """INSERT INTO contributions_receipt_file (source, partner, area_code, file_name, digest, row_count, total_fen, duplicate_count, rejected,
        received_on, created_at) SELECT 'bank', 'bank', %s, 'long', 'long ' || n, 1, 100, 0, '[]', '2026-12-01', now() FROM generate_series(1, 5100) AS n"""
    with written((files, [AREA])):
        after = reconcile(areas=[AREA], period=202611)
        assert (after.received_fen, after.booked_fen) == (before.received_fen, before.booked_fen)
        # And the month of the many is added up whole, though only some are named.
        later = reconcile(areas=[AREA], period=202612)
        assert later.received_fen - later.booked_fen >= 5100 * 100
        assert len([t for t in later.todos if t.kind == "到账未记账"]) == 200


def test_new_surplus_of_a_payer_of_many_years_is_found() -> None:
    unit = employer_with_staff()
    receipts = """INSERT INTO contributions_receipt (file_id, partner, reference, row_no, area_code, received_on, amount_fen, employer_id, payer_name,
        payer_account, text, seq) SELECT 0, 'bank', 'long ' || n, 1, %s, '2020-01-01', 100, %s, '', '', 'long', n FROM generate_series(1, 1000) AS n"""
    used = """INSERT INTO contributions_allocation (warrant_id, receipt_id, bill_id, bill_source_id, amount_fen, received_on, step)
        SELECT 0, id, 1, 1, 100, received_on, 'payer' FROM contributions_receipt WHERE text = 'long'"""
    with written((receipts, [AREA, unit.pk]), (used, [])):
        money.levied()
        owed = sum(s.left_fen for s in bills_of_payer(employer=unit) if s.left_fen > 0)
        # Twice as much: what is late bears a surcharge besides.
        done = money.receive(money.row(2 * owed + 5_55, AAB001=unit.unit_no), area=AREA)
        receipt = Receipt.objects.get(file=done.file)
        assert {r.pk: fen for r, fen in surplus_of(employer=unit)}.get(receipt.pk, 0) > 0


def test_old_arrears_are_among_the_bills_of_a_payer_of_many_years(monkeypatch: pytest.MonkeyPatch) -> None:
    for period in (202608, 202610):
        money.levied(period)
    unit = city.next_employee().employer
    every = bills_of_payer(employer=unit)
    oldest = [s for s in every if s.left_fen > 0][-1]
    assert oldest.bill.period < every[0].bill.period
    monkeypatch.setattr("yigui.charges.queries.BILLS_MAX", 2)
    kept = bills_of_payer(employer=unit)
    assert len(kept) == 2
    assert oldest.bill.period in {s.bill.period for s in kept}
    assert all(s.left_fen > 0 for s in kept)
