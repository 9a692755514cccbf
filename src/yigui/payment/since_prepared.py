"""What has come up about the people of a run between its preparation and its execution, for whoever signs it (生成后的新情况)."""

from collections.abc import Mapping

from django.db import connection

from yigui.payment.enums import Hold
from yigui.runs.models import Batch, BatchStatus


def since_prepared(batch: Batch) -> dict[int, int]:
    """How many people have been reported since a run was prepared that still waits, or are held as returned payments, by what will take them out."""
    if batch.status not in (BatchStatus.PREPARED, BatchStatus.APPROVED):
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT hold, benefits FROM benefits_since_prepared_v1(%s)", [batch.pk])
        return dict(cursor.fetchall())


def check_notes(batch: Batch, since: Mapping[int, int]) -> dict[str, str]:
    """What stands beside a check that was frozen with the run, by its id: reports of a sentence that came in after it."""
    taken = next((row["rows"] for row in batch.taken_out or [] if row["reason"] == f"taken-{Hold.SENTENCED}"), 0)
    if taken:
        return {"sentenced": f"生成后又有报送，执行时剔除 {taken} 人"}
    late = since.get(Hold.SENTENCED, 0)
    return {"sentenced": f"生成后又有报送 {late} 人，执行时剔除"} if late else {}
