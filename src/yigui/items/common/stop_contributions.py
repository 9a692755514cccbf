"""The end of contributing, for retirement, death, disability or leaving for good."""

from yigui.accounts.open_accounts import seal_accounts
from yigui.items.common.coverage_facts import CoverageFacts
from yigui.registry.enums import Insurance, StopReason
from yigui.registry.models import Person
from yigui.registry.persons import close_coverages, close_employment

_ENDING = (
    Insurance.EMPLOYEE_PENSION, Insurance.CIVIL_SERVICE_PENSION, Insurance.UNEMPLOYMENT, Insurance.INJURY, Insurance.MATERNITY,
)  # fmt: skip
#: What the end of contributing changes of a relation, with whatever employer it is.
ENDS = ("end_period", "stop_reason")
PENSION = Insurance.EMPLOYEE_PENSION.value


def stop_contributions(person: Person, facts: CoverageFacts, *, from_period: int, reason: StopReason) -> None:
    """End the relations that contributions are paid for, and seal the pension account."""
    ending = [c for c in facts.coverages if c.insurance in _ENDING and (c.end_period is None or c.end_period >= from_period)]
    close_coverages(coverages=[c for c in ending if c.start_period < from_period], from_period=from_period, stop_reason=reason)
    seal_accounts(person=person, insurances=[PENSION])
    if facts.employment is not None and facts.employment.start_period < from_period:
        close_employment(employment=facts.employment, from_period=from_period)
