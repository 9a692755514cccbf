"""Batches that stand in each other's way: of one kind, in one of the same areas, of the same month, year or subject. Of them one is executed.

One rule in the database (`runs_in_the_way_v1`, `RunKind.once`), asked by the preparation, the pages and the signatures, and under a lock by the warrant.
"""

from collections.abc import Sequence

from django.db import connection

from yigui.registry.queries import area_name
from yigui.runs.checks import warn
from yigui.runs.models import Batch, BatchStatus

#: The check of a batch that was prepared beside another one that was open.
OVERLAP = "overlap"


def in_the_way(kind_code: str, *, areas: Sequence[str], period: int, subject: str, but: int | None = None) -> list[Batch]:
    """The other batches that would do, or have done, what one of these areas and period does; those executed first, at most twenty."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT batch FROM runs_in_the_way_v1(%s, %s::text[], %s, %s, %s)", [kind_code, list(areas), period, subject, but]
        )
        numbers = [number for (number,) in cursor.fetchall()]
    rows = Batch.objects.defer("summary", "checks").in_bulk(numbers) if numbers else {}
    return [rows[number] for number in numbers]


def in_the_way_of(batch: Batch) -> list[Batch]:
    """Those in the way of a batch; none of one that is over."""
    if batch.status in (BatchStatus.EXECUTED, BatchStatus.VOID):
        return []
    return in_the_way(batch.kind, areas=batch.areas, period=batch.period, subject=batch.subject, but=batch.pk)


def executed_before(batch: Batch) -> Batch | None:
    """The executed batch because of which this one is executed no more; None where there is none."""
    return next((other for other in in_the_way_of(batch) if other.status == BatchStatus.EXECUTED), None)


def no_second(batch: Batch, other: Batch) -> str:
    """Why a batch is neither signed nor executed, and what to do."""
    return (
        f"第 {batch.pk} 号批次与已执行的{named(other)}有相同的地区和期间，同一内容只能执行一次。请将本批次作废；"
        "其余地区尚未办理的，请按其余地区分别重新生成。"
    )  # fmt: skip


def named(other: Batch) -> str:
    """A batch as another one's page and sentences name it."""
    return f"第 {other.pk} 号批次（{area_name(other.area_code)}，{other.state_label}）"


def overlap_check(batch: Batch) -> list[dict[str, object]]:
    """The warning of a batch beside which another one is open for one of its areas: whoever signs says which of the two is to be executed."""
    others = in_the_way_of(batch)
    if not others:
        return []
    detail = f"{'、'.join(map(named, others))}与本批次有相同的地区和期间，只能执行其中一批，另一批须作废"
    return [warn(OVERLAP, "没有其他尚未执行的同类批次包括本批次的地区", passed=False, detail=detail)]
