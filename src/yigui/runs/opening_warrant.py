"""The warrant of an opening load (期初装载), written by the owner: what a database begins with, before anybody is there to sign."""

from typing import Any

from yigui.runs.models import Run


def opening_warrant(cursor: Any, run: Run) -> int:
    """The warrant of an opening load, written directly by the owner; open until the end of this transaction. Gives its id."""
    cursor.execute(
        "INSERT INTO warrants_warrant (kind, subject_id, subject_no, item_code, risk_class, area_code, xid, issued_at) "
        "VALUES ('opening', %s, %s, '', 1, '', pg_current_xact_id()::text::bigint, transaction_timestamp()) RETURNING id",
        [run.pk, f"OPENING-{run.pk}"],
    )
    (warrant_id,) = cursor.fetchone()
    return int(warrant_id)
