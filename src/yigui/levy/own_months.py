"""Lines of the levy as the person reads them: what a later batch or a case has charged or given back for a month beside its first line, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from yigui.law.contribution import Payer
from yigui.levy.models import LevyLine, LevyRate
from yigui.registry.enums import insurance_label
from yigui.registry.models import Employer


@dataclass(frozen=True)
class LineShown:
    """A line with its insurance in words. `difference`: what it does to what was charged before, "" for a month's own line; `why`: what has changed since
    the batch before, with the document of the parameter, where the record tells it; else ""."""

    line: LevyLine
    label: str
    difference: str = ""
    why: str = ""


def shown_lines(lines: Sequence[LevyLine]) -> list[LineShown]:
    """Lines of one person as they are shown."""
    batches = _batches_of(lines)
    later = [line for line in lines if (charged := batches.get(_month_of(line))) and charged[0].source_id != line.source_id]
    rates = _Rates([charged for line in later for charged in batches[_month_of(line)]])
    found = []
    for line in lines:
        if line not in later:
            found.append(LineShown(line, insurance_label(line.insurance)))
            continue
        is_more = (line.employer_fen + line.person_fen or line.base_fen) > 0
        why = "办件引起的变更" if line.source_id < 0 else _why(line, batches[_month_of(line)], rates)
        found.append(LineShown(line, insurance_label(line.insurance), "补收差额" if is_more else "冲减差额", why))
    return found


def _month_of(line: LevyLine) -> tuple[int, int, int, int]:
    return line.person_id, line.employer_id, line.insurance, line.owed_period


def _batches_of(lines: Sequence[LevyLine]) -> dict[tuple[int, int, int, int], list[LevyLine]]:
    """What batches have charged for the months of some lines, in their order; nothing where cases alone have charged."""
    if not lines:
        return {}
    rows = LevyLine.objects.filter(
        person_id__in={line.person_id for line in lines}, owed_period__in={line.owed_period for line in lines}, source_id__gt=0
    )
    found: dict[tuple[int, int, int, int], list[LevyLine]] = {}
    for row in rows.order_by("source_id"):
        found.setdefault(_month_of(row), []).append(row)
    return found


class _Rates:
    """The rates and bounds that batches were made with."""

    def __init__(self, lines: Sequence[LevyLine]) -> None:
        units = {line.employer_id for line in lines} - {0}
        # As on the unit's bill: the class of injury risk is the one that the unit has.
        self._risk = dict(Employer.objects.filter(pk__in=units).values_list("pk", "industry_risk")) if units else {}
        rows = LevyRate.objects.filter(batch_id__in={line.source_id for line in lines})
        self._rows = {(r.batch_id, r.area_code, r.aae140, r.payer, r.risk_class): r for r in rows}

    def of(self, line: LevyLine) -> LevyRate | None:
        """The rate a line was charged by."""
        payer = Payer.EMPLOYEE if line.employer_id else Payer.FLEXIBLE
        place = line.source_id, f"{line.area:06d}", line.insurance, payer
        risk = self._risk.get(line.employer_id, "")
        return self._rows.get((*place, "")) or (self._rows.get((*place, risk)) if risk else None)


def _why(line: LevyLine, charged: Sequence[LevyLine], rates: _Rates) -> str:
    """What has moved since the batch before: bounds are named where the base stands or stood at one that has moved, rates where they differ."""
    before = [other for other in charged if other.source_id < line.source_id]
    now, then = rates.of(line), rates.of(before[-1])
    if now is None or then is None:
        return ""
    base = sum(other.base_fen for other in before)
    moved = [(old, new) for old, new in ((then.floor_fen, now.floor_fen), (then.ceiling_fen, now.ceiling_fen)) if old != new]
    if line.base_fen and any(base == old or base + line.base_fen == new for old, new in moved):
        return f"缴费基数上下限调整：{now.bounds_rule or now.source}"
    if (now.employer_e8, now.person_e8) != (then.employer_e8, then.person_e8):
        return f"费率调整：{now.rule or now.source}"
    return ""
