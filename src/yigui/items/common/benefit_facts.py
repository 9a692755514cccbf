"""Facts about benefits: what the person draws, and a death that ends it."""

from functools import cached_property

from yigui.common.months import period_of
from yigui.entitlement.enums import CERTIFIED_KINDS, BenefitStatus
from yigui.entitlement.models import Benefit
from yigui.entitlement.queries import assisted_task_of, certified_until, monthly_benefit
from yigui.exchange.models import DeathRecord
from yigui.items.common.coverage_facts import CoverageFacts
from yigui.payment.queries import may_be_held, still_due


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
        return self.partners.death(self.person, number, is_asked=self.get("death_date") is not None) if number else None

    @property
    def uncertified_fen(self) -> int | None:
        """What runs hold back for want of a certification, all months up to this one together; None where nothing is held."""
        benefit, now = self.benefit, period_of(self.today)
        if benefit is None or benefit.kind not in CERTIFIED_KINDS or benefit.status != BenefitStatus.ACTIVE:
            return None
        if certified_until(benefit.person_id) >= now or assisted_task_of(benefit.person) is not None or not may_be_held(benefit):
            return None
        return still_due(benefit, benefit.start_period, now, run=now)

    @property
    def last_drawn_month(self) -> int:
        """The month of death where the form names one: what was paid for later months is claimed back; else this month."""
        return period_of(self.get("death_date") or self.today)
