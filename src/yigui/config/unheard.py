"""What a command says when nobody may be listening any more."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO


class Unheard(io.TextIOBase):
    """What a command says while it acts: when nobody listens any more the rest falls away, and the act goes on."""

    def __init__(self, to: TextIO) -> None:
        self.to = to
        self.is_gone = False

    def write(self, text: str) -> int:
        with self._to_somebody():
            self.to.write(text)
        return len(text)

    def flush(self) -> None:
        with self._to_somebody():
            self.to.flush()

    def isatty(self) -> bool:
        return self.to.isatty()

    def fileno(self) -> int:
        return self.to.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self.to.encoding

    @contextmanager
    def _to_somebody(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            if not self.is_gone:
                self.is_gone = True
                with suppress(OSError, ValueError):
                    os.dup2(os.open(os.devnull, os.O_WRONLY), self.to.fileno())
