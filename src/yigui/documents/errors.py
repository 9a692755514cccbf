"""Refusals of papers."""

from yigui.common.errors import NotFound, YiguiError


class FileRefused(YiguiError):
    """The file is too large, empty, cut off, or of a kind that is not taken; nothing was changed."""

    code = "documents.file_refused"


class FileMissing(NotFound):
    """The store no longer holds the file a record names."""

    code = "documents.file_missing"
