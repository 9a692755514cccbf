"""Facts of the items of change."""

from functools import cached_property

from yigui.items.common.coverage_facts import CoverageFacts
from yigui.registry import queries as registry
from yigui.registry.models import Employer


class ChangeFacts(CoverageFacts):
    """Facts of an item that changes a person, an employer, or who employs whom."""

    @cached_property
    def from_employer(self) -> Employer | None:
        """The employer a transferred person comes from."""
        number = self.get("from_unit_no")
        return registry.employer_by_unit_no(number) if number else None
