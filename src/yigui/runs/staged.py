"""The staged run (分步批次): the one way of every kind from its plan to the books.

    open a draft → stage in parts, side by side, each on a connection of its own → finish and check → freeze with a digest
    → signed by distinct people → lock → warrant → look again → the stored function compares the digest and writes → post → executed

Prepared anew it starts clean. A crash leaves nothing behind but tables nobody reads, which the next preparation, or the job that
notices dead runs, throws away. An execution is one transaction: killed anywhere, it is as if nothing had happened, or everything.
"""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import Error, close_old_connections, connections, transaction

from yigui.common import clock
from yigui.common.errors import Forbidden
from yigui.law.signed_rows import reading, signed
from yigui.registry.models import Area
from yigui.runs.batches import (
    batch_of,
    discard_draft,
    issue_warrant,
    lock_approved,
    mark_executed,
    open_batch,
    require_preparer,
    seal_content,
    sign_batch,
    void_batch,
)
from yigui.runs.errors import ContentChanged
from yigui.runs.kinds import OnStep, Opening, RunKind, Work, asked_period, kind_of
from yigui.runs.models import Batch, BatchStatus
from yigui.runs.run_job import Progress, abort_dead_runs, run_job
from yigui.runs.signing import SIGNATURES, Deed, why_not
from yigui.staff.models import User

#: Connections that fill a batch side by side, each a part of the rows.
CONNECTIONS = int(os.environ.get("YIGUI_RUN_CONNECTIONS", "2"))
#: What the stored functions say when the staged content is not what was approved.
_CHANGED = "YG010"


def side_by_side(work: Callable[[int], Any], count: int) -> list[Any]:
    """Run `work(k)` for every part, each on a connection of its own; all read the law as the caller does."""
    if count == 1:
        return [work(0)]
    rows = signed()

    def alone(k: int) -> Any:
        try:
            with reading(rows):
                return work(k)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(alone, range(count)))


def together(*works: Callable[[], Any]) -> list[Any]:
    """Run different pieces of work at the same time, each on a connection of its own; gives what each gave."""
    return side_by_side(lambda k: works[k](), len(works))


def prepare(kind: RunKind, *, area_code: str, period: int, user: User | None, on_step: OnStep | None = None, **more: Any) -> Batch:
    """Prepare a batch of a kind for an area (with its counties); gives it frozen, ready to be signed.

    Args:
        period: YYYYMM; of a yearly kind the year or any month of it; of a kind without a period anything.
        user: who prepares it; None when it makes itself on its day.
        more: what a kind needs that is asked for from a page of its own.

    Raises:
        Forbidden: the person's post may not prepare batches of this kind.
        BatchRefused: executed already, or approved and waiting; not a month or year.
        RunIsBusy: the same is being prepared in another session.
        YiguiError: what the kind itself refuses.
    """
    if user is not None:
        require_preparer(user, kind, area_code)
    label = str(period)[:10] if period else ""
    # Everybody of a batch is computed by the parameters that hold when it begins, whatever is signed meanwhile.
    job = run_job(kind=f"{kind.code}-plan", area_code=area_code[:6], period=label, total_steps=len(kind.steps), user=user)
    with reading(signed()), job as progress:
        # Within the run's record, so that a refusal stands where the page looks for it.
        period = asked_period(kind, period)
        today = clock.today()
        opening = kind.opening(area_code=area_code, period=period, today=today, **more)
        step = _stepping(kind, progress, on_step)
        work = _open(kind, opening, user=user, progress=progress, step=step)
        try:
            return _fill(kind, work)
        except Exception:
            throw_away(work.batch.pk)
            raise


