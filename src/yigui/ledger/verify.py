"""Verification of the books: every voucher balances, every entry lies in its voucher's book, closed periods stay as they were."""

from collections.abc import Iterator

from django.db import connections

_FAULTS = (
    (
        "SELECT voucher_id FROM ledger_entry GROUP BY voucher_id "
        "HAVING sum(CASE side WHEN 'D' THEN amount_fen ELSE -amount_fen END) <> 0 ORDER BY 1 LIMIT 20",
        "ledger_voucher id={}：借贷不平。",
    ),
    (
        "SELECT v.id FROM ledger_voucher v WHERE NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE e.voucher_id = v.id) "
        "ORDER BY 1 LIMIT 20",
        "ledger_voucher id={}：没有分录。",
    ),
    (
        "SELECT e.id FROM ledger_entry e LEFT JOIN ledger_voucher v ON v.id = e.voucher_id AND v.fund = e.fund "
        "AND v.area_code = e.area_code AND v.period = e.period WHERE v.id IS NULL ORDER BY 1 LIMIT 20",
        "ledger_entry id={}：与所属凭证的账套或期间不符。",
    ),
    (
        "SELECT c.id FROM ledger_closing c WHERE c.debit_fen <> (SELECT coalesce(sum(e.amount_fen), 0) FROM ledger_entry e "
        "WHERE e.area_code = c.area_code AND e.fund = c.fund AND e.period = c.period AND e.side = 'D') ORDER BY 1 LIMIT 20",
        "ledger_closing id={}：结账后发生额有变动。",
    ),
)


def ledger_faults(using: str) -> Iterator[str]:
    """A sentence for every fault of the books."""
    for statement, sentence in _FAULTS:
        with connections[using].cursor() as cursor:
            cursor.execute(statement)
            for (row_id,) in cursor.fetchall():
                yield sentence.format(row_id)
