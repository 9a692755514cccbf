"""Reads of the levy."""

from yigui.db.presence import asked


def is_levied(area_code: str, period: int) -> bool:
    """Whether the monthly plan of an area has been executed for a month: whoever is not in it is taken by the supplement (征缴补收)."""
    plan = (
        "SELECT EXISTS (SELECT 1 FROM runs_batch WHERE kind = 'levy' AND status = 'executed' AND period = %s AND %s = ANY (areas))"
    )
    return bool(asked(plan, period, area_code)[0])
