"""Claims for months paid without right (多领追回): opened by a case, or by a pay run that found a death; one claim for one month."""

from yigui.entitlement.models import Benefit, Recovery, RecoveryReturn
from yigui.warrants.queries import open_warrant_id


def open_recovery(
    *, of: Benefit, kept_from: Benefit | None = None, start: int, end: int, amount_fen: int, monthly_fen: int, is_prior_year: bool,
    ground: str, case_id: int,
) -> Recovery:  # fmt: skip
    """Claim months of a benefit, under the open warrant.

    A claim that a pay run opened for these months (its `case_id` is minus the run) and on which nothing has come back yet is taken
    over by the case, so that nobody is asked twice.

    Args:
        of: the benefit whose months were paid without right.
        kept_from: the benefit it is kept back from, where that is another (a grant after the death).
        start, end: first and last of the months, YYYYMM.
        monthly_fen: how much is kept back from each payment; 0 when nothing is.
    """
    values = {
        "benefit": kept_from or of, "start_period": start, "end_period": end, "amount_fen": amount_fen, "monthly_fen": monthly_fen,
        "is_prior_year": is_prior_year, "ground": ground[:200], "case_id": case_id,
    }  # fmt: skip
    known = Recovery.objects.select_for_update(of=("self",)).filter(
        benefit=of, case_id__lt=0, start_period__lte=end, end_period__gte=start
    )
    run_claim = known.filter(returns=None).order_by("id").first()
    if run_claim is None:
        return Recovery.objects.create(**values)
    Recovery.objects.filter(pk=run_claim.pk).update(**values)
    return Recovery.objects.get(pk=run_claim.pk)


def take_back(*, recovery: Recovery, amount_fen: int, case_id: int) -> RecoveryReturn:
    """Record what was paid back on a claim by a case, under its open warrant; `amount_fen` above 0. The voucher is the caller's."""
    return RecoveryReturn.objects.create(
        warrant_id=open_warrant_id(), recovery=recovery, amount_fen=amount_fen, source="case", source_id=case_id
    )


def lift_claim(*, recovery: Recovery, amount_fen: int, case_id: int) -> None:
    """Settle what is left of a claim that was none (误报死亡): no money comes back, and nobody is asked for it any more. Under the open warrant."""
    RecoveryReturn.objects.create(
        warrant_id=open_warrant_id(), recovery=recovery, amount_fen=amount_fen, source="lifted", source_id=case_id
    )
