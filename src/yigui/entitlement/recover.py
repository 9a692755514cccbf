"""Recoveries of months paid without right (多领追回): opened by a case, or by a pay run that found a death; one recovery for one month."""

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from yigui.entitlement.models import Benefit, Recovery, RecoveryReturn
from yigui.warrants.queries import open_warrant_id

#: What the ground of a recovery begins with that is kept back from a grant after the death; another benefit's months than the grant's own.
SET_OFF_GROUND = "死亡后多发"


def open_recovery(
    *, of: Benefit, kept_from: Benefit | None = None, start: int, end: int, amount_fen: int, monthly_fen: int, is_prior_year: bool,
    ground: str, case_id: int,
) -> Recovery:  # fmt: skip
    """Ask months of a benefit back, under the open warrant.

    A recovery that a pay run opened for these months (its `case_id` is minus the run) and on which nothing has come back yet is taken
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
    of_a_run = known.filter(returns=None).order_by("id").first()
    if of_a_run is None:
        return Recovery.objects.create(**values)
    Recovery.objects.filter(pk=of_a_run.pk).update(**values)
    return Recovery.objects.get(pk=of_a_run.pk)


def recovery_that_stands(benefit: Benefit, start: int, end: int) -> Recovery | None:
    """The recovery of these very months of a benefit (YYYYMM), also one kept back from a grant, on which something is still to come back.

    None for one of a run on which nothing has come back: the case takes that over (`open_recovery`).
    """
    rows = Recovery.objects.filter(
        Q(benefit=benefit) | Q(benefit__person=benefit.person_id, ground__startswith=SET_OFF_GROUND),
        benefit__insurance=benefit.insurance, start_period=start, end_period=end,
    )  # fmt: skip
    open_ = rows.exclude(case_id__lt=0, returns=None).annotate(back=Coalesce(Sum("returns__amount_fen"), 0)).order_by("id")
    return open_.filter(amount_fen__gt=F("back")).first()


def agree_instalments(recovery: Recovery, monthly_fen: int) -> Recovery:
    """Keep so much back of each later payment for a recovery that stands (fen), under the open warrant."""
    Recovery.objects.filter(pk=recovery.pk).update(monthly_fen=monthly_fen)
    return Recovery.objects.get(pk=recovery.pk)


def take_back(*, recovery: Recovery, amount_fen: int, case_id: int) -> RecoveryReturn:
    """Record what was paid back on a recovery by a case, under its open warrant; `amount_fen` above 0.

    The caller has taken it out of suspense for the recovery before (`receipts.for_recoveries`): the database asks for it.
    """
    return RecoveryReturn.objects.create(
        warrant_id=open_warrant_id(), recovery=recovery, amount_fen=amount_fen, source="case", source_id=case_id
    )


def lift_recovery(*, recovery: Recovery, amount_fen: int, case_id: int) -> None:
    """Settle what is left of a recovery that was none (误报死亡): no money comes back, and nobody is asked for it any more. Under the open warrant."""
    RecoveryReturn.objects.create(
        warrant_id=open_warrant_id(), recovery=recovery, amount_fen=amount_fen, source="lifted", source_id=case_id
    )
