"""Relations that a monthly plan leaves out, though they are open: nobody is forgotten without a word (R101)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from yigui.levy.enums import MONTHLY
from yigui.registry.enums import AAE140, Insurance

#: Insurances that have plans of their own, by the year (`residents_run`).
YEARLY = (Insurance.RESIDENT_PENSION.value, Insurance.RESIDENT_MEDICAL.value)
REASONS = {"no_rule": "没有征缴规则的险种", "no_employment": "没有用工记录的在职关系"}

# Open relations of a month that make no line: of an insurance nobody has declared rates for, and of a unit with which there is no
# employment to take the wage from. The retired pay nothing for their medical insurance. Self-payers without a base are a bar of
# the plan of their own.
_LEFT_OUT = """
WITH open_relation AS (
    SELECT c.person_id, c.insurance, c.employer_id FROM registry_coverage c
    WHERE c.start_period <= %(period)s AND (c.end_period IS NULL OR c.end_period >= %(period)s) AND c.area_id = ANY(%(areas)s)
      AND c.insurance <> ALL(%(yearly)s)
),
missing AS (
    SELECT 'no_rule' AS reason, person_id, insurance FROM open_relation WHERE insurance <> ALL(%(monthly)s)
    UNION ALL
    SELECT 'no_employment', c.person_id, c.insurance FROM open_relation c
    LEFT JOIN registry_employment w ON w.person_id = c.person_id AND w.employer_id = c.employer_id
        AND w.start_period <= %(period)s AND (w.end_period IS NULL OR w.end_period >= %(period)s)
    JOIN registry_person p ON p.id = c.person_id
    WHERE c.employer_id IS NOT NULL AND c.insurance = ANY(%(monthly)s) AND w.person_id IS NULL
      AND NOT (c.insurance = 'employee_medical' AND p.retired_on IS NOT NULL)
)
SELECT reason, count(*), (array_agg(person_id ORDER BY person_id))[1:%(samples)s], (array_agg(insurance ORDER BY person_id))[1:%(samples)s]
FROM missing GROUP BY reason ORDER BY reason
"""


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
