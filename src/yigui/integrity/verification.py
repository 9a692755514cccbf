"""A verification that is noted down: when it ended and how many faults it named, for the page of runs and the alarm."""

from collections.abc import Callable, Iterator
from itertools import chain

from django.db import InternalError

from yigui.common import clock
from yigui.integrity.verify import verify_all
from yigui.runs.models import Run, RunStatus


def noted_verification(
    on_part: Callable[[str], None] | None = None, further: Callable[[], Iterator[str]] = lambda: iter(())
) -> Iterator[str]:
    """`verify_all` and what `further` names, and a record of it once it is through. On a server that only reads (a standby) it is not noted."""
    begun, faults = clock.now(), 0
    for fault in chain(verify_all(on_part=on_part), further()):
        faults += 1
        yield fault
    try:
        run = Run.objects.create(kind="verify", status=RunStatus.DONE, result={"faults": faults}, ended_at=clock.now())
    except InternalError as error:
        if getattr(error.__cause__, "sqlstate", "") != "25006":
            raise
        return
    Run.objects.filter(pk=run.pk).update(started_at=begun)
