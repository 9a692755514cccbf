"""Facts about benefits: what the person draws, and a death that ends it."""

from functools import cached_property

from yigui.common.months import period_of
from yigui.entitlement.models import Benefit
from yigui.entitlement.queries import monthly_benefit
from yigui.exchange.models import DeathRecord
from yigui.items.common.coverage_facts import CoverageFacts


class BenefitFacts(CoverageFacts):
    """Facts of an item that awards, changes or ends a benefit."""

    @cached_property
    def benefit(self) -> Benefit | None:
        """The monthly benefit of the person that has not ended."""
        return monthly_benefit(self.person) if self.person else None

    @cached_property
    def death(self) -> DeathRecord | None:
        """The death that partners have reported for the person; asked for where the form is about one."""
        number = self.get("id_number")
        return self.partners.death(number, is_asked=self.get("death_date") is not None) if number else None

    @property
    def last_drawn_month(self) -> int:
        """The month of death where the form names one: what was paid for later months is claimed back; else this month."""
        return period_of(self.get("death_date") or self.today)
