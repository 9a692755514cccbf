"""Facts about relations: what the person is insured in, and where they work."""

from functools import cached_property

from yigui.casework.queries import has_open_case_of_groups
from yigui.items.common.facts import Facts
from yigui.registry import queries as registry
from yigui.registry.models import Coverage, Employment


class CoverageFacts(Facts):
    """Facts of an item that opens, ends or needs relations of a person."""

    @cached_property
    def coverages(self) -> list[Coverage]:
        """All coverages of the person."""
        return registry.bare_coverages_of(self.person) if self.person else []

    @cached_property
    def running_coverages(self) -> list[Coverage]:
        """Coverages still open at the end of the period."""
        return [c for c in self.coverages if c.end_period is None or c.end_period >= self.period]

    @cached_property
    def own_coverages(self) -> list[Coverage]:
        """Those of them with the employer of the form."""
        return [c for c in self.running_coverages if self.employer is not None and c.employer_id == self.employer.pk]

    @property
    def works_here(self) -> Employment | None:
        """The employment with the employer of the form, where it runs on: what is opened beside it needs no new registration as employed."""
        known = self.employment
        is_here = known is not None and self.employer is not None and known.employer_id == self.employer.pk
        return known if is_here and known is not None and known.start_period <= self.period and known.end_period is None else None

    @cached_property
    def employment(self) -> Employment | None:
        """The employment open at the end of the period."""
        return registry.active_employment(self.person, self.period) if self.person else None

    @cached_property
    def open_benefit_case_no(self) -> str:
        """Number of an unfinished sickness, injury or maternity case of the person, or ""."""
        case = has_open_case_of_groups(self.person.pk, ("MED", "INJ", "MAT")) if self.person else None
        return case.case_no if case else ""
