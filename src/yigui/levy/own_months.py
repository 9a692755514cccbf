"""Lines of the levy as the person reads them: what a later batch or a case has charged or given back for a month beside its first line, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from yigui.law.contribution import Payer
from yigui.levy.models import LevyLine, LevyRate
from yigui.registry.enums import insurance_label

#: A month, insurance and payer of a person.
Place = tuple[int, int, int, int]


@dataclass(frozen=True)
class LineShown:
    """A line with its insurance in words. `difference`: what it does to what was charged before, "" for a month's own line; `why`: what has changed,
    with the document of the parameter where that is one."""

    line: LevyLine
    label: str
    difference: str = ""
    why: str = ""


def shown_lines(lines: Sequence[LevyLine]) -> list[LineShown]:
    """Lines of one person as they are shown."""
    first = _first_lines(lines)
    later = [line for line in lines if (own := first.get(_place(line))) is not None and own.source_id != line.source_id]
    rates = _rates([*later, *(first[_place(line)] for line in later)])
    found = []
    for line in lines:
        if line not in later:
            found.append(LineShown(line, insurance_label(line.insurance)))
            continue
        is_more = (line.employer_fen + line.person_fen or line.base_fen) > 0
        why = "办件引起的变更" if line.source_id < 0 else _why(line, rates.get(_key(line)), rates.get(_key(first[_place(line)])))
        found.append(LineShown(line, insurance_label(line.insurance), "补收差额" if is_more else "冲减差额", why))
    return found


def _place(line: LevyLine) -> Place:
    return line.person_id, line.employer_id, line.insurance, line.owed_period


def _first_lines(lines: Sequence[LevyLine]) -> dict[Place, LevyLine]:
    """The first batch's line of each month of some lines; none where cases alone have charged it."""
    if not lines:
        return {}
    rows = LevyLine.objects.filter(
        person_id__in={line.person_id for line in lines}, owed_period__in={line.owed_period for line in lines}, source_id__gt=0
    )
    found: dict[Place, LevyLine] = {}
    for row in rows.order_by("-source_id"):
        found[_place(row)] = row
    return found


def _key(line: LevyLine) -> tuple[int, str, int, str]:
    return line.source_id, f"{line.area:06d}", line.insurance, Payer.EMPLOYEE if line.employer_id else Payer.FLEXIBLE


def _rates(lines: Sequence[LevyLine]) -> dict[tuple[int, str, int, str], LevyRate]:
    rows = LevyRate.objects.filter(batch_id__in={line.source_id for line in lines if line.source_id > 0})
    return {(rate.batch_id, rate.area_code, rate.aae140, rate.payer): rate for rate in rows.order_by("-risk_class")}


def _why(line: LevyLine, now: LevyRate | None, before: LevyRate | None) -> str:
    """What differs from the batch that charged first."""
    if now is None or before is None:
        return ""
    if line.base_fen and (now.floor_fen, now.ceiling_fen) != (before.floor_fen, before.ceiling_fen):
        return f"缴费基数上下限调整：{now.bounds_rule or now.source}"
    if (now.employer_e8, now.person_e8) != (before.employer_e8, before.person_e8):
        return f"费率调整：{now.rule or now.source}"
    return "征缴计划生成后，参保关系或缴费基数有变更"
