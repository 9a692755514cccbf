"""A month's pay run against the month before (批次哨兵, R308): lines that stop, lines that begin, sums by county and kind.

What is usual is what the run of the month before had stopped and begun. Where that is not known everything counts as more than usual: one answer too
many is a sentence, one too few is a month paid wrongly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from yigui.common.money import format_fen
from yigui.entitlement.enums import MONTHLY_KINDS, BenefitKind
from yigui.registry.queries import area_name
from yigui.runs.models import Batch, BatchStatus

#: Sums that a check tells in words; the page has all.
_SAID = 10

#: Month's lines of a month that was paid, by county and kind.
_BEFORE = """SELECT area, kind, count(*), sum(amount_fen)::bigint FROM benefits_line
WHERE pay_period = %s AND period = %s AND version = 0 AND reason IN (1, 2) AND area = ANY (%s::integer[]) GROUP BY area, kind"""


@dataclass(frozen=True)
class Moved:
    """How many lines of the month before stop (ended, suspended or held now) or how many begin now, of how many; the share that was so last time, None
    where it is not known."""

    lines: int
    of: int
    usual: Decimal | None

    @property
    def share(self) -> Decimal:
        """Of the lines of the month before; all, where there were none."""
        return Decimal(self.lines) / self.of if self.of else Decimal(bool(self.lines))

    def is_within(self, bound: Decimal) -> bool:
        """Whether no more than `bound` beyond what is usual."""
        return self.share - (self.usual or 0) <= bound

    @property
    def said(self) -> str:
        usual = "上月无可比数" if self.usual is None else f"上月 {_percent(self.usual)}"
        return f"{self.lines} 笔，占上月 {self.of} 笔的 {_percent(self.share)}（{usual}）"


@dataclass(frozen=True)
class SumMoved:
    """What a kind of benefit comes to in a county now and came to in the month before, fen."""

    area: str
    kind: int
    before_fen: int
    now_fen: int

    def is_within(self, bound: Decimal) -> bool:
        return abs(self.now_fen - self.before_fen) <= bound * self.before_fen

    @property
    def said(self) -> str:
        name, label = area_name(self.area), BenefitKind(self.kind).label
        return f"{name}{label} {format_fen(self.before_fen)} → {format_fen(self.now_fen)} 元"


@dataclass(frozen=True)
class Against:
    """A run against the month before; `is_first`: there is none to hold it against."""

    is_first: bool
    stopped: Moved
    begun: Moved
    sums: Sequence[SumMoved]

    @property
    def kept(self) -> dict[str, int]:
        """What the next month's run needs to know of this one."""
        return {"of": self.stopped.of, "stopped": self.stopped.lines, "begun": self.begun.lines}

    def sums_beyond(self, bound: Decimal) -> list[SumMoved]:
        """Those that moved by more than a share, the largest difference first."""
        beyond = [one for one in self.sums if not one.is_within(bound)]
        return sorted(beyond, key=lambda one: -abs(one.now_fen - one.before_fen))


def against(
    areas: Sequence[str], *, before: int, differences: Sequence[Mapping[str, Any]], now: Mapping[tuple[str, int], int]
) -> Against:
    """Hold a run of some areas against the month before it (YYYYMM).

    Args:
        differences: as the run's own comparison has them, by reason.
        now: what is paid for the month itself, fen by county and kind.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, [before, before, list(areas)])
        rows = [(str(area), kind, lines, fen) for area, kind, lines, fen in cursor.fetchall()]
    of = sum(lines for _, _, lines, _ in rows)
    lines = {row["reason"]: int(row["lines"]) for row in differences}
    usual = _usual(areas, before)
    was = {(area, kind): fen for area, kind, _, fen in rows}
    sums = [
        SumMoved(area, kind, was.get((area, kind), 0), now.get((area, kind), 0))
        for area, kind in sorted({*was, *now})
        if kind in MONTHLY_KINDS
    ]
    return Against(
        is_first=not rows,
        stopped=Moved(lines.get("stopped", 0) + lines.get("held", 0), of, usual.get("stopped")),
        begun=Moved(lines.get("new", 0), of, usual.get("begun")),
        sums=sums,
    )


def _usual(areas: Sequence[str], before: int) -> dict[str, Decimal]:
    """The shares of the executed runs of the month before; none where one of them does not say, or had none before itself."""
    runs = Batch.objects.filter(kind="pay", status=BatchStatus.EXECUTED, period=before, areas__overlap=list(areas))
    kept = [run.summary.get("against") for run in runs.order_by("id")[:200]]
    if not kept or not all(one and one["of"] for one in kept):
        return {}
    of = sum(one["of"] for one in kept)
    return {name: Decimal(sum(one[name] for one in kept)) / of for name in ("stopped", "begun")}


def words(sums: Sequence[SumMoved]) -> str:
    """Sums in words, the first of many."""
    more = f"；另 {len(sums) - _SAID} 项" if len(sums) > _SAID else ""
    return "；".join(one.said for one in sums[:_SAID]) + more


def _percent(share: Decimal) -> str:
    return f"{share * 100:.2f}%"
