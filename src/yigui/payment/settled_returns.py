"""Money the bank gave back of months that were claimed back (退票冲减多领): what a run has settled of it, into the books."""

from yigui.common import clock
from yigui.entitlement.enums import BenefitKind
from yigui.entitlement.models import Benefit
from yigui.ledger.declarations import FUND_OF
from yigui.ledger.posting import post, posting_day
from yigui.payment.models import SettledReturn
from yigui.registry.enums import INSURANCE_OF
from yigui.runs.models import Batch


def post_settled(batch: Batch) -> None:
    """What came back of months that were claimed leaves the suspense: it lowers this year's expense, or is other income for earlier years."""
    today = clock.today()
    sums: dict[tuple[str, int], dict[str, int]] = {}
    rows = list(SettledReturn.objects.filter(run_id=batch.pk))
    benefits = Benefit.objects.in_bulk([row.benefit_id for row in rows])
    for row in rows:
        benefit = benefits[row.benefit_id]
        found = sums.setdefault((benefit.area_id, benefit.insurance), {"total": 0})
        for part, fen in (
            (recovered_as(benefit), row.amount_fen - row.prior_fen),
            ("prior", row.prior_fen),
            ("total", row.amount_fen),
        ):
            found[part] = found.get(part, 0) + fen
    for (area, insurance), amounts in sorted(sums.items()):
        fund = FUND_OF[INSURANCE_OF[insurance].value]
        post(
            event="benefit_return_settled", fund=fund, area_code=area, on=posting_day(today, area=area, fund=fund), amounts=amounts,
            source_kind="batch", source_id=batch.pk,
        )  # fmt: skip


def recovered_as(benefit: Benefit) -> str:
    """As what the books take money of a benefit that comes back in the year it was paid in: the detail of the expense it lowers."""
    return {BenefitKind.DISABILITY: "disability", BenefitKind.UNEMPLOYMENT: "unemployment"}.get(
        BenefitKind(benefit.kind), "pension"
    )
