"""A function run in a process of its own, with bounds on time, memory and answer: for files that strangers send.

The process knows neither the database nor our settings. A file that is made to burst takes the process with it, not the web server.
Give the module that holds the function a look: what it imports is what each call costs.
"""

import importlib
import json
import os
import resource
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import Any

#: Files looked into at the same time by one process of ours; the next wait a little and are then sent away.
_AT_ONCE = threading.BoundedSemaphore(1)
_WAIT_SECONDS = 10
_REFUSED = 3
#: What such a process may write to a file: a library that looks for a place for its temporary files, and nothing of size.
FILE_BYTES = 64 * 1024


class Burst(Exception):
    """The file took more than it was given: `seconds`, `memory`, `answer`, or there was no place (`busy`)."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Refused(Exception):
    """The function says that the file cannot be read; raised there, heard here."""


@dataclass(frozen=True)
class Bounds:
    """What a call may take. Seconds are of the processor; on a busy machine three times as long passes."""

    seconds: int = 10
    memory_bytes: int = 768 * 1024 * 1024
    answer_bytes: int = 64 * 1024 * 1024


def run_apart(function: str, content: bytes, options: dict[str, Any], bounds: Bounds | None = None) -> Any:
    """Call `module:function(content, **options)` in a process of its own; gives its answer, as JSON knows it.

    Raises:
        Refused: the function raised it.
        Burst: a bound was passed, or too many files wait.
    """
    bounds = bounds or Bounds()
    if not _AT_ONCE.acquire(timeout=_WAIT_SECONDS):
        raise Burst("busy")
    try:
        return _answer_of(_run(function, content, options, bounds), bounds)
    finally:
        _AT_ONCE.release()


def _run(function: str, content: bytes, options: dict[str, Any], bounds: Bounds) -> "subprocess.CompletedProcess[bytes]":
    told = json.dumps([function, options, bounds.seconds, bounds.memory_bytes, bounds.answer_bytes])
    environment = {
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
        "PATH": "/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
    }
    try:
        return subprocess.run(
            [sys.executable, "-s", "-B", "-m", __name__, told], input=content, capture_output=True, env=environment, timeout=bounds.seconds * 3,
            check=False, close_fds=True, start_new_session=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Burst("seconds") from error


def _answer_of(done: "subprocess.CompletedProcess[bytes]", bounds: Bounds) -> Any:
    if done.returncode == 0:
        return json.loads(done.stdout)
    if done.returncode == _REFUSED:
        raise Refused(done.stdout.decode(errors="replace")[:500])
    last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
    if done.returncode < 0:
        raise Burst("seconds")
    if last and last[0].startswith(("MemoryError", "answer")):
        raise Burst("answer" if last[0].startswith("answer") else "memory")
    raise RuntimeError(f"a process of its own failed ({done.returncode}): {''.join(last)[:300]}")


def _bound(seconds: int, memory_bytes: int) -> None:
    """Take the bounds on: processor time, memory, no large file, no core."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _main(told: str) -> int:
    name, options, seconds, memory_bytes, answer_bytes = json.loads(told)
    _bound(seconds, memory_bytes)
    module, _, function = name.partition(":")
    content = sys.stdin.buffer.read()
    try:
        answer = getattr(importlib.import_module(module), function)(content, **options)
    except Exception as error:
        # The class of this module when it runs by itself is another than the one others import.
        if type(error).__name__ != Refused.__name__:
            raise
        sys.stdout.write(str(error))
        return _REFUSED
    text = json.dumps(answer, ensure_ascii=False).encode()
    if len(text) > answer_bytes:
        sys.stderr.write("answer too long\n")
        return 1
    sys.stdout.buffer.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