def _open(kind: RunKind, opening: Opening, *, user: User | None, progress: Progress, step: Callable[[], None]) -> Work:
    """The draft, with what the kind writes beside it; what void batches of the same work have left is thrown away."""
    everywhere = len(opening.areas) == Area.objects.count()
    with transaction.atomic():
        batch = open_batch(kind, opening, user=user)
        progress.belongs_to(batch)
        work = Work(batch=batch, opening=opening, today=clock.today(), step=step, is_everywhere=everywhere)
        kind.begin(work)
    # Voiding the drafts before has waited for whoever still wrote for them: what they left can go.
    void = Batch.objects.filter(kind=kind.code, area_code=opening.area_code, period=opening.period, status=BatchStatus.VOID)
    for batch_id in void.order_by("id").values_list("id", flat=True):
        kind.drop(batch_id)
    return work


def _stepping(kind: RunKind, progress: Progress, on_step: OnStep | None) -> Callable[[], None]:
    names = iter(kind.steps)

    def step() -> None:
        name = next(names, "")
        progress.step()
        if on_step is not None:
            on_step(progress.run.done_steps, len(kind.steps), name)

    return step


def _fill(kind: RunKind, work: Work) -> Batch:
    work.bounds = kind.bounds(work)
    staged = side_by_side(lambda k: kind.stage(work, k), work.parts) if work.parts else []
    if work.parts:
        work.step()
    batch = seal_content(work.batch, kind.content(work, staged))
    work.step()
    return batch


def throw_away(batch_id: int) -> None:
    """Void a draft that will never be finished, and what it has staged; anything else stays as it is."""
    batch = batch_of(batch_id)
    if discard_draft(batch_id):
        kind_of(batch.kind).drop(batch_id)


def execute(*, batch_id: int, user: User | None = None, on_step: OnStep | None = None) -> Batch:
    """Execute an approved batch under its warrant; running it again changes nothing. `user`: who had it done, as its page says.

    Raises:
        BatchRefused: not signed by everybody it needs.
        ContentChanged: what stands ready is no longer what was approved, or the facts under it have moved on.
        Error: the database refuses (a month of a benefit that was paid meanwhile, a closed book).
    """
    close_old_connections()
    try:
        with transaction.atomic():
            batch = lock_approved(batch_id)
            if batch is None:
                return batch_of(batch_id)
            kind = kind_of(batch.kind)
            issue_warrant(batch)
            kind.look_again(batch)
            if on_step is not None:
                on_step(1, 3, "核对")
            written = kind.write(batch)
            if on_step is not None:
                on_step(2, 3, "写入")
            kind.post(batch, written)
            batch = mark_executed(batch, written, user=user)
    except Error as error:
        diag = getattr(error.__cause__, "diag", None)
        if diag is not None and diag.sqlstate == _CHANGED:
            raise ContentChanged(str(diag.message_primary), batch=batch_id) from error
        raise
    if on_step is not None:
        on_step(3, 3, "完成")
    return batch


@transaction.atomic
def void(*, batch_id: int, user: User, reason: str) -> Batch:
    """Void a batch that has not been executed, with the reason, and throw away what it has staged.

    Raises:
        Forbidden: a post that neither prepares nor approves.
        BatchRefused: executed or void already, or no reason.
    """
    batch = void_batch(batch_id=batch_id, user=user, reason=reason)
    kind_of(batch.kind).drop(batch_id)
    return batch


def do(*, batch_id: int, user: User, deed: Deed, answers: Mapping[str, str] | None = None, reason: str = "") -> Batch:
    """What a person does with a batch: the one door of page and command. `reason`: why it is voided.

    Raises:
        Forbidden: not this person.
        YiguiError: as `sign_batch`, `execute` and `void`.
    """
    if deed in SIGNATURES:
        return sign_batch(batch_id=batch_id, user=user, deed=deed, answers=answers)
    if deed == Deed.VOID:
        return void(batch_id=batch_id, user=user, reason=reason)
    refused = why_not(batch_of(batch_id), user, deed)
    if isinstance(refused, Forbidden):
        raise refused
    return execute(batch_id=batch_id, user=user)


def clean_up_dead_runs() -> int:
    """Mark runs whose program is gone as aborted and throw away the drafts they were making; gives how many."""
    return abort_dead_runs(throw_away)
