"""Refusals of batches."""

from yigui.common.errors import Conflict


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
