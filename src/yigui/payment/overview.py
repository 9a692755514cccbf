"""A benefit with everything that was decided and paid, put together for a page."""

from typing import Any

from yigui.entitlement.models import Benefit
from yigui.entitlement.queries import amounts_of, awards_of, open_recoveries
from yigui.payment.adjust_run import adjustments_of
from yigui.payment.difference import difference_of
from yigui.payment.held_lines import held_of, waiting_of
from yigui.payment.queries import paid_months

#: Months shown of each benefit.
MONTHS = 60


def benefit_in_full(benefit: Benefit) -> dict[str, Any]:
    """A benefit with its amounts, awards, payments, why the newest differs from the one before, adjustments, held lines, what the
    payee waits for and recoveries."""
    amounts, held = amounts_of(benefit), held_of(benefit)
    return {
        "benefit": benefit, "amounts": list(reversed(amounts)), "awards": awards_of(benefit), "paid": paid_months(benefit)[:MONTHS],
        "adjustments": adjustments_of(benefit.pk), "held": held[:12], "waits": waiting_of(benefit, held), "recoveries": open_recoveries(benefit),
        "now": amounts[-1] if amounts else None, "difference": difference_of(benefit),
    }  # fmt: skip
