"""A function run in a process of its own, with bounds on time, memory and answer: for files that strangers send.

The process knows neither the database nor our settings. A file that is made to burst takes the process with it, not the web server.
It is forked from one that stands ready (`_Ready`) with the function's module imported: a call costs milliseconds, and each begins as if
it were the first.
"""

import gc
import importlib
import json
import logging
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

logger = logging.getLogger(__name__)
#: One file is looked into at a time by one process of ours, for `_ready` is one; the next wait a little and are then sent away.
_AT_ONCE = threading.BoundedSemaphore(1)
_WAIT_SECONDS = 10
_REFUSED = 3
#: Stands before a refusal, behind whatever else was said.
_MARK = "\x1e"
#: Items of a line of a long answer, and the places in which the length of its last word stands.
_BLOCK = 200
_LENGTH = 12
#: Bytes of the name of a module.
_MODULE_MAX = 1_000
#: What such a process may write to a file beyond what its answer may have: a library looks for a place for its temporary files.
FILE_BYTES = 64 * 1024


class Burst(Exception):
    """The file took more than it was given: `seconds`, `memory`, `answer`; there was no place (`busy`); or the process broke over it (`broken`)."""

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
        with tempfile.TemporaryFile() as answer:
            _run(function, content, options, bounds, answer)
            answer.seek(0)
            return json.load(answer)
    finally:
        _AT_ONCE.release()


class Streamed:
    """A long answer, kept in a file that vanishes with it: its items one by one, as often as wanted, and the last word of the function."""

    def __init__(self, file: IO[bytes], end: int, last: Any) -> None:
        self._file, self._end, self.last = file, end, last

    def __iter__(self) -> Iterator[Any]:
        at = 0
        while at < self._end:
            self._file.seek(at)
            line = self._file.readline()
            at += len(line)
            yield from json.loads(line)


def stream_apart(
    function: str, content: bytes, options: dict[str, Any], bounds: Bounds | None = None, *, block: int = _BLOCK
) -> Streamed:
    """Call a generator `module:function(content, **options)` in a process of its own; what it yields is not kept in memory.

    The process has ended, and its last word is known, before the first item is given.

    Args:
        block: items that are held at once; 1 where an item is a batch by itself.

    Raises:
        Refused: the function raised it, after however many items. Burst: see `run_apart`.
    """
    bounds = bounds or Bounds()
    if not _AT_ONCE.acquire(timeout=_WAIT_SECONDS):
        raise Burst("busy")
    file = tempfile.TemporaryFile()  # noqa: SIM115  (it lives as long as the answer)
    try:
        _run(function, content, options, bounds, file, block)
        file.seek(0, os.SEEK_END)
        size = file.tell()
        file.seek(size - _LENGTH)
        end = size - _LENGTH - int(file.read(_LENGTH))
        file.seek(end)
        return Streamed(file, end, json.loads(file.read(size - _LENGTH - end)))
    except BaseException:
        file.close()
        raise
    finally:
        _AT_ONCE.release()


