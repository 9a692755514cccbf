"""Facts about what is owed: the payer's bills, and the lines they were made from."""

from functools import cached_property

from yigui.charges.queries import BillState, bills_of_payer
from yigui.items.common.coverage_facts import CoverageFacts
from yigui.levy.models import LevyLine
from yigui.registry.queries import records_of


class BillFacts(CoverageFacts):
    """Facts of an item that looks at what an employer, or a person paying alone, owes and has paid."""

    @cached_property
    def bills(self) -> list[BillState]:
        """Bills of the payer (the employer, or the person paying alone), with what is paid of them."""
        if self.employer is None and self.person is None:
            return []
        return bills_of_payer(employer=self.employer, person=None if self.employer else self.person)

    @cached_property
    def bills_of_months(self) -> list[BillState]:
        """Those of the months of the form, all of them however long the payer has paid."""
        if not self.months or (self.employer is None and self.person is None):
            return []
        start, end = self.months[0], self.months[-1]
        return bills_of_payer(employer=self.employer, person=None if self.employer else self.person, start=start, end=end)

    @cached_property
    def lines(self) -> list[LevyLine]:
        """Lines of the person in the months of the form, whoever paid."""
        if self.person is None or not self.months:
            return []
        payers = {0, *(c.employer_id for c in self.coverages if c.employer_id)}
        rows = LevyLine.objects.filter(
            employer_id__in=payers, person_id__in=records_of(self.person), owed_period__range=(self.months[0], self.months[-1])
        )
        return list(rows.order_by("owed_period", "insurance", "source_id")[:5000])
