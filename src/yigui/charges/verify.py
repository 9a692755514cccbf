"""Verification: what is open of each bill is what the allocations leave of it."""

from collections.abc import Iterator

from django.db import connections

# Bills less allocations beside the list of open bills, as sets.
_OPEN = """
SELECT coalesce(b.id, o.bill_id), b.left_fen, o.left_fen
FROM (
    SELECT b.id, (b.total_fen - coalesce(a.fen, 0))::bigint AS left_fen
    FROM contributions_bill b LEFT JOIN (
        SELECT bill_id, sum(amount_fen) AS fen FROM contributions_allocation WHERE step <> 'refund' GROUP BY bill_id
    ) AS a ON a.bill_id = b.id
    WHERE b.kind <> 9 AND b.total_fen <> coalesce(a.fen, 0)
) AS b
FULL JOIN contributions_open_bill o ON o.bill_id = b.id
WHERE b.left_fen IS DISTINCT FROM o.left_fen
ORDER BY 1 LIMIT 20
"""


def differing_open_bills(using: str) -> Iterator[str]:
    """A sentence for every bill whose open amount is not what the allocations leave of it."""
    with connections[using].cursor() as cursor:
        cursor.execute(_OPEN)
        for number, left, listed in cursor.fetchall():
            yield f"contributions_open_bill（缴费单 {number}）：未结清 {left or 0} 分，清单为 {listed or 0} 分。"