class _Ready:
    """A process that stands ready: it has imported what it was asked for and forks a child for each call, which alone reads the file.

    It is ours alone and serves one call at a time. An order is the name of a module with three open files: what is asked and the content behind
    it, where the answer goes, where complaints go. The answer to an order is how the child ended.
    """

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.ours, theirs = socket.socketpair()
        environment = {
            "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
            "PATH": "/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
            "OPENBLAS_NUM_THREADS": "1",
        }
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-s", "-B", "-m", __name__], stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env=environment, close_fds=True, start_new_session=True,
            )  # fmt: skip

    def is_fit(self) -> bool:
        """Whether it is this process's own (not one of whoever forked us), and lives."""
        return self.owner == os.getpid() and self.process.poll() is None

    def serve(self, module: str, seconds: int, *files: IO[bytes]) -> int | None:
        """Carry out an order; gives how the child ended. One that does not end within so many seconds is killed, and this process with it.
        None where this process itself is gone: that says nothing of the file."""
        self.ours.settimeout(seconds)
        try:
            socket.send_fds(self.ours, [module.encode()], [file.fileno() for file in files])
            said = self.ours.recv(_LENGTH)
        except TimeoutError:
            self.end()
            return -signal.SIGXCPU
        except OSError:
            said = b""
        if not said:
            self.end()
            return None
        return int(said)

    def end(self) -> None:
        """Kill it, and the child with it."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.ours.close()


#: The one of this process, made when it is first wanted; whoever holds `_AT_ONCE` has it.
_ready: list[_Ready] = []


def _run(function: str, content: bytes, options: dict[str, Any], bounds: Bounds, answer: IO[bytes], block: int = 0) -> None:
    """Carry out a call; its answer stands in the file.

    Raises:
        Refused, Burst: it did not end well.
    """
    told = json.dumps([function, options, bounds.seconds, bounds.memory_bytes, bounds.answer_bytes, block])
    with tempfile.TemporaryFile() as order, tempfile.TemporaryFile() as complaints:
        order.write(told.encode() + b"\n")
        order.write(content)
        code = None
        for _ in range(2):
            if not (_ready and _ready[0].is_fit()):
                _ready[:] = [_Ready()]
            order.seek(0)
            answer.seek(0)
            answer.truncate()
            code = _ready[0].serve(function.partition(":")[0], bounds.seconds * 3, order, answer, complaints)
            if code is not None:
                break
        complaints.seek(0)
        _raise_failed(1 if code is None else code, complaints.read().decode(errors="replace"))


def _raise_failed(code: int, said: str) -> None:
    """What a process says that did not end well."""
    if code == 0:
        return
    if code == _REFUSED:
        raise Refused(said.rpartition(_MARK)[2][:500])
    last = said.strip().splitlines()[-1:]
    if code in (-signal.SIGABRT, -signal.SIGSEGV) or "memory allocation of" in said:
        raise Burst("memory")
    if code < 0:
        raise Burst("seconds")
    if last and last[0].startswith(("MemoryError", "answer", "OSError: [Errno 27]")):
        raise Burst("memory" if last[0].startswith("MemoryError") else "answer")
    # A library that stumbles over a file nobody foresaw: the words are its own and are for the log.
    logger.error("a process of its own failed (%s): %s", code, "".join(last)[:300])
    raise Burst("broken")


def _bound(seconds: int, memory_bytes: int, file_bytes: int) -> None:
    """Take the bounds on: processor time, memory, no large file but the answer, no core."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _stand_ready() -> None:
    """Carry out orders until whoever gives them is gone. What is imported for one is there for the next; a file is read by a child alone.

    A child lives for one file: looking for cycles among millions of cells costs a tenth of its time and finds none.
    """
    gc.disable()
    with socket.socket(fileno=os.dup(0)) as theirs:
        while True:
            module, files, _, _ = socket.recv_fds(theirs, _MODULE_MAX, 3)
            if not module:
                return
            # What cannot be imported the child complains of.
            with suppress(Exception):
                importlib.import_module(module.decode())
            child = os.fork()
            if child == 0:
                theirs.close()
                for place, file in enumerate(files):
                    os.dup2(file, place)
                os._exit(_child())
            for file in files:
                os.close(file)
            _, status = os.waitpid(child, 0)
            theirs.sendall(b"%0*d" % (_LENGTH, os.waitstatus_to_exitcode(status)))


def _child() -> int:
    """What the interpreter does with a program: its exit code, and a traceback where it failed."""
    try:
        code = _main()
        sys.stdout.flush()
    except BaseException:
        traceback.print_exc()
        code = 1
    with suppress(OSError, ValueError):
        sys.stderr.flush()
    return code


def _main() -> int:
    content = sys.stdin.buffer
    name, options, seconds, memory_bytes, answer_bytes, block = json.loads(content.readline())
    module, _, function = name.partition(":")
    _bound(seconds, memory_bytes, answer_bytes + FILE_BYTES)
    try:
        answer = getattr(importlib.import_module(module), function)(content.read(), **options)
        if block:
            return _told(answer, answer_bytes, block)
    except Exception as error:
        # The class of this module when it runs by itself is another than the one others import.
        if type(error).__name__ != Refused.__name__:
            raise
        sys.stderr.write(f"{_MARK}{error}")
        return _REFUSED
    text = json.dumps(answer, ensure_ascii=False).encode("utf-8", "surrogatepass")
    if len(text) > answer_bytes:
        sys.stderr.write("answer too long\n")
        return 1
    sys.stdout.buffer.write(text)
    return 0


def _told(items: Iterator[Any], answer_bytes: int, most: int) -> int:
    """Write items by blocks of `most`, one a line, then the generator's last word and how long that is."""
    encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
    out, size, block = sys.stdout.buffer, 0, []
    last = None
    while True:
        try:
            block.append(next(items))
        except StopIteration as end:
            last = end.value
        else:
            if len(block) < most:
                continue
        line = encode(block).encode("utf-8", "surrogatepass") + b"\n" if block else b""
        size += len(line)
        if size > answer_bytes:
            sys.stderr.write("answer too long\n")
            return 1
        out.write(line)
        if len(block) < most:
            break
        block = []
    word = encode(last).encode("utf-8", "surrogatepass")
    out.write(word + b"%0*d" % (_LENGTH, len(word)))
    return 0


if __name__ == "__main__":
    _stand_ready()
