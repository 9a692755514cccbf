"""What can be true of a date (日期的合理区间): every date, month and year that a form asks for has its span.

A field is known by its name: the same name means the same thing in every item. `items/common/checks/dates.py` holds what was typed
against it; a test wants a span for every such field of the catalogue.
"""

from collections.abc import Mapping
from dataclasses import dataclass

#: The first month anybody was insured (劳动保险条例, 政务院 1951-02-26, in force 1951-03-01), YYYYMM.
FIRST_MONTH = 195103
#: Months between the day of an event and the period it is declared for, from which months were levied meanwhile.
LEVIED_MEANWHILE = 2


@dataclass(frozen=True)
class Span:
    """How far a date may lie from today and from the life of the person the form names.

    Args:
        ahead_months: how many months after the present one it may lie; 0: not after today (a month: not after this one).
        is_of_person: it happened to the person the form names by `id_number`: not before the birth.
        is_declared: the event that the business follows from; long before the period it counts for, months were levied meanwhile.
    """

    ahead_months: int = 0
    is_of_person: bool = True
    is_declared: bool = False


PAST = Span()
OF_OTHERS = Span(is_of_person=False)
SOON = Span(ahead_months=3)
DECLARED = Span(ahead_months=3, is_declared=True)
IN_A_YEAR = Span(ahead_months=12)
IN_FIVE_YEARS = Span(ahead_months=60)

SPANS: Mapping[str, Span] = {
    # Days and moments.
    "birth_date": PAST, "work_start_date": PAST, "death_date": PAST, "unemployed_date": PAST, "unemployment_reg_date": PAST,
    "admit_date": PAST, "discharge_date": PAST, "delivery_date": PAST, "injury_time": PAST, "accident_time": PAST,
    "recognition_date": PAST, "appraisal_date": PAST, "fitted_date": PAST, "last_fitted": PAST, "certificate_date": PAST,
    "apply_date": PAST, "exam_date": PAST, "evidence_date": PAST, "notice_date": PAST, "requisition_date": OF_OTHERS,
    "expected_date": IN_A_YEAR, "change_date": DECLARED, "enrol_date": DECLARED, "unit_enrol_date": SOON,
    "start_date": IN_A_YEAR, "end_date": IN_FIVE_YEARS, "retire_date": IN_FIVE_YEARS,
    # Months and years.
    "settle_period": SOON, "start_month": IN_FIVE_YEARS, "end_month": IN_FIVE_YEARS, "benefit_start": IN_FIVE_YEARS, "year": IN_A_YEAR,
}  # fmt: skip

#: Where a date of that name is somebody else's than the person of `id_number`: by item.
OF_ANOTHER: frozenset[tuple[str, str]] = frozenset({("INJ-021", "birth_date")})


def span_of(item_code: str, name: str) -> Span:
    """The span of a date field of an item.

    Raises:
        KeyError: nobody has said what can be true of it.
    """
    return OF_OTHERS if (item_code, name) in OF_ANOTHER else SPANS[name]
