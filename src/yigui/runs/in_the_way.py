"""Batches that stand in each other's way: of one kind, in one of the same areas, of the same month, year or subject. Of them one is executed.

One rule in the database (`runs_in_the_way_v1`, `RunKind.once`), asked by the preparation, the pages and the signatures, and under a lock by the warrant.
What is prepared is for the areas that are left: where a county has executed a run of its own, its city's batch is for the city itself and the other counties.
"""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Q

from yigui.registry.models import Area
from yigui.registry.queries import area_name, areas_under
from yigui.runs.checks import bar, warn
from yigui.runs.errors import BatchRefused
from yigui.runs.models import Batch, BatchStatus

#: The check of a batch that was prepared beside another one that was open.
OVERLAP = "overlap"
#: The check of a batch that was prepared without areas for which another one has been executed.
EXECUTED_AREAS = "executed_areas"


def in_the_way(kind_code: str, *, areas: Sequence[str], period: int, subject: str, but: int | None = None) -> list[Batch]:
    """The other batches that would do, or have done, what one of these areas and period does; those executed first, at most twenty."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT batch FROM runs_in_the_way_v1(%s, %s::text[], %s, %s, %s)", [kind_code, list(areas), period, subject, but]
        )
        numbers = [number for (number,) in cursor.fetchall()]
    rows = Batch.objects.defer("summary", "checks").in_bulk(numbers) if numbers else {}
    return [rows[number] for number in numbers]


def executed_areas(
    kind_code: str, *, areas: Sequence[str], period: int, subject: str = "", but: int | None = None
) -> dict[str, int]:
    """Those of some areas for which a batch of this kind, period and subject has been executed, each with its number, by the rule of `in_the_way`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.code, min(w.batch) FROM unnest(%s::text[]) AS a (code) "
            "CROSS JOIN LATERAL runs_in_the_way_v1(%s, ARRAY[a.code], %s, %s, %s) AS w WHERE w.is_executed GROUP BY 1 ORDER BY 1",
            [list(areas), kind_code, period, subject, but],
        )
        return dict(cursor.fetchall())


def areas_left(kind_code: str, area_code: str, period: int, subject: str = "") -> list[str]:
    """The area itself and its counties without those for which a batch of this kind, period and subject has been executed: whom a new one is for.

    Args:
        period: as the batch will have it (YYYYMM, of a yearly kind too).

    Raises:
        BatchRefused: nothing is left.
        UnknownArea: no such area.
    """
    areas = areas_under(area_code)
    executed = executed_areas(kind_code, areas=areas, period=period, subject=subject)
    left = [area for area in areas if area not in executed]
    if not left:
        other = Batch.objects.defer("summary", "checks").get(pk=executed.get(area_code, min(executed.values())))
        raise BatchRefused(f"该地区 {period} 期已执行（{named(other)}），不能重复生成。", batch=other.pk)
    return left


def in_the_way_of(batch: Batch) -> list[Batch]:
    """Those in the way of a batch; none of one that is over."""
    if batch.status in (BatchStatus.EXECUTED, BatchStatus.VOID):
        return []
    return in_the_way(batch.kind, areas=batch.areas, period=batch.period, subject=batch.subject, but=batch.pk)


def executed_before(batch: Batch) -> Batch | None:
    """The executed batch because of which this one is executed no more; None where there is none."""
    return next((other for other in in_the_way_of(batch) if other.status == BatchStatus.EXECUTED), None)


#: What is to be done about areas of a batch that cannot be executed any more; as `runs_refuse_second_v1` and the page of the batch say it.
PREPARE_REST = "其余地区尚未办理的，请重新生成，已执行的地区不再列入。"


def no_second(batch: Batch, other: Batch) -> str:
    """Why a batch is neither signed nor executed, and what to do."""
    return (
        f"第 {batch.pk} 号批次与已执行的{named(other)}有相同的地区和期间，同一内容只能执行一次。请将本批次作废；{PREPARE_REST}"
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


def executed_areas_check(batch: Batch) -> list[dict[str, object]]:
    """What a batch says of the areas that it was prepared without because another one has been executed for them: nobody takes it for the whole."""
    under = (
        Area.objects.filter(Q(pk=batch.area_code) | Q(parent_id=batch.area_code)).order_by("code").values_list("code", flat=True)
    )
    without = [code for code in under if code not in batch.areas]
    executed = executed_areas(batch.kind, areas=without, period=batch.period, subject=batch.subject, but=batch.pk)
    if not executed:
        return []
    detail = "、".join(f"{area_name(area)}（第 {number} 号批次）" for area, number in executed.items())
    return [bar(EXECUTED_AREAS, "已执行的地区不再列入本批次", passed=True, detail=f"未列入：{detail}")]
