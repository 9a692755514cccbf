"""Relations that a monthly plan leaves out, though they are open: nobody is forgotten without a word (R101)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from yigui.common.sqlfiles import named_sql
from yigui.levy.enums import MONTHLY
from yigui.registry.enums import AAE140, Insurance

#: Insurances that have plans of their own, by the year (`residents_run`).
YEARLY = (Insurance.RESIDENT_PENSION.value, Insurance.RESIDENT_MEDICAL.value)
REASONS = {
    "no_rule": "没有征缴规则的险种", "no_employment": "没有用工记录的在职关系",
    "elsewhere": "该月已由其他地区征缴（当地冲减后由本地区补收）",
}  # fmt: skip

_LEFT_OUT = named_sql("levy", "left_out")["left_out"]


@dataclass(frozen=True)
class LeftOut:
    """Open relations without a line, for one reason: how many, and the first of them as (person, AAE140)."""

    reason: str
    label: str
    count: int
    samples: list[tuple[int, int]]


def left_out(areas: Sequence[str], period: int, *, samples: int) -> list[LeftOut]:
    """The open relations of some areas in a month that the levy plan makes no line for, by reason."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '512MB'")
        cursor.execute(
            _LEFT_OUT,
            {
                "period": period, "areas": list(areas), "samples": samples, "monthly": list(MONTHLY), "yearly": list(YEARLY),
            },
        )  # fmt: skip
        return [
            LeftOut(reason, REASONS[reason], count, [(p, AAE140[i]) for p, i in zip(people, insurances, strict=True)])
            for reason, count, people, insurances in cursor.fetchall()
        ]
