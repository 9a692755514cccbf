"""Verification of levy plans: every executed batch still has the lines and bills it was approved with."""

from collections.abc import Iterator

from django.db import connections

from yigui.runs.models import Batch, BatchStatus


def plan_digest(batch_id: int, parts: int, using: str = "default") -> tuple[int, int, str, list[tuple[int, ...]]]:
    """Lines, amount (fen), digest, and the sums per area and insurance, over the parts of a plan as they stand."""
    sums: list[tuple[int, ...]] = []
    for part in range(parts):
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT * FROM contributions_stage_sums_v1(%s, %s)", [batch_id, part])
            sums += cursor.fetchall()
    digest = 0
    for row in sums:
        digest ^= row[-1]
    return sum(r[2] for r in sums), sum(r[4] + r[5] for r in sums), str(digest), sums


def differing_plans(using: str) -> Iterator[str]:
    """A sentence for every executed levy plan whose lines or bills no longer agree with what was approved."""
    for batch in Batch.objects.using(using).filter(kind="levy", status=BatchStatus.EXECUTED).order_by("id"):
        lines, fen, digest, sums = plan_digest(batch.pk, len(batch.summary["parts"]), using)
        if (lines, fen, digest) != (batch.row_count, batch.total_fen, batch.digest):
            yield f"contributions_line（征缴计划第 {batch.pk} 号批次）：明细与审批时的摘要不符。"
        elif any(r[12] != r[8] or r[4] + r[5] != r[9] for r in sums):
            yield f"contributions_bill（征缴计划第 {batch.pk} 号批次）：缴费单与明细不符。"
