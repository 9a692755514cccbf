"""Refusals of tasks. `code` is stable for the API."""

from yigui.common.errors import Conflict, Forbidden, NotFound, YiguiError


class TaskRefused(YiguiError):
    """What was said or chosen does not do: a missing word, an outcome without its case."""

    code = "tasks.refused"


class TaskMoved(Conflict):
    """The task does not stand where this can be done: somebody else was faster, or it has ended."""

    code = "tasks.moved"


class NotYours(Forbidden):
    """The task is somebody else's."""

    code = "tasks.not_yours"


class TaskNotFound(NotFound):
    code = "tasks.not_found"

    def __init__(self, number: int) -> None:
        super().__init__(f"没有第 {number} 号任务。请在“待办”中查看您的任务。", task=number)
