"""Refusals of batches."""

from yigui.common.errors import Conflict, YiguiError


class BatchRefused(Conflict):
    """The batch cannot take this step; the sentence says why and what to do."""

    code = "runs.batch_refused"


class ContentChanged(BatchRefused):
    """What stands ready is no longer what was approved, or the facts under it have moved on: the batch has to be made anew."""

    code = "runs.content_changed"


class AnswerMissing(BatchRefused):
    """A warning has to be answered in writing before the batch is signed."""

    code = "runs.answer_missing"


class RunIsBusy(Conflict):
    """The same run is going on in another session."""

    code = "runs.busy"


class JobMoved(Conflict):
    """The background job is not in a state to be put into the queue again."""

    code = "runs.job_moved"


class ReasonMissing(YiguiError):
    """A deed that others will read about has to say why."""

    code = "runs.reason_missing"


class DrillRefused(YiguiError):
    """A drill of restoring cannot have been as it was written down."""

    code = "runs.drill_refused"
