"""The base of every refusal a person can meet."""

from typing import Any


class YiguiError(Exception):
    """A refusal with a stable code, a sentence for the person at the screen, and data.

    Args:
        message: Chinese sentence: what is wrong, with which record, what to do next.
        data: values a caller may want to show or log; JSON-serialisable.
    """

    code = "error"
    http_status = 422

    def __init__(self, message: str, **data: Any) -> None:
        super().__init__(message)
        self.message = message
        self.data = data


class NotFound(YiguiError):
    """The record does not exist, or is not this person's to see."""

    code = "not_found"
    http_status = 404


class Forbidden(YiguiError):
    """The person may not do this."""

    code = "forbidden"
    http_status = 403


class Conflict(YiguiError):
    """Somebody else was faster, or the record is no longer in the state the person saw."""

    code = "conflict"
    http_status = 409
