"""Background jobs of runs: a preparation asked for on the page, plans whose day has come, and runs whose program died."""

import logging
import os

from yigui.common import clock
from yigui.common.errors import Forbidden, YiguiError
from yigui.identity.proof import proof_of, signed, with_proof
from yigui.runs.kinds import asked_period, kind_of
from yigui.runs.schedule import plan_arrivals, prepare_due
from yigui.runs.staged import clean_up_dead_runs, prepare
from yigui.staff.models import User
from yigui.staff.refusals import record_refusal

logger = logging.getLogger(__name__)
#: The job that a page defers.
PREPARE = "runs.prepare"


def order_for(user: User, kind: str, area_code: str, period: int) -> int:
    """The person's order for one preparation in the background; their sign-in is not handed on. Gives its number.

    Args:
        period: a month; of a yearly kind its year counts; 0 for a kind without one.

    Raises:
        NotSeen: the person has not signed in. BatchRefused: not a month or year.
    """
    asked = asked_period(kind_of(kind), period)
    return int(signed("SELECT runs_order_v1(%s, %s, %s, %s)", proof_of(user), kind, area_code, asked))


def prepare_for(kind: str, area_code: str, period: int, user_id: int, order: int = 0) -> int:
    """Prepare a batch of a kind for a person who has ordered it; gives its number. `period` is a month; of a yearly kind its year counts."""
    user = User.objects.get(pk=user_id)
    if order:
        with_proof(user, f"order:{order}")
    return prepare(kind_of(kind), area_code=area_code, period=period, user=user).pk


def prepare_in_background(kind: str, area_code: str, period: int, user_id: int, order: int = 0) -> None:
    """The job of the page: a refusal's sentence stands on the run's record, where the page shows it."""
    try:
        prepare_for(kind, area_code, period, user_id, order)
    except YiguiError as refused:
        if isinstance(refused, Forbidden):
            record_refusal(refused, user=User.objects.get(pk=user_id), deed=f"后台生成{kind_of(kind).name}")
        logger.info("batch %s %s %s: %s", kind, area_code, period, refused.message)


def abort_dead() -> None:
    """The job of every minute: runs whose program is gone are marked, and their drafts thrown away."""
    aborted = clean_up_dead_runs()
    if aborted:
        logger.warning("runs whose program is gone: %s", aborted)


def look_for_arrivals() -> None:
    """The job of the day that finds plans whose missing facts have arrived; the next job of the plans makes them."""
    for row in plan_arrivals(clock.today()):
        logger.info("plan %s: what it waited for has arrived", row)


def prepare_plans() -> None:
    """The job that makes the plans of the day; `YIGUI_PLANS=off` leaves them to people."""
    if os.environ.get("YIGUI_PLANS", "on") == "on":
        for row in prepare_due(clock.today()):
            logger.info("plan %s: %s", row, row.error or (f"batch {row.batch_id}" if row.batch_id else "nothing to do"))
